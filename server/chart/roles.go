package chart

import (
	"fmt"
	"slices"
	"strings"

	"calypso/kusto/value"
)

// roles says what each column is for; indices into the table's columns, -1 for none.
type roles struct {
	x         int
	y         []int
	series    []int
	anomalies []int
	arrays    bool // x and y are arrays, as make-series gives them: each row is a series
}

// rolesOf decides which columns are x, y and series, by what was asked for, else by the rules of the kind.
func rolesOf(s *spec, t Table) (roles, error) {
	r := roles{x: -1}
	if s.kind.x == noX {
		return r, nil
	}
	shape := shapeOf(t)
	if s.kind.x == twoEnds {
		return r.ends(s, t.Columns)
	}
	if s.stack == onMap {
		return r.places(s, t.Columns)
	}
	if s.x != "" {
		r.x = find(t.Columns, s.x)
	} else {
		r.x = shape.x(s, t.Columns)
	}
	if r.x < 0 {
		return r, noColumn(s)
	}
	r.arrays = shape[r.x].array != notArray
	for _, name := range s.y {
		r.y = append(r.y, find(t.Columns, name))
	}
	for _, name := range s.anomalies {
		r.anomalies = append(r.anomalies, find(t.Columns, name))
	}
	if len(r.y) == 0 && !s.kind.lanes() {
		r.y = shape.values(r)
	}
	for _, name := range s.series {
		r.series = append(r.series, find(t.Columns, name))
	}
	if len(s.series) == 0 {
		r.series = shape.series(s, r)
	}
	return r, r.check(s, t.Columns, shape)
}

// check refuses what has nothing to draw.
func (r roles) check(s *spec, columns []value.Column, shape shape) error {
	if len(r.y) == 0 && !s.kind.lanes() {
		return problem(fmt.Sprintf("%s needs a column of numbers beside %s, and there is none", s.kind.one(), clip(columns[r.x].Name, 60)), "summarize to numbers, or choose another column")
	}
	for _, y := range slices.Concat(r.y, r.anomalies) {
		ok := shape[y].number || shape[y].span
		if r.arrays {
			ok = shape[y].array == ofNumbers
		}
		if !ok {
			return problem(fmt.Sprintf("the column %s holds no numbers to draw", clip(columns[y].Name, 60)), "choose a column of numbers for y")
		}
	}
	return nil
}

func noColumn(s *spec) error {
	if s.kind.x == timeX {
		return problem(fmt.Sprintf("%s needs a column of datetimes, and the result has none", s.kind.one()), "choose a line or column chart, or put a datetime column first")
	}
	return problem("the result has no columns to draw", "run a query that gives rows")
}

// arrayOf is what the arrays of a dynamic column hold.
type arrayOf int

const (
	notArray arrayOf = iota
	ofNumbers
	ofTimes
)

// columnShape is what a column may be used for.
type columnShape struct {
	number, time, span, text bool
	array                    arrayOf
}

// shape is that of each column.
type shape []columnShape

func shapeOf(t Table) shape {
	all := make(shape, len(t.Columns))
	for i, c := range t.Columns {
		switch c.Kind {
		case value.Int, value.Long, value.Real, value.Decimal:
			all[i].number = true
		case value.Datetime:
			all[i].time = true
		case value.Timespan:
			all[i].span = true
		case value.String:
			all[i].text = true
		case value.Dynamic:
			all[i].array = arrayIn(t, i)
		}
	}
	return all
}

// looked is how many rows are looked at to see what a dynamic column holds.
const looked = 100

func arrayIn(t Table, column int) arrayOf {
	seen, found := 0, notArray
	for b, rows := range t.Each {
		v := b.Cols[column]
		for _, i := range rows {
			if seen++; seen > looked {
				return found
			}
			if v.IsNull(int(i)) {
				continue
			}
			items := value.DynAt(v, int(i))
			if items.Kind() != value.DynArray {
				return notArray
			}
			for _, item := range items.Items() {
				switch a := elementOf(item); {
				case item.IsNull():
				case a == notArray || found != notArray && found != a:
					return notArray
				default:
					found = a
				}
				if found != notArray {
					break
				}
			}
		}
	}
	return found
}

func elementOf(d value.Dyn) arrayOf {
	switch d.Kind() {
	case value.DynLong, value.DynReal, value.DynDecimal:
		return ofNumbers
	case value.DynDatetime:
		return ofTimes
	case value.DynString: // an array that came as JSON has its times as text
		if _, ok := value.ParseDatetime(d.Str()); ok && strings.ContainsRune(d.Str(), '-') {
			return ofTimes
		}
		if f, ok := value.ParseReal(d.Str()); ok && f != f {
			return ofNumbers // "NaN"
		}
	}
	return notArray
}

func (all shape) first(fits func(columnShape) bool) int { return slices.IndexFunc(all, fits) }

func (all shape) count(fits func(columnShape) bool) int {
	n := 0
	for _, c := range all {
		if fits(c) {
			n++
		}
	}
	return n
}

func isNumber(c columnShape) bool   { return c.number }
func isTime(c columnShape) bool     { return c.time }
func isText(c columnShape) bool     { return c.text }
func isTimes(c columnShape) bool    { return c.array == ofTimes }
func isNumbers(c columnShape) bool  { return c.array == ofNumbers }
func isMeasure(c columnShape) bool  { return c.number || c.span }
func isOrdered(c columnShape) bool  { return c.number || c.span || c.time }
func notMeasure(c columnShape) bool { return !c.number && !c.span && c.array == notArray }

// x chooses the column of the x axis. It leaves a number for y.
func (all shape) x(s *spec, columns []value.Column) int {
	left := func(x int) bool { // a column for y beside x
		for i, c := range all {
			if i != x && (isMeasure(c) && (len(s.y) == 0 || slices.Contains(s.y, columns[i].Name))) {
				return true
			}
		}
		return false
	}
	if s.kind.plane() && !s.kind.lanes() {
		if i := all.first(isTimes); i >= 0 && all.first(isNumbers) >= 0 {
			return i
		}
	}
	switch s.kind.x {
	case timeX:
		return all.first(isTime)
	case valueX:
		if len(all) > 0 && isOrdered(all[0]) && left(0) {
			return 0
		}
		if i := all.first(isTime); i >= 0 {
			return i
		}
		if i := all.first(isNumber); i >= 0 && all.count(isNumber) > 1 {
			return i
		}
		if i := all.first(isNumbers); i >= 0 && all.count(isNumbers) > 1 {
			return i
		}
	}
	if len(all) > 0 && (!isMeasure(all[0]) || left(0)) {
		return 0
	}
	return max(all.first(notMeasure), min(0, len(all)-1))
}

// values chooses the columns of the y axis: all numbers, or all timespans where there are none.
func (all shape) values(r roles) []int {
	pick := func(fits func(columnShape) bool) []int {
		var list []int
		for i, c := range all {
			if i != r.x && fits(c) && !slices.Contains(r.anomalies, i) {
				list = append(list, i)
			}
		}
		return list
	}
	if r.arrays {
		return pick(isNumbers)
	}
	if list := pick(isNumber); len(list) > 0 {
		return list
	}
	return pick(func(c columnShape) bool { return c.span })
}

// series chooses the columns whose values part the rows: the first of text. Where each row is a series, all of them name it; a treemap
// has a level for each.
func (all shape) series(s *spec, r roles) []int {
	if s.kind.form == FormPie {
		return nil
	}
	var list []int
	for i, c := range all {
		if i != r.x && c.text && !slices.Contains(r.y, i) {
			list = append(list, i)
		}
	}
	if len(list) > 1 && !r.arrays && s.kind.form != FormTreemap {
		return list[:1]
	}
	return list
}

// ends chooses the columns of a ladder: the last two that have an order are its ends, all others label it.
func (r roles) ends(s *spec, columns []value.Column) (roles, error) {
	list := s.y
	if len(list) == 1 && s.x != "" {
		list = []string{s.x, s.y[0]}
	}
	var ends []int
	if len(list) == 2 {
		ends = []int{find(columns, list[0]), find(columns, list[1])}
	} else {
		for _, fits := range []func(value.Kind) bool{isDatetime, isLength} {
			for i := len(columns) - 1; i >= 0 && len(ends) < 2; i-- {
				if fits(columns[i].Kind) {
					ends = append([]int{i}, ends...)
				}
			}
			if len(ends) == 2 {
				break
			}
			ends = nil
		}
	}
	if len(ends) < 2 || columns[ends[0]].Kind != columns[ends[1]].Kind || !isDatetime(columns[ends[0]].Kind) && !isLength(columns[ends[0]].Kind) {
		return r, problem("a ladderchart needs two columns of datetimes, or two of numbers, as the ends of its bars", "project them last")
	}
	r.y = ends
	if r.series = nil; len(s.series) > 0 {
		for _, name := range s.series {
			r.series = append(r.series, find(columns, name))
		}
		return r, nil
	}
	for i := range columns {
		if !slices.Contains(ends, i) {
			r.series = append(r.series, i)
		}
	}
	return r, nil
}

func isDatetime(k value.Kind) bool { return k == value.Datetime }

func isLength(k value.Kind) bool {
	return k == value.Int || k == value.Long || k == value.Real || k == value.Decimal || k == value.Timespan
}

// places chooses longitude and latitude, or the column of GeoJSON points; then y is empty.
func (r roles) places(s *spec, columns []value.Column) (roles, error) {
	if s.x != "" {
		r.x = find(columns, s.x)
	}
	for _, name := range s.y {
		r.y = append(r.y, find(columns, name))
	}
	for i, c := range columns {
		if r.x >= 0 && len(r.y) > 0 {
			break
		}
		if isLength(c.Kind) && c.Kind != value.Timespan {
			if r.x < 0 {
				r.x = i
			} else if i != r.x {
				r.y = []int{i}
			}
		}
	}
	if len(r.y) == 0 {
		if r.x = slices.IndexFunc(columns, func(c value.Column) bool { return c.Kind == value.Dynamic }); r.x < 0 {
			return r, problem("a map needs a column of longitudes and one of latitudes, or one of GeoJSON points", "project longitude and latitude first")
		}
	}
	r.y = r.y[:min(len(r.y), 1)]
	for _, name := range s.series {
		r.series = append(r.series, find(columns, name))
	}
	return r, nil
}
