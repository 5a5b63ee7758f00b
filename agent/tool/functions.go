package tool

import (
	"cmp"
	"context"
	"slices"

	"calypso/kql/symbol"
)

var functionsTool = definition{
	Tool:    define("kusto_list_functions", "Lists the stored functions of the current database.", ""),
	prepare: (*Set).prepareFunctions,
}

// FunctionList is the answer of kusto_list_functions.
type FunctionList struct {
	Functions []FunctionEntry `json:"functions"`
	Total     int             `json:"total"`
	Truncated bool            `json:"truncated"`
}

// FunctionEntry is one function of a FunctionList.
type FunctionEntry struct {
	Name       string `json:"name"`
	Parameters string `json:"parameters"`
	Docstring  string `json:"docstring,omitempty"`
	Folder     string `json:"folder,omitempty"`
}

func (s *Set) prepareFunctions(_ context.Context, p *Prepared) *Failure {
	return p.withNone(s.listFunctions)
}

func (s *Set) listFunctions(ctx context.Context) Outcome {
	db, f := s.database(ctx)
	if f != nil {
		return failed(f)
	}
	list := FunctionList{Functions: []FunctionEntry{}, Total: len(db.Functions)}
	functions := slices.Clone(db.Functions)
	slices.SortStableFunc(functions, func(a, b *symbol.Function) int { return cmp.Compare(a.Name, b.Name) })
	for _, f := range functions {
		list.Functions = append(list.Functions, FunctionEntry{f.Name, clip(f.Parameters, 500), clip(f.Doc, s.limits.CellChars), f.Folder})
	}
	list.Functions, list.Truncated = fitting(list.Functions, s.limits.OutputBytes-200)
	return Outcome{Output: marshal(list)}
}
