package server

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"calypso/agent"
	"calypso/history"
	"calypso/server/protocol"
	"calypso/server/result"

	"go.uber.org/zap"
)

// What was run, kept over restarts: written as each run begins and as it ends, so that one is kept too that ends with the server, and
// read by kusto/history/* and the tree. Rows are never part of it; as long as the server still has a run's rows, or they are on the disk
// (see kept.go), the entry knows which they are.

// recordBegin keeps that one block's run began, and gives its id in the history.
func (c *call) recordBegin(r *runningQuery, part runnable, began time.Time) string {
	return c.keepBegin(history.Entry{
		At: began, Text: part.text, Connection: part.target.Connection, Database: c.databaseOf(part.target), By: string(r.By),
	})
}

// recordEnd keeps how it ended.
func (c *call) recordEnd(ctx context.Context, id string, part runnable, began time.Time, one protocol.ResultInfo, err error) {
	e := history.Entry{
		Database: c.databaseOf(part.target), Status: string(protocol.QueryDone), Ms: time.Since(began).Milliseconds(), Rows: one.Stats.Rows,
	}
	if err != nil {
		e.Status, e.Error = string(protocol.QueryFailed), classOf(err)
		cause := context.Cause(ctx)
		if errors.Is(cause, errCancelled) || errors.Is(cause, errStopped) || errors.Is(cause, errShuttingDown) {
			e.Status, e.Error = string(protocol.QueryCancelled), ""
		}
	}
	c.keepEnd(id, e, one.Result)
}

// recordAgent keeps that a model's query began; what it gives keeps how it ended.
func (s *Server) recordAgent(ctx context.Context, r *runningQuery, query string) func(agent.Ended) {
	id := s.keepBegin(history.Entry{At: r.started, Text: query, Connection: r.Connection, Database: r.Database, By: string(protocol.ByAgent)})
	return func(ended agent.Ended) { s.recordAgentEnd(ctx, id, r.started, ended) }
}

func (s *Server) recordAgentEnd(ctx context.Context, id string, began time.Time, ended agent.Ended) {
	e := history.Entry{Status: string(protocol.QueryDone), Ms: time.Since(began).Milliseconds(), Rows: ended.Rows}
	switch {
	case ctx.Err() != nil:
		e.Status = string(protocol.QueryCancelled)
	case ended.Failed != "":
		e.Status, e.Error = string(protocol.QueryFailed), ended.Failed
	}
	s.keepEnd(id, e, ended.Result)
}

// keepBegin writes the beginning of a run, unless it is of a connection whose data may not be stored; "" for one that isn't kept.
func (s *Server) keepBegin(e history.Entry) string {
	if s.keepsNothing(e.Connection, e.Text) {
		return ""
	}
	e.Name = e.Connection
	if known, err := s.connection(e.Connection); err == nil {
		e.Name = known.Name
	}
	id, err := s.opt.History.Begin(e)
	if err != nil {
		s.log.Warn("the run isn't kept in the history", zap.String("error", s.quiet(err)))
		s.unkeptRun.Do(func() {
			s.warn("A run isn't in the history, nor those that follow: " + err.Error() + ". See that the folder can be written to, and that its disk has room.")
		})
		return ""
	}
	return id
}

// keepEnd writes the end of a run that is kept.
func (s *Server) keepEnd(id string, e history.Entry, result string) {
	if id == "" {
		return
	}
	if err := s.opt.History.End(id, e); err != nil {
		s.log.Warn("the end of the run isn't kept in the history", zap.String("error", s.quiet(err)))
		return
	}
	if result != "" {
		s.reopen.put(id, result)
		s.keepResult(id, result)
	}
	s.treeChanged(historyView, "")
}

// classOf gives the kind and code of an error: its text may quote rows.
func classOf(err error) string {
	var f *Failure
	if errors.As(err, &f) {
		return strings.TrimSpace(string(f.Kind) + " " + f.Code)
	}
	return string(protocol.ErrorOther)
}

// limitHistory keeps another number of runs; 0 deletes what was kept.
func (s *Server) limitHistory(entries int) {
	if err := s.opt.History.SetLimit(entries); err != nil {
		s.log.Warn("the history's length isn't changed", zap.String("error", s.quiet(err)))
	}
	s.sweepQuietly(entries == 0)
	s.treeChanged(historyView, "")
}

// keepsNothing tells a run of which nothing may be stored: it goes to such a connection, or its text names one.
func (s *Server) keepsNothing(connection, text string) bool {
	lower := ""
	for _, k := range s.backend.List() {
		if !k.Private {
			continue
		}
		if lower == "" {
			lower = strings.ToLower(text)
		}
		if k.ID == connection || mentions(lower, k.URL) {
			return true
		}
	}
	return false
}

// private tells a connection whose data may not be stored.
func (s *Server) private(connection string) bool {
	return slices.ContainsFunc(s.backend.List(), func(k protocol.Connection) bool { return k.ID == connection && k.Private })
}

// mentions tells whether a text in lower case names a cluster, as cluster('help') or by its whole host.
func mentions(text, address string) bool {
	_, host, remote := strings.Cut(strings.ToLower(address), "://")
	if !remote || host == "" || strings.HasPrefix(address, "file:") {
		return false
	}
	host, _, _ = strings.Cut(host, "/")
	short := strings.TrimSuffix(host, ".kusto.windows.net")
	return strings.Contains(text, host) || strings.Contains(text, "'"+short) || strings.Contains(text, `"`+short)
}

// forgetPrivate deletes what was kept of connections whose data may not be stored.
func (s *Server) forgetPrivate() error {
	marked := map[string]bool{}
	for _, k := range s.backend.List() {
		marked[k.ID] = k.Private
	}
	err := s.opt.History.Forget(func(e history.Entry) bool { return !marked[e.Connection] && !s.keepsNothing(e.Connection, e.Text) })
	err = errors.Join(err, s.sweepKept(true))
	for id, private := range marked {
		if private && s.opt.Agents != nil {
			err = errors.Join(err, s.opt.Agents.Forget(id))
		}
	}
	s.treeChanged(historyView, "")
	return err
}

// reopens knows the rows of what is in the history. The zero value is ready.
type reopens struct {
	mu sync.Mutex // guards of
	of map[string]string
}

func (r *reopens) put(entry, result string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.set(entry, result)
}

// set is put for who holds mu.
func (r *reopens) set(entry, result string) {
	if r.of == nil || len(r.of) >= history.MaxLimit {
		r.of = map[string]string{}
	}
	r.of[entry] = result
}

// resultOf gives the id of a run's rows; "" when they aren't here any more, nor on the disk.
func (s *Server) resultOf(entry string) string { return s.resultAgain(entry, nil) }

// resultAgain is resultOf that says how rows from the disk are looked at.
func (s *Server) resultAgain(entry string, looks []result.Look) string {
	s.reopen.mu.Lock()
	defer s.reopen.mu.Unlock()
	if id := s.reopen.of[entry]; id != "" && s.results.Has(id) {
		return id
	}
	id := s.asleep(entry, looks)
	if id != "" {
		s.reopen.set(entry, id)
	}
	return id
}

// historyList is kusto/history/list.
func historyList(c *call, p *protocol.HistoryListParams) (any, error) {
	from := 0
	if p.Cursor != "" {
		n, err := strconv.Atoi(p.Cursor)
		if err != nil || n < 0 {
			return nil, badParams("params.cursor is no cursor")
		}
		from = n
	}
	list, more, err := c.opt.History.List(p.Search, from, protocol.HistoryEntries)
	if err != nil {
		return nil, err
	}
	out := protocol.HistoryListResult{Entries: []protocol.HistoryEntry{}}
	for _, e := range list {
		out.Entries = append(out.Entries, protocol.HistoryEntry{
			ID: e.ID, Started: e.At.UTC().Format(time.RFC3339Nano), Text: beginning(e.Text, protocol.HistoryText), Whole: e.Whole(),
			Connection: e.Connection, Name: e.Name, Database: e.Database, By: protocol.QueryBy(e.By), Status: protocol.QueryStatus(e.Status),
			Error: e.Error, Ms: e.Ms, Rows: e.Rows, Result: c.resultOf(e.ID),
		})
	}
	if more {
		out.Next = strconv.Itoa(from + len(list))
	}
	return out, nil
}

// beginning gives so many characters of a text.
func beginning(text string, characters int) string {
	if utf8.RuneCountInString(text) <= characters {
		return text
	}
	return string([]rune(text)[:characters-1]) + "…"
}

// historyRemove is kusto/history/remove.
func historyRemove(c *call, p *protocol.HistoryRemoveParams) (any, error) {
	err := errors.Join(c.opt.History.Remove(p.IDs...), c.sweepKept(true))
	c.treeChanged(historyView, "")
	return nil, err
}

// historyClear is kusto/history/clear.
func historyClear(c *call) (any, error) {
	err := errors.Join(c.opt.History.Clear(), c.sweepKept(true))
	c.treeChanged(historyView, "")
	return nil, err
}
