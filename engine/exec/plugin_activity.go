// Plugins that count who was active when: each compares the ids of a window with those of other windows.

package exec

import (
	"math"
	"slices"

	"calypso/kusto/value"
)

// activityCounts gives for each window its rows, its ids, those never seen in a window before, and all ids so far.
func activityCounts(c *pluginCall) (*value.Batch, error) {
	var start, end, step int64
	t, err := spanned(c, &step, &start, &end, &step)
	if err != nil {
		return nil, err
	}
	return t.eachSlice(func(rows []int) error {
		windows, err := t.filled(rows)
		seen := map[uint32]bool{}
		for w, in := range windows {
			ids, before := t.distinct(in), len(seen)
			for id := range ids {
				seen[id] = true
			}
			t.emit(rows, t.start+int64(w)*t.step, len(in), len(ids), len(seen)-before, len(seen))
		}
		return err
	})
}

// activityMetrics holds each window against the one before it; the first one is all new and loses nobody.
func activityMetrics(c *pluginCall) (*value.Batch, error) {
	var start, end, step int64
	t, err := spanned(c, &step, &start, &end, &step)
	if err != nil {
		return nil, err
	}
	return t.eachSlice(func(rows []int) error {
		windows, err := t.filled(rows)
		var last map[uint32]bool
		for w, in := range windows {
			ids, stayed := t.distinct(in), 0
			for id := range ids {
				if last[id] {
					stayed++
				}
			}
			retention := 1.0
			if w > 0 {
				retention = float64(stayed) / float64(len(last))
			}
			t.emit(rows, t.start+int64(w)*t.step, len(ids), len(ids)-stayed, retention, 1-retention)
			last = ids
		}
		return err
	})
}

// trailing runs f for each window with its rows and the number of rows and ids of the last width windows, itself included.
func (t *timeline) trailing(windows [][]int, width int, f func(w, rows, ids int)) {
	counts, total := map[uint32]int{}, 0
	for w, in := range windows {
		for _, row := range in {
			counts[t.ids[row]]++
		}
		total += len(in)
		if gone := w - width; gone >= 0 {
			for _, row := range windows[gone] {
				if counts[t.ids[row]]--; counts[t.ids[row]] == 0 {
					delete(counts, t.ids[row])
				}
			}
			total -= len(windows[gone])
		}
		f(w, total, len(counts))
	}
}

// activityEngagement is the ratio of the ids in a window to those in a longer window that ends with it.
func activityEngagement(c *pluginCall) (*value.Batch, error) {
	var start, end, inner, outer int64
	t, err := spanned(c, &inner, &start, &end, &inner, &outer)
	if err != nil {
		return nil, err
	}
	if outer < inner || outer%inner != 0 {
		return nil, c.unsure("an outer window that isn't a multiple of the inner one")
	}
	if err := t.nothingBefore(); err != nil {
		return nil, err
	}
	return t.eachSlice(func(rows []int) error {
		windows, err := t.filled(rows)
		if err != nil {
			return err
		}
		t.trailing(windows, int(outer/inner), func(w, _, ids int) {
			own := len(t.distinct(windows[w]))
			t.emit(rows, t.start+int64(w)*t.step, own, ids, float64(own)/float64(ids))
		})
		return nil
	})
}

// slidingCounts gives for each window the rows and ids of a longer window that ends with it.
func slidingCounts(c *pluginCall) (*value.Batch, error) {
	var start, end, lookback, bin int64
	t, err := spanned(c, &bin, &start, &end, &lookback, &bin)
	if err != nil {
		return nil, err
	}
	if lookback < bin {
		return nil, c.unsure("a look-back window shorter than the bin")
	}
	if err := t.nothingBefore(); err != nil {
		return nil, err
	}
	return t.eachSlice(func(rows []int) error {
		var empty error
		t.trailing(t.byWindow(rows), int(lookback/bin), func(w, count, ids int) {
			if count == 0 {
				empty = t.unsure("a window without rows")
			}
			t.emit(rows, t.start+int64(w)*t.step, count, ids)
		})
		return empty
	})
}

// activeUsers counts the ids that were active in enough periods of the time before one of their rows.
func activeUsers(c *pluginCall) (*value.Batch, error) {
	var start, end, lookback, period, periods, bin int64
	t, err := spanned(c, &bin, &start, &end, &lookback, &period, &periods, &bin)
	if err != nil {
		return nil, err
	}
	if period <= 0 || lookback < period {
		return nil, c.bad("the period must be greater than 0 and not longer than the look-back window")
	}
	for _, at := range t.times {
		if (at-start)%period != 0 {
			return nil, c.unsure("times that aren't whole periods from the start")
		}
	}
	return t.eachSlice(func(rows []int) error {
		active := make([]map[uint32]bool, t.windows())
		for id, times := range t.byID(rows) {
			for i, at := range times {
				if at < start || at > end {
					continue
				}
				// times are whole periods, so distinct times are distinct periods
				seen := 0
				for j := i; j >= 0 && times[j] > at-lookback; j-- {
					seen++
				}
				if int64(seen) < periods {
					continue
				}
				w := int((at - start) / bin)
				if active[w] == nil {
					active[w] = map[uint32]bool{}
				}
				active[w][uint32(id)] = true
			}
		}
		for w, ids := range active {
			if len(ids) > 0 {
				t.emit(rows, start+int64(w)*bin, len(ids))
			}
		}
		return nil
	})
}

// byID gives the distinct times of each id among rows, in order.
func (t *timeline) byID(rows []int) [][]int64 {
	times := make([][]int64, t.idCount)
	for _, row := range rows {
		times[t.ids[row]] = append(times[t.ids[row]], t.times[row])
	}
	for i := range times {
		slices.Sort(times[i])
		times[i] = slices.Compact(times[i])
	}
	return times
}

// sessionCount counts sessions by the bin they begin in: a row whose id wasn't seen for so long begins one.
func sessionCount(c *pluginCall) (*value.Batch, error) {
	var start, end, bin, lookback int64
	t, err := spanned(c, &bin, &start, &end, &bin, &lookback)
	if err != nil {
		return nil, err
	}
	if err := t.nothingBefore(); err != nil {
		return nil, err
	}
	return t.eachSlice(func(rows []int) error {
		begun := map[int64]int{}
		low, high := int64(math.MaxInt64), int64(math.MinInt64)
		for _, times := range t.byID(rows) {
			for i, at := range times {
				if at > end || i > 0 && at-times[i-1] < lookback {
					continue
				}
				b := floorBin(at, bin) * bin
				begun[b]++
				low, high = min(low, b), max(high, b)
			}
		}
		for b := low; b <= high; b += bin {
			if begun[b] == 0 {
				return t.unsure("a bin in which no session begins")
			}
			t.emit(rows, b, begun[b])
		}
		return nil
	})
}
