package result

import (
	"context"
	"slices"

	"calypso/kusto/value"
)

// View is some rows of a table in some order.
type View struct {
	ID    string
	Table *Table

	result *Result
	rows   []uint32 // row numbers of the table; nil: all, in its own order
}

// Order sorts by one column as Kusto's sort does.
type Order struct {
	Column     int
	Descending bool
	NullsFirst bool
}

// Wish says what a view shows.
type Wish struct {
	Table   int
	Sort    []Order
	Filters []Filter
	Search  string
}

// Rows is the number of rows in the view.
func (v *View) Rows() int {
	if v.rows == nil {
		return v.Table.Rows()
	}
	return len(v.rows)
}

func (v *View) bytes() int64 { return int64(len(v.rows)) * 4 }

// at finds a row of the view in its table.
func (v *View) at(row int) (*value.Batch, int) {
	if v.rows != nil {
		row = int(v.rows[row])
	}
	return v.Table.at(row)
}

// often is after how many rows long work looks whether it is still wanted.
const often = 1 << 14

// View makes a view. It isn't kept until Store.AddView. Wishes for columns that aren't there are errors.
func (r *Result) View(ctx context.Context, w Wish) (*View, error) {
	if w.Table < 0 || w.Table >= len(r.Tables) {
		return nil, badf("the result has %d tables, no table %d", len(r.Tables), w.Table)
	}
	v := &View{Table: r.Tables[w.Table], result: r}
	for _, o := range w.Sort {
		if err := v.Table.check(o.Column); err != nil {
			return nil, err
		}
	}
	var err error
	if v.rows, err = v.Table.filter(ctx, w.Filters, w.Search); err != nil {
		return nil, err
	}
	if len(w.Sort) > 0 {
		err = v.sort(ctx, w.Sort)
	}
	return v, err
}

func (t *Table) check(column int) error {
	if column < 0 || column >= len(t.Columns) {
		return badf("the table has %d columns, no column %d", len(t.Columns), column)
	}
	return nil
}

// stopped ends a sort early: the comparison function has no other way out.
type stopped struct{ err error }

// sort orders the rows; rows that compare as equal keep the table's order.
func (v *View) sort(ctx context.Context, keys []Order) (err error) {
	if v.rows == nil {
		v.rows = make([]uint32, v.Table.Rows())
		for i := range v.rows {
			v.rows[i] = uint32(i)
		}
	}
	columns := make([]*value.Vector, len(keys))
	for i, k := range keys {
		if v.Table.Rows() > 0 {
			columns[i] = v.Table.column(k.Column)
		}
	}
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
	slices.SortFunc(v.rows, func(a, b uint32) int {
		if count++; count%often == 0 && ctx.Err() != nil {
			panic(stopped{ctx.Err()})
		}
		for i, k := range keys {
			if c := k.compare(columns[i], int(a), int(b)); c != 0 {
				return c
			}
		}
		return int(a) - int(b)
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
