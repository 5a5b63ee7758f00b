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

// errNoQuery says that nothing is there that could run.
var errNoQuery = failf(protocol.ErrorQuery, "put the caret into a query, or select one", "there is no query here")

// queryRun is kusto/query/run. It answers when the rows are in the store; started and finished go to the client on the way.
func queryRun(c *call, p *protocol.QueryRunParams) (any, error) {
	again := &protocol.QueryRunParams{
		URI: p.URI, Range: p.Range, Text: p.Text, Connection: p.Connection, Database: p.Database, Parameters: p.Parameters,
		Ran: p.Ran,
	}
	w, err := c.valued(p)
	if err == nil && w.parts[0].target.Connection == "" {
		err = failf(protocol.ErrorNotFound, "choose a connection", "the query has no connection")
	}
	if p.Aside && errors.Is(err, errNoQuery) {
		return protocol.QueryRunResult{Results: []protocol.ResultInfo{}}, nil // a cell without a query, or of remarks, does nothing
	}
	if err != nil {
		if !p.Aside {
			c.refused(w, again, err)
		}
		return nil, err
	}
	if !p.Aside {
		w.again = c.againAt(again, w)
	}
	progress := c.progress(p.WorkDoneToken, "Running the query")
	defer progress.end()
	out, err := c.run(w, protocol.ByUser, progress)
	if p.Aside && out != nil && len(out.Results) > 0 {
		return out, nil // with what ended it: without a tab nothing else would show the rows
	}
	return out, err
}

// refused shows a run that couldn't begin.
func (c *call) refused(w work, again *protocol.QueryRunParams, err error) {
	const none = "refused" // no id of a query
	of := "Query"
	if len(w.parts) > 0 {
		of = title(w.parts[0].text)
	}
	c.tabs.begin(protocol.ResultTab{Title: of, Status: protocol.TabRunning, Query: none, Again: again, Parameters: c.inputsOf(w, again.Parameters)}, time.Now())
	c.tabs.end(none, nil, protocol.TabFailed, info(err, nil), 0)
	c.tabsChanged()
}

// work is what one run sends: blocks of a document, or of a text.
type work struct {
	parts []runnable
	doc   *session.Document // nil for a text
	span  text.Span
	again *protocol.QueryRunParams // what runs it once more, from its tab; nil: it has no tab
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
		if d = c.earlier.version(d.Key, *p.Version); d == nil {
			return work{}, errMoved
		}
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
	if p.Ran != "" {
		w.parts, err = c.sameAgain(sc, own, w.span, w.parts, p.Ran)
	}
	if err != nil {
		return work{}, err
	}
	if len(w.parts) == 0 {
		return work{}, errNoQuery
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

// about says what a run is to be known as.
func (c *call) about(w work, by protocol.QueryBy) protocol.RunningQuery {
	first := w.parts[0]
	about := protocol.RunningQuery{
		By: by, Connection: first.target.Connection, Database: c.databaseOf(first.target), Title: title(first.text),
	}
	if w.doc != nil {
		about.URI, about.Range = w.doc.URI, ptr(c.places(w.doc).of(w.span))
	}
	return about
}

// run sends the blocks one after the other and stops at the first that fails.
func (c *call) run(w work, by protocol.QueryBy, progress *progress) (*protocol.QueryRunResult, error) {
	if w.parts[0].target.Connection == "" {
		return nil, failf(protocol.ErrorNotFound, "choose a connection", "the query has no connection")
	}
	about := c.about(w, by)
	r, ctx := c.queries.start(c.Context, about)
	defer c.queries.end(r)
	if w.again != nil {
		tip := c.placeText(w.parts[0].target) + ", " + r.started.Format(time.TimeOnly)
		c.tabs.begin(protocol.ResultTab{Title: about.Title, Tip: tip, Status: protocol.TabRunning, Query: r.Query, Again: w.again, Parameters: c.inputsOf(w, w.again.Parameters)}, r.started)
		c.tabsChanged()
	}
	c.tellOurs(protocol.MethodQueryStarted, protocol.QueryStarted{Query: r.Query, URI: r.URI, Range: r.Range, By: by})
	out := protocol.QueryRunResult{Query: r.Query, Results: []protocol.ResultInfo{}}
	var err error
	for _, part := range w.parts {
		var one protocol.ResultInfo
		began := time.Now()
		kept := c.recordBegin(r, part, began)
		c.tabs.record(r.Query, kept)
		c.windowChanged()
		one, err = c.runPart(ctx, r, w, part, progress)
		c.recordEnd(ctx, kept, part, began, one, err)
		if one.Result != "" {
			out.Results = append(out.Results, one)
		}
		if err != nil {
			break
		}
		if c.opt.Agents != nil && !part.command && !c.keepsNothing(part.target.Connection, part.text) {
			c.opt.Agents.Ran(part.target, part.text)
		}
		if w.doc != nil {
			c.ran.put(w.doc.Key, part.target, part.text, one)
		}
		out.Stats = sumOf(out.Stats, one.Stats)
	}
	out.Stats.Ms = time.Since(r.started).Milliseconds()
	c.finished(ctx, r, out, err)
	if w.doc != nil && len(out.Results) > 0 {
		c.wire.afterAnswer(c.id, c.refreshLenses) // the rows are shown first
	}
	if err != nil {
		cause := context.Cause(ctx)
		out.Error = info(err, cause)
		return &out, wire(err, cause)
	}
	return &out, nil
}

// placeText names where a query runs.
func (c *call) placeText(t Target) string {
	name := t.Connection
	if known, err := c.connection(t.Connection); err == nil {
		name = known.Name
	}
	if database := c.databaseOf(t); database != "" {
		name += "/" + database
	}
	return name
}

// runPart runs one block and keeps its tables, those of a block too that failed or was stopped behind its first rows.
func (c *call) runPart(ctx context.Context, r *runningQuery, w work, part runnable, progress *progress) (protocol.ResultInfo, error) {
	build := c.results.Build(title(part.text))
	defer build.Close()
	sink := &sink{build: build, progress: progress, started: time.Now(), told: func(text string) {
		if w.again != nil && c.tabs.progress(r.Query, text) {
			c.tabsChanged()
		}
	}}
	stats, err := c.send(ctx, r, part, sink)
	stats.Ms = time.Since(sink.started).Milliseconds()
	stats.Rows, _ = build.Total()
	private := c.keepsNothing(part.target.Connection, part.text)
	if err == nil {
		return infoOf(build.Keep(ranPart{QueryStats: stats, private: private})), nil
	}
	err = c.located(err, w, part, r.Query)
	if cause := context.Cause(ctx); stats.Rows > 0 && !errors.Is(cause, errShuttingDown) {
		return infoOf(build.Keep(ranPart{QueryStats: stats, failure: info(err, cause), private: private})), err
	}
	return protocol.ResultInfo{}, err
}

// ranPart is what is kept of a run with its rows.
type ranPart struct {
	protocol.QueryStats
	failure *protocol.FailureInfo // what ended it behind its last rows; nil when it came to its end
	kept    time.Time             // when it ran, of rows that were read from the disk; zero for those of this process
	private bool                  // its rows may not be stored
}

// send runs one block into a sink.
func (c *call) send(ctx context.Context, r *runningQuery, part runnable, sink Sink) (protocol.QueryStats, error) {
	target := part.target
	ctx, err := c.signedIn(ctx, target.Connection)
	if err != nil {
		return protocol.QueryStats{}, err
	}
	target.Database = c.databaseOf(target)
	stats, err := c.backend.Run(ctx, Query{
		Target: target, ID: r.Query, Text: part.text, Command: part.command, Parameters: part.parameters, Timeout: c.snapshot.Settings.QueryTimeout,
	}, sink)
	if stats.Note != "" {
		c.inform(stats.Note)
	}
	if err == nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if limit := c.snapshot.Settings.QueryTimeout; limit > 0 && ctx.Err() == nil && isTimeout(err) {
		err = &Failure{
			Kind: protocol.ErrorTimeout, Message: fmt.Sprintf("the query took longer than %v", limit), Err: err,
			Hint: "narrow it, or raise the setting calypso.query.timeout",
		}
	}
	return stats, err
}

// isTimeout tells whether a limit of time ended a query.
func isTimeout(err error) bool {
	var f *Failure
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &f) && f.Kind == protocol.ErrorTimeout
}

// finished tells everybody how a query ended. It goes out before the answer.
func (c *call) finished(ctx context.Context, r *runningQuery, out protocol.QueryRunResult, err error) {
	c.queries.leave(r)
	f := protocol.QueryFinished{Query: r.Query, URI: r.URI, Status: protocol.QueryDone, Results: out.Results, Stats: out.Stats}
	if err != nil {
		cause := context.Cause(ctx)
		f.Status, f.Error = protocol.QueryFailed, info(err, cause)
		if errors.Is(cause, errCancelled) || errors.Is(cause, errStopped) || errors.Is(cause, errShuttingDown) {
			f.Status = protocol.QueryCancelled
		}
	}
	if r.By != protocol.ByAgent {
		c.tabs.end(r.Query, out.Results, protocol.TabStatus(f.Status), f.Error, out.Stats.Ms)
		if front, err := c.tabs.find(""); err == nil && front.Result != "" && c.can.UI {
			first := c.firstSheet(front)
			c.tabs.change(front.Tab, func(t *tab) { t.first = first })
		}
		c.tabsChanged()
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

func sumOf(a, b protocol.QueryStats) protocol.QueryStats {
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
	told     func(progress string)
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
	s.progress.report(fmt.Sprintf("%s, %.1f MB, %.0f s", text.Count(rows, "row"), float64(bytes)/(1<<20), time.Since(s.started).Seconds()))
	s.told(countText(rows) + " rows, " + bytesText(bytes))
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
