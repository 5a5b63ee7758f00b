package chart

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"calypso/kql/text"
)

// Pictures with axes: lines, areas, bars, points.

// line is one series while it is made.
type line struct {
	name   string
	column int // index into flat.y
	group  int32
	axis   int
}

// plane draws on axes.
func (m *maker) plane(f *flat) error {
	if m.chart.Form == FormScatter && len(m.spec.series) == 0 && len(f.names) > SeriesLimit { // a cloud loses no point for its colour
		f.names, m.roles.series = []string{""}, nil
		clear(f.series)
	}
	m.logs(f)
	lines := m.lines(f)
	m.chart.X = m.xAxis(f)
	m.split(lines, f)
	m.chart.Legend = !m.spec.noLegend && len(lines) > 1
	m.chart.Stacked = m.spec.stack == stacked || m.spec.stack == stacked100
	if m.spec.accumulate {
		accumulate(f, len(f.names))
	}
	var err error
	switch {
	case m.chart.Stacked || f.xType == AxisCategory || m.chart.Form == FormBar:
		err = m.aligned(f, lines)
	case m.chart.Form == FormScatter:
		err = m.points(f, lines)
	default:
		err = m.curves(f, lines)
	}
	switch {
	case err == nil && len(f.marks) > 0:
		m.anomalies(f)
	case m.spec.kind.name == "anomalychart":
		m.spec.note("no column marks anomalies: name it in anomalycolumns")
	}
	return err
}

// logs takes out what has no logarithm.
func (m *maker) logs(f *flat) {
	below := 0
	clear := func(list []float64) {
		for i, v := range list {
			if v <= 0 {
				list[i] = nan
				below++
			}
		}
	}
	if m.spec.yLog {
		for _, y := range f.y {
			clear(y)
		}
		if below > 0 {
			m.spec.note("%s zero or less, without a place on a logarithmic axis", count(below, "value is", "values are"))
		}
	}
	if m.spec.xLog && f.xType == AxisNumber {
		below = 0
		clear(f.x)
		f.dropLost()
		if below > 0 {
			m.spec.note("%s an x of zero or less and no place on a logarithmic axis", count(below, "row has", "rows have"))
		}
	}
}

// lines lists the series: a y column for each group of rows. Too many give way to those with the largest sums.
func (m *maker) lines(f *flat) []line {
	var all []line
	for c := range f.y {
		for g := range f.names {
			all = append(all, line{m.nameOf(f, c, g), c, int32(g), 0})
		}
	}
	if len(all) <= SeriesLimit {
		return all
	}
	return m.largest(f, all, SeriesLimit)
}

// largest keeps the n series with the largest sums, in their order.
func (m *maker) largest(f *flat, all []line, n int) []line {
	sums := make([][]float64, len(f.y))
	for c, y := range f.y {
		sums[c] = make([]float64, len(f.names))
		for i, v := range y {
			if v == v {
				sums[c][f.series[i]] += math.Abs(v)
			}
		}
	}
	ranked := slices.Clone(all)
	slices.SortStableFunc(ranked, func(a, b line) int { return cmp.Compare(sums[b.column][b.group], sums[a.column][a.group]) })
	ranked = ranked[:n]
	m.spec.note("%d of %s series are drawn: those with the largest sums", n, text.Number(len(all)))
	slices.SortFunc(ranked, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.column, b.column), cmp.Compare(a.group, b.group))
	})
	return ranked
}

func (m *maker) nameOf(f *flat, column, group int) string {
	y := m.columnName(m.roles.y, column)
	switch name := f.names[group]; {
	case len(m.roles.series) == 0:
		return clip(y, 120)
	case len(f.y) > 1:
		return clip(shown(name)+": "+y, 120)
	default:
		return clip(shown(name), 120)
	}
}

// columnName is the name of a column that a role names; a GeoJSON point has none of its own for latitude.
func (m *maker) columnName(role []int, i int) string {
	if i < len(role) {
		return m.table.Columns[role[i]].Name
	}
	return "latitude"
}

// shown gives a text that is empty a form that can be seen.
func shown(text string) string {
	if text == "" {
		return "(empty)"
	}
	return text
}

// xAxis describes the x axis, over all rows whatever part is asked for.
func (m *maker) xAxis(f *flat) Axis {
	a := Axis{Title: m.spec.xTitle, Type: f.xType, Log: m.spec.xLog && f.xType == AxisNumber}
	if a.Title == "" && m.roles.x >= 0 {
		a.Title = m.table.Columns[m.roles.x].Name
	}
	a.From, a.To = extent(f.x)
	if f.xType != AxisCategory {
		a.Min, a.Max = m.spec.xMin, m.spec.xMax
		return a
	}
	texts := f.texts
	if len(texts) > CategoryLimit {
		m.spec.note("the first %s of %s values of %s are drawn", text.Number(CategoryLimit), text.Number(len(texts)), clip(a.Title, 60))
		texts = texts[:CategoryLimit]
	}
	a.Categories = make([]string, len(texts))
	for i, t := range texts {
		a.Categories[i] = clip(shown(t), 120)
	}
	return a
}

func extent(list []float64) (from, to float64) {
	from, to = math.Inf(1), math.Inf(-1)
	for _, v := range list {
		if v < from {
			from = v
		}
		if v > to {
			to = v
		}
	}
	if from > to {
		return 0, 0
	}
	return from, to
}

// split gives the series their y axes: one for all, one each, or a panel for each y column.
func (m *maker) split(lines []line, f *flat) {
	axis := Axis{Title: m.spec.yTitle, Type: f.yType, Log: m.spec.yLog, Min: m.spec.yMin, Max: m.spec.yMax}
	if m.spec.stack == stacked100 && m.chart.Form != FormScatter {
		all := 100.0
		axis.Type, axis.Log, axis.Max = AxisNumber, false, &all
	}
	add := func(title string) {
		a := axis
		if title != "" && (a.Title == "" || m.spec.split != "") {
			a.Title = clip(title, 60)
		}
		if a.Max != nil && a.Max != m.spec.yMax {
			a.Title = strings.TrimSpace(a.Title + " %")
		}
		m.chart.Axes = append(m.chart.Axes, a)
	}
	switch m.spec.split {
	case "axes":
		for i := range lines {
			if i < AxisLimit {
				add(lines[i].name)
			}
			lines[i].axis = min(i, AxisLimit-1)
		}
		if len(lines) > AxisLimit {
			m.spec.note("there is room for %d y axes: the other series share the last", AxisLimit)
		}
	case "panels":
		for c := range min(len(f.y), PanelLimit) {
			add(m.columnName(m.roles.y, c))
		}
		if len(f.y) > PanelLimit {
			m.spec.note("the first %d of %d columns have a panel", PanelLimit, len(f.y))
		}
		for i := range lines {
			lines[i].axis = lines[i].column
		}
		m.chart.Panels = len(m.chart.Axes)
	default:
		title := ""
		if len(f.y) == 1 {
			title = m.columnName(m.roles.y, 0)
		}
		add(title)
	}
	if len(m.chart.Axes) == 0 {
		add("")
	}
}

// accumulate adds to each value those of its series before it, in the order of x.
func accumulate(f *flat, groups int) {
	order := make([]int, len(f.x))
	for i := range order {
		order[i] = i
	}
	if !slices.IsSorted(f.x) && f.xType != AxisCategory {
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(f.x[a], f.x[b]) })
	}
	sums := make([]float64, groups)
	for _, y := range f.y {
		clear(sums)
		for _, i := range order {
			if y[i] == y[i] {
				sums[f.series[i]] += y[i]
				y[i] = sums[f.series[i]]
			}
		}
	}
}

// share is how many points each of some series may have.
func share(series int) int {
	return min(PointLimit, max(AllPoints/max(series, 1), 100))
}

// add appends a series; x is left out where it is that of the series before.
func (m *maker) add(l line, x, y Numbers, size int) {
	if l.axis >= len(m.chart.Axes) {
		return // its panel has no room
	}
	s := Series{Name: l.name, Axis: l.axis, X: x, Y: y, Size: size}
	m.chart.Series = append(m.chart.Series, s)
}

// compact leaves out x where it is that of the series before.
func (m *maker) compact() {
	var before Numbers
	for i := range m.chart.Series {
		x := m.chart.Series[i].X
		if i > 0 && slices.Equal(before, x) {
			m.chart.Series[i].X = nil
		}
		before = x
	}
}

// anomalies marks points: where a column of marks isn't zero. The first marks belong to the first y column, and so on.
func (m *maker) anomalies(f *flat) {
	for c, marks := range f.marks {
		of := min(c, len(f.y)-1)
		var x, y Numbers
		for i, mark := range marks {
			if mark == mark && mark != 0 && f.y[of][i] == f.y[of][i] && has(m.part, f.x[i]) {
				x, y = append(x, f.x[i]), append(y, f.y[of][i])
			}
		}
		size := len(x)
		x, y = thinPoints(x, y, m.width, PointLimit)
		s := Series{Name: clip(m.columnName(m.roles.anomalies, c), 120), X: x, Y: y, Mark: true, Size: size}
		if m.chart.Panels > 1 {
			s.Axis = min(of, m.chart.Panels-1)
		}
		m.chart.Series = append(m.chart.Series, s)
	}
	m.chart.Legend = !m.spec.noLegend
}

// has tells whether x lies in a part; no part is everything.
func has(r *Range, x float64) bool { return r == nil || x >= r.From && x <= r.To }
