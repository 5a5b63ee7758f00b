package binder

// This file lays arguments over parameters and tells how well each fits.

import (
	"calypso/kql/builtin"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// matchKind tells how well an argument fits; higher is better.
type matchKind uint8

const (
	matchNone matchKind = iota
	matchUnknown
	matchDynamic
	matchCompatible
	matchPromoted
	matchNotType
	matchOneOfMany
	matchScalar
	matchSummable
	matchOrderable
	matchNumber
	matchInteger
	matchTabular
	matchExact
)

// layout gives the parameter of each argument; nil where there is none.
func layout(sig *builtin.Signature, args []syntax.Expr, values []value) []*builtin.Param {
	params := make([]*builtin.Param, len(args))
	switch sig.Layout {
	case builtin.LayoutBlockRepeating:
		layoutBlocks(sig, params)
	case builtin.LayoutRepeating:
		layoutRepeating(sig, params)
	case builtin.LayoutCustom:
		layoutCustom(sig, params, values)
	default:
		for i := range params {
			if i < len(sig.Params) {
				params[i] = &sig.Params[i]
			}
		}
	}
	return params
}

// layoutRepeating gives the one parameter that repeats all arguments that the others leave.
func layoutRepeating(sig *builtin.Signature, params []*builtin.Param) {
	at := len(sig.Params) - 1
	for i := range sig.Params {
		if sig.Params[i].Max > 1 {
			at = i
			break
		}
	}
	after := 0
	for _, p := range sig.Params[at+1:] {
		if p.Min > 0 {
			after++
		}
	}
	for i := range params {
		switch {
		case i < at:
			params[i] = &sig.Params[i]
		case i < len(params)-after:
			params[i] = &sig.Params[at]
		default:
			params[i] = &sig.Params[at+1+i-(len(params)-after)]
		}
	}
}

// layoutBlocks repeats a group of parameters, as bag_pack its pairs and case its branches with one value behind.
func layoutBlocks(sig *builtin.Signature, params []*builtin.Param) {
	block := 0
	for block < len(sig.Params) && sig.Params[block].Max > 1 {
		block++
	}
	tail := len(sig.Params) - block
	if block == 0 {
		return
	}
	for i := range params {
		if i >= len(params)-tail {
			params[i] = &sig.Params[block+i-(len(params)-tail)]
		} else {
			params[i] = &sig.Params[i%block]
		}
	}
}

// layoutCustom goes by what each argument is: it takes the first parameter from the current one on that fits.
func layoutCustom(sig *builtin.Signature, params []*builtin.Param, values []value) {
	p := 0
	used := 0
	for i := range params {
		for p < len(sig.Params) {
			fits := fitsKind(sig.Params[p].Kind, sig.Params[p].Types, values[i])
			full := used >= int(sig.Params[p].Max)
			if fits && !full || used < int(sig.Params[p].Min) {
				params[i] = &sig.Params[p]
				used++
				break
			}
			p, used = p+1, 0
		}
	}
}

// match tells how well argument i fits a parameter.
func (c *callCheck) match(p *builtin.Param, i int) matchKind {
	if p == nil {
		return matchNone
	}
	arg := c.args[i]
	x := argument(c.x.Args[i])
	if isStar(x) {
		if p.Arg == builtin.ArgStarOnly || p.Arg == builtin.ArgStarAllowed {
			return matchExact
		}
		return matchNone
	}
	if p.Arg == builtin.ArgStarOnly {
		return matchNone
	}
	if arg.typ == symbol.Unknown {
		return matchUnknown
	}
	if isDefaultMark(p, x) {
		return matchExact
	}
	switch p.Kind {
	case builtin.KindCommonScalar, builtin.KindCommonOrderable, builtin.KindCommonScalarOrDynamic:
		return c.matchCommon(p, arg)
	case builtin.KindDeclared:
		return matchDeclared(p.Types, arg.typ)
	}
	if !fitsKind(p.Kind, p.Types, arg) {
		return matchNone
	}
	return kindRank(p.Kind)
}

// isDefaultMark tells the text that stands for "not given", as ~ in basket.
func isDefaultMark(p *builtin.Param, x syntax.Expr) bool {
	if p.Default == "" {
		return false
	}
	l, ok := x.(*syntax.Literal)
	return ok && l.Kind == syntax.LitString && l.Text == p.Default
}

func matchDeclared(types builtin.TypeSet, t symbol.Type) matchKind {
	if types.Has(t) || t == symbol.Null {
		if types&(types-1) == 0 {
			return matchExact
		}
		return matchOneOfMany
	}
	for to := symbol.Bool; to <= symbol.TypeType; to++ {
		if types.Has(to) && builtin.Promotable(t, to) {
			return matchPromoted
		}
	}
	return matchNone
}

func (c *callCheck) matchCommon(p *builtin.Param, arg value) matchKind {
	common := c.commonType(false)
	switch {
	case common == symbol.Unknown:
		return matchNone
	case common == arg.typ:
		return matchExact
	case builtin.Promotable(arg.typ, common):
		return matchPromoted
	case common == symbol.Dynamic:
		return matchDynamic
	case p.Kind == builtin.KindCommonScalarOrDynamic && arg.typ == symbol.Dynamic:
		return matchExact
	}
	return matchNone
}

func kindRank(k builtin.ParamKind) matchKind {
	switch k {
	case builtin.KindAny:
		return matchUnknown
	case builtin.KindScalar:
		return matchScalar
	case builtin.KindInteger:
		return matchInteger
	case builtin.KindNumber, builtin.KindNumberOrBool:
		return matchNumber
	case builtin.KindSummable:
		return matchSummable
	case builtin.KindOrderable:
		return matchOrderable
	case builtin.KindTabular:
		return matchTabular
	case builtin.KindNotBool, builtin.KindNotDynamic, builtin.KindNotRealOrBool:
		return matchNotType
	}
	return matchOneOfMany
}

// fitsKind tells whether a value is of a parameter's kind.
func fitsKind(k builtin.ParamKind, types builtin.TypeSet, v value) bool {
	t := v.typ
	if t == symbol.Unknown && v.kind == 0 {
		return true
	}
	isScalar := t.Scalar()
	switch k {
	case builtin.KindAny:
		return true
	case builtin.KindTabular:
		return t.Tabular()
	case builtin.KindDeclared:
		return matchDeclared(types, t) != matchNone
	case builtin.KindScalar:
		return isScalar
	}
	if t == symbol.Null {
		return true
	}
	switch k {
	case builtin.KindInteger:
		return t.Integer()
	case builtin.KindNumber:
		return t.Numeric()
	case builtin.KindNumberOrBool:
		return t.Numeric() || t == symbol.Bool
	case builtin.KindSummable:
		return t.Summable()
	case builtin.KindOrderable, builtin.KindCommonOrderable:
		return t.Orderable()
	case builtin.KindDynamicArray, builtin.KindDynamicBag:
		return t == symbol.Dynamic
	case builtin.KindStringOrDynamic, builtin.KindStringOrArray:
		return t == symbol.String || t == symbol.Dynamic
	case builtin.KindIntegerOrArray:
		return t.Integer() || t == symbol.Dynamic
	case builtin.KindNotBool:
		return isScalar && t != symbol.Bool
	case builtin.KindNotRealOrBool:
		return isScalar && t != symbol.Bool && t != symbol.Real
	case builtin.KindNotDynamic:
		return isScalar && t != symbol.Dynamic
	}
	return isScalar
}
