package check

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"calypso/internal/golden"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/text"
)

func textSpan(start, end int) text.Span { return text.Span{Start: start, End: end} }

func testSchema(t testing.TB) *symbol.Schema {
	t.Helper()
	columns := func(s string) symbol.Columns {
		list, err := symbol.ParseColumns(s)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	return symbol.ForDatabase(&symbol.Database{Name: "Test", State: symbol.Known, Tables: []*symbol.TableSymbol{
		{Name: "T", Columns: columns("(a: long, b: string, c: datetime, d: dynamic)")}, {Name: "U", Columns: columns("(a: long, e: real)")},
	}})
}

// TestFiles: each section is a file; want has the findings of all of them.
func TestFiles(t *testing.T) {
	schema := testSchema(t)
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		var out strings.Builder
		for _, path := range c.Sections() {
			if path == "want" {
				continue
			}
			r, err := File(path, c.Text(path), Options{Schema: schema})
			if err != nil {
				fmt.Fprintf(&out, "%s: %v\n", path, err)
				continue
			}
			fmt.Fprintf(&out, "%s: %d queries, score %d\n", path, r.Queries, r.Score)
			for _, f := range r.Findings {
				fmt.Fprintf(&out, "%d:%d-%d:%d %s %s: %s", f.Line, f.Column, f.EndLine, f.EndColumn, f.Severity, f.Code, f.Message)
				if f.Suppressed {
					fmt.Fprintf(&out, " [suppressed: %s]", f.Reason)
				}
				out.WriteString("\n")
			}
		}
		c.Want(t, "want", out.String())
	})
}

// TestEntityExamples runs the examples of the one rule that needs the file around a query.
func TestEntityExamples(t *testing.T) {
	row := diag.UnmappedEntity.Row()
	for body, want := range map[string]bool{row.Bad: true, row.Good: false} {
		r, err := File("rule.yaml", body, Options{Schema: testSchema(t)})
		if err != nil {
			t.Fatal(err)
		}
		got := false
		for _, f := range r.Findings {
			got = got || f.Code == diag.UnmappedEntity
		}
		if got != want {
			t.Errorf("%q: %v", body, r.Findings)
		}
	}
}

// TestBaseline: known findings stay known where their statement moves or is laid out anew; new ones, and the second of two, don't.
func TestBaseline(t *testing.T) {
	check := func(body string) []Finding {
		r, err := File("a.kql", body, Options{Schema: testSchema(t)})
		if err != nil {
			t.Fatal(err)
		}
		return r.Findings
	}
	var file bytes.Buffer
	if err := WriteBaseline(&file, check("T | where c > ago(1d) and isnull(b) | count")); err != nil {
		t.Fatal(err)
	}
	known, err := ReadBaseline(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for body, active := range map[string]int{
		"T | where c > ago(1d) and isnull(b) | count":                                                      0,
		"// moved\n\nT\n| where c > ago(1d) and isnull(b)\n| count":                                        0,
		"T | where c > ago(2d) and isnull(b) | count":                                                      1,
		"T | where c > ago(1d) and isnull(b) | count;\n\nT | where c > ago(1d) and isnull(b) | count":      1,
		"T | where c > ago(1d) and isnull(b) | count;\n\nT | where c > ago(1d) and isnotnull(b) | take 10": 1,
	} {
		findings := check(body)
		known.Mark(findings)
		n := 0
		for _, f := range findings {
			if f.Active() {
				n++
			}
		}
		if n != active {
			t.Errorf("%q: %d new findings, want %d: %v", body, n, active, findings)
		}
	}
	for _, broken := range []string{"", "[]", `{"version": 2}`, `{"version": 1, "findings": [{}]}`, `{"version": 1, "x": 1}`} {
		if _, err := ReadBaseline([]byte(broken)); err == nil || !strings.Contains(err.Error(), "--write-baseline") {
			t.Errorf("%q: %v", broken, err)
		}
	}
}
