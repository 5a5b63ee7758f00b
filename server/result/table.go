package result

import (
	"sort"
	"sync/atomic"

	"calypso/kusto/value"
)

// Chart is what a render operator asked for, by Kusto's names.
type Chart struct {
	Kind, Title string
	Properties  map[string]string
}

// Table is one table of a result: batches of column vectors, end to end.
type Table struct {
	Name      string
	Columns   []value.Column
	Truncated bool // a limit cut it
	Chart     *Chart

	chosen  atomic.Pointer[Chart] // see Drawn
	batches []*value.Batch
	ends    []int // ends[i] is the number of rows up to and with batch i
	bytes   int64
}

// Rows is the number of rows.
func (t *Table) Rows() int {
	if len(t.ends) == 0 {
		return 0
	}
	return t.ends[len(t.ends)-1]
}

func (t *Table) add(b *value.Batch) {
	if b.N == 0 {
		return
	}
	t.batches = append(t.batches, b)
	t.ends = append(t.ends, t.Rows()+b.N)
	t.bytes += b.Bytes()
}

// at finds the batch of a row, and its place in there.
func (t *Table) at(row int) (*value.Batch, int) {
	i := sort.SearchInts(t.ends, row+1)
	start := 0
	if i > 0 {
		start = t.ends[i-1]
	}
	return t.batches[i], row - start
}

// column gives a whole column as one vector.
func (t *Table) column(i int) *value.Vector {
	if len(t.batches) == 1 {
		return t.batches[0].Cols[i]
	}
	parts := make([]*value.Vector, len(t.batches))
	for n, b := range t.batches {
		parts[n] = b.Cols[i]
	}
	return value.Concat(t.Columns[i].Kind, parts...)
}
