package binder

// This file binds what gives a table: pipes, data tables, the functions between tables and scalars.

import (
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// table binds an expression at a table's place, where columns aren't in scope.
func (b *binder) table(x syntax.Expr) value {
	if x == nil {
		return value{typ: symbol.Table, table: openTable(), bad: true}
	}
	savedRows, savedPlace, savedSearch := b.rows, b.place, b.search
	b.rows, b.place, b.search = nil, placeNormal, false
	b.wantsTable = x
	v := b.value(x)
	b.rows, b.place, b.search = savedRows, savedPlace, savedSearch
	return b.asTable(x, v)
}

// asTable gives an open table for what is none, and says so.
func (b *binder) asTable(x syntax.Expr, v value) value {
	if v.table != nil && v.typ != symbol.Group {
		return v
	}
	open := value{typ: symbol.Table, table: openTable(), bad: v.bad}
	if v.typ == symbol.Group || v.bad || v.typ == symbol.Unknown && v.kind == 0 {
		return open
	}
	b.report(diag.TableExpected, x.Span(), typeName(v))
	open.bad = true
	return open
}

// pipe binds a source and its operators.
func (b *binder) pipe(x *syntax.Pipe) value {
	saved := b.place
	b.place = placeNormal
	defer func() { b.place = saved }()
	var v value
	if x.Source != nil {
		v = b.table(x.Source)
	}
	savedRows := b.rows
	b.rows = nil
	v = b.runThrough(v, x.Ops)
	b.rows = savedRows
	return v
}

// runThrough binds operators one after the other; each sees what the one before gives.
func (b *binder) runThrough(v value, ops []syntax.Operator) value {
	for _, op := range ops {
		in := v.table
		if in == nil && v.group != nil {
			in = noColumns(v.group)
		}
		if in != nil {
			b.scope.In[op] = in
		}
		b.parameters(op)
		v = b.operator(op, in, v)
		if v.table != nil {
			b.scope.Out[op] = v.table
		}
		if v.group != nil {
			b.scope.Outs[op] = v.group
		}
	}
	return v
}

// noColumns is what an operator sees behind several tables: no name means a column there, unless one of the tables is open.
func noColumns(group []*Table) *Table {
	for _, t := range group {
		if t.Open {
			return openTable()
		}
	}
	return &Table{}
}

// tableFunction binds toscalar(x), totable(x) and materialize(x).
func (b *binder) tableFunction(x *syntax.Call) value {
	b.scope.Refs[x.Fun] = Symbol{Kind: SymBuiltin, Name: x.Fun.Text}
	if len(x.Args) == 0 {
		b.reportAs(diag.ArgumentCount, "", x.Fun.Span(), x.Fun.Text, "1 argument", 0)
		return badValue
	}
	inv := &Invocation{Symbol: b.scope.Refs[x.Fun], Signature: -1}
	b.scope.Calls[x] = inv
	v := b.anyTable(argument(x.Args[len(x.Args)-1]))
	if x.Fun.Text == "toscalar" {
		v = b.toScalar(v)
	}
	inv.Type, inv.Table = v.typ, v.table
	return v
}

// anyTable binds the argument of materialize and its like: a table, or a scalar.
func (b *binder) anyTable(x syntax.Expr) value {
	savedRows, savedPlace := b.rows, b.place
	b.rows, b.place = nil, placeNormal
	b.wantsTable = x
	v := b.value(x)
	b.rows, b.place = savedRows, savedPlace
	return v
}

// toScalar gives the first column of a table.
func (b *binder) toScalar(v value) value {
	switch {
	case v.table == nil:
		return v
	case len(v.table.List) > 0:
		return value{typ: v.table.List[0].Type, shape: v.table.List[0].Shape}
	}
	return value{bad: v.bad}
}

func (b *binder) dataTable(x *syntax.DataTable) value {
	if x.Schema == nil {
		return tabular(openTable())
	}
	columns := b.rowSchema(x.Schema)
	for i, item := range x.Values {
		// cells are converted to their column's type, tables aren't
		v := b.value(item)
		if v.typ.Tabular() {
			b.wantScalar(item, v)
		}
		if n := len(columns.List); n > 0 {
			addSeen(columns.List[i%n], v.shape)
		}
	}
	if n := len(columns.List); n > 0 && len(x.Values)%n != 0 {
		values := text.Span{Start: x.Values[0].Span().Start, End: x.Values[len(x.Values)-1].Span().End}
		b.report(diag.ValueCount, values, len(x.Values), n)
	}
	return tabular(&Table{Columns: columns})
}

func (b *binder) externalData(x *syntax.ExternalData) value {
	for _, u := range x.URIs {
		b.value(u)
	}
	for _, p := range x.With {
		if p.Value != nil {
			if _, word := p.Value.(*syntax.NameRef); !word {
				b.value(p.Value)
			}
		}
	}
	if x.Schema == nil {
		return tabular(openTable())
	}
	return tabular(&Table{Columns: b.rowSchema(x.Schema)})
}

// inlineExternalTable gives the declared columns, then those of its partitions that are virtual.
func (b *binder) inlineExternalTable(x *syntax.InlineExternalTable) value {
	for _, u := range x.URIs {
		b.value(u)
	}
	b.paramValues(x.Params, "")
	b.paramValues(x.With, "")
	if x.Schema == nil {
		return tabular(openTable())
	}
	t := &Table{Columns: b.rowSchema(x.Schema)}
	saved := b.rows
	b.rows = &rows{left: &Table{Columns: t.Columns}}
	for _, p := range x.Partition {
		if p.Default != nil {
			b.value(p.Default)
			continue
		}
		if p.Name != nil && p.Type != nil && t.find(p.Name.Text) == nil {
			c := &symbol.Column{Name: p.Name.Text, Type: b.typeRef(p.Type)}
			t.List = append(t.List, c)
			b.nameColumn(p.Name, c)
		}
	}
	b.rows = saved
	return tabular(t)
}

func (b *binder) entityGroup(x *syntax.EntityGroup) value {
	v := value{kind: SymGroup}
	for _, item := range x.Items {
		got := b.table0(item)
		if got.kind == SymDatabase {
			v.places = append(v.places, got.at)
		}
	}
	if len(v.places) == 0 {
		v.places = []place{{}}
	}
	return v
}

// table0 binds at a table's place without wanting a table.
func (b *binder) table0(x syntax.Expr) value {
	saved := b.rows
	b.rows = nil
	v := b.value(x)
	b.rows = saved
	return v
}

func (b *binder) viewCombine(x *syntax.MaterializedViewCombine) value {
	if x.View != nil {
		b.table0(x.View)
	}
	base := b.table(x.Base)
	b.table(x.Delta)
	if x.Aggregates == nil {
		return base
	}
	return b.runThrough(tabular(base.table), []syntax.Operator{x.Aggregates})
}
