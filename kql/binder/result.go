package binder

// This file finds the type that a call gives, by the kind of return that its signature names.

import (
	"strings"

	"calypso/kql/builtin"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// result gives what a call gives under a signature.
func (c *callCheck) result(sig *builtin.Signature) value {
	switch sig.Return {
	case builtin.ReturnDeclared:
		return c.declared(sig)
	case builtin.ReturnParameter0:
		return value{typ: c.argType(0), shape: c.argShape(0)}
	case builtin.ReturnParameter1:
		return value{typ: c.argType(1), shape: c.argShape(1)}
	case builtin.ReturnParameter0Array:
		return shaped(symbol.ArrayOf(c.argInside(0)))
	case builtin.ReturnParameter0Promoted:
		return scalar(promoteInt(c.argType(0)))
	case builtin.ReturnParameterNLiteral:
		return scalar(c.typeArg(len(c.args) - 1))
	case builtin.ReturnParameter1Literal:
		return scalar(c.typeArg(1))
	case builtin.ReturnParameter0Literal:
		return scalar(c.typeArg(0))
	case builtin.ReturnCommon:
		return scalar(c.commonType(false))
	case builtin.ReturnCommonNonDynamic:
		return scalar(c.commonType(true))
	case builtin.ReturnWidest:
		return scalar(c.widest())
	case builtin.ReturnCustom:
		v := c.custom()
		if v.typ == symbol.Dynamic && v.shape == nil {
			v.shape = c.customShape()
		}
		return v
	}
	return value{}
}

func (c *callCheck) declared(sig *builtin.Signature) value {
	if sig.Type == symbol.Table {
		columns, err := symbol.ParseColumns(strings.ReplaceAll(sig.Shape, ":", ": "))
		if err != nil {
			return tabular(openTable())
		}
		return tabular(&Table{Columns: columns})
	}
	return value{typ: engineType(c.f.Name, sig.Type), shape: c.declaredShape(sig)}
}

// engineType corrects types that the engine gives otherwise than the language library; measured.
func engineType(name string, t symbol.Type) symbol.Type {
	switch name {
	case "datetime_part", "datepart", "getyear", "monthofyear", "getmonth", "hourofday",
		"dayofmonth", "dayofyear", "week_of_year", "weekofyear":
		return symbol.Long
	case "jaccard_index", "ceiling":
		return symbol.Real
	}
	return t
}

func (c *callCheck) argType(i int) symbol.Type {
	if c.f.Name == "ceiling" {
		return symbol.Real
	}
	if i < len(c.args) {
		return c.args[i].typ
	}
	return symbol.Unknown
}

// typeArg gives the type that a typeof(…) argument means.
func (c *callCheck) typeArg(i int) symbol.Type {
	if i < 0 || i >= len(c.x.Args) {
		return symbol.Unknown
	}
	if t, ok := argument(c.x.Args[i]).(*syntax.TypeOf); ok && t.Type != nil {
		typ, _ := symbol.ParseType(t.Type.Name)
		return typ
	}
	return symbol.Unknown
}

func promoteInt(t symbol.Type) symbol.Type {
	if t == symbol.Int {
		return symbol.Long
	}
	return t
}

func (c *callCheck) widest() symbol.Type {
	var widest symbol.Type
	for _, a := range c.args {
		if a.typ.Numeric() && (widest == symbol.Unknown || builtin.Wider(a.typ, widest)) {
			widest = a.typ
		}
		if a.typ == symbol.Unknown {
			return symbol.Unknown
		}
	}
	return promoteInt(widest)
}

// commonType gives the type that the arguments of common kinds have together, Unknown when there is none. With skipDynamic,
// dynamic arguments count only when there are no others.
func (c *callCheck) commonType(skipDynamic bool) symbol.Type {
	common, seen := symbol.Null, false
	for i, p := range c.params {
		if p == nil || !isCommon(p.Kind) || i >= len(c.args) {
			continue
		}
		t := c.args[i].typ
		if skipDynamic && t == symbol.Dynamic || t == symbol.Unknown {
			continue // what isn't known has to be of the others' type
		}
		mixed := p.Kind == builtin.KindCommonScalarOrDynamic
		if (t == symbol.Dynamic || t == symbol.Guid) && p.Kind == builtin.KindCommonOrderable {
			return symbol.Unknown
		}
		if !mixed && common != t && (common == symbol.Dynamic && t != symbol.Null || t == symbol.Dynamic && common != symbol.Null) {
			return symbol.Unknown
		}
		var ok bool
		if common, ok = commonOf(common, t, mixed); !ok {
			return symbol.Unknown
		}
		seen = true
	}
	switch {
	case !seen && skipDynamic:
		return c.commonType(false)
	case !seen:
		return symbol.Unknown
	}
	return common
}

// commonOf gives the common type of two.
func commonOf(a, z symbol.Type, mixed bool) (symbol.Type, bool) {
	switch {
	case a == z || z == symbol.Null:
		return a, true
	case a == symbol.Null:
		return z, true
	case a == symbol.Unknown || z == symbol.Unknown:
		return symbol.Unknown, true
	case a == symbol.Dynamic || z == symbol.Dynamic:
		return symbol.Dynamic, true
	case builtin.Promotable(a, z):
		return z, true
	case builtin.Promotable(z, a):
		return a, true
	case mixed:
		return symbol.Dynamic, true
	}
	return symbol.Unknown, false
}
