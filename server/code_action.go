package server

import (
	"strings"

	"calypso/kql/diag"
	"calypso/kql/fix"
	"calypso/kql/text"
	"calypso/server/protocol"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
)

// codeActionKinds are what codeAction gives.
var codeActionKinds = []lsp.CodeActionKind{
	lsp.CodeActionKindQuickFix, lsp.CodeActionKindRefactorExtract,
	lsp.CodeActionKindRefactorInline, lsp.CodeActionKindRefactorRewrite,
	lsp.CodeActionKindSource, // to editors without lenses of ours
}

// maxFixed bounds the findings of one range for which fixes are sought: each fix is tried before it is offered.
const maxFixed = 20

// codeAction is textDocument/codeAction: fixes for the findings that the range touches, then refactorings of what is in it.
func codeAction(c *call, p *lsp.CodeActionParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	within := text.Span{Start: c.can.Encoding.Offset(d.File, p.Range.Start), End: c.can.Encoding.Offset(d.File, p.Range.End)}
	actions := []*lsp.CodeAction{}
	if asked(p.Context.Only, fix.QuickFix) {
		n := 0
		for _, f := range c.findings(d, sc, c.snapshot.Settings) {
			if f.Span.End < within.Start || f.Span.Start > within.End || n == maxFixed {
				continue
			}
			n++
			for _, a := range fix.Quick(sc, f) {
				actions = append(actions, c.codeActionOf(d, a, sameFinding(p.Context.Diagnostics, f.Code, c.places(d).of(f.Span))))
			}
		}
	}
	// Nobody wants refactorings under a caret that only passes by.
	if p.Context.TriggerKind != lsp.CodeActionTriggerKindAutomatic || within.Len() > 0 {
		for _, a := range fix.Refactor(sc, within) {
			if asked(p.Context.Only, a.Kind) {
				actions = append(actions, c.codeActionOf(d, a, nil))
			}
		}
	}
	actions = append(actions, c.askActions(d, sc, within, p)...)
	return append(actions, c.runActions(d, sc, within, p)...), c.unmoved(d)
}

func (c *call) codeActionOf(d *session.Document, a fix.Action, of []lsp.Diagnostic) *lsp.CodeAction {
	at := c.places(d)
	edits := make([]lsp.TextEdit, len(a.Edits))
	for i, e := range a.Edits {
		edits[i] = lsp.TextEdit{Range: at.of(e.Span), NewText: e.NewText}
	}
	out := &lsp.CodeAction{Title: a.Title, Kind: ptr(lsp.CodeActionKind(a.Kind)), Diagnostics: of, Edit: c.workspaceEdit(d.URI, &d.Version, edits)}
	if a.Preferred && c.can.PreferredAction {
		out.IsPreferred = ptr(true)
	}
	if a.Name.Len() > 0 && c.can.Kusto { // others have no command that starts a rename
		after := d.File.ApplyAll(a.Edits)
		out.Command = lsp.Command{
			Title: "Rename", Command: protocol.ClientCommandRename, Arguments: arguments(d.URI, c.can.Encoding.Position(after, a.Name.Start)),
		}
	}
	return out
}

// asked tells whether a kind, or one above it, is among those that the client wants; no list wants all.
func asked(only []lsp.CodeActionKind, kind fix.Kind) bool {
	for _, k := range only {
		if k == "" || string(k) == string(kind) || strings.HasPrefix(string(kind), string(k)+".") {
			return true
		}
	}
	return len(only) == 0
}

// sameFinding gives those of the client's diagnostics that a finding is, so that the client ties the fix to them.
func sameFinding(list []lsp.Diagnostic, code diag.Code, at lsp.Range) []lsp.Diagnostic {
	for _, d := range list {
		if d.Code == lsp.String(code) && d.Range == at {
			return []lsp.Diagnostic{d}
		}
	}
	return nil
}
