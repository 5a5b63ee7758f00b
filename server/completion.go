package server

import (
	"fmt"

	"calypso/kql/complete"
	"calypso/kql/text"

	lsp "go.lsp.dev/protocol"
)

// completion is textDocument/completion. Items carry no docs; completionItem/resolve brings them.
func completion(c *call, p *lsp.CompletionParams) (any, error) {
	uri := string(p.TextDocument.URI)
	d, sc, err := c.opened(uri)
	if err != nil {
		return nil, err
	}
	offset := c.can.Encoding.Offset(d.File, p.Position)
	list := complete.At(sc, offset)
	at := c.places(d)
	out := &lsp.CompletionList{IsIncomplete: list.Incomplete, Items: make([]lsp.CompletionItem, 0, len(list.Items))}
	for i, item := range list.Items {
		out.Items = append(out.Items, c.completionItem(item, i, at.of(lineOf(d.File, list.Replace, offset)), itemData{
			URI: d.URI, Version: d.Version, Start: list.Replace.Start, End: list.Replace.End,
		}))
	}
	return out, nil
}

// lineOf keeps an edit's range in the caret's line and around the caret: clients refuse any other.
func lineOf(f *text.File, s text.Span, caret int) text.Span {
	line := f.Line(f.LineAt(caret))
	start := max(line.Start, min(s.Start, caret))
	return text.Span{Start: start, End: max(caret, min(s.End, line.End))}
}

func (c *call) completionItem(item complete.Item, place int, replace lsp.Range, data itemData) lsp.CompletionItem {
	out := lsp.CompletionItem{
		Label:    item.Label,
		Kind:     completionKind(item.Kind),
		SortText: lsp.NewOptional(fmt.Sprintf("%04d", place)), // the order is ours; by label is the client's way
		TextEdit: &lsp.TextEdit{Range: replace, NewText: item.Insert},
	}
	data.Name = item.Insert
	if item.Snippet {
		data.Name = item.Label
		if c.can.Snippets {
			out.InsertTextFormat = lsp.InsertTextFormatSnippet
		} else {
			out.TextEdit = &lsp.TextEdit{Range: replace, NewText: item.Label}
		}
	}
	if c.can.CommitChars {
		out.CommitCharacters = item.Commit
	}
	switch {
	case item.Detail == "":
	case c.can.LabelDetails:
		out.LabelDetails = &lsp.CompletionItemLabelDetails{Description: ptr(item.Detail)}
	default:
		out.Detail = lsp.NewOptional(item.Detail)
	}
	if item.Again && c.can.Kusto { // the command is VS Code's; others would send it to us
		out.Command = lsp.Command{Title: "Suggest", Command: "editor.action.triggerSuggest"}
	}
	if raw, err := lsp.Marshal(data); err == nil {
		out.Data = raw
	}
	return out
}

func completionKind(k complete.Kind) lsp.CompletionItemKind {
	switch k {
	case complete.Column:
		return lsp.CompletionItemKindField
	case complete.Table:
		return lsp.CompletionItemKindClass
	case complete.Function, complete.Aggregate, complete.Plugin:
		return lsp.CompletionItemKindFunction
	case complete.Variable, complete.Parameter:
		return lsp.CompletionItemKindVariable
	case complete.Operator, complete.Keyword:
		return lsp.CompletionItemKindKeyword
	case complete.Value:
		return lsp.CompletionItemKindValue
	case complete.Type:
		return lsp.CompletionItemKindTypeParameter
	case complete.Database:
		return lsp.CompletionItemKindModule
	case complete.Snippet:
		return lsp.CompletionItemKindSnippet
	}
	return lsp.CompletionItemKindText
}
