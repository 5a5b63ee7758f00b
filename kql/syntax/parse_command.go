package syntax

import (
	"calypso/kql/diag"
	"calypso/kql/text"
)

// Management commands, as far as they are told from queries: the leading words, the query behind "<|", and the operators that
// the command's result runs through. What lies between is not looked into, so nothing there is reported.

func (p *parser) command() *Command {
	c := &Command{}
	from := p.here()
	p.next()
	if p.tok().Kind != TokName {
		p.report(diag.MissingCommand, text.Span{Start: from, End: from + 1})
	}
	for p.tok().Kind == TokName {
		c.Words = append(c.Words, p.commandWord())
	}
	rest := p.here()
	p.skipCommand()
	c.Rest = Range{min(rest, p.prevEnd()), p.prevEnd()}
	switch {
	case p.at(pFeed):
		p.next()
		p.commandFeed(c)
		p.i = len(p.toks) - 1
	case p.at(pBar):
		p.commandPipeline(c)
	}
	c.Range = p.span(from)
	return c
}

// commandFeed reads what follows "<|": a query, or a command whose result is taken. A purge takes a predicate: operators without
// a source.
func (p *parser) commandFeed(c *Command) {
	switch {
	case !c.feedsQuery():
	case p.at(pDot) && p.enter():
		c.Inner = p.command()
		p.leave()
	case c.Words[0].Text == "purge" && p.at(pLBrack): // [Predicate], as documentation writes it, is to be filled in
	case c.Words[0].Text == "purge":
		from := p.here()
		s := &QueryStatement{X: p.handedQuery()}
		s.Range, s.Semicolon = p.span(from), -1
		c.Query = []Statement{s}
	default:
		c.Query = p.statements(pNone)
	}
}

// commandWord takes a word; one with dashes, as set-or-append, is one.
func (p *parser) commandWord() *Name {
	from := p.here()
	n := p.dashedNameLen()
	p.i += n
	w := &Name{Range: p.span(from)}
	w.Text = p.src[w.From:w.To]
	return w
}

// skipCommand skips up to a pipe, "<|" or semicolon outside brackets, or the end.
func (p *parser) skipCommand() {
	for !p.atEnd() && !p.at(pFeed) && !p.at(pBar) && !p.at(pSemi) {
		if closerOf(p.word()) != 0 && p.matching() == 0 {
			p.i = len(p.toks) - 1
			return
		}
		p.skipOne()
	}
}

// feedsQuery tells whether a query follows "<|": of data and of scripts the query parser knows nothing.
func (c *Command) feedsQuery() bool {
	if len(c.Words) == 0 {
		return false
	}
	switch c.Words[0].Text {
	case "ingest", "execute", "replace": // replace takes two queries in braces
		return false
	}
	return true
}

// commandPipeline reads the operators behind a command.
func (p *parser) commandPipeline(c *Command) {
	bar := p.here()
	p.next()
	from := p.here()
	pipe, ok := p.pipeline(nil, from).(*Pipe)
	if !ok {
		return
	}
	c.Ops = pipe.Ops
	c.Bars = append([]int{bar}, pipe.Bars...)
	if !p.atEnd() && !p.at(pSemi) {
		p.surplus()
		p.i = len(p.toks) - 1
	}
}
