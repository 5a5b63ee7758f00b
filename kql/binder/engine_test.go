package binder_test

// This file compares result columns with those of the real engine, over the suites of engine answers that lie beside the
// checkout. It counts and lists; a floor holds what is reached.

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"calypso/internal/corpus"
	"calypso/kql/binder"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

func samplesSchema(t testing.TB) *symbol.Schema { return namedSchema(t, "help.Samples") }

// namedSchema reads one of the schema files beside the checkout.
func namedSchema(t testing.TB, name string) *symbol.Schema {
	t.Helper()
	data, err := os.ReadFile(corpus.File(t, "schema", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := symbol.ParseFile(data)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

type engineCase struct {
	ID       string
	Query    string
	Setup    string
	Expected struct {
		Columns []struct{ Name, CLR, Cls string }
		Error   string
	}
}

// classOf names a type as the suites do.
func classOf(t symbol.Type, clr bool) string {
	if clr {
		switch t {
		case symbol.Bool:
			return "SByte|Boolean"
		case symbol.Decimal:
			return "SqlDecimal|Decimal"
		}
		return strings.TrimPrefix(t.CLR(), "System.")
	}
	switch t {
	case symbol.Bool:
		return "Bool"
	case symbol.Int, symbol.Long:
		return "Int"
	case symbol.Real, symbol.Decimal:
		return "Real"
	case symbol.Datetime:
		return "DateTime"
	case symbol.Timespan:
		return "TimeSpan"
	case symbol.String:
		return "String"
	case symbol.Guid:
		return "Guid"
	}
	return "Dynamic"
}

// emptySchema knows a database without tables, as the engine of the suites did.
func emptySchema() *symbol.Schema {
	return symbol.ForDatabase(&symbol.Database{Name: "db", State: symbol.Known})
}

// compareColumns gives "" when the columns are equal, "open" when ours are open, else the difference.
func compareColumns(c *engineCase, got *binder.Table) string {
	if got == nil {
		return "no result"
	}
	var want, have []string
	for _, col := range c.Expected.Columns {
		class := col.Cls
		if col.CLR != "" {
			class = col.CLR
		}
		want = append(want, col.Name+":"+class)
	}
	for i, col := range got.List {
		class := classOf(col.Type, i < len(c.Expected.Columns) && c.Expected.Columns[i].CLR != "")
		if i < len(want) && want[i] != col.Name+":"+class {
			for _, alternative := range strings.Split(class, "|") {
				if want[i] == col.Name+":"+alternative {
					class = alternative
				}
			}
		}
		have = append(have, col.Name+":"+class)
	}
	if strings.Join(want, ", ") == strings.Join(have, ", ") && !got.Open {
		return ""
	}
	if got.Open {
		return "open"
	}
	for _, col := range got.List {
		if col.Type == symbol.Unknown {
			return "open"
		}
	}
	return fmt.Sprintf("engine %s\n        ours   %s", strings.Join(want, ", "), strings.Join(have, ", "))
}

func firstError(list []diag.Diagnostic) string {
	for _, d := range list {
		if d.Severity == diag.Error {
			return fmt.Sprintf("%s at %d: %s", d.Code, d.Span.Start, d.Message)
		}
	}
	return ""
}

// TestEngineColumns holds what is reached: no error on a query that the engine ran, and as many equal results as before.
func TestEngineColumns(t *testing.T) {
	for suite, equal := range map[string]int{"kustainer-fuzz-a": 794, "kustainer-docs": 777} {
		t.Run(suite, func(t *testing.T) { engineSuite(t, suite, equal) })
	}
}

func engineSuite(t *testing.T, suite string, floor int) {
	cases := corpus.Lines[engineCase](t, corpus.File(t, "corpus", "engine", suite+".jsonl"))
	equal, different, open, falseErrors, missed, refused, answered := 0, 0, 0, 0, 0, 0, 0
	for i := range cases {
		c := &cases[i]
		bound := binder.Bind(syntax.Parse(c.Query), emptySchema())
		problem := firstError(bound.Diagnostics)
		if c.Expected.Error != "" {
			refused++
			if problem == "" {
				missed++
				t.Logf("missed %s: %s\n        %s", c.ID, c.Expected.Error, oneLine(c.Query))
			}
			continue
		}
		answered++
		if problem != "" {
			falseErrors++
			t.Logf("false error %s: %s\n        %s", c.ID, problem, oneLine(c.Query))
		}
		var result *binder.Table
		if len(bound.Results) > 0 {
			result = bound.Results[0] // of several, the suites hold the first
		}
		switch d := compareColumns(c, result); d {
		case "":
			equal++
		case "open":
			open++
			t.Logf("open %s: %s", c.ID, oneLine(c.Query))
		default:
			different++
			t.Logf("different %s: %s\n        %s", c.ID, d, oneLine(c.Query))
		}
	}
	t.Logf("%s: %d answered: %d equal, %d different, %d open, %d false errors; %d refused by the engine, %d of them not by us",
		suite, answered, equal, different, open, falseErrors, refused, missed)
	if falseErrors > 0 || equal < floor {
		t.Errorf("%s: %d errors on queries that the engine ran, %d equal results; before 0 and %d", suite, falseErrors, equal, floor)
	}
}

func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 400 {
		s = s[:400] + "…"
	}
	return s
}
