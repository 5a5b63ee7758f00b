package binder

// This file binds join and lookup: the keys, the columns of both sides and which source column each came from.

import (
	"strconv"

	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// JoinKey is a pair of columns that a join or lookup compares.
type JoinKey struct {
	Left, Right *symbol.Column
}

func (b *binder) join(op *syntax.JoinOp, in *Table) value {
	right := b.rightSide(op.Right)
	keys := b.joinConditions(op, op.On, in, right)
	if op.Where != nil {
		saved := b.rows
		b.rows = &rows{left: in, right: right}
		b.wantBool(op.Where, b.value(op.Where))
		b.rows = saved
	}
	b.scope.Keys[op] = keys
	kind := ""
	if p := op.Param("kind"); p != nil {
		kind = paramWord(p)
	}
	var list []*symbol.Column
	open := false
	if !rightOnly(kind) {
		list = append(list, in.List...)
		open = in.Open
	}
	if !leftOnly(kind) {
		list = append(list, right.List...)
		open = open || right.Open
	}
	out := &Table{Columns: symbol.Columns{List: uniqueNames(list), Open: open}, Origin: list, partial: in.partial || right.partial}
	return tabular(out)
}

// rightSide binds the right side; its columns are never the left's.
func (b *binder) rightSide(x syntax.Expr) *Table {
	if x == nil {
		return openTable()
	}
	return b.table(x).table
}

// leftOnly tells the join kinds that give the left side's columns only.
func leftOnly(kind string) bool {
	switch kind {
	case "leftsemi", "leftanti", "leftantisemi", "anti":
		return true
	}
	return false
}

func rightOnly(kind string) bool {
	switch kind {
	case "rightsemi", "rightanti", "rightantisemi":
		return true
	}
	return false
}

// uniqueNames numbers the names that stood in the list before. A name that stands anywhere in the list isn't made anew:
// c, c, c1 becomes c, c2, c1. Renamed columns are new ones.
func uniqueNames(list []*symbol.Column) []*symbol.Column {
	first := make(map[string]int, len(list)) // name → where it stands first
	for i, c := range list {
		if _, taken := first[c.Name]; !taken {
			first[c.Name] = i
		}
	}
	next := make([]*symbol.Column, len(list))
	for i, c := range list {
		if first[c.Name] == i {
			next[i] = c
			continue
		}
		name := c.Name
		for n, taken := 1, true; taken; n++ {
			name = c.Name + strconv.Itoa(n)
			_, taken = first[name]
		}
		first[name] = i
		next[i] = c.Renamed(name)
	}
	return next
}

// joinConditions binds what stands behind on and gives the pairs of columns.
func (b *binder) joinConditions(op syntax.Operator, on []syntax.Expr, left, right *Table) []JoinKey {
	saved := b.rows
	b.rows = &rows{left: left, right: right}
	var keys []JoinKey
	for _, x := range on {
		keys = b.joinCondition(keys, x, left, right)
	}
	b.rows = saved
	return keys
}

func (b *binder) joinCondition(keys []JoinKey, x syntax.Expr, left, right *Table) []JoinKey {
	switch x := x.(type) {
	case *syntax.Paren:
		keys = b.joinCondition(keys, x.X, left, right)
		b.scope.Types[x] = b.scope.Types[x.X]
		return keys
	case *syntax.NameRef:
		return b.commonKey(keys, x, left, right)
	case *syntax.Binary:
		switch x.Op {
		case "==", "=~":
			b.scope.Types[x] = symbol.Bool
			return b.pairKey(keys, x, left, right)
		case "and":
			keys = b.joinCondition(keys, x.X, left, right)
			b.scope.Types[x] = symbol.Bool
			return b.joinCondition(keys, x.Y, left, right)
		}
	case *syntax.Bad:
		return keys
	}
	v := b.value(x)
	if !v.bad {
		b.report(diag.JoinCondition, x.Span())
	}
	return keys
}

// commonKey is a column's name that both sides have.
func (b *binder) commonKey(keys []JoinKey, x *syntax.NameRef, left, right *Table) []JoinKey {
	name := x.Name.Text
	l, r := left.find(name), right.find(name)
	switch {
	case l != nil && r != nil:
		b.scope.Refs[x.Name] = Symbol{Kind: SymColumn, Name: name, Type: l.Type, Column: l}
		b.scope.Types[x] = l.Type
		b.keyTypes(x, l.Type, r.Type, true)
		return append(keys, JoinKey{l, r})
	case x.Name.Missing || l == nil && left.Open || r == nil && right.Open:
		if x.Name.Missing {
			return keys
		}
		if l == nil && left.Open {
			l = left.learn(name) // a key that an open side must have
		}
		if r == nil && right.Open {
			r = right.learn(name)
		}
		if l == nil {
			l = r
		}
		b.scope.Refs[x.Name] = Symbol{Kind: SymColumn, Name: name, Type: l.Type, Column: l}
		return keys
	case l == nil && r == nil:
		if v := b.vars.find(name); v != nil {
			b.value(x)
			b.report(diag.JoinCondition, x.Span())
			return keys
		}
		b.report(diag.UnknownColumn, x.Span(), name, b.suggestColumn(name))
	default:
		b.report(diag.NotOnBothSides, x.Span(), name)
	}
	return keys
}

// pairKey is $left.a == $right.b, either way round.
func (b *binder) pairKey(keys []JoinKey, x *syntax.Binary, left, right *Table) []JoinKey {
	first, second := b.value(x.X), b.value(x.Y)
	sideX, sideY := b.sideOf(x.X), b.sideOf(x.Y)
	if sideX == "$right" && sideY == "$left" {
		first, second = second, first
		sideX, sideY = sideY, sideX
	}
	if sideX != "$left" || sideY != "$right" {
		switch {
		case first.bad || second.bad:
		case sideX != "" && sideX == sideY:
			b.reportAs(diag.JoinCondition, "KS183", x.Y.Span())
		default:
			b.report(diag.JoinCondition, x.Span())
		}
		return keys
	}
	if first.bad || second.bad {
		return keys
	}
	b.keyTypes(x, first.typ, second.typ, false)
	if first.column == nil || second.column == nil {
		return keys
	}
	return append(keys, JoinKey{first.column, second.column})
}

// sideOf gives the side that a condition's operand looks at: $left, $right, or "".
func (b *binder) sideOf(x syntax.Expr) string {
	switch x := x.(type) {
	case *syntax.Paren:
		return b.sideOf(x.X)
	case *syntax.Path:
		if ref, ok := x.X.(*syntax.NameRef); ok {
			if s := b.scope.Refs[ref.Name]; s.Kind == SymSide {
				return s.Name
			}
		}
		return b.sideOf(x.X)
	case *syntax.Index:
		if ref, ok := x.X.(*syntax.NameRef); ok {
			if s := b.scope.Refs[ref.Name]; s.Kind == SymSide {
				return s.Name
			}
		}
		return b.sideOf(x.X)
	}
	return ""
}

// keyTypes says that two keys can't be compared.
func (b *binder) keyTypes(x syntax.Expr, l, r symbol.Type, common bool) {
	switch {
	case l == symbol.Unknown || r == symbol.Unknown:
	case l == symbol.Dynamic || r == symbol.Dynamic:
		b.reportAs(diag.TypeNotAllowed, "KS241", x.Span(), "a dynamic key")
	case l == r || !common && l.Integer() && r.Integer():
	default:
		official := "KS242"
		if common {
			official = "KS227"
		}
		b.reportAs(diag.JoinKeyTypes, official, x.Span(), l.String(), r.String())
	}
}

func (b *binder) lookup(op *syntax.LookupOp, in *Table) value {
	right := b.rightSide(op.Right)
	keys := b.joinConditions(op, op.On, in, right)
	b.scope.Keys[op] = keys
	isKey := map[*symbol.Column]bool{}
	for _, k := range keys {
		isKey[k.Right] = true
	}
	list := append([]*symbol.Column{}, in.List...)
	for _, c := range right.List {
		if !isKey[c] {
			list = append(list, c)
		}
	}
	out := &Table{
		Columns: symbol.Columns{List: uniqueNames(list), Open: in.Open || right.Open}, Origin: list,
		Serialized: in.Serialized, vague: in.vague,
	}
	return tabular(out)
}
