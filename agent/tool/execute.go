package tool

import (
	"context"
	"strings"
	"time"

	"calypso/kusto"
	"calypso/kusto/guard"
)

var executeTool = definition{
	Tool: define("kusto_execute_query",
		"Runs one read-only KQL query on the current database and returns its columns and a preview of its rows. The query is checked "+
			"against the schema first; errors come back instead of rows. Bound what you read: filter on time, project, summarize, take.",
		`"query":{"type":"string","description":"The KQL query: one text without management commands"}`, "query"),
	prepare: (*Set).prepareExecute,
}

func (s *Set) prepareExecute(ctx context.Context, p *Prepared) *Failure {
	var a struct {
		Query string `json:"query"`
	}
	if f := decode(p.Arguments, &a); f != nil {
		return f
	}
	return s.prepareQuery(ctx, p, a.Query)
}

// prepareQuery checks a query and makes the call that runs it.
func (s *Set) prepareQuery(ctx context.Context, p *Prepared, query string) *Failure {
	p.Purpose = Runs
	f := s.judge(ctx, p, query)
	if f != nil {
		return f
	}
	p.RequestID = s.requestID()
	p.run = func(ctx context.Context) Outcome { return s.execute(ctx, p, p.Verdict.Plugins) }
	return nil
}

// judge checks a query and has the guard look at it.
func (s *Set) judge(ctx context.Context, p *Prepared, query string) *Failure {
	query = strings.TrimSpace(query)
	p.Query = query
	c, f := s.check(ctx, query)
	if f != nil {
		return f
	}
	p.Verdict = c.verdict
	again := s.sentBefore(query)
	if f := s.refusal(c, again); f != nil {
		if f.SameTextRuns {
			s.noteRefused(query)
		}
		return f
	}
	p.Unchecked = len(c.errors) > 0
	return nil
}

func (s *Set) sentBefore(query string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused[query]
}

func (s *Set) noteRefused(query string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused[query] = true
}

// execute sends a query with the options that make the cluster refuse what the guard denies.
func (s *Set) execute(ctx context.Context, p *Prepared, plugins bool) Outcome {
	limits := guard.Limits{Seconds: s.limits.Seconds, Rows: s.limits.Rows, Bytes: s.limits.Bytes}
	timeout := time.Duration(s.limits.Seconds) * time.Second
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, context.DeadlineExceeded)
	defer cancel()
	result, err := kusto.Tools{Of: s.place.Of, Database: s.place.Database, MaxRows: s.limits.Rows, MaxBytes: s.limits.Bytes}.Run(ctx, kusto.Query{
		Text: p.Query, RequestID: p.RequestID, Timeout: timeout,
		Options: guard.Properties(limits, len(s.place.Policy.Databases) > 0, plugins),
	})
	if err != nil {
		return failed(kustoFailure(ctx, p.RequestID, err))
	}
	shown, rows, columns := s.preview(result, 0, s.limits.PreviewRows)
	if int64(rows) < result.RowCount && !s.limits.NoRows {
		shown.ResultID = s.keep(p.Query, result)
	}
	shown.ClientRequestID, shown.Unchecked = p.RequestID, p.Unchecked
	if p.Edited {
		shown.RanInstead = p.Query
	}
	return Outcome{Output: marshal(shown), Rows: result, SentRows: rows, SentColumns: columns}
}
