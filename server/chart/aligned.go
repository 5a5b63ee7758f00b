package chart

import (
	"math"
	"slices"

	"calypso/kql/text"
)

// Pictures whose series share their places: bars, stacks, and everything over names. Values of one series at one place are added, and
// that is told.

// cellLimit is how many values such a picture may gather before it is thinned.
const cellLimit = 8 << 20

// sheet is a value for each series and place.
type sheet struct {
	x      []float64 // places, in order
	values [][]float64
}

// aligned makes bars, stacks and lines over names.
func (m *maker) aligned(f *flat, lines []line) error {
	places, x := m.places(f)
	if most := cellLimit / max(len(x), 1); len(lines) > max(most, 1) {
		lines = m.largest(f, lines, max(most, 1))
	}
	s := sheet{x: x}
	sizes := make([]int, len(lines))
	row := make([]int, len(f.y)*len(f.names)) // series by column and group, from 1
	for i, l := range lines {
		s.values = append(s.values, gaps(len(x)))
		row[l.column*len(f.names)+int(l.group)] = i + 1
	}
	shared := 0
	for c, y := range f.y {
		if err := m.ctx.Err(); err != nil {
			return err
		}
		for i, v := range y {
			n, at := row[c*len(f.names)+int(f.series[i])]-1, places[i]
			if n < 0 || at < 0 || v != v {
				continue
			}
			sizes[n]++
			if to := &s.values[n][at]; *to != *to {
				*to = v
			} else if shared++; !m.spec.accumulate {
				*to += v
			} else {
				*to = v // the running sum so far
			}
		}
	}
	if shared > 0 {
		m.spec.note("%s a place with another of the series: they are added", count(shared, "value shares", "values share"))
	}
	switch {
	case m.spec.stack == stacked100:
		s.shares()
	case m.spec.stack == stacked && m.chart.Form == FormArea:
		s.fill(m.spec.accumulate)
	}
	m.lay(s, lines, sizes)
	return nil
}

func gaps(n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = nan
	}
	return list
}

// places gives each row its place in the order of x; -1 where it has none in the picture.
func (m *maker) places(f *flat) (of []int32, x []float64) {
	of = make([]int32, len(f.x))
	if f.xType == AxisCategory {
		for i, v := range f.x {
			if of[i] = int32(v); of[i] >= CategoryLimit {
				of[i] = -1
			}
		}
		x = make([]float64, min(len(f.texts), CategoryLimit))
		for i := range x {
			x[i] = float64(i)
		}
		return of, x
	}
	for _, v := range f.x {
		if has(m.part, v) && (len(x) == 0 || x[len(x)-1] != v) {
			x = append(x, v)
		}
	}
	slices.Sort(x)
	x = slices.Compact(x)
	index := make(map[float64]int32, len(x))
	for i, v := range x {
		index[v] = int32(i)
	}
	last, at := nan, int32(-1)
	for i, v := range f.x {
		if v != last {
			last, at = v, -1
			if known, ok := index[v]; ok {
				at = known
			}
		}
		of[i] = at
	}
	return of, x
}

// shares makes each value its share of all at its place, in percent.
func (s *sheet) shares() {
	for i := range s.x {
		total := 0.0
		for _, row := range s.values {
			if row[i] == row[i] {
				total += math.Abs(row[i])
			}
		}
		for _, row := range s.values {
			switch {
			case total == 0 || row[i] != row[i]:
				row[i] = 0
			default:
				row[i] *= 100 / total
			}
		}
	}
}

// fill makes gaps zero, as an area can't stand on nothing; a running sum goes on as it was.
func (s *sheet) fill(running bool) {
	for _, row := range s.values {
		before := 0.0
		for i, v := range row {
			if v != v {
				row[i] = before
			} else if running {
				before = v
			}
		}
	}
}

// lay adds the series, thinned where there are more places than the screen has columns.
func (m *maker) lay(s sheet, lines []line, sizes []int) {
	limit := share(len(lines))
	if len(s.x) <= limit {
		for i, l := range lines {
			m.add(l, s.x, s.values[i], sizes[i])
		}
		m.compact()
		return
	}
	m.chart.Thinned = true
	if m.chart.X.Type == AxisCategory { // zooming shows no more of it
		m.spec.note("of %s places the smallest and the largest value in each pixel are drawn; choose fewer series to see all", text.Number(len(s.x)))
	}
	var common []int
	if m.chart.Stacked {
		common = m.peaks(s.x, s.totals(), limit)
	}
	for i, l := range lines {
		kept := common
		if kept == nil {
			kept = m.peaks(s.x, s.values[i], limit)
		}
		x, y := make(Numbers, len(kept)), make(Numbers, len(kept))
		for n, at := range kept {
			x[n], y[n] = s.x[at], s.values[i][at]
		}
		m.add(l, x, y, sizes[i])
	}
	m.compact()
}

func (s *sheet) totals() []float64 {
	list := make([]float64, len(s.x))
	for _, row := range s.values {
		for i, v := range row {
			if v == v {
				list[i] += v
			}
		}
	}
	return list
}

// peaks gives the places of the smallest and the largest value in each column of the screen, in order.
func (m *maker) peaks(x, y []float64, limit int) []int {
	scale := newScale(x[0], x[len(x)-1], min(m.width, limit/2), m.chart.X.Log)
	var kept []int
	for i := 0; i < len(x); {
		low, high, at := i, i, scale.pixel(x[i])
		for ; i < len(x) && scale.pixel(x[i]) == at; i++ {
			if y[low] != y[low] || y[i] < y[low] {
				low = i
			}
			if y[high] != y[high] || y[i] > y[high] {
				high = i
			}
		}
		kept = append(kept, min(low, high))
		if low != high {
			kept = append(kept, max(low, high))
		}
	}
	return kept
}
