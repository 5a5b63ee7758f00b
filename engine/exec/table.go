// What exec reads from: tables in immutable segments. Sources implement Table; Memory is the one that holds everything in
// memory.

package exec

import (
	"context"

	"calypso/kusto/value"
)

// SegmentRows is the largest number of rows in a segment: the unit of parallel work and of skipping by statistics.
const SegmentRows = 65536

// BatchRows is the number of rows that operators hand on at a time. It is a multiple of 64, so that a slice of a segment's
// null bitmap is a slice of its words.
const BatchRows = 2048

// Table is the rows of one table at one moment: an immutable list of segments. All methods may be called from many
// goroutines at once.
type Table interface {
	// Name is the table's name in its database.
	Name() string
	// Columns gives names and types; the caller doesn't change the slice.
	Columns() []value.Column
	// Rows is the number of rows, or -1 when it isn't known without reading.
	Rows() int64
	// Segments is the number of segments. All have SegmentRows rows at most; a shorter one may stand anywhere.
	Segments() int
	// Segment reads the given columns of one segment, in the order asked for. The batch has the segment's rows even when
	// columns is empty; its vectors are never changed afterwards, by either side.
	Segment(ctx context.Context, segment int, columns []int) (*value.Batch, error)
	// Stats tells what is known of a column in a segment without reading it; ok is false when nothing is.
	Stats(segment, column int) (s Stats, ok bool)
}

// CodedTable is a table that can give string columns coded (see value.Words): Segment with that difference.
type CodedTable interface {
	Table
	CodedSegment(ctx context.Context, segment int, columns []int) (*value.Batch, error)
}

// Stats bounds a column's values in one segment. A filter skips a segment only where these make that exact.
type Stats struct {
	// Min and Max are vectors of one row with the smallest and largest value that is neither null nor NaN; nil when there is
	// no such value or the type has no order (dynamic, guid).
	Min, Max *value.Vector
	// Nulls is the number of nulls, NaNs the number of NaN values (real only).
	Nulls, NaNs int
}
