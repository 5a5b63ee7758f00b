// One case: its tables, its query on the embedded engine, and the verdict.

package kqltest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"calypso/engine"
	"calypso/engine/exec"
	"calypso/kql/text"
	"calypso/kusto/value"
)

// run runs a case. It never fails otherwise than by its result.
func (r *Runner) run(ctx context.Context, c *Case) *Result {
	out := &Result{Path: c.path, Line: c.Line, Name: c.Name}
	if len(c.mistakes) > 0 {
		for _, m := range c.mistakes {
			out.broken(m)
		}
		return out
	}
	if len(c.wants) == 0 && !r.opts.Update {
		return out.broken(c.wrong(c.Line, 0, "the case wants nothing; add a section '-- rows --', '-- columns --', '-- empty --' or '-- error --', or run with --update to write the rows that come"))
	}
	wants, err := c.readWants(r.opts.Update)
	if err != nil {
		return out.broken(err)
	}
	request, q, err := r.request(ctx, c)
	if err != nil {
		if ctx.Err() != nil {
			return out.ended(ctx)
		}
		return out.broken(err)
	}
	e, err := r.engine(ctx, c)
	if err != nil {
		return out.broken(err)
	}
	results, err := collect(ctx, e, request)
	if ctx.Err() != nil {
		return out.ended(ctx)
	}
	if err != nil {
		out.judgeError(c, q, err)
	} else {
		out.judgeRows(ctx, c, results, wants)
	}
	return out
}

// broken adds a mistake of the test.
func (out *Result) broken(err error) *Result {
	out.Status = Broken
	var m *Mistake
	if errors.As(err, &m) {
		out.Notes = append(out.Notes, Note{Place{m.Path, m.Line, m.Column}, m.Text})
	} else {
		out.Notes = append(out.Notes, Note{Place{out.Path, out.Line, 0}, err.Error()})
	}
	return out
}

// ended tells of a case whose time is over, or that was stopped.
func (out *Result) ended(ctx context.Context) *Result {
	out.Status = Stopped
	text := "the run was stopped before this case was done"
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		out.Status = TimeOut
		text = "the case took longer than its time; use fewer rows, or set 'timeout: 2m' at the top of the case"
	}
	out.Notes = []Note{{Place{out.Path, out.Line, 0}, text}}
	return out
}

// request makes what the engine is asked.
func (r *Runner) request(ctx context.Context, c *Case) (engine.Request, *queryText, error) {
	q, m := c.queryText()
	if m != nil {
		return engine.Request{}, nil, m
	}
	request := engine.Request{Text: q.text, Properties: map[string]any{}}
	if request.Parameters, m = c.values(q); m != nil {
		return request, nil, m
	}
	switch at, name, ok := q.clock(); {
	case c.now != "" && c.now != theClock:
		request.Properties["query_now"] = c.now
	case ok && c.now == "" && c.wantsRows():
		return request, nil, &Mistake{at.Path, at.Line, at.Column, fmt.Sprintf(
			"the query reads the clock with %s(), so its rows change from day to day; set 'now: 2024-06-01T12:00:00Z' at the top of the case, or 'now: clock'", name)}
	}
	for _, s := range c.tables {
		t, err := c.table(ctx, s)
		if err != nil {
			return request, nil, err
		}
		request.Tables = append(request.Tables, t)
	}
	return request, q, nil
}

// wantsRows tells whether the case looks at rows, or will once it is updated.
func (c *Case) wantsRows() bool {
	for _, s := range c.wants {
		if s.keyword == sectionRows || s.keyword == sectionEmpty {
			return true
		}
	}
	return len(c.wants) == 0
}

// collect runs a query and keeps all that it gives. The engine's limits on the size of a result bound it.
func collect(ctx context.Context, e *engine.Engine, request engine.Request) ([]*result, error) {
	answer, err := e.Query(ctx, request)
	if err != nil {
		return nil, err
	}
	defer answer.Close()
	var out []*result
	for _, t := range answer.Tables {
		r := &result{columns: t.Columns, rows: &value.Batch{}, serialized: t.Serialized}
		r.sorted, _ = t.SortedBy()
		columns := make([]*value.Builder, len(t.Columns))
		for i, c := range t.Columns {
			columns[i] = value.NewBuilder(c.Kind, 0)
		}
		for {
			b, err := t.Next(ctx)
			if err != nil {
				return nil, err
			}
			if b == nil {
				break
			}
			r.rows.N += b.N
			for i, v := range b.Cols {
				columns[i].AppendAll(v)
			}
		}
		for _, b := range columns {
			r.rows.Cols = append(r.rows.Cols, b.Vector())
		}
		out = append(out, r)
	}
	return out, nil
}

// judgeError holds a query's error against what is wanted. A refusal of the engine and a bug of it are never what is wanted.
func (out *Result) judgeError(c *Case, q *queryText, err error) {
	var e *engine.Error
	var internal *exec.InternalError
	if !errors.As(err, &e) {
		e = &engine.Error{Kind: engine.Internal, Message: err.Error()}
	}
	at := q.at(e.Line, e.Column)
	text := e.Message
	if e.Inner != "" && e.Kind != engine.NotBuilt {
		text = e.Inner + ": " + text
	}
	switch {
	case e.Kind == engine.NotBuilt:
		out.Status = Refused
		out.Notes = []Note{{at, e.Message}}
	case e.Kind == engine.Internal || errors.As(err, &internal):
		out.Status = Fault
		out.Notes = []Note{{at, "a bug of the engine, not of the query; please report it: " + e.Message}}
	case len(c.wants) > 0 && c.wants[0].keyword == sectionError:
		want := strings.Join(strings.Fields(c.wants[0].body), " ")
		if out.Status = Passed; !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
			out.Status = Failed
			out.Notes = []Note{{at, "the query gives another error: " + text}, {Place{c.path, c.wants[0].bodyLine(), 0}, "wanted: " + want}}
			out.edits = c.wantError(text)
		}
	default:
		out.Status = Failed
		out.Notes = []Note{{at, "the query gives an error: " + text}}
		out.edits = c.wantError(text)
	}
}

// judgeRows holds a query's tables against what is wanted.
func (out *Result) judgeRows(ctx context.Context, c *Case, results []*result, wants []*records) {
	out.Status = Passed
	switch {
	case len(c.wants) == 0:
		out.Status = Failed // only an update gets here
	case c.wants[0].keyword == sectionError:
		out.Status = Failed
		out.Notes = []Note{{Place{c.path, c.wants[0].line, 0}, "an error is wanted, but the query gives " + gave(results)}}
	case len(c.wants) != len(results):
		out.Status = Failed
		out.Notes = []Note{{Place{c.path, c.wants[0].line, 0}, fmt.Sprintf("the query gives %s, but %d wanted; write a section for each, in their order",
			text.Count(len(results), "table"), len(c.wants))}}
	}
	if out.Status == Failed {
		out.edits = c.wantAll(results)
		return
	}
	for i, s := range c.wants {
		d := compareTable(ctx, c, s, results[i], wants[i])
		if d == nil {
			continue
		}
		if len(results) > 1 {
			d.Table = i + 1
		}
		out.Status = Failed
		out.Differences = append(out.Differences, d)
		out.edits = append(out.edits, c.wantTable(s, wants[i], results[i])...)
	}
	if ctx.Err() != nil {
		out.Differences, out.edits = nil, nil
		out.ended(ctx)
	}
}

// compareTable holds one table against one section; nil when it is as wanted.
func compareTable(ctx context.Context, c *Case, s *section, r *result, want *records) *Difference {
	switch s.keyword {
	case sectionColumns:
		if _, wrong := columnsOf(r.columns, want); len(wrong) > 0 {
			return &Difference{Columns: wrong, GotRows: r.rows.N, WantRows: r.rows.N}
		}
		return nil
	case sectionEmpty:
		if r.rows.N == 0 {
			return nil
		}
		shown := min(r.rows.N, shownRows/2)
		d := &Difference{GotRows: r.rows.N, Left: r.rows.N - shown}
		for i := range shown {
			d.Rows = append(d.Rows, RowDiff{Kind: "extra", Row: i + 1, Text: rowText(r.rows, i)})
		}
		return d
	}
	return compareRows(ctx, r, want, c.tolerance)
}

// gave says how much a query gave.
func gave(results []*result) string {
	rows := 0
	for _, r := range results {
		rows += r.rows.N
	}
	return text.Count(rows, "row")
}
