package result

import (
	"strconv"

	"calypso/kusto/value"
)

// Limits of what a page may hold.
type Limits struct {
	Rows       int
	Bytes      int // of values, in JSON
	Characters int // of one cell
}

// Page gives lines from start as the JSON members that a page has: {"start","count","values","clipped","groups"}, one array a column.
// columns are shown ones; nil is all. It holds fewer lines than wanted at the end of the view, or where it would have too many bytes;
// but one at least.
func (v *View) Page(start, count int, columns []int, l Limits) ([]byte, error) {
	if columns == nil {
		columns = make([]int, len(v.Columns()))
		for i := range columns {
			columns[i] = i
		}
	}
	for _, c := range columns {
		if err := v.check(c); err != nil {
			return nil, err
		}
	}
	if start < 0 || count < 0 {
		return nil, badf("no rows begin at %d and are %d", start, count)
	}
	start = min(start, v.Lines())
	count = min(count, l.Rows, v.Lines()-start)
	if len(columns) > 0 { // a row of very many columns has shorter cells, so that it stays within the limit
		l.Characters = min(l.Characters, max(32, l.Bytes/len(columns)))
	}
	p := page{view: v, columns: columns, limits: l, values: make([][]byte, len(columns)), cells: make([]*value.Vector, 0, len(v.Columns()))}
	p.fill(start, count)
	out := append([]byte(nil), `{"start":`...)
	out = strconv.AppendInt(out, int64(start), 10)
	out = append(out, `,"count":`...)
	out = strconv.AppendInt(out, int64(p.lines), 10)
	out = append(out, `,"values":[`...)
	for i, column := range p.values {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, '['), column...), ']')
	}
	out = append(append(out, `],"clipped":[`...), p.clipped...)
	if p.groups != nil {
		out = append(append(out, `],"groups":[`...), p.groups...)
	}
	return append(out, "]}"...), nil
}

// page is a page that is being written.
type page struct {
	view    *View
	columns []int
	limits  Limits

	values  [][]byte // by column
	clipped []byte   // places
	groups  []byte   // headings
	lines   int
	cells   []*value.Vector
}

// fill writes line by line, each column to a text of its own, and stops when the page is full.
func (p *page) fill(start, count int) {
	total := 0
	for ; p.lines < count && (total < p.limits.Bytes || p.lines == 0); p.lines++ {
		before := total
		cells, i, heading := p.view.cells(start+p.lines, p.cells)
		if heading != nil {
			opened := start+p.lines+1 < p.view.Lines() && p.view.opened(start+p.lines, heading)
			p.groups = appendNumbers(p.groups, p.lines, heading.level, flag(opened), flag(heading.last))
		}
		for n, c := range p.columns {
			if p.lines > 0 {
				p.values[n] = append(p.values[n], ',')
			}
			old := len(p.values[n])
			var cut bool
			if p.values[n], cut = appendCell(p.values[n], cells[c], i, p.limits.Characters); cut {
				p.clipped = appendNumbers(p.clipped, n, p.lines)
			}
			total += len(p.values[n]) - old + 1
		}
		if row := total - before; total+row > p.limits.Bytes && row > 0 { // the next would likely be too much
			p.lines++
			break
		}
	}
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// opened tells whether what belongs to a heading follows it.
func (v *View) opened(line int, g *group) bool {
	next := v.lines[line+1]
	return next >= 0 || v.groups.list[-1-next].level > g.level
}

// appendNumbers appends a JSON array of numbers to a list of such.
func appendNumbers(out []byte, numbers ...int) []byte {
	if len(out) > 0 {
		out = append(out, ',')
	}
	for i, n := range numbers {
		out = strconv.AppendInt(append(out, "[,"[min(i, 1)]), int64(n), 10)
	}
	return append(out, ']')
}

// Cell gives one cell's JSON, cut only if its text has more than limit bytes, and its kind.
func (v *View) Cell(line, column, limit int) (json []byte, kind value.Kind, clipped bool, err error) {
	cell, i, err := v.cell(line, column)
	if err != nil {
		return nil, 0, false, err
	}
	json, clipped = appendCell(nil, cell, i, limit/6) // a character takes six bytes at most, as an escape
	return json, cell.Kind, clipped, nil
}

// cell finds one cell.
func (v *View) cell(line, column int) (*value.Vector, int, error) {
	if err := v.check(column); err != nil {
		return nil, 0, err
	}
	if line < 0 || line >= v.Lines() {
		return nil, 0, badf("the view has %d rows, no row %d", v.Lines(), line)
	}
	cells, i, _ := v.cells(line, nil)
	return cells[column], i, nil
}

// Text is Kusto's text of a cell, "" when there is none.
func (v *View) Text(line, column int) string {
	cell, i, err := v.cell(line, column)
	if err != nil {
		return ""
	}
	return cellText(cell, i)
}
