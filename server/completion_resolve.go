package server

import (
	"calypso/kql/hover"
	"calypso/kql/script"
	"calypso/kql/text"

	lsp "go.lsp.dev/protocol"
)

// itemData travels with a completion item to the client and back.
type itemData struct {
	URI     string `json:"uri"`
	Version int32  `json:"version"`
	Start   int    `json:"start"` // bytes that the item replaces
	End     int    `json:"end"`
	Name    string `json:"name"` // what would stand there
}

// completionResolve is completionItem/resolve: the item's docs are what a hover would say if it had been chosen. An item that
// isn't ours, or whose text is gone, comes back as it went.
func completionResolve(c *call, item *lsp.CompletionItem) (any, error) {
	var data itemData
	if len(item.Data) == 0 || lsp.Unmarshal(item.Data, &data) != nil {
		return item, nil
	}
	d := c.snapshot.Document(data.URI)
	if d == nil || d.Version != data.Version || data.Start < 0 || data.End < data.Start || data.End > d.File.Len() {
		return item, nil
	}
	before, err := c.script(d)
	if err != nil {
		return nil, err
	}
	target, _ := c.snapshot.Target(d.Key)
	chosen := d.File.Apply(text.Edit{Span: text.Span{Start: data.Start, End: data.End}, NewText: data.Name})
	h, ok := hover.At(script.Analyze(chosen.Text(), c.schemas(target, d.Key), before), data.Start, hover.Options{})
	if !ok {
		return item, nil
	}
	item.Documentation = &lsp.MarkupContent{Kind: lsp.MarkupKindMarkdown, Value: h.Markdown}
	if !c.can.MarkdownDocs {
		item.Documentation = lsp.String(plainText(h.Markdown))
	}
	return item, nil
}
