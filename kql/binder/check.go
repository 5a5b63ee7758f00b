package binder

// This file checks the arguments of a call against the signature chosen, and says what is wrong with them.

import (
	"slices"

	"calypso/kql/builtin"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// check says what is wrong with a call's arguments under a signature.
func (c *callCheck) check(sig *builtin.Signature) {
	c.params = layout(sig, c.x.Args, c.args)
	n := len(c.args)
	if n < int(sig.Min) || n > int(sig.Max) || !c.fillsBlocks(sig) {
		official := "KS119"
		switch {
		case n >= int(sig.Min) && n <= int(sig.Max):
			official = "KS121"
		case sig.Layout != builtin.LayoutNonRepeating:
			official = "KS120"
		}
		c.b.reportAs(diag.ArgumentCount, official, c.x.Fun.Span(), c.f.Name, countText(int(sig.Min), int(sig.Max)), n)
		return
	}
	if c.lacksCommon() {
		return
	}
	for i, p := range c.params {
		if p != nil {
			c.checkArg(p, i)
		}
	}
}

// fillsBlocks tells whether pairs and branches are complete.
func (c *callCheck) fillsBlocks(sig *builtin.Signature) bool {
	if sig.Layout != builtin.LayoutBlockRepeating {
		return true
	}
	block := 0
	for block < len(sig.Params) && sig.Params[block].Max > 1 {
		block++
	}
	return block == 0 || (len(c.args)-(len(sig.Params)-block))%block == 0
}

// lacksCommon reports arguments that should have a type in common and have none.
func (c *callCheck) lacksCommon() bool {
	any := false
	for i, p := range c.params {
		if p != nil && isCommon(p.Kind) {
			any = true
			if c.args[i].typ == symbol.Unknown || c.args[i].bad || isIfExists(argument(c.x.Args[i])) {
				return false
			}
		}
	}
	if !any || c.commonType(false) != symbol.Unknown || c.f.Name == "coalesce" && c.hasDynamic() {
		return false
	}
	c.b.report(diag.NoCommonType, c.x.Fun.Span(), c.f.Name, typeList(c.args))
	return true
}

// hasDynamic tells whether an argument is dynamic. Functions that are in use coalesce such a one with strings, against the documentation;
// what comes out isn't known.
func (c *callCheck) hasDynamic() bool {
	return slices.ContainsFunc(c.args, func(v value) bool { return v.typ == symbol.Dynamic })
}

// isIfExists tells a call whose type depends on whether a column is there.
func isIfExists(x syntax.Expr) bool {
	call, ok := x.(*syntax.Call)
	return ok && (call.Fun.Text == "column_ifexists" || call.Fun.Text == "columnifexists")
}

func isCommon(k builtin.ParamKind) bool {
	return k == builtin.KindCommonScalar || k == builtin.KindCommonOrderable || k == builtin.KindCommonScalarOrDynamic
}

func (c *callCheck) checkArg(p *builtin.Param, i int) {
	x := argument(c.x.Args[i])
	v := c.args[i]
	if isStar(x) {
		if p.Arg != builtin.ArgStarOnly && p.Arg != builtin.ArgStarAllowed {
			c.b.report(diag.StarNotAllowed, x.Span())
		}
		return
	}
	if v.bad || isDefaultMark(p, x) {
		return
	}
	if !isCommon(p.Kind) && !fitsKind(p.Kind, p.Types, v) {
		if v.typ.Tabular() || v.kind != 0 {
			c.b.wantScalar(x, v)
			return
		}
		c.b.reportAs(diag.WrongType, kindOfficial(p.Kind), x.Span(), wanted(p), typeName(v))
		return
	}
	c.checkShape(p, x, v)
	c.checkForm(p, x, v)
}

// checkShape warns where a value is known to be a bag and an array is wanted, or the other way round. The engine runs it, and
// gives null.
func (c *callCheck) checkShape(p *builtin.Param, x syntax.Expr, v value) {
	if v.shape == nil || v.shape.Sampled {
		return
	}
	want, official := "an array", "KS234"
	switch {
	case p.Kind == builtin.KindDynamicArray && v.shape.Kind != symbol.Array:
	case p.Kind == builtin.KindDynamicBag && v.shape.Kind != symbol.Bag:
		want, official = "a bag", "KS235"
	default:
		return
	}
	c.b.reportAs(diag.WrongShape, official, x.Span(), c.f.Name, want, v.shape.String())
}

// checkForm checks what an argument must be besides its type.
func (c *callCheck) checkForm(p *builtin.Param, x syntax.Expr, v value) {
	b := c.b
	switch p.Arg {
	case builtin.ArgColumn:
		if v.column == nil && v.typ != symbol.Unknown {
			b.report(diag.ColumnExpected, x.Span())
		}
	case builtin.ArgConstant:
		if !b.isConstant(x) {
			b.report(diag.ConstantExpected, x.Span())
		}
	case builtin.ArgLiteral, builtin.ArgLiteralNotEmpty:
		if !b.isLiteral(x) {
			if b.constant(x) == nil {
				b.report(diag.LiteralExpected, x.Span())
			}
			return
		}
		c.checkValues(p, x)
	}
}

// checkValues checks a literal against the texts that fit.
func (c *callCheck) checkValues(p *builtin.Param, x syntax.Expr) {
	s, ok := c.b.constant(x).(string)
	if !ok || len(p.Values) == 0 {
		return
	}
	for _, want := range p.Values {
		if s == want || !p.Flags.Has(builtin.CaseMatters) && equalFold(s, want) {
			return
		}
	}
	c.b.report(diag.WrongValue, x.Span(), quoteList(p.Values))
}

func equalFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i < len(a); i++ {
		x, y := a[i], b[i]
		if 'A' <= x && x <= 'Z' {
			x += 'a' - 'A'
		}
		if 'A' <= y && y <= 'Z' {
			y += 'a' - 'A'
		}
		if x != y {
			return false
		}
	}
	return true
}

// isLiteral tells a literal, perhaps with a sign or brackets.
func (b *binder) isLiteral(x syntax.Expr) bool {
	switch x := x.(type) {
	case *syntax.Literal, *syntax.DynamicLit, *syntax.TypeOf:
		return true
	case *syntax.Paren:
		return b.isLiteral(x.X)
	case *syntax.Unary:
		return b.isLiteral(x.X)
	}
	return false
}

// isConstant tells what can be computed before any row is read: no column is in it. Calls that give tables, as toscalar, count
// as constants.
func (b *binder) isConstant(x syntax.Expr) bool {
	switch x := x.(type) {
	case *syntax.Literal, *syntax.DynamicLit, *syntax.TypeOf, *syntax.Bad:
		return true
	case *syntax.Paren:
		return b.isConstant(x.X)
	case *syntax.Unary:
		return b.isConstant(x.X)
	case *syntax.Named:
		return b.isConstant(x.X)
	case *syntax.Binary:
		return b.isConstant(x.X) && b.isConstant(x.Y)
	case *syntax.Index:
		return b.isConstant(x.X) && b.isConstant(x.I)
	case *syntax.Path:
		return b.isConstant(x.X)
	case *syntax.NameRef:
		s, ok := b.scope.Refs[x.Name]
		return !ok || s.Kind != SymColumn
	case *syntax.Call:
		return b.constantCall(x)
	}
	return true
}

func (b *binder) constantCall(x *syntax.Call) bool {
	switch x.Fun.Text {
	case "toscalar", "materialize", "totable":
		return true
	}
	for _, a := range x.Args {
		if !b.isConstant(a) {
			return false
		}
	}
	return true
}

// wanted words what a parameter takes.
func wanted(p *builtin.Param) string {
	switch p.Kind {
	case builtin.KindDeclared:
		text := ""
		for t := symbol.Bool; t <= symbol.TypeType; t++ {
			if p.Types.Has(t) {
				if text != "" {
					text += " or "
				}
				text += t.String()
			}
		}
		return text
	case builtin.KindInteger:
		return "a whole number"
	case builtin.KindNumber:
		return "a number"
	case builtin.KindNumberOrBool:
		return "a number or bool"
	case builtin.KindSummable:
		return "a number, datetime or timespan"
	case builtin.KindOrderable:
		return "a value that has an order"
	case builtin.KindDynamicArray, builtin.KindDynamicBag:
		return "dynamic"
	case builtin.KindStringOrDynamic, builtin.KindStringOrArray:
		return "string or dynamic"
	case builtin.KindIntegerOrArray:
		return "a whole number or dynamic"
	case builtin.KindNotBool:
		return "anything but bool"
	case builtin.KindNotRealOrBool:
		return "anything but real and bool"
	case builtin.KindNotDynamic:
		return "anything but dynamic"
	case builtin.KindTabular:
		return "a table"
	}
	return "a scalar value"
}

// kindOfficial is the official code for an argument that isn't of a kind.
func kindOfficial(k builtin.ParamKind) string {
	switch k {
	case builtin.KindInteger:
		return "KS134"
	case builtin.KindNumber, builtin.KindNumberOrBool:
		return "KS137"
	case builtin.KindSummable:
		return "KS138"
	case builtin.KindOrderable:
		return "KS206"
	case builtin.KindDynamicArray:
		return "KS234"
	case builtin.KindDynamicBag:
		return "KS235"
	case builtin.KindStringOrArray:
		return "KS233"
	case builtin.KindStringOrDynamic:
		return "KS141"
	case builtin.KindIntegerOrArray:
		return "KS136"
	case builtin.KindTabular:
		return "KS111"
	case builtin.KindNotBool, builtin.KindNotDynamic, builtin.KindNotRealOrBool:
		return "KS116"
	}
	return "KS107"
}
