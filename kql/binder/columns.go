package binder

// This file builds the column list of an operator's output: every name once, later ones numbered, some names declared by hand.

import (
	"strconv"

	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// columnList is a column list being built. Most begin with all columns of a table and add a few: those are looked up in the
// table, so that an operator costs what it adds and not what it passes on.
type columnList struct {
	list []*symbol.Column
	// base is the table whose columns the list began with, and first those columns; its later ones don't count.
	base     *Table
	first    []*symbol.Column
	index    map[string]int          // places by name of what stands behind first, once there are many
	declared map[string]text.Span    // names given by hand, where: they can't be given twice
	skip     map[*symbol.Column]bool // columns that are there already and aren't added again, besides first
	unnamed  int                     // number of the next Column1, Column2 …
}

func newColumnList(capacity int) *columnList {
	return &columnList{list: make([]*symbol.Column, 0, capacity), unnamed: 1}
}

// listOf starts with the columns of a table, which aren't added again.
func listOf(t *Table) *columnList {
	l := newColumnList(len(t.List) + 4)
	if distinct(t.List) {
		l.base, l.first = t, t.List
		l.list = append(l.list, t.List...)
		return l
	}
	for _, c := range t.List {
		l.add(c, false)
		l.pass(c)
	}
	return l
}

// distinct tells whether every column has a name and no two the same, as in all but ill-formed tables.
func distinct(list []*symbol.Column) bool {
	if len(list) > hashedNames/4 {
		seen := make(map[string]bool, len(list))
		for _, c := range list {
			if c.Name == "" || seen[c.Name] {
				return false
			}
			seen[c.Name] = true
		}
		return true
	}
	var slots [hashedNames]uint8 // places in the list, from 1
	for i, c := range list {
		at := hash(c.Name)
		for ; slots[at] != 0; at = (at + 1) % hashedNames {
			if list[slots[at]-1].Name == c.Name {
				return false
			}
		}
		if c.Name == "" {
			return false
		}
		slots[at] = uint8(i + 1)
	}
	return true
}

// hashedNames is the size of the table on the stack that saves distinct a map for lists of ordinary length.
const hashedNames = 512

// hash is FNV-1a, cut to the table's size.
func hash(name string) uint32 {
	h := uint32(2166136261)
	for i := range len(name) {
		h = (h ^ uint32(name[i])) * 16777619
	}
	return h % hashedNames
}

// pass says that a column is there already.
func (l *columnList) pass(c *symbol.Column) {
	if l.skip == nil {
		l.skip = make(map[*symbol.Column]bool)
	}
	l.skip[c] = true
}

// passed tells whether a column was there already.
func (l *columnList) passed(c *symbol.Column) bool {
	if l.base != nil {
		if i := l.base.place(c.Name); i >= 0 && i < len(l.first) && l.first[i] == c {
			return true
		}
	}
	return l.skip[c]
}

// place gives the place of a name, -1 when it isn't in use.
func (l *columnList) place(name string) int {
	if l.base != nil {
		if i := l.base.place(name); i >= 0 && i < len(l.first) {
			return i
		}
	}
	rest := l.list[len(l.first):]
	if len(rest) < indexLimit {
		if i := placeOf(rest, name); i >= 0 {
			return i + len(l.first)
		}
		return -1
	}
	if l.index == nil {
		l.index = make(map[string]int, 2*len(rest))
		for i, c := range rest {
			l.index[c.Name] = i + len(l.first)
		}
	}
	if i, taken := l.index[name]; taken {
		return i
	}
	return -1
}

// free makes a name that isn't in use: name, name1, name2 …
func (l *columnList) free(name string) string {
	if !l.has(name) {
		return name
	}
	for i := 1; ; i++ {
		if next := name + strconv.Itoa(i); !l.has(next) {
			return next
		}
	}
}

// add puts a column in; when its name is taken it takes the other's place if replace is set, else a copy with a free name is
// put in. It gives the column that is in the list now, or c itself when it was there already.
func (l *columnList) add(c *symbol.Column, replace bool) *symbol.Column {
	if c.Name == "" || l.passed(c) {
		return c
	}
	if at := l.place(c.Name); at >= 0 {
		if replace {
			l.list[at] = c
			return c
		}
		c = c.Renamed(l.free(c.Name))
	}
	if l.index != nil {
		l.index[c.Name] = len(l.list)
	}
	l.list = append(l.list, c)
	return c
}

// has tells whether a name is in use.
func (l *columnList) has(name string) bool { return l.place(name) >= 0 }

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
	if l.declared == nil {
		l.declared = make(map[string]text.Span)
	}
	l.declared[c.Name] = node.Span()
	return c
}
