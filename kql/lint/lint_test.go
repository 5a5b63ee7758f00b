package lint_test

import (
	"strings"
	"testing"

	"calypso/kql/diag"
	"calypso/kql/lint"
	"calypso/kql/script"
	"calypso/kql/symbol"
)

// testSchema is the database that the examples of the rules are bound with.
func testSchema(t testing.TB) script.Schemas {
	t.Helper()
	table := func(name, columns string, kind symbol.TableKind) *symbol.TableSymbol {
		list, err := symbol.ParseColumns(columns)
		if err != nil {
			t.Fatal(err)
		}
		return &symbol.TableSymbol{Name: name, Columns: list, Kind: kind}
	}
	schema := symbol.ForDatabase(&symbol.Database{Name: "Test", State: symbol.Known, Tables: []*symbol.TableSymbol{
		table("T", "(a: long, b: string, c: datetime, d: dynamic, f: real)", symbol.Plain),
		table("U", "(a: long, e: real)", symbol.Plain),
		table("V", "(a: long, n: long)", symbol.MaterializedView),
	}})
	return func(string) *symbol.Schema { return schema }
}

// everything switches all rules on.
func everything() lint.Options {
	o := lint.Options{Severity: map[diag.Code]diag.Severity{}, Rows: map[string]int64{"T": 1_000_000, "U": 10}}
	for _, rule := range lint.Rules() {
		o.Severity[rule.Code] = rule.Row().Severity
	}
	return o
}

// TestExamples runs the examples of every rule: the bad one gives the code, the good one doesn't, and neither has errors.
func TestExamples(t *testing.T) {
	schemas := testSchema(t)
	known := map[diag.Code]bool{}
	for _, rule := range lint.Rules() {
		known[rule.Code] = true
		row := rule.Row()
		if row == nil || rule.Why == "" {
			t.Errorf("%s: wants a row in diag and a reason", rule.Code)
			continue
		}
		if strings.HasPrefix(row.Bad, "query:") {
			continue // reported by the package that reads such files
		}
		for _, example := range []struct {
			query string
			wants bool
		}{{row.Bad, true}, {row.Good, false}} {
			r := lint.Check(script.Analyze(example.query, schemas, nil), everything())
			got := false
			for _, d := range r.Diagnostics {
				got = got || d.Code == rule.Code
				if d.Severity == diag.Error || strings.Contains(d.Message, "%!") {
					t.Errorf("%s: %q gives %s %s", rule.Code, example.query, d.Code, d.Message)
				}
			}
			if got != example.wants {
				t.Errorf("%s %s: %q gives it: %v; all: %v", rule.Code, row.Slug, example.query, got, r.Diagnostics)
			}
		}
	}
	for _, row := range diag.Rows() {
		if row.Code >= "CAL5" && row.Code < "CAL7" && !known[row.Code] && row.Code != diag.UnusedSuppression {
			t.Errorf("%s has no rule", row.Code)
		}
	}
}
