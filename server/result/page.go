package result

import "strconv"

// Limits of what a page may hold.
type Limits struct {
	Rows       int
	Bytes      int // of values, in JSON
	Characters int // of one cell
}

// Page gives rows from start as the JSON members that a page has: {"start","count","values","clipped"}, one array a column. It
// holds fewer rows than wanted at the end of the view, or where it would have too many bytes; but one at least.
func (v *View) Page(start, count int, columns []int, l Limits) ([]byte, error) {
	if columns == nil {
		columns = make([]int, len(v.Table.Columns))
		for i := range columns {
			columns[i] = i
		}
	}
	for _, c := range columns {
		if err := v.Table.check(c); err != nil {
			return nil, err
		}
	}
	if start < 0 || count < 0 {
		return nil, badf("no rows begin at %d and are %d", start, count)
	}
	start = min(start, v.Rows())
	count = min(count, l.Rows, v.Rows()-start)
	if len(columns) > 0 { // a row of very many columns has shorter cells, so that it stays within the limit
		l.Characters = min(l.Characters, max(32, l.Bytes/len(columns)))
	}
	values, clipped, count := v.cells(start, count, columns, l)
	out := append([]byte(nil), `{"start":`...)
	out = strconv.AppendInt(out, int64(start), 10)
	out = append(out, `,"count":`...)
	out = strconv.AppendInt(out, int64(count), 10)
	out = append(out, `,"values":[`...)
	for i, column := range values {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, '['), column...), ']')
	}
	out = append(append(out, `],"clipped":[`...), clipped...)
	return append(out, "]}"...), nil
}

// cells writes row by row, each column to a text of its own, and stops when the page is full.
func (v *View) cells(start, count int, columns []int, l Limits) (values [][]byte, clipped []byte, done int) {
	values = make([][]byte, len(columns))
	total := 0
	for ; done < count && (total < l.Bytes || done == 0); done++ {
		before := total
		b, i := v.at(start + done)
		for n, c := range columns {
			if done > 0 {
				values[n] = append(values[n], ',')
			}
			old := len(values[n])
			var cut bool
			if values[n], cut = appendCell(values[n], b.Cols[c], i, l.Characters); cut {
				clipped = appendPlace(clipped, n, done)
			}
			total += len(values[n]) - old + 1
		}
		if row := total - before; total+row > l.Bytes && row > 0 { // the next would likely be too much
			done++
			break
		}
	}
	return values, clipped, done
}

func appendPlace(out []byte, column, row int) []byte {
	if len(out) > 0 {
		out = append(out, ',')
	}
	out = strconv.AppendInt(append(out, '['), int64(column), 10)
	out = strconv.AppendInt(append(out, ','), int64(row), 10)
	return append(out, ']')
}

// Cell gives one cell's JSON, cut only if its text has more than limit bytes.
func (v *View) Cell(row, column, limit int) (json []byte, clipped bool, err error) {
	if err := v.Table.check(column); err != nil {
		return nil, false, err
	}
	if row < 0 || row >= v.Rows() {
		return nil, false, badf("the view has %d rows, no row %d", v.Rows(), row)
	}
	b, i := v.at(row)
	json, clipped = appendCell(nil, b.Cols[column], i, limit/6) // a character takes six bytes at most, as an escape
	return json, clipped, nil
}
