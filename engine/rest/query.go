package rest

import (
	"context"
	"errors"
	"time"

	"calypso/engine"
	"calypso/engine/command"
	"calypso/kusto/value"
	"calypso/kusto/wire"
)

// From an answer of the engine to frames. An error before the first row gets a status code; a later one stands behind the rows
// that came before it.

const (
	succeeded = `{"Count":1,"Text":"Query completed successfully"}`
	stopped   = `{"Count":1,"Text":"Query stopped with an error"}`
)

// reader hands out the batches of a table, the first of which was read ahead.
type reader struct {
	table *engine.ResultTable
	ahead *value.Batch
	err   error
	begun bool
}

func (r *reader) next(ctx context.Context) (*value.Batch, error) {
	if r.begun {
		r.begun = false
		if r.ahead != nil || r.err != nil {
			return r.ahead, r.err
		}
		return nil, nil
	}
	if r.err != nil {
		return nil, nil
	}
	return r.table.Next(ctx)
}

// readers reads the first rows of the first table ahead, so that an error in them gets a status code.
func readers(ctx context.Context, a *engine.Answer) ([]*reader, error) {
	list := make([]*reader, len(a.Tables))
	for i, t := range a.Tables {
		list[i] = &reader{table: t}
	}
	if len(list) == 0 {
		return list, nil
	}
	first := list[0]
	first.begun = true
	if first.ahead, first.err = first.table.Next(ctx); first.err != nil && !partial(first.err) {
		return nil, first.err
	}
	return list, nil
}

// partial tells the errors that a cluster puts into an answer rather than into a status code.
func partial(err error) bool {
	var e *engine.Error
	return errors.As(err, &e) && e.Kind == engine.Limit && !errors.Is(err, context.DeadlineExceeded)
}

func (c *call) queryV2(ctx context.Context, r request) error {
	answer, err := c.server.engine.Query(ctx, r.Request)
	if err != nil {
		return err
	}
	defer answer.Close()
	list, err := readers(ctx, answer)
	if err != nil {
		return err
	}
	r.v2.Flush = c.flush
	return c.sendV2(ctx, wire.NewV2Writer(c, r.v2), list)
}

// table is what the two writers have in common.
type table interface {
	BeginTable(name string, columns []value.Column) error
	Rows(value.Batch) error
	EndTable([]*wire.Error) error
}

// send writes one table and gives the error that cut it short, which is part of the answer.
func (c *call) send(ctx context.Context, w table, name string, r *reader) (failed *wire.Error, err error) {
	if err := w.BeginTable(name, r.table.Columns); err != nil {
		return nil, err
	}
	flushed := time.Now()
	for {
		b, err := r.next(ctx)
		if ctx.Err() != nil {
			return nil, ctx.Err() // the client is gone: write nothing
		}
		if err != nil {
			failed = kustoError(err)
			c.complete(failed)
			return failed, w.EndTable([]*wire.Error{failed})
		}
		if b == nil {
			return nil, w.EndTable(nil)
		}
		if err := w.Rows(*b); err != nil {
			return nil, err
		}
		if f, ok := w.(interface{ Flush() error }); ok && time.Since(flushed) > flushEvery {
			if err := f.Flush(); err != nil {
				return nil, err
			}
			flushed = time.Now()
		}
	}
}

// flushEvery is how long rows of a slow query wait for more of them.
const flushEvery = 250 * time.Millisecond

func (c *call) sendV2(ctx context.Context, w *wire.V2Writer, list []*reader) error {
	var props []wire.Property
	for i, r := range list {
		props = append(props, wire.Property{Table: i + 1, Key: "Visualization", Value: visualization(r.table)})
	}
	if err := w.Start(); err != nil {
		return err
	}
	if err := w.Properties(props); err != nil {
		return err
	}
	payload := succeeded
	for _, r := range list {
		failed, err := c.send(ctx, w, r.table.Name, r)
		if err != nil {
			return err
		}
		if failed != nil { // what follows shares the query that failed
			payload = stopped
			break
		}
	}
	return w.Finish(wire.Completion{Time: time.Now(), ClientRequestID: c.client, ActivityID: c.activity, Payload: payload})
}

// visualization is a table's render instruction; clients expect one for every result.
func visualization(t *engine.ResultTable) string {
	if t.Visualization != "" {
		return t.Visualization
	}
	return `{"Visualization":null,"Title":null,"XColumn":null,"Series":null,"YColumns":null,"AnomalyColumns":null,"XTitle":null,` +
		`"YTitle":null,"XAxis":null,"YAxis":null,"Legend":null,"YSplit":null,"Accumulate":false,"IsQuerySorted":false,"Kind":null,` +
		`"Ymin":"NaN","Ymax":"NaN","Xmin":null,"Xmax":null}`
}

func (c *call) queryV1(ctx context.Context, r request) error {
	answer, err := c.server.engine.Query(ctx, r.Request)
	if err != nil {
		return err
	}
	return c.answerV1(ctx, answer, true)
}

// answerV1 writes an answer and closes it; full adds the tables around the results, which a command's answer lacks.
func (c *call) answerV1(ctx context.Context, answer *engine.Answer, full bool) error {
	defer answer.Close()
	list, err := readers(ctx, answer)
	if err != nil {
		return err
	}
	return c.sendV1(ctx, list, full)
}

// mgmt runs a management command; its answer is one table without a table of contents.
func (c *call) mgmt(ctx context.Context, r request) error {
	answer, err := command.Run(ctx, c.server.engine, r.Request)
	if err != nil {
		return err
	}
	return c.answerV1(ctx, answer, false)
}
