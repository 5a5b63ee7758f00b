package binder_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"calypso/kql/binder"
	"calypso/kql/syntax"
)

// TestLimits binds texts that would take long or go deep if each step weren't bounded.
func TestLimits(t *testing.T) {
	var twice strings.Builder
	twice.WriteString("let f0 = (x:long) { x + 1 };\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&twice, "let f%d = (x:long) { f%d(x) + f%d(x) };\n", i, i-1, i-1)
	}
	twice.WriteString("print f59(1)")
	var tables strings.Builder
	tables.WriteString("let T0 = T;\n")
	for i := 1; i < 300; i++ {
		fmt.Fprintf(&tables, "let T%d = T%d | join (T%d) on a | project a, b;\n", i, i-1, i-1)
	}
	tables.WriteString("T299")
	for name, query := range map[string]string{
		"functions that call twice": twice.String(),
		"tables that join twice":    tables.String(),
		"a long sum":                "print " + strings.Repeat("1 + ", 15000) + "1",
		"a long condition":          "T | where " + strings.Repeat("a == 1 or ", 15000) + "b == 'x'",
		"many pipes":                "T" + strings.Repeat(" | extend x = a", 3000),
		"many columns":              "T | extend " + strings.Repeat("a, ", 3000) + "b",
		"many unnamed":              "T | project " + strings.Repeat("a + 1, ", 3000) + "b",
		"one name again":            "print " + strings.Repeat("x1 = 1, ", 2000) + "x = 2",
		"deep brackets":             "print " + strings.Repeat("(", 290) + "1" + strings.Repeat(")", 290),
		"unknown names":             "T | where " + strings.Repeat("zzzzzzzz == 1 or ", 2000) + "true",
	} {
		tree := syntax.Parse(query)
		start := time.Now()
		binder.Bind(tree, testSchema(t))
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("%s: %v", name, took)
		} else {
			t.Logf("%-28s %v", name, took)
		}
	}
	start := time.Now()
	bound := binder.Bind(syntax.Parse("union * | where a > 1 | search 'x' | project-away b*"), namedSchema(t, "loganalytics"))
	t.Logf("%-28s %v, %d columns", "union of 751 tables", time.Since(start), len(bound.Result.List))
}
