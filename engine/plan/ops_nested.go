// top-nested: the best values of the first level, for each of them the best of the second, and so on.

package plan

import (
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// nestedLevel is what one level gives: rows of all keys so far and this level's aggregate.
type nestedLevel struct {
	keys, agg *symbol.Column
	node      Node
	count     int64 // -1: all
	desc      bool
}

func (p *builder) topNested(e *env, in *relation, op *syntax.TopNestedOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || out.Open {
		return nil, e.notBuilt(op, "this top-nested")
	}
	others, err := checkOthers(e, op.Clauses)
	if err != nil {
		return nil, err
	}
	shared := &relation{&Share{From{Prune(in.node)}, "top-nested", false}, in.cols}
	nested := &nesting{p: p, e: e, in: shared, clauses: op.Clauses}
	var result Node
	var order []*symbol.Column
	var of []syntax.Expr
	for i, clause := range op.Clauses {
		if clause.Of == nil || clause.By == nil {
			return nil, e.notBuilt(clause, "top-nested in this form")
		}
		of = append(of, clause.Of)
		level, err := p.nestedLevel(e, shared, clause, of)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			result = level.best(level.node, 1)
		} else {
			result = p.nest(result, level, i)
		}
		if others {
			result = &Share{From{result}, "top-nested", false}
		}
		nested.kept = append(nested.kept, result)
		order = append(order, level.keys, level.agg)
	}
	if others {
		nested.of, nested.shape = of, Shape(result.Columns())
		if result, err = nested.withOthers(); err != nil {
			return nil, err
		}
	}
	// The rows hold k1, a1, k2, a2, … in this order.
	at := &env{scope: e.scope, src: e.src, cols: map[*symbol.Column]Expr{}}
	for i, c := range order {
		at.cols[c] = &Col{i, result.Columns()[i].Kind}
	}
	node, err := p.select1(at, op, result, out.List, nil)
	if err != nil {
		return nil, err
	}
	return &relation{node, out.List}, nil
}

// nestedLevel groups by the keys of this level and all above it.
func (p *builder) nestedLevel(e *env, in *relation, clause *syntax.TopNestedClause, of []syntax.Expr) (*nestedLevel, error) {
	g, err := p.groupBy(e, in, of)
	if err != nil {
		return nil, err
	}
	level := &nestedLevel{count: -1, desc: true}
	by := clause.By
	if o, ok := by.(*syntax.Ordered); ok {
		level.desc, by = !o.Asc, o.X
	}
	agg, err := p.scalar(g.post, by)
	if err != nil {
		return nil, err
	}
	made, keys := e.scope.Made[clause.By], e.scope.Made[clause.Of]
	if len(made) != 1 || len(keys) != 1 || agg.Kind() == value.Dynamic {
		return nil, e.notBuilt(clause, "this level of top-nested")
	}
	level.agg, level.keys = made[0], keys[0]
	if clause.Count != nil {
		if level.count, err = p.count(e, clause.Count); err != nil {
			return nil, err
		}
	}
	grouped := g.node(in.node, true)
	shape, items := Shape{}, []Expr{}
	for i, c := range grouped.Columns()[:len(g.keys)] {
		shape, items = append(shape, c), append(items, &Col{i, c.Kind})
	}
	shape, items = append(shape, value.Column{Kind: agg.Kind()}), append(items, agg)
	level.node = &Project{Shape: shape, From: From{grouped}, Items: items}
	return level, nil
}

// best keeps the level's best rows of a node; agg is the ordinal of the aggregate.
func (l *nestedLevel) best(n Node, agg int) Node {
	keys := []SortKey{{X: &Col{agg, n.Columns()[agg].Kind}, Desc: l.desc, NullsFirst: !l.desc}}
	if l.count < 0 {
		return &Sort{From{n}, keys}
	}
	return &Top{From{n}, keys, l.count}
}

// nest joins a level's rows to the kept rows above it, and keeps the best for each of those.
func (p *builder) nest(above Node, level *nestedLevel, depth int) Node {
	join := &Join{Left: above, Right: level.node, Kind: Inner}
	up, down := above.Columns(), level.node.Columns()
	for k := range depth {
		join.LeftKeys = append(join.LeftKeys, &Col{2 * k, up[2*k].Kind})
		join.RightKeys = append(join.RightKeys, &Col{k, down[k].Kind})
	}
	for i, c := range up {
		join.Shape, join.Out = append(join.Shape, c), append(join.Out, JoinColumn{false, i})
	}
	for i := depth; i < len(down); i++ {
		join.Shape, join.Out = append(join.Shape, down[i]), append(join.Out, JoinColumn{true, i})
	}
	hole := &Hole{Shape: join.Shape}
	part := &Partition{Shape: join.Shape, From: From{join}, Hole: hole, Sub: level.best(hole, len(join.Shape)-1)}
	for k := range depth {
		part.Keys = append(part.Keys, &Col{2 * k, up[2*k].Kind})
	}
	return part
}
