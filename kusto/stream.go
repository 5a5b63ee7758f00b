package kusto

import (
	"context"
	"errors"

	"calypso/kusto/value"
)

// Sink takes the tables of a query, one after the other, from one goroutine. Its errors end the query.
type Sink interface {
	// Table begins a table.
	Table(name string, columns []value.Column) error
	// Rows adds rows to it; the batch is the sink's to keep.
	Rows(*value.Batch) error
	// End ends it. truncated: a limit cut it. visualization: JSON of the render operator, "" for none.
	End(truncated bool, visualization string) error
}

// Done is what is known of a query that ended.
type Done struct {
	ClientRequestID string
	Usage           Usage
	Note            string // what a person should know beside the rows; "" mostly
}

// Stream runs a query or command and feeds its tables to the sink. A limit of rows or memory that cut a result is no error: its
// table ends as truncated.
func (c *Client) Stream(ctx context.Context, q Query, sink Sink) (Done, error) {
	if q.RequestID == "" {
		q.RequestID = NewRequestID()
	}
	done := Done{ClientRequestID: q.RequestID}
	if q.Command {
		answer, err := c.Mgmt(ctx, q)
		if err != nil {
			return done, err
		}
		return done, answer.feed(sink)
	}
	r, err := c.Query(ctx, q)
	if err != nil {
		return done, err
	}
	defer r.Close()
	for {
		t, err := r.NextTable(ctx)
		done.Usage = r.Usage
		if err != nil || t == nil {
			return done, err
		}
		if err := t.feed(ctx, sink); err != nil {
			return done, err
		}
	}
}

func (t *Table) feed(ctx context.Context, sink Sink) error {
	if err := sink.Table(t.Name, t.Columns); err != nil {
		return err
	}
	for {
		b, err := t.Next(ctx)
		var f *Failure
		switch {
		case errors.As(err, &f) && f.Kind == Limit:
			return sink.End(true, t.Visualization)
		case err != nil:
			return err
		case b == nil:
			return sink.End(false, t.Visualization)
		}
		if err := sink.Rows(b); err != nil {
			return err
		}
	}
}

func (a *Answer) feed(sink Sink) error {
	if err := sink.Table("Table_0", a.Columns); err != nil {
		return err
	}
	for i := range a.Batches {
		if err := sink.Rows(&a.Batches[i]); err != nil {
			return err
		}
	}
	return sink.End(false, "")
}
