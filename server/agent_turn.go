package server

import (
	"path"

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
		in.Name, in.Document = path.Base(d.URI), c.excerpt(d, p.Context)
	}
	c.agentEvents.hold(p.ThreadID)
	c.wire.afterAnswer(c.id, func() { c.agentEvents.release(p.ThreadID) })
	turn, err := c.agent.Turn(c, p.ThreadID, in)
	return agentResult(protocol.AgentTurnStartResult{TurnID: turn}, err)
}

// excerptRoom is as much of a document as a question takes along, in bytes.
const excerptRoom = 16_000

// excerpt gives the part of a document that a question is about: its range, or all of it; of a long document the part around the
// range.
func (c *call) excerpt(d *session.Document, about *protocol.AgentContext) string {
	src := d.File.Text()
	if about.Range == nil {
		return src
	}
	span := c.can.Encoding.Span(d.File, *about.Range)
	if span.Len() == 0 {
		return around(src, span)
	}
	return span.Of(src)
}

// around gives at most excerptRoom bytes about a place, whole lines.
func around(src string, at text.Span) string {
	start, end := max(at.Start-excerptRoom/2, 0), min(at.End+excerptRoom/2, len(src))
	for start > 0 && src[start-1] != '\n' {
		start++
		if start >= at.Start {
			break
		}
	}
	for end < len(src) && src[end-1] != '\n' && end > at.End {
		end--
	}
	return src[min(start, at.Start):end]
}

// agentTurnSteer is agent/turn/steer.
func agentTurnSteer(c *call, p *protocol.AgentTurnSteerParams) (any, error) {
	return agentDone(c.agent.Steer(c, p.ThreadID, p.ExpectedTurnID, p.Input.Text))
}

// agentTurnInterrupt is agent/turn/interrupt.
func agentTurnInterrupt(c *call, p *protocol.AgentTurnParams) (any, error) {
	return agentDone(c.agent.Interrupt(c, p.ThreadID, p.TurnID))
}
