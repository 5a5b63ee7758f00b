package kqltest

import (
	"strings"
	"testing"
)

// FuzzRecords: rows of any text are read or have a mistake with its line; a row has a cell for each column, and cells whose type is
// written are values of it.
func FuzzRecords(f *testing.F) {
	for _, s := range []string{
		"User,Count\nann,3\n", "User:string,Count:long\n\"a\nb\",null\n", "a:datetime\nx\n", "a,a\n", "a:dynamic\n\"{\"\"b\"\":[1]}\"\n", "a\n\"x\"y\n",
		"a:real,b:decimal,c:timespan,d:guid,e:bool,f:int\nNaN,1.5,1.00:00:00,74be27de-1e4e-49d9-b579-fe0b331d3642,true,-1\n",
	} {
		f.Add(s, "csv")
	}
	f.Add("{\"a\": 1}\n{\"b\": [1, {}]}\n", "ndjson")
	f.Add("{\"a\": 1, \"a\": 2}\n{}\n", "ndjson")
	f.Fuzz(func(t *testing.T, text, format string) {
		r, m := readRecords(text, format, Place{Path: "f", Line: 5})
		lines := 5 + strings.Count(text, "\n")
		if m == nil {
			m = r.check()
		}
		if m != nil {
			if m.Text == "" || m.Line < 5 || m.Line > lines+1 {
				t.Errorf("mistake %+v of lines 5 to %d", m, lines)
			}
			return
		}
		for _, row := range r.rows {
			if len(row) != len(r.names) || len(r.types) != len(r.names) {
				t.Fatalf("%d cells, %d columns, %d types", len(row), len(r.names), len(r.types))
			}
			for _, cell := range row {
				if cell.line < 5 || cell.line > lines+1 {
					t.Errorf("cell %+v of lines 5 to %d", cell, lines)
				}
			}
		}
	})
}
