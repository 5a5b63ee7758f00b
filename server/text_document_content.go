package server

import (
	"calypso/server/protocol"

	lsp "go.lsp.dev/protocol"
)

// textDocumentContent is workspace/textDocumentContent: the text of an entity of a database.
func textDocumentContent(c *call, p *lsp.TextDocumentContentParams) (any, error) {
	e, ok := c.findEntity(p.URI)
	if !ok {
		return nil, failf(protocol.ErrorNotFound, "refresh the schema, or go to the definition again", "the database doesn't have %s", p.URI.Path())
	}
	return &lsp.TextDocumentContentResult{Text: c.shown(e).shown}, nil
}
