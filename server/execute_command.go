package server

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"calypso/kql/text"
	"calypso/server/protocol"
	"calypso/server/result"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// executeCommand is workspace/executeCommand: what an editor without any code of ours can do.
func executeCommand(c *call, p *lsp.ExecuteCommandParams) (any, error) {
	switch p.Command {
	case protocol.CommandRun:
		return commandRun(c, p)
	case protocol.CommandSetConnection:
		return commandSetConnection(c, p)
	case protocol.CommandChooseConnection:
		return commandChooseConnection(c, p)
	case protocol.CommandReferences:
		return commandReferences(c, p)
	case protocol.CommandShowResult:
		return commandShowResult(c, p)
	case protocol.CommandRunTest:
		return commandRunTest(c, p)
	case protocol.CommandRefreshSchema:
		return commandRefreshSchema(c, p)
	}
	return nil, badParams("there is no command %q", p.Command)
}

// argument decodes a command's only argument.
func argument(p *lsp.ExecuteCommandParams, into any, required ...string) error {
	if len(p.Arguments) == 0 {
		return badParams("%s wants one argument, an object", p.Command)
	}
	return decode([]byte(p.Arguments[0]), into, required)
}

// commandSetConnection is calypso.server.setConnection {uri?, connection, database?}.
func commandSetConnection(c *call, p *lsp.ExecuteCommandParams) (any, error) {
	var arg protocol.SetActiveConnectionParams
	if err := argument(p, &arg, "connection"); err != nil {
		return nil, err
	}
	return setActiveConnection(c, &arg)
}

// choosing is how long a person may take to choose.
const choosing = 5 * time.Minute

// offeredConnections is the most that a message can offer.
const offeredConnections = 20

// commandChooseConnection is calypso.server.chooseConnection {uri}: it asks by a message with a button for each connection, which any
// client can show. The answer is where the document's queries run then.
func commandChooseConnection(c *call, p *lsp.ExecuteCommandParams) (any, error) {
	var arg protocol.ActiveConnectionParams
	if err := argument(p, &arg, "uri"); err != nil {
		return nil, err
	}
	known := c.backend.List()
	question := &lsp.ShowMessageRequestParams{Type: lsp.MessageTypeInfo, Message: "Where should the queries of this document run?"}
	for _, k := range known[:min(len(known), offeredConnections)] {
		question.Actions = append(question.Actions, lsp.MessageActionItem{Title: k.Name})
	}
	ctx, cancel := context.WithTimeout(c, choosing)
	defer cancel()
	var chosen *lsp.MessageActionItem
	if err := lsp.Call(ctx, c.conn, lsp.MethodWindowShowMessageRequest, question, &chosen); err != nil {
		return nil, &Failure{Kind: protocol.ErrorOther, Message: "the editor didn't ask", Hint: "use " + protocol.CommandSetConnection, Err: err}
	}
	if chosen != nil {
		for _, k := range known {
			if k.Name == chosen.Title {
				return setActiveConnection(c, &protocol.SetActiveConnectionParams{URI: arg.URI, Connection: k.ID})
			}
		}
	}
	return activeConnection(c, &arg)
}

// commandReferences is calypso.server.references {uri, position}: the places, for an editor whose lens has nothing else to do.
func commandReferences(c *call, p *lsp.ExecuteCommandParams) (any, error) {
	var arg documentPlace
	if err := argument(p, &arg, "uri", "position.line", "position.character"); err != nil {
		return nil, err
	}
	of := &lsp.ReferenceParams{}
	of.TextDocument.URI, of.Position = uri.URI(arg.URI), arg.Position
	return references(c, of)
}

// commandShowResult is calypso.server.showResult {result}.
func commandShowResult(c *call, p *lsp.ExecuteCommandParams) (any, error) {
	var arg struct {
		Result string `json:"result"`
	}
	if err := argument(p, &arg, "result"); err != nil {
		return nil, err
	}
	return tabsShow(c, &protocol.ResultInfoParams{Result: arg.Result})
}

// tabsShow is kusto/tabs/show.
func tabsShow(c *call, p *protocol.ResultInfoParams) (any, error) {
	r, err := c.results.Result(p.Result)
	if err != nil {
		return nil, expired(err)
	}
	return nil, c.show(infoOf(r), true)
}

// commandRun is calypso.server.run {uri, position}, or {textDocument: {uri}, position} as editors fill it in by themselves: it runs the block
// at a place and shows the rows, in our grid where the client has it, else as a Markdown file.
func commandRun(c *call, p *lsp.ExecuteCommandParams) (any, error) {
	var arg struct {
		documentParams
		URI      string       `json:"uri"`
		Position lsp.Position `json:"position"`
	}
	if err := argument(p, &arg, "position.line", "position.character"); err != nil {
		return nil, err
	}
	if arg.URI = cmp.Or(arg.URI, arg.TextDocument.URI); arg.URI == "" {
		return nil, badParams("%s wants the uri of a document", p.Command)
	}
	w, err := c.valued(&protocol.QueryRunParams{URI: arg.URI, Range: &lsp.Range{Start: arg.Position, End: arg.Position}})
	if err != nil {
		return nil, err
	}
	w.again = &protocol.QueryRunParams{URI: arg.URI, Range: &lsp.Range{Start: arg.Position, End: arg.Position}}
	if part := w.parts[0]; !c.can.Kusto && c.keepsNothing(part.target.Connection, part.text) {
		return nil, failf(protocol.ErrorUnsupported, "run it in a terminal with calypso query", "nothing of this cluster may be stored, and this editor shows rows by a file")
	}
	progress := c.progressUnder(p.WorkDoneToken, "Running the query")
	defer progress.end()
	ran, err := c.run(w, protocol.ByCommand, progress)
	if err != nil {
		return nil, err
	}
	for _, r := range ran.Results {
		if err := c.show(r, false); err != nil {
			return nil, err
		}
	}
	return ran, nil
}

// show shows rows: in our grid where the client has it, else as a Markdown file.
func (c *call) show(r protocol.ResultInfo, focus bool) error {
	if c.can.Kusto {
		at := time.Time{}
		if of := c.results.Awake(r.Result); of != nil {
			at = ranAt(of)
		}
		c.tabs.show(r, at)
		c.tabsChanged()
		c.tellOurs(protocol.MethodResultShow, protocol.ResultShow{Result: r.Result, Focus: focus})
		return nil
	}
	return c.showMarkdown(r)
}

// shownRows are written of each table for a client without a grid; export has them all.
const shownRows = 1000

// showMarkdown writes a result to a file and opens it, or says where it is.
func (c *call) showMarkdown(about protocol.ResultInfo) error {
	r, err := c.results.Result(about.Result)
	if err != nil {
		return expired(err)
	}
	text, err := markdownOf(c, r, about)
	if err != nil {
		return err
	}
	dir, err := c.written.folder(c.opt.CacheDir)
	path := filepath.Join(dir, about.Result+".md")
	if err == nil {
		err = os.WriteFile(path, []byte(text), 0o600)
	}
	if err != nil {
		return &Failure{Kind: protocol.ErrorFile, Message: err.Error(), Hint: "make the folder writable", Err: err}
	}
	if c.can.ShowDocument {
		var shown lsp.ShowDocumentResult
		p := &lsp.ShowDocumentParams{URI: uri.File(path), TakeFocus: ptr(false)}
		if c.ask(lsp.MethodWindowShowDocument, p, &shown) && shown.Success {
			return nil
		}
	}
	c.tell(lsp.MethodWindowShowMessage, &lsp.ShowMessageParams{Type: lsp.MessageTypeInfo, Message: "The result is in " + path})
	return nil
}

func markdownOf(ctx context.Context, r *result.Result, about protocol.ResultInfo) (string, error) {
	var out strings.Builder
	for i, t := range r.Tables {
		v, err := r.View(ctx, result.Wish{Table: i})
		if err != nil {
			return "", err
		}
		rows := min(t.Rows(), shownRows)
		fmt.Fprintf(&out, "## %s\n\n%s", t.Name, text.Count(t.Rows(), "row"))
		if rows < t.Rows() {
			fmt.Fprintf(&out, ", the first %d of them", rows)
		}
		if t.Truncated {
			out.WriteString(", cut by a limit")
		}
		out.WriteString("\n\n")
		text, err := v.Copy([]result.Area{{EndRow: rows, EndColumn: len(t.Columns)}}, "markdown", true, 0)
		if err != nil {
			return "", expired(err)
		}
		out.WriteString(text + "\n")
	}
	fmt.Fprintf(&out, "%d ms\n", about.Stats.Ms)
	return out.String(), nil
}
