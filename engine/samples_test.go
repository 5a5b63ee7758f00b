package engine

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"calypso/engine/source"
)

// minOnSamples is the share of the documentation's queries over the sample tables that must run with the printed columns.
const minOnSamples = 0.90

// otherTables are printed tables that can't be the query's: those of a query before an edit, or without some columns.
var otherTables = map[string]string{
	"docs/query/arg-max-aggregation-function#01":     leftOut,
	"docs/query/arg-min-aggregation-function#01":     leftOut,
	"docs/query/sample-operator#02":                  leftOut,
	"docs/query/sample-operator#03":                  leftOut,
	"docs/query/set-statement#00":                    leftOut,
	"docs/query/sort-operator#00":                    leftOut,
	"docs/query/tutorials/learn-common-operators#09": leftOut,
	"docs/query/shuffle-query#06":                    leftOut,
	"docs/query/shuffle-query#07":                    leftOut,
	"docs/query/contains-cs-operator#00":             onlyCount,
	"docs/query/in-operator#02":                      onlyCount,
	"docs/query/not-in-cs-operator#02":               onlyCount,
	"docs/query/not-in-operator#02":                  onlyCount,
	"docs/query/shuffle-query#05":                    onlyCount,
	"docs/query/not-function#00":                     "column count_ is printed as Count",
	"docs/query/not-in-cs-operator#03":               "column count_ is printed as Count",
	"docs/query/not-in-cs-operator#04":               "column count_ is printed as Count",
	"docs/query/column-ifexists-function#00":         "column Column1, as the official library names it too, is printed as State",
	"docs/query/iff-function#01":                     "column SeverityEvents isn't printed",
	"docs/query/maxif-aggregation-function#00":       "the header is printed as --",
	"docs/query/pivot-plugin#00":                     "its columns stand in the order of the real table's rows",
	"docs/query/top-hitters-operator#02":             "the printed table is that of top-hitters by a sum",
	"docs/query/tutorials/learn-common-operators#06": "EventType is printed as Eventype",
}

const (
	leftOut   = "columns are left out"
	onlyCount = "it is that of the query with count"
)

// All rows of a sample table are an answer that needs no wider limits, as the documentation of sort shows them.
func TestSampleTableWhole(t *testing.T) {
	e, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Load("", source.Samples()...); err != nil {
		t.Fatal(err)
	}
	a, err := e.Query(context.Background(), Request{Text: "StormEvents | sort by State asc, StartTime desc"})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if rows, err := counted(a.Tables[0]); err != nil || rows != 59_066 {
		t.Errorf("%d rows, want 59066; then %v", rows, err)
	}
}

// The documentation's queries over the sample tables: the rows there aren't ours, but each query must bind and run, with the
// columns printed. What isn't built is a refusal.
func TestDocumentationOnSamples(t *testing.T) {
	dir := sharedDir(t)
	e, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Load("", source.Samples()...); err != nil {
		t.Fatal(err)
	}
	run := newSuiteRun("docs-sampletables.jsonl")
	for _, c := range readSuite(t, filepath.Join(dir, run.Suite)) {
		run.take(t, c, func() verdict { return runOnSamples(e, c) })
	}
	run.finish(t, minOnSamples)
}

func runOnSamples(e *Engine, c suiteCase) verdict {
	tables := strings.NewReplacer("StormEvents", "", "PopulationData", "").Replace(strings.TrimPrefix(c.Setup, "tables: "))
	if strings.Trim(tables, ",") != "" {
		return verdict{kind: "skipped", detail: "the case needs a table that isn't among the samples"}
	}
	if why := otherTables[c.ID]; why != "" {
		return verdict{kind: "skipped", detail: "the printed table isn't the query's: " + why}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	got, err := runCase(ctx, e, c.Query)
	var fault *Error
	switch {
	case err == nil:
	case !errors.As(err, &fault):
		return verdict{kind: "wrong", detail: "untyped error: " + err.Error()}
	case fault.Kind == NotBuilt:
		return verdict{kind: "refused", detail: refusalName(fault)}
	case fault.Kind == Internal:
		return verdict{kind: "wrong", detail: fault.Error() + stackOf(fault)}
	default:
		return verdict{kind: "refused", detail: "error: " + fault.Error()}
	}
	want := c.Expected.Columns
	for i, col := range got.table.Columns {
		if len(want) != len(got.table.Columns) || !strings.EqualFold(col.Name, want[i].Name) {
			return verdict{kind: "wrong", detail: "columns " + columnNames(got) + "; printed " + printedNames(want)}
		}
	}
	return verdict{kind: "equal"}
}

func columnNames(a *answer) string {
	var names []string
	for _, c := range a.table.Columns {
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}

func printedNames(columns []suiteColumn) string {
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}
