// The suites of the real engine's answers: each query runs here and its answer is held against theirs, cell by cell. The
// suites lie beside the checkout (CALYPSO_SHARED) and are never copied into it.

package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"calypso/kusto/value"
)

// suiteCase is a line of a suite.
type suiteCase struct {
	ID        string          `json:"id"`
	Query     string          `json:"query"`
	Setup     string          `json:"setup"`
	Flags     []string        `json:"flags"`
	Kustainer json.RawMessage `json:"kustainer"`
	printed   bool            // the expected table is text: only run the query
	Nondet    bool            `json:"nondet"`
	Expected  struct {
		Error    string        `json:"error"`
		Columns  []suiteColumn `json:"columns"`
		Rows     [][]any       `json:"rows"`
		RowCount *int          `json:"row_count"`
		Complete *bool         `json:"complete"`
	} `json:"expected"`
}

type suiteColumn struct {
	Name string `json:"name"`
	Cls  string `json:"cls"`
	Clr  string `json:"clr"`
}

// suites are the files, with what must hold for each.
var suites = []struct {
	file     string
	minEqual float64 // share of the answered queries
}{
	{"kustainer-fuzz-a.jsonl", 0.98},
	{"kustainer-docs.jsonl", 0.93},
}

func sharedDir(t *testing.T) string {
	dir := os.Getenv("CALYPSO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	dir = filepath.Join(dir, "corpus", "engine")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no suites of answers at %s; set CALYPSO_SHARED to the folder that holds corpus/engine", dir)
	}
	return dir
}

func readSuite(t *testing.T, path string) []suiteCase {
	f, err := os.Open(path)
	if err != nil {
		t.Skipf("suite not there: %v", err)
	}
	defer f.Close()
	var cases []suiteCase
	seen := map[string]bool{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var c suiteCase
		d := json.NewDecoder(strings.NewReader(lines.Text()))
		d.UseNumber()
		if err := d.Decode(&c); err != nil {
			t.Fatal(err)
		}
		if !seen[c.Query] {
			seen[c.Query] = true
			cases = append(cases, c)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return cases
}

// verdict is how one case went.
type verdict struct {
	kind   string // equal, refused, wrong, skipped
	detail string
	answer *answer // of a query whose expected table is text
}

func TestConformance(t *testing.T) {
	dir := sharedDir(t)
	e, err := Open(Options{Database: "NetDefaultDB"})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range suites {
		t.Run(strings.TrimSuffix(s.file, ".jsonl"), func(t *testing.T) {
			run := newSuiteRun(s.file)
			for _, c := range readSuite(t, filepath.Join(dir, s.file)) {
				run.take(t, c, func() verdict { return check(e, c) })
			}
			run.finish(t, s.minEqual)
		})
	}
}

var shapeOnly = regexp.MustCompile(`\b(now|ago|rand|new_guid|sample|shuffle|cursor_current|ingestion_time|current_principal)\b`)

// check runs one case.
func check(e *Engine, c suiteCase) verdict {
	if c.Setup != "" {
		return verdict{kind: "skipped", detail: "setup"}
	}
	// Random rows are looked at for their shape only; some such queries make millions.
	limit := 20 * time.Second
	if shapeOnly.MatchString(c.Query) {
		limit = 2 * time.Second
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	got, err := runCase(ctx, e, c.Query)
	if err != nil && ctx.Err() != nil {
		return verdict{kind: "skipped", detail: "took too long"}
	}
	if err != nil {
		var fault *Error
		if !errors.As(err, &fault) {
			return verdict{kind: "wrong", detail: "untyped error: " + err.Error()}
		}
		switch {
		case fault.Kind == Internal:
			return verdict{kind: "wrong", detail: fault.Error() + stackOf(fault)}
		case fault.Kind == NotBuilt:
			return verdict{kind: "refused", detail: refusalName(fault)}
		case c.Expected.Error != "":
			return verdict{kind: "equal", detail: ""}
		}
		return verdict{kind: "refused", detail: "error: " + fault.Error()}
	}
	if c.printed {
		return verdict{kind: "wrong", answer: got}
	}
	if c.Expected.Error != "" {
		return verdict{kind: "wrong", detail: "the real engine refuses this query; here it gives rows"}
	}
	if why := compareAnswer(got, c); why != "" {
		return verdict{kind: "wrong", detail: why}
	}
	return verdict{kind: "equal", detail: ""}
}

var position = regexp.MustCompile(`^\d+:\d+: `)

func refusalName(e *Error) string {
	return strings.TrimSuffix(position.ReplaceAllString(e.Message, ""), " is not built in the embedded engine; connect to a cluster to use it")
}

// answer is a whole result.
type answer struct {
	table *ResultTable
	rows  *value.Batch
}

func runCase(ctx context.Context, e *Engine, query string) (*answer, error) {
	a, err := e.Query(ctx, Request{Text: query})
	if err != nil {
		return nil, err
	}
	defer a.Close()
	// The real engine's answer holds the first table.
	t := a.Tables[0]
	builders := make([]*value.Builder, len(t.Columns))
	for i, c := range t.Columns {
		builders[i] = value.NewBuilder(c.Kind, 0)
	}
	out := &value.Batch{}
	for {
		b, err := t.Next(ctx)
		if err != nil {
			return nil, err
		}
		if b == nil {
			break
		}
		if len(b.Cols) != len(builders) {
			return nil, fmt.Errorf("a batch of %d columns, want %d", len(b.Cols), len(builders))
		}
		for i, v := range b.Cols {
			if v.Kind != t.Columns[i].Kind {
				return nil, fmt.Errorf("column %d is %s in a batch and %s in the schema", i, v.Kind, t.Columns[i].Kind)
			}
			if v.N != b.N {
				return nil, fmt.Errorf("column %d has %d rows in a batch of %d", i, v.N, b.N)
			}
			builders[i].AppendAll(v)
		}
		out.N += b.N
	}
	for _, b := range builders {
		out.Cols = append(out.Cols, b.Vector())
	}
	return &answer{t, out}, nil
}
