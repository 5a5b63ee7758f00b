package binder

// This file binds the operators of graphs. A graph's Table has the columns of its edges in List and of its nodes in Nodes.

import (
	"strings"

	"calypso/kql/builtin"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

func (b *binder) makeGraph(op *syntax.MakeGraphOp, in *Table) value {
	var source symbol.Type
	for _, ref := range []*syntax.NameRef{op.Source, op.Target} {
		if ref == nil {
			continue
		}
		v := b.value(ref)
		if ref == op.Source {
			source = v.typ
		}
		b.graphKey(ref, v)
	}
	g := &Table{Columns: in.Columns, Graph: true, Nodes: &symbol.Columns{}}
	var legs []Leg
	for _, n := range op.With {
		t := b.table(n.Table)
		legs = append(legs, Leg{Table: t.table})
		if n.On != nil {
			saved := b.rows
			b.rows = &rows{left: t.table}
			b.graphKey(n.On, b.value(n.On))
			b.rows = saved
		}
	}
	if len(legs) > 0 {
		merged := mergeLegs(legs, nil, false)
		*g.Nodes = merged.Columns
	}
	if op.WithNodeID != nil && !op.WithNodeID.Missing {
		c := &symbol.Column{Name: op.WithNodeID.Text, Type: source}
		g.Nodes.List = append(g.Nodes.List, c)
		b.nameColumn(op.WithNodeID, c)
	}
	if op.PartitionedBy != nil {
		b.operand(op.PartitionedBy)
		return b.partitionedGraph(op, g)
	}
	return tabular(g)
}

func (b *binder) partitionedGraph(op *syntax.MakeGraphOp, g *Table) value {
	if op.PartitionSub == nil {
		return tabular(g)
	}
	p, ok := op.PartitionSub.X.(*syntax.Pipe)
	if !ok {
		return tabular(openTable())
	}
	saved := b.rows
	b.rows = nil
	v := b.runThrough(tabular(g), p.Ops)
	b.rows = saved
	b.scope.Types[p] = v.typ
	return v
}

// graphKey says that a key of a graph can't be dynamic.
func (b *binder) graphKey(x syntax.Expr, v value) {
	if v.typ == symbol.Dynamic {
		b.reportAs(diag.TypeNotAllowed, "KS240", x.Span(), "a dynamic key")
	}
}

// wantGraph gives the graph that an operator works on, an open one after an error.
func (b *binder) wantGraph(op syntax.Operator, in *Table) *Table {
	if in.Graph {
		return in
	}
	if !in.Open || len(in.List) > 0 {
		b.report(diag.GraphExpected, operatorSpan(op), "a table")
	}
	return openGraph()
}

// graphMatch binds patterns, the condition over their parts and what is made of them.
func (b *binder) graphMatch(patterns []*syntax.GraphPattern, where syntax.Expr, project []syntax.Expr, op syntax.Operator, in *Table) value {
	g := b.wantGraph(op, in)
	savedVars, savedRows, savedPlace, savedGraph := b.vars, b.rows, b.place, b.inGraph
	b.rows = &rows{left: &Table{Serialized: true}}
	b.place, b.inGraph = placeGraph, true
	for _, p := range patterns {
		for _, part := range p.Parts {
			b.graphPart(part, g)
		}
	}
	if where != nil {
		b.wantBool(where, b.value(where))
	}
	list := newColumnList(len(project))
	open := len(project) == 0
	for _, item := range project {
		b.graphItem(list, item)
	}
	b.vars, b.rows, b.place, b.inGraph = savedVars, savedRows, savedPlace, savedGraph
	return tabular(&Table{Columns: symbol.Columns{List: list.list, Open: open}})
}

// graphPart makes a node's or edge's name visible. Parts of variable length hold arrays.
func (b *binder) graphPart(part *syntax.GraphPart, g *Table) {
	for _, x := range []syntax.Expr{part.From, part.To} {
		if x != nil {
			b.value(x)
		}
	}
	if part.Name == nil || part.Name.Missing {
		return
	}
	if old := b.vars.find(part.Name.Text); old != nil && old.entity != nil && old.entity.kind == SymGraphPart {
		b.scope.Refs[part.Name] = Symbol{Kind: SymGraphPart, Name: old.Name, Let: old}
		return
	}
	t := &Table{Columns: g.Columns}
	if part.Node && g.Nodes != nil {
		t = &Table{Columns: *g.Nodes}
	}
	element := t
	if part.Variable {
		list := make([]*symbol.Column, len(t.List))
		for i, c := range t.List {
			list[i] = arrayColumn(c)
		}
		t = &Table{Columns: symbol.Columns{List: list, Open: t.Open}}
	}
	v := &Variable{Name: part.Name.Text, Decl: part.Name, tree: b.tree, used: true, entity: &value{kind: SymGraphPart, table: t, element: element}}
	if part.Variable && g.Nodes != nil {
		v.entity.nodes = &Table{Columns: *g.Nodes}
	}
	b.scope.Refs[part.Name] = Symbol{Kind: SymGraphPart, Name: v.Name, Let: v}
	b.vars = &varList{v: v, next: b.vars}
}

// arrayColumn is a column of a part of variable length: an array of its values.
func arrayColumn(c *symbol.Column) *symbol.Column {
	v := value{typ: c.Type, shape: c.Shape}
	return &symbol.Column{Name: c.Name, Type: symbol.Dynamic, Shape: symbol.ArrayOf(v.inside())}
}

// graphCall binds the functions of graphs: the first argument is a part, the second an expression over its columns.
func (b *binder) graphCall(x *syntax.Call, f *builtin.Function) value {
	saved := b.rows
	var part value
	for i, a := range x.Args {
		if i == 0 {
			part = b.value(a)
			continue
		}
		b.rows = &rows{left: openTable()}
		if part.element != nil {
			b.rows = &rows{left: part.element}
		}
		b.value(a)
	}
	b.rows = saved
	v := scalar(f.Signatures[0].Type)
	switch f.Name {
	case "map":
		v = scalar(symbol.Dynamic)
	case "inner_nodes":
		v = value{kind: SymGraphPart, table: openTable(), element: openTable()}
		if part.nodes != nil {
			v.element = part.nodes
		}
	}
	s := Symbol{Kind: SymBuiltin, Name: f.Name, Type: v.typ}
	b.scope.Refs[x.Fun] = s
	b.scope.Calls[x] = &Invocation{Symbol: s, Type: v.typ, Signature: -1}
	return v
}

func (b *binder) graphItem(list *columnList, item syntax.Expr) {
	x := argument(item)
	v := b.value(x)
	b.scope.Types[item] = v.typ
	v = asDynamic(v)
	if n, ok := item.(*syntax.Named); ok && len(n.Names) > 0 {
		c := b.declare(list, v.named(n.Names[0].Text), n.Names[0], false)
		b.nameColumn(n.Names[0], c)
		b.made(item, c)
		return
	}
	name := b.graphName(x)
	if name == "" {
		name = b.defaultName(list, false)
	}
	b.made(item, list.add(v.named(name), false))
}

// asDynamic gives a node or edge as what it is where a value is wanted: a bag of its columns, an array of such for a part of
// variable length. Other values stay as they are.
func asDynamic(v value) value {
	if v.kind != SymGraphPart {
		return v
	}
	if v.element != nil && v.element != v.table {
		return shaped(symbol.ArrayOf(bagOf(v.element)))
	}
	return shaped(bagOf(v.table))
}

// graphName gives the name of a part's property: e.v → e_v.
func (b *binder) graphName(x syntax.Expr) string {
	var parts []string
	for {
		switch y := x.(type) {
		case *syntax.Path:
			parts = append([]string{b.resultName(y.Selector)}, parts...)
			x = y.X
			continue
		case *syntax.Index:
			parts = append([]string{indexName(y.I)}, parts...)
			x = y.X
			continue
		}
		break
	}
	if name := b.resultName(x); name != "" {
		parts = append([]string{name}, parts...)
	}
	return strings.Join(parts, "_")
}

func (b *binder) graphToTable(op *syntax.GraphToTableOp, in *Table) value {
	g := b.wantGraph(op, in)
	v := value{typ: symbol.Group}
	for _, o := range op.Outputs {
		columns := g.Columns
		if o.Entity != nil && o.Entity.Text == "nodes" && g.Nodes != nil {
			columns = *g.Nodes
		}
		t := copyTable(&Table{Columns: columns})
		var ids []*symbol.Column
		for _, p := range o.Params {
			if ref, ok := p.Value.(*syntax.NameRef); ok {
				c := &symbol.Column{Name: ref.Name.Text, Type: symbol.Long}
				ids = append(ids, c)
				b.nameColumn(ref.Name, c)
			}
		}
		t.List = append(ids, t.List...) // so the engine; the library puts them last
		if o.As != nil && !o.As.Missing {
			b.addVariable(&Variable{Name: o.As.Text, Type: symbol.Table, Table: t, Decl: o.As, Scope: b.scope, tree: b.tree, used: true})
		}
		v.group = append(v.group, t)
	}
	if len(v.group) == 1 {
		return tabular(v.group[0])
	}
	return v
}

func (b *binder) graphWhere(op syntax.Operator, cond syntax.Expr, in *Table, v value) value {
	g := b.wantGraph(op, in)
	row := &Table{Columns: g.Columns}
	if _, nodes := op.(*syntax.GraphWhereNodesOp); nodes && g.Nodes != nil {
		row = &Table{Columns: *g.Nodes}
	}
	saved, savedPlace, savedGraph := b.rows, b.place, b.inGraph
	b.rows, b.place, b.inGraph = &rows{left: row}, placeGraph, true
	if cond != nil {
		b.wantBool(cond, b.value(cond))
	}
	b.rows, b.place, b.inGraph = saved, savedPlace, savedGraph
	return tabular(g)
}

func (b *binder) graphMark(op *syntax.GraphMarkComponentsOp, in *Table) value {
	g := *b.wantGraph(op, in)
	c := &symbol.Column{Name: "ComponentId", Type: symbol.Long}
	if name, text := paramName(op, "with_component_id"); text != "" {
		c.Name = text
		if name != nil {
			b.nameColumn(name, c)
		}
	}
	nodes := symbol.Columns{List: []*symbol.Column{c}}
	if g.Nodes != nil {
		nodes = symbol.Columns{List: append(append([]*symbol.Column{}, g.Nodes.List...), c), Open: g.Nodes.Open}
	}
	g.Nodes = &nodes
	return tabular(&g)
}
