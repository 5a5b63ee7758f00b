package result

import (
	"io"

	"calypso/engine/exec"
	"calypso/engine/source"
	"calypso/kusto/value"
)

const (
	// groupBytes is the most memory that the rows of a row group take while they gather, and a row more. Rows of a few hundred bytes so lie
	// in groups of the engine's own size.
	groupBytes = 16 << 20
	// columnBytes is what a column of very many has of it at least: the footer's note about each is kept until the end.
	columnBytes = 64 << 10
)

// parquet gathers rows into row groups and hands them to the engine's writer, which keeps Kusto's types. A group's memory serves the next.
type parquet struct {
	columns []*value.Builder
	long    []int // the columns whose cells have no fixed size
	width   int   // bytes of a row beside what its long cells refer to
	room    int   // rows that the columns have room for
	most    int   // bytes of a group
	bytes   int   // of the group so far
	writer  *source.ParquetWriter
	to      io.Writer
	out     sink
	err     error
}

// sink is a writer that appends.
type sink struct{ out []byte }

func (s *sink) Write(p []byte) (int, error) {
	s.out = append(s.out, p...)
	return len(p), nil
}

func (f *parquet) writeTo(w io.Writer) { f.to = w }

func (f *parquet) begin(out []byte, columns []value.Column) []byte {
	names := distinct(columns)
	unique := make([]value.Column, len(columns))
	for i, c := range columns {
		unique[i] = value.Column{Name: names[i], Kind: c.Kind}
		f.columns = append(f.columns, value.NewBuilder(c.Kind, 0))
		f.width += 16 // of most kinds it is, or half of it
		if c.Kind == value.String || c.Kind == value.Dynamic {
			f.long = append(f.long, i)
		}
	}
	f.most = max(groupBytes, len(columns)*columnBytes)
	if f.to == nil {
		f.to = &f.out
	}
	f.writer = source.NewParquetWriter(f.to, unique)
	return out
}

func (f *parquet) row(out []byte, cells []*value.Vector, i int) []byte {
	if f.err != nil {
		return out
	}
	if f.columns[0].Len() == f.room {
		f.grow()
	}
	for n, v := range cells {
		f.columns[n].AppendFrom(v, i)
	}
	f.bytes += f.width
	for _, n := range f.long {
		f.bytes += longCell(cells[n], i)
	}
	if f.bytes < f.most && f.columns[0].Len() < exec.SegmentRows {
		return out
	}
	return f.group(out)
}

// grow doubles the room: what append would do by itself takes many more steps, and leaves each behind.
func (f *parquet) grow() {
	more := max(256, f.room)
	for _, c := range f.columns {
		c.Grow(more)
	}
	f.room += more
}

// longCell is the memory that a cell refers to.
func longCell(v *value.Vector, i int) int {
	if i &= v.Mask(); v.Kind == value.String {
		return len(v.Strings[i])
	}
	return int(v.Dynamics[i].Bytes())
}

// group writes the rows so far.
func (f *parquet) group(out []byte) []byte {
	b := &value.Batch{N: f.columns[0].Len()}
	for _, c := range f.columns {
		b.Cols = append(b.Cols, c.View())
	}
	out = f.take(out, f.writer.Write(b))
	for _, c := range f.columns {
		c.Reset()
	}
	f.bytes = 0
	return out
}

func (f *parquet) end(out []byte) []byte {
	out = f.group(out)
	_, err := f.writer.Close()
	return f.take(out, err)
}

// take moves what the writer wrote.
func (f *parquet) take(out []byte, err error) []byte {
	if f.err == nil {
		f.err = err
	}
	out = append(out, f.out.out...)
	f.out.out = f.out.out[:0]
	return out
}

func (f *parquet) failure() error { return f.err }
