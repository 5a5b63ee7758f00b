package binder

// This file binds the operators that take values apart: mv-expand, mv-apply, parse, parse-kv, scan.

import (
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

func (b *binder) mvExpand(op *syntax.MvExpandOp, in *Table) value {
	list := b.expanded(op, op.Items, in)
	b.wantInteger(op.Limit)
	return tabular(in.withList(list.list))
}

// expanded gives the row's columns with those that are expanded in their places, or last where they are named anew.
func (b *binder) expanded(op syntax.Operator, items []*syntax.MvItem, in *Table) *columnList {
	list := listOf(in)
	for _, item := range items {
		b.mvItem(list, item)
	}
	if name, text := paramName(op, "with_itemindex"); text != "" {
		c := list.add(&symbol.Column{Name: text, Type: symbol.Long}, false)
		if name != nil {
			b.nameColumn(name, c)
		}
	}
	return list
}

func (b *binder) mvItem(list *columnList, item *syntax.MvItem) {
	if item.X == nil {
		return
	}
	made := value{typ: symbol.Dynamic}
	if item.To != nil {
		b.value(item.To)
		if item.To.Type != nil {
			made.typ, _ = symbol.ParseType(item.To.Type.Name)
		}
	}
	x := argument(item.X)
	v := b.operand(x)
	b.scope.Types[item.X] = v.typ
	made.shape = v.shape.Element()
	if v.typ == symbol.Unknown && item.To == nil {
		made.typ = symbol.Unknown
	}
	if !v.bad && v.typ != symbol.Unknown && v.typ != symbol.Dynamic && v.typ != symbol.Null {
		b.reportAs(diag.WrongType, "KS141", x.Span(), "dynamic", v.typ.String())
	}
	if n, ok := item.X.(*syntax.Named); ok && len(n.Names) > 0 {
		c := b.declare(list, made.named(n.Names[0].Text), n.Names[0], true)
		b.nameColumn(n.Names[0], c)
		b.made(item.X, c)
		return
	}
	if v.column != nil {
		b.made(item.X, b.declare(list, made.named(v.column.Name), x, true))
		return
	}
	name := b.resultName(x)
	if name == "" {
		name = b.defaultName(list, true)
	}
	b.made(item.X, list.add(made.named(name), true))
}

func (b *binder) mvApply(op *syntax.MvApplyOp, in *Table) value {
	inner := b.expanded(op, op.Items, in)
	b.wantInteger(op.Limit)
	if op.ID != nil {
		b.value(op.ID)
	}
	given := in.withList(inner.list)
	given.Serialized = true
	out := b.sub(op.Sub, given)
	if out.table == nil {
		return tabular(openTable())
	}
	return tabular(b.applied(op, in, out.table))
}

// applied joins the source with a subquery's columns: a column that was expanded under its own name goes where the subquery has
// it, another one of the subquery takes the place of the source's column of its name, the rest follows.
func (b *binder) applied(op *syntax.MvApplyOp, in, sub *Table) *Table {
	moved := map[*symbol.Column]bool{}
	for _, item := range op.Items {
		if ref, ok := item.X.(*syntax.NameRef); ok {
			moved[b.scope.Refs[ref.Name].Column] = true
		}
	}
	list := newColumnList(len(in.List) + len(sub.List))
	for _, c := range in.List {
		if !moved[c] {
			list.add(c, false)
		}
	}
	for _, c := range sub.List {
		list.add(c, true)
	}
	return &Table{
		Columns: symbol.Columns{List: list.list, Open: in.Open || sub.Open}, Origin: list.list, Serialized: in.Serialized,
		vague: in.vague || sub.Serialized,
	}
}

// sub binds a query in brackets on rows handed to it.
func (b *binder) sub(s *syntax.SubQuery, in *Table) value {
	if s == nil || s.X == nil {
		return tabular(in)
	}
	savedRows, savedPlace := b.rows, b.place
	b.rows, b.place = nil, placeNormal
	var v value
	if p, ok := s.X.(*syntax.Pipe); ok && p.Source == nil && !s.Curly {
		v = b.runThrough(tabular(in), p.Ops)
		b.scope.Types[p] = v.typ
		if v.table != nil {
			b.scope.Tables[p] = v.table
		}
	} else {
		v = b.asTable(s.X, b.value(s.X))
	}
	b.rows, b.place = savedRows, savedPlace
	return v
}

func (b *binder) parse(op *syntax.ParseOp, in *Table) value {
	if op.X != nil {
		b.operand(op.X)
	}
	list := listOf(in)
	b.checkPattern(op.Pattern)
	for _, p := range op.Pattern {
		if p.Literal != nil {
			b.value(p.Literal)
		}
		if p.Column == nil || p.Column.Missing {
			continue
		}
		t := symbol.String
		if p.Type != nil {
			t = b.typeRef(p.Type)
		}
		c := b.declare(list, &symbol.Column{Name: p.Column.Text, Type: t}, p.Column, true)
		b.nameColumn(p.Column, c)
	}
	return tabular(in.withList(list.list))
}

// checkPattern says where a pattern leaves open what goes where: two columns side by side, or * behind a column of text.
func (b *binder) checkPattern(parts []*syntax.ParsePart) {
	for i, p := range parts {
		if i == 0 {
			continue
		}
		before := parts[i-1]
		switch {
		case p.Column != nil && before.Column != nil:
			b.reportAs(diag.ParsePattern, "KS101", p.Column.Span(), "put a text between two columns, so that it's clear where the first ends")
		case p.Star && before.Column != nil && (before.Type == nil || before.Type.Name == "string"):
			b.reportAs(diag.ParsePattern, "KS103", p.Span(), "* behind a column of text leaves open where the column ends; put a text between")
		case p.Star && before.Star:
			b.reportAs(diag.ParsePattern, "KS102", p.Span(), "put a text between two *")
		case p.Column != nil && before.Star:
			b.reportAs(diag.ParsePattern, "KS102", p.Column.Span(), "put a text behind *, so that it's clear where the column starts")
		}
	}
}

func (b *binder) parseKv(op *syntax.ParseKvOp, in *Table) value {
	if op.X != nil {
		b.operand(op.X)
	}
	b.paramValues(op.With, "ParseKvWithProperties")
	list := listOf(in)
	if op.As != nil {
		for _, c := range b.rowSchema(op.As).List {
			list.add(c, true)
		}
	}
	return tabular(in.withList(list.list))
}

func (b *binder) scan(op *syntax.ScanOp, in *Table) value {
	b.orderItems(op.OrderBy)
	for _, x := range op.PartitionBy {
		b.operand(x)
	}
	list := listOf(in)
	for _, d := range op.Declare {
		if d.Name == nil || d.Name.Missing {
			continue
		}
		if d.Default != nil {
			b.value(d.Default)
		}
		c := list.add(&symbol.Column{Name: d.Name.Text, Type: b.typeRef(d.Type)}, true)
		b.nameColumn(d.Name, c)
	}
	steps := in.withList(append([]*symbol.Column{}, list.list...))
	b.scanSteps(op.Steps, steps)
	if name, text := paramName(op, "with_match_id"); text != "" {
		c := list.add(&symbol.Column{Name: text, Type: symbol.Long}, false)
		if name != nil {
			b.nameColumn(name, c)
		}
	}
	return tabular(in.withList(list.list))
}

// scanSteps binds the steps: in each, columns mean the row's, step.column the state of a step.
func (b *binder) scanSteps(steps []*syntax.ScanStep, row *Table) {
	savedVars, savedRows, savedScanning := b.vars, b.rows, b.scanning
	b.rows, b.scanning = &rows{left: row}, true
	for _, s := range steps {
		if s.Name == nil || s.Name.Missing {
			continue
		}
		v := &Variable{Name: s.Name.Text, Decl: s.Name, tree: b.tree, used: true, entity: &value{kind: SymStep, table: row}}
		b.scope.Refs[s.Name] = Symbol{Kind: SymStep, Name: v.Name, Let: v}
		b.vars = &varList{v: v, next: b.vars}
	}
	for _, s := range steps {
		if s.Cond != nil {
			b.wantBool(s.Cond, b.value(s.Cond))
		}
		for _, a := range s.Assign {
			b.scanAssign(a, row)
		}
	}
	b.vars, b.rows, b.scanning = savedVars, savedRows, savedScanning
}

func (b *binder) scanAssign(x syntax.Expr, row *Table) {
	n, ok := x.(*syntax.Named)
	if !ok {
		b.value(x)
		return
	}
	b.scope.Types[x] = b.operand(n.X).typ
	for _, name := range n.Names {
		c := row.find(name.Text)
		if c == nil {
			if !name.Missing && !row.Open {
				b.report(diag.UnknownColumn, name.Span(), name.Text, didYouMean(""))
			}
			continue
		}
		b.nameColumn(name, c)
		b.made(x, c)
	}
}
