// Operators that group: summarize, distinct, count, sample-distinct, top-hitters.

package plan

import (
	"calypso/engine/fn"
	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

func (p *builder) groupOperator(e *env, in *relation, op syntax.Operator) (out *relation, done bool, err error) {
	switch op := op.(type) {
	case *syntax.SummarizeOp:
		out, err = p.summarize(e, in, op)
	case *syntax.CountOp:
		out, err = p.countRows(e, in, op)
	case *syntax.DistinctOp:
		out, err = p.distinct(e, in, op)
	case *syntax.SampleDistinctOp:
		out, err = p.sampleDistinct(e, in, op)
	case *syntax.TopHittersOp:
		out, err = p.topHitters(e, in, op)
	case *syntax.TopNestedOp:
		out, err = p.topNested(e, in, op)
	default:
		return nil, false, nil
	}
	return out, true, err
}

// grouping is what summarize and its like gather before they can be laid out.
type grouping struct {
	keys  []Expr
	made  map[*symbol.Column]Expr // output column → expression over the grouped rows
	inner *env                    // surroundings of keys and arguments
	post  *env                    // surroundings of what is computed of aggregates
}

// groupBy plans the keys over an input.
func (p *builder) groupBy(e *env, in *relation, by []syntax.Expr) (*grouping, error) {
	g := &grouping{made: map[*symbol.Column]Expr{}, inner: e.over(in).withWindows(in)}
	keyed := map[*symbol.Column]bool{}
	for _, item := range by {
		x, err := p.scalar(g.inner, item)
		if err != nil {
			return nil, err
		}
		if x.Kind() == value.Dynamic {
			return nil, e.invalid(item, "rows can't be grouped by a dynamic value; convert it first, as in tostring(…)")
		}
		key := &Col{len(g.keys), x.Kind()}
		g.keys = append(g.keys, x)
		ref := refColumn(e.scope, item)
		if ref != nil {
			keyed[ref] = true
			g.made[ref] = key
		}
		if err := e.unnamedFromEnd(item, e.scope.Made[item]); err != nil {
			return nil, err
		}
		for _, c := range e.scope.Made[item] {
			g.made[c] = key
		}
	}
	g.inner.keyed = keyed
	g.post = &env{scope: e.scope, src: e.src, groups: &groups{input: g.inner, first: len(g.keys), keys: g.made}}
	return g, nil
}

// refColumn gives the column that a bare name refers to.
func refColumn(scope *binder.Scope, x syntax.Expr) *symbol.Column {
	switch x := x.(type) {
	case *syntax.NameRef:
		if s, ok := scope.Refs[x.Name]; ok && s.Kind == binder.SymColumn {
			return s.Column
		}
	case *syntax.Paren:
		return refColumn(scope, x.X)
	case *syntax.Ordered:
		return refColumn(scope, x.X)
	}
	return nil
}

// node gives the grouping node.
func (g *grouping) node(in Node, keyed bool) Node {
	shape := make(Shape, 0, len(g.keys)+len(g.post.groups.kinds))
	for _, k := range g.keys {
		shape = append(shape, value.Column{Kind: k.Kind()})
	}
	for _, k := range g.post.groups.kinds {
		shape = append(shape, value.Column{Kind: k})
	}
	return &Summarize{Shape: shape, From: From{g.inner.windows.wrap(in)}, Keys: g.keys, Aggs: g.post.groups.aggs, Keyed: keyed}
}

func (p *builder) summarize(e *env, in *relation, op *syntax.SummarizeOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || op.BinParam != nil {
		return nil, e.notBuilt(op, "this form of summarize")
	}
	g, err := p.groupBy(e, in, op.By)
	if err != nil {
		return nil, err
	}
	for _, item := range op.Aggregates {
		if err := p.aggregateItem(g, item); err != nil {
			return nil, err
		}
	}
	node, err := p.select1(g.post, op, g.node(in.node, op.HasBy && len(op.By) > 0), out.List, g.made)
	if err != nil {
		return nil, err
	}
	return &relation{node, out.List}, nil
}

// aggregateItem plans one item of summarize: an aggregate, which may make several columns, or an expression over aggregates.
func (p *builder) aggregateItem(g *grouping, item syntax.Expr) error {
	cols := g.post.scope.Made[item]
	if err := g.post.unnamedFromEnd(item, cols); err != nil {
		return err
	}
	x := item
	if named, ok := x.(*syntax.Named); ok {
		x = named.X
	}
	call, ok := x.(*syntax.Call)
	if ok && isAggregate(g.post.scope, call) {
		results, err := p.aggregate(g.post, call)
		if err != nil {
			return err
		}
		if len(cols) > len(results) {
			return g.post.notBuilt(item, "'%s' with %d columns, where the engine makes %d,", call.Fun.Text, len(cols), len(results))
		}
		if len(cols) < len(results) && !prefixOfTuple(item) {
			return g.post.notBuilt(item, "'%s' with %d columns, where the engine makes %d,", call.Fun.Text, len(cols), len(results))
		}
		for i, c := range cols {
			g.made[c] = results[i]
		}
		return nil
	}
	if len(cols) != 1 {
		return g.post.notBuilt(item, "an expression that makes %d columns", len(cols))
	}
	planned, err := p.scalar(g.post, item)
	if err != nil {
		return err
	}
	g.made[cols[0]] = planned
	return nil
}

// prefixOfTuple tells (a, b) = f(…), which may name the first columns only.
func prefixOfTuple(x syntax.Expr) bool {
	named, ok := x.(*syntax.Named)
	return ok && named.Tuple
}

func isAggregate(scope *binder.Scope, call *syntax.Call) bool {
	inv := scope.Calls[call]
	return inv != nil && inv.Symbol.Kind == binder.SymAggregate
}

func (p *builder) countRows(e *env, in *relation, op *syntax.CountOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil {
		return nil, e.notBuilt(op, "this count")
	}
	shape, err := e.shapeOf(op, out.List)
	if err != nil {
		return nil, err
	}
	return &relation{&Count{Shape: shape, From: From{in.node}}, out.List}, nil
}

func (p *builder) distinct(e *env, in *relation, op *syntax.DistinctOp) (*relation, error) {
	r, err := p.compute(e, in, op, op.Items)
	if err != nil {
		return nil, err
	}
	for i, c := range r.node.Columns() {
		if c.Kind == value.Dynamic {
			return nil, e.invalid(op, "distinct can't compare the dynamic column '%s'; convert it first, as in tostring(…)", r.cols[i].Name)
		}
	}
	return &relation{distinctOf(r.node), r.cols}, nil
}

// sampleDistinct gives the first values met; which ones is not promised.
func (p *builder) sampleDistinct(e *env, in *relation, op *syntax.SampleDistinctOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || len(out.List) != 1 {
		return nil, e.notBuilt(op, "this sample-distinct")
	}
	n, err := p.count(e, op.Count)
	if err != nil {
		return nil, err
	}
	inner := e.over(in)
	x, err := p.scalar(inner, op.Of)
	if err != nil {
		return nil, err
	}
	if x.Kind() == value.Dynamic {
		return nil, e.invalid(op.Of, "sample-distinct can't compare dynamic values; convert them first")
	}
	shape, err := e.shapeOf(op, out.List)
	if err != nil {
		return nil, err
	}
	if x.Kind() != shape[0].Kind {
		return nil, e.notBuilt(op.Of, "sample-distinct of %s", x.Kind())
	}
	node := &Take{From{distinctOf(&Project{Shape: shape, From: From{in.node}, Items: []Expr{x}})}, n}
	return &relation{node, out.List}, nil
}

// topHitters gives the n values with the greatest count or sum: exact, where a cluster may approximate.
func (p *builder) topHitters(e *env, in *relation, op *syntax.TopHittersOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || len(out.List) != 2 {
		return nil, e.notBuilt(op, "this top-hitters")
	}
	n, err := p.count(e, op.Count)
	if err != nil {
		return nil, err
	}
	inner := e.over(in)
	key, err := p.scalar(inner, op.Of)
	if err != nil {
		return nil, err
	}
	name, args := "count", []Expr(nil)
	if op.By != nil {
		by, err := p.scalar(inner, op.By)
		if err != nil {
			return nil, err
		}
		name, args = "sum", []Expr{by}
	}
	over, err := fn.Aggregate(name, describe(args))
	if err != nil {
		return nil, e.functionError(op, err)
	}
	shape, err := e.shapeOf(op, out.List)
	if err != nil {
		return nil, err
	}
	sum := over.Results[0]
	narrow := sum == value.Long && shape[1].Kind == value.Int
	if key.Kind() != shape[0].Kind || sum != shape[1].Kind && !narrow || key.Kind() == value.Dynamic {
		return nil, e.notBuilt(op, "top-hitters of %s by %s", key.Kind(), sum)
	}
	group := &Summarize{
		Shape: Shape{shape[0], {Name: shape[1].Name, Kind: sum}}, From: From{in.node}, Keys: []Expr{key}, Keyed: true,
		Aggs: []Aggregate{{Name: name, Over: over, Args: args}},
	}
	// The real engine shows the hitters from the smallest up, and of equal ones the later met first (kustainer-fuzz,
	// agent-window-series-scan-0025, -0034 and -0035).
	weight := &Col{1, sum}
	hitters := &Top{From{&Reverse{From{group}}}, []SortKey{{X: weight, Desc: true}}, n}
	var node Node = &Sort{From{hitters}, []SortKey{{X: weight, NullsFirst: true}}}
	if narrow {
		asInt := &Call{Name: "int", Over: fn.SumAsInt("top-hitters"), Args: []Expr{weight}}
		node = &Project{Shape: shape, From: From{node}, Items: []Expr{&Col{0, shape[0].Kind}, asInt}}
	}
	return &relation{node, out.List}, nil
}
