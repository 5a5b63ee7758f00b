package svg

import (
	"fmt"
	"strings"

	"calypso/server/protocol"
)

// tips is how many marks say what they are when the mouse rests on them.
const tips = 600

// draw draws what belongs to a panel.
func (p *plane) draw(panel int) {
	p.spans()
	marks, members := 0, 0
	for _, one := range p.series {
		marks += len(one.Y)
		if p.in(panel, one) && !one.Mark {
			members++
		}
	}
	member := 0
	for i, one := range p.series {
		if !p.in(panel, one) {
			continue
		}
		kind, shape := look(i, one.ChartSeries)
		p.printf(`<g class="%s">`, kind)
		switch {
		case one.Mark || p.c.Form == protocol.ChartScatter:
			p.dots(shape, one, marks <= tips)
		case p.c.Form == protocol.ChartBar:
			p.bars(one, member, members, marks <= tips)
		default:
			p.curve(i, one)
		}
		if !one.Mark {
			member++
		}
		p.printf("</g>")
	}
}

func (p *plane) in(panel int, one points) bool { return p.c.Panels == 1 || one.Axis == panel }

// at is the place of a point; false where it has none.
func (p *plane) at(x, y float64, axis int) (px, py float64, ok bool) {
	px, py = p.x.at(x), p.y[axis].at(y)
	ok = px == px && py == py
	if p.flat() {
		px, py = py, px
	}
	return px, py, ok
}

// tip is what a mark says of itself.
func (p *plane) tip(one points, i int, value float64) string {
	return strings.Trim(fmt.Sprintf("%s, %s: %s", one.Name, p.x.text(one.X[i]), p.y[one.Axis].text(value)), ", ")
}

func (p *plane) dots(shape int, one points, tips bool) {
	for i, v := range one.Y {
		if x, y, ok := p.at(one.X[i], v, one.Axis); ok {
			tip, r := "", 3.0
			if tips {
				tip = p.tip(one, i, v)
			}
			if one.Mark {
				r = 4.5
			}
			p.shape(shape, x, y, r, tip)
		}
	}
}

// bars draws a series of bars, its own among those that stand beside each other.
func (p *plane) bars(one points, member, members int, tips bool) {
	room := p.x.place(p.x.lo+p.unit()) - p.x.place(p.x.lo)
	if room < 0 {
		room = -room
	}
	wide, shift := min(room*0.8, 60*float64(members)), 0.0
	if !p.c.Stacked {
		each := wide / float64(members)
		shift, wide = -wide/2+each/2+each*float64(member), each*0.94
	}
	wide = max(wide, 0.8)
	y := p.y[one.Axis]
	for i, v := range one.Y {
		at, end, start := p.x.at(one.X[i]), y.at(v), y.base()
		if at != at || end != end {
			continue
		}
		value := v
		if one.base != nil {
			if value = v - one.base[i]; one.base[i] != 0 {
				start = y.at(one.base[i])
			}
		}
		title := ""
		if tips {
			title = "<title>" + esc(p.tip(one, i, value)) + "</title>"
		}
		x0, y0, w, h := at+shift-wide/2, min(start, end), wide, max(start, end)-min(start, end)
		if p.flat() {
			x0, y0, w, h = y0, x0, h, w
		}
		p.printf(`<rect x="%s" y="%s" width="%s" height="%s" class="fill">%s</rect>`, num(x0), num(y0), num(w), num(h), title)
	}
}

// unit is how much of x a bar has for itself.
func (p *plane) unit() float64 {
	if p.c.X.Type == protocol.AxisCategory {
		return 1
	}
	var x extent
	for _, one := range p.series {
		for _, v := range one.X {
			x.add(p.x.of(v))
		}
	}
	if p.c.X.Log {
		return (p.x.hi - p.x.lo) / 40
	}
	return gap(p.series, x)
}

// curve draws a line, or an area, in as many pieces as there are gaps, with a dozen marks on it.
func (p *plane) curve(series int, one points) {
	var path, back []string
	flush := func() {
		if len(path) > 1 && p.c.Form == protocol.ChartArea {
			for i := len(back) - 1; i >= 0; i-- {
				path = append(path, back[i])
			}
			p.printf(`<path d="M%sz" class="area"/>`, strings.Join(path, "L"))
			path = path[:len(path)-len(back)]
		}
		if len(path) > 1 {
			p.printf(`<path d="M%s" class="line"%s/>`, strings.Join(path, "L"), dashes(series))
		}
		path, back = nil, nil
	}
	every := max((len(one.Y)+11)/12, 1)
	for i, v := range one.Y {
		x, y, ok := p.at(one.X[i], v, one.Axis)
		if !ok {
			flush()
			continue
		}
		alone := (i == 0 || one.Y[i-1] != one.Y[i-1]) && (i == len(one.Y)-1 || one.Y[i+1] != one.Y[i+1])
		if alone || len(p.series) > 1 && (i+series)%every == 0 {
			value := v
			if one.base != nil {
				value -= one.base[i]
			}
			p.shape(series, x, y, 2.6, p.tip(one, i, value))
		}
		path, back = append(path, num(x)+" "+num(y)), append(back, p.foot(one, i))
	}
	flush()
}

// foot is the place below a point, where its area stands.
func (p *plane) foot(one points, i int) string {
	y := p.y[one.Axis]
	x, base := p.x.at(one.X[i]), y.base()
	if one.base != nil && one.base[i] != 0 {
		base = y.at(one.base[i])
	}
	if p.flat() {
		x, base = base, x
	}
	return num(x) + " " + num(base)
}

// dashes tell lines of one colour apart.
func dashes(series int) string {
	switch series / colours % 3 {
	case 1:
		return ` stroke-dasharray="7 4"`
	case 2:
		return ` stroke-dasharray="2 3"`
	}
	return ""
}

// spans draws the bars of a ladder.
func (p *plane) spans() {
	if len(p.c.Spans) == 0 {
		return
	}
	high := min(p.across/float64(max(len(p.c.Axes[0].Categories), 1))*0.6, 22)
	p.printf(`<g class="c0">`)
	for _, span := range p.c.Spans {
		from, y, ok := p.at(span.From, float64(span.Row), 0)
		to, _, known := p.at(span.To, float64(span.Row), 0)
		if ok && known {
			tip := fmt.Sprintf("%s: %s – %s", p.y[0].text(float64(span.Row)), p.x.text(span.From), p.x.text(span.To))
			p.printf(`<rect x="%s" y="%s" width="%s" height="%s" class="fill"><title>%s</title></rect>`, num(from), num(y-high/2), num(max(to-from, 2)), num(high), esc(tip))
		}
	}
	p.printf("</g>")
}
