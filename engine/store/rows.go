// Rows: what a change adds, gathered in memory while it is little and in a file of its own beyond that.

package store

import (
	"bufio"
	"context"
	"fmt"
	"slices"

	"calypso/engine/exec"
	"calypso/engine/source"
	"calypso/kusto/value"
)

// Rows gathers rows for a table. It is used by one goroutine, and ended by Finish or Abort.
type Rows struct {
	store   *Store // nil: memory only
	columns []Column
	limit   int64 // bytes that rows in memory may take; 0 for no limit. With a store those of one part only

	build []*value.Builder
	n     int // rows in build
	bytes int64
	rows  int64

	memory *exec.MemoryBuilder // full parts, where there is no store
	file   *segmentFile        // where there is one
}

// NewRows begins to gather rows of a table's columns. What of them is in memory may take at most limit bytes; 0 means no limit.
func NewRows(s *Store, t *Table, limit int64) *Rows { return newRows(s, t.name, t.list, limit) }

func newRows(s *Store, name string, columns []Column, limit int64) *Rows {
	r := &Rows{store: s, columns: columns, limit: limit}
	if s == nil {
		r.memory = exec.NewMemory(name, plainColumns(columns))
	}
	return r
}

// Append adds rows whose columns are the table's, in its order.
func (r *Rows) Append(b *value.Batch) error {
	if len(b.Cols) != len(r.columns) {
		return fmt.Errorf("the rows have %d columns, the table has %d", len(b.Cols), len(r.columns))
	}
	for i, c := range r.columns {
		if b.Cols[i].Kind != c.Kind {
			return fmt.Errorf("column '%s' is %s, the rows have %s", c.Name, c.Kind, b.Cols[i].Kind)
		}
	}
	for from := 0; from < b.N; {
		to := min(b.N, from+exec.SegmentRows-r.n)
		part := value.SliceBatch(*b, from, to)
		if r.build == nil {
			for _, c := range r.columns {
				r.build = append(r.build, value.NewBuilder(c.Kind, to-from))
			}
		}
		for i, v := range part.Cols {
			r.build[i].AppendAll(settled(v))
		}
		r.n += to - from
		r.rows += int64(to - from)
		if r.bytes += part.Bytes(); r.limit > 0 && r.bytes > r.limit {
			return r.tooMany()
		}
		if r.n == exec.SegmentRows {
			if err := r.flush(); err != nil {
				return err
			}
		}
		from = to
	}
	return nil
}

func (r *Rows) tooMany() error {
	if r.store == nil {
		return fmt.Errorf("the rows take more than %d MB of memory; start the server with --db DIR to keep them on disk", r.limit>>20)
	}
	return fmt.Errorf("%d rows take more than %d MB of memory; their values are too large to be stored together", r.n, r.limit>>20)
}

// settled gives dynamic values as they are when they come back from storage: JSON, in which a datetime is text.
func settled(v *value.Vector) *value.Vector {
	if v.Kind != value.Dynamic {
		return v
	}
	out := value.NewBuilder(value.Dynamic, v.N)
	for i := range v.N {
		if v.IsNull(i) {
			out.AppendNull()
		} else {
			out.AppendDyn(value.ParseDyn(value.DynAt(v, i).String()))
		}
	}
	return out.Vector()
}

// take gives the rows in build as a batch and begins anew.
func (r *Rows) take() *value.Batch {
	b := &value.Batch{N: r.n}
	for _, build := range r.build {
		b.Cols = append(b.Cols, build.Vector())
	}
	r.build, r.n = nil, 0
	return b
}

// flush puts a full part where it stays.
func (r *Rows) flush() error {
	b := r.take()
	if r.store == nil {
		return r.memory.Append(b)
	}
	if r.file == nil {
		f, err := r.store.newFile(r.columns)
		if err != nil {
			return err
		}
		r.file = f
	}
	r.bytes = 0
	return r.file.write(b)
}

// Finish gives the rows as a segment, nil when there are none. Many rows are in a file on disk then; few are in memory, and written
// when the segment becomes part of a table.
func (r *Rows) Finish() (*Segment, error) {
	if r.rows == 0 {
		return nil, nil
	}
	if r.file == nil {
		memory := r.memory
		if memory == nil {
			memory = exec.NewMemory("", plainColumns(r.columns))
		}
		if r.n > 0 {
			if err := memory.Append(r.take()); err != nil {
				return nil, err
			}
		}
		return inMemory(r.columns, memory.Table()), nil
	}
	if r.n > 0 {
		if err := r.file.write(r.take()); err != nil {
			r.Abort()
			return nil, err
		}
	}
	s, err := r.file.finish(r.columns)
	if err != nil {
		r.Abort()
		return nil, err
	}
	r.file = nil
	return s, nil
}

// Abort forgets the rows and removes their file. It does nothing after a Finish that went well.
func (r *Rows) Abort() {
	if r.file != nil {
		r.file.remove()
		r.file = nil
	}
	r.build, r.memory = nil, nil
}

func plainColumns(list []Column) []value.Column {
	columns := make([]value.Column, len(list))
	for i, c := range list {
		columns[i] = value.Column{Name: c.Name, Kind: c.Kind}
	}
	return columns
}

// segmentFile is a segment's file while it is written.
type segmentFile struct {
	store  *Store
	id     [16]byte
	name   string
	file   file
	buffer *bufio.Writer
	out    *source.ParquetWriter
	rows   int64
	bytes  int64 // of the values
	closed bool
}

// newFile begins a segment's file.
func (s *Store) newFile(columns []Column) (*segmentFile, error) {
	f := &segmentFile{store: s, id: newID()}
	f.name = (&Segment{ID: f.id}).file()
	var err error
	if f.file, err = s.create(s.segments, f.name); err != nil {
		return nil, cannotWrite(err)
	}
	f.buffer = bufio.NewWriterSize(f.file, 256<<10)
	f.out = source.NewParquetWriter(f.buffer, plainColumns(columns))
	return f, nil
}

func (f *segmentFile) write(b *value.Batch) error {
	if err := f.out.Write(b); err != nil {
		return cannotWrite(err)
	}
	f.rows += int64(b.N)
	f.bytes += b.Bytes()
	return nil
}

// finish brings the file to disk.
func (f *segmentFile) finish(columns []Column) (*Segment, error) {
	size, err := f.out.Close()
	if err == nil {
		err = f.buffer.Flush()
	}
	if err == nil {
		err = f.file.Sync()
	}
	f.closed = true
	if cause := f.file.Close(); err == nil {
		err = cause
	}
	if err != nil {
		return nil, cannotWrite(err)
	}
	s := &Segment{ID: f.id, Created: now(), Bytes: size, Original: f.bytes, rows: f.rows, root: f.store.segments}
	for _, c := range columns {
		s.ids, s.kinds = append(s.ids, c.ID), append(s.kinds, c.Kind)
	}
	return s, nil
}

func (f *segmentFile) remove() {
	if !f.closed {
		f.file.Close()
	}
	_ = f.store.segments.Remove(f.name) // else the next Open sweeps it
}

// merged gives rows of several segments of a table as one, in memory.
func merged(ctx context.Context, t *Table, list []*Segment) (*Segment, error) {
	var from exec.Table = t.filled(list)
	columns := t.list
	if timesMatter(list) {
		from, columns = t.filled(list).WithTimes(), append(slices.Clone(t.list), timesColumn)
	}
	all := make([]int, len(columns))
	for i := range all {
		all[i] = i
	}
	rows := exec.NewMemory("", plainColumns(columns))
	for i := range from.Segments() {
		b, err := from.Segment(ctx, i, all)
		if err != nil {
			return nil, err
		}
		if err := rows.Append(b); err != nil {
			return nil, err
		}
	}
	out := inMemory(columns, rows.Table())
	out.Tags = list[0].Tags // those of all: segments of other tags aren't joined
	if len(columns) == len(t.list) {
		out.Ingested = list[0].Ingested
	}
	return out, nil
}
