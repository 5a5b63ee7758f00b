package server

import (
	"strings"

	"calypso/kql/hover"
	"calypso/kql/symbol"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
)

// TableSizes is what a Backend may have besides: how large tables are, from memory alone. Of most clusters nothing is known.
type TableSizes interface {
	// TableSize is asked by the target of a document, and by cluster and database where the text names them.
	TableSize(t Target, cluster, database, table string) (TableSize, bool)
	// AskSizes has the cluster asked for the sizes of a database's tables, in the background, unless they are known. Events tell when they
	// are there.
	AskSizes(t Target)
	// SizesUnknown says why they can't be had; "" when they are known, or not asked for yet.
	SizesUnknown(t Target) string
}

// TableSize is how large a table is.
type TableSize struct {
	Rows   int64
	Bytes  int64 // 0: not known
	Packed int64 // bytes that they take in the cluster; 0: not known
	// Problem is why the table can't be used, as "x.csv: is empty"; "" when nothing is wrong. Rows is -1 then.
	Problem string
}

// hoverAt is textDocument/hover: Markdown or plain text, as asked.
func hoverAt(c *call, p *lsp.HoverParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	h, ok := hover.At(sc, c.can.Encoding.Offset(d.File, p.Position), c.hoverOptions(d))
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

// hoverOptions lends the hover what lies outside of the language: the engine that computes a constant, and how large tables are.
func (c *call) hoverOptions(d *session.Document) hover.Options {
	o := hover.Options{}
	if fold := c.opt.Fold; fold != nil {
		o.Fold = func(query string) (string, bool) { return fold(c, query) }
	}
	if sizes, ok := c.tableSizes(); ok {
		own, _ := c.snapshot.Target(d.Key)
		o.Facts = func(t *symbol.TableSymbol, cluster, database string) hover.Facts {
			size, known := sizes.TableSize(own, cluster, database, t.Name)
			return hover.Facts{Known: known && size.Problem == "", Rows: size.Rows, Bytes: size.Bytes}
		}
	}
	return o
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
