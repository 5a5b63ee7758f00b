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

// TestInsideCommands: bodies and queries in commands are judged for what is wrong or slow, not for what they cost; comments in them
// silence as elsewhere.
func TestInsideCommands(t *testing.T) {
	cases := []struct{ src, want string }{
		{".create function f() { T | join (U) on a }", "CAL5001 join"},
		{".create function f() {\n  T | join (U) on a // calypso: ignore CAL5001\n}", ""},
		{".create function f(n:long) { search 'x' }", ""},
		{".alter table T policy update @'[{\"Query\":\"T | join (U) on a\"}]'", "CAL5001 join"},
		{".set T <| T | join (U) on a", "CAL5001 join"},
		{".set-or-append T with (folder='x') <| let n = 1; T | where a contains 'some text'", "CAL2018 n CAL6001 contains"},
		{".append T <| search 'x'", ""},
		{".append T <| T | join (U) on a // calypso: ignore CAL5001", ""},
		{".set async T <| T | where (", "CAL1001 "},
		{".show tables | where TableName contains 'some text'", ""}, // a command's result is small
		{".export to csv ('x') <| T | join (U) on a", "CAL5001 join"},
	}
	for _, c := range cases {
		s := script.Analyze(c.src, func(string) *symbol.Schema { return nil }, nil)
		var got []string
		for _, d := range lint.Check(s, lint.Options{}).Diagnostics {
			got = append(got, string(d.Code)+" "+d.Span.Of(c.src))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %q, want %q", c.src, got, c.want)
		}
	}
}

// What a binding keeps of the findings depends on the rules that were asked for.
func TestCheckAgain(t *testing.T) {
	s := script.Analyze("T | summarize count() by b", testSchema(t), nil)
	found := func(o lint.Options) bool {
		for _, d := range lint.Check(s, o).Diagnostics {
			if d.Code == diag.NoTimeFilter {
				return true
			}
		}
		return false
	}
	off := lint.Options{Severity: map[diag.Code]diag.Severity{diag.NoTimeFilter: lint.Off}}
	for range 2 {
		if !found(lint.Options{}) || found(lint.Options{Timed: true}) || found(off) {
			t.Fatalf("found %v, timed %v, off %v", found(lint.Options{}), found(lint.Options{Timed: true}), found(off))
		}
	}
}
