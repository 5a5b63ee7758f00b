package binder

// This file keeps what is visible at a place: variables in a list that only grows at its head, so that a function keeps the
// list of its declaration for free, and the columns of the row that an operator looks at.

import (
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// varList is a list of variables, the latest first.
type varList struct {
	v    *Variable
	next *varList
}

func (l *varList) find(name string) *Variable {
	for ; l != nil; l = l.next {
		if l.v.Name == name {
			return l.v
		}
	}
	return nil
}

// rows are the columns in scope in an expression; right is the right side in a join's conditions.
type rows struct {
	left, right *Table
}

// place is a database that names are looked up in.
type place struct {
	cluster  *symbol.Cluster
	database *symbol.Database
}

// indexLimit is the number of columns from which a table that is asked often gets an index; indexAfter is how often. Most tables
// are asked for a handful of names, which costs less than an index of all.
const (
	indexLimit = 12
	indexAfter = 16
)

// find gives a column by name, nil when it isn't listed. Used while binding only: it may write the index.
func (t *Table) find(name string) *symbol.Column {
	if i := t.place(name); i >= 0 {
		return t.List[i]
	}
	return nil
}

// place gives the place of the first column of a name, -1 when it isn't listed. It is to find what find is to a column.
func (t *Table) place(name string) int {
	if t == nil {
		return -1
	}
	if t.index == nil {
		if t.asked++; len(t.List) < indexLimit || t.asked <= indexAfter {
			return placeOf(t.List, name)
		}
		t.index = make(map[string]int, len(t.List))
		for i, c := range t.List {
			if _, known := t.index[c.Name]; !known {
				t.index[c.Name] = i
			}
		}
	}
	if i, known := t.index[name]; known {
		return i
	}
	return -1
}

func placeOf(list []*symbol.Column, name string) int {
	for i, c := range list {
		if c.Name == name {
			return i
		}
	}
	return -1
}

// learn adds a column that an open table must have, since the query uses it. Its type isn't known.
func (t *Table) learn(name string) *symbol.Column {
	c := &symbol.Column{Name: name, Guessed: true}
	if t.index != nil {
		t.index[name] = len(t.List)
	}
	t.List = append(t.List[:len(t.List):len(t.List)], c)
	return c
}

// openTable is a table of which nothing is known.
func openTable() *Table { return &Table{Columns: symbol.Columns{Open: true}} }

// copyTable gives a table with columns of its own, one for each of t's, in order.
func copyTable(t *Table) *Table {
	next := &Table{Columns: copyColumns(t.Columns), Serialized: t.Serialized, vague: t.vague, partial: t.partial, Graph: t.Graph}
	if t.Nodes != nil {
		nodes := copyColumns(*t.Nodes)
		next.Nodes = &nodes
	}
	return next
}

func copyColumns(c symbol.Columns) symbol.Columns {
	next := symbol.Columns{Open: c.Open, List: make([]*symbol.Column, len(c.List))}
	store := make([]symbol.Column, len(c.List))
	for i, col := range c.List {
		store[i] = *col
		next.List[i] = &store[i]
	}
	return next
}

// withList gives a table of other columns that stays open and serialized as t is.
func (t *Table) withList(list []*symbol.Column) *Table {
	return &Table{Columns: symbol.Columns{List: list, Open: t.Open}, Serialized: t.Serialized, vague: t.vague, partial: t.partial}
}

// newScope makes side tables for a text of so many tokens. The shares are those of ordinary queries: a map that has to grow costs
// as much again, and one that is too large is cleared and scanned for nothing.
func newScope(tokens int) *Scope {
	return &Scope{
		Types:     make(map[syntax.Expr]symbol.Type, tokens*9/16),
		Refs:      make(map[*syntax.Name]Symbol, tokens*5/16),
		Calls:     make(map[syntax.Expr]*Invocation, tokens/13),
		In:        make(map[syntax.Operator]*Table, tokens/16),
		Out:       make(map[syntax.Operator]*Table, tokens/16),
		Outs:      map[syntax.Operator][]*Table{},
		Tables:    make(map[syntax.Expr]*Table, tokens/20),
		Made:      make(map[syntax.Expr][]*symbol.Column, tokens/9),
		Consts:    make(map[syntax.Expr]any, tokens/9),
		Columns:   map[*syntax.Wildcard][]*symbol.Column{},
		TableSets: map[*syntax.Wildcard][]TableEntry{},
		Keys:      map[syntax.Operator][]JoinKey{},
		Shapes:    map[syntax.Expr]*symbol.Shape{},
	}
}

// value is what an expression turns out to be.
type value struct {
	typ    symbol.Type
	table  *Table           // when tabular
	group  []*Table         // when several tables
	tuple  []*symbol.Column // when several values at once
	column *symbol.Column   // when it is just a column
	shape  *symbol.Shape    // what is known of the inside of a dynamic value
	inv    *Invocation      // when it is a call
	// bad tells that an error was reported inside: nothing more is said about this value.
	bad bool
	// at is set for a cluster or a database; kind is SymCluster or SymDatabase then, SymSide for $left and $right (table has the
	// columns), SymStep and SymGraphPart for theirs.
	at   place
	kind SymbolKind
	// element is the shape of one element of a graph's part of variable length.
	element *Table
	// nodes is the shape of the nodes inside such a part.
	nodes *Table
	// match is a pattern's call in front of its path.
	match *patternMatch
	// places are the members of an entity group.
	places []place
	// legs are the tables of a name pattern.
	legs []Leg
}

func scalar(t symbol.Type) value { return value{typ: t} }

// shaped is a dynamic value of which something is known.
func shaped(s *symbol.Shape) value { return value{typ: symbol.Dynamic, shape: s} }

// inside gives what is known of the value once it stands in a dynamic one.
func (v *value) inside() *symbol.Shape {
	if v.shape != nil {
		return v.shape
	}
	return symbol.ShapeOf(v.typ)
}

// named gives the column that a value makes under a name.
func (v *value) named(name string) *symbol.Column {
	c := &symbol.Column{Name: name, Type: v.typ}
	if v.typ == symbol.Dynamic {
		c.Shape = v.shape
	}
	return c
}

func tabular(t *Table) value {
	if t.Graph {
		return value{typ: symbol.Graph, table: t}
	}
	return value{typ: symbol.Table, table: t}
}

var badValue = value{bad: true}
