package result

import (
	"calypso/engine/exec"
	"calypso/engine/source"
	"calypso/kusto/value"
)

// parquet gathers rows into row groups and hands them to the engine's writer, which keeps Kusto's types.
type parquet struct {
	columns []*value.Builder
	writer  *source.ParquetWriter
	out     sink
	err     error
}

// sink is a writer that appends.
type sink struct{ out []byte }

func (s *sink) Write(p []byte) (int, error) {
	s.out = append(s.out, p...)
	return len(p), nil
}

func (f *parquet) begin(out []byte, columns []value.Column) []byte {
	names := distinct(columns)
	unique := make([]value.Column, len(columns))
	for i, c := range columns {
		unique[i] = value.Column{Name: names[i], Kind: c.Kind}
		f.columns = append(f.columns, value.NewBuilder(c.Kind, exec.SegmentRows/8))
	}
	f.writer = source.NewParquetWriter(&f.out, unique)
	return out
}

func (f *parquet) row(out []byte, cells []*value.Vector, i int) []byte {
	for n, v := range cells {
		f.columns[n].AppendFrom(v, i)
	}
	if f.columns[0].Len() < exec.SegmentRows {
		return out
	}
	return f.group(out)
}

// group writes the rows so far.
func (f *parquet) group(out []byte) []byte {
	b := &value.Batch{N: f.columns[0].Len()}
	for i, c := range f.columns {
		v := c.Vector()
		b.Cols = append(b.Cols, v)
		f.columns[i] = value.NewBuilder(v.Kind, exec.SegmentRows/8)
	}
	return f.take(out, f.writer.Write(b))
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
