package value

import (
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
	for _, seed := range []string{`{"a":[1,2,{"b":null}]}`, `"\ud83d\ude00"`, `-1.5e-3`, `[[`, "\"\x00\"", `{"a":1,"a":2}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := ParseDyn(text)
		printed := d.String()
		if again := ParseDyn(printed).String(); again != printed {
			t.Fatalf("%q printed as %q, which reads back as %q", text, printed, again)
		}
		HashDyn(d)
		if !EqualDyn(d, ParseDyn(text)) && !ValidJSON(text) {
			t.Fatalf("%q isn't itself", text)
		}
	})
}
