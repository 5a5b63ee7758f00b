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
		slot, ok := int64(0), false
		if !x.IsNull(i) {
			slot, ok = slotOf(e, x, i&x.Mask())
		}
		if !ok {
			out.Nulls = out.Nulls.Set(i, b.N)
			continue
		}
		out.Ints[i] = slot
	}
	return out, nil
}

func slotOf(e *plan.Slot, x *value.Vector, i int) (int64, bool) {
	var slot int64
	switch x.Kind {
	case value.Real:
		f := math.Floor((x.Reals[i] - e.Start.Reals[0]) / e.Step.Reals[0])
		if !(math.Abs(f) < 1<<53) || e.End != nil && x.Reals[i] >= e.End.Reals[0] {
			return 0, false
		}
		slot = int64(f)
	case value.Int, value.Long, value.Datetime, value.Timespan:
		n, start := x.Ints[i], e.Start.Ints[0]
		if e.End != nil && n >= e.End.Ints[0] {
			return 0, false
		}
		if n >= start {
			slot = int64((uint64(n) - uint64(start)) / uint64(e.Step.Ints[0]))
		} else {
			slot = -1 - int64((uint64(start)-uint64(n)-1)/uint64(e.Step.Ints[0]))
		}
	default:
		return 0, false
	}
	return slot, (slot >= 0 || e.Free) && slot < e.Slots
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
	free := n.FreeStart || n.FreeEnd
	if n.Slots == 0 && !free {
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
	groups, count, keys, err := s.groups(ctx, &rows)
	if err != nil || count == 0 {
		return &value.Batch{}, err
	}
	values := len(n.Defaults)
	spans, total, err := s.spans(&rows, groups, count)
	if err != nil {
		return nil, err
	}
	if err := m.grow(total * int64(values) * 16); err != nil {
		return nil, err
	}
	columns := keys
	for v := range values {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		columns = append(columns, s.arrays(&rows, v, groups, spans))
	}
	columns = append(columns, s.axes(spans))
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
func (s *series) groups(ctx context.Context, rows *value.Batch) (groups []uint32, count int, keys []*value.Vector, err error) {
	n := s.node
	if n.Keys == 0 {
		if rows.N > 0 || n.NonEmpty {
			count = 1
		}
		return make([]uint32, rows.N), count, nil, nil
	}
	kinds := make([]value.Kind, n.Keys)
	for i := range kinds {
		kinds[i] = rows.Cols[i].Kind
	}
	table := newKeyTable(ctx.Err, kinds)
	if groups, err = table.allGroups(ctx, rows.Cols[:n.Keys], rows.N); err != nil {
		return nil, 0, nil, err
	}
	return groups, table.n, table.vectors(), nil
}

// span is where a series lies: its first slot, how many it has, and where its cells begin among those of all series.
type span struct {
	low   int64
	width int
	first int
}

// spans finds the slots of each series, and how many cells they have together.
func (s *series) spans(rows *value.Batch, groups []uint32, count int) (spans []span, total int64, err error) {
	n := s.node
	low, high := make([]int64, count), make([]int64, count)
	for g := range count {
		low[g], high[g] = 0, n.Slots-1
		if n.FreeStart {
			low[g] = math.MaxInt64
		}
		if n.FreeEnd {
			high[g] = math.MinInt64
		} else if n.FreeStart {
			high[g], _ = slotOf(&plan.Slot{Start: n.Start, Step: n.Step, Slots: math.MaxInt64, Free: true}, value.ConstInt(n.Kind, n.End.Ints[0]-1, 1), 0)
		}
	}
	slots := rows.Cols[n.Keys]
	for i, g := range groups {
		slot := slots.Ints[i&slots.Mask()]
		if n.FreeStart {
			low[g] = min(low[g], slot)
		}
		if n.FreeEnd {
			high[g] = max(high[g], slot)
		}
	}
	spans = make([]span, count)
	for g := range spans {
		width := high[g] - low[g] + 1
		if width > plan.MaxSlots {
			return nil, 0, &fn.BadArgument{Name: "make-series", Index: -1, Why: fmt.Sprintf("a series has more than %d steps; widen the step", plan.MaxSlots)}
		}
		spans[g] = span{low[g], int(max(0, width)), int(total)}
		total += max(0, width)
	}
	return spans, total, nil
}

// axes gives each series its axis.
func (s *series) axes(spans []span) *value.Vector {
	n := s.node
	if !n.FreeStart && !n.FreeEnd {
		return value.ConstDyn(n.Axis, len(spans))
	}
	b := value.NewBuilder(value.Dynamic, len(spans))
	for _, at := range spans {
		b.AppendDyn(plan.AxisValues(n.Kind, n.Start, n.Step, at.low, at.width))
	}
	return b.Vector()
}

// arrays makes the series of one aggregate: one array a key.
func (s *series) arrays(rows *value.Batch, v int, groups []uint32, spans []span) *value.Vector {
	fill := value.DynAt(s.node.Defaults[v], 0)
	last := spans[len(spans)-1]
	cells := make([]value.Dyn, last.first+last.width)
	for i := range cells {
		cells[i] = fill
	}
	slots, x := rows.Cols[s.node.Keys], rows.Cols[s.node.Keys+1+v]
	for i, g := range groups {
		at := spans[g]
		cells[at.first+int(slots.Ints[i&slots.Mask()]-at.low)] = value.DynAt(x, i)
	}
	b := value.NewBuilder(value.Dynamic, len(spans))
	for _, at := range spans {
		b.AppendDyn(value.NewArray(cells[at.first : at.first+at.width : at.first+at.width]))
	}
	return b.Vector()
}

func (s *series) close() { s.in.close() }
