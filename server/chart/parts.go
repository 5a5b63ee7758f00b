package chart

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"

	"calypso/kql/text"
	"calypso/kusto/value"
)

// Pictures without axes: pies, treemaps, ladders, cards, pivots, lanes, maps.

// pie makes a slice of each value of x; rows of one value are added.
func (m *maker) pie(f *flat) error {
	if len(f.y) > 1 {
		m.spec.note("slices show %s; choose another column as y", clip(m.columnName(m.roles.y, 0), 60))
	}
	m.chart.Tree = m.slices(f.x, f.y[0], f.texts)
	m.chart.Legend = !m.spec.noLegend
	if len(m.chart.Tree) == 0 {
		return problem("there is no value over zero to draw", "choose another column as y, or a column chart")
	}
	m.chart.Axes = []Axis{{Title: m.columnName(m.roles.y, 0), Type: f.yType}}
	return nil
}

func (m *maker) slices(x, y []float64, texts []string) []Node {
	all := make([]Node, len(texts))
	for i, t := range texts {
		all[i].Name = clip(shown(t), 120)
	}
	for i, at := range x {
		if v := y[i]; v == v {
			all[int(at)].Value += v
		}
	}
	before := len(all)
	all = slices.DeleteFunc(all, func(n Node) bool { return n.Value < 0 })
	if len(all) < before {
		m.spec.note("%s below zero, without a slice", count(before-len(all), "value is", "values are"))
	}
	all = slices.DeleteFunc(all, func(n Node) bool { return n.Value == 0 })
	if len(all) <= SliceLimit {
		return all
	}
	slices.SortStableFunc(all, func(a, b Node) int { return cmp.Compare(b.Value, a.Value) })
	rest := Node{Name: "Others (" + text.Number(len(all)-SliceLimit+1) + ")"}
	for _, n := range all[SliceLimit-1:] {
		rest.Value += n.Value
	}
	m.spec.note("%s share one slice, the last", count(len(all)-SliceLimit+1, "value", "values"))
	return append(all[:SliceLimit-1], rest)
}

// branch is a node of a treemap while it is made.
type branch struct {
	Node
	index map[string]*branch
	order []*branch
}

func (b *branch) child(name string) *branch {
	if b.index == nil {
		b.index = map[string]*branch{}
	}
	c := b.index[name]
	if c == nil {
		c = &branch{Node: Node{Name: name}}
		b.index[name], b.order = c, append(b.order, c)
	}
	return c
}

// treemap makes rectangles: a level for each column of text, in the order of the columns.
func (m *maker) treemap() error {
	levels := append([]int{m.roles.x}, m.roles.series...)
	slices.Sort(levels)
	f := &flat{}
	root, below := &branch{}, 0
	y := m.roles.y[0]
	for b, rows := range m.table.Each {
		if err := m.ctx.Err(); err != nil {
			return err
		}
		for n, v := range f.numbers(nil, b.Cols[y], rows) {
			if !(v > 0) {
				if v <= 0 {
					below++
				}
				continue
			}
			at := root
			for _, c := range levels {
				at = at.child(textAt(b.Cols[c], int(rows[n])))
				at.Value += v
			}
		}
	}
	if below > 0 {
		m.spec.note("%s zero or less, without an area", count(below, "value is", "values are"))
	}
	if f.odd > 0 {
		m.spec.note("%s NaN or infinite, without an area", count(f.odd, "value is", "values are"))
	}
	left, all := NodeLimit, 0
	m.chart.Tree, all = grown(root, &left)
	if left <= 0 && all > NodeLimit {
		m.spec.note("the largest of %s rectangles are drawn", text.Number(all))
	}
	if len(m.chart.Tree) == 0 {
		return problem("there is no value over zero to draw", "choose another column as y, or a column chart")
	}
	m.chart.Axes = []Axis{{Title: m.table.Columns[y].Name, Type: AxisNumber}}
	return nil
}

// grown gives the children of a branch, largest first, as long as there is room.
func grown(b *branch, left *int) (list []Node, all int) {
	slices.SortStableFunc(b.order, func(a, c *branch) int { return cmp.Compare(c.Value, a.Value) })
	room := min(len(b.order), *left)
	*left -= room
	for i, c := range b.order {
		all++
		if i < room {
			n := Node{Name: clip(shown(c.Name), 120), Value: c.Value}
			var below int
			n.Children, below = grown(c, left)
			list = append(list, n)
			all += below
		}
	}
	return list, all
}

// ladder makes a bar of each row, from one column to another.
func (m *maker) ladder() error {
	f := &flat{}
	kind := m.table.Columns[m.roles.y[0]].Kind
	m.chart.X = Axis{Title: m.spec.xTitle, Type: axisOf(kind), Min: m.spec.xMin, Max: m.spec.xMax}
	rungs := newGroups()
	from, to := math.Inf(1), math.Inf(-1)
	for b, rows := range m.table.Each {
		if err := m.ctx.Err(); err != nil {
			return err
		}
		starts, ends := f.numbers(nil, b.Cols[m.roles.y[0]], rows), f.numbers(nil, b.Cols[m.roles.y[1]], rows)
		for n, i := range rows {
			if starts[n] != starts[n] || ends[n] != ends[n] {
				f.lost++
				continue
			}
			if len(m.chart.Spans) == SpanLimit {
				continue
			}
			at := rungs.add(nil, pick(b.Cols, m.roles.series), []uint32{i})[0]
			s := Span{Row: int(at), From: min(starts[n], ends[n]), To: max(starts[n], ends[n])}
			from, to = min(from, s.From), max(to, s.To)
			m.chart.Spans = append(m.chart.Spans, s)
		}
	}
	if f.lost > 0 {
		m.spec.note("%s an end that is null, and no bar", count(f.lost, "row has", "rows have"))
	}
	if rest := m.table.Rows - f.lost - len(m.chart.Spans); rest > 0 {
		m.spec.note("the first %d of %s rows are drawn", SpanLimit, text.Number(m.table.Rows))
	}
	if len(m.chart.Spans) == 0 {
		return problem("no row has both ends", "choose other columns as y")
	}
	m.chart.X.From, m.chart.X.To = from, to
	labels := Axis{Title: m.spec.yTitle, Type: AxisCategory, Categories: make([]string, len(rungs.names))}
	for i, name := range rungs.names {
		labels.Categories[i] = clip(name, 80)
	}
	m.chart.Axes = []Axis{labels}
	return nil
}

// card shows the first row.
func (m *maker) card() error {
	for b, rows := range m.table.Each {
		if len(rows) == 0 {
			continue
		}
		for c, column := range m.table.Columns[:min(len(m.table.Columns), CardLimit)] {
			m.chart.Cells = append(m.chart.Cells, []string{clip(column.Name, 120), clip(cardText(b.Cols[c], int(rows[0])), 200)})
		}
		break
	}
	if m.table.Rows > 1 {
		m.spec.note("the first of %s rows is shown", text.Number(m.table.Rows))
	}
	return nil
}

func cardText(v *value.Vector, i int) string {
	if v.IsNull(i) {
		return "null"
	}
	if v.Kind == value.Int || v.Kind == value.Long {
		return groupedLong(v.Ints[i&v.Mask()])
	}
	return textAt(v, i)
}

func groupedLong(n int64) string {
	s, sign := strconv.FormatInt(n, 10), ""
	if s[0] == '-' {
		s, sign = s[1:], "-"
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// pivot sums y by x and series.
func (m *maker) pivot(f *flat) error {
	heads := f.names
	if len(m.roles.series) == 0 {
		heads = nil
		for c := range f.y {
			heads = append(heads, m.columnName(m.roles.y, c))
		}
	} else if len(f.y) > 1 {
		m.spec.note("cells show %s; choose another column as y", clip(m.columnName(m.roles.y, 0), 60))
	}
	rows, columns := min(len(f.texts), PivotRows), min(len(heads), PivotColumns)
	if rows < len(f.texts) || columns < len(heads) {
		m.spec.note("the first %d of %s rows and %d of %s columns are shown", rows, text.Number(len(f.texts)), columns, text.Number(len(heads)))
	}
	sums := make([][]float64, rows)
	for i := range sums {
		sums[i] = gaps(columns)
	}
	for c, y := range f.y {
		for i, v := range y {
			row, column := int(f.x[i]), int(f.series[i])
			if len(m.roles.series) == 0 {
				column = c
			} else if c > 0 {
				continue
			}
			if v != v || row >= rows || column >= columns {
				continue
			}
			if to := &sums[row][column]; *to == *to {
				*to += v
			} else {
				*to = v
			}
		}
	}
	top := []string{clip(m.table.Columns[m.roles.x].Name, 120)}
	for _, h := range heads[:columns] {
		top = append(top, clip(shown(h), 120))
	}
	m.chart.Cells = [][]string{top}
	for i, list := range sums {
		line := []string{clip(shown(f.texts[i]), 120)}
		for _, v := range list {
			line = append(line, numberText(v))
		}
		m.chart.Cells = append(m.chart.Cells, line)
	}
	return nil
}

func numberText(v float64) string {
	switch {
	case v != v:
		return ""
	case v == math.Trunc(v) && math.Abs(v) < 1<<53:
		return groupedLong(int64(v))
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}

// lanes draws events: time runs along x, and each series has a lane.
func (m *maker) lanes(f *flat) error {
	m.chart.X = m.xAxis(f)
	names := f.names
	if len(names) > SeriesLimit {
		m.spec.note("the first %d of %s lanes are drawn", SeriesLimit, text.Number(len(names)))
		names = names[:SeriesLimit]
	}
	axis := Axis{Title: m.spec.yTitle, Type: AxisCategory, Categories: []string{}}
	by := make([]Numbers, len(names))
	for i, g := range f.series {
		if int(g) < len(names) && has(m.part, f.x[i]) {
			by[g] = append(by[g], f.x[i])
		}
	}
	for g, name := range names {
		if len(m.roles.series) == 0 {
			name = "events"
		}
		axis.Categories = append(axis.Categories, clip(shown(name), 120))
		lane := make(Numbers, len(by[g]))
		for i := range lane {
			lane[i] = float64(g)
		}
		x, y := thinPoints(by[g], lane, m.width, share(len(names)))
		m.chart.Thinned = m.chart.Thinned || len(x) < len(by[g])
		m.chart.Series = append(m.chart.Series, Series{Name: axis.Categories[g], X: x, Y: y, Size: len(by[g])})
	}
	m.chart.Axes = []Axis{axis}
	return nil
}

// flattenMap reads places: two columns, or one of GeoJSON points.
func flattenMap(ctx context.Context, t Table, r roles, s *spec) (*flat, error) {
	if len(r.y) > 0 {
		return flatten(ctx, t, r, s)
	}
	f := &flat{xType: AxisNumber, yType: AxisNumber, y: make([][]float64, 1)}
	groups := newGroups()
	for b, rows := range t.Each {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f.series = groups.add(f.series, pick(b.Cols, r.series), rows)
		for _, i := range rows {
			x, y := nan, nan
			if p := value.DynAt(b.Cols[r.x], int(i)); p.Lookup("type").Str() == "Point" {
				if at := p.Lookup("coordinates"); at.Len() >= 2 {
					x, y = f.element(at.Index(0), AxisNumber), f.element(at.Index(1), AxisNumber)
				}
			}
			f.x, f.y[0] = append(f.x, x), append(f.y[0], y)
		}
	}
	f.names = groups.names
	f.dropLost()
	return f, nil
}
