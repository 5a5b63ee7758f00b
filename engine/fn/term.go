// Text predicates: the has, contains, startswith and endswith families, =~ and has_any, each with case, caseless, negated.
//
// A term is a run of alphanumerics of any script. has finds the pattern where its ends are ends of terms; an end of the
// pattern that isn't alphanumeric needs no boundary. An empty pattern is in every text.

package fn

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"calypso/kusto/value"
)

// textTest tells whether a text passes; it is made once per constant pattern.
type textTest func(s string) bool

// textTests are the positive operators; "!" before a name negates it.
var textTests = []struct {
	name string
	make func(pattern string) textTest
}{
	{"has", func(p string) textTest { return termTest(p, false, true, true) }},
	{"has_cs", func(p string) textTest { return termTest(p, true, true, true) }},
	{"hasprefix", func(p string) textTest { return termTest(p, false, true, false) }},
	{"hasprefix_cs", func(p string) textTest { return termTest(p, true, true, false) }},
	{"hassuffix", func(p string) textTest { return termTest(p, false, false, true) }},
	{"hassuffix_cs", func(p string) textTest { return termTest(p, true, false, true) }},
	{"contains", func(p string) textTest {
		f := newFolder(p)
		return func(s string) bool { start, _ := f.index(s, 0); return start >= 0 }
	}},
	{"contains_cs", func(p string) textTest { return func(s string) bool { return strings.Contains(s, p) } }},
	{"startswith", func(p string) textTest {
		f := newFolder(p)
		return func(s string) bool { return f.matchAt(s, 0) >= 0 }
	}},
	{"startswith_cs", func(p string) textTest { return func(s string) bool { return strings.HasPrefix(s, p) } }},
	{"endswith", endsWithFold},
	{"endswith_cs", func(p string) textTest { return func(s string) bool { return strings.HasSuffix(s, p) } }},
	{"=~", func(p string) textTest { return func(s string) bool { return equalFold(s, p) } }},
}

var termFamily = func() []scalar {
	var table []scalar
	for _, t := range textTests {
		negated := "!" + t.name
		if t.name == "=~" {
			negated = "!~"
		}
		table = append(table, scalar{t.name, 2, 2, buildTextTest(t.make, false)}, scalar{negated, 2, 2, buildTextTest(t.make, true)})
	}
	return append(table,
		scalar{"has_any", 2, -1, buildHasList},
		scalar{"has_all", 2, -1, buildHasList},
		simple("has_any_index", value.Long, hasAnyIndexBody, value.String, value.Dynamic),
	)
}()

func buildTextTest(compile func(string) textTest, negate bool) func(string, []Arg) (*Overload, error) {
	return func(name string, args []Arg) (*Overload, error) {
		for i, a := range args {
			if a.Kind != value.String && a.Kind != value.Dynamic {
				return nil, &BadArgument{Name: name, Index: i, Why: "is " + a.Kind.String() + ", must be string"}
			}
		}
		params := []value.Kind{value.String, value.String}
		if pattern, ok := constText(args[1]); ok {
			test, within := compile(pattern), needleOf(name, pattern)
			o, err := overload(name, args, params, value.Bool, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
				if a[0].Spans != nil {
					return testPacked(a[0], n, negate, test, within), nil
				}
				return testText(a[0], n, negate, func(s string, _ int) bool { return test(s) }), nil
			})
			if err == nil {
				o.Packed = args[0].Kind == value.String
			}
			return o, err
		}
		return overload(name, args, params, value.Bool, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
			return testText(a[0], n, negate, func(s string, i int) bool { return compile(a[1].Strings[i&a[1].Mask()])(s) }), nil
		})
	}
}

// needleOf gives what must stand in a text for the test of that name to pass; nil where that is nothing, or the test only looks at an
// end of the text.
func needleOf(name, pattern string) *needle {
	name = strings.TrimPrefix(name, "!")
	if name != "contains" && name != "contains_cs" && !strings.HasPrefix(name, "has") {
		return nil
	}
	return newNeedle(pattern, strings.HasSuffix(name, "_cs"))
}

// testPacked is testText for a packed vector and a pattern that is the same for all rows.
func testPacked(v *value.Vector, n int, negate bool, test textTest, within *needle) *value.Vector {
	out := make([]bool, n)
	if within != nil && within.rows(v, n, func(row, _ int) bool {
		out[row] = test(v.PackedAt(row))
		return true
	}) {
		if negate {
			for i := range out {
				out[i] = !out[i]
			}
		}
		return vectorOf(value.Bool, out, nil)
	}
	for i := range out {
		out[i] = test(v.PackedAt(i)) != negate
	}
	return vectorOf(value.Bool, out, nil)
}

func testText(v *value.Vector, n int, negate bool, test func(s string, i int) bool) *value.Vector {
	out := make([]bool, n)
	for i := range out {
		out[i] = test(v.Strings[i&v.Mask()], i) != negate
	}
	return vectorOf(value.Bool, out, nil)
}

func endsWithFold(p string) textTest {
	f := newFolder(p)
	runes := utf8.RuneCountInString(f.upper)
	return func(s string) bool {
		at := len(s)
		for range runes {
			_, n := utf8.DecodeLastRuneInString(s[:at])
			at -= n
		}
		return f.matchAt(s, at) == len(s)
	}
}

func isTermRune(r rune) bool {
	if r < utf8.RuneSelf {
		return '0' <= r && r <= '9' || 'a' <= r|0x20 && r|0x20 <= 'z'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// termTest finds a pattern between ends of terms; exact keeps case, head and tail say at which end a term must end too.
func termTest(pattern string, exact, head, tail bool) textTest {
	if pattern == "" {
		return func(string) bool { return true }
	}
	first, _ := utf8.DecodeRuneInString(pattern)
	last, _ := utf8.DecodeLastRuneInString(pattern)
	head, tail = head && isTermRune(first), tail && isTermRune(last)
	find := func(s string, from int) (int, int) {
		i := strings.Index(s[from:], pattern)
		return from + i, from + i + len(pattern)
	}
	if !exact {
		find = newFolder(pattern).index
	}
	return func(s string) bool {
		for from := 0; from <= len(s); {
			start, end := find(s, from)
			if start < from {
				return false
			}
			if (!head || !termBefore(s, start)) && (!tail || !termAfter(s, end)) {
				return true
			}
			_, n := utf8.DecodeRuneInString(s[start:])
			from = start + max(n, 1)
		}
		return false
	}
}

func termBefore(s string, i int) bool {
	r, n := utf8.DecodeLastRuneInString(s[:i])
	return n > 0 && isTermRune(r)
}

func termAfter(s string, i int) bool {
	r, n := utf8.DecodeRuneInString(s[i:])
	return n > 0 && isTermRune(r)
}

// buildHasList makes has_any and has_all over scalars and arrays.
func buildHasList(name string, args []Arg) (*Overload, error) {
	if k := args[0].Kind; k != value.String && k != value.Dynamic {
		return nil, &BadArgument{Name: name, Index: 0, Why: "is " + k.String() + ", must be string"}
	}
	params := make([]value.Kind, len(args))
	params[0] = value.String
	for i := 1; i < len(args); i++ {
		params[i] = asIs
		if k := args[i].Kind; k != value.String && k != value.Dynamic {
			return nil, &BadArgument{Name: name, Index: i, Why: "is " + k.String() + ", must be string or a dynamic array"}
		}
	}
	all := name == "has_all"
	var tests []textTest
	if constantList(args[1:]) {
		list := make([]*value.Vector, len(args)-1)
		for i, a := range args[1:] {
			list[i] = a.Const
		}
		if tests = termTests(list, 0); len(tests) == 0 && all {
			return nil, noTerms
		}
	}
	return overload(name, args, params, value.Bool, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		empty := false
		out := testText(a[0], n, false, func(s string, i int) bool {
			list := tests
			if list == nil {
				list = termTests(a[1:], i)
				empty = empty || len(list) == 0
			}
			for _, test := range list {
				if test(s) != all {
					return !all
				}
			}
			return all
		})
		if empty && all {
			return nil, noTerms
		}
		return out, nil
	})
}

// noTerms refuses a list without an item: whether all of none are there, no answer of the real engine shows.
var noTerms = &NotBuilt{Name: "has_all", Detail: "an empty list"}

func termTests(list []*value.Vector, i int) []textTest {
	tests := []textTest{}
	for _, v := range list {
		d := value.DynAt(v, i)
		items := []value.Dyn{d}
		if d.Kind() == value.DynArray {
			items = d.Items()
		}
		for _, item := range items {
			tests = append(tests, termTest(item.Text(), false, true, true))
		}
	}
	return tests
}

func hasAnyIndexBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	return rows(value.Long, func(a []*value.Vector, i int) (int64, bool) {
		s, list := a[0].Strings[i&a[0].Mask()], a[1].Dynamics[i&a[1].Mask()]
		if list.Kind() != value.DynArray {
			return 0, false
		}
		for j, item := range list.Items() {
			if termTest(item.Text(), false, true, true)(s) {
				return int64(j), true
			}
		}
		return -1, true
	})(nil, a, n)
}
