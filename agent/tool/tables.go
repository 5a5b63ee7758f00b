package tool

import (
	"cmp"
	"context"
	"slices"

	"calypso/kql/symbol"
)

var tablesTool = definition{
	Tool:    define("kusto_list_tables", "Lists the tables, materialized views and external tables of the current database.", ""),
	prepare: (*Set).prepareTables,
}

// TableList is the answer of kusto_list_tables.
type TableList struct {
	Database  string       `json:"database"`
	Tables    []TableEntry `json:"tables"`
	Total     int          `json:"total"`
	Truncated bool         `json:"truncated"`
}

// TableEntry is one table of a TableList.
type TableEntry struct {
	Name        string `json:"name"`
	Kind        string `json:"kind"` // table, materializedView or externalTable
	Folder      string `json:"folder,omitempty"`
	Docstring   string `json:"docstring,omitempty"`
	ColumnCount int    `json:"columnCount"`
}

func (s *Set) prepareTables(_ context.Context, p *Prepared) *Failure { return p.withNone(s.listTables) }

func (s *Set) listTables(ctx context.Context) Outcome {
	db, f := s.database(ctx)
	if f != nil {
		return failed(f)
	}
	list := TableList{Database: s.place.Database, Tables: []TableEntry{}, Total: len(db.Tables)}
	tables := slices.Clone(db.Tables)
	slices.SortStableFunc(tables, func(a, b *symbol.TableSymbol) int { return cmp.Compare(a.Name, b.Name) })
	for _, t := range tables {
		list.Tables = append(list.Tables, TableEntry{t.Name, kindOf(t.Kind), t.Folder, clip(t.Doc, s.limits.CellChars), len(t.Columns.List)})
	}
	list.Tables, list.Truncated = fitting(list.Tables, s.limits.OutputBytes-200)
	return Outcome{Output: marshal(list)}
}

// database gives the place's own database.
func (s *Set) database(ctx context.Context) (*symbol.Database, *Failure) {
	facts, err := s.place.Schemas.Schema(ctx, false)
	if err != nil {
		return nil, kustoFailure(ctx, "", err)
	}
	if facts.Schema == nil || facts.Schema.Database == nil {
		return nil, &Failure{Kind: Kusto, Message: "the schema of " + s.place.Database + " isn't loaded", Hint: "try again"}
	}
	return facts.Schema.Database, nil
}

func kindOf(k symbol.TableKind) string {
	switch k {
	case symbol.MaterializedView:
		return "materializedView"
	case symbol.External:
		return "externalTable"
	}
	return "table"
}

// TableNames gives the names of the place's tables, for people; none where the schema can't be had.
func (s *Set) TableNames(ctx context.Context) []string {
	db, f := s.database(ctx)
	if f != nil {
		return nil
	}
	var names []string
	for _, t := range db.Tables {
		names = append(names, t.Name)
	}
	return names
}
