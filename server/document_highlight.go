package server

import (
	"calypso/kql/navigate"

	lsp "go.lsp.dev/protocol"
)

// documentHighlight is textDocument/documentHighlight: the places of a name; those that make what it means are writes.
func documentHighlight(c *call, p *lsp.DocumentHighlightParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	list := []lsp.DocumentHighlight{}
	at := c.places(d)
	for _, r := range navigate.References(sc, c.can.Encoding.Offset(d.File, p.Position), true) {
		kind := lsp.DocumentHighlightKindRead
		if r.Write {
			kind = lsp.DocumentHighlightKindWrite
		}
		list = append(list, lsp.DocumentHighlight{Range: at.of(r.Span), Kind: kind})
	}
	return list, nil
}
