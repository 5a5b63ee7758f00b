package support

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"calypso/engine"
	"calypso/engine/fn"
	"calypso/engine/source"
	"calypso/kql/builtin"
	"calypso/kql/doc"
)

var update = flag.Bool("update", false, "write docs/kql-support.md")

// TestPage compares the page with what is so.
func TestPage(t *testing.T) {
	page := filepath.Join("..", "..", "docs", "kql-support.md")
	got := matrix(t)
	if *update {
		if err := os.WriteFile(page, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, _ := os.ReadFile(page)
	if string(have) != got {
		t.Error("docs/kql-support.md is stale; run go test ./internal/support -update")
	}
}

// row is a line of the page.
type row struct {
	name   string
	docs   bool
	engine string // "yes", or why not
}

func matrix(t *testing.T) string {
	e, err := engine.Open(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Load("", source.Samples()...); err != nil {
		t.Fatal(err)
	}
	names := fn.Names()
	built := map[string]bool{}
	for _, list := range [][]string{names.Scalars, names.Aggregates, names.Windows} {
		for _, n := range list {
			built[n] = true
		}
	}
	var out strings.Builder
	out.WriteString("# What of KQL is supported\n\nMade by `go test ./internal/support -update`; a test compares it with what is so.\n\n" +
		"Every word below is parsed, bound and completed. *Docs*: hover explains it. *Engine*: the embedded engine ran the documented\n" +
		"example, and a test case of the engine holds what it gives. *In part*: a test case holds some uses, but the documented example is\n" +
		"refused. What is refused is so by name, and a cluster has to run it.\n")
	held := backed(t)
	section(t, held, &out, "Tabular operators", operatorRows(e))
	section(t, held, &out, "Scalar functions", functionRows(e, doc.Function, builtin.Functions(), built))
	section(t, held, &out, "Aggregates", functionRows(e, doc.Aggregate, builtin.Aggregates(), built))
	section(t, held, &out, "Plugins", functionRows(e, doc.Plugin, builtin.Plugins(), nil))
	return out.String()
}

// section writes a table. What the page says is run must be held by a test case of the engine.
func section(t *testing.T, held map[string]bool, out *strings.Builder, title string, rows []row) {
	runs := 0
	for i, r := range rows {
		if r.engine == "refused" && held[r.name] {
			rows[i].engine = "in part"
		}
		if r.engine == "yes" {
			runs++
			if !held[r.name] {
				t.Errorf("%s: %s is run by the engine, but no case of engine/testdata/ops or engine/fn/testdata holds it", title, r.name)
			}
		}
	}
	fmt.Fprintf(out, "\n## %s\n\n%d in all; the embedded engine runs %d.\n\n| name | docs | engine |\n|---|---|---|\n", title, len(rows), runs)
	for _, r := range rows {
		docs := "no"
		if r.docs {
			docs = "yes"
		}
		fmt.Fprintf(out, "| `%s` | %s | %s |\n", r.name, docs, r.engine)
	}
}

func operatorRows(e *engine.Engine) []row {
	var rows []row
	for _, name := range doc.Names(doc.Operator) {
		entry, _ := doc.Find(doc.Operator, name)
		rows = append(rows, row{name, true, runs(e, entry.Example)})
	}
	return rows
}

func functionRows(e *engine.Engine, kind doc.Kind, all []builtin.Function, built map[string]bool) []row {
	var rows []row
	for i := range all {
		f := &all[i]
		if f.Flags.Has(builtin.Hidden) {
			continue
		}
		entry, documented := doc.Find(kind, f.Name)
		status := runs(e, entry.Example)
		if entry.Example == "" && built[f.Name] {
			status = "yes"
		}
		rows = append(rows, row{f.Name, documented, status})
	}
	slices.SortFunc(rows, func(a, b row) int { return strings.Compare(a.name, b.name) })
	return rows
}

// runs runs an example to its end and tells how that went.
func runs(e *engine.Engine, example string) string {
	if example == "" {
		return "not tried"
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	answer, err := e.Query(ctx, engine.Request{Text: example})
	if err == nil {
		defer answer.Close()
		for _, table := range answer.Tables {
			for {
				batch, next := table.Next(ctx)
				if next != nil {
					err = next
				}
				if batch == nil || next != nil {
					break
				}
			}
		}
	}
	var failure *engine.Error
	switch {
	case err == nil:
		return "yes"
	case errors.As(err, &failure) && failure.Kind == engine.NotBuilt:
		return "refused"
	}
	return "fails"
}
