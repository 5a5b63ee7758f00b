package server

import (
	"calypso/kql/navigate"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// documentLink is textDocument/documentLink: clusters that the text names. Help pages are links in hovers: under every word of the
// language they would hide the text.
func documentLink(c *call, p *lsp.DocumentLinkParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	list := []lsp.DocumentLink{}
	at := c.places(d)
	for _, l := range navigate.Links(sc) {
		target, err := uri.Parse(l.URL)
		if err != nil {
			continue
		}
		list = append(list, lsp.DocumentLink{Range: at.of(l.Span), Target: &target, Tooltip: ptr(l.Tip)})
	}
	return list, nil
}
