// top: the best n rows of each segment, then the best of those. Rows are gathered until there are enough to sort and cut;
// a row that can't make it is dropped by its first key before it is copied.

package exec

import (
	"context"

	"calypso/engine/plan"
	"calypso/kusto/value"
)

type top struct {
	q    *Query
	n    int64
	keys []plan.SortKey
	cols []value.Column
	in   *pipe
	out  *serial
}

// best keeps the first n rows of what it is given.
type best struct {
	t     *top
	m     *meter
	parts []*value.Batch
	rows  int
	// limit is the first key of the worst row kept, once n rows are.
	limit *sortRow
}

func (b *best) add(ctx context.Context, batch *value.Batch) error {
	if b.limit != nil {
		kept, err := b.promising(ctx, batch)
		if err != nil || kept.N == 0 {
			return err
		}
		batch = kept
	}
	b.parts = append(b.parts, batch)
	b.rows += batch.N
	if err := b.m.grow(batch.Bytes()); err != nil {
		return err
	}
	if int64(b.rows) >= b.t.n+max(b.t.n, 4*BatchRows) {
		return b.shrink(ctx)
	}
	return nil
}

// promising drops rows whose first key is worse than that of the worst row kept.
func (b *best) promising(ctx context.Context, batch *value.Batch) (*value.Batch, error) {
	o, err := newOrdering(ctx, b.t.q.fn, b.t.keys[:1], batch)
	if err != nil {
		return nil, err
	}
	var sel []uint32
	for i := range batch.N {
		rank, key := o.first(i)
		if rank < b.limit.rank || rank == b.limit.rank && key <= b.limit.key {
			sel = append(sel, uint32(i))
		}
	}
	if len(sel) == batch.N {
		return batch, nil
	}
	out := value.GatherBatch(*batch, sel)
	return &out, nil
}

// shrink sorts what is kept and cuts it to n.
func (b *best) shrink(ctx context.Context) error {
	all, err := concat(ctx, b.t.cols, b.parts)
	if err != nil {
		return err
	}
	o, err := newOrdering(ctx, b.t.q.fn, b.t.keys, all)
	if err != nil {
		return err
	}
	rows, err := o.sorted(ctx, all.N)
	if err != nil {
		return err
	}
	if int64(len(rows)) >= b.t.n {
		rows = rows[:b.t.n]
		if len(rows) > 0 {
			worst := rows[len(rows)-1]
			worst.rank, worst.key = o.first(int(worst.row))
			b.limit = &worst
		}
	}
	sel := make([]uint32, len(rows))
	for i, r := range rows {
		sel[i] = r.row
	}
	out := value.GatherBatch(*all, sel)
	b.parts, b.rows = []*value.Batch{&out}, out.N
	return b.m.set(out.Bytes())
}

func (t *top) next(ctx context.Context) (*value.Batch, error) {
	if t.out == nil {
		b, err := t.all(ctx)
		if err != nil {
			return nil, err
		}
		t.out = &serial{c: t.q.fn, pipe: &pipe{src: held{b}}}
	}
	return t.out.next(ctx)
}

// all gives the rows, with the columns that don't decide read last where that pays.
func (t *top) all(ctx context.Context) (*value.Batch, error) {
	narrow, l := t.late()
	if l == nil {
		return t.run(ctx)
	}
	b, err := narrow.run(ctx)
	if err != nil || b.N == 0 {
		return &value.Batch{}, err
	}
	return l.fill(ctx, narrow.in.scan(), b)
}

func (t *top) run(ctx context.Context) (*value.Batch, error) {
	if t.n == 0 || len(t.keys) == 0 {
		return &value.Batch{}, nil
	}
	total := &best{t: t, m: t.q.account.meter("top")}
	defer total.m.release()
	var err error
	if t.in.src == nil {
		err = t.runStream(ctx, total)
	} else {
		t.in = t.in.flatEnd()
		err = ordered(ctx, t.q.opts.Workers, t.in.src.segments(), func(ctx context.Context, segment int64) (*best, error) {
			b := &best{t: t, m: t.q.account.meter("top")}
			err := t.in.readSegment(ctx, t.q.fn, segment, func(batch *value.Batch) error { return b.add(ctx, batch) })
			if err == nil {
				err = b.shrink(ctx)
			}
			return b, err
		}, func(b *best) error {
			defer b.m.release()
			for _, part := range b.parts {
				if err := total.add(ctx, part); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		return nil, err
	}
	if err := total.shrink(ctx); err != nil {
		return nil, err
	}
	return total.parts[0], nil
}

func (t *top) runStream(ctx context.Context, total *best) error {
	in := t.in.stream(t.q)
	defer in.close()
	for {
		b, err := in.next(ctx)
		if err != nil || b == nil {
			return err
		}
		if err := total.add(ctx, b); err != nil {
			return err
		}
	}
}

func (t *top) close() {
	if t.in.in != nil {
		t.in.in.close()
	}
}
