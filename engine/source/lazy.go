// Tables that aren't loaded yet: what a folder gives when nobody has used it.

package source

import (
	"context"
	"io"
	"slices"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

// shapeFiles is the number of files of a sub-folder that its first guess at columns looks at.
const shapeFiles = 8

// Lazy is a table of which only the start was looked at: its columns are what the first lines suggest. Open loads it and gives the
// table to use in its place, whose types are certain. Reading a Lazy table itself works while the guess was right, and is an error
// otherwise.
type Lazy struct {
	item    *Item
	columns []value.Column
}

var _ exec.Table = (*Lazy)(nil)

// Tables gives every item without loading it: a Lazy table, or a Broken one where even the start of the file is wrong.
func (f *Folder) Tables(ctx context.Context) ([]exec.Table, error) {
	tables := make([]exec.Table, len(f.items))
	for i, item := range f.items {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		columns, err := f.shape(item)
		if err != nil {
			tables[i] = &Broken{name: item.name, err: err}
		} else {
			tables[i] = &Lazy{item: item, columns: columns}
		}
	}
	return tables, nil
}

// Open loads the table, once for all who ask.
func (l *Lazy) Open(ctx context.Context) (exec.Table, error) { return l.item.Table(ctx) }

// Name is the table's name.
func (l *Lazy) Name() string { return l.item.name }

// Columns is the guess.
func (l *Lazy) Columns() []value.Column { return l.columns }

// Rows isn't known.
func (l *Lazy) Rows() int64 { return -1 }

// Segments loads the table.
func (l *Lazy) Segments() int {
	t, err := l.loaded(context.Background())
	if err != nil {
		return 1 // which gives the error
	}
	return t.Segments()
}

// Segment reads the loaded table.
func (l *Lazy) Segment(ctx context.Context, segment int, columns []int) (*value.Batch, error) {
	t, err := l.loaded(ctx)
	if err != nil {
		return nil, err
	}
	return t.Segment(ctx, segment, columns)
}

// Stats knows nothing before the table is loaded.
func (l *Lazy) Stats(int, int) (exec.Stats, bool) { return exec.Stats{}, false }

// loaded gives the loaded table if it has the columns that were promised.
func (l *Lazy) loaded(ctx context.Context) (exec.Table, error) {
	t, err := l.item.Table(ctx)
	if err == nil && !slices.Equal(t.Columns(), l.columns) {
		return nil, problemf(l.item.source(), 0, "has other columns than its first lines suggest; run the query again")
	}
	return t, err
}

// shape guesses an item's columns from the start of its files.
func (f *Folder) shape(item *Item) ([]value.Column, error) {
	if item.bad != nil {
		return nil, item.bad
	}
	guess := &joined{name: item.name}
	for _, name := range item.files[:min(len(item.files), shapeFiles)] {
		columns, some, err := f.fileShape(name)
		if err != nil {
			return nil, err
		}
		guess.parts = append(guess.parts, part{file: name, table: &stored{columns: columns, some: some}})
	}
	if err := guess.joinColumns(); err != nil {
		return nil, err
	}
	return guess.columns, nil
}

// fileShape guesses the columns of one file, and which of them have values.
func (f *Folder) fileShape(name string) ([]value.Column, []bool, error) {
	open := f.opener(name)
	_, format, zipped := formatOf(name)
	plain := func() (io.ReadCloser, error) { return openText(name, open, zipped) }
	options := f.options
	var kinds []kindSet
	var columns []value.Column
	switch format {
	case formatParquet:
		t, err := openParquet("", name, open, options)
		if err != nil {
			return nil, nil, err
		}
		columns = t.Columns()
		t.close()
	case formatJSON:
		j := &jsonFile{file: name, open: plain, options: options}
		shape, err := j.sample()
		if err == nil {
			err = j.settle(shape)
		}
		if err != nil {
			return nil, nil, err
		}
		columns, kinds = j.columns, shape.kinds
	default:
		c := &csvFile{file: name, open: plain, options: options, comma: commaOf(format, options)}
		var err error
		if kinds, err = c.sample(); err != nil {
			return nil, nil, err
		}
		c.settle(kinds)
		columns = c.columns
	}
	some := make([]bool, len(columns))
	for i := range columns {
		if some[i] = i >= len(kinds) || kinds[i] != anyKind || options.Columns != nil; !some[i] {
			columns[i].Kind = value.String
		}
	}
	return columns, some, nil
}
