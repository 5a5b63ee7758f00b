package value

import (
	"strings"
	"sync"
	"testing"
)

func TestDynamicText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{"b": 2, "a" : [1, 2.50, "x\u00e9", null, true]}`, `{"b":2,"a":[1,2.5,"xé",null,true]}`},
		{`1e3`, `1000.0`},
		{`12345678901234`, `12345678901234`},
		{`92233720368547758070`, `92233720368547760000.0`},
		{``, `null`},
		{` null `, `null`},
		{`nullx`, `"nullx"`},
		{`hello`, `"hello"`},
		{"[\"a\tb\"]", "\"[\\\"a\\tb\\\"]\""},
		{`{"a":1,"a":2,"b":3}`, `{"a":2,"b":3}`},
		{`[1,]`, `"[1,]"`},
		{`{"a"}`, `"{\"a\"}"`},
		{`[`, `"["`},
		{`"`, `"\""`},
		{`01`, `"01"`},
		{`"\ud83d\ude00 \ud83d"`, "\"😀 \uFFFD\""},
		{`"a\/b"`, `"a/b"`},
		{`[]`, `[]`},
		{`{}`, `{}`},
		{` [ ] `, `[]`},
		{`{"a":{"b":[[]]}}`, `{"a":{"b":[[]]}}`},
	} {
		if got := ParseDyn(c.in).String(); got != c.want {
			t.Errorf("%q: got %s, want %s", c.in, got, c.want)
		}
		closedAsOpened(t, c.in)
	}
}

// closedAsOpened holds what is written of a text that nobody opened against what its tree gives, and that it stays closed.
func closedAsOpened(t *testing.T, text string) {
	t.Helper()
	closed, opened := ParseDyn(text), ParseDyn(text)
	if closed.n == nil {
		return
	}
	opened.open()
	json, plain := string(closed.AppendJSON(nil)), string(closed.AppendText(nil))
	if closed.n.tree.Load() != nil {
		t.Errorf("%q: writing it opened it", text)
	}
	if want := string(opened.AppendJSON(nil)); json != want {
		t.Errorf("%q: the closed one is %s, the opened one %s", text, json, want)
	}
	if want := string(opened.AppendText(nil)); plain != want {
		t.Errorf("%q: the text of the closed one is %s, of the opened one %s", text, plain, want)
	}
	for _, item := range opened.Items() {
		if raw, ok := item.Raw(); ok {
			closedAsOpened(t, raw)
		}
	}
}

// A dynamic is written without garbage, whatever lies in it.
func TestDynamicAllocations(t *testing.T) {
	d := ParseDyn(`{"a": [1, 2.5, -3e300, null, true], "b": {"c": "x\u00e9\n\"y\"", "d": "plain"}, "e": {}}`)
	out := make([]byte, 0, 1024)
	if n := testing.AllocsPerRun(100, func() { out = d.AppendText(d.AppendJSON(out[:0])) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// Bags that must be opened cost no more the deeper they lie: each of these levels has one, and what lies in it is written once more at most.
func TestDynamicTwinsDeep(t *testing.T) {
	const depth = 300
	text := strings.Repeat(`{"x":`, depth) + "1" + strings.Repeat(`,"k":1,"k":2}`, depth)
	want := strings.Repeat(`{"x":`, depth) + "1" + strings.Repeat(`,"k":2}`, depth)
	if got := ParseDyn(text).String(); got != want {
		t.Errorf("got %s", got)
	}
}

// What Reset keeps is room only.
func TestBuilderReset(t *testing.T) {
	b := NewBuilder(Dynamic, 1)
	for _, text := range []string{"[1]", "", "[2]"} {
		b.AppendDyn(ParseDyn(text))
	}
	first := b.View()
	if first.N != 3 || !first.IsNull(1) || first.Dynamics[2].String() != "[2]" {
		t.Errorf("got %+v", first)
	}
	b.Reset()
	b.AppendDyn(ParseDyn("[3]"))
	b.AppendDyn(ParseDyn("[4]"))
	if v := b.Vector(); v.N != 2 || v.IsNull(0) || v.IsNull(1) || v.Dynamics[1].String() != "[4]" || !v.Dynamics[:3][2].IsNull() {
		t.Errorf("got %+v", v)
	}
}

func TestDynamicAccess(t *testing.T) {
	d := ParseDyn(`{"a":[10,20,{"x":null}],"s":"text","n":-5,"r":1.5,"t":true}`)
	for _, c := range []struct {
		name string
		got  Dyn
		want string
	}{
		{"last", d.Lookup("a").Index(-2), "20"},
		{"past the end", d.Lookup("a").Index(3), "null"},
		{"before the start", d.Lookup("a").Index(-4), "null"},
		{"missing", d.Lookup("zz"), "null"},
		{"index of a bag", d.Index(0), "null"},
		{"key of an array", d.Lookup("a").Lookup("x"), "null"},
		{"nested", d.Lookup("a").Index(2), `{"x":null}`},
		{"string", d.Lookup("s"), `"text"`},
		{"real", d.Lookup("r"), "1.5"},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	if _, ok := d.Lookup("a").Index(2).Find("x"); !ok {
		t.Error("a null property must be found")
	}
	if d.Len() != 5 || d.Kind() != DynBag || d.Lookup("n").Long() != -5 || !d.Lookup("t").Bool() {
		t.Error("wrong scalars")
	}
	if (Dyn{}).Kind() != DynNull || (Dyn{}).Len() != 0 || !(Dyn{}).IsNull() {
		t.Error("the zero value is null")
	}
}

func TestDynamicEquality(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{`{"a":1,"b":[1,2]}`, `{ "b":[1.0,2],"a":1 }`, true},
		{`[1,2]`, `[2,1]`, false},
		{`1`, `1.0`, true},
		{`"1"`, `1`, false},
		{`{"a":1}`, `{"a":1,"b":2}`, false},
		{`null`, ``, true},
		{`9007199254740993`, `9007199254740992.0`, false},
	} {
		a, b := ParseDyn(c.a), ParseDyn(c.b)
		if EqualDyn(a, b) != c.same {
			t.Errorf("%s and %s: want same %t", c.a, c.b, c.same)
		}
		if c.same && HashDyn(a) != HashDyn(b) {
			t.Errorf("%s and %s hash apart", c.a, c.b)
		}
		if CompareDyn(a, b) != -CompareDyn(b, a) {
			t.Errorf("%s and %s: the order isn't symmetric", c.a, c.b)
		}
	}
}

func TestDynamicDeepNesting(t *testing.T) {
	deep := make([]byte, 1<<20)
	for i := range deep {
		deep[i] = '['
	}
	if k := ParseDyn(string(deep)).Kind(); k != DynString {
		t.Errorf("got kind %d", k)
	}
}

// Workers share values: opening one from many goroutines must give one tree.
func TestDynamicConcurrentOpening(t *testing.T) {
	d := ParseDyn(`{"a":{"b":[1,2,3]}}`)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got := d.Lookup("a").Lookup("b").Index(-1).Long(); got != 3 {
				t.Errorf("got %d", got)
			}
		})
	}
	wg.Wait()
}

func FuzzDynamic(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2,{"b":null}]}`, `"\ud83d\ude00"`, `-1.5e-3`, `[[`, "\"\x00\"", `{"a":1,"a":2}`, `{"x":{"k":1,"k":2},"\u0061":1}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := ParseDyn(text)
		printed := d.String()
		if again := ParseDyn(printed).String(); again != printed {
			t.Fatalf("%q printed as %q, which reads back as %q", text, printed, again)
		}
		closedAsOpened(t, text)
		HashDyn(d)
		if !EqualDyn(d, ParseDyn(text)) && !ValidJSON(text) {
			t.Fatalf("%q isn't itself", text)
		}
	})
}
