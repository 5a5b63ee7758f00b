package binder

// This file builds the column list of an operator's output: every name once, later ones numbered, some names declared by hand.

import (
	"strconv"

	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// columnList is a column list being built.
type columnList struct {
	list     []*symbol.Column
	index    map[string]int          // name → place
	declared map[string]text.Span    // names given by hand, where: they can't be given twice
	skip     map[*symbol.Column]bool // columns that are there already and aren't added again
	unnamed  int                     // number of the next Column1, Column2 …
}

func newColumnList(capacity int) *columnList {
	return &columnList{
		list: make([]*symbol.Column, 0, capacity), index: make(map[string]int, capacity),
		declared: map[string]text.Span{}, skip: map[*symbol.Column]bool{}, unnamed: 1,
	}
}

// listOf starts with the columns of a table, which aren't added again.
func listOf(t *Table) *columnList {
	l := newColumnList(len(t.List) + 4)
	for _, c := range t.List {
		l.add(c, false)
		l.skip[c] = true
	}
	return l
}

// free makes a name that isn't in use: name, name1, name2 …
func (l *columnList) free(name string) string {
	if _, taken := l.index[name]; !taken {
		return name
	}
	for i := 1; ; i++ {
		next := name + strconv.Itoa(i)
		if _, taken := l.index[next]; !taken {
			return next
		}
	}
}

// add puts a column in; when its name is taken it takes the other's place if replace is set, else a copy with a free name is
// put in. It gives the column that is in the list now, or c itself when it was there already.
func (l *columnList) add(c *symbol.Column, replace bool) *symbol.Column {
	if c.Name == "" || l.skip[c] {
		return c
	}
	if at, taken := l.index[c.Name]; taken {
		if replace {
			l.list[at] = c
			return c
		}
		c = c.Renamed(l.free(c.Name))
	}
	l.index[c.Name] = len(l.list)
	l.list = append(l.list, c)
	return c
}

// has tells whether a name is in use.
func (l *columnList) has(name string) bool {
	_, taken := l.index[name]
	return taken
}

// remove takes the named columns out of a list.
func remove(list []*symbol.Column, names map[string]bool, keep bool) []*symbol.Column {
	var out []*symbol.Column
	for _, c := range list {
		if names[c.Name] == keep {
			out = append(out, c)
		}
	}
	return out
}

// declare puts in a column whose name was given by hand at the place of node.
func (b *binder) declare(l *columnList, c *symbol.Column, node syntax.Node, replace bool) *symbol.Column {
	if before, twice := l.declared[c.Name]; twice {
		b.reportTwice(diag.DuplicateColumn, node.Span(), before, c.Name)
		return c
	}
	c = l.add(c, replace)
	l.declared[c.Name] = node.Span()
	return c
}
