package server

import (
	"calypso/kql/fix"
	"calypso/kql/script"
	"calypso/kql/text"
	"calypso/server/protocol"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
)

// An editor without code of ours has no key of ours, and some (Helix, Zed) show no lenses: what everybody has is the list of actions.

// runActions offers to run what is at the place.
func (c *call) runActions(d *session.Document, sc *script.Script, within text.Span, p *lsp.CodeActionParams) []*lsp.CodeAction {
	if c.can.Kusto || p.Context.TriggerKind == lsp.CodeActionTriggerKindAutomatic || !asked(p.Context.Only, fix.Kind(lsp.CodeActionKindSource)) {
		return nil
	}
	block, _ := sc.At(within.Start)
	own, _ := c.snapshot.Target(d.Key)
	run := c.addRunnable(nil, sc, block, block.Span, own)
	if len(run) == 0 {
		return nil
	}
	title := "Run query"
	return []*lsp.CodeAction{{
		Title: title, Kind: ptr(lsp.CodeActionKindSource),
		Command: lsp.Command{Title: title, Command: protocol.CommandRun, Arguments: arguments(documentPlace{d.URI, c.places(d).of(run[0].span).Start})},
	}}
}
