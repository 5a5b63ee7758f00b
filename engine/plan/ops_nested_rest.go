// with others in top-nested: what didn't make it to the top, as the documentation shows it for a last level that has others. Each
// kept prefix of a level gives one row of all its values that weren't kept there: the levels above as they are, then, from this
// level down, the text of others and the aggregate over all those rows, or nulls where a level has no others.

package plan

import (
	"calypso/engine/fn"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// checkOthers refuses what the documentation doesn't show of with others; any is false where no clause has it.
func checkOthers(e *env, clauses []*syntax.TopNestedClause) (any bool, err error) {
	for _, c := range clauses {
		any = any || c.Others != nil
		if c.Others != nil && c.Count == nil {
			return false, e.notBuilt(c, "top-nested with others where all values are kept")
		}
	}
	first, last := clauses[0], clauses[len(clauses)-1]
	switch {
	case any && last.Others == nil:
		return false, e.notBuilt(last, "top-nested with others above a last level that has none")
	case any && first.Others == nil && first.Count != nil:
		return false, e.notBuilt(first, "top-nested with others below a first level that has none")
	}
	return any, nil
}

// nesting is a top-nested whose levels are planned.
type nesting struct {
	p       *builder
	e       *env
	in      *relation
	clauses []*syntax.TopNestedClause
	of      []syntax.Expr
	// kept has the rows kept by the first level, the first two, …: k1, a1, k2, a2, …
	kept []Node
	// shape is that of the result.
	shape Shape
}

// withOthers gives all levels' kept rows and the rows of the rest.
func (n *nesting) withOthers() (Node, error) {
	union := &Union{Shape: n.shape, Ins: []Node{n.kept[len(n.kept)-1]}}
	for depth, clause := range n.clauses {
		if clause.Count == nil {
			continue // nothing is left over
		}
		rest, err := n.rest(depth)
		if err != nil {
			return nil, err
		}
		union.Ins = append(union.Ins, rest)
	}
	return union, nil
}

// rest gives the rows of what the level at this depth, from 0, leaves over.
func (n *nesting) rest(depth int) (Node, error) {
	left, err := n.leftOver(depth)
	if err != nil {
		return nil, err
	}
	g, err := n.p.groupBy(n.e, &relation{left, n.in.cols}, n.of[:depth])
	if err != nil {
		return nil, err
	}
	over, err := fn.Aggregate("count", nil)
	if err != nil {
		return nil, err
	}
	groups := g.post.groups
	counted := &Col{len(g.keys), value.Long}
	groups.kinds, groups.aggs = append(groups.kinds, value.Long), append(groups.aggs, Aggregate{Name: "count", Over: over})
	var shape Shape
	var items []Expr
	for i, k := range g.keys {
		shape, items = append(shape, value.Column{Kind: k.Kind()}), append(items, &Col{i, k.Kind()})
	}
	shape, items = append(shape, value.Column{Kind: value.Long}), append(items, counted)
	for i := depth; i < len(n.clauses); i++ {
		key, agg := value.NewNull(n.shape[2*i].Kind, 1), Expr(&Const{value.NewNull(n.shape[2*i+1].Kind, 1)})
		if clause := n.clauses[i]; clause.Others != nil {
			if key, agg, err = n.others(g.post, clause, n.shape[2*i].Kind); err != nil {
				return nil, err
			}
		}
		shape, items = append(shape, n.shape[2*i], n.shape[2*i+1]), append(items, &Const{key}, agg)
	}
	return n.below(depth, &Project{Shape: shape, From: From{g.node(left, depth > 0)}, Items: items}), nil
}

// leftOver gives the input's rows whose values down to this depth weren't kept.
func (n *nesting) leftOver(depth int) (Node, error) {
	join := &Join{Left: n.in.node, Right: n.kept[depth], Kind: LeftAnti}
	inner := n.e.over(n.in)
	for k := range depth + 1 {
		key, err := n.p.scalar(inner, n.of[k])
		if err != nil {
			return nil, err
		}
		join.LeftKeys, join.RightKeys = append(join.LeftKeys, key), append(join.RightKeys, &Col{2 * k, key.Kind()})
	}
	for i, c := range n.in.node.Columns() {
		join.Shape, join.Out = append(join.Shape, c), append(join.Out, JoinColumn{false, i})
	}
	return join, nil
}

// others plans the value and the aggregate of one level's rest.
func (n *nesting) others(post *env, clause *syntax.TopNestedClause, kind value.Kind) (*value.Vector, Expr, error) {
	text, err := n.p.constant(n.e, clause.Others)
	if err != nil {
		return nil, nil, err
	}
	if text.Kind != kind {
		return nil, nil, n.e.notBuilt(clause.Others, "others of %s among values of %s", text.Kind, kind)
	}
	by := clause.By
	if o, ok := by.(*syntax.Ordered); ok {
		by = o.X
	}
	agg, err := n.p.scalar(post, by)
	return text, agg, err
}

// below puts rows of the rest, their keys and count before them, under the kept prefixes that they belong to.
func (n *nesting) below(depth int, rest Node) Node {
	above := 2 * depth
	counted := &Col{depth, value.Long}
	node, from := rest, depth+1
	if depth > 0 {
		join := &Join{Left: n.kept[depth-1], Right: rest, Kind: LeftOuter}
		for k := range depth {
			kind := n.shape[2*k].Kind
			join.LeftKeys, join.RightKeys = append(join.LeftKeys, &Col{2 * k, kind}), append(join.RightKeys, &Col{k, kind})
		}
		for i := range above {
			join.Shape, join.Out = append(join.Shape, n.shape[i]), append(join.Out, JoinColumn{false, i})
		}
		for i := depth; i < len(rest.Columns()); i++ {
			join.Shape, join.Out = append(join.Shape, rest.Columns()[i]), append(join.Out, JoinColumn{true, i})
		}
		node, from, counted = join, above+1, &Col{above, value.Long}
	}
	// Whether a prefix that leaves nothing over has a row isn't known.
	node = &Filter{From{node}, &Call{Name: "rest", Over: fn.SomeLeft("top-nested", "others where nothing is left over"), Args: []Expr{counted}}}
	out := &Project{Shape: n.shape, From: From{node}}
	for i, c := range n.shape {
		at := i
		if i >= above {
			at = from + i - above
		}
		out.Items = append(out.Items, &Col{at, c.Kind})
	}
	return out
}
