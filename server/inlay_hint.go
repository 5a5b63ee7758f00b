package server

import (
	"calypso/kql/inlay"

	lsp "go.lsp.dev/protocol"
)

// inlayHint is textDocument/inlayHint: the sorts of hint that the settings ask for.
func inlayHint(c *call, p *lsp.InlayHintParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	list := []lsp.InlayHint{}
	at := c.places(d)
	for _, h := range inlay.Hints(sc, c.can.Encoding.Span(d.File, p.Range), c.snapshot.Settings.Hints()) {
		place := at.next(h.At)
		out := lsp.InlayHint{Position: place, Label: lsp.String(h.Label)}
		if h.SpaceBefore {
			out.PaddingLeft = ptr(true)
		}
		if h.SpaceBehind {
			out.PaddingRight = ptr(true)
		}
		switch h.Kind {
		case inlay.Type:
			out.Kind = lsp.InlayHintKindType
		case inlay.Parameter:
			out.Kind = lsp.InlayHintKindParameter
		}
		if h.Tip != "" {
			out.Tooltip = lsp.String(h.Tip)
		}
		if h.Edit != "" {
			out.TextEdits = []lsp.TextEdit{{Range: lsp.Range{Start: place, End: place}, NewText: h.Edit}}
		}
		list = append(list, out)
	}
	return list, c.unmoved(d)
}
