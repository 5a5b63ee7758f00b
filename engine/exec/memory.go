// Memory is a table held in memory; MemoryBuilder makes one from rows as they come.

package exec

import (
	"context"
	"fmt"

	"calypso/kusto/value"
)

// Memory is an immutable table in memory.
type Memory struct {
	name     string
	columns  []value.Column
	rows     int64
	segments []memorySegment
}

type memorySegment struct {
	batch *value.Batch
	stats []Stats
}

var _ Table = (*Memory)(nil)

// Name is the table's name.
func (m *Memory) Name() string { return m.name }

// Columns gives names and types.
func (m *Memory) Columns() []value.Column { return m.columns }

// Rows is the number of rows.
func (m *Memory) Rows() int64 { return m.rows }

// Segments is the number of segments.
func (m *Memory) Segments() int { return len(m.segments) }

// Segment gives columns of a segment; nothing is copied.
func (m *Memory) Segment(ctx context.Context, segment int, columns []int) (*value.Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	from := m.segments[segment].batch
	out := &value.Batch{N: from.N, Cols: make([]*value.Vector, len(columns))}
	for i, c := range columns {
		out.Cols[i] = from.Cols[c]
	}
	return out, nil
}

// Stats gives the bounds of a column in a segment.
func (m *Memory) Stats(segment, column int) (Stats, bool) {
	return m.segments[segment].stats[column], true
}

// Bytes estimates the memory that the table holds.
func (m *Memory) Bytes() int64 {
	var n int64
	for _, s := range m.segments {
		n += s.batch.Bytes()
	}
	return n
}

// MemoryBuilder gathers rows into segments. It is used by one goroutine.
type MemoryBuilder struct {
	table    *Memory
	building []*value.Builder
	n        int // rows in building
}

// NewMemory begins a table. Column names are unique; the caller gives the slice away.
func NewMemory(name string, columns []value.Column) *MemoryBuilder {
	return &MemoryBuilder{table: &Memory{name: name, columns: columns}}
}

// Append adds a batch's rows; its columns are of the table's types, in the table's order.
func (b *MemoryBuilder) Append(batch *value.Batch) error {
	if len(batch.Cols) != len(b.table.columns) {
		return fmt.Errorf("table '%s' has %d columns, the rows have %d", b.table.name, len(b.table.columns), len(batch.Cols))
	}
	for i, v := range batch.Cols {
		if c := b.table.columns[i]; v.Kind != c.Kind || v.N < batch.N {
			return fmt.Errorf("column '%s' of table '%s' is %s, the rows have %s", c.Name, b.table.name, c.Kind, v.Kind)
		}
	}
	if b.n == 0 && batch.N == SegmentRows {
		b.seal(batch)
		return nil
	}
	for from := 0; from < batch.N; {
		to := min(batch.N, from+SegmentRows-b.n)
		b.add(batch, from, to)
		from = to
	}
	return nil
}

func (b *MemoryBuilder) add(batch *value.Batch, from, to int) {
	if b.building == nil {
		for _, c := range b.table.columns {
			b.building = append(b.building, value.NewBuilder(c.Kind, min(SegmentRows, batch.N)))
		}
	}
	for i, v := range batch.Cols {
		b.building[i].AppendAll(value.Slice(v, from, to))
	}
	if b.n += to - from; b.n == SegmentRows {
		b.flush()
	}
}

func (b *MemoryBuilder) flush() {
	if b.n == 0 {
		return
	}
	batch := &value.Batch{N: b.n}
	for _, build := range b.building {
		batch.Cols = append(batch.Cols, build.Vector())
	}
	b.n = 0
	b.seal(batch)
}

func (b *MemoryBuilder) seal(batch *value.Batch) {
	s := memorySegment{batch: &value.Batch{N: batch.N}, stats: make([]Stats, len(batch.Cols))}
	for i, v := range batch.Cols {
		v = value.Flat(v)
		s.batch.Cols = append(s.batch.Cols, v)
		s.stats[i] = statsOf(v)
	}
	b.table.rows += int64(batch.N)
	b.table.segments = append(b.table.segments, s)
}

// Rows is the number of rows so far.
func (b *MemoryBuilder) Rows() int64 { return b.table.rows + int64(b.n) }

// Table gives the table; the builder is used up.
func (b *MemoryBuilder) Table() *Memory {
	b.flush()
	return b.table
}

// statsOf finds a column's bounds.
func statsOf(v *value.Vector) Stats {
	var s Stats
	ordered := v.Kind != value.Dynamic && v.Kind != value.Guid
	lo, hi := -1, -1
	for i := range v.N {
		if v.IsNull(i) {
			s.Nulls++
			continue
		}
		if v.Kind == value.Real && v.Reals[i] != v.Reals[i] {
			s.NaNs++
			continue
		}
		if !ordered {
			continue
		}
		if lo < 0 || value.Compare(v, i, v, lo) < 0 {
			lo = i
		}
		if hi < 0 || value.Compare(v, i, v, hi) > 0 {
			hi = i
		}
	}
	if lo >= 0 {
		s.Min, s.Max = value.ConstOf(v, lo, 1), value.ConstOf(v, hi, 1)
	}
	return s
}
