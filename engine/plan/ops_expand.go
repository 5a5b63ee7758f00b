// mv-expand and mv-apply: dynamic values unfolded to rows.

package plan

import (
	"calypso/engine/fn"
	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// madeBy gives the columns that an item makes; the binder files them by the item or by what stands after its name.
func madeBy(scope *binder.Scope, x syntax.Expr) []*symbol.Column {
	if cols := scope.Made[x]; len(cols) > 0 {
		return cols
	}
	if named, ok := x.(*syntax.Named); ok {
		return scope.Made[named.X]
	}
	return nil
}

func (p *builder) mvExpand(e *env, in *relation, op *syntax.MvExpandOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || out.Open {
		return nil, e.notBuilt(op, "this mv-expand")
	}
	node, err := p.expansion(e, in, op, op.Items, op.Limit, out.List)
	if err != nil {
		return nil, err
	}
	return &relation{node, out.List}, nil
}

// expansion plans the unfolding of items; list is what comes out of it.
func (p *builder) expansion(e *env, in *relation, op syntax.Operator, items []*syntax.MvItem, limit syntax.Expr, list []*symbol.Column) (*MvExpand, error) {
	shape, err := e.shapeOf(op, list)
	if err != nil {
		return nil, err
	}
	inner := e.over(in).withWindows(in)
	at := map[*symbol.Column]int{}
	node := &MvExpand{Shape: shape, Limit: -1}
	keep := make([]int, len(list))
	for i, c := range list {
		at[c] = i
		keep[i] = -1
	}
	for i, c := range in.cols {
		if o, ok := at[c]; ok {
			keep[o] = i
		}
	}
	for _, item := range items {
		mv, err := p.mvItem(inner, item, at, shape)
		if err != nil {
			return nil, err
		}
		node.Items = append(node.Items, mv)
		keep[mv.Out] = -1
	}
	if limit != nil {
		if node.Limit, err = p.count(e, limit); err != nil {
			return nil, err
		}
	}
	word, param := paramWord(op, "bagexpansion")
	if param == nil {
		word, param = paramWord(op, "kind")
	}
	if param != nil {
		if word != "array" && word != "bag" {
			return nil, e.invalid(param, "bags expand to 'bag' or 'array', not '%s'", word)
		}
		node.BagArray = word == "array"
	}
	_, index := paramWord(op, "with_itemindex")
	node.Index = index != nil
	node.In = inner.windows.wrap(in.node)
	node.Keep = keep
	return node, p.checkExpansion(e, op, node)
}

// checkExpansion holds that each output column comes from somewhere.
func (p *builder) checkExpansion(e *env, op syntax.Operator, node *MvExpand) error {
	from := make([]bool, len(node.Shape))
	for i, k := range node.Keep {
		from[i] = k >= 0
	}
	for _, item := range node.Items {
		from[item.Out] = true
	}
	if n := len(from); node.Index && n > 0 {
		node.IndexAt = -1
		for i := n - 1; i >= 0 && node.IndexAt < 0; i-- {
			if !from[i] && node.Shape[i].Kind == value.Long {
				from[i], node.IndexAt = true, i
			}
		}
	}
	for i, ok := range from {
		if !ok {
			return e.notBuilt(op, "column '%s', of unknown origin,", node.Shape[i].Name)
		}
	}
	return nil
}

func (p *builder) mvItem(e *env, item *syntax.MvItem, at map[*symbol.Column]int, shape Shape) (MvItem, error) {
	x, err := p.scalar(e, item.X)
	if err != nil {
		return MvItem{}, err
	}
	if x.Kind() != value.Dynamic {
		return MvItem{}, e.invalid(item, "mv-expand takes a dynamic value, not a %s", x.Kind())
	}
	mv := MvItem{X: x, To: value.Dynamic, Out: -1}
	if cols := madeBy(e.scope, item.X); len(cols) > 0 {
		if o, ok := at[cols[0]]; ok {
			mv.Out = o
		}
	}
	if mv.Out < 0 {
		return MvItem{}, e.notBuilt(item, "this item of mv-expand")
	}
	mv.To = shape[mv.Out].Kind
	if mv.To != value.Dynamic {
		if mv.Convert, err = fn.Cast(mv.To); err != nil {
			return MvItem{}, e.functionError(item, err)
		}
	}
	return mv, nil
}

// mvApply runs a subquery over the rows that each row of the input unfolds to.
func (p *builder) mvApply(e *env, in *relation, op *syntax.MvApplyOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || out.Open || op.Sub == nil || op.ID != nil {
		return nil, e.notBuilt(op, "this mv-apply")
	}
	pipe, ok := op.Sub.X.(*syntax.Pipe)
	if !ok || pipe.Source != nil || len(pipe.Ops) == 0 {
		return nil, e.notBuilt(op.Sub, "this subquery of mv-apply")
	}
	first := e.scope.In[pipe.Ops[0]]
	if first == nil || first.Open {
		return nil, e.notBuilt(op.Sub, "this subquery of mv-apply")
	}
	expand, err := p.expansion(e, in, op, op.Items, op.Limit, first.List)
	if err != nil {
		return nil, err
	}
	if expand.In != in.node {
		return nil, e.notBuilt(op, "window functions in mv-apply")
	}
	hole := &Hole{Shape: expand.Shape}
	inner := *e
	inner.hole = &relation{hole, first.List}
	sub, err := p.pipe(&inner, pipe)
	if err != nil {
		return nil, err
	}
	node := &Apply{From: From{in.node}, Expand: expand, Hole: hole, Sub: sub.node}
	expand.In = &Hole{Shape: in.node.Columns()}
	if node.Shape, err = e.shapeOf(op, out.List); err != nil {
		return nil, err
	}
	ours, theirs := map[*symbol.Column]int{}, map[*symbol.Column]int{}
	for i, c := range in.cols {
		ours[c] = i
	}
	for i, c := range sub.cols {
		theirs[c] = i
	}
	origin := out.List
	if len(out.Origin) == len(out.List) {
		origin = out.Origin
	}
	for _, c := range origin {
		if i, ok := ours[c]; ok {
			node.Out = append(node.Out, JoinColumn{false, i})
		} else if i, ok := theirs[c]; ok {
			node.Out = append(node.Out, JoinColumn{true, i})
		} else {
			return nil, e.notBuilt(op, "column '%s' of mv-apply, of unknown origin,", c.Name)
		}
	}
	return &relation{node, out.List}, nil
}
