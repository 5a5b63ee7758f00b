package server

import (
	"calypso/kql/format"

	lsp "go.lsp.dev/protocol"
)

// onTypeFormatting is textDocument/onTypeFormatting.
func onTypeFormatting(c *call, p *lsp.DocumentOnTypeFormattingParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	edits := []lsp.TextEdit{}
	at := c.places(d)
	offset := c.can.Encoding.Offset(d.File, p.Position)
	for _, e := range format.OnType(sc, offset, p.Ch, c.layout(p.Options)) {
		edits = append(edits, lsp.TextEdit{Range: at.of(e.Span), NewText: e.NewText})
	}
	return edits, c.unmoved(d)
}
