package server

import (
	"strings"

	"calypso/kql/hover"

	lsp "go.lsp.dev/protocol"
)

// hoverAt is textDocument/hover: Markdown or plain text, as asked.
func hoverAt(c *call, p *lsp.HoverParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	h, ok := hover.At(sc, c.can.Encoding.Offset(d.File, p.Position))
	if !ok {
		return nil, nil
	}
	out := &lsp.Hover{
		Contents: &lsp.MarkupContent{Kind: lsp.MarkupKindMarkdown, Value: h.Markdown},
		Range:    ptr(c.places(d).of(h.Span)),
	}
	if !c.can.MarkdownHover {
		out.Contents = &lsp.MarkupContent{Kind: lsp.MarkupKindPlainText, Value: plainText(h.Markdown)}
	}
	return out, nil
}

// plainText takes the markup out of our own Markdown: fences, table rules, escapes.
func plainText(markdown string) string {
	var out []string
	for _, line := range strings.Split(markdown, "\n") {
		switch {
		case strings.HasPrefix(line, "```"), strings.HasPrefix(line, "|---"):
			continue
		case strings.HasPrefix(line, "| "):
			line = strings.ReplaceAll(strings.Trim(line, "| "), " | ", "  ")
		}
		out = append(out, unescape.Replace(line))
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

var unescape = strings.NewReplacer(`\|`, "|", "\\`", "`", "&lt;", "<")
