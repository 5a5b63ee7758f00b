package result

import (
	"errors"
)

// ErrTooLarge says that a copy has more bytes than one message may carry.
var ErrTooLarge = errors.New("the selection is too large to copy")

// Area is a rectangle of a view's cells; the ends aren't part of it.
type Area struct{ StartRow, EndRow, StartColumn, EndColumn int }

// Copy writes areas of the view as text, one below the other. Rows and columns beyond the view are left out.
func (v *View) Copy(areas []Area, name string, headers bool, limit int) (string, error) {
	var out []byte
	for n, a := range areas {
		f, err := newFormat(name, headers && n == 0)
		if err != nil {
			return "", err
		}
		if out, err = v.write(out, f, a, limit, nil); err != nil {
			return "", err
		}
	}
	return string(out), nil
}

// write appends an area; flush, when given, takes what has gathered and gives an empty buffer back.
func (v *View) write(out []byte, f format, a Area, limit int, flush func([]byte) ([]byte, error)) ([]byte, error) {
	last := len(v.Table.Columns)
	from, to := min(max(a.StartColumn, 0), last), min(max(a.EndColumn, 0), last)
	if to <= from || a.EndRow < a.StartRow {
		return nil, badf("the selection is empty")
	}
	out = f.begin(out, v.Table.Columns[from:to])
	for row := max(a.StartRow, 0); row < min(a.EndRow, v.Rows()); row++ {
		b, i := v.at(row)
		out = f.row(out, b.Cols[from:to], i)
		if limit > 0 && len(out) > limit {
			return nil, ErrTooLarge
		}
		if flush != nil {
			var err error
			if out, err = flush(out); err != nil {
				return nil, err
			}
		}
	}
	if out = f.end(out); limit > 0 && len(out) > limit {
		return nil, ErrTooLarge
	}
	return out, nil
}
