package chart

import (
	"context"
	"iter"
	"math"
	"strings"

	"calypso/kusto/value"
)

// Table is the rows to draw.
type Table struct {
	Columns []value.Column
	Rows    int
	// Each gives the rows in their order, as runs: a batch of all columns, and which of its rows come next.
	Each iter.Seq2[*value.Batch, []uint32]
}

const ticksPerMilli = float64(value.TicksPerMillisecond)

// millis gives a datetime as milliseconds since 1970.
func millis(ticks int64) float64 { return float64(ticks-value.UnixEpoch) / ticksPerMilli }

// flat is what is drawn, row by row: all of the same length. A gap is NaN.
type flat struct {
	x      []float64
	y      [][]float64 // by column
	marks  [][]float64 // by column
	series []int32     // index into names
	names  []string
	texts  []string // of a category axis, by the index that x has
	xType  AxisType
	yType  AxisType
	odd    int // values that are NaN or infinite, not null
	lost   int // rows without x
}

var nan = math.NaN()

// flatten reads the columns that the roles name.
func flatten(ctx context.Context, t Table, r roles, s *spec) (*flat, error) {
	if r.arrays {
		return unfold(ctx, t, r, s)
	}
	f := &flat{xType: axisOf(t.Columns[r.x].Kind), yType: AxisNumber}
	if s.kind.form == FormPie || s.kind.form == FormPivot || s.kind.form == FormTreemap {
		f.xType = AxisCategory
	}
	if len(r.y) > 0 && t.Columns[r.y[0]].Kind == value.Timespan {
		f.yType = AxisSpan
	}
	f.x = make([]float64, 0, t.Rows)
	f.series = make([]int32, 0, t.Rows)
	f.y, f.marks = columnsOf(len(r.y), t.Rows), columnsOf(len(r.anomalies), t.Rows)
	categories, groups := newGroups(), newGroups()
	for b, rows := range t.Each {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if f.xType == AxisCategory {
			f.x = categories.places(f.x, b.Cols[r.x:r.x+1], rows)
		} else {
			f.x = f.numbers(f.x, b.Cols[r.x], rows)
		}
		f.series = groups.add(f.series, pick(b.Cols, r.series), rows)
		for i, c := range r.y {
			f.y[i] = f.numbers(f.y[i], b.Cols[c], rows)
		}
		for i, c := range r.anomalies {
			f.marks[i] = f.numbers(f.marks[i], b.Cols[c], rows)
		}
	}
	f.names, f.texts = groups.names, categories.names
	if f.xType != AxisCategory {
		f.dropLost()
	}
	return f, nil
}

func columnsOf(n, rows int) [][]float64 {
	all := make([][]float64, n)
	for i := range all {
		all[i] = make([]float64, 0, rows)
	}
	return all
}

func pick(all []*value.Vector, which []int) []*value.Vector {
	list := make([]*value.Vector, len(which))
	for i, c := range which {
		list[i] = all[c]
	}
	return list
}

// axisOf is the type of an axis over a column of a kind.
func axisOf(k value.Kind) AxisType {
	switch k {
	case value.Int, value.Long, value.Real, value.Decimal:
		return AxisNumber
	case value.Datetime:
		return AxisTime
	case value.Timespan:
		return AxisSpan
	}
	return AxisCategory
}

// numbers appends rows of a column as numbers.
func (f *flat) numbers(out []float64, v *value.Vector, rows []uint32) []float64 {
	mask := v.Mask()
	switch v.Kind {
	case value.Int, value.Long:
		for _, i := range rows {
			out = append(out, float64(v.Ints[int(i)&mask]))
		}
	case value.Datetime:
		for _, i := range rows {
			out = append(out, millis(v.Ints[int(i)&mask]))
		}
	case value.Timespan:
		for _, i := range rows {
			out = append(out, float64(v.Ints[int(i)&mask])/ticksPerMilli)
		}
	case value.Real:
		for _, i := range rows {
			out = append(out, f.finite(v.Reals[int(i)&mask]))
		}
	case value.Decimal:
		for _, i := range rows {
			out = append(out, f.decimal(v, int(i)))
		}
	default:
		for range rows {
			out = append(out, nan)
		}
	}
	if v.Nulls != nil {
		from := len(out) - len(rows)
		for n, i := range rows {
			if v.IsNull(int(i)) {
				out[from+n] = nan
			}
		}
	}
	return out
}

// finite makes a gap of what has no place on an axis.
func (f *flat) finite(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		f.odd++
		return nan
	}
	return x
}

func (f *flat) decimal(v *value.Vector, i int) float64 {
	return f.finite(v.Decimals[i&v.Mask()].Float64())
}

// dropLost leaves out the rows without x.
func (f *flat) dropLost() {
	n := 0
	for i, x := range f.x {
		if x != x {
			f.lost++
			continue
		}
		if n != i {
			f.x[n], f.series[n] = x, f.series[i]
			for _, y := range f.y {
				y[n] = y[i]
			}
			for _, m := range f.marks {
				m[n] = m[i]
			}
		}
		n++
	}
	f.x, f.series = f.x[:n], f.series[:n]
	for i := range f.y {
		f.y[i] = f.y[i][:n]
	}
	for i := range f.marks {
		f.marks[i] = f.marks[i][:n]
	}
}

// groups numbers the different texts of some columns, in order of appearance.
type groups struct {
	index map[string]int32
	names []string
	last  string // the text before: rows of one series often follow each other
	at    int32
	text  []byte
}

func newGroups() *groups { return &groups{index: map[string]int32{}, at: -1} }

// add appends the number of each row's text.
func (g *groups) add(out []int32, columns []*value.Vector, rows []uint32) []int32 {
	switch {
	case len(columns) == 0:
		if len(g.names) == 0 {
			g.names = []string{""}
		}
		for range rows {
			out = append(out, 0)
		}
	case len(columns) == 1 && columns[0].Kind == value.String:
		for _, i := range rows {
			out = append(out, g.number(columns[0].StringAt(int(i))))
		}
	default:
		for _, i := range rows {
			g.text = g.text[:0]
			for n, v := range columns {
				if n > 0 {
					g.text = append(g.text, ", "...)
				}
				g.text = append(g.text, textAt(v, int(i))...)
			}
			out = append(out, g.number(string(g.text)))
		}
	}
	return out
}

func (g *groups) number(text string) int32 {
	if g.at >= 0 && text == g.last {
		return g.at
	}
	at, ok := g.index[text]
	if !ok {
		at = int32(len(g.names))
		text = strings.Clone(text)
		g.index[text], g.names = at, append(g.names, text)
	}
	g.last, g.at = text, at
	return at
}

// places is add for a category axis.
func (g *groups) places(out []float64, columns []*value.Vector, rows []uint32) []float64 {
	for _, at := range g.add(nil, columns, rows) {
		out = append(out, float64(at))
	}
	return out
}

// textAt is the text of a cell as people read it.
func textAt(v *value.Vector, i int) string {
	if v.IsNull(i) {
		return ""
	}
	switch v.Kind {
	case value.String:
		return v.StringAt(i)
	case value.Datetime:
		return timeText(v.Ints[i&v.Mask()])
	}
	return value.DynAt(v, i).Text()
}

// timeText writes a datetime without what is zero at its end.
func timeText(ticks int64) string {
	text := strings.TrimSuffix(string(value.AppendDatetimeTrimmed(nil, ticks)), "Z")
	text = strings.TrimSuffix(text, "T00:00:00")
	return strings.Replace(text, "T", " ", 1)
}

// unfold reads arrays: each row is a series, named by its texts, and its arrays are the points.
func unfold(ctx context.Context, t Table, r roles, s *spec) (*flat, error) {
	f := &flat{xType: AxisNumber, yType: AxisNumber, y: columnsOf(len(r.y), 0), marks: columnsOf(len(r.anomalies), 0)}
	if arrayIn(t, r.x) == ofTimes {
		f.xType = AxisTime
	}
	groups := newGroups()
	for b, rows := range t.Each {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for _, i := range rows {
			xs := value.DynAt(b.Cols[r.x], int(i)).Items()
			at := groups.add(nil, pick(b.Cols, r.series), []uint32{i})[0]
			for _, x := range xs {
				f.x, f.series = append(f.x, f.element(x, f.xType)), append(f.series, at)
			}
			for n, c := range r.y {
				f.y[n] = f.elements(f.y[n], value.DynAt(b.Cols[c], int(i)).Items(), len(xs))
			}
			for n, c := range r.anomalies {
				f.marks[n] = f.elements(f.marks[n], value.DynAt(b.Cols[c], int(i)).Items(), len(xs))
			}
		}
	}
	f.names = groups.names
	f.dropLost()
	return f, nil
}

func (f *flat) elements(out []float64, items []value.Dyn, n int) []float64 {
	for i := range n {
		if i < len(items) {
			out = append(out, f.element(items[i], AxisNumber))
		} else {
			out = append(out, nan)
		}
	}
	return out
}

func (f *flat) element(d value.Dyn, as AxisType) float64 {
	switch d.Kind() {
	case value.DynLong, value.DynReal, value.DynDecimal:
		return f.finite(d.Real())
	case value.DynDatetime:
		return millis(d.Long())
	case value.DynString:
		if as == AxisTime {
			if ticks, ok := value.ParseDatetime(d.Str()); ok {
				return millis(ticks)
			}
		} else if x, ok := value.ParseReal(d.Str()); ok {
			return f.finite(x)
		}
	}
	return nan
}
