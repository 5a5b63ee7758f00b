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

// indexLimit is the number of columns from which a table gets an index.
const indexLimit = 12

// find gives a column by name, nil when it isn't listed. Used while binding only: it writes the index.
func (t *Table) find(name string) *symbol.Column {
	if t == nil {
		return nil
	}
	if len(t.List) < indexLimit {
		return t.Columns.Find(name)
	}
	if t.index == nil {
		t.index = make(map[string]*symbol.Column, len(t.List))
		for _, c := range t.List {
			if t.index[c.Name] == nil {
				t.index[c.Name] = c
			}
		}
	}
	return t.index[name]
}

// learn adds a column that an open table must have, since the query uses it. Its type isn't known.
func (t *Table) learn(name string) *symbol.Column {
	c := &symbol.Column{Name: name, Guessed: true}
	t.List = append(t.List[:len(t.List):len(t.List)], c)
	if t.index != nil {
		t.index[name] = c
	}
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

func newScope(nodes int) *Scope {
	return &Scope{
		Types:     make(map[syntax.Expr]symbol.Type, nodes),
		Refs:      make(map[*syntax.Name]Symbol, nodes/2),
		Calls:     make(map[syntax.Expr]*Invocation, nodes/8),
		In:        make(map[syntax.Operator]*Table, nodes/16),
		Out:       make(map[syntax.Operator]*Table, nodes/16),
		Outs:      map[syntax.Operator][]*Table{},
		Tables:    make(map[syntax.Expr]*Table, nodes/16),
		Made:      make(map[syntax.Expr][]*symbol.Column, nodes/8),
		Consts:    make(map[syntax.Expr]any, nodes/4),
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
