package chart

import (
	"fmt"
	"strconv"
	"strings"

	"calypso/kusto/value"
)

// summary says in words what the picture shows, for whoever can't see it.
func (m *maker) summary() string {
	c := m.chart
	label := c.Kind
	if k, ok := kindOf(c.Kind); ok && k.label != "" {
		label = k.label
	}
	if c.Problem != nil {
		return label + ": " + c.Problem.Message + "."
	}
	if c.Title != "" {
		label += " “" + clip(c.Title, 120) + "”"
	}
	switch c.Form {
	case FormCard:
		return fmt.Sprintf("%s of %s.", label, count(len(c.Cells), "value", "values"))
	case FormPivot:
		return fmt.Sprintf("%s: %s of %s.", label, count(len(c.Cells)-1, "row", "rows"), clip(c.Cells[0][0], 60))
	case FormPie, FormTreemap:
		return fmt.Sprintf("%s of %s: %s, the largest %s with %s.", label, c.Axes[0].Title, count(len(c.Tree), "part", "parts"), largestOf(c.Tree).Name, numberText(largestOf(c.Tree).Value))
	case FormLadder:
		return fmt.Sprintf("%s: %s from %s to %s.", label, count(len(c.Spans), "bar", "bars"), axisText(c.X, c.X.From), axisText(c.X, c.X.To))
	}
	return label + m.planeWords()
}

func largestOf(list []Node) Node {
	best := list[0]
	for _, n := range list {
		if n.Value > best.Value {
			best = n
		}
	}
	return best
}

// planeWords tells of x and of each series, as long as they are few.
func (m *maker) planeWords() string {
	c := m.chart
	out := " over " + clip(c.X.Title, 60)
	if c.X.Type == AxisCategory {
		out += fmt.Sprintf(": %s", count(len(c.X.Categories), "value", "values"))
	} else {
		out += fmt.Sprintf(" from %s to %s", axisText(c.X, c.X.From), axisText(c.X, c.X.To))
	}
	out += ", " + count(len(c.Series), "series", "series")
	if c.Axes[0].Type == AxisCategory {
		return out + "."
	}
	var list []string
	for i, s := range c.Series {
		if i == 8 {
			list = append(list, fmt.Sprintf("and %d more", len(c.Series)-i))
			break
		}
		low, high := extent(s.Y)
		if s.Size == 0 {
			list = append(list, clip(s.Name, 60)+" without values")
			continue
		}
		axis := c.Axes[min(s.Axis, len(c.Axes)-1)]
		list = append(list, fmt.Sprintf("%s from %s to %s", clip(s.Name, 60), axisText(axis, low), axisText(axis, high)))
	}
	return out + ": " + strings.Join(list, ", ") + "."
}

// axisText writes a value of an axis.
func axisText(a Axis, v float64) string {
	switch a.Type {
	case AxisCategory:
		if i := int(v); i >= 0 && i < len(a.Categories) {
			return a.Categories[i]
		}
		return ""
	case AxisTime:
		if v < -6.3e13 || v > 2.6e14 {
			return ""
		}
		return timeText(int64(v*ticksPerMilli) + value.UnixEpoch)
	case AxisSpan:
		if v < -9e14 || v > 9e14 {
			return ""
		}
		return string(value.AppendTimespan(nil, int64(v*ticksPerMilli)))
	}
	if v != v {
		return ""
	}
	if s := numberText(v); len(s) < 20 {
		return s
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}

// numbersListed is how many numbers are given as a table.
const numbersListed = 100

// numbers gives the first numbers of a picture, a row for each point, with headings; nil where the picture is text itself.
func (m *maker) numbers() [][]string {
	c := m.chart
	switch {
	case c.Problem != nil || c.Cells != nil:
		return nil
	case c.Tree != nil:
		rows := [][]string{{"Name", c.Axes[0].Title}}
		for _, n := range c.Tree[:min(len(c.Tree), numbersListed)] {
			rows = append(rows, []string{n.Name, axisText(c.Axes[0], n.Value)})
		}
		return rows
	case c.Spans != nil:
		rows := [][]string{{"Name", "From", "To"}}
		for _, s := range c.Spans[:min(len(c.Spans), numbersListed)] {
			rows = append(rows, []string{axisText(c.Axes[0], float64(s.Row)), axisText(c.X, s.From), axisText(c.X, s.To)})
		}
		return rows
	}
	rows := [][]string{{"Series", shownOr(c.X.Title, "X"), shownOr(c.Axes[0].Title, "Y")}}
	each, x := max(5, numbersListed/max(len(c.Series), 1)), Numbers(nil)
	for _, s := range c.Series {
		if s.X != nil {
			x = s.X
		}
		for i := range min(len(s.Y), each) {
			rows = append(rows, []string{s.Name, axisText(c.X, x[i]), axisText(c.Axes[min(s.Axis, len(c.Axes)-1)], s.Y[i])})
		}
	}
	return rows
}

func shownOr(text, instead string) string {
	if text == "" {
		return instead
	}
	return text
}
