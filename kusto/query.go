package kusto

import (
	"context"
	"errors"
	"io"
	"time"

	"calypso/kusto/value"
	"calypso/kusto/wire"

	"github.com/Azure/azure-kusto-go/azkustodata"
	"github.com/Azure/azure-kusto-go/azkustodata/kql"
)

// Query is one query or management command to run.
type Query struct {
	Database   string            // "" means the connection's
	Text       string            // KQL
	Command    bool              // a management command; for Stream
	Parameters map[string]string // values of declared query parameters, as KQL literals
	Options    map[string]any    // request properties by name, as truncationmaxrecords
	RequestID  string            // "" means a new one
	Timeout    time.Duration     // 0 means the client's
}

// Result is a running query: its tables one after the other. Close it. It is used by one goroutine at a time.
type Result struct {
	ClientRequestID string
	Usage           Usage // what it cost the cluster; complete after the last table

	where    Connection
	body     io.ReadCloser
	cancel   func()
	stopper  stopper
	decoder  *wire.Decoder
	open     *Table
	charts   map[int]string // Visualization by the result's table id
	failed   *Failure       // of the whole answer, still to be told
	told     bool           // a table told its error
	finished bool
}

// Table is one result table: a schema, then batches.
type Table struct {
	Name          string
	Columns       []value.Column
	Visualization string // JSON of the render operator; "" when there is none

	result *Result
	ended  bool
	err    error
}

// Query sends a query. Errors here come before any row; later ones come from Table.Next, behind the rows before them. When the
// context ends, so does the query, on the cluster too.
func (c *Client) Query(ctx context.Context, q Query) (*Result, error) {
	r := &Result{ClientRequestID: q.RequestID, where: c.where, charts: map[int]string{}}
	if r.ClientRequestID == "" {
		r.ClientRequestID = NewRequestID()
	}
	limit := c.timeLimit(ctx, q.Timeout, queryTime)
	options, err := c.queryOptions(q, r.ClientRequestID, limit)
	if err != nil {
		return nil, err
	}
	if ownsTime(q.Options) {
		limit = maxTime
	}
	r.stopper = stopper{client: c, database: q.Database, id: r.ClientRequestID}
	bounded, heard, cancel := firstWord(ctx, limit)
	r.cancel = cancel
	r.body, err = c.azure.RawV2(withParameters(bounded, q.Parameters), c.database(q.Database), kql.New("").AddUnsafe(q.Text), options)
	heard()
	if err != nil {
		if bounded.Err() != nil {
			err = context.Cause(bounded)
			r.stopper.stop(ctx)
		}
		cancel()
		return nil, failure(c.where, r.ClientRequestID, err)
	}
	r.decoder = wire.NewDecoder(r.body)
	return r, nil
}

// queryOptions are azkustodata's, ours last: the decoder relies on them.
func (c *Client) queryOptions(q Query, id string, limit time.Duration) ([]azkustodata.QueryOption, error) {
	var options []azkustodata.QueryOption
	for name, v := range q.Options {
		if name == azkustodata.NoRequestTimeoutValue {
			if _, ok := v.(bool); !ok { // azkustodata panics on others
				return nil, &Failure{Kind: BadQuery, ClientRequestID: id, Message: "the option norequesttimeout is no bool", Hint: "set it to true or false"}
			}
		}
		options = append(options, azkustodata.CustomQueryOption(name, v))
	}
	if !ownsTime(q.Options) {
		options = append(options, azkustodata.CustomQueryOption(azkustodata.ServerTimeoutValue, clock(limit)))
	}
	return append(options, azkustodata.ClientRequestID(id), azkustodata.Application(c.opts.Application), azkustodata.User(c.opts.User),
		azkustodata.V2NewlinesBetweenFrames(), azkustodata.V2FragmentPrimaryTables(),
		azkustodata.ResultsErrorReportingPlacement(azkustodata.ResultsErrorReportingPlacementEndOfTable)), nil
}

// ownsTime tells whether a query's options set its time limit.
func ownsTime(options map[string]any) bool {
	return options[azkustodata.ServerTimeoutValue] != nil || options[azkustodata.NoRequestTimeoutValue] != nil
}

// NextTable gives the next result table, nil after the last. What is left of the one before is passed over.
func (r *Result) NextTable(ctx context.Context) (*Table, error) {
	for r.open != nil && !r.open.ended {
		if _, err := r.open.Next(ctx); err != nil {
			return nil, err
		}
	}
	for !r.finished {
		e, err := r.event(ctx)
		if err != nil {
			return nil, err
		}
		switch {
		case e.Kind == wire.TableStart && e.Table.Kind == wire.PrimaryResult:
			r.open = &Table{Name: e.Table.Name, Columns: e.Table.Columns, Visualization: r.charts[e.Table.ID], result: r}
			return r.open, nil
		case e.Kind == wire.Rows && e.Table.Kind == wire.QueryProperties:
			r.properties(&e.Batch)
		case e.Kind == wire.Rows && e.Table.Kind == wire.QueryCompletionInformation:
			r.Usage.read(e.Table.Columns, &e.Batch)
		}
	}
	if failed := r.failed; failed != nil {
		r.failed = nil // told once
		return nil, failed
	}
	return nil, nil
}

// event reads on; the end of the answer keeps its errors for whoever asks for more.
func (r *Result) event(ctx context.Context) (wire.Event, error) {
	unwatch := context.AfterFunc(ctx, r.cancel) // unblocks the read, whichever context the query began with
	e, err := r.decoder.Next()
	unwatch()
	if err != nil {
		r.finished = true
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			r.stopper.over()
			return wire.Event{Kind: wire.Finish}, nil
		}
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			r.stopper.stop(ctx)
		}
		r.stopper.over()
		return e, failure(r.where, r.ClientRequestID, err)
	}
	if e.Kind == wire.Finish {
		r.finished = true
		r.stopper.over()
		r.failed = r.verdict(e)
	}
	return e, nil
}

// verdict is the failure of the whole answer, unless a table told it before.
func (r *Result) verdict(e wire.Event) *Failure {
	switch {
	case r.told:
		return nil
	case len(e.Errors) > 0:
		return fromRemote(e.Errors[0], r.ClientRequestID)
	case e.Cancelled:
		return &Failure{Kind: Cancelled, Message: "the cluster cancelled the query", ClientRequestID: r.ClientRequestID}
	case e.HasErrors:
		return &Failure{Kind: Server, Message: "the cluster reports an error without saying which", ClientRequestID: r.ClientRequestID}
	}
	return nil
}

// Next gives the table's next rows, nil at its end. An error that cut the table short comes after its last rows.
func (t *Table) Next(ctx context.Context) (*value.Batch, error) {
	if t.ended {
		return nil, t.err
	}
	r := t.result
	for {
		e, err := r.event(ctx)
		if err != nil {
			t.ended, t.err = true, err
			return nil, err
		}
		switch e.Kind {
		case wire.Rows:
			return &e.Batch, nil
		case wire.TableEnd:
			t.ended = true
			if len(e.Errors) > 0 {
				t.err, r.told = fromRemote(e.Errors[0], r.ClientRequestID), true
			}
			return nil, t.err
		case wire.Finish:
			t.ended = true
			return nil, nil
		}
	}
}

// Close ends the query. One that isn't read to its end is stopped on the cluster too, which takes cancelTime at most.
func (r *Result) Close() {
	r.cancel()
	_ = r.body.Close()
	if !r.finished {
		r.stopper.stop(context.Background())
	}
	r.finished = true
	if r.open != nil {
		r.open.ended = true
	}
}
