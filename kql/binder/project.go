package binder

// This file turns the items of project, extend, summarize, print and their like into columns.

import (
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// style tells how items become columns.
type style uint8

const (
	styleProject   style = iota
	styleExtend          // a name that is there is replaced in place
	styleSummarize       // aggregates of several columns
	stylePrint           // unnamed items get the name handed in
)

// items turns a list of items into columns.
func (b *binder) items(list *columnList, items []syntax.Expr, how style) {
	for _, item := range items {
		b.item(list, item, how, "")
	}
}

// item binds one item and adds its columns to the list; name is what an unnamed item of print is called.
func (b *binder) item(list *columnList, item syntax.Expr, how style, name string) {
	x := item
	if o, ok := x.(*syntax.Ordered); ok {
		x = o.X
	}
	switch x := x.(type) {
	case *syntax.Named:
		b.namedItem(list, item, x, how)
	case *syntax.Wildcard:
		b.wildcardItem(list, item, x)
	default:
		b.plainItem(list, item, x, how, name)
	}
	if x != item {
		b.scope.Types[item] = b.scope.Types[x]
	}
}

// made records a column that an item makes.
func (b *binder) made(item syntax.Expr, c *symbol.Column) {
	b.scope.Made[item] = append(b.scope.Made[item], c)
}

// nameColumn records that a declared name means a column.
func (b *binder) nameColumn(name *syntax.Name, c *symbol.Column) {
	b.scope.Refs[name] = Symbol{Kind: SymColumn, Name: c.Name, Type: c.Type, Column: c}
}

func (b *binder) namedItem(list *columnList, item syntax.Expr, x *syntax.Named, how style) {
	v := b.scalarItem(x.X, how)
	b.scope.Types[x] = v.typ
	if v.tuple != nil {
		b.tupleItem(list, item, x, v, how)
		return
	}
	for i, name := range x.Names {
		if i > 0 {
			b.report(diag.NotSeveralValues, name.Span(), x.Names[0].Text)
			break
		}
		if name.Missing {
			b.made(item, list.add(v.named(b.defaultName(list, false)), false))
			continue
		}
		replace := how == styleExtend || v.column != nil
		c := b.declare(list, v.named(name.Text), name, replace)
		b.made(item, c)
		b.nameColumn(name, c)
	}
}

// tupleItem gives names to the first of several values; the rest keep their own names, save for a scalar function under a
// single name, of which the engine keeps the first value only.
func (b *binder) tupleItem(list *columnList, item syntax.Expr, x *syntax.Named, v value, how style) {
	for i, c := range v.tuple {
		switch {
		case i < len(x.Names) && !x.Names[i].Missing:
			name := x.Names[i]
			col := b.declare(list, c.Renamed(name.Text), name, how == styleExtend || !x.Tuple)
			b.made(item, col)
			b.nameColumn(name, col)
		case how == styleSummarize || x.Tuple && how != stylePrint:
			b.made(item, list.add(c.Renamed(c.Name), how == styleExtend))
		}
	}
	for i := len(v.tuple); i < len(x.Names); i++ {
		b.report(diag.NoValueForName, x.Names[i].Span(), x.Names[i].Text)
	}
}

func (b *binder) wildcardItem(list *columnList, item syntax.Expr, x *syntax.Wildcard) {
	if b.rows == nil {
		b.report(diag.StarNotAllowed, x.Span())
		return
	}
	b.scope.Types[x] = symbol.Unknown
	found := b.matching(x, b.rows.left)
	for _, c := range found {
		b.made(item, list.add(c, true))
	}
	b.scope.Columns[x] = found
}

func (b *binder) plainItem(list *columnList, item, x syntax.Expr, how style, name string) {
	v := b.scalarItem(x, how)
	switch {
	case how == stylePrint && len(v.tuple) <= 1:
		if len(v.tuple) == 1 {
			v.typ = v.tuple[0].Type
		}
		b.made(item, list.add(v.named(name), false))
	case v.tuple != nil:
		for _, c := range v.tuple {
			b.made(item, list.add(c.Renamed(c.Name), how == styleExtend))
		}
	case v.column != nil:
		if list.passed(v.column) && how != styleProject {
			b.made(item, v.column)
			return
		}
		b.made(item, b.declare(list, v.column, x, false))
	default:
		name := b.resultName(x)
		if name == "" {
			name = b.defaultName(list, how == styleExtend)
		}
		b.made(item, list.add(v.named(name), how == styleExtend))
	}
}

// scalarItem binds an item's expression and says so when it isn't scalar.
func (b *binder) scalarItem(x syntax.Expr, how style) value {
	saved := b.place
	if how == styleSummarize {
		b.place = placeAggregate
	}
	v := b.value(x)
	b.place = saved
	if v.typ.Tabular() || v.kind != 0 {
		b.wantScalar(x, v)
		v.typ = symbol.Unknown
	}
	if v.typ == symbol.Null {
		v.typ = symbol.Dynamic
	}
	return v
}
