package exec

import (
	"context"
	"slices"

	"calypso/kusto/value"
)

// Timed is a table that knows when its rows came in.
type Timed interface {
	Table
	// WithTimes is the same table with one more column behind the others: a datetime, null for rows of which it isn't known.
	WithTimes() Table
}

// withTimes gives a table with that column, which is null in tables that don't know.
func withTimes(t Table) Table {
	if known, ok := t.(Timed); ok {
		return known.WithTimes()
	}
	columns := append(slices.Clone(t.Columns()), value.Column{Name: "$IngestionTime", Kind: value.Datetime})
	return &untimed{Table: t, columns: columns}
}

// untimed is a table whose rows have come in nobody knows when.
type untimed struct {
	Table
	columns []value.Column
}

func (u *untimed) Columns() []value.Column { return u.columns }

func (u *untimed) Segment(ctx context.Context, segment int, columns []int) (*value.Batch, error) {
	last := len(u.columns) - 1
	known := slices.DeleteFunc(slices.Clone(columns), func(c int) bool { return c == last })
	b, err := u.Table.Segment(ctx, segment, known)
	if err != nil || len(known) == len(columns) {
		return b, err
	}
	out, at := &value.Batch{N: b.N}, 0
	for _, c := range columns {
		if c == last {
			out.Cols = append(out.Cols, value.Flat(value.NewNull(value.Datetime, b.N)))
			continue
		}
		out.Cols = append(out.Cols, b.Cols[at])
		at++
	}
	return out, nil
}

func (u *untimed) Stats(segment, column int) (Stats, bool) {
	if column == len(u.columns)-1 {
		return Stats{}, false
	}
	return u.Table.Stats(segment, column)
}
