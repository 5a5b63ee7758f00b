package binder

// This file binds binary operators.

import (
	"strconv"

	"calypso/kql/builtin"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

func (b *binder) binary(x *syntax.Binary) value {
	if x.Op == "and" || x.Op == "or" {
		return b.logical(x)
	}
	left, right := b.operand(x.X), b.operand(x.Y)
	b.fold(x)
	if isStar(x.X) {
		return scalar(symbol.Bool)
	}
	if x.Op == ":" {
		return scalar(symbol.Bool)
	}
	if left.typ == symbol.Null || right.typ == symbol.Null {
		return value{}
	}
	t, ok := builtin.Binary(x.Op, left.typ, right.typ)
	switch {
	case left.bad || right.bad || left.typ == symbol.Unknown || right.typ == symbol.Unknown:
		return value{typ: guessBinary(x.Op)}
	case !ok:
		b.report(diag.BadOperands, x.OpAt, quoteOp(x.Op), left.typ.String()+" and "+right.typ.String())
		return value{typ: guessBinary(x.Op), bad: true}
	case left.typ == symbol.Dynamic && right.typ == symbol.Dynamic && refusesDynamics(x.Op):
		b.report(diag.DynamicOperands, x.OpAt, quoteOp(x.Op))
	}
	return scalar(t)
}

// refusesDynamics tells the operators that the engine refuses between two dynamic values though the language library allows
// them; measured for these.
func refusesDynamics(op string) bool {
	switch op {
	case "==", "*", "+", "-", "/", "%":
		return true
	}
	return false
}

func isStar(x syntax.Expr) bool {
	_, ok := x.(*syntax.Wildcard)
	return ok
}

// guessBinary gives the type that an operator has whatever its operands are: bool for comparisons, else unknown.
func guessBinary(op string) symbol.Type {
	switch op {
	case "+", "-", "*", "/", "%":
		return symbol.Unknown
	}
	return symbol.Bool
}

// logical binds a chain of and and or without recursion on the left, where long chains grow.
func (b *binder) logical(x *syntax.Binary) value {
	var chain []*syntax.Binary
	left := syntax.Expr(x)
	for {
		node, ok := left.(*syntax.Binary)
		if !ok || node.Op != "and" && node.Op != "or" {
			break
		}
		chain = append(chain, node)
		left = node.X
	}
	v := b.condition(left)
	for i := len(chain) - 1; i >= 0; i-- {
		node := chain[i]
		right := b.condition(node.Y)
		if !v.bad && !right.bad && !(booleanish(v.typ) && booleanish(right.typ)) {
			b.report(diag.BadOperands, node.OpAt, quoteOp(node.Op), v.typ.String()+" and "+right.typ.String())
			right.bad = true
		}
		v = value{typ: symbol.Bool, bad: right.bad}
		b.scope.Types[node] = symbol.Bool
	}
	return scalar(symbol.Bool)
}

// condition binds an operand of and and or; in search and find a bare text is a condition too.
func (b *binder) condition(x syntax.Expr) value {
	v := b.operand(x)
	if b.search && (v.typ == symbol.String || v.typ.Numeric() || v.typ == symbol.Datetime || v.typ == symbol.Guid || v.typ == symbol.Timespan) {
		return scalar(symbol.Bool)
	}
	return v
}

func booleanish(t symbol.Type) bool {
	return t == symbol.Bool || t == symbol.Dynamic || t == symbol.Unknown || t == symbol.Null
}

// fold keeps the value of an operator on constants where it can't differ from the engine's: sums of whole numbers that don't
// overflow, and joined text.
func (b *binder) fold(x *syntax.Binary) {
	l, ok := b.scope.Consts[x.X].(int64)
	r, ok2 := b.scope.Consts[x.Y].(int64)
	if !ok || !ok2 {
		return
	}
	const limit = 1 << 31
	if l > limit || l < -limit || r > limit || r < -limit {
		return
	}
	switch x.Op {
	case "+":
		b.scope.Consts[x] = l + r
	case "-":
		b.scope.Consts[x] = l - r
	case "*":
		b.scope.Consts[x] = l * r
	}
}

func quoteOp(op string) string { return strconv.Quote(op) }

// wantBool says so when a condition isn't boolean. A dynamic value has to be converted; only and, or take one as it is.
func (b *binder) wantBool(x syntax.Expr, v value) {
	if v.bad || v.typ != symbol.Dynamic && booleanish(v.typ) {
		return
	}
	if v.typ.Tabular() || v.kind != 0 {
		b.wantScalar(x, v)
		return
	}
	b.reportAs(diag.WrongType, "KS141", x.Span(), "bool", v.typ.String())
}
