package connection

import (
	"context"
	"errors"
	"fmt"
	"time"

	"calypso/engine"
	"calypso/engine/command"
	"calypso/kql/symbol"
	"calypso/kusto"
	"calypso/server"
	"calypso/server/protocol"
)

// Embedded is the engine in this process as a Cluster.
type Embedded struct{ Engine *engine.Engine }

// Host is empty: the embedded engine has no name in cluster('…').
func (Embedded) Host() string { return "" }

// Databases lists the engine's databases.
func (e Embedded) Databases(context.Context) ([]string, error) { return e.Engine.Databases(), nil }

// Database gives the schema of one.
func (e Embedded) Database(_ context.Context, name string) (*symbol.Database, error) {
	schema := e.Engine.Schema(name)
	if schema == nil {
		return nil, fmt.Errorf("the embedded engine has no database %q", name)
	}
	return schema.Database, nil
}

// Run runs a query or a management command.
func (e Embedded) Run(ctx context.Context, q server.Query, sink server.Sink) (protocol.QueryStats, error) {
	began := time.Now()
	out := &counting{Sink: sink}
	done, err := e.Stream(ctx, kusto.Query{
		RequestID: q.ID, Database: q.Database, Text: q.Text, Command: q.Command, Parameters: q.Parameters, Options: properties(q), Timeout: q.Timeout,
	}, charting{out})
	out.stats.Note = done.Note
	out.stats.Ms = time.Since(began).Milliseconds()
	return out.stats, err
}

// Stream runs a query or a management command as a kusto.Client does.
func (e Embedded) Stream(ctx context.Context, q kusto.Query, sink kusto.Sink) (kusto.Done, error) {
	done := kusto.Done{ClientRequestID: q.RequestID}
	if q.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, q.Timeout)
		defer cancel()
	}
	answer, err := e.ask(ctx, q)
	if err == nil {
		defer answer.Close()
		done.Note = answer.Note
		err = feed(ctx, answer, sink)
	}
	return done, asFailure(err)
}

func (e Embedded) ask(ctx context.Context, q kusto.Query) (*engine.Answer, error) {
	request := engine.Request{
		Database: q.Database, Text: q.Text, Parameters: parameters(q.Parameters), Properties: q.Options, ClientID: q.RequestID, Application: "Calypso",
	}
	if q.Command {
		return command.Run(ctx, e.Engine, request)
	}
	return e.Engine.Query(ctx, request)
}

// feed hands all rows to the sink. A result that a limit cut is no failure: its table ends as truncated.
func feed(ctx context.Context, answer *engine.Answer, sink kusto.Sink) error {
	for _, t := range answer.Tables {
		if err := sink.Table(t.Name, t.Columns); err != nil {
			return err
		}
		truncated := false
		for {
			batch, err := t.Next(ctx)
			var failure *engine.Error
			if errors.As(err, &failure) && failure.Inner == tooLarge {
				truncated = true
				break
			}
			if err != nil {
				return err
			}
			if batch == nil {
				break
			}
			if err := sink.Rows(batch); err != nil {
				return err
			}
		}
		if err := sink.End(truncated, t.Visualization); err != nil {
			return err
		}
	}
	return nil
}

// tooLarge is Kusto's code for a result that was cut.
const tooLarge = "E_QUERY_RESULT_SET_TOO_LARGE"

// asFailure gives an engine's error the form that people are shown.
func asFailure(err error) error {
	var e *engine.Error
	if !errors.As(err, &e) {
		return err
	}
	f := &server.Failure{Kind: kindOf(e.Kind), Message: e.Message, Code: e.Inner, Err: err}
	if e.Line > 0 {
		span := e.Span
		f.At = &span
	}
	return f
}

func kindOf(k engine.Kind) protocol.ErrorKind {
	switch k {
	case engine.Syntax, engine.Semantic:
		return protocol.ErrorQuery
	case engine.NotBuilt:
		return protocol.ErrorUnsupported
	case engine.NotFound:
		return protocol.ErrorNotFound
	case engine.Limit:
		return protocol.ErrorLimit
	case engine.Cancelled:
		return protocol.ErrorStopped
	}
	return protocol.ErrorOther
}

// parameters gives a query's parameters as the engine takes them.
func parameters(literals map[string]string) map[string]any {
	p := make(map[string]any, len(literals))
	for name, v := range literals {
		p[name] = v
	}
	return p
}
