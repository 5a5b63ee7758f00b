package result

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"calypso/kql/text"
	"calypso/kusto/value"
)

// What can be said of the values of a column, and of a few selected cells.

// Fact is one line of what is known: a name and a text.
type Fact struct{ Name, Text string }

// Count is a value and how many rows have it.
type Count struct {
	Text  string
	Rows  int
	Share float64 // of all rows, 0 to 1
}

// Description says what a column holds.
type Description struct {
	Facts []Fact
	Top   []Count // most frequent first
}

// topValues are told of a column.
const topValues = 10

// Describe looks at all rows of the view in one of its columns.
func (v *View) Describe(ctx context.Context, column int) (Description, error) {
	var d Description
	if err := v.check(column); err != nil {
		return d, err
	}
	fact := func(name, said string) { d.Facts = append(d.Facts, Fact{name, said}) }
	rows := v.Rows()
	fact("Rows", text.Number(rows))
	if rows == 0 {
		return d, nil
	}
	whole := v.Table.column(v.column(column))
	present := slices.DeleteFunc(v.numbers(), func(r uint32) bool { return empty(whole, int(r)) })
	missing := "Null"
	if whole.Kind == value.String {
		missing = "Empty"
	}
	fact(missing, text.Number(rows-len(present))+" ("+percent(rows-len(present), rows)+")")
	order := Order{NullsFirst: true}
	if err := sorted(ctx, present, func(a, b uint32) int { return order.compare(whole, int(a), int(b)) }); err != nil {
		return d, err
	}
	counts := countRuns(whole, present)
	fact("Distinct", text.Number(len(counts)))
	if len(present) == 0 {
		return d, nil
	}
	if whole.Kind != value.Dynamic {
		at := func(q float64) string { // by nearest rank, as percentile() has it
			rank := int(math.Ceil(q * float64(len(present))))
			return cellText(whole, int(present[max(rank, 1)-1]))
		}
		fact("Minimum", at(0))
		if whole.Kind != value.String && whole.Kind != value.Bool && whole.Kind != value.Guid {
			fact("25%", at(0.25))
			fact("Median", at(0.5))
			fact("75%", at(0.75))
			fact("95%", at(0.95))
		}
		fact("Maximum", at(1))
	}
	if err := spread(ctx, whole, present, fact); err != nil {
		return d, err
	}
	slices.SortStableFunc(counts, func(a, b Count) int { return b.Rows - a.Rows })
	for _, c := range counts[:min(len(counts), topValues)] {
		row, _ := strconv.Atoi(c.Text)
		text, _ := clip(cellText(whole, row), 200)
		d.Top = append(d.Top, Count{Text: text, Rows: c.Rows, Share: float64(c.Rows) / float64(rows)})
	}
	return d, nil
}

// countRuns counts equal values that lie together; the text is a row that has the value.
func countRuns(v *value.Vector, rows []uint32) []Count {
	var counts []Count
	for i, r := range rows {
		if i == 0 || !value.Equal(v, int(rows[i-1]), v, int(r)) {
			counts = append(counts, Count{Text: strconv.Itoa(int(r))})
		}
		counts[len(counts)-1].Rows++
	}
	return counts
}

// spread tells sum, mean and deviation of numbers.
func spread(ctx context.Context, v *value.Vector, rows []uint32, fact func(name, text string)) error {
	var names []string
	switch v.Kind {
	case value.Int, value.Long, value.Real:
		names = []string{"sum", "avg", "stdev"}
	case value.Decimal:
		names = []string{"sum"}
	case value.Timespan:
		names = []string{"sum", "avg"}
	}
	for _, name := range names {
		out, err := aggregate(ctx, name, v, rows, nil)
		if err != nil {
			return err
		}
		fact(map[string]string{"sum": "Sum", "avg": "Mean", "stdev": "Standard deviation"}[name], cellText(out, 0))
	}
	return nil
}

func percent(part, of int) string {
	return strconv.FormatFloat(100*float64(part)/float64(max(of, 1)), 'f', 1, 64) + "%"
}

// summed is the most cells that a summary of a selection looks at.
const summed = 1 << 20

// Summary says what is selected: how many cells, and of numbers their sum, mean and bounds; "" for one cell or too many.
func (v *View) Summary(ctx context.Context, areas []Area) string {
	count, numbers := 0, value.NewBuilder(value.Real, 0)
	var spans []int64
	sum, least, most := 0.0, math.Inf(1), math.Inf(-1)
	cells := make([]*value.Vector, 0, len(v.Columns()))
	for _, a := range areas {
		a, ok := v.within(a)
		if !ok || (a.EndRow-a.StartRow)*(a.EndColumn-a.StartColumn)+count > summed {
			return ""
		}
		for line := a.StartRow; line < a.EndRow; line++ {
			if line%often == 0 && ctx.Err() != nil {
				return ""
			}
			of, i, heading := v.cells(line, cells)
			if heading != nil {
				continue
			}
			for _, c := range of[a.StartColumn:a.EndColumn] {
				count++
				if c.Kind == value.Timespan && !c.IsNull(i) {
					spans = append(spans, c.Ints[i&c.Mask()])
				}
				if x, ok := number(c, i); ok {
					numbers.AppendReal(x)
					sum, least, most = sum+x, min(least, x), max(most, x)
				}
			}
		}
	}
	if count < 2 {
		return ""
	}
	out := "Count " + text.Number(count)
	if n := numbers.Len(); n > 1 {
		out += " · Sum " + readable(sum) + " · Mean " + readable(sum/float64(n)) + " · Min " + readable(least) + " · Max " + readable(most)
	}
	if total, ok := spansSum(spans); ok && len(spans) > 1 {
		out += " · Sum " + string(value.AppendTimespan(nil, total))
	}
	return out
}

// spansSum adds ticks; false when a timespan can't hold them.
func spansSum(ticks []int64) (total int64, ok bool) {
	for _, t := range ticks {
		next := total + t
		if (next < total) != (t < 0) {
			return 0, false
		}
		total = next
	}
	return total, true
}

// readable writes a number for a person: a whole one that a real holds exactly with all digits, any other with ten; commas in both.
func readable(x float64) string {
	if x == math.Trunc(x) && math.Abs(x) < 1<<53 {
		return text.Number(int64(x))
	}
	digits := strconv.FormatFloat(x, 'g', 10, 64)
	whole, part, _ := strings.Cut(digits, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n == 0 {
		return digits
	}
	return strings.TrimSuffix(text.Number(n)+"."+part, ".")
}

// number is a cell as a number.
func number(v *value.Vector, i int) (float64, bool) {
	if v.IsNull(i) {
		return 0, false
	}
	switch v.Kind {
	case value.Int, value.Long:
		return float64(v.Ints[i&v.Mask()]), true
	case value.Real:
		x := v.Reals[i&v.Mask()]
		return x, x == x
	case value.Decimal:
		x, err := strconv.ParseFloat(string(appendText(nil, v, i)), 64)
		return x, err == nil
	}
	return 0, false
}
