// Filters moved below joins: that is less work, and below an innerunique join it is what the real engine answers, as the
// filter then decides which row of a key comes first.

package plan

import "calypso/kusto/value"

// filterOver puts a filter over a node, or its parts below the node where they may go.
func filterOver(n Node, cond Expr) Node {
	j, ok := n.(*Join)
	if !ok || j.Kind != InnerUnique && j.Kind != Inner {
		return &Filter{From{n}, cond}
	}
	var left, right, stay []Expr
	for _, part := range conjuncts(cond, nil) {
		switch side(part, j.Out) {
		case onLeft:
			left = append(left, lower(part, j.Out))
		case onRight:
			right = append(right, lower(part, j.Out))
		default:
			stay = append(stay, part)
		}
	}
	if len(left)+len(right) == 0 {
		return &Filter{From{n}, cond}
	}
	moved := *j
	moved.Left = filterAll(j.Left, left)
	moved.Right = filterAll(j.Right, right)
	return filterAll(&moved, stay)
}

func filterAll(n Node, parts []Expr) Node {
	for _, part := range parts {
		n = filterOver(n, part)
	}
	return n
}

type joinSide uint8

const (
	onLeft joinSide = iota + 1
	onRight
	onBoth
)

// side tells which side of a join an expression looks at. One that looks at none, or gives a new value each time, stays.
func side(e Expr, out []JoinColumn) joinSide {
	reads := map[int]bool{}
	columnsOf(e, reads)
	var found joinSide
	for c := range reads {
		s := onLeft
		if out[c].Right {
			s = onRight
		}
		found |= s
	}
	if found == 0 || volatile(e) {
		return onBoth
	}
	return found
}

func lower(e Expr, out []JoinColumn) Expr {
	return rewrite(e, func(c *Col) Expr { return &Col{out[c.Ordinal].Ordinal, c.Type} })
}

// Conjunction tells whether an expression is an and of bools, which hold each for itself; a dynamic value among them doesn't: and makes
// a bool of it first.
func Conjunction(e Expr) (*Call, bool) {
	c, ok := e.(*Call)
	if !ok || c.Name != "and" {
		return nil, false
	}
	for _, a := range c.Args {
		if a.Kind() != value.Bool {
			return nil, false
		}
	}
	return c, true
}

// conjuncts takes a and b and c apart. Under a filter that is exact: null and false both drop a row.
func conjuncts(e Expr, list []Expr) []Expr {
	if c, ok := Conjunction(e); ok {
		for _, a := range c.Args {
			list = conjuncts(a, list)
		}
		return list
	}
	return append(list, e)
}
