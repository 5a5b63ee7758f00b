package engine

import (
	"context"
	"strings"
	"testing"

	"calypso/engine/exec"
	"calypso/kql/symbol"
	"calypso/kusto/value"
)

func longs(name string, values ...int64) exec.Table {
	b := exec.NewMemory(name, []value.Column{{Name: "n", Kind: value.Long}})
	if err := b.Append(&value.Batch{N: len(values), Cols: []*value.Vector{{Kind: value.Long, N: len(values), Ints: values}}}); err != nil {
		panic(err)
	}
	return b.Table()
}

func TestCatalog(t *testing.T) {
	e, err := Open(Options{Database: "Main"})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Load("", longs("T", 1, 2, 3), longs("U", 9)); err != nil {
		t.Fatal(err)
	}
	if err := e.Load("Other", longs("T", 40, 50)); err != nil {
		t.Fatal(err)
	}
	err = e.Define("Main", &symbol.Function{Name: "Above", Parameters: "(floor: long = 1)", Body: "{ T | where n > floor }"},
		&symbol.Function{Name: "Twice", Parameters: "(x: long)", Body: "{ x * 2 }"},
		&symbol.Function{Name: "Broken", Parameters: "()", Body: "{ T\n| reduce by n }"})
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"T | count":                   "Count:long\n3\n",
		"database('Other').T | count": "Count:long\n2\n",
		"union T, database('Other').T | summarize sum(n)": "sum_n:long\n96\n",
		"Above(2)":                      "n:long\n3\n",
		"Above | summarize sum(n)":      "sum_n:long\n5\n",
		"Above() | extend m = Twice(n)": "n:long | m:long\n2 | 4\n3 | 6\n",
		"union withsource=s T, U | where n > 2 | project s": "s:string\nT\nU\n",
		"union * | count":              "Count:long\n4\n",
		"table('T') | take 1":          "n:long\n1\n",
		"let T = U; T":                 "n:long\n9\n",
		"T | where n in (U) or n == 3": "n:long\n3\n",
		"Broken":                       "error: 1:1: operator 'reduce' is not built",
	} {
		if got := rowsText(e, query); got != want && (!strings.HasPrefix(want, "error") || !strings.Contains(got, "reduce")) {
			t.Errorf("%s: got %s, want %s", query, got, want)
		}
	}
	// A query goes on with the tables it began with; the next one sees the new ones.
	a, err := e.Query(context.Background(), Request{Text: "T"})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := e.Load("main", longs("T", 7)); err != nil {
		t.Fatal(err)
	}
	b, err := a.Tables[0].Next(context.Background())
	if err != nil || b.N != 3 {
		t.Errorf("%v rows, %v", b, err)
	}
	if got := rowsText(e, "T"); got != "n:long\n7\n" {
		t.Errorf("got %s", got)
	}
	if names := strings.Join(e.Databases(), " "); names != "Main Other" {
		t.Errorf("databases %s", names)
	}
	if err := e.Load("", longs("", 1)); err == nil {
		t.Error("a table without a name was loaded")
	}
}
