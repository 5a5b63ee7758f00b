package server

import (
	"net/url"
	"strings"

	"calypso/agent"
	"calypso/kql/text"
	"calypso/server/protocol"
	"calypso/server/session"
)

// agentTurnStart is agent/turn/start. The turn's events follow the answer.
func agentTurnStart(c *call, p *protocol.AgentTurnStartParams) (any, error) {
	in := agent.Input{Text: p.Input.Text}
	if p.Context != nil {
		d, err := c.document(p.Context.URI)
		if err != nil {
			return nil, err
		}
		in.Name, in.Document = nameOf(d.URI), c.excerpt(d, p.Context)
	}
	c.agentEvents.hold(p.ThreadID)
	c.wire.afterAnswer(c.id, func() { c.agentEvents.release(p.ThreadID) })
	turn, err := c.agent.Turn(c, p.ThreadID, in)
	return agentResult(protocol.AgentTurnStartResult{TurnID: turn}, err)
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
