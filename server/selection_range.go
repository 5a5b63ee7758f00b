package server

import (
	"calypso/kql/selection"

	lsp "go.lsp.dev/protocol"
)

// selectionRange is textDocument/selectionRange: for each position what "expand selection" goes through.
func selectionRange(c *call, p *lsp.SelectionRangeParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	list := make([]lsp.SelectionRange, 0, len(p.Positions))
	at := c.places(d)
	for _, position := range p.Positions {
		spans := selection.Around(sc, c.can.Encoding.Offset(d.File, position))
		var outer *lsp.SelectionRange
		for i := len(spans) - 1; i >= 0; i-- {
			outer = &lsp.SelectionRange{Range: at.of(spans[i]), Parent: outer}
		}
		list = append(list, *outer)
	}
	return list, nil
}
