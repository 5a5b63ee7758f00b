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
	return shaped(b.dynamicPart(x.Value))
}

// dynamicPart records the types of the parts of a dynamic literal and gives its shape.
func (b *binder) dynamicPart(x syntax.Expr) *symbol.Shape {
	switch x := x.(type) {
	case *syntax.JSONArray:
		b.scope.Types[x] = symbol.Dynamic
		var elem *symbol.Shape
		for i, item := range x.Items {
			shape := b.dynamicPart(item)
			if i > 0 {
				shape = symbol.MergeShapes(elem, shape)
			}
			elem = shape
		}
		return symbol.ArrayOf(elem)
	case *syntax.JSONBag:
		b.scope.Types[x] = symbol.Dynamic
		bag := symbol.BagOf()
		seen := make(map[string]bool, len(x.Pairs))
		for _, p := range x.Pairs {
			shape := b.dynamicPart(p.Value)
			if p.Key != nil && !seen[p.Key.Text] {
				seen[p.Key.Text] = true
				bag.Props = append(bag.Props, symbol.Property{Name: p.Key.Text, Shape: shape})
			}
		}
		return bag
	case *syntax.Literal, *syntax.Unary, *syntax.DynamicLit:
		v := b.value(x)
		if v.typ == symbol.Decimal {
			b.reportAs(diag.WrongType, "KS215", x.Span(), "a value that dynamic holds", v.typ.String())
		}
		return v.inside()
	}
	return nil
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
	seen := make(map[string]*syntax.Name, len(s.Columns))
	for _, c := range s.Columns {
		if c.Name == nil || c.Name.Missing {
			continue
		}
		if before := seen[c.Name.Text]; before != nil {
			b.reportTwice(diag.DuplicateColumn, c.Name.Span(), before.Span(), c.Name.Text)
			continue
		}
		seen[c.Name.Text] = c.Name
		column := &symbol.Column{Name: c.Name.Text, Type: b.typeRef(c.Type)}
		columns.List = append(columns.List, column)
		b.nameColumn(c.Name, column)
	}
	return columns
}
