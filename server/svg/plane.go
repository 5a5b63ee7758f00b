package svg

import (
	"fmt"
	"math"
	"slices"

	"calypso/server/protocol"
)

// plane is a picture with axes: where its panels stand, and the scales of each.
type plane struct {
	*sheet
	c      *protocol.Chart
	x      scale
	y      []scale  // of each of the chart's axes
	series []points // with their x, stacked where they are
	across float64  // of lying charts the panel's p.width, else its height: what y has
}

// points are a series ready to be drawn.
type points struct {
	protocol.ChartSeries
	base []float64 // where each value of a stack begins; nil: on the axis
}

// panelHeight is the height of one of so many panels.
func (p *plane) panelHeight() float64 {
	height := max(0.375*p.width, 110)
	if p.c.Panels > 1 {
		return max(height/2, 80)
	}
	return height
}

func (s *sheet) plane(c *protocol.Chart) {
	var legend []protocol.ChartSeries
	if c.Legend {
		legend = c.Series
	}
	top := s.head(c.Title, legend)
	p := &plane{sheet: s, c: c, series: stacked(c)}
	p.scales()
	if p.flat() {
		p.lying(top + 6)
	} else {
		p.standing(top + 6)
	}
}

// flat tells whether x runs down the page; a ladder's rows do.
func (p *plane) flat() bool { return p.c.Flat }

// stacked gives each series its x, and puts those of one axis on each other where the chart says so: below zero downwards.
func stacked(c *protocol.Chart) []points {
	var out []points
	var x protocol.Numbers
	up, down := map[[2]float64]float64{}, map[[2]float64]float64{}
	for _, one := range c.Series {
		if one.X != nil {
			x = one.X
		}
		one.X = x
		p := points{ChartSeries: one}
		if c.Stacked && !one.Mark {
			p.Y = slices.Clone(one.Y)
			p.base = make([]float64, len(one.Y))
			for i, v := range one.Y {
				if v != v {
					continue
				}
				at, sums := [2]float64{float64(one.Axis), x[i]}, up
				if v < 0 {
					sums = down
				}
				p.base[i] = sums[at]
				sums[at] += v
				p.Y[i] = sums[at]
			}
		}
		out = append(out, p)
	}
	return out
}

// scales spans the axes over what is drawn.
func (p *plane) scales() {
	var x extent
	y := make([]extent, len(p.c.Axes))
	for _, one := range p.series {
		for i, v := range one.Y {
			if v == v && !(p.c.Axes[one.Axis].Log && v <= 0) && !(p.c.X.Log && one.X[i] <= 0) {
				x.add(one.X[i])
				y[one.Axis].add(v)
			}
		}
	}
	for _, span := range p.c.Spans {
		x.add(span.From)
		x.add(span.To)
	}
	bars := p.c.Form == protocol.ChartBar
	if half := gap(p.series, x) / 2; bars && p.c.X.Type != protocol.AxisCategory {
		x.add(x.lo - half)
		x.add(x.hi + half)
	}
	p.x = newScale(p.c.X, x, false, p.c.X.Log)
	for i, a := range p.c.Axes {
		p.y = append(p.y, newScale(a, y[i], bars || p.c.Form == protocol.ChartArea, true))
	}
}

// gap is the least distance of two x: what a bar has for itself.
func gap(series []points, x extent) float64 {
	var all []float64
	for _, one := range series {
		all = append(all, one.X...)
	}
	slices.Sort(all)
	least := x.hi - x.lo
	for i := 1; i < len(all); i++ {
		if d := all[i] - all[i-1]; d > 0 && d < least {
			least = d
		}
	}
	if least <= 0 || math.IsInf(least, 0) {
		return 1
	}
	return least
}

// standing draws panels below each other, x along the bottom of the last.
func (p *plane) standing(top float64) {
	left, right := p.sides()
	p.x.from, p.x.to = left, p.width-right
	height, names := p.panelHeight(), 0.0
	if p.c.Form == protocol.ChartLadder {
		height = min(max(60, 24*float64(len(p.c.Axes[0].Categories))), 900)
	}
	for _, a := range p.c.Axes {
		if a.Title != "" {
			names = lineSpace
		}
	}
	for panel := range p.c.Panels {
		above := top + names + float64(panel)*(height+26+names)
		below := above + height
		for i := range p.c.Axes {
			if p.c.Panels > 1 && i != panel {
				continue
			}
			p.y[i].from, p.y[i].to = below, above
			if p.c.Axes[i].Type == protocol.AxisCategory {
				p.y[i].from, p.y[i].to = above, below
			}
			p.upright(p.y[i], i, left, right)
		}
		p.across = height
		p.level(p.x, below, above, p.c.X.Type != protocol.AxisCategory)
		p.window(left, p.width-right, above, below, func() { p.draw(panel) })
		p.height = below + 24
	}
	p.name(p.c.X, p.width/2)
}

// name writes the name of the axis at the bottom.
func (p *plane) name(a protocol.ChartAxis, x float64) {
	if a.Title != "" {
		p.text(x, p.height+8, "middle", "name", clip(a.Title, p.width/2))
		p.height += 18
	}
}

// sides are the widths of what stands left and right of the plane.
func (p *plane) sides() (left, right float64) {
	left, right = 0, 0
	for i, s := range p.y {
		switch {
		case p.c.Panels > 1:
			left = max(left, p.wide(s))
		case i%2 == 0:
			left += p.wide(s)
		default:
			right += p.wide(s)
		}
	}
	return left, max(right, 24)
}

// wide is the room that an upright axis takes with its words.
func (p *plane) wide(s scale) float64 {
	wide := 0.0
	for _, t := range s.ticks(5) {
		wide = max(wide, min(textWidth(t.text), p.wordsWidth()))
	}
	return wide + 14
}

// wordsWidth is the most that the words of an upright axis take.
func (p *plane) wordsWidth() float64 { return min(165, 0.28*p.width) }

// upright draws a y axis: the first left, the second right, and so on outwards.
func (p *plane) upright(s scale, index int, left, right float64) {
	place, side, anchor := left, -1.0, "end"
	if p.c.Panels == 1 && index > 0 && !p.flat() {
		out := 0.0
		for i := index - 2; i >= 0; i -= 2 {
			out += p.wide(p.y[i])
		}
		place -= out
		if index%2 == 1 {
			place, side, anchor = p.width-right+out, 1, "start"
		}
	}
	low, high := max(s.from, s.to), min(s.from, s.to)
	p.line(place, low, place, high, "axis")
	before := math.Inf(1)
	for _, t := range s.ticks(5) {
		if math.Abs(before-t.at) < 13 {
			continue
		}
		before = t.at
		if index == 0 || p.c.Panels > 1 {
			p.line(left, t.at, p.width-right, t.at, "grid")
		}
		p.text(place+side*6, t.at+4, anchor, "tick", clip(t.text, p.wordsWidth()))
	}
	if s.axis.Title != "" {
		where := "start"
		x := max(place-30, 4)
		if side > 0 {
			where, x = "end", min(place+30, p.width-4)
		}
		p.text(x, high-8, where, "name", clip(s.axis.Title, 0.3*p.width))
	}
}

// window draws within a part of the sheet only: the query's own ends of an axis may leave values outside. Marks at the ends stay whole.
func (p *plane) window(x0, x1, y0, y1 float64, draw func()) {
	const edge = 6
	x0, x1, y0, y1 = x0-edge, x1+edge, y0-edge, y1+edge
	size := fmt.Sprintf("%s %s %s %s", num(x0), num(y0), num(x1-x0), num(y1-y0))
	p.printf(`<svg x="%s" y="%s" width="%s" height="%s" viewBox="%s">`, num(x0), num(y0), num(x1-x0), num(y1-y0), size)
	draw()
	p.printf(`</svg>`)
}

// level draws an axis along the bottom; lines are those of its ticks.
func (p *plane) level(s scale, below, above float64, lines bool) {
	p.line(s.from, below, s.to, below, "axis")
	ticks := s.ticks(int(min(max((s.to-s.from)/90, 2), 8)))
	room := (s.to - s.from) / max(float64(len(ticks)), 1)
	free := math.Inf(-1) // where the last words end
	for _, t := range ticks {
		words := clip(t.text, max(min(room*2, 160), 40))
		half := textWidth(words) / 2
		if lines {
			p.line(t.at, below, t.at, above, "grid")
		}
		if t.at-half < free+6 {
			continue
		}
		free = t.at + half
		p.line(t.at, below, t.at, below+4, "axis")
		p.text(min(max(t.at, half), p.width-half), below+17, "middle", "tick", words)
	}
}

// lying draws a chart whose x runs down the page.
func (p *plane) lying(top float64) {
	left, right := p.wide(p.x), 28.0
	rows := float64(len(p.c.X.Categories))
	if p.c.Form == protocol.ChartBar && !p.c.Stacked {
		rows *= math.Sqrt(float64(max(len(p.c.Series), 1)))
	}
	height := min(max(0.2*p.width, 24*rows), 900)
	if p.c.X.Title != "" {
		top += lineSpace
	}
	end := top
	for panel := range p.c.Panels {
		above := end
		below := above + height
		p.x.from, p.x.to = below, above
		if p.c.X.Type == protocol.AxisCategory {
			p.x.from, p.x.to = above, below
		}
		p.upright(p.x, 0, left, right)
		end = below
		for i := range p.c.Axes {
			if p.c.Panels > 1 && i != panel {
				continue
			}
			p.y[i].from, p.y[i].to = left, p.width-right
			p.level(p.y[i], end, above, i == 0 || p.c.Panels > 1)
			p.height = end + 24
			p.name(p.c.Axes[i], (left+p.width-right)/2)
			end = p.height + 6
		}
		p.across = p.width - right - left
		p.window(left, p.width-right, above, below, func() { p.draw(panel) })
	}
}
