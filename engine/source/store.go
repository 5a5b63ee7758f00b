// Tables held in memory, as loads make them: segments of vectors, with statistics computed when first asked for.

package source

import (
	"context"
	"slices"
	"sync/atomic"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

// stored is a table in memory. It is changed only until finish.
type stored struct {
	name     string
	columns  []value.Column
	segments []storedSegment
	rows     int64
	bytes    int64
	limit    int64
	some     []bool  // the column has a value that is neither null nor ""
	misfits  []int64 // cells by column that became null because they don't fit the given type
}

type storedSegment struct {
	rows    int
	columns []*value.Vector
	stats   []atomic.Pointer[exec.Stats]
}

var _ exec.Table = (*stored)(nil)

func newStored(columns []value.Column, options Options) *stored {
	return &stored{columns: columns, limit: options.maxBytes(), some: make([]bool, len(columns)), misfits: make([]int64, len(columns))}
}

// append adds the rows of a block, as one segment or several.
func (t *stored) append(file string, columns []column, rows int) error {
	if rows == 0 {
		return nil
	}
	vectors := make([]*value.Vector, len(columns))
	for i := range columns {
		c := &columns[i]
		t.some[i] = t.some[i] || c.some
		t.misfits[i] += int64(c.misfits)
		t.bytes += c.bytes()
		vectors[i] = c.vector()
	}
	if t.bytes > t.limit {
		return memoryProblem(file, t.limit)
	}
	for from := 0; from < rows; from += exec.SegmentRows {
		to := min(from+exec.SegmentRows, rows)
		part := vectors
		if to-from < rows {
			part = make([]*value.Vector, len(vectors))
			for i, v := range vectors {
				part[i] = value.Slice(v, from, to)
			}
		}
		t.segments = append(t.segments, newStoredSegment(part, to-from))
	}
	t.rows += int64(rows)
	return nil
}

func newStoredSegment(columns []*value.Vector, rows int) storedSegment {
	return storedSegment{rows: rows, columns: columns, stats: make([]atomic.Pointer[exec.Stats], len(columns))}
}

func memoryProblem(file string, limit int64) error {
	return problemf(file, 0, "needs more than %d MB of memory once loaded; raise the limit, split the file, or convert it to Parquet, which is read column by column", limit>>20)
}

// finish ends the load. An inferred column without a single value is a string column.
func (t *stored) finish(inferred bool) {
	for i := range t.columns {
		if inferred && !t.some[i] {
			t.retype(i, value.String)
		}
	}
}

// retype makes a column that has no value one of another kind.
func (t *stored) retype(i int, kind value.Kind) {
	t.columns[i].Kind = kind
	for _, s := range t.segments {
		s.columns[i] = value.Flat(value.NewNull(kind, s.rows))
	}
}

func (t *stored) Name() string            { return t.name }
func (t *stored) Columns() []value.Column { return t.columns }
func (t *stored) Rows() int64             { return t.rows }
func (t *stored) Segments() int           { return len(t.segments) }

func (t *stored) Segment(ctx context.Context, segment int, columns []int) (*value.Batch, error) {
	s := &t.segments[segment]
	b := &value.Batch{N: s.rows, Cols: make([]*value.Vector, len(columns))}
	for i, c := range columns {
		b.Cols[i] = s.columns[c]
	}
	return b, ctx.Err()
}

func (t *stored) Stats(segment, column int) (exec.Stats, bool) {
	s := &t.segments[segment]
	if known := s.stats[column].Load(); known != nil {
		return *known, true
	}
	stats, ok := vectorStats(s.columns[column])
	if ok {
		s.stats[column].Store(&stats)
	}
	return stats, ok
}

// Misfits tells for each column how many cells became null because they didn't fit a given type.
func (t *stored) Misfits() []int64 { return slices.Clone(t.misfits) }
