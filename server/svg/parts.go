package svg

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"calypso/server/protocol"
)

// pie draws slices, and beside them their names with what each is of the whole: names around a pie would meet.
func (s *sheet) pie(c *protocol.Chart) {
	top := s.head(c.Title, nil)
	total := 0.0
	for _, n := range c.Tree {
		total += finite(n.Value)
	}
	r, list := 0.1625*s.width, 0.4375*s.width
	cx := r + 0.05*s.width
	height := max(2*r, lineSpace*float64(len(c.Tree)))
	cy, turn := top+10+r, 0.0
	for i, n := range c.Tree {
		share := 0.0
		if total > 0 {
			share = finite(n.Value) / total
		}
		words := fmt.Sprintf("%s: %s (%s %%)", n.Name, numberText(n.Value), strconv.FormatFloat(100*share, 'f', 1, 64))
		s.printf(`<g class="%s">`, class(i))
		if share > 0 {
			s.printf(`<path d="%s" class="edge"><title>%s</title></path>`, slice(cx, cy, r, turn, turn+share), esc(words))
		}
		y := top + 10 + lineSpace*(float64(i)+0.5)
		s.shape(i, list, y, 4, "")
		s.printf("</g>")
		s.text(list+14, y+4, "start", "name", clip(words, s.width-list-24))
		turn += share
	}
	s.height = top + height + 24
}

// finite is a value that adds up: what is negative or endless has no slice.
func finite(v float64) float64 {
	if !(v > 0) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// slice is the path of a part of a circle, in turns from the top.
func slice(cx, cy, r, from, to float64) string {
	if to-from > 0.99999 {
		return fmt.Sprintf("M%s %sa%s %s 0 1 1 0 %sa%s %s 0 1 1 0 %sz", num(cx), num(cy-r), num(r), num(r), num(2*r), num(r), num(r), num(-2*r))
	}
	at := func(turn float64) string {
		sin, cos := math.Sincos(2 * math.Pi * turn)
		return num(cx+r*sin) + " " + num(cy-r*cos)
	}
	large := 0
	if to-from > 0.5 {
		large = 1
	}
	return fmt.Sprintf("M%s %sL%sA%s %s 0 %d 1 %sz", num(cx), num(cy), at(from), num(r), num(r), large, at(to))
}

// box is a rectangle on the sheet.
type box struct{ x, y, w, h float64 }

func (s *sheet) treemap(c *protocol.Chart) {
	top := s.head(c.Title, nil)
	height := 0.45 * s.width
	s.tiles(c.Tree, box{8, top + 4, s.width - 16, height}, -1)
	s.height = top + height + 12
}

// tiles lays nodes out in a box, the largest first; those inside a node have its colour.
func (s *sheet) tiles(nodes []protocol.ChartNode, in box, colour int) {
	nodes = slices.Clone(nodes)
	slices.SortStableFunc(nodes, func(a, b protocol.ChartNode) int {
		switch {
		case finite(a.Value) > finite(b.Value):
			return -1
		case finite(a.Value) < finite(b.Value):
			return 1
		}
		return 0
	})
	for i, at := range squarify(nodes, in) {
		n, own := nodes[i], colour
		if own < 0 {
			own = i
		}
		if at.w < 0.5 || at.h < 0.5 {
			continue
		}
		words := n.Name + ": " + numberText(n.Value)
		s.printf(`<g class="%s"><rect x="%s" y="%s" width="%s" height="%s" class="edge"><title>%s</title></rect></g>`, class(own), num(at.x), num(at.y), num(at.w), num(at.h), esc(words))
		if at.w > 40 && at.h > 16 {
			s.text(at.x+5, at.y+14, "start", "on", clip(words, at.w-8))
		}
		if len(n.Children) > 0 && at.h > 26 && at.w > 12 {
			s.tiles(n.Children, box{at.x + 3, at.y + 20, at.w - 6, at.h - 23}, own)
		}
	}
}

// squarify parts a box by values, in rows whose boxes are as near to squares as they get. Values fall.
func squarify(nodes []protocol.ChartNode, in box) []box {
	out := make([]box, 0, len(nodes))
	left := 0.0
	for _, n := range nodes {
		left += finite(n.Value)
	}
	for len(out) < len(nodes) {
		rest := nodes[len(out):]
		if left <= 0 || finite(rest[0].Value) == 0 {
			return append(out, make([]box, len(rest))...) // nothing to be seen
		}
		short := min(in.w, in.h)
		n, sum := 1, finite(rest[0].Value)
		worst := unlike(rest[:1], sum, in, short, left)
		for n < len(rest) {
			more := sum + finite(rest[n].Value)
			next := unlike(rest[:n+1], more, in, short, left)
			if next > worst {
				break
			}
			n, sum, worst = n+1, more, next
		}
		out, in = append(out, row(rest[:n], sum, in, left)...), cut(in, sum/left)
		left -= sum
	}
	return out
}

// unlike is how far the worst box of a row is from a square.
func unlike(nodes []protocol.ChartNode, sum float64, in box, short, left float64) float64 {
	area := in.w * in.h * sum / left
	deep, worst := area/short, 1.0
	for _, n := range nodes {
		side := short * finite(n.Value) / sum
		worst = max(worst, deep/side, side/deep)
	}
	return worst
}

// row gives the boxes along the short side of a box.
func row(nodes []protocol.ChartNode, sum float64, in box, left float64) []box {
	var out []box
	at := 0.0
	for _, n := range nodes {
		share := finite(n.Value) / sum
		if in.w < in.h {
			out = append(out, box{in.x + at*in.w, in.y, share * in.w, in.h * sum / left})
		} else {
			out = append(out, box{in.x, in.y + at*in.h, in.w * sum / left, share * in.h})
		}
		at += share
	}
	return out
}

// cut is what stays of a box when a row is taken from it.
func cut(in box, share float64) box {
	if in.w < in.h {
		return box{in.x, in.y + in.h*share, in.w, in.h * (1 - share)}
	}
	return box{in.x + in.w*share, in.y, in.w * (1 - share), in.h}
}
