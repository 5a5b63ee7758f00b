package svg

import (
	"fmt"
	"html"
	"math"
	"strings"
	"unicode/utf8"

	"calypso/server/protocol"
)

// PageWidth is the width of a picture that stands on a page, in units; a page scales it. Letters have 12 units whatever the width.
const PageWidth = 800

// Measures of words.
const (
	fontSize  = 12.0
	charWidth = 7.2 // of a letter, rather wide: nobody can measure text here
	lineSpace = 18.0
)

// colours is how many series differ by colour; those beyond differ by dashes.
const colours = 10

// Draw draws a chart as wide as that, in units; "" when it is text itself (a card, a pivot) or has a problem. The colours come from the
// classes of Style, or from those of the view that it stands in.
func Draw(c *protocol.Chart, width int) string { return draw(c, width, "") }

// Standalone draws a chart as a picture of its own, with its colours and a light ground: what it will stand on isn't known.
func Standalone(c *protocol.Chart) string {
	return draw(c, PageWidth, "<style>"+byDay+`</style><rect width="100%" height="100%" fill="#fff"/>`)
}

func draw(c *protocol.Chart, width int, style string) string {
	s := &sheet{width: float64(max(width, 100))}
	if c.Problem != nil {
		return ""
	}
	switch c.Form {
	case protocol.ChartPie:
		s.pie(c)
	case protocol.ChartTreemap:
		s.treemap(c)
	case protocol.ChartLine, protocol.ChartArea, protocol.ChartBar, protocol.ChartScatter, protocol.ChartLadder:
		s.plane(c)
	default:
		return ""
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 %s %s" role="img" aria-label="%s">%s%s</svg>`,
		num(s.width), num(s.height), esc(c.Summary), style, s.b.String())
}

// sheet is the picture while it is drawn.
type sheet struct {
	b      strings.Builder
	width  float64
	height float64
}

func (s *sheet) printf(format string, args ...any) { fmt.Fprintf(&s.b, format, args...) }

// num writes a coordinate: tenths are finer than any screen. What isn't finite is drawn at the edge.
func num(v float64) string {
	v = math.Round(min(max(v, -1e5), 1e5)*10) / 10
	if v != v || v == 0 {
		v = 0 // no "-0"
	}
	return fmt.Sprintf("%g", v)
}

// esc makes text fit for an element or an attribute in double quotes; XML knows no control characters.
func esc(text string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, text))
}

func textWidth(text string) float64 { return charWidth * float64(utf8.RuneCountInString(text)) }

// clip cuts a text that is wider than that.
func clip(text string, room float64) string {
	n := max(int(room/charWidth), 1)
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}

// text writes a text at a place; anchor is "start", "middle" or "end".
func (s *sheet) text(x, y float64, anchor, class, text string) {
	s.printf(`<text x="%s" y="%s" text-anchor="%s" class="%s">%s</text>`, num(x), num(y), anchor, class, esc(text))
}

func (s *sheet) line(x1, y1, x2, y2 float64, class string) {
	s.printf(`<path d="M%s %sL%s %s" class="%s"/>`, num(x1), num(y1), num(x2), num(y2), class)
}

// shape draws the mark of a series: it differs by form as well as by colour.
func (s *sheet) shape(series int, x, y, r float64, title string) {
	px, py := num(x), num(y)
	tip := ""
	if title != "" {
		tip = "<title>" + esc(title) + "</title>"
	}
	switch series % 4 {
	case 0:
		s.printf(`<circle cx="%s" cy="%s" r="%s" class="fill">%s</circle>`, px, py, num(r), tip)
	case 1:
		s.printf(`<rect x="%s" y="%s" width="%s" height="%s" class="fill">%s</rect>`, num(x-r), num(y-r), num(2*r), num(2*r), tip)
	case 2:
		s.printf(`<path d="M%s %sl%s %sh%sz" class="fill">%s</path>`, px, num(y-r*1.2), num(r*1.2), num(r*2.2), num(-r*2.4), tip)
	default:
		s.printf(`<path d="M%s %sl%s %sl%s %sl%s %sz" class="fill">%s</path>`, px, num(y-r*1.4), num(r*1.4), num(r*1.4), num(-r*1.4), num(r*1.4), num(-r*1.4), num(-r*1.4), tip)
	}
}

// head writes title and legend, and gives the height they take.
func (s *sheet) head(title string, legend []protocol.ChartSeries) float64 {
	y := 8.0
	if title != "" {
		y += fontSize + 4
		s.text(s.width/2, y, "middle", "title", clip(title, s.width-20))
		y += 8
	}
	x := 12.0
	for i, one := range legend {
		name := clip(one.Name, min(220, s.width-50))
		wide := textWidth(name) + 30
		if x+wide > s.width && x > 12 {
			x, y = 12, y+lineSpace
		}
		kind, shape := look(i, one)
		s.printf(`<g class="%s">`, kind)
		s.shape(shape, x+6, y+8, 4, "")
		s.printf(`</g>`)
		s.text(x+16, y+12, "start", "name", name)
		x += wide
	}
	if len(legend) > 0 {
		y += lineSpace + 4
	}
	return y
}

// look is the colour and the mark of a series: what stands out has its own.
func look(series int, of protocol.ChartSeries) (kind string, shape int) {
	if of.Mark {
		return "alert", 3
	}
	return class(series), series
}

// class is the colour of a series.
func class(series int) string { return fmt.Sprintf("c%d", series%colours) }
