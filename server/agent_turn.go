package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"calypso/agent"
	"calypso/kql/script"
	"calypso/kql/text"
	"calypso/server/protocol"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
)

// agentAsk is agent/ask.
func agentAsk(c *call, p *protocol.AgentTurnStartParams) (any, error) {
	line := strings.TrimSpace(p.Input.Text)
	if strings.HasPrefix(line, "/") {
		_, err := agentCommandRun(c, &protocol.AgentCommandRunParams{Line: line, ThreadID: p.ThreadID})
		return nil, err
	}
	if line != "" && c.agent.Steer(c, p.ThreadID, "", line) == nil {
		return nil, nil
	}
	ctx, stop := context.WithTimeout(c.Context, loading)
	defer stop()
	start := *c
	start.Context = ctx
	_, err := agentTurnStart(&start, p)
	return nil, err
}

// agentTurnStart is agent/turn/start. The turn's events follow the answer.
func agentTurnStart(c *call, p *protocol.AgentTurnStartParams) (any, error) {
	c.agentEvents.hold(p.ThreadID)
	c.wire.afterAnswer(c.id, func() { c.agentEvents.release(p.ThreadID) })
	turn, err := c.startTurn(p)
	if err != nil {
		return nil, c.notStarted(p, err)
	}
	return agentResult(protocol.AgentTurnStartResult{TurnID: turn}, nil)
}

// notStarted has the chat keep a question of which no turn came, with the reason; one that came at the wrong time can be asked again.
func (c *call) notStarted(p *protocol.AgentTurnStartParams, err error) error {
	question := cmp.Or(strings.TrimSpace(p.Input.Text), questions[p.Input.About])
	var f *Failure
	if err = agentError(err); question == "" || !errors.As(err, &f) || f.Kind == "busy" {
		return err
	}
	if c.agent.Refused(c, p.ThreadID, question, c.agentFailure(err)) != nil {
		return err // the thread is what can't be found or written
	}
	told := *f
	told.Shown = c.can.Agent
	return &told
}

func (c *call) startTurn(p *protocol.AgentTurnStartParams) (string, error) {
	in := agent.Input{Text: p.Input.Text}
	if p.Context != nil {
		if err := c.along(p, &in); err != nil {
			return "", err
		}
	} else if p.Input.About != "" {
		return "", badParams("params.context is missing")
	}
	if c.can.UI {
		in.Editor = agentEditor{c.Server, p.Context}
	}
	return c.agent.Turn(c, p.ThreadID, in)
}

// along adds the document that goes along with a question, or the query that it is about.
func (c *call) along(p *protocol.AgentTurnStartParams, in *agent.Input) error {
	d, sc, err := c.opened(p.Context.URI)
	if err != nil {
		return err
	}
	if p.Input.About != "" {
		if in.Text = questions[p.Input.About]; in.Text == "" {
			return badParams("params.input.about can't be %q", p.Input.About)
		}
		c.ontoBlock(d, sc, p.Context)
		if p.Input.About == "fix" {
			in.Text += c.faults(d, sc, *p.Context.Range)
		}
	}
	in.Name, in.Document = nameOf(d.URI), c.excerpt(d, p.Context)
	return nil
}

// questions are those that the editor offers about a query.
var questions = map[string]string{
	"explain":  "Explain this query step by step, and say what its result means.",
	"fix":      "Fix this query. Say what was wrong and give the whole query as it should be.",
	"optimise": "Make this query cheaper and faster with the same result. Say what you changed and why, and give the whole query.",
}

// ontoBlock widens a range that is empty, or missing, to the block at it.
func (c *call) ontoBlock(d *session.Document, sc *script.Script, about *protocol.AgentContext) {
	if about.Range == nil {
		about.Range = &lsp.Range{}
	}
	if about.Range.Start != about.Range.End {
		return
	}
	at := c.can.Encoding.Offset(d.File, about.Range.Start)
	if b, _ := sc.At(at); b != nil {
		about.Range = ptr(c.places(d).of(trimmed(sc.Text, b.Span)))
	}
}

// toldFaults is the most findings that go along with a question.
const toldFaults = 10

// faults lists what the editor shows of errors and warnings in a range.
func (c *call) faults(d *session.Document, sc *script.Script, within lsp.Range) string {
	var out strings.Builder
	told := 0
	for _, f := range c.diagnostics(d, sc, c.snapshot.Settings) {
		inside := f.Range.Start.Line <= within.End.Line && within.Start.Line <= f.Range.End.Line
		if !inside || f.Severity > lsp.DiagnosticSeverityWarning || told == toldFaults {
			continue
		}
		told++
		fmt.Fprintf(&out, "\n- line %d: %s", int(f.Range.Start.Line)-int(within.Start.Line)+1, f.Message)
	}
	if told == 0 {
		return ""
	}
	return " The editor reports:" + out.String()
}

// nameOf gives a document's name as people know it.
func nameOf(uri string) string {
	name := uri[strings.LastIndexAny(uri, "/:")+1:]
	if plain, err := url.PathUnescape(name); err == nil {
		return plain
	}
	return name
}

// excerptRoom is as much of a long document as goes along with a question, in bytes.
const excerptRoom = 14_000

// excerpt gives the part of a document that a question is about: its range; with an empty range or none, all of it, of a long one
// the lines around the range.
func (c *call) excerpt(d *session.Document, about *protocol.AgentContext) string {
	var span text.Span
	if about.Range != nil {
		span = c.can.Encoding.Span(d.File, *about.Range)
	}
	src := d.File.Text()
	switch {
	case span.Len() > 0:
		return span.Of(src)
	case len(src) <= excerptRoom:
		return src
	}
	first := d.File.Line(d.File.LineAt(max(span.Start-excerptRoom/2, 0)))
	last := d.File.Line(d.File.LineAt(min(span.Start+excerptRoom/2, len(src))))
	return src[first.Start:last.End]
}

// agentTurnSteer is agent/turn/steer.
func agentTurnSteer(c *call, p *protocol.AgentTurnSteerParams) (any, error) {
	return agentDone(c.agent.Steer(c, p.ThreadID, p.ExpectedTurnID, p.Input.Text))
}

// agentTurnInterrupt is agent/turn/interrupt.
func agentTurnInterrupt(c *call, p *protocol.AgentTurnParams) (any, error) {
	return agentDone(c.agent.Interrupt(c, p.ThreadID, p.TurnID))
}
