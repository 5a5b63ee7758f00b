package chart

import (
	"cmp"
	"math"
	"slices"
)

// Thinning of lines. A line keeps, for each pixel of x, its smallest and its largest value, so that no peak is lost; the points of a
// short line are all kept. Rows needn't be sorted: what stands in a pixel is found in one pass.

// curves makes lines over an axis of numbers or times.
func (m *maker) curves(f *flat, lines []line) error {
	limit := share(len(lines))
	from, to := extent(f.x)
	if m.part != nil {
		from, to = max(from, m.part.From), min(to, m.part.To)
	}
	scale := newScale(from, to, min(m.width, limit/3), m.chart.X.Log)
	sizes := m.sizes(f)
	makers := make([]*curve, len(f.y)*len(f.names))
	for _, l := range lines {
		size := sizes[l.column][l.group]
		makers[l.column*len(f.names)+int(l.group)] = newCurve(size, limit, scale)
	}
	for c, y := range f.y {
		if err := m.ctx.Err(); err != nil {
			return err
		}
		own := makers[c*len(f.names) : (c+1)*len(f.names)]
		for i, x := range f.x {
			if k := own[f.series[i]]; k != nil {
				k.add(x, y[i], m.part)
			}
		}
	}
	for _, l := range lines {
		k := makers[l.column*len(f.names)+int(l.group)]
		x, y := k.points()
		m.chart.Thinned = m.chart.Thinned || k.pixels != nil
		m.add(l, x, y, sizes[l.column][l.group])
	}
	m.compact()
	return nil
}

// sizes counts the points of each series, by column and group, within the part.
func (m *maker) sizes(f *flat) [][]int {
	one := make([]int, len(f.names))
	for i, g := range f.series {
		if has(m.part, f.x[i]) {
			one[g]++
		}
	}
	all := make([][]int, len(f.y))
	for c := range all {
		all[c] = one
	}
	return all
}

// scale maps x to pixels.
type scale struct {
	from, factor float64
	pixels       int
	log          bool
}

func newScale(from, to float64, pixels int, log bool) scale {
	s := scale{from: from, pixels: max(pixels, 1), log: log && from > 0}
	if s.log {
		s.from, to = math.Log(from), math.Log(to)
	}
	if to > s.from {
		s.factor = float64(s.pixels) / (to - s.from)
	}
	return s
}

func (s scale) pixel(x float64) int {
	if s.log {
		x = math.Log(x)
	}
	return min(max(int((x-s.from)*s.factor), 0), s.pixels-1)
}

// point is one place of a line.
type point struct{ x, y float64 }

// pixel is what of a line stands in one column of the screen.
type pixel struct {
	low, high point
	full, gap bool
	gapX      float64
}

// curve gathers one line.
type curve struct {
	scale       scale
	all         []point // of a short line
	pixels      []pixel // of a long one
	left, right point   // the points beside the part, so that the line runs out of the picture
}

func newCurve(size, limit int, s scale) *curve {
	k := &curve{scale: s, left: point{math.Inf(-1), nan}, right: point{math.Inf(1), nan}}
	if size > limit-2 {
		k.pixels = make([]pixel, s.pixels)
	} else {
		k.all = make([]point, 0, size)
	}
	return k
}

func (k *curve) add(x, y float64, part *Range) {
	if part != nil {
		if x < part.From {
			if x >= k.left.x {
				k.left = point{x, y}
			}
			return
		}
		if x > part.To {
			if x < k.right.x {
				k.right = point{x, y}
			}
			return
		}
	}
	if k.pixels == nil {
		k.all = append(k.all, point{x, y})
		return
	}
	p := &k.pixels[k.scale.pixel(x)]
	switch {
	case y != y:
		p.gap, p.gapX = true, x
	case !p.full:
		p.full, p.low, p.high = true, point{x, y}, point{x, y}
	case y < p.low.y:
		p.low = point{x, y}
	case y > p.high.y:
		p.high = point{x, y}
	}
}

// points gives the line from left to right. A gap shows where a whole column of the screen has no value, or in a short line anywhere.
func (k *curve) points() (xs, ys Numbers) {
	list := k.all
	for _, p := range k.pixels {
		switch {
		case !p.full && p.gap:
			list = append(list, point{p.gapX, nan})
		case p.full && p.low == p.high:
			list = append(list, p.low)
		case p.full && p.low.x <= p.high.x:
			list = append(list, p.low, p.high)
		case p.full:
			list = append(list, p.high, p.low)
		}
	}
	if !slices.IsSortedFunc(list, byX) {
		slices.SortStableFunc(list, byX)
	}
	if !math.IsInf(k.left.x, 0) {
		list = slices.Insert(list, 0, k.left)
	}
	if !math.IsInf(k.right.x, 0) {
		list = append(list, k.right)
	}
	xs, ys = make(Numbers, len(list)), make(Numbers, len(list))
	for i, p := range list {
		xs[i], ys[i] = p.x, p.y
	}
	return xs, ys
}

func byX(a, b point) int { return cmp.Compare(a.x, b.x) }

// points makes clouds of points: in each cell of the screen one is kept, and the outermost always.
func (m *maker) points(f *flat, lines []line) error {
	limit := share(len(lines))
	for _, l := range lines {
		if err := m.ctx.Err(); err != nil {
			return err
		}
		var x, y Numbers
		for i, g := range f.series {
			if v := f.y[l.column][i]; g == l.group && v == v && has(m.part, f.x[i]) {
				x, y = append(x, f.x[i]), append(y, v)
			}
		}
		size := len(x)
		x, y = thinPoints(x, y, m.width, limit)
		m.chart.Thinned = m.chart.Thinned || len(x) < size
		m.add(l, x, y, size)
	}
	return nil
}

// thinPoints keeps a point in each cell of a grid over the cloud, and the outermost four; the grid grows coarser until few enough are
// left.
func thinPoints(x, y Numbers, width, limit int) (Numbers, Numbers) {
	if len(x) <= limit {
		return x, y
	}
	fromX, toX := extent(x)
	fromY, toY := extent(y)
	keep := []int{slices.Index(x, fromX), slices.Index(x, toX), slices.Index(y, fromY), slices.Index(y, toY)}
	for cells := width; ; cells = cells * 2 / 3 {
		cells = max(cells, 2)
		across, up := newScale(fromX, toX, cells, false), newScale(fromY, toY, cells, false)
		taken := make([]bool, cells*cells)
		var px, py Numbers
		for i := range x {
			at := across.pixel(x[i])*cells + up.pixel(y[i])
			if taken[at] && !slices.Contains(keep, i) {
				continue
			}
			taken[at] = true
			if px, py = append(px, x[i]), append(py, y[i]); len(px) > limit {
				break
			}
		}
		if len(px) <= limit {
			return px, py
		}
	}
}
