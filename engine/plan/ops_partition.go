// partition: a subquery for each value of a key, over the rows that have it, or over other tables with the key's value at hand.

package plan

import (
	"calypso/kql/binder"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// partition runs a subquery over the rows of each key.
func (p *builder) partition(e *env, in *relation, op *syntax.PartitionOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || out.Open || op.Sub == nil || op.ID != nil {
		return nil, e.notBuilt(op, "this partition")
	}
	if op.Sub.Curly {
		return p.partitionByValue(e, in, op, out)
	}
	pipe, ok := op.Sub.X.(*syntax.Pipe)
	if !ok || pipe.Source != nil || len(pipe.Ops) == 0 {
		return nil, e.notBuilt(op.Sub, "this subquery of partition")
	}
	key, err := p.scalar(e.over(in), op.By)
	if err != nil {
		return nil, err
	}
	if key.Kind() == value.Dynamic {
		return nil, e.invalid(op.By, "rows can't be partitioned by a dynamic value; convert it first")
	}
	hole := &Hole{Shape: in.node.Columns()}
	inner := *e
	inner.hole = &relation{hole, in.cols}
	sub, err := p.pipe(&inner, pipe)
	if err != nil {
		return nil, err
	}
	return &relation{&Partition{
		Shape: sub.node.Columns(), From: From{in.node}, Keys: []Expr{key}, Hole: hole, Sub: sub.node,
		Asked: true,
	}, sub.cols}, nil
}

// maxPartitions is how many values a key may have where the subquery reads other tables; it is Kusto's limit for that form.
const maxPartitions = 64

// partitionByValue plans partition by key { … }: the values of the key are asked for while the query is planned, and the subquery
// is planned for each of them.
func (p *builder) partitionByValue(e *env, in *relation, op *syntax.PartitionOp, out *binder.Table) (*relation, error) {
	ref, ok := op.By.(*syntax.NameRef)
	if !ok || p.opts.Run == nil || readsHole(in.node) {
		return nil, e.notBuilt(op, "this partition")
	}
	key, err := p.scalar(e.over(in), op.By)
	if err != nil {
		return nil, err
	}
	if key.Kind() == value.Dynamic {
		return nil, e.invalid(op.By, "rows can't be partitioned by a dynamic value; convert it first")
	}
	only := &Project{Shape: Shape{{Kind: key.Kind()}}, From: From{in.node}, Items: []Expr{key}}
	values, err := p.opts.Run(Prune(distinctOf(only)), maxPartitions+1)
	if err != nil {
		return nil, err
	}
	if values.N > maxPartitions {
		return nil, e.invalid(op.By, "the key has more than %d values; use the form with round brackets", maxPartitions)
	}
	shape, err := e.shapeOf(op, out.List)
	if err != nil {
		return nil, err
	}
	all := &Union{Shape: shape}
	defer delete(p.keys, ref.Name)
	for i := range values.N {
		if values.Cols[0].IsNull(i) {
			return nil, e.notBuilt(op.By, "a null key of partition")
		}
		p.keys[ref.Name] = &Const{value.ConstOf(values.Cols[0], i, 1)}
		sub, err := p.table(&env{scope: e.scope, src: e.src, inFunction: e.inFunction}, op.Sub.X)
		if err != nil {
			return nil, err
		}
		if sub, err = e.adopt(op, sub, out); err != nil {
			return nil, err
		}
		items := make([]Expr, len(shape))
		for c := range items {
			items[c] = &Col{c, shape[c].Kind}
		}
		all.Ins = append(all.Ins, &Project{Shape: shape, From: From{sub.node}, Items: items})
	}
	if len(all.Ins) == 0 {
		return &relation{&Values{Shape: shape, Batch: emptyBatch(shape)}, out.List}, nil
	}
	return &relation{all, out.List}, nil
}

func emptyBatch(shape Shape) *value.Batch {
	b := &value.Batch{}
	for _, c := range shape {
		b.Cols = append(b.Cols, value.NewBuilder(c.Kind, 0).Vector())
	}
	return b
}
