package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"calypso/engine/source"
)

// The documentation's queries over the sample tables: the rows there aren't ours, but each query must bind and run, with the
// columns printed. What isn't built is a refusal.
func TestDocumentationOnSamples(t *testing.T) {
	path := filepath.Join(sharedDir(t), "docs-sampletables.jsonl")
	f, err := os.Open(path)
	if err != nil {
		t.Skipf("suite not there: %v", err)
	}
	defer f.Close()
	e, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Load("", source.Samples()...); err != nil {
		t.Fatal(err)
	}
	refused, tally := map[string]int{}, map[string]int{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var c struct {
			ID, Setup, Query string
			Flags            []string
			Expected         struct{ Columns []suiteColumn }
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		tables := strings.TrimPrefix(c.Setup, "tables: ")
		if strings.Trim(strings.NewReplacer("StormEvents", "", "PopulationData", "").Replace(tables), ",") != "" {
			continue
		}
		kind := runOnSamples(t, e, c.ID, c.Query, c.Expected.Columns, refused)
		tally[kind]++
	}
	t.Logf("%v", tally)
	logCommonest(t, refused)
	if tally["right columns"] < 100 {
		t.Errorf("only %d queries run with the right columns", tally["right columns"])
	}
}

func runOnSamples(t *testing.T, e *Engine, id, query string, want []suiteColumn, refused map[string]int) string {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	got, err := runCase(ctx, e, query)
	if err != nil {
		var fault *Error
		switch {
		case !errors.As(err, &fault):
			t.Errorf("%s: %v", id, err)
		case fault.Kind == NotBuilt:
			refused[refusalName(fault)]++
			return "refused"
		case fault.Kind == Internal:
			t.Errorf("%s: %v%s", id, fault, stackOf(fault))
		default:
			t.Logf("%s: %v\n%s", id, fault, query)
		}
		return "error"
	}
	if len(want) != len(got.table.Columns) {
		t.Logf("%s: columns %v, printed %v\n%s", id, got.table.Columns, want, query)
		return "other columns"
	}
	for i, c := range got.table.Columns {
		if !strings.EqualFold(c.Name, want[i].Name) {
			t.Logf("%s: column %s, printed %s\n%s", id, c.Name, want[i].Name, query)
			return "other columns"
		}
	}
	return "right columns"
}
