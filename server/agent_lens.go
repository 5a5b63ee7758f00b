package server

import (
	"calypso/kql/fix"
	"calypso/kql/script"
	"calypso/kql/text"
	"calypso/server/protocol"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
)

// What the editor offers about a query where a model is set: to have it explained, mended, made cheaper. It opens the chat with the
// question; nothing is sent before the person's click.

// canAsk tells whether questions can be asked at all: the client has a chat, and a model is set.
func (s *Server) canAsk() bool {
	return s.agent != nil && s.can.Agent && s.opt.Agents.Status().Model != nil
}

// askLenses offers above each query to have it explained.
func askLenses(l *lenses) {
	if l.set.RunLensOff || !l.canAsk() {
		return
	}
	l.blocks(func(_ *script.Block, r runnable) {
		if !r.command {
			l.above(r.span.Start, lsp.CodeLens{Command: askAbout(l.doc.URI, l.at.of(r.span), "$(sparkle)\u00a0Explain", "explain")})
		}
	})
}

func askAbout(uri string, at lsp.Range, title, about string) lsp.Command {
	return lsp.Command{Title: title, Command: protocol.ClientCommandAsk, Arguments: arguments(uri, at, about)}
}

// askActions are the code actions of a range: mending where there are findings, and making cheaper where the person asked for actions.
func (c *call) askActions(d *session.Document, sc *script.Script, within text.Span, p *lsp.CodeActionParams) []*lsp.CodeAction {
	if !c.canAsk() {
		return nil
	}
	block := within
	for _, b := range sc.Blocks {
		if b.Span.Start <= within.Start && within.End <= b.Span.End {
			block = b.Span
		}
	}
	action := func(title, about string, kind fix.Kind) *lsp.CodeAction {
		command := askAbout(d.URI, c.places(d).of(block), title, about)
		return &lsp.CodeAction{Title: title, Kind: ptr(lsp.CodeActionKind(kind)), Command: command}
	}
	var list []*lsp.CodeAction
	if len(p.Context.Diagnostics) > 0 && asked(p.Context.Only, fix.QuickFix) {
		list = append(list, action("Fix in chat", "fix", fix.QuickFix))
	}
	if p.Context.TriggerKind != lsp.CodeActionTriggerKindAutomatic && asked(p.Context.Only, fix.Rewrite) {
		list = append(list, action("Optimise in chat", "optimise", fix.Rewrite))
	}
	return list
}
