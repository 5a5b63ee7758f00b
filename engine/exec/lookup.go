// lookup: rows paired by a test that is no equality, such as an address in a network. Each input row is held against each row of
// the table, a block at a time.

package exec

import (
	"context"

	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

type lookup struct {
	q     *Query
	node  *plan.Lookup
	in    stream
	table stream
	rows  *value.Batch // of the table
	m     *meter
}

func (q *Query) lookup(n *plan.Lookup, h holes) (*pipe, error) {
	in, err := q.build(n.In, h)
	if err != nil {
		return nil, err
	}
	table, err := q.build(n.Table, h)
	if err != nil {
		return nil, err
	}
	return &pipe{in: &lookup{q: q, node: n, in: in.stream(q), table: table.stream(q)}}, nil
}

func (l *lookup) next(ctx context.Context) (*value.Batch, error) {
	if l.m == nil {
		l.m = l.q.account.meter("lookup")
		var err error
		if l.rows, err = gatherAll(ctx, l.node.Table.Columns(), l.table, l.m); err != nil {
			return nil, err
		}
	}
	for {
		b, err := l.in.next(ctx)
		if err != nil || b == nil {
			return nil, err
		}
		left, right, err := l.pairs(ctx, b)
		if err != nil {
			return nil, err
		}
		if len(left) > 0 {
			return l.gather(b, left, right), nil
		}
	}
}

// pairs finds for the rows of a batch the table rows that the test takes; none stands for no row.
func (l *lookup) pairs(ctx context.Context, b *value.Batch) (left, right []uint32, err error) {
	for i := range b.N {
		found := len(left)
		for from := 0; from < l.rows.N; from += SegmentRows {
			if err := ctx.Err(); err != nil {
				return nil, nil, err
			}
			to := min(l.rows.N, from+SegmentRows)
			part := value.SliceBatch(*l.rows, from, to)
			both := &value.Batch{N: to - from}
			for _, v := range b.Cols {
				both.Cols = append(both.Cols, value.ConstOf(v, i, to-from))
			}
			both.Cols = append(both.Cols, part.Cols...)
			v, err := eval(l.q.fn, l.node.On, both)
			if err != nil {
				return nil, nil, err
			}
			for _, r := range (truth{v: value.Flat(v)}).rows(to - from) {
				left, right = append(left, uint32(i)), append(right, uint32(from)+r)
			}
		}
		if len(left)-found > 1 && l.node.One {
			return nil, nil, &fn.NotBuilt{Name: l.node.Name, Detail: "a row that meets several rows of the table"}
		}
		if len(left) == found && l.node.Unmatched {
			left, right = append(left, uint32(i)), append(right, none)
		}
	}
	return left, right, nil
}

func (l *lookup) gather(b *value.Batch, left, right []uint32) *value.Batch {
	out := &value.Batch{N: len(left), Cols: make([]*value.Vector, len(l.node.Out))}
	for i, from := range l.node.Out {
		if from.Right {
			out.Cols[i] = value.Gather(l.rows.Cols[from.Ordinal], right)
		} else {
			out.Cols[i] = value.Gather(b.Cols[from.Ordinal], left)
		}
	}
	return out
}

func (l *lookup) close() {
	l.in.close()
	l.table.close()
	if l.m != nil {
		l.m.release()
	}
}
