package server

import (
	"calypso/kql/navigate"
	"calypso/server/protocol"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// prepareRename is textDocument/prepareRename: the name's place, or why it can't be renamed.
func prepareRename(c *call, p *lsp.PrepareRenameParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	span, name, err := navigate.Prepare(sc, c.can.Encoding.Offset(d.File, p.Position))
	if err != nil {
		return nil, refusal(err)
	}
	return &lsp.PrepareRenamePlaceholder{Range: c.places(d).of(span), Placeholder: name}, nil
}

// rename is textDocument/rename.
func rename(c *call, p *lsp.RenameParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	edits, err := navigate.Rename(sc, c.can.Encoding.Offset(d.File, p.Position), p.NewName)
	if err != nil {
		return nil, refusal(err)
	}
	at := c.places(d)
	list := make([]lsp.TextEdit, len(edits))
	for i, e := range edits {
		list[i] = lsp.TextEdit{Range: at.of(e.Span), NewText: e.NewText}
	}
	return c.workspaceEdit(d.URI, d.Version, list), c.unmoved(d)
}

// refusal is a rename that isn't done, with its reason for the person who asked.
func refusal(err error) error {
	return &Failure{Kind: protocol.ErrorOther, Message: err.Error()}
}

// workspaceEdit puts a document's edits into the form that the client takes; with a version, it refuses them for another text.
func (s *Server) workspaceEdit(of string, version int32, edits []lsp.TextEdit) *lsp.WorkspaceEdit {
	if !s.can.DocumentChanges {
		return &lsp.WorkspaceEdit{Changes: map[uri.URI][]lsp.TextEdit{uri.URI(of): edits}}
	}
	change := &lsp.TextDocumentEdit{TextDocument: lsp.OptionalVersionedTextDocumentIdentifier{Version: &version}}
	change.TextDocument.URI = uri.URI(of)
	change.Edits = make([]lsp.TextDocumentEditElement, len(edits))
	for i := range edits {
		change.Edits[i] = &edits[i]
	}
	return &lsp.WorkspaceEdit{DocumentChanges: []lsp.DocumentChange{change}}
}
