// Window functions and subqueries: operators that hand whole tables to something else.

package exec

import (
	"context"
	"fmt"

	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

// window adds columns that look at the whole input, one after another: a later one may read an earlier one.
type window struct {
	q    *Query
	node *plan.Window
	in   stream
	out  *serial
}

func (w *window) next(ctx context.Context) (*value.Batch, error) {
	if w.out == nil {
		m := w.q.account.meter("serialize")
		defer m.release()
		all, err := gatherAll(ctx, w.node.In.Columns(), w.in, m)
		if err != nil {
			return nil, err
		}
		b := &value.Batch{N: all.N, Cols: append([]*value.Vector(nil), all.Cols...)}
		for _, call := range w.node.Calls {
			args := make([]*value.Vector, len(call.Args))
			for i, x := range call.Args {
				if args[i], err = evalInParts(ctx, w.q.fn, x, b); err != nil {
					return nil, err
				}
			}
			v, err := call.Over.Eval(w.q.fn, args, b.N)
			if err != nil {
				return nil, err
			}
			if v.Kind != call.Over.Result || v.N < b.N {
				return nil, fmt.Errorf("internal error: '%s' gave %d rows of %s", call.Name, v.N, v.Kind)
			}
			b.Cols = append(b.Cols, v)
		}
		w.out = &serial{c: w.q.fn, pipe: &pipe{src: held{b}}}
	}
	return w.out.next(ctx)
}

func (w *window) close() { w.in.close() }

// applied is mv-apply: for each input row its unfolded rows run through the subquery.
type applied struct {
	q     *Query
	node  *plan.Apply
	holes holes
	in    stream
	queue []*value.Batch
}

func (a *applied) next(ctx context.Context) (*value.Batch, error) {
	for len(a.queue) == 0 {
		b, err := a.in.next(ctx)
		if err != nil || b == nil {
			return nil, err
		}
		for i := range b.N {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if err := a.row(ctx, b, i); err != nil {
				return nil, err
			}
		}
	}
	b := a.queue[0]
	a.queue = a.queue[1:]
	return b, nil
}

func (a *applied) row(ctx context.Context, b *value.Batch, i int) error {
	one := value.SliceBatch(*b, i, i+1)
	var parts []*value.Batch
	expand := &mvExpand{node: a.node.Expand}
	err := expand.apply(a.q.fn, &one, func(out *value.Batch) error {
		parts = append(parts, out)
		return nil
	})
	if err != nil {
		return err
	}
	rows, err := concat(ctx, a.node.Hole.Shape, parts)
	if err != nil {
		return err
	}
	out, err := a.q.runSub(ctx, a.node.Sub, a.holes, a.node.Hole, rows)
	if err != nil || out.N == 0 {
		return err
	}
	if len(parts) == 0 {
		return &fn.NotBuilt{Name: "mv-apply", Detail: "a subquery that gives rows for an empty array"}
	}
	row := &value.Batch{N: out.N, Cols: make([]*value.Vector, len(a.node.Out))}
	for c, from := range a.node.Out {
		if from.Right {
			row.Cols[c] = out.Cols[from.Ordinal]
		} else {
			row.Cols[c] = value.ConstOf(one.Cols[from.Ordinal], 0, out.N)
		}
	}
	a.queue = append(a.queue, row)
	return nil
}

func (a *applied) close() { a.in.close() }

// runSub runs a subquery over rows that it reads through a hole.
func (q *Query) runSub(ctx context.Context, sub plan.Node, outer holes, hole *plan.Hole, rows *value.Batch) (*value.Batch, error) {
	h := holes{hole: rows}
	for k, v := range outer {
		h[k] = v
	}
	p, err := q.build(sub, h)
	if err != nil {
		return nil, err
	}
	s := p.stream(q)
	defer s.close()
	var parts []*value.Batch
	for {
		b, err := s.next(ctx)
		if err != nil {
			return nil, err
		}
		if b == nil {
			return concat(ctx, sub.Columns(), parts)
		}
		parts = append(parts, b)
	}
}

// partitioned runs a subquery over the rows of each key.
type partitioned struct {
	q     *Query
	node  *plan.Partition
	holes holes
	in    stream
	all   *value.Batch
	rows  [][]uint32 // by group
	m     *meter
}

func (p *partitioned) next(ctx context.Context) (*value.Batch, error) {
	if p.m == nil {
		p.m = p.q.account.meter("partition")
		var err error
		if p.all, err = gatherAll(ctx, p.node.In.Columns(), p.in, p.m); err != nil {
			return nil, err
		}
		keys := make([]*value.Vector, len(p.node.Keys))
		for i, k := range p.node.Keys {
			if keys[i], err = evalInParts(ctx, p.q.fn, k, p.all); err != nil {
				return nil, err
			}
		}
		if p.node.Asked {
			for i := range p.all.N {
				if keys[0].IsNull(i) {
					return nil, &fn.NotBuilt{Name: "partition", Detail: "a null key"}
				}
			}
		}
		table := newKeyTable(ctx.Err, kindsOf(p.node.Keys))
		groups, err := table.allGroups(ctx, keys, p.all.N)
		if err != nil {
			return nil, err
		}
		p.rows = make([][]uint32, table.n)
		for i, g := range groups {
			if i%SegmentRows == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			p.rows[g] = append(p.rows[g], uint32(i))
		}
	}
	for len(p.rows) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part := value.GatherBatch(*p.all, p.rows[0])
		p.rows = p.rows[1:]
		out, err := p.q.runSub(ctx, p.node.Sub, p.holes, p.node.Hole, &part)
		if err != nil || out.N > 0 {
			return out, err
		}
	}
	return nil, nil
}

func (p *partitioned) close() {
	p.in.close()
	if p.m != nil {
		p.m.release()
	}
}
