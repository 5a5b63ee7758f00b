package binder_test

import (
	"fmt"
	"strings"
	"testing"

	"calypso/internal/golden"
	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// TestCases binds the texts of testdata/*.txtar: a section x.kql gives what x.want says, the columns of each result and the
// findings. Tables are those of a section named schema, one a line: T(a:long, b:string).
func TestCases(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		schema := caseSchema(t, c.Text("schema"))
		c.Each(".kql", func(name, in string) {
			query := strings.TrimSuffix(in, "\n")
			c.Want(t, name+".want", describe(query, schema))
		})
	})
}

// caseSchema makes a database of table lines; a line "function f(x:long) { … }" is a stored function, "view V(a:long)" a
// materialized view, "group G [database('Test')]" an entity group.
func caseSchema(t *testing.T, lines string) *symbol.Schema {
	t.Helper()
	d := &symbol.Database{Name: "Test", State: symbol.Known}
	for _, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		kind := symbol.Plain
		if rest, ok := strings.CutPrefix(line, "view "); ok {
			line, kind = rest, symbol.MaterializedView
		}
		if rest, ok := strings.CutPrefix(line, "group "); ok {
			name, definition, _ := strings.Cut(rest, " ")
			d.EntityGroups = append(d.EntityGroups, &symbol.EntityGroup{Name: name, Definition: definition})
			continue
		}
		open := strings.IndexByte(line, '(')
		if open < 0 {
			continue
		}
		if rest, ok := strings.CutPrefix(line, "function "); ok {
			brace := strings.IndexByte(rest, '{')
			open := strings.IndexByte(rest, '(')
			d.Functions = append(d.Functions, &symbol.Function{Name: rest[:open], Parameters: rest[open:brace], Body: rest[brace:]})
			continue
		}
		columns, err := symbol.ParseColumns(line[open:])
		if err != nil {
			t.Fatalf("schema line %q: %v", line, err)
		}
		d.Tables = append(d.Tables, &symbol.TableSymbol{Name: line[:open], Kind: kind, Columns: columns})
	}
	return symbol.New(&symbol.Cluster{Name: "here.kusto.windows.net", State: symbol.Known, Databases: []*symbol.Database{d}}, d)
}

// describe writes what binding a text gives: a line for each result, then a line for each finding as line:column.
func describe(query string, schema *symbol.Schema) string {
	bound := binder.Bind(syntax.Parse(query), schema)
	var b strings.Builder
	for _, r := range bound.Results {
		fmt.Fprintln(&b, r.Columns.String())
		for _, c := range r.List {
			if c.Shape != nil {
				fmt.Fprintf(&b, "  %s holds %s\n", c.Name, c.Shape)
			}
		}
	}
	for _, d := range bound.Diagnostics {
		line, column := position(query, d.Span.Start)
		fmt.Fprintf(&b, "%d:%d %s %s %q: %s\n", line, column, d.Severity, d.Code, d.Span.Of(query), d.Message)
		for _, r := range d.Related {
			line, column := position(query, r.Span.Start)
			fmt.Fprintf(&b, "  %d:%d %s\n", line, column, r.Message)
		}
	}
	for _, n := range bound.Needs {
		fmt.Fprintf(&b, "needs cluster %q database %q\n", n.Cluster, n.Database)
	}
	return b.String()
}

func position(query string, offset int) (line, column int) {
	before := query[:offset]
	return strings.Count(before, "\n") + 1, len(before) - strings.LastIndexByte(before, '\n')
}
