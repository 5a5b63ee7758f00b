package server

import (
	"calypso/kql/outline"
	"calypso/kql/text"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// documentSymbol is textDocument/documentSymbol: nested for clients that can show it, else flat.
func documentSymbol(c *call, p *lsp.DocumentSymbolParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	symbols := outline.Symbols(sc)
	if c.can.NestedSymbols {
		return lsp.DocumentSymbolSlice(nested(c.places(d), symbols)), nil
	}
	flat := lsp.SymbolInformationSlice{}
	return flatten(flat, d, c.places(d), symbols, ""), nil
}

func nested(at *places, symbols []outline.Symbol) []lsp.DocumentSymbol {
	list := make([]lsp.DocumentSymbol, 0, len(symbols))
	for _, s := range symbols {
		out := lsp.DocumentSymbol{
			Name: symbolName(s), Kind: symbolKind(s.Kind),
			Range: at.of(s.Span), SelectionRange: at.of(inside(s.Selection, s.Span)),
		}
		if s.Detail != "" {
			out.Detail = &s.Detail
		}
		if len(s.Children) > 0 {
			out.Children = nested(at, s.Children)
		}
		list = append(list, out)
	}
	return list
}

func flatten(list lsp.SymbolInformationSlice, d *session.Document, at *places, symbols []outline.Symbol, in string) lsp.SymbolInformationSlice {
	for _, s := range symbols {
		out := lsp.SymbolInformation{Location: lsp.Location{URI: uri.URI(d.URI), Range: at.of(s.Span)}}
		out.Name, out.Kind = symbolName(s), symbolKind(s.Kind)
		if in != "" {
			out.ContainerName = ptr(in)
		}
		list = append(list, out)
		list = flatten(list, d, at, s.Children, out.Name)
	}
	return list
}

// inside cuts a selection to its symbol's span: clients refuse one that lies beyond.
func inside(selection, span text.Span) text.Span {
	start := max(span.Start, min(selection.Start, span.End))
	return text.Span{Start: start, End: max(start, min(selection.End, span.End))}
}

// symbolName is never empty: clients refuse that too.
func symbolName(s outline.Symbol) string {
	if s.Name == "" {
		return "?"
	}
	return s.Name
}

func symbolKind(k outline.Kind) lsp.SymbolKind {
	switch k {
	case outline.Command:
		return lsp.SymbolKindEvent
	case outline.Variable:
		return lsp.SymbolKindVariable
	case outline.Function:
		return lsp.SymbolKindFunction
	case outline.Parameter:
		return lsp.SymbolKindField
	default:
		return lsp.SymbolKindNamespace
	}
}
