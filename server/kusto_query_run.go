package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"calypso/kql/script"
	"calypso/kql/text"
	"calypso/kusto/value"
	"calypso/server/protocol"
	"calypso/server/result"
	"calypso/server/session"
)

// queryRun is kusto/query/run. It answers when the rows are in the store; started and finished go to the client on the way.
func queryRun(c *call, p *protocol.QueryRunParams) (any, error) {
	w, err := c.work(p)
	if err != nil {
		return nil, err
	}
	progress := c.progress(p.WorkDoneToken, "Running the query")
	defer progress.end()
	return c.run(w, protocol.ByUser, p.Parameters, progress)
}

// work is what one run sends: blocks of a document, or of a text.
type work struct {
	parts []runnable
	doc   *session.Document // nil for a text
	span  text.Span
}

func (c *call) work(p *protocol.QueryRunParams) (work, error) {
	if p.URI == "" {
		return c.textWork(p)
	}
	d, err := c.document(p.URI)
	if err != nil {
		return work{}, err
	}
	if p.Version != nil && *p.Version != d.Version {
		return work{}, errMoved
	}
	if p.Range == nil {
		return work{}, badParams("params.range is missing")
	}
	sc, err := c.script(d)
	if err != nil {
		return work{}, err
	}
	own, _ := c.snapshot.Target(d.Key)
	w := work{doc: d, span: c.can.Encoding.Span(d.File, *p.Range)}
	w.parts = c.runnables(sc, w.span, own)
	if len(w.parts) == 0 {
		return work{}, failf(protocol.ErrorQuery, "put the caret into a query, or select one", "there is no query here")
	}
	w.span = text.Span{Start: w.parts[0].span.Start, End: w.parts[len(w.parts)-1].span.End}
	return w, nil
}

func (c *call) textWork(p *protocol.QueryRunParams) (work, error) {
	if p.Text == "" {
		return work{}, badParams("params has neither uri nor text")
	}
	own := c.snapshot.Default
	if p.Connection != "" {
		t, err := c.target(p.Connection, p.Database)
		if err != nil {
			return work{}, err
		}
		own = t
	} else if p.Database != "" {
		own.Database = p.Database
	}
	sc := script.Analyze(p.Text, c.schemas(own, session.KeyOf(p.URI)), nil)
	w := work{parts: c.runnables(sc, text.Span{Start: 0, End: len(p.Text)}, own)}
	if len(w.parts) == 0 {
		return work{}, failf(protocol.ErrorQuery, "write a query", "there is no query in the text")
	}
	return w, nil
}

// run sends the blocks one after the other and stops at the first that fails.
func (c *call) run(w work, by protocol.QueryBy, parameters map[string]string, progress *progress) (*protocol.QueryRunResult, error) {
	first := w.parts[0]
	if first.target.Connection == "" {
		return nil, failf(protocol.ErrorNotFound, "choose a connection", "the query has no connection")
	}
	about := protocol.RunningQuery{
		By: by, Connection: first.target.Connection, Database: c.databaseOf(first.target), Title: title(first.text),
	}
	if w.doc != nil {
		about.URI, about.Range = w.doc.URI, ptr(c.places(w.doc).of(w.span))
	}
	r, ctx := c.queries.start(c.Context, about)
	defer c.queries.end(r)
	c.tellOurs(protocol.MethodQueryStarted, protocol.QueryStarted{Query: r.Query, URI: r.URI, Range: r.Range, By: by})
	out := protocol.QueryRunResult{Query: r.Query, Results: []protocol.ResultInfo{}}
	var err error
	for _, part := range w.parts {
		var one protocol.ResultInfo
		if one, err = c.runPart(ctx, r, part, parameters, progress); err != nil {
			err = c.located(err, w, part, r.Query)
			break
		}
		out.Results = append(out.Results, one)
		if c.opt.Agents != nil && !part.command {
			c.opt.Agents.Ran(part.target, part.text)
		}
		if w.doc != nil {
			c.ran.put(w.doc.Key, part.text, one)
		}
		out.Stats = added(out.Stats, one.Stats)
	}
	out.Stats.Ms = time.Since(r.started).Milliseconds()
	c.finished(ctx, r, out, err)
	if w.doc != nil && len(out.Results) > 0 {
		c.wire.afterAnswer(c.id, c.refreshLenses) // the rows are shown first
	}
	if err != nil {
		return nil, wire(err, context.Cause(ctx))
	}
	return &out, nil
}

// runPart runs one block and keeps its tables.
func (c *call) runPart(ctx context.Context, r *runningQuery, part runnable, parameters map[string]string, progress *progress) (protocol.ResultInfo, error) {
	build := c.results.Build(title(part.text))
	defer build.Close()
	target := part.target
	ctx, err := c.signedIn(ctx, target.Connection)
	if err != nil {
		return protocol.ResultInfo{}, err
	}
	sink := &sink{build: build, progress: progress, started: time.Now()}
	target.Database = c.databaseOf(target)
	stats, err := c.backend.Run(ctx, Query{
		Target: target, ID: r.Query, Text: part.text, Command: part.command, Parameters: parameters,
	}, sink)
	if err == nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		return protocol.ResultInfo{}, err
	}
	stats.Ms = time.Since(sink.started).Milliseconds()
	stats.Rows, _ = build.Total()
	return infoOf(build.Keep(stats)), nil
}

// finished tells everybody how a query ended. It goes out before the answer.
func (c *call) finished(ctx context.Context, r *runningQuery, out protocol.QueryRunResult, err error) {
	f := protocol.QueryFinished{Query: r.Query, URI: r.URI, Status: protocol.QueryDone, Results: out.Results, Stats: out.Stats}
	if err != nil {
		cause := context.Cause(ctx)
		f.Status, f.Error = protocol.QueryFailed, info(err, cause)
		if errors.Is(cause, errCancelled) || errors.Is(cause, errStopped) || errors.Is(cause, errShuttingDown) {
			f.Status = protocol.QueryCancelled
		}
	}
	c.tellOurs(protocol.MethodQueryFinished, f)
}

// located carries a failure's place from the block's text over to the document.
func (c *call) located(err error, w work, part runnable, query string) error {
	var f *Failure
	if !errors.As(err, &f) {
		return err
	}
	at := *f
	at.query = query
	if w.doc != nil {
		at.uri = w.doc.URI
		if f.At != nil {
			start := part.span.Start + min(max(f.At.Start, 0), part.span.Len())
			end := part.span.Start + min(max(f.At.End, 0), part.span.Len())
			at.place = ptr(c.places(w.doc).of(text.Span{Start: start, End: max(start, end)}))
		}
	}
	return &at
}

func added(a, b protocol.QueryStats) protocol.QueryStats {
	a.Rows, a.Bytes, a.CPUMs = a.Rows+b.Rows, a.Bytes+b.Bytes, a.CPUMs+b.CPUMs
	a.Memory = max(a.Memory, b.Memory)
	if a.Activity == "" {
		a.Activity = b.Activity
	}
	return a
}

// sink keeps the rows of one block.
type sink struct {
	build    *result.Builder
	progress *progress
	started  time.Time
}

func (s *sink) Table(name string, columns []value.Column) error {
	s.build.Table(name, columns)
	return nil
}

func (s *sink) Rows(b *value.Batch) error {
	if err := s.build.Rows(b); err != nil {
		return &Failure{
			Kind: protocol.ErrorLimit, Message: err.Error(), Hint: "take fewer rows or columns, or raise the budget of results", Err: err,
		}
	}
	rows, bytes := s.build.Total()
	s.progress.report(fmt.Sprintf("%d rows, %.1f MB, %.0f s", rows, float64(bytes)/(1<<20), time.Since(s.started).Seconds()))
	return nil
}

func (s *sink) End(truncated bool, chart *protocol.Visualization) error {
	var c *result.Chart
	if chart != nil {
		c = &result.Chart{Kind: chart.Kind, Title: chart.Title, Properties: chart.Properties}
	}
	s.build.End(truncated, c)
	return nil
}
