package result

import (
	"errors"

	"calypso/kusto/value"
)

// ErrTooLarge says that a copy has more bytes than one message may carry.
var ErrTooLarge = errors.New("the selection is too large to copy")

// Area is a rectangle of a view's lines and shown columns; the ends aren't part of it.
type Area struct{ StartRow, EndRow, StartColumn, EndColumn int }

// Copy writes areas of the view as text, one below the other. Lines and columns beyond the view are left out, and so are headings of
// groups where the form has a type for each column.
func (v *View) Copy(areas []Area, name string, headers bool, limit int) (string, error) {
	var out []byte
	for n, a := range areas {
		f, err := newFormat(name, headers && n == 0)
		if err != nil {
			return "", err
		}
		a, ok := v.within(a)
		if !ok {
			return "", badf("the selection is empty")
		}
		out = f.begin(out, v.Columns()[a.StartColumn:a.EndColumn])
		cells := make([]*value.Vector, 0, len(v.Columns()))
		for line := a.StartRow; line < a.EndRow && (limit <= 0 || len(out) <= limit); line++ {
			of, i, heading := v.cells(line, cells)
			if heading == nil || untyped(f) {
				out = f.row(out, of[a.StartColumn:a.EndColumn], i)
			}
		}
		if out = f.end(out); limit > 0 && len(out) > limit {
			return "", ErrTooLarge
		}
		if err := failed(f); err != nil {
			return "", err
		}
	}
	return string(out), nil
}

// within keeps an area inside the view; false when nothing is left of its columns.
func (v *View) within(a Area) (Area, bool) {
	last := len(v.Columns())
	a.StartColumn, a.EndColumn = min(max(a.StartColumn, 0), last), min(max(a.EndColumn, 0), last)
	a.StartRow, a.EndRow = max(a.StartRow, 0), min(a.EndRow, v.Lines())
	return a, a.EndColumn > a.StartColumn && a.EndRow >= a.StartRow
}

// untyped tells whether a form takes any text in any column.
func untyped(f format) bool {
	switch f.(type) {
	case *separated, *markdown:
		return true
	}
	return false
}
