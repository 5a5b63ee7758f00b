package kusto

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"calypso/kusto/value"
	"calypso/kusto/wire"

	"github.com/Azure/azure-kusto-go/azkustodata"
	"github.com/Azure/azure-kusto-go/azkustodata/kql"
)

// Query is one query to run.
type Query struct {
	Database   string            // "" means the connection's
	Text       string            // KQL
	Parameters map[string]string // values of declared query parameters, as KQL literals
	Options    map[string]any    // request properties by name, as truncationmaxrecords
	RequestID  string            // "" means a new one
	Timeout    time.Duration     // 0 means the client's
}

// Result is a running query: its tables one after the other. Close it. It is used by one goroutine at a time.
type Result struct {
	ClientRequestID string

	where    Connection
	body     io.ReadCloser
	decoder  *wire.Decoder
	open     *Table
	charts   map[int]string // Visualization by the result's table id
	failed   *Failure
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

// Query sends a query. Errors here come before any row; later ones come from Table.Next, behind the rows before them.
func (c *Client) Query(ctx context.Context, q Query) (*Result, error) {
	id := q.RequestID
	if id == "" {
		id = newRequestID()
	}
	options := []azkustodata.QueryOption{azkustodata.ClientRequestID(id), azkustodata.Application(c.opts.Application),
		azkustodata.V2NewlinesBetweenFrames(), azkustodata.V2FragmentPrimaryTables(),
		azkustodata.ResultsErrorReportingPlacement(azkustodata.ResultsErrorReportingPlacementEndOfTable)}
	for name, v := range q.Options {
		options = append(options, azkustodata.CustomQueryOption(name, v))
	}
	if t := cmpTimeout(q.Timeout, c.opts.Timeout); t > 0 {
		options = append(options, azkustodata.ServerTimeout(t))
	}
	var n note
	noted := context.WithValue(withParameters(ctx, q.Parameters), noteKey{}, &n)
	body, err := c.azure.RawV2(noted, c.database(q.Database), kql.New("").AddUnsafe(q.Text), options)
	if err != nil {
		switch {
		case ctx.Err() != nil:
			err = ctx.Err()
		case n.err != nil:
			err = n.err
		}
		return nil, failure(c.where, id, err)
	}
	return &Result{ClientRequestID: id, where: c.where, body: body, decoder: wire.NewDecoder(body), charts: map[int]string{}}, nil
}

func cmpTimeout(asked, standard time.Duration) time.Duration {
	if asked > 0 {
		return asked
	}
	return standard
}

// NextTable gives the next result table, nil after the last. What is left of the one before is passed over.
func (r *Result) NextTable(ctx context.Context) (*Table, error) {
	if r.open != nil && !r.open.ended {
		for {
			b, err := r.open.Next(ctx)
			if err != nil {
				return nil, err
			}
			if b == nil {
				break
			}
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
			r.properties(e)
		}
	}
	if r.failed != nil {
		failed := r.failed
		r.failed = nil // told once
		return nil, failed
	}
	return nil, nil
}

// properties keeps the render instructions, which stand in front of the results.
func (r *Result) properties(e wire.Event) {
	if len(e.Batch.Cols) < 3 || e.Batch.Cols[0].Ints == nil || e.Batch.Cols[1].Strings == nil || e.Batch.Cols[2].Dynamics == nil {
		return
	}
	for i := range e.Batch.N {
		if e.Batch.Cols[1].Strings[i] != "Visualization" {
			continue
		}
		text := e.Batch.Cols[2].Dynamics[i].Text()
		var chart struct{ Visualization *string }
		if json.Unmarshal([]byte(text), &chart) == nil && chart.Visualization != nil {
			r.charts[int(e.Batch.Cols[0].Ints[i])] = text
		}
	}
}

// event reads on; the end of the answer keeps its errors for whoever asks for more.
func (r *Result) event(ctx context.Context) (wire.Event, error) {
	e, err := r.decoder.Next()
	if err != nil {
		r.finished = true
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return wire.Event{Kind: wire.Finish}, nil
		}
		return e, failure(r.where, r.ClientRequestID, err)
	}
	if e.Kind == wire.Finish {
		r.finished = true
		switch {
		case len(e.Errors) > 0:
			r.failed = fromRemote(e.Errors[0], r.ClientRequestID)
		case e.Cancelled:
			r.failed = &Failure{Kind: Cancelled, Message: "the cluster cancelled the query", ClientRequestID: r.ClientRequestID}
		case e.HasErrors:
			r.failed = &Failure{Kind: Server, Message: "the cluster reports an error without saying which", ClientRequestID: r.ClientRequestID}
		}
	}
	return e, nil
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
				t.err = fromRemote(e.Errors[0], r.ClientRequestID)
			}
			return nil, t.err
		case wire.Finish:
			t.ended = true
			return nil, nil
		}
	}
}

// Close ends the query for this side; a query that isn't read to its end may run on in the cluster until Client.Cancel.
func (r *Result) Close() {
	r.finished = true
	if r.open != nil {
		r.open.ended = true
	}
	_ = r.body.Close()
}
