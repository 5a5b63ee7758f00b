package binder

// This file binds expressions: one function for each kind of node, all through value, which records the type.

import (
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// value binds an expression, scalar or tabular, and records its type.
func (b *binder) value(x syntax.Expr) value {
	if x == nil {
		return badValue
	}
	b.depth++
	if b.depth > depthLimit {
		b.depth--
		return badValue
	}
	v := b.dispatch(x)
	b.depth--
	b.scope.Types[x] = v.typ
	if v.shape != nil {
		b.scope.Shapes[x] = v.shape
	}
	if v.table != nil && v.typ != symbol.Unknown && v.kind == 0 {
		b.scope.Tables[x] = v.table
	}
	return v
}

func (b *binder) dispatch(x syntax.Expr) value {
	switch x := x.(type) {
	case *syntax.NameRef:
		return b.nameRef(x)
	case *syntax.Literal:
		return b.literal(x)
	case *syntax.Binary:
		return b.binary(x)
	case *syntax.Call:
		return b.call(x)
	case *syntax.Paren:
		return b.paren(x)
	case *syntax.Path:
		return b.path(x)
	case *syntax.Index:
		return b.indexed(x)
	case *syntax.Unary:
		return b.unary(x)
	case *syntax.In:
		return b.in(x)
	case *syntax.Between:
		return b.between(x)
	case *syntax.Pipe:
		return b.pipe(x)
	case *syntax.Named:
		return b.value(x.X)
	case *syntax.Ordered:
		return b.value(x.X)
	case *syntax.Wildcard:
		return b.wildcard(x)
	}
	return b.rareExpr(x)
}

func (b *binder) rareExpr(x syntax.Expr) value {
	switch x := x.(type) {
	case *syntax.DynamicLit:
		return b.dynamicLit(x)
	case *syntax.TypeOf:
		return b.typeOf(x)
	case *syntax.DataTable:
		return b.dataTable(x)
	case *syntax.ExternalData:
		return b.externalData(x)
	case *syntax.EntityGroup:
		return b.entityGroup(x)
	case *syntax.MaterializedViewCombine:
		return b.viewCombine(x)
	case *syntax.InlineExternalTable:
		return b.inlineExternalTable(x)
	case *syntax.ContextualDataTable:
		if x.Schema == nil {
			return tabular(openTable())
		}
		return tabular(&Table{Columns: b.rowSchema(x.Schema)})
	case *syntax.DataScoped:
		return b.value(x.X)
	case *syntax.JSONArray, *syntax.JSONBag:
		return scalar(symbol.Dynamic)
	}
	return badValue
}

func (b *binder) paren(x *syntax.Paren) value {
	if b.wantsTable == syntax.Expr(x) {
		b.wantsTable = x.X
	}
	v := b.value(x.X)
	if c, ok := b.scope.Consts[x.X]; ok {
		b.scope.Consts[x] = c
	}
	return v
}

// wildcard is a * where a value is wanted: the caller has dealt with those that may stand there.
func (b *binder) wildcard(x *syntax.Wildcard) value {
	if b.search {
		return scalar(symbol.String)
	}
	b.report(diag.StarNotAllowed, x.Span())
	return badValue
}

func (b *binder) unary(x *syntax.Unary) value {
	v := b.value(x.X)
	if v.typ == symbol.Unknown || v.bad {
		return v
	}
	if v.typ.Tabular() || v.kind != 0 {
		b.wantScalar(x.X, v)
		return badValue
	}
	if !v.typ.Summable() && v.typ != symbol.Dynamic || v.typ == symbol.Datetime {
		b.report(diag.BadOperands, x.Span(), quoteOp(x.Op), v.typ.String())
		return badValue
	}
	switch c := b.scope.Consts[x.X].(type) {
	case int64:
		if x.Op == "-" {
			c = -c
		}
		b.scope.Consts[x] = c
	case float64:
		if x.Op == "-" {
			c = -c
		}
		b.scope.Consts[x] = c
	}
	if v.typ == symbol.Int {
		return scalar(symbol.Long)
	}
	return scalar(v.typ)
}

func (b *binder) between(x *syntax.Between) value {
	v := b.operand(x.X)
	low, high := b.operand(x.Low), b.operand(x.High)
	if v.bad || low.bad || high.bad {
		return scalar(symbol.Bool)
	}
	if v.typ.Summable() && !betweenFits(v.typ, low.typ, high.typ) && !v.typ.Numeric() {
		for _, bound := range []struct {
			x syntax.Expr
			t symbol.Type
		}{{x.Low, low.typ}, {x.High, high.typ}} {
			if bound.t != v.typ {
				b.reportAs(diag.WrongType, "KS141", bound.x.Span(), v.typ.String(), bound.t.String())
			}
		}
		return scalar(symbol.Bool)
	}
	if !betweenFits(v.typ, low.typ, high.typ) {
		op := "between"
		if x.Not {
			op = "!between"
		}
		b.report(diag.BadOperands, x.OpAt, quoteOp(op), v.typ.String()+", "+low.typ.String()+" and "+high.typ.String())
	}
	return scalar(symbol.Bool)
}

// betweenFits tells whether x between (low .. high) is defined: numbers, equal summable types, a datetime with a length for
// high, and dynamic with numbers.
func betweenFits(x, low, high symbol.Type) bool {
	for _, t := range []symbol.Type{x, low, high} {
		if t == symbol.Unknown || t == symbol.Null {
			return true
		}
	}
	fits := func(t symbol.Type) bool {
		return t == x || t == symbol.Dynamic || x == symbol.Dynamic || t.Numeric() && x.Numeric()
	}
	if x == symbol.Datetime && low == symbol.Datetime && high == symbol.Timespan {
		return true
	}
	return (x.Summable() || x == symbol.Dynamic) && fits(low) && fits(high)
}

func (b *binder) in(x *syntax.In) value {
	v := b.operand(x.X)
	for _, item := range x.List {
		b.inItem(x, v, item)
	}
	if v.bad || v.typ == symbol.Unknown {
		return scalar(symbol.Bool)
	}
	if needsText(x.Op) && v.typ != symbol.String && v.typ != symbol.Dynamic && v.typ != symbol.Null {
		b.report(diag.WrongType, x.X.Span(), "string or dynamic before "+x.Op, v.typ.String())
	}
	return scalar(symbol.Bool)
}

// needsText tells the membership operators that look into text.
func needsText(op string) bool { return op != "in" && op != "!in" }

func (b *binder) inItem(x *syntax.In, left value, item syntax.Expr) {
	v := b.value(item)
	if v.typ == symbol.Graph || v.typ == symbol.Group || v.kind != 0 {
		b.report(diag.ScalarExpected, item.Span(), typeName(v))
	}
}

// operand binds an operand of an operator: a scalar.
func (b *binder) operand(x syntax.Expr) value {
	if w, ok := x.(*syntax.Wildcard); ok {
		return b.starOperand(w)
	}
	v := b.value(x)
	if v.typ.Tabular() || v.kind != 0 {
		b.wantScalar(x, v)
		v.bad = true
	}
	if len(v.tuple) > 0 {
		v.typ = v.tuple[0].Type
	}
	return v
}

// starOperand is the * of * has 'x': any column.
func (b *binder) starOperand(x *syntax.Wildcard) value {
	if b.rows != nil {
		b.scope.Columns[x] = b.matching(x, b.rows.left)
	}
	b.scope.Types[x] = symbol.Unknown
	return value{}
}

// path binds x.y: a property of a dynamic value, a column of a side, a member of a database or cluster.
func (b *binder) path(x *syntax.Path) value {
	left := b.pathBase(x.X)
	if left.kind != 0 || len(left.places) > 0 {
		return b.member(x, left)
	}
	switch left.typ {
	case symbol.Dynamic, symbol.Null:
		b.bindSelector(x.Selector)
		return shaped(selected(left.shape, x.Selector))
	case symbol.Unknown:
		b.bindSelector(x.Selector)
		return value{bad: left.bad}
	}
	if left.tuple != nil {
		return b.tupleMember(x, left)
	}
	b.bindSelector(x.Selector)
	if !left.bad {
		b.reportAs(diag.WrongType, "KS142", x.Selector.Span(), "a dynamic value, a database or a cluster before the dot", typeName(left))
	}
	return badValue
}

// pathBase binds what stands before a dot. $left and $right are allowed there only.
func (b *binder) pathBase(x syntax.Expr) value {
	ref, ok := x.(*syntax.NameRef)
	if !ok || b.rows == nil {
		return b.value(x)
	}
	side := b.rows.left
	switch {
	case ref.Name.Text == "$left" && b.rows.right != nil:
	case ref.Name.Text == "$right" && b.rows.right != nil:
		side = b.rows.right
	default:
		return b.value(x)
	}
	b.scope.Refs[ref.Name] = Symbol{Kind: SymSide, Name: ref.Name.Text}
	return value{kind: SymSide, table: side}
}

// bindSelector binds what stands in a dynamic value's path: names there are keys, not columns.
func (b *binder) bindSelector(x syntax.Expr) {
	switch x := x.(type) {
	case *syntax.NameRef:
		b.scope.Types[x] = symbol.String
	case *syntax.Call:
		for _, a := range x.Args {
			b.value(a)
		}
	}
}

func (b *binder) tupleMember(x *syntax.Path, left value) value {
	ref, ok := x.Selector.(*syntax.NameRef)
	if !ok {
		return badValue
	}
	for _, c := range left.tuple {
		if c.Name == ref.Name.Text {
			return scalar(c.Type)
		}
	}
	return value{}
}

// indexed binds x[i].
func (b *binder) indexed(x *syntax.Index) value {
	left := b.pathBase(x.X)
	if left.kind == SymSide || left.kind == SymGraphPart || left.kind == SymStep {
		if l, ok := x.I.(*syntax.Literal); ok && l.Kind == syntax.LitString {
			b.scope.Types[x.I] = symbol.String
			return b.sideColumn(left, l.Text, x.I, nil)
		}
	}
	i := b.value(x.I)
	switch {
	case left.typ == symbol.Unknown || left.bad:
		return value{bad: left.bad}
	case left.typ != symbol.Dynamic && left.typ != symbol.Null:
		brackets := text.Span{Start: x.X.Span().End, End: x.Span().End}
		b.reportAs(diag.WrongType, "KS147", brackets, "a dynamic value before [", typeName(left))
		return badValue
	case i.bad || i.typ == symbol.Unknown || i.typ.Integer() || i.typ == symbol.String || i.typ == symbol.Dynamic:
	case i.typ.Tabular():
		b.wantScalar(x.I, i)
	}
	if key, ok := b.constant(x.I).(string); ok {
		inner, _ := left.shape.Prop(key)
		return shaped(inner)
	}
	return shaped(left.shape.Element())
}
