package script

import (
	"fmt"
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/kql/symbol"
)

// TestCreated: what a command makes is known below it with its columns, and not above it.
func TestCreated(t *testing.T) {
	schemas := bench.Known(t, bench.Schema)
	cases := []struct{ name, src, want string }{
		{"table", ".create table T (a:long, ['b c']:string)\n\nT | project a, ['b c']\n\nT | project d", "d"},
		{"above", "T | count\n\n.create table T (a:long)\n", "T"},
		{"tables", ".create tables T (a:long), U (b:string)\n\nT | project a\n\nU | project b, a", "a"},
		{"there already", ".create-merge table StormEvents (More:long)\n\nStormEvents | project More, State\n\nStormEvents | project Less", "Less"},
		{"merge", ".create table T (a:long)\n\n.alter-merge table T (b:long)\n\nT | project a, b\n\nT | project c", "c"},
		{"based on another", ".create table T based-on StormEvents\n\nT | project State\n\nT | project Nope", "Nope"},
		{"renamed", ".rename table StormEvents to T\n\nT | project State\n\nT | project Nope", "Nope"},
		{"from a query", ".set T <| StormEvents | project s = State\n\nT | project s\n\nT | project State", "State"},
		{"from a command", ".set-or-append T <| .show tables\n\nT | project Anything", ""},
		{"replaced", ".set-or-replace StormEvents <| print x = 1\n\nStormEvents | project State", ""},
		{"function", ".create-or-alter function with (docstring='x') f(n:long = 3) { StormEvents | take n }\n\nf(2) | project State\n\nf | project Nope", "Nope"},
		{"function, half", ".create function f() { StormEvents\n\nf | count", ""}, // one error: the brace
		{"scalar function", ".create function g(a:long) { a + 1 }\n\nprint g(2)\n\nprint g('x', 3)", "g"},
		{"function of a function", ".create function f() { StormEvents }\n\n.create function g() { f | project State }\n\ng | project Nope", "Nope"},
		{"view", ".create materialized-view V on table StormEvents { StormEvents | summarize c = count() by State }\n\nV | project c\n\nV | project Nope", "Nope"},
		{"external", ".create external table E (a:long) kind=storage dataformat=csv ('https://x')\n\nexternal_table('E') | project a\n\nexternal_table('E') | project b", "b"},
		{"inside a command", ".create table T (a:long)\n\n.create function f() { T | project a, b }", "b"},
		{"entity group", ".create entity_group G (database('Samples'))\n\n.show entity_group G\n\nmacro-expand G as X (X.StormEvents | count)", ""},
		{"graph model", ".create-or-alter graph_model M 'x'\n\n.show graph_model M", ""},
		{"column", ".rename column StormEvents.State to Place\n\nStormEvents | project Place, strlen(Place), Nope", "Nope"},
		{"database", ".create database D\n\n.show database D schema", ""},
		{"script", ".execute database script <|\n.create table T (a:long)\n.create function f() { T | project a, Nope }\n.create function g() { f | project a }\n\nT | project a\n\ng | count", "Nope"},
		{"named with its database", ".create table T (a:long)\n\ndatabase('Samples').T | project a", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := Analyze(c.src, schemas, nil)
			var got []string
			for _, d := range s.Diagnostics() {
				if d.Severity <= 2 && d.Span.Len() > 0 {
					got = append(got, d.Span.Of(c.src))
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("findings at %q, want %q: %v", got, c.want, s.Diagnostics())
			}
		})
	}
}

// TestCreatedWithoutSchema: where nothing is known of the database, a table may have more columns than its command says.
func TestCreatedWithoutSchema(t *testing.T) {
	src := ".create table T (a:long)\n\nT | project a, b\n\nU | count\n\n.create function f(x:long) { T }\n\nf(1) | project c"
	for _, schema := range []*symbol.Schema{nil, {}} {
		s := Analyze(src, func(string) *symbol.Schema { return schema }, nil)
		if d := s.Diagnostics(); len(d) > 0 || len(s.Created) != 2 {
			t.Errorf("got %v, %v", d, s.Created)
		}
		for _, b := range s.Blocks {
			if len(b.Bound.Needs) > 0 {
				t.Errorf("asks for %v", b.Bound.Needs)
			}
		}
	}
}

// TestCreatedIsKept: a change that leaves what is created as it is binds its own block anew, no other.
func TestCreatedIsKept(t *testing.T) {
	known := &symbol.Schema{}
	schemas := func(string) *symbol.Schema { return known }
	src := ".create table T (a:long) // x\n\nT | take 1\n\nT | take 2\n"
	before := Analyze(src, schemas, nil)
	after := Analyze(strings.Replace(src, "// x", "// longer", 1), schemas, before)
	other := Analyze(strings.Replace(src, "a:long", "b:long", 1), schemas, after)
	for i, want := range []string{"false false", "true false", "true false"} {
		got := fmt.Sprint(after.Blocks[i].Bound == before.Blocks[i].Bound, other.Blocks[i].Bound == before.Blocks[i].Bound)
		if got != want {
			t.Errorf("block %d: kept %s, want %s", i, got, want)
		}
	}
	span, ok := after.Creation(after.Blocks[2].Bound.Schema.Table("T"), nil)
	if !ok || span.Of(after.Text) != "T" || span.Start > 20 {
		t.Errorf("made at %v, %v", span, ok)
	}
}

// TestTooMuchCreated: a large database and many commands take bounded memory; beyond it names are unknown, not missing.
func TestTooMuchCreated(t *testing.T) {
	db := &symbol.Database{Name: "D", State: symbol.Known}
	for i := range 30_000 {
		db.Tables = append(db.Tables, &symbol.TableSymbol{Name: fmt.Sprintf("T%d", i)})
	}
	known := symbol.ForDatabase(db)
	var src strings.Builder
	for i := range 200 {
		fmt.Fprintf(&src, ".create table N%d (a:long)\n\n", i)
	}
	src.WriteString("N3 | project a\n\nN199 | project a, b\n\nT7 | count")
	s := Analyze(src.String(), func(string) *symbol.Schema { return known }, nil)
	if d := s.Diagnostics(); len(d) > 0 || len(s.overlays) > 80 || len(s.Created) < 50 {
		t.Errorf("%v; %d schemas, %d tables", d, len(s.overlays), len(s.Created))
	}
	again := Analyze(src.String()+" ", func(string) *symbol.Schema { return known }, s)
	if again.Blocks[202].Bound == nil || again.Blocks[200].Bound != s.Blocks[200].Bound {
		t.Error("bound anew")
	}
}
