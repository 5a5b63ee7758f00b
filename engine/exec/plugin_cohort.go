// new_activity_metrics and rolling_percentile.

package exec

import (
	"math"
	"slices"

	"calypso/kusto/value"
)

// newActivity follows those first seen in a window through the windows after it.
func newActivity(c *pluginCall) (*value.Batch, error) {
	var start, end, step int64
	t, err := spanned(c, &step, &start, &end, &step)
	if err != nil {
		return nil, err
	}
	only, err := t.cohort()
	if err != nil {
		return nil, err
	}
	n := t.windows()
	if n > maxCohorts {
		return nil, c.bad("there are too many windows between start and end; widen the step")
	}
	retained := t.retained(n)
	for from := range n {
		if err := c.ctx.Err(); err != nil {
			return nil, err
		}
		if only >= 0 && from != only {
			continue
		}
		size := retained[from][from]
		for to := from; to < n; to++ {
			fresh := size
			if to > from {
				fresh = 0
				for later := from + 1; later <= to; later++ {
					fresh += retained[later][to]
				}
			}
			kept := retained[from][to]
			rate, lost := math.NaN(), math.NaN()
			if size > 0 {
				rate = float64(kept) / float64(size)
				lost = float64(size-kept) / float64(size)
			}
			t.cohortRow(from, to, fresh, kept, size-kept, rate, lost)
		}
	}
	return t.table(), nil
}

// maxCohorts bounds the matrix of windows by windows.
const maxCohorts = 1024

// cohort gives the number of the one window asked for; -1 for all.
func (t *timeline) cohort() (int, error) {
	if len(t.node.Consts) < 4 || t.node.Consts[3] == nil {
		return -1, nil
	}
	at, err := t.number(3)
	if err != nil {
		return 0, err
	}
	if at < t.start || at > t.end || (at-t.start)%t.step != 0 {
		return 0, t.unsure("a cohort that is no window's start")
	}
	return int((at - t.start) / t.step), nil
}

// retained counts by first window and window the ids that were first seen in the one and came in the other.
func (t *timeline) retained(n int) [][]int {
	counts := make([][]int, n)
	for i := range counts {
		counts[i] = make([]int, n)
	}
	known := make([]bool, t.idCount)
	if t.other != nil {
		for _, id := range t.keys.groups(t.other.Cols[:1], t.other.N, false, nil) {
			if id != none {
				known[id] = true
			}
		}
	}
	first, last := make([]int, t.idCount), make([]int, t.idCount)
	for i := range first {
		first[i], last[i] = -1, -1
	}
	for w, rows := range t.byWindow(t.slices[0]) {
		for _, row := range rows {
			id := t.ids[row]
			if known[id] || last[id] == w {
				continue
			}
			if first[id] < 0 {
				first[id] = w
			}
			last[id] = w
			counts[first[id]][w]++
		}
	}
	return counts
}

// cohortRow adds a row of new_activity_metrics, which has two times.
func (t *timeline) cohortRow(from, to, fresh, kept, lost int, rate, churn float64) {
	t.time.AppendInt(t.start + int64(from)*t.step)
	t.more[0].AppendInt(t.start + int64(to)*t.step)
	for i, n := range []int{fresh, kept, lost} {
		t.more[1+i].AppendInt(int64(n))
	}
	t.more[4].AppendReal(rate)
	t.more[5].AppendReal(churn)
}

// rollingPercentile gives for each bin the nearest-rank percentile of the values of the last bins, itself included.
func rollingPercentile(c *pluginCall) (*value.Batch, error) {
	t, err := newTimeline(c)
	if err != nil {
		return nil, err
	}
	values := c.in.Cols[0]
	if values.Kind == value.Decimal {
		return nil, c.unsure("values of decimal")
	}
	percent, err := c.percent()
	if err != nil {
		return nil, err
	}
	bin, err := c.number(1)
	if err != nil {
		return nil, err
	}
	width, err := c.number(2)
	if err != nil {
		return nil, err
	}
	if bin <= 0 || width <= 0 {
		return nil, c.bad("the bin and the number of bins must be greater than 0")
	}
	return t.eachSlice(func(rows []int) error { return t.roll(rows, values, percent, bin, width) })
}

// roll gives the percentiles of one slice.
func (t *timeline) roll(rows []int, values *value.Vector, percent float64, bin, width int64) error {
	byBin := map[int64][]int{}
	low, high := int64(math.MaxInt64), int64(math.MinInt64)
	for i, row := range rows {
		if err := t.stopped(i); err != nil {
			return err
		}
		b := floorBin(t.times[row], bin)
		byBin[b] = append(byBin[b], row)
		low, high = min(low, b), max(high, b)
	}
	if high-low >= maxWindows {
		return t.unsure("a bin without rows")
	}
	for b := low; b <= high; b++ {
		if len(byBin[b]) == 0 {
			return t.unsure("a bin without rows")
		}
		var window []int
		for from := max(low, b-width+1); from <= b; from++ {
			if err := t.ctx.Err(); err != nil {
				return err
			}
			window = append(window, byBin[from]...)
		}
		slices.SortFunc(window, func(x, y int) int { return value.Compare(values, x, values, y) })
		rank := max(1, int(math.Ceil(percent/100*float64(len(window)))))
		t.emit(rows, b*bin)
		t.more[0].AppendFrom(values, window[rank-1])
	}
	return nil
}

func (c *pluginCall) percent() (float64, error) {
	v := c.node.Consts[0]
	var p float64
	switch {
	case v.IsNull(0):
		return 0, c.bad("the percentile is null")
	case v.Kind == value.Real:
		p = v.Reals[0]
	case isInts(v.Kind):
		p = float64(v.Ints[0])
	default:
		return 0, c.unsure("a percentile of " + v.Kind.String())
	}
	if !(p >= 0 && p <= 100) {
		return 0, c.bad("the percentile lies between 0 and 100")
	}
	return p, nil
}

// floorBin is the number of the bin that x lies in.
func floorBin(x, bin int64) int64 {
	q := x / bin
	if x%bin < 0 {
		q--
	}
	return q
}
