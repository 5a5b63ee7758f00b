// What the plugins over a timeline share: input columns id, time, dimensions; constants start, end and a step. Each combination
// of dimensions is a slice of its own.

package exec

import (
	"calypso/kusto/value"
)

// maxWindows is the largest number of windows between start and end.
const maxWindows = 1 << 20

// timeline is the input of such a plugin.
type timeline struct {
	*pluginCall
	start, end, step int64
	ids              []uint32 // by row: the number of its id
	idCount          int
	keys             *keyTable // of the ids
	times            []int64
	slices           [][]int // by slice: its rows
	dims             []*value.Vector

	time    *value.Builder // of the output
	sliceOf []uint32       // by output row: a row of its slice
	more    []*value.Builder
}

// newTimeline numbers ids and slices. Rows without id or time are refused.
func newTimeline(c *pluginCall) (*timeline, error) {
	t := &timeline{pluginCall: c, dims: c.in.Cols[2:]}
	ids, times := c.in.Cols[0], value.Flat(c.in.Cols[1])
	if !isInts(times.Kind) {
		return nil, c.unsure("a timeline of " + times.Kind.String())
	}
	for i := range c.in.N {
		if ids.IsNull(i) || times.IsNull(i) {
			return nil, c.unsure("a row whose id or time is null")
		}
	}
	t.times = times.Ints
	t.keys = newKeyTable(c.ctx.Err, []value.Kind{ids.Kind})
	var err error
	if t.ids, err = t.keys.allGroups(c.ctx, []*value.Vector{ids}, c.in.N); err != nil {
		return nil, err
	}
	t.idCount = t.keys.n
	if len(t.dims) == 0 {
		rows := make([]int, c.in.N)
		for i := range rows {
			rows[i] = i
		}
		t.slices = [][]int{rows}
	} else if err := t.slice(); err != nil {
		return nil, err
	}
	cols := c.node.Columns()
	t.time = value.NewBuilder(cols[0].Kind, 0)
	for _, col := range cols[1+len(t.dims):] {
		t.more = append(t.more, value.NewBuilder(col.Kind, 0))
	}
	return t, c.ctx.Err()
}

func (t *timeline) slice() error {
	kinds := make([]value.Kind, len(t.dims))
	for i, v := range t.dims {
		kinds[i] = v.Kind
	}
	table := newKeyTable(t.ctx.Err, kinds)
	groups, err := table.allGroups(t.ctx, t.dims, t.in.N)
	if err != nil {
		return err
	}
	t.slices = make([][]int, table.n)
	for i, g := range groups {
		t.slices[g] = append(t.slices[g], i)
	}
	return nil
}

// spanned is newTimeline with the plugin's constants read into numbers, in their order: start and end first, step one of the others.
func spanned(c *pluginCall, step *int64, numbers ...*int64) (*timeline, error) {
	t, err := newTimeline(c)
	if err != nil {
		return nil, err
	}
	if err := c.numbers(numbers...); err != nil {
		return nil, err
	}
	return t, t.span(*numbers[0], *numbers[1], *step)
}

// span takes start, end and step.
func (t *timeline) span(start, end, step int64) error {
	t.start, t.end, t.step = start, end, step
	if step <= 0 {
		return t.bad("the step must be greater than 0")
	}
	if end >= start && (end-start)/step >= maxWindows {
		return t.bad("there are too many windows between start and end; widen the step")
	}
	return nil
}

// windows is the number of windows from start to end, the end itself included.
func (t *timeline) windows() int {
	if t.end < t.start {
		return 0
	}
	return int((t.end-t.start)/t.step) + 1
}

// inside tells whether a row lies between start and end.
func (t *timeline) inside(row int) bool { return t.times[row] >= t.start && t.times[row] <= t.end }

// window is the number of a row's window.
func (t *timeline) window(row int) int { return int((t.times[row] - t.start) / t.step) }

// nothingBefore refuses rows before the start: whether they count isn't documented.
func (t *timeline) nothingBefore() error {
	for _, at := range t.times {
		if at < t.start {
			return t.unsure("rows before the start; filter them out first")
		}
	}
	return nil
}

// byWindow parts a slice's rows by window; rows outside start and end are left out.
func (t *timeline) byWindow(rows []int) [][]int {
	out := make([][]int, t.windows())
	for _, row := range rows {
		if t.inside(row) {
			w := t.window(row)
			out[w] = append(out[w], row)
		}
	}
	return out
}

// filled gives a slice's rows by window; a window without rows is refused, as what is shown for it isn't documented.
func (t *timeline) filled(rows []int) ([][]int, error) {
	windows := t.byWindow(rows)
	for _, w := range windows {
		if len(w) == 0 {
			return nil, t.unsure("a window without rows")
		}
	}
	return windows, nil
}

// distinct is the set of ids of rows.
func (t *timeline) distinct(rows []int) map[uint32]bool {
	set := map[uint32]bool{}
	for _, row := range rows {
		set[t.ids[row]] = true
	}
	return set
}

// emit adds a row of the output: its time and the measures, long or real.
func (t *timeline) emit(slice []int, at int64, measures ...any) {
	t.time.AppendInt(at)
	t.sliceOf = append(t.sliceOf, uint32(slice[0]))
	for i, m := range measures {
		switch m := m.(type) {
		case int:
			t.more[i].AppendInt(int64(m))
		case int64:
			t.more[i].AppendInt(m)
		case float64:
			t.more[i].AppendReal(m)
		}
	}
}

// table gives the output: time, dimensions, measures.
func (t *timeline) table() *value.Batch {
	out := &value.Batch{N: t.time.Len()}
	out.Cols = append(out.Cols, t.time.Vector())
	for _, d := range t.dims {
		out.Cols = append(out.Cols, value.Gather(d, t.sliceOf))
	}
	for _, m := range t.more {
		out.Cols = append(out.Cols, m.Vector())
	}
	return out
}

// eachSlice runs f for every slice that has rows.
func (t *timeline) eachSlice(f func(rows []int) error) (*value.Batch, error) {
	for _, rows := range t.slices {
		if err := t.ctx.Err(); err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			continue
		}
		if err := f(rows); err != nil {
			return nil, err
		}
	}
	return t.table(), nil
}
