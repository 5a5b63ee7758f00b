package tool

import (
	"context"
	"strings"

	"calypso/kql/symbol"
)

var schemaTool = definition{
	Tool: define("kusto_get_table_schema", "Gives a table's columns with their types and descriptions.",
		`"table_name":{"type":"string","description":"As listed by kusto_list_tables"}`, "table_name"),
	prepare: (*Set).prepareSchema,
}

// TableSchema is the answer of kusto_get_table_schema.
type TableSchema struct {
	Table     string         `json:"table"`
	Kind      string         `json:"kind"`
	Docstring string         `json:"docstring,omitempty"`
	Columns   []SchemaColumn `json:"columns"`
	Truncated bool           `json:"truncated"`
}

// SchemaColumn is one column of a TableSchema.
type SchemaColumn struct {
	Name      string `json:"name"`
	Type      string `json:"type"`
	Docstring string `json:"docstring,omitempty"`
}

func (s *Set) prepareSchema(_ context.Context, p *Prepared) *Failure {
	var a struct {
		Table string `json:"table_name"`
	}
	if f := decode(p.Arguments, &a); f != nil {
		return f
	}
	p.run = func(ctx context.Context) Outcome { return s.tableSchema(ctx, a.Table) }
	return nil
}

func (s *Set) tableSchema(ctx context.Context, name string) Outcome {
	t, f := s.table(ctx, name)
	if f != nil {
		return failed(f)
	}
	out := TableSchema{Table: t.Name, Kind: kindOf(t.Kind), Docstring: clip(t.Doc, 1000), Columns: []SchemaColumn{}}
	for _, c := range t.Columns.List {
		out.Columns = append(out.Columns, SchemaColumn{c.Name, c.Type.String(), clip(c.Doc, s.limits.CellChars)})
	}
	out.Columns, out.Truncated = fitting(out.Columns, s.limits.OutputBytes-2000)
	return Outcome{Output: marshal(out)}
}

// table finds a table by its listed name. What is sent to the cluster is always our own spelling of what was found, never the
// model's text.
func (s *Set) table(ctx context.Context, name string) (*symbol.TableSymbol, *Failure) {
	db, f := s.database(ctx)
	if f != nil {
		return nil, f
	}
	if t := db.Table(name); t != nil {
		return t, nil
	}
	f = &Failure{Kind: UnknownTable, Message: "there is no table " + symbol.QuoteName(clip(name, 100)) + " in " + s.place.Database, Hint: "call kusto_list_tables"}
	for _, t := range db.Tables {
		if strings.EqualFold(t.Name, name) {
			f.Hint = "did you mean " + t.Name + "?"
		}
	}
	return nil, f
}
