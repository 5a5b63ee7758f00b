package binder

// This file binds the operators that run queries or functions on their input: partition, fork, facet, invoke, evaluate,
// macro-expand.

import (
	"slices"

	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

func (b *binder) partition(op *syntax.PartitionOp, in *Table) value {
	if op.By != nil {
		v := b.operand(op.By)
		if v.typ == symbol.Dynamic {
			b.report(diag.TypeNotAllowed, op.By.Span(), "a dynamic key")
		}
	}
	if op.Scope != nil {
		b.table0(op.Scope)
	}
	saved := b.vars
	if ref, ok := op.By.(*syntax.NameRef); ok && op.Sub != nil {
		// where there is no row, as in toscalar(key), the key is the partition's value
		b.vars = &varList{next: b.vars, v: &Variable{Name: ref.Name.Text, Decl: ref.Name, Type: b.scope.Types[ref], tree: b.tree, used: true}}
	}
	v := b.sub(op.Sub, in)
	b.vars = saved
	if v.table == nil {
		return tabular(openTable())
	}
	out := *v.table.ordered(false)
	out.vague = v.table.Serialized || v.table.vague
	return tabular(&out)
}

func (b *binder) fork(op *syntax.ForkOp, in *Table) value {
	v := value{typ: symbol.Group}
	for _, s := range op.Branches {
		b.forkable(s)
		got := b.sub(s, in)
		if got.table != nil {
			v.group = append(v.group, got.table)
		}
	}
	return v
}

// forkable says which operators can't stand in a branch of fork: those that the documentation doesn't list for it.
func (b *binder) forkable(s *syntax.SubQuery) {
	if s == nil {
		return
	}
	p, ok := s.X.(*syntax.Pipe)
	if !ok {
		return
	}
	for _, op := range p.Ops {
		switch op.(type) {
		case *syntax.UnionOp, *syntax.SearchOp, *syntax.JoinOp, *syntax.LookupOp, *syntax.EvaluateOp, *syntax.RenderOp, *syntax.PartitionOp,
			*syntax.FacetOp, *syntax.ForkOp, *syntax.GetSchemaOp, *syntax.ConsumeOp, *syntax.MakeSeriesOp, *syntax.MvApplyOp,
			*syntax.ScanOp, *syntax.SerializeOp, *syntax.InvokeOp, *syntax.MakeGraphOp, *syntax.AssertSchemaOp, *syntax.MacroExpandOp:
			b.reportAs(diag.OperatorPlace, "KS177", operatorSpan(op), keyword(op), "can't stand in fork")
		}
	}
}

func (b *binder) facet(op *syntax.FacetOp, in *Table) value {
	v := value{typ: symbol.Group}
	for _, x := range op.By {
		got := b.operand(x)
		name := b.resultName(x)
		if got.column == nil {
			if !got.bad && got.typ != symbol.Unknown {
				b.report(diag.ColumnExpected, x.Span())
			}
			continue
		}
		b.keyType(x)
		v.group = append(v.group, &Table{Columns: symbol.Columns{List: []*symbol.Column{
			{Name: name, Type: got.typ}, {Name: "count_" + name, Type: symbol.Long},
		}}})
	}
	if op.With != nil {
		if got := b.sub(op.With, in); got.table != nil {
			v.group = append(v.group, got.table)
		}
	}
	return v
}

// invoke calls a function whose first parameter gets the piped rows.
func (b *binder) invoke(op *syntax.InvokeOp, in *Table) value {
	x := op.Fun
	at := b.at
	if p, ok := x.(*syntax.Path); ok {
		if left := b.table0(p.X); left.kind == SymDatabase {
			at = left.at
		}
		x = p.Selector
	}
	call, ok := x.(*syntax.Call)
	if !ok {
		if ref, isRef := x.(*syntax.NameRef); isRef {
			b.unknownFunction(ref.Name)
		}
		return tabular(openTable())
	}
	v, found := b.invoked(call, in, at)
	if !found {
		b.bindArgs(call.Args)
		if !b.fuzzy && call.Fun.Text != "" {
			b.unknownFunction(call.Fun)
		}
	}
	b.scope.Types[call], b.scope.Types[op.Fun] = v.typ, v.typ
	if v.table == nil {
		return tabular(openTable())
	}
	return v
}

func (b *binder) invoked(call *syntax.Call, in *Table, at place) (value, bool) {
	b.piped = in
	defer func() { b.piped = nil }()
	if v := b.vars.find(call.Fun.Text); v != nil && v.Func != nil && at == b.at {
		v.used = true
		b.scope.Refs[call.Fun] = Symbol{Kind: SymFunction, Name: v.Name, Let: v}
		return b.callUser(call, userFunction{variable: v, name: v.Name}, call.Args, call.Fun.Span()), true
	}
	if f := at.database.Function(call.Fun.Text); f != nil && !b.calling(f) {
		b.scope.Refs[call.Fun] = b.storedSymbol(f, at)
		return b.callUser(call, userFunction{stored: f, name: f.Name, at: at}, call.Args, call.Fun.Span()), true
	}
	return value{}, false
}

// evaluate calls a plugin; a schema behind it says what comes out.
func (b *binder) evaluate(op *syntax.EvaluateOp, in *Table) value {
	v := tabular(openTable())
	if op.Call != nil {
		savedRows, savedPlace := b.rows, b.place
		b.rows, b.place = nil, placePlugin
		if in != nil {
			b.rows = &rows{left: in.ordered(true)}
		}
		if got := b.value(op.Call); got.table != nil {
			v = value{typ: symbol.Table, table: got.table}
		}
		b.rows, b.place = savedRows, savedPlace
	}
	if columns, ok := b.learned[op]; ok {
		v = tabular(&Table{Columns: columns})
	}
	if op.Schema != nil {
		columns := b.rowSchema(op.Schema)
		if columns.Open && in != nil {
			// * stands for the source's columns that pass through
			list := newColumnList(len(v.table.List) + len(columns.List))
			for _, c := range v.table.List {
				if slices.Contains(in.List, c) {
					list.add(c, true)
				}
			}
			for _, c := range columns.List {
				list.add(c, true)
			}
			columns = symbol.Columns{List: list.list, Open: in.Open}
		}
		v = tabular(&Table{Columns: columns})
	}
	v.table.Serialized = false
	return v
}

// unknownPlugin is an error where the facts are: an engine may have further plugins, so under no schema it is a warning.
func (b *binder) unknownPlugin(name *syntax.Name) {
	if name.Missing {
		return
	}
	d := diag.New(diag.UnknownPlugin, name.Span(), name.Text, b.suggestFunction(name.Text))
	if !b.knownDatabase() {
		d.Severity = diag.Warning
	}
	b.emit(d)
}

// macroExpand is the union of what the statements give for each member of a group. What is recorded is the binding for the
// first member; the others are bound aside.
func (b *binder) macroExpand(op *syntax.MacroExpandOp) value {
	group := value{places: []place{{}}}
	if op.Group != nil {
		group = b.table0(op.Group)
	}
	if len(group.places) == 0 {
		group.places = []place{{}}
	}
	legs := []Leg{b.expandedFor(op, group.places[0])}
	for _, at := range group.places[1:] {
		saved := *b
		b.quiet++
		b.scope = newScope(16)
		legs = append(legs, b.expandedFor(op, at))
		b.restore(saved)
	}
	return tabular(mergeLegs(legs, nil, false))
}

// expandedFor binds the statements of macro-expand for one member.
func (b *binder) expandedFor(op *syntax.MacroExpandOp, member place) Leg {
	if member.database == nil {
		member.database = &symbol.Database{State: symbol.Open}
	}
	saved := b.vars
	if op.As != nil && !op.As.Missing {
		v := &Variable{Name: op.As.Text, Decl: op.As, tree: b.tree, used: true, entity: &value{kind: SymDatabase, at: member}}
		b.scope.Refs[op.As] = Symbol{Kind: SymGroup, Name: v.Name, Let: v}
		b.vars = &varList{v: v, next: b.vars}
	}
	inv := &Invocation{}
	got := b.body(op.Body, inv)
	b.vars = saved
	if got.table == nil {
		return Leg{Table: openTable()}
	}
	return Leg{X: inv.ResultX, Scope: b.scope, Table: copyTable(got.table)}
}
