// make-series: rows of (keys, slot, values) become one row of arrays a key.

package exec

import (
	"context"
	"fmt"
	"math"

	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

// evalSlot numbers the slots of an axis.
func evalSlot(c *fn.Context, e *plan.Slot, b *value.Batch) (*value.Vector, error) {
	x, err := eval(c, e.X, b)
	if err != nil {
		return nil, err
	}
	out := &value.Vector{Kind: value.Long, N: b.N, Ints: make([]int64, b.N)}
	for i := range b.N {
		slot := int64(-1)
		if !x.IsNull(i) {
			slot = slotOf(e, x, i&x.Mask())
		}
		if slot < 0 || slot >= e.Slots {
			out.Nulls = out.Nulls.Set(i, b.N)
			continue
		}
		out.Ints[i] = slot
	}
	return out, nil
}

func slotOf(e *plan.Slot, x *value.Vector, i int) int64 {
	switch x.Kind {
	case value.Real:
		f := math.Floor((x.Reals[i] - e.Start.Reals[0]) / e.Step.Reals[0])
		if !(f >= 0 && f < float64(e.Slots)) {
			return -1
		}
		return int64(f)
	case value.Int, value.Long, value.Datetime, value.Timespan:
		if x.Ints[i] < e.Start.Ints[0] {
			return -1
		}
		return int64((uint64(x.Ints[i]) - uint64(e.Start.Ints[0])) / uint64(e.Step.Ints[0]))
	}
	return -1
}

// series lays rows out.
type series struct {
	q    *Query
	node *plan.MakeSeries
	in   stream
	out  *serial
}

func (s *series) next(ctx context.Context) (*value.Batch, error) {
	if s.out == nil {
		m := s.q.account.meter("make-series")
		defer m.release()
		all, err := gatherAll(ctx, s.node.In.Columns(), s.in, m)
		if err != nil {
			return nil, err
		}
		b, err := s.layOut(ctx, all, m)
		if err != nil {
			return nil, err
		}
		s.out = &serial{c: s.q.fn, pipe: &pipe{src: held{b}}}
	}
	return s.out.next(ctx)
}

func (s *series) layOut(ctx context.Context, all *value.Batch, m *meter) (*value.Batch, error) {
	n := s.node
	if n.Slots == 0 {
		return &value.Batch{}, nil
	}
	slots := all.Cols[n.Keys]
	var used []uint32
	for i := range all.N {
		if !slots.IsNull(i) {
			used = append(used, uint32(i))
		}
	}
	rows := value.GatherBatch(*all, used)
	groups, count, keys := s.groups(ctx, &rows)
	if count == 0 {
		return &value.Batch{}, nil
	}
	values := len(n.Defaults)
	if err := m.grow(int64(count) * n.Slots * int64(values) * 16); err != nil {
		return nil, err
	}
	columns := keys
	for v := range values {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		columns = append(columns, s.arrays(&rows, v, groups, count))
	}
	columns = append(columns, value.ConstDyn(n.Axis, count))
	out := &value.Batch{N: count, Cols: make([]*value.Vector, len(n.Order))}
	for i, o := range n.Order {
		if o >= len(columns) || columns[o].Kind != n.Shape[i].Kind {
			return nil, fmt.Errorf("internal error: make-series laid out other columns than planned")
		}
		out.Cols[i] = columns[o]
	}
	return out, nil
}

// groups numbers the rows by key.
func (s *series) groups(ctx context.Context, rows *value.Batch) (groups []uint32, count int, keys []*value.Vector) {
	n := s.node
	if n.Keys == 0 {
		if rows.N > 0 || n.NonEmpty {
			count = 1
		}
		return make([]uint32, rows.N), count, nil
	}
	kinds := make([]value.Kind, n.Keys)
	for i := range kinds {
		kinds[i] = rows.Cols[i].Kind
	}
	table := newKeyTable(ctx.Err, kinds)
	groups = table.groups(rows.Cols[:n.Keys], rows.N, true, nil)
	return groups, table.n, table.vectors()
}

// arrays makes the series of one aggregate: one array a key.
func (s *series) arrays(rows *value.Batch, v int, groups []uint32, count int) *value.Vector {
	fill := value.DynAt(s.node.Defaults[v], 0)
	width := int(s.node.Slots)
	cells := make([]value.Dyn, count*width)
	for i := range cells {
		cells[i] = fill
	}
	slots, x := rows.Cols[s.node.Keys], rows.Cols[s.node.Keys+1+v]
	for i, g := range groups {
		cells[int(g)*width+int(slots.Ints[i&slots.Mask()])] = value.DynAt(x, i)
	}
	b := value.NewBuilder(value.Dynamic, count)
	for g := range count {
		b.AppendDyn(value.NewArray(cells[g*width : (g+1)*width : (g+1)*width]))
	}
	return b.Vector()
}

func (s *series) close() { s.in.close() }
