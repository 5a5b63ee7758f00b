package kusto

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"calypso/kql/symbol"
	"calypso/kusto/value"
)

// Cluster is what the tools need: a Client of a cluster, or the embedded engine.
type Cluster interface {
	// Stream runs a query and feeds its tables to the sink; a limit that cut a result ends its table as truncated.
	Stream(context.Context, Query, Sink) (Done, error)
	// Database loads one database's schema; "" means the default.
	Database(ctx context.Context, name string) (*symbol.Database, error)
}

// Tools is what a model, or a person in its stead, may ask of one database. They give facts; how much of them a model sees, and
// whether it may ask at all, is for others to decide.
type Tools struct {
	Of       Cluster
	Database string // "" means the cluster's default
	MaxRows  int64  // ExecuteQuery keeps no more; 0 means all that the cluster gives
	MaxBytes int64  // as MaxRows, of what the rows take in memory
}

// QueryResult is the answer of ExecuteQuery.
type QueryResult struct {
	Columns         []value.Column
	Batches         []value.Batch
	RowCount        int64
	Truncated       bool // more rows exist than were kept, by the caller's limit or the cluster's
	Visualization   string
	ClientRequestID string
	Duration        time.Duration
}

// ExecuteQuery runs a query and keeps the rows of its first result.
func (t Tools) ExecuteQuery(ctx context.Context, query string) (*QueryResult, error) {
	return t.Run(ctx, Query{Text: query})
}

// Run is ExecuteQuery with the request's options, name and limits as given; its database is the tools'.
func (t Tools) Run(ctx context.Context, q Query) (*QueryResult, error) {
	began := time.Now()
	q.Database = t.Database
	keep := &keeper{max: t.MaxRows, maxBytes: t.MaxBytes}
	done, err := t.Of.Stream(ctx, q, keep)
	keep.out.Duration, keep.out.ClientRequestID = time.Since(began), done.ClientRequestID
	var f *Failure
	switch {
	case errors.Is(err, errEnough):
		err = nil
	case errors.As(err, &f) && f.Kind == Limit && keep.out.RowCount > 0: // told at the answer's end
		keep.out.Truncated, err = true, nil
	}
	if err != nil {
		return nil, err
	}
	return &keep.out, nil
}

// errEnough ends a query whose first rows are all that is wanted.
var errEnough = errors.New("enough rows")

// keeper keeps the first result.
type keeper struct {
	out      QueryResult
	max      int64
	maxBytes int64
	bytes    int64
	tables   int
}

// Table begins a result; only the first counts.
func (k *keeper) Table(_ string, columns []value.Column) error {
	if k.tables++; k.tables == 1 {
		k.out.Columns = columns
	}
	return nil
}

// Rows keeps rows up to the limit.
func (k *keeper) Rows(b *value.Batch) error {
	if k.tables > 1 {
		return nil
	}
	rows := *b
	if k.max > 0 && k.out.RowCount+int64(b.N) > k.max {
		rows, k.out.Truncated = value.SliceBatch(rows, 0, int(k.max-k.out.RowCount)), true
	}
	if k.bytes += rows.Bytes(); k.maxBytes > 0 && k.bytes > k.maxBytes {
		k.out.Truncated = true
		return errEnough
	}
	if rows.N > 0 {
		k.out.Batches = append(k.out.Batches, rows)
	}
	k.out.RowCount += int64(rows.N)
	if k.out.Truncated {
		return errEnough
	}
	return nil
}

// End ends a result.
func (k *keeper) End(truncated bool, visualization string) error {
	if k.tables == 1 {
		k.out.Truncated, k.out.Visualization = truncated, visualization
	}
	return nil
}

// TableSchema gives a table, view or external table.
func (t Tools) TableSchema(ctx context.Context, name string) (*symbol.TableSymbol, error) {
	d, err := t.Of.Database(ctx, t.Database)
	if err != nil {
		return nil, err
	}
	if table := d.Table(name); table != nil {
		return table, nil
	}
	missing := &Failure{Kind: NotFound, Message: fmt.Sprintf("table %s isn't in database %s", quote(name), quote(d.Name)), Hint: "list the tables to see which are"}
	for _, table := range d.Tables {
		if strings.EqualFold(table.Name, name) {
			missing.Hint = "did you mean " + quote(table.Name) + "?"
		}
	}
	return nil, missing
}

// TableList is the answer of ListTables.
type TableList struct {
	Database string
	Tables   []*symbol.TableSymbol // views and external tables too
}

// ListTables gives the tables.
func (t Tools) ListTables(ctx context.Context) (*TableList, error) {
	d, err := t.Of.Database(ctx, t.Database)
	if err != nil {
		return nil, err
	}
	return &TableList{Database: d.Name, Tables: d.Tables}, nil
}
