package server

import (
	"calypso/kql/outline"

	lsp "go.lsp.dev/protocol"
)

// folding is textDocument/foldingRange.
func folding(c *call, p *lsp.FoldingRangeParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	at := c.places(d)
	list := []lsp.FoldingRange{}
	for _, f := range outline.Folds(sc) {
		if c.can.FoldLimit > 0 && len(list) == c.can.FoldLimit {
			break
		}
		r := at.of(f.Span)
		if r.End.Line <= r.Start.Line {
			continue
		}
		out := lsp.FoldingRange{StartLine: r.Start.Line, EndLine: r.End.Line}
		if !c.can.FoldLines {
			out.EndCharacter = ptr(r.End.Character)
		}
		if f.Comment {
			out.Kind = lsp.FoldingRangeKindComment
		}
		list = append(list, out)
	}
	return list, nil
}
