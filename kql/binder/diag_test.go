package binder_test

import (
	"testing"

	"calypso/kql/binder"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// testSchema is the database that the examples of diag are bound with.
func testSchema(t testing.TB) *symbol.Schema {
	t.Helper()
	table := func(name, columns string) *symbol.TableSymbol {
		list, err := symbol.ParseColumns(columns)
		if err != nil {
			t.Fatal(err)
		}
		return &symbol.TableSymbol{Name: name, Columns: list}
	}
	return symbol.ForDatabase(&symbol.Database{Name: "Test", State: symbol.Known, Tables: []*symbol.TableSymbol{
		table("T", "(a: long, b: string, c: datetime, d: dynamic)"), table("U", "(a: long, e: real)"),
	}})
}

// TestExamples runs the example of each of the binder's codes: the bad one gives it, the good one nothing of the kind.
func TestExamples(t *testing.T) {
	schema := testSchema(t)
	for _, row := range diag.Rows() {
		if row.Code < "CAL2" || row.Code >= "CAL4" {
			continue
		}
		if !gives(row.Bad, schema, row.Code) {
			t.Errorf("%s: %q doesn't give it: %s", row.Code, row.Bad, list(row.Bad, schema))
		}
		bound := binder.Bind(syntax.Parse(row.Good), schema)
		if text := firstError(bound.Diagnostics); text != "" || gives(row.Good, schema, row.Code) {
			t.Errorf("%s: the good example %q gives %s", row.Code, row.Good, list(row.Good, schema))
		}
	}
}

func gives(query string, schema *symbol.Schema, code diag.Code) bool {
	for _, d := range binder.Bind(syntax.Parse(query), schema).Diagnostics {
		if d.Code == code {
			return true
		}
	}
	return false
}

func list(query string, schema *symbol.Schema) string {
	text := ""
	for _, d := range binder.Bind(syntax.Parse(query), schema).Diagnostics {
		text += string(d.Code) + " " + d.Message + "; "
	}
	return text
}
