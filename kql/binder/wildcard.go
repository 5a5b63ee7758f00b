package binder

// This file finds what name patterns stand for: columns of a row, tables of a database.

import (
	"slices"
	"strings"

	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// matching gives the columns that a pattern stands for, in order.
func (b *binder) matching(w *syntax.Wildcard, t *Table) []*symbol.Column {
	if w.Text == "*" {
		return t.List
	}
	var found []*symbol.Column
	for _, c := range t.List {
		if matchPattern(w.Text, c.Name) {
			found = append(found, c)
		}
	}
	return found
}

// matchPattern tells whether a name fits a pattern in which * stands for any text.
func matchPattern(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == name
	}
	first, last := parts[0], parts[len(parts)-1]
	if len(name) < len(first)+len(last) || !strings.HasPrefix(name, first) || !strings.HasSuffix(name, last) {
		return false
	}
	name = name[len(first) : len(name)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(name, part)
		if i < 0 {
			return false
		}
		name = name[i+len(part):]
	}
	return true
}

// wildcardTables gives the union of the tables that a pattern stands for.
func (b *binder) wildcardTables(w *syntax.Wildcard, at place) value {
	legs := b.wildcardLegs(w, at)
	if len(legs) == 0 {
		return tabular(openTable())
	}
	return value{typ: symbol.Table, table: mergeLegs(legs, nil, false), legs: legs}
}

// wildcardLegs gives the tables that a pattern stands for, and records them.
func (b *binder) wildcardLegs(w *syntax.Wildcard, at place) []Leg {
	entries := b.tablesMatching(w.Text, at)
	b.scope.TableSets[w] = entries
	if len(entries) == 0 {
		b.missingTables(w, at)
		return nil
	}
	legs := make([]Leg, len(entries))
	for i, e := range entries {
		legs[i] = Leg{Name: e.Symbol.Name, Symbol: e.Symbol, Table: e.Table}
	}
	return legs
}

// missingTables says that a pattern stands for no table: an error, unless isfuzzy leaves it out or the statement only restricts
// what may be seen.
func (b *binder) missingTables(w *syntax.Wildcard, at place) {
	switch {
	case at.database == nil || at.database.State != symbol.Known:
		b.needDatabase(at, w)
	case b.fuzzy || b.restricting || w.Text == "*":
		b.report(diag.MatchesNothing, w.Span(), w.Text)
	default:
		b.reportAs(diag.UnknownTable, "KS142", w.Span(), w.Text, "; no table of the database matches")
	}
}

// tablesMatching gives the tables and views that a pattern matches: views made by let, tables, materialized views, stored views.
func (b *binder) tablesMatching(pattern string, at place) []TableEntry {
	var list []TableEntry
	if at.database == nil {
		return b.viewsMatching(list, pattern, at)
	}
	for _, t := range at.database.Tables {
		if (t.Kind == symbol.Plain || t.Kind == symbol.MaterializedView && pattern != "*") && matchPattern(pattern, t.Name) {
			v := b.tableRef(nil, t, at)
			s := Symbol{Kind: SymTable, Name: t.Name, Type: symbol.Table, Table: t}
			s.Cluster, s.Database = b.placeNames(at)
			list = append(list, TableEntry{Symbol: s, Table: v.table})
		}
	}
	return b.viewsMatching(list, pattern, at)
}

// viewsMatching adds the views made by let, in order of declaration.
func (b *binder) viewsMatching(list []TableEntry, pattern string, at place) []TableEntry {
	if at != b.at {
		return list
	}
	var views []TableEntry
	for l := b.vars; l != nil; l = l.next {
		if v := l.v; v.Func != nil && v.Func.View && v.Table != nil && matchPattern(pattern, v.Name) {
			v.used = true
			views = append(views, TableEntry{Symbol: Symbol{Kind: SymFunction, Name: v.Name, Let: v}, Table: copyTable(v.Table)})
		}
	}
	slices.Reverse(views)
	return append(list, views...)
}
