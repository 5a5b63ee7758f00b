package engine

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"

	"calypso/engine/exec"
	"calypso/engine/plan"
	"calypso/internal/golden"
	"calypso/kusto/value"
)

// TestOperators runs testdata/ops: tables as CSV (header name:type), in.kql, want: the rows or the error. A case with a
// section plan also holds the plan.
func TestOperators(t *testing.T) {
	golden.Run(t, "testdata/ops/*.txtar", func(t *testing.T, c *golden.Case) {
		e, err := Open(Options{Now: func() int64 { return 637134336000000000 }})
		if err != nil {
			t.Fatal(err)
		}
		for _, section := range c.Sections() {
			if name, ok := strings.CutSuffix(section, ".csv"); ok {
				if err := e.Load("", csvTable(t, name, c.Text(section))); err != nil {
					t.Fatal(err)
				}
			}
		}
		c.Want(t, "want", rowsText(e, c.Text("in.kql")))
		if c.Has("plan") {
			text, err := e.Explain(context.Background(), Request{Text: c.Text("in.kql")})
			if err != nil {
				t.Fatal(err)
			}
			c.Want(t, "plan", text)
		}
	})
}

// csvTable makes a table of CSV text; an empty cell is null.
func csvTable(t *testing.T, name, text string) exec.Table {
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var cols []value.Column
	for _, h := range records[0] {
		col, typ, _ := strings.Cut(h, ":")
		kind, ok := value.KindOf(typ)
		if !ok {
			t.Fatalf("column %q has no type", h)
		}
		cols = append(cols, value.Column{Name: col, Kind: kind})
	}
	b := exec.NewMemory(name, cols)
	for _, r := range records[1:] {
		batch := &value.Batch{N: 1}
		for i, cell := range r {
			v := plan.ParseRaw(cols[i].Kind, cell)
			if v == nil || cell == "" {
				v = value.NewNull(cols[i].Kind, 1)
			}
			batch.Cols = append(batch.Cols, v)
		}
		if err := b.Append(batch); err != nil {
			t.Fatal(err)
		}
	}
	return b.Table()
}

// rowsText runs a query and prints its tables, or its error.
func rowsText(e *Engine, query string) string {
	a, err := e.Query(context.Background(), Request{Text: query})
	if err != nil {
		return "error: " + err.Error()
	}
	defer a.Close()
	var out strings.Builder
	for i, t := range a.Tables {
		if i > 0 {
			out.WriteByte('\n')
		}
		for j, c := range t.Columns {
			if j > 0 {
				out.WriteString(" | ")
			}
			fmt.Fprintf(&out, "%s:%s", c.Name, c.Kind)
		}
		out.WriteByte('\n')
		if err := printRows(&out, t); err != nil {
			fmt.Fprintf(&out, "error: %v\n", err)
		}
		if t.Visualization != "" {
			fmt.Fprintf(&out, "render %s\n", t.Visualization)
		}
	}
	return out.String()
}

func printRows(out *strings.Builder, t *ResultTable) error {
	for {
		b, err := t.Next(context.Background())
		if err != nil || b == nil {
			return err
		}
		for i := range b.N {
			for j, v := range b.Cols {
				if j > 0 {
					out.WriteString(" | ")
				}
				switch {
				case v.IsNull(i):
					out.WriteString("null")
				case v.Kind == value.String:
					out.WriteString(v.Strings[i&v.Mask()])
				default:
					out.WriteString(value.DynAt(v, i).String())
				}
			}
			out.WriteByte('\n')
		}
	}
}

// asError gives a query's error, or fails.
func asError(t *testing.T, err error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %T: %v", err, err)
	}
	return e
}
