// invoke, fork and facet: rows handed to functions and to several pipelines.

package plan

import (
	"calypso/engine/fn"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// invokeOp calls a function whose first parameter is the piped rows.
func (p *builder) invokeOp(e *env, in *relation, op *syntax.InvokeOp) (*relation, error) {
	call, ok := op.Fun.(*syntax.Call)
	if !ok {
		return nil, e.notBuilt(op, "this invoke")
	}
	inv := e.scope.Calls[call]
	if inv == nil {
		return nil, e.notBuilt(op, "invoke of '%s'", call.Fun.Text)
	}
	body, inner, err := p.body(e, call, inv, in)
	if err != nil {
		return nil, err
	}
	defer p.leave()
	return p.table(inner, body)
}

// givesSeveral tells whether an operator gives several tables.
func givesSeveral(op syntax.Operator) bool {
	switch op := op.(type) {
	case *syntax.ForkOp, *syntax.FacetOp:
		return true
	case *syntax.EvaluateOp:
		return op.Call != nil && op.Call.Fun != nil && op.Call.Fun.Text == "preview"
	case *syntax.GraphToTableOp:
		return len(op.Outputs) > 1
	}
	return false
}

// several plans a statement that gives several tables: one whose last operator does. Done is false for others.
func (p *builder) several(e *env, x syntax.Expr, plan *Plan) (done bool, err error) {
	pipe, ok := x.(*syntax.Pipe)
	if !ok {
		return false, nil
	}
	ops := pipe.Ops
	if n := len(ops); n > 1 {
		// A picture asked for behind several tables is one of each.
		if render, ok := ops[n-1].(*syntax.RenderOp); ok && givesSeveral(ops[n-2]) {
			ops = ops[:n-1]
			defer func(from int) {
				for i := range plan.Results[from:] {
					plan.Results[from+i].Render = renderOf(render)
				}
			}(len(plan.Results))
		}
	}
	if len(ops) == 0 || !givesSeveral(ops[len(ops)-1]) {
		return false, nil
	}
	last := ops[len(ops)-1]
	before := *pipe
	before.Ops = ops[:len(ops)-1]
	in, err := p.pipe(e, &before)
	if err != nil {
		return true, err
	}
	if in == nil {
		return true, e.notBuilt(last, "operator '%s' without a source", last.Head().Keyword.Text)
	}
	if in, err = e.adopt(last, in, e.scope.In[last]); err != nil {
		return true, err
	}
	if op, ok := last.(*syntax.GraphToTableOp); ok {
		return true, p.graphTables(e, in, op, plan)
	}
	shared := &relation{&Share{From{Prune(in.node)}, last.Head().Keyword.Text, false}, in.cols}
	switch op := last.(type) {
	case *syntax.ForkOp:
		for _, b := range op.Branches {
			if err := p.branch(e, shared, b, plan); err != nil {
				return true, err
			}
		}
		return true, nil
	case *syntax.EvaluateOp:
		return true, p.preview(e, shared, op, plan)
	}
	return true, p.facet(e, shared, last.(*syntax.FacetOp), plan)
}

// preview gives the first rows, then the number of all.
func (p *builder) preview(e *env, in *relation, op *syntax.EvaluateOp, plan *Plan) error {
	if len(op.Call.Args) != 1 || op.Schema != nil {
		return e.invalid(op.Call, "preview takes the number of rows")
	}
	n, err := p.count(e, op.Call.Args[0])
	if err != nil {
		return err
	}
	count := &Count{Shape: Shape{{Name: "Count", Kind: value.Long}}, From: From{in.node}}
	plan.Results = append(plan.Results, Result{Root: &Take{From{in.node}, n}}, Result{Root: count})
	return nil
}

// graphTables gives the nodes and the edges of a graph; statements behind this one may name them.
func (p *builder) graphTables(e *env, in *relation, op *syntax.GraphToTableOp, plan *Plan) error {
	outs := e.scope.Outs[op]
	if len(outs) != len(op.Outputs) {
		return e.notBuilt(op, "this graph-to-table")
	}
	for i, o := range op.Outputs {
		r, err := p.graphTable(e, in, op, o, outs[i])
		if err != nil {
			return err
		}
		result := Result{Root: r.node}
		if o.As != nil {
			result.Name = o.As.Text
			p.outputs[o.As] = &relation{&Share{From{r.node}, o.As.Text, true}, r.cols}
		}
		plan.Results = append(plan.Results, result)
	}
	return nil
}

func (p *builder) branch(e *env, in *relation, b *syntax.SubQuery, plan *Plan) error {
	pipe, ok := b.X.(*syntax.Pipe)
	if !ok || pipe.Source != nil || b.Curly {
		return e.notBuilt(b, "this branch of fork")
	}
	inner := *e
	inner.hole = in
	r, err := p.pipe(&inner, pipe)
	if err != nil {
		return err
	}
	result := Result{Root: Prune(r.node)}
	if b.Name != nil {
		result.Name = b.Name.Text
	}
	if t := e.scope.Tables[pipe]; t != nil {
		result.Serialized = t.Serialized
	}
	plan.Results = append(plan.Results, result)
	return nil
}

// facet gives each column's values with their counts, then what with asks for.
func (p *builder) facet(e *env, in *relation, op *syntax.FacetOp, plan *Plan) error {
	outs := e.scope.Outs[op]
	over, err := fn.Aggregate("count", nil)
	if err != nil {
		return e.functionError(op, err)
	}
	for i, x := range op.By {
		key, err := p.scalar(e.over(in), x)
		if err != nil {
			return err
		}
		if i >= len(outs) || key.Kind() == value.Dynamic {
			return e.notBuilt(x, "this column of facet")
		}
		shape, err := e.shapeOf(x, outs[i].List)
		if err != nil {
			return err
		}
		if len(shape) != 2 || shape[0].Kind != key.Kind() || shape[1].Kind != over.Results[0] {
			return e.notBuilt(x, "this column of facet")
		}
		node := &Summarize{Shape: shape, From: From{in.node}, Keys: []Expr{key}, Keyed: true, Aggs: []Aggregate{{Name: "count", Over: over}}}
		plan.Results = append(plan.Results, Result{Root: Prune(node)})
	}
	if op.With == nil {
		return nil
	}
	return p.branch(e, in, op.With, plan)
}

// columnNames gives the names of a table's columns as a constant.
func (p *builder) columnNames(e *env, x *syntax.Call) (Expr, error) {
	if len(x.Args) != 1 {
		return nil, e.invalid(x, "'%s' takes one table", x.Fun.Text)
	}
	r, err := p.table(&env{scope: e.scope, src: e.src}, x.Args[0])
	if err != nil {
		return nil, err
	}
	var names []value.Dyn
	for _, c := range r.cols {
		names = append(names, value.DynOfString(c.Name))
	}
	return &Const{value.ConstDyn(value.NewArray(names), 1)}, nil
}
