// What stands in for a table that couldn't be made.

package source

import (
	"context"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

// Broken is a table that couldn't be made: it has no columns, and opening or reading it gives the error. Who binds queries opens it
// first, as it does a Lazy table, so that the user reads what is wrong with the file rather than that a column is unknown.
type Broken struct {
	name string
	err  error
}

var _ exec.Table = (*Broken)(nil)

// Open gives the error.
func (b *Broken) Open(context.Context) (exec.Table, error) { return nil, b.err }

// Problem is why it can't be used.
func (b *Broken) Problem() error { return b.err }

// Name is the name that the table would have.
func (b *Broken) Name() string { return b.name }

// Columns is empty.
func (b *Broken) Columns() []value.Column { return nil }

// Rows is unknown.
func (b *Broken) Rows() int64 { return -1 }

// Segments is one, so that a scan meets the error.
func (b *Broken) Segments() int { return 1 }

// Segment gives the error.
func (b *Broken) Segment(context.Context, int, []int) (*value.Batch, error) { return nil, b.err }

// Stats knows nothing.
func (b *Broken) Stats(int, int) (exec.Stats, bool) { return exec.Stats{}, false }
