package server

import (
	"calypso/kql/format"
	"calypso/kql/text"

	lsp "go.lsp.dev/protocol"
)

// formatting is textDocument/formatting.
func formatting(c *call, p *lsp.DocumentFormattingParams) (any, error) {
	return c.format(string(p.TextDocument.URI), nil, p.Options)
}

// rangeFormatting is textDocument/rangeFormatting: the statements that the range touches.
func rangeFormatting(c *call, p *lsp.DocumentRangeFormattingParams) (any, error) {
	return c.format(string(p.TextDocument.URI), &p.Range, p.Options)
}

func (c *call) format(uri string, within *lsp.Range, o lsp.FormattingOptions) (any, error) {
	d, sc, err := c.opened(uri)
	if err != nil {
		return nil, err
	}
	span := text.Span{Start: 0, End: d.File.Len()}
	if within != nil {
		span = text.Span{Start: c.can.Encoding.Offset(d.File, within.Start), End: c.can.Encoding.Offset(d.File, within.End)}
	}
	edits := []lsp.TextEdit{}
	at := c.places(d)
	for _, e := range format.Range(sc, span, c.layout(o)) {
		edits = append(edits, lsp.TextEdit{Range: at.of(e.Span), NewText: e.NewText})
	}
	return edits, nil
}

// layout is the settings' layout; without an indent of its own it takes the editor's tab size.
func (c *call) layout(o lsp.FormattingOptions) format.Options {
	set := c.snapshot.Settings.Format
	if set.Indent == 0 {
		set.Indent = int(min(o.TabSize, 16))
	}
	return set
}
