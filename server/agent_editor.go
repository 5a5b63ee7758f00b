package server

import (
	"context"
	"errors"
	"strings"

	"calypso/kql/script"
	"calypso/kql/text"
	"calypso/server/protocol"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// What the agent does in the editor: queries put into documents, by the person's click or, with their yes, by the model.

// agentQueryInsert is agent/query/insert.
func agentQueryInsert(c *call, p *protocol.AgentQueryInsertParams) (any, error) {
	return nil, c.insertQuery(c, p.Text, p.Context)
}

// insertQuery puts a query over the selection of a document, into an empty one, else behind the block at the caret, and shows it.
func (c *call) insertQuery(ctx context.Context, query string, at protocol.AgentContext) error {
	d, sc, err := c.opened(at.URI)
	if err != nil {
		return err
	}
	var span text.Span
	if at.Range != nil {
		span = c.can.Encoding.Span(d.File, *at.Range)
	}
	query = strings.TrimSpace(query)
	switch {
	case strings.TrimSpace(d.File.Text()) == "":
		span, query = text.Span{}, query+"\n"
	case span.Len() == 0:
		end := endOfBlock(sc, d.File, span.Start)
		span, query = text.Span{Start: end, End: end}, "\n\n"+query
	}
	edit := &lsp.ApplyWorkspaceEditParams{Label: ptr("Insert query"), Edit: lsp.WorkspaceEdit{
		Changes: map[uri.URI][]lsp.TextEdit{uri.URI(d.URI): {{Range: c.places(d).of(span), NewText: query}}},
	}}
	var applied lsp.ApplyWorkspaceEditResult
	if err := c.callClient(ctx, lsp.MethodWorkspaceApplyEdit, edit, &applied); err != nil {
		return err
	}
	if !applied.Applied {
		return failf(protocol.ErrorOther, "copy the query", "the editor didn't take the query")
	}
	if !c.can.ShowDocument {
		return nil
	}
	return c.openFile(ctx, d.URI)
}

// endOfBlock gives the end of the line on which the block at a place ends; between blocks it is that of the block above.
func endOfBlock(sc *script.Script, f *text.File, at int) int {
	end := at
	for _, b := range sc.Blocks {
		if span := trimmed(sc.Text, b.Span); span.Len() > 0 && f.Line(f.LineAt(span.Start)).Start <= at {
			end = span.End
		}
	}
	line := f.Line(f.LineAt(end)).Of(f.Text())
	return f.Line(f.LineAt(end)).Start + len(strings.TrimRight(line, "\r\n"))
}

// agentEditor is the editor as a model may change it in one turn; at is the document that goes along, nil for none.
type agentEditor struct {
	server *Server
	at     *protocol.AgentContext
}

// Document names the document that queries go into.
func (e agentEditor) Document() string {
	if e.at == nil || e.server.state.current().Document(e.at.URI) == nil {
		return ""
	}
	return nameOf(e.at.URI)
}

// Open shows a query as a document of its own.
func (e agentEditor) Open(ctx context.Context, query, about string) error {
	if about = strings.Join(strings.Fields(about), " "); about != "" {
		query = "// " + about + "\n" + query
	}
	return e.server.openText(ctx, query+"\n", "kql")
}

// Insert puts a query into the document. What the caret was on may have moved since the question; the query is never put into its middle.
func (e agentEditor) Insert(ctx context.Context, query string) error {
	if e.at == nil {
		return errors.New("no document goes along with the question")
	}
	at := *e.at
	if at.Range != nil {
		at.Range = &lsp.Range{Start: at.Range.End, End: at.Range.End} // a selection is asked about, not written over
	}
	c := &call{Context: ctx, Server: e.server, snapshot: e.server.state.current()}
	return c.insertQuery(ctx, query, at)
}
