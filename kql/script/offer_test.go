package script

import (
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/kql/symbol"
)

// TestWith: what one document offers the other knows; what is loose only fills in, and functions that differ aren't certain.
func TestWith(t *testing.T) {
	schemas := bench.Known(t, bench.Schema)
	schema := schemas("")
	offers := func(src string) []Offer {
		return Analyze(src, schemas, nil).Offers()
	}
	for _, c := range []struct{ name, sure, loose, src, want string }{
		{"table", ".create table N (a:long)", "", "N | project a, b", "b"},
		{"merged", ".create table N (a:long)\n\n.alter-merge table N (b:long)", "", "N | project a, b, c", "c"},
		{"function", ".create function F(n:long) { StormEvents | take n }", "", "F(1) | project State, Nope", "Nope"},
		{"in a script", ".execute database script <|\n.create table N (a:long)\n.create function F() { N }", "", "F | project a, b", "b"},
		{"loose table", "", ".create table N (a:long)", "N | project a, b", "b"},
		{"loose of a name that is there", "", ".create function StormEvents() { print x = 1 }", "StormEvents | project State", ""},
		{"two that are the same", ".create function F() { StormEvents }\n\n.create-or-alter function F() { StormEvents }", "", "F | project Nope", "Nope"},
		{"two that differ", ".create function F(a:long) { StormEvents }\n\n.create function F(a:string) { print x = a }", "", "F(1) | project State, Nope\n\nMissing | count", "Missing"},
		{"group and graph", ".create entity_group G (database('Samples'))\n\n.create-or-alter graph_model M 'x'", "", ".show entity_group G\n\n.show graph_model M", ""},
		{"nothing", "StormEvents | count", "", "Missing | count", "Missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			with := With(schema, offers(c.sure), offers(c.loose))
			s := Analyze(c.src, func(string) *symbol.Schema { return with }, nil)
			var got []string
			for _, d := range s.Diagnostics() {
				if d.Severity <= 2 {
					got = append(got, d.Span.Of(c.src))
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("findings at %q, want %q", got, c.want)
			}
		})
	}
	if With(schema, nil, nil) != schema {
		t.Error("nothing offered, and another schema")
	}
	unsure := Analyze("Missing | count", func(string) *symbol.Schema { return Unsure(schema) }, nil)
	if d := unsure.Diagnostics(); len(d) > 0 {
		t.Errorf("unsure: %v", d)
	}
}

// TestWithMany: the offers of thousands of files are put over a large database at once.
func TestWithMany(t *testing.T) {
	db := &symbol.Database{Name: "D", State: symbol.Known}
	for i := range 30_000 {
		db.Tables = append(db.Tables, &symbol.TableSymbol{Name: "T" + strings.Repeat("x", i%7) + string(rune('a'+i%26))})
	}
	known := symbol.ForDatabase(db)
	var src strings.Builder
	for i := range 2_000 {
		src.WriteString(".create table N" + strings.Repeat("y", i%50) + string(rune('a'+i%26)) + " (a:long)\n\n")
	}
	offers := Analyze(src.String(), func(string) *symbol.Schema { return &symbol.Schema{} }, nil).Offers()
	if with := With(known, offers, offers); len(offers) != 2_000 || with.Table("Na") == nil || len(with.Database.Tables) > len(db.Tables)+len(offers) {
		t.Errorf("%d offers, %d tables", len(offers), len(with.Database.Tables))
	}
}

// FuzzOffers: whatever one document says, another can be analysed with what it offers, and the same text offers the same.
func FuzzOffers(f *testing.F) {
	f.Add(".create function f(n:long = 3) { T | take n }\n\n.create table T (a:long)", "f(1) | count")
	f.Add(".create materialized-view V on table V { V | summarize count() }\n\n.set V <| V", "V")
	f.Add(".rename column StormEvents.State to State\n\n.create database D\n\n.create entity_group G (G)", "macro-expand G as X (X.T)")
	schema := bench.Known(f, bench.Schema)("")
	f.Fuzz(func(t *testing.T, one, other string) {
		if len(one)+len(other) > 4096 {
			return
		}
		for _, base := range []*symbol.Schema{schema, {}, nil} {
			schemas := func(string) *symbol.Schema { return base }
			offers := Analyze(one, schemas, nil).Offers()
			if !SameOffers(offers, Analyze(one, schemas, nil).Offers()) {
				t.Fatal("the same text offers something else")
			}
			with := With(base, offers, offers)
			Analyze(other, func(string) *symbol.Schema { return with }, nil)
			Analyze(one, func(string) *symbol.Schema { return with }, nil)
		}
	})
}
