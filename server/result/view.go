package result

import (
	"context"
	"slices"

	"calypso/kusto/value"
)

// View is some rows and columns of a table in some order. It never changes.
type View struct {
	ID    string
	Table *Table

	result  *Result
	rows    []uint32 // row numbers of the table; nil: all, in its own order
	columns []int    // of the table, as they are shown; nil: all, in its own order
	groups  *groups  // nil: the lines are the rows
	lines   []int32  // with groups: a place in rows, or -1-n for the heading of group n
}

// Order sorts by one column as Kusto's sort does.
type Order struct {
	Column     int
	Descending bool
	NullsFirst bool
}

// Wish says what a view shows. Columns are those of the table.
type Wish struct {
	Table   int
	Sort    []Order
	Filters []Filter
	Search  string
	Columns []int // shown, in order; nil: all

	Group  []int           // the rows are grouped by these, the first outermost
	Totals map[int]string  // aggregate of a column in the headings of groups, by name: sum, avg, min, max, count, dcount
	Opened map[string]bool // groups, by path, whose rows or inner groups are shown
}

// Lines is how many lines there are: rows, and headings of groups.
func (v *View) Lines() int {
	if v.groups != nil {
		return len(v.lines)
	}
	return v.Rows()
}

// Rows is the number of rows in the view, whether their groups are opened or not.
func (v *View) Rows() int {
	if v.rows == nil {
		return v.Table.Rows()
	}
	return len(v.rows)
}

// Columns are those that are shown.
func (v *View) Columns() []value.Column {
	if v.columns == nil {
		return v.Table.Columns
	}
	out := make([]value.Column, len(v.columns))
	for i, c := range v.columns {
		out[i] = v.Table.Columns[c]
	}
	return out
}

// column gives the table's column that is shown at a place.
func (v *View) column(shown int) int {
	if v.columns == nil {
		return shown
	}
	return v.columns[shown]
}

// check refuses a shown column that isn't there.
func (v *View) check(shown int) error {
	if n := len(v.Columns()); shown < 0 || shown >= n {
		return badf("the table has %d columns, no column %d", n, shown)
	}
	return nil
}

func (v *View) bytes() int64 { return int64(len(v.rows)+len(v.lines))*4 + v.groups.bytes() }

// at finds a row of the view in its table.
func (v *View) at(row int) (*value.Batch, int) {
	if v.rows != nil {
		row = int(v.rows[row])
	}
	return v.Table.at(row)
}

// cells gives the cells of a line for the shown columns, and the row of them in each vector; into is used again. group is the
// line's group when it is a heading.
func (v *View) cells(line int, into []*value.Vector) (_ []*value.Vector, row int, heading *group) {
	into = into[:0]
	if v.groups != nil {
		if line = int(v.lines[line]); line < 0 {
			g := &v.groups.list[-1-line]
			return v.headingCells(g, into), 0, g
		}
	}
	b, row := v.at(line)
	if v.columns == nil {
		return b.Cols, row, nil
	}
	for _, c := range v.columns {
		into = append(into, b.Cols[c])
	}
	return into, row, nil
}

// often is after how many rows long work looks whether it is still wanted.
const often = 1 << 14

// View makes a view. It isn't kept until Store.AddView. Wishes for columns that aren't there are errors.
func (r *Result) View(ctx context.Context, w Wish) (*View, error) {
	if w.Table < 0 || w.Table >= len(r.Tables) {
		return nil, badf("the result has %d tables, no table %d", len(r.Tables), w.Table)
	}
	v := &View{Table: r.Tables[w.Table], result: r, columns: w.Columns}
	for _, c := range w.asked() {
		if err := v.Table.check(c); err != nil {
			return nil, err
		}
	}
	var err error
	if v.rows, err = v.Table.filter(ctx, w.Filters, w.Search); err != nil {
		return nil, err
	}
	if keys := w.keys(); len(keys) > 0 {
		err = v.sort(ctx, keys)
	}
	if err == nil && len(w.Group) > 0 {
		v.groups, err = v.group(ctx, w)
	}
	if v.groups != nil {
		v.lines = v.groups.linesOf(w.Opened)
	}
	return v, err
}

// again is the same rows, otherwise shown: other columns, other groups opened.
func (v *View) again(columns []int, opened map[string]bool) *View {
	next := *v
	next.ID, next.columns = "", columns
	if v.groups != nil {
		next.lines = v.groups.linesOf(opened)
	}
	return &next
}

// asked lists the columns that a wish names.
func (w *Wish) asked() []int {
	columns := slices.Concat(w.Columns, w.Group)
	for _, o := range w.Sort {
		columns = append(columns, o.Column)
	}
	for c := range w.Totals {
		columns = append(columns, c)
	}
	return columns
}

// keys are those that the rows are sorted by: groups lie together, and in them the rows as they are to be.
func (w *Wish) keys() []Order {
	if len(w.Group) == 0 {
		return w.Sort
	}
	var keys []Order
	for _, c := range w.Group {
		keys = append(keys, Order{Column: c, NullsFirst: true})
	}
	return append(keys, w.Sort...)
}

func (t *Table) check(column int) error {
	if column < 0 || column >= len(t.Columns) {
		return badf("the table has %d columns, no column %d", len(t.Columns), column)
	}
	return nil
}

// stopped ends a sort early: the comparison function has no other way out.
type stopped struct{ err error }

// numbers are the rows of the view by their numbers in the table, for changing or keeping.
func (v *View) numbers() []uint32 {
	rows := make([]uint32, v.Rows())
	if copy(rows, v.rows) == 0 {
		for i := range rows {
			rows[i] = uint32(i)
		}
	}
	return rows
}

// sort orders the rows; rows that compare as equal keep the table's order.
func (v *View) sort(ctx context.Context, keys []Order) error {
	rows := v.numbers()
	columns := make([]*value.Vector, len(keys))
	for i, k := range keys {
		if v.Table.Rows() > 0 {
			columns[i] = v.Table.column(k.Column)
		}
	}
	v.rows = rows
	return sorted(ctx, rows, func(a, b uint32) int {
		for i, k := range keys {
			if c := k.compare(columns[i], int(a), int(b)); c != 0 {
				return c
			}
		}
		return int(a) - int(b)
	})
}

// sorted sorts until the context ends.
func sorted[T any](ctx context.Context, list []T, compare func(a, b T) int) (err error) {
	defer func() {
		if r := recover(); r != nil {
			s, ok := r.(stopped)
			if !ok {
				panic(r)
			}
			err = s.err
		}
	}()
	count := 0
	slices.SortFunc(list, func(a, b T) int {
		if count++; count%often == 0 && ctx.Err() != nil {
			panic(stopped{ctx.Err()})
		}
		return compare(a, b)
	})
	return nil
}

func (o Order) compare(v *value.Vector, a, b int) int {
	switch x, y := v.IsNull(a), v.IsNull(b); {
	case x && y:
		return 0
	case x != y:
		if x == o.NullsFirst {
			return -1
		}
		return 1
	}
	c := value.Compare(v, a, v, b)
	if o.Descending {
		return -c
	}
	return c
}
