package check

import (
	"fmt"
	"strings"
	"testing"

	"calypso/kql/symbol"
)

// TestBeside: what one file creates another knows, with its columns; a file's own commands count from where they stand.
func TestBeside(t *testing.T) {
	schema := symbol.ForDatabase(&symbol.Database{Name: "D", State: symbol.Known, Tables: []*symbol.TableSymbol{
		{Name: "T", Columns: symbol.Columns{List: []*symbol.Column{{Name: "a", Type: symbol.Long}}}},
	}})
	files := []struct{ path, body, want string }{
		{"a_use.kql", "F(1) | project a, x, Nope", `column "Nope" not found`},
		{"b_view.kql", ".create materialized-view V on table U { U | summarize n = count() by s }\n", ""},
		{"c_table.kql", ".create table U (s:string)\n\nU | project s, Missing", `column "Missing" not found`},
		{"d_function.kql", "F(2) | count\n\n.create function F(x:long) { T | extend x }\n", `function "F" not found`},
		{"e_view.md", "text\n\n```kql\nV | project s, n, Other\n```\n", `column "Other" not found`},
	}
	o := Options{Schema: schema, Beside: &Beside{}}
	for _, f := range files {
		o.Beside.Add(f.path, f.body, o)
	}
	for _, f := range files {
		r, err := File(f.path, f.body, o)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range r.Findings {
			if d.Severity == "error" {
				got = append(got, d.Message)
			}
		}
		if fmt.Sprint(strings.Join(got, "; ")) != f.want {
			t.Errorf("%s: got %q, want %q", f.path, got, f.want)
		}
	}
}
