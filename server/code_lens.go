package server

import (
	"cmp"
	"slices"
	"strings"

	"calypso/kql/navigate"
	"calypso/kql/script"
	"calypso/kql/text"
	"calypso/server/protocol"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
)

// Code lenses: what runs a block, where it runs, what its last run gave; how often a function or variable is used. A client of ours
// gets commands of its own, which show progress and rows in its panel; any other gets commands of the server.

// lensSources make the lenses of a document; each has a switch of its own.
var lensSources = []func(*lenses){runLenses, askLenses, connectionLenses, parameterLenses, rowsLenses, referenceLenses}

// lenses collects those of one document.
type lenses struct {
	*call
	doc    *session.Document
	script *script.Script
	at     *places
	set    session.Settings
	list   []lsp.CodeLens
}

// codeLens is textDocument/codeLens.
func codeLens(c *call, p *lsp.CodeLensParams) (any, error) {
	if d, err := c.document(string(p.TextDocument.URI)); err == nil && isTests(d) {
		return testLenses(d), nil
	}
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	l := &lenses{call: c, doc: d, script: sc, at: c.places(d), set: c.snapshot.Settings, list: []lsp.CodeLens{}}
	if !strings.HasPrefix(d.URI, scheme+":") { // what the database has is only to be read
		for _, add := range lensSources {
			add(l)
		}
	}
	slices.SortStableFunc(l.list, func(a, b lsp.CodeLens) int { return cmp.Compare(a.Range.Start.Line, b.Range.Start.Line) })
	return l.list, c.unmoved(d)
}

// above puts a lens above the line of an offset.
func (l *lenses) above(offset int, lens lsp.CodeLens) {
	start := l.at.of(text.Span{Start: offset, End: offset}).Start
	start.Character = 0
	lens.Range = lsp.Range{Start: start, End: start}
	l.list = append(l.list, lens)
}

// do makes a lens that does something: in a client of ours its own command, in others the server's.
func (l *lenses) do(title, icon, own string, ownArguments []any, command string, argument any) lsp.CodeLens {
	if !l.can.Kusto {
		return lsp.CodeLens{Command: lsp.Command{Title: title, Command: command, Arguments: arguments(argument)}}
	}
	return lsp.CodeLens{Command: lsp.Command{Title: icon + title, Command: own, Arguments: arguments(ownArguments...)}}
}

func arguments(values ...any) []lsp.LSPAny {
	list := make([]lsp.LSPAny, 0, len(values))
	for _, v := range values {
		raw, err := lsp.Marshal(v)
		if err != nil {
			continue // plain structs of strings and numbers: it doesn't happen
		}
		list = append(list, raw)
	}
	return list
}

// blocks calls visit for each block that can run, with the part of it that is sent.
func (l *lenses) blocks(visit func(b *script.Block, run runnable)) {
	own, _ := l.snapshot.Target(l.doc.Key)
	for _, b := range l.script.Blocks {
		for _, r := range l.addRunnable(nil, l.script, b, b.Span, own) {
			visit(b, r)
		}
	}
}

// documentPlace is the argument of the server's commands about a place.
type documentPlace struct {
	URI      string       `json:"uri"`
	Position lsp.Position `json:"position"`
}

func runLenses(l *lenses) {
	if l.set.RunLensOff || l.doc.Key.Cell() { // a cell has its own button
		return
	}
	icon, title := "$(play)\u00a0", "Run"
	if !l.can.Kusto {
		title = "▶ Run"
	}
	l.blocks(func(_ *script.Block, r runnable) {
		at := l.at.of(r.span)
		l.above(r.span.Start, l.do(title, icon, protocol.ClientCommandRun, []any{l.doc.URI, at}, protocol.CommandRun, documentPlace{l.doc.URI, at.Start}))
	})
}

func connectionLenses(l *lenses) {
	if l.set.ConnectionLensOff {
		return
	}
	l.blocks(func(b *script.Block, r runnable) {
		if b.Connect != "" {
			return // the text says it
		}
		title := "Choose a connection"
		if r.target.Connection != "" {
			about := l.active(r.target, protocol.FromDocument)
			if title = about.Name; about.Database != "" {
				title += "/" + about.Database
			}
		}
		argument := struct {
			URI string `json:"uri"`
		}{l.doc.URI}
		l.above(r.span.Start, l.do(title, "$(database)\u00a0", protocol.ClientCommandConnect, nil, protocol.CommandChooseConnection, argument))
	})
}

func rowsLenses(l *lenses) {
	if l.set.RowsLensOff || l.doc.Key.Cell() {
		return
	}
	l.blocks(func(_ *script.Block, r runnable) {
		last, ok := l.ran.find(l.doc.Key, r.target, r.text)
		if !ok {
			return
		}
		title := text.Count(last.rows, "row")
		argument := struct {
			Result string `json:"result"`
		}{last.result}
		l.above(r.span.Start, l.do(title, "$(table)\u00a0", protocol.CommandShowResult, []any{argument}, protocol.CommandShowResult, argument))
	})
}

// lensData is what a lens carries until it is resolved: counting references looks through the whole document.
type lensData struct {
	URI    string `json:"uri"`
	Serial int64  `json:"serial"` // of the document's version
	At     int    `json:"at"`     // byte of the name
}

func referenceLenses(l *lenses) {
	if l.set.ReferenceLens == session.LensedNone {
		return
	}
	for _, n := range navigate.Declared(l.script) {
		if !n.Function && l.set.ReferenceLens != session.LensedAll {
			continue
		}
		data, err := lsp.Marshal(lensData{l.doc.URI, l.doc.Serial, n.Span.Start})
		if err != nil {
			continue
		}
		l.above(n.Span.Start, lsp.CodeLens{Data: data})
	}
}

// codeLensResolve is codeLens/resolve: it counts the references.
func codeLensResolve(c *call, p *lsp.CodeLens) (any, error) {
	var data lensData
	if backwards(p.Range) {
		return nil, badParams("params.range ends before it starts")
	}
	if len(p.Data) == 0 || lsp.Unmarshal(p.Data, &data) != nil {
		return p, nil
	}
	d := c.snapshot.Document(data.URI)
	if d == nil || d.Serial != data.Serial || data.At < 0 || data.At > d.File.Len() {
		return nil, errMoved
	}
	sc, err := c.script(d)
	if err != nil {
		return nil, err
	}
	places, err := c.referencesAt(d, sc, data.At, false)
	if err != nil {
		return nil, err
	}
	title := text.Count(len(places), "reference")
	l := &lenses{call: c}
	at := c.can.Encoding.Position(d.File, data.At)
	p.Command = l.do(title, "", protocol.ClientCommandReferences, []any{d.URI, at, places}, protocol.CommandReferences, documentPlace{d.URI, at}).Command
	return p, c.unmoved(d)
}
