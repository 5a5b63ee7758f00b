package binder

// This file binds literals and keeps the constants that fold without a clock.

import (
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// literalTypes are the types of literal kinds.
var literalTypes = [...]symbol.Type{
	syntax.LitBool:     symbol.Bool,
	syntax.LitInt:      symbol.Int,
	syntax.LitLong:     symbol.Long,
	syntax.LitReal:     symbol.Real,
	syntax.LitDecimal:  symbol.Decimal,
	syntax.LitString:   symbol.String,
	syntax.LitDatetime: symbol.Datetime,
	syntax.LitTimespan: symbol.Timespan,
	syntax.LitGuid:     symbol.Guid,
	syntax.LitNull:     symbol.Null,
}

func (b *binder) literal(x *syntax.Literal) value {
	if int(x.Kind) >= len(literalTypes) {
		return badValue
	}
	switch x.Kind {
	case syntax.LitBool, syntax.LitInt, syntax.LitLong, syntax.LitReal, syntax.LitString:
		v, ok := x.Value()
		if n, isInt := v.(int32); isInt {
			v = int64(n)
		}
		if ok && v != nil {
			b.scope.Consts[x] = v
		}
	}
	return scalar(literalTypes[x.Kind])
}

// constant gives the value of a bound expression that folds, nil when it doesn't.
func (b *binder) constant(x syntax.Expr) any {
	return b.scope.Consts[x]
}

func (b *binder) dynamicLit(x *syntax.DynamicLit) value {
	b.dynamicPart(x.Value)
	return scalar(symbol.Dynamic)
}

// dynamicPart records the types of the parts of a dynamic literal.
func (b *binder) dynamicPart(x syntax.Expr) {
	switch x := x.(type) {
	case nil:
	case *syntax.JSONArray:
		b.scope.Types[x] = symbol.Dynamic
		for _, item := range x.Items {
			b.dynamicPart(item)
		}
	case *syntax.JSONBag:
		b.scope.Types[x] = symbol.Dynamic
		for _, p := range x.Pairs {
			b.dynamicPart(p.Value)
		}
	case *syntax.Literal, *syntax.Unary, *syntax.DynamicLit:
		b.value(x)
	}
}

func (b *binder) typeOf(x *syntax.TypeOf) value {
	if x.Type != nil {
		b.typeRef(x.Type)
	}
	if x.Schema != nil {
		b.rowSchema(x.Schema)
	}
	return scalar(symbol.TypeType)
}

// typeRef gives the type that a type name means; an unknown name is an error.
func (b *binder) typeRef(t *syntax.TypeRef) symbol.Type {
	if t == nil {
		return symbol.Unknown
	}
	typ, ok := symbol.ParseType(t.Name)
	if !ok && t.Name != "" {
		b.report(diag.UnknownType, t.Span(), t.Name)
	}
	return typ
}

// rowSchema gives the columns of a row schema and names them.
func (b *binder) rowSchema(s *syntax.RowSchema) symbol.Columns {
	columns := symbol.Columns{Open: s.Star}
	seen := map[string]bool{}
	for _, c := range s.Columns {
		if c.Name == nil || c.Name.Missing {
			continue
		}
		if seen[c.Name.Text] {
			b.report(diag.DuplicateColumn, c.Name.Span(), c.Name.Text)
			continue
		}
		seen[c.Name.Text] = true
		column := &symbol.Column{Name: c.Name.Text, Type: b.typeRef(c.Type)}
		columns.List = append(columns.List, column)
		b.nameColumn(c.Name, column)
	}
	return columns
}
