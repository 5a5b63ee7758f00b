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
	offset := c.can.Encoding.Offset(d.File, p.Position)
	if from, w, ok := c.createdAt(d, sc, offset); ok {
		return &lsp.PrepareRenamePlaceholder{Range: c.places(d).of(from), Placeholder: w.to.Name()}, nil
	}
	span, name, err := navigate.Prepare(sc, offset)
	if err != nil {
		return nil, refusal(err)
	}
	return &lsp.PrepareRenamePlaceholder{Range: c.places(d).of(span), Placeholder: name}, nil
}

// rename is textDocument/rename: within the block, or what commands create in all files of the workspace.
func rename(c *call, p *lsp.RenameParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	offset := c.can.Encoding.Offset(d.File, p.Position)
	if _, w, ok := c.createdAt(d, sc, offset); ok {
		return c.renameCreated(w, p.NewName)
	}
	edits, err := navigate.Rename(sc, offset, p.NewName)
	if err != nil {
		return nil, refusal(err)
	}
	at := c.places(d)
	list := make([]lsp.TextEdit, len(edits))
	for i, e := range edits {
		list[i] = lsp.TextEdit{Range: at.of(e.Span), NewText: e.NewText}
	}
	return c.workspaceEdit(d.URI, &d.Version, list), c.unmoved(d)
}

// refusal is a rename that isn't done, with its reason for the person who asked.
func refusal(err error) error {
	return &Failure{Kind: protocol.ErrorOther, Message: err.Error()}
}

// workspaceEdit puts a document's edits into the form that the client takes; with a version, it refuses them for another text.
// The version of a file that isn't open is nil.
func (s *Server) workspaceEdit(of string, version *int32, edits []lsp.TextEdit) *lsp.WorkspaceEdit {
	if !s.can.DocumentChanges {
		return &lsp.WorkspaceEdit{Changes: map[uri.URI][]lsp.TextEdit{uri.URI(of): edits}}
	}
	change := &lsp.TextDocumentEdit{TextDocument: lsp.OptionalVersionedTextDocumentIdentifier{Version: version}}
	change.TextDocument.URI = uri.URI(of)
	change.Edits = make([]lsp.TextDocumentEditElement, len(edits))
	for i := range edits {
		change.Edits[i] = &edits[i]
	}
	return &lsp.WorkspaceEdit{DocumentChanges: []lsp.DocumentChange{change}}
}
