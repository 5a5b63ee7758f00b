package main

// How the steps of a question look at a terminal, and how a person is asked there.

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"

	"calypso/agent"
)

// encoder writes a line of JSON for each event.
type encoder struct {
	mu sync.Mutex // guards to: events of a thread come one after the other, yet from several goroutines
	to io.Writer
}

func (e *encoder) write(ev agent.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	line, err := json.Marshal(struct {
		Method string      `json:"method"`
		Params agent.Event `json:"params"`
	}{"agent/" + ev.Method, ev})
	if err == nil {
		fmt.Fprintf(e.to, "%s\n", line)
	}
}

// Emit shows one event.
func (s *shown) Emit(e agent.Event) {
	if s.lines != nil {
		s.lines.write(e)
	} else {
		s.show(e)
	}
	if e.Method == "turn/completed" {
		s.mu.Lock()
		s.end = *e.Turn
		s.mu.Unlock()
		close(s.done)
	}
}

func (s *shown) show(e agent.Event) {
	switch e.Method {
	case "item/delta":
		if s.stream && e.Kind == "text" {
			fmt.Fprint(s.out, e.Delta)
			s.open = true
		}
	case "item/reset":
		if s.open {
			fmt.Fprintln(s.out)
			fmt.Fprintln(s.steps, "  (the text above is void: the answer broke off)")
			s.open = false
		}
	case "item/completed":
		s.finished(*e.Item)
	case "usage":
		s.mu.Lock()
		s.currency = e.Currency
		s.mu.Unlock()
	case "error":
		again := ""
		if e.WillRetry {
			again = fmt.Sprintf("; trying again in %.1f s (%d of %d)", float64(e.RetryInMs)/1000, e.Attempt, e.Of)
		}
		fmt.Fprintf(s.steps, "! %s%s\n", e.Message, again)
	case "warning":
		fmt.Fprintf(s.steps, "! %s\n", e.Message)
	}
}

func (s *shown) finished(i agent.Item) {
	switch i.Type {
	case agent.AgentMessage:
		text := i.Text
		if s.open {
			text = ""
		}
		s.open = false
		fmt.Fprintln(s.out, text)
	case agent.Reasoning, agent.Compaction: // notices came as warnings, the failure is the end's
		if i.Text != "" {
			fmt.Fprintf(s.steps, "· %s\n", strings.TrimSpace(i.Text))
		}
	case agent.ToolCall:
		if i.Query != "" {
			fmt.Fprintf(s.steps, "▸ %s\n%s\n", i.Tool, indented(i.Query))
		} else {
			fmt.Fprintf(s.steps, "▸ %s %s\n", i.Tool, i.Arguments)
		}
		fmt.Fprintf(s.steps, "  %s\n", ended(i))
	}
}

// ended tells how a tool call ended.
func ended(i agent.Item) string {
	switch {
	case i.Status == agent.Completed && i.SentToModel != nil:
		return fmt.Sprintf("%d rows; the model sees %d of them", i.RowCount, i.SentToModel.Rows)
	case i.Status != agent.Completed:
		var failure struct {
			Error struct{ Message string }
		}
		_ = json.Unmarshal(i.Result, &failure) // the state says enough where it isn't one
		if failure.Error.Message != "" {
			return i.Status + ": " + failure.Error.Message
		}
	}
	return i.Status
}

func indented(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }

// reader reads lines of a person, without keeping a goroutine's wait from ending.
type reader struct{ lines chan string }

func newReader(from io.Reader) *reader {
	r := &reader{lines: make(chan string)}
	go func() {
		defer close(r.lines)
		for in := bufio.NewScanner(from); in.Scan(); {
			r.lines <- in.Text()
		}
	}()
	return r
}

// line gives the next line; false when there is none any more, or the wait is over.
func (r *reader) line(ctx context.Context) (string, bool) {
	select {
	case text, ok := <-r.lines:
		return text, ok
	case <-ctx.Done():
		return "", false
	}
}

// Approve asks whether a query may run. Where nobody can be asked the turn ends: a question that can't be answered has no answer.
func (s *shown) Approve(ctx context.Context, a agent.Approval) (agent.Decision, error) {
	if s.asks == nil {
		s.mu.Lock()
		s.refused = true
		s.mu.Unlock()
		fmt.Fprintf(s.steps, "? this query would run on %s (database %s):\n%s\n", a.Connection, a.Database, indented(a.Query))
		return agent.Decision{Decision: agent.CancelTurn}, nil
	}
	question := fmt.Sprintf("? run this on %s (database %s)? The model sees at most %d rows.", a.Connection, a.Database, a.WillSend.Rows)
	if a.Tool == "kusto_read_result" {
		question = fmt.Sprintf("? let the model read rows %d to %d of what this gave?", a.Start+1, a.Start+a.WillSend.Rows)
	}
	fmt.Fprintf(s.talk, "%s\n%s\n", question, indented(a.Query))
	for _, f := range a.Findings {
		fmt.Fprintf(s.talk, "  %s\n", f.Message)
	}
	for {
		fmt.Fprint(s.talk, "[y]es, [n]o, [e]dit: ")
		answer, ok := s.asks.line(ctx)
		if !ok {
			return agent.Decision{Decision: agent.CancelTurn}, nil
		}
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "y", "yes":
			s.said(false)
			return agent.Decision{Decision: agent.Accept}, nil
		case "n", "no":
			s.said(true)
			return agent.Decision{Decision: agent.Decline}, nil
		case "e", "edit":
			query, ok := s.edited(ctx)
			if !ok {
				return agent.Decision{Decision: agent.CancelTurn}, nil
			}
			if query != "" {
				s.said(false)
				return agent.Decision{Decision: agent.Accept, EditedQuery: &query}, nil
			}
		}
	}
}

func (s *shown) said(no bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.declined = no
}

// edited reads a query up to an empty line.
func (s *shown) edited(ctx context.Context) (string, bool) {
	fmt.Fprintln(s.talk, "Write the query to run instead, and an empty line:")
	var lines []string
	for {
		line, ok := s.asks.line(ctx)
		switch {
		case !ok && len(lines) == 0:
			return "", false
		case !ok, strings.TrimSpace(line) == "":
			return strings.Join(lines, "\n"), true
		}
		lines = append(lines, line)
	}
}
