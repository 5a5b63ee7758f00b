package server

import (
	"slices"
	"sort"
	"strings"

	"calypso/kql/outline"
	"calypso/kql/symbol"
	"calypso/kql/text"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// Workspace symbols: queries, variables and functions of the open documents, what other files of the workspace
// create, tables and functions of the databases that the documents use.

// symbolLimit is the most symbols of one answer; the client asks again as more is typed.
const symbolLimit = 300

// found is a symbol and how well it fits what was typed: 0 best.
type foundSymbol struct {
	grade int
	lsp.WorkspaceSymbol
}

// workspaceSymbol is workspace/symbol.
func workspaceSymbol(c *call, p *lsp.WorkspaceSymbolParams) (any, error) {
	var all []foundSymbol
	targets := []Target{c.snapshot.Default}
	for _, d := range c.openDocuments() {
		sc, err := c.script(d)
		if err != nil {
			return nil, err
		}
		all = c.textSymbols(all, d, outline.Symbols(sc), "", p.Query)
		for _, b := range sc.Blocks {
			own, _ := c.snapshot.Target(d.Key)
			if t := c.targetOf(b, own); !slices.Contains(targets, t) {
				targets = append(targets, t)
			}
		}
	}
	all = c.createdSymbols(all, p.Query)
	if c.can.SymbolResolve || c.can.TextContent { // else each table would be a file to write
		for _, t := range targets {
			all = c.entitySymbols(all, t, p.Query)
		}
	}
	sort.SliceStable(all, func(i, j int) bool {
		if all[i].grade != all[j].grade {
			return all[i].grade < all[j].grade
		}
		return all[i].Name < all[j].Name
	})
	list := lsp.WorkspaceSymbolSlice{}
	for _, s := range all[:min(len(all), symbolLimit)] {
		list = append(list, s.WorkspaceSymbol)
	}
	return list, nil
}

// createdSymbols adds what the commands of files create that aren't open.
func (c *call) createdSymbols(all []foundSymbol, query string) []foundSymbol {
	for _, f := range c.index.all() {
		if c.snapshot.Document(f.uri) != nil {
			continue
		}
		for i, o := range f.offers {
			grade, ok := fitsQuery(query, o.Name)
			if !ok || o.Function == nil && !o.Table {
				continue
			}
			out := foundSymbol{grade: grade}
			out.Name, out.Kind = o.Name, entityKind(entity{function: o.Function, table: &symbol.TableSymbol{Kind: o.Kind}})
			out.Location = &lsp.Location{URI: uri.URI(f.uri), Range: f.ranges[i]}
			all = append(all, out)
		}
	}
	return all
}

func (c *call) textSymbols(all []foundSymbol, d *session.Document, symbols []outline.Symbol, in, query string) []foundSymbol {
	at := c.places(d)
	for _, s := range symbols {
		if grade, ok := fitsQuery(query, s.Name); ok && s.Kind != outline.Parameter {
			out := foundSymbol{grade: grade}
			out.Name, out.Kind = symbolName(s), symbolKind(s.Kind)
			out.Location = &lsp.Location{URI: uri.URI(d.URI), Range: at.of(inside(s.Selection, s.Span))}
			if in != "" {
				out.ContainerName = ptr(in)
			}
			all = append(all, out)
		}
		all = c.textSymbols(all, d, s.Children, s.Name, query)
	}
	return all
}

// entitySymbols adds a database's tables and functions. Where each lies is told when one is chosen.
func (c *call) entitySymbols(all []foundSymbol, t Target, query string) []foundSymbol {
	if t.Connection == "" {
		return all
	}
	schema := c.backend.Schema(t)
	for _, e := range entities(schema, t, "-", "-") {
		grade, ok := fitsQuery(query, e.name())
		if !ok {
			continue
		}
		out := foundSymbol{grade: grade}
		out.Name, out.Kind = e.name(), entityKind(e)
		out.ContainerName = ptr(schema.Database.Name)
		u, err := uri.From(uri.Components{Scheme: scheme, Path: e.path()})
		if err != nil {
			continue
		}
		if c.can.SymbolResolve {
			out.Location = &lsp.LocationUriOnly{URI: u}
		} else {
			src := e.source()
			out.Location = &lsp.Location{URI: u, Range: c.can.Encoding.Range(text.NewFile(src.Text), src.At[""])}
		}
		if len(all) > 20*symbolLimit {
			return all // more than anybody looks through; a longer query finds the rest
		}
		all = append(all, out)
	}
	return all
}

func entityKind(e entity) lsp.SymbolKind {
	switch {
	case e.function != nil:
		return lsp.SymbolKindFunction
	case e.table.Kind == symbol.MaterializedView:
		return lsp.SymbolKindInterface
	}
	return lsp.SymbolKindClass
}

// workspaceSymbolResolve is workspaceSymbol/resolve: the place of an entity of a database.
func workspaceSymbolResolve(c *call, p *lsp.WorkspaceSymbol) (any, error) {
	only, ok := p.Location.(*lsp.LocationUriOnly)
	if !ok {
		if whole, ok := p.Location.(*lsp.Location); ok && backwards(whole.Range) {
			return nil, badParams("params.location.range ends before it starts")
		}
		return p, nil
	}
	e, ok := c.findEntity(only.URI)
	if !ok {
		return p, nil
	}
	place, err := c.entityLocation(e, "")
	if err != nil {
		return nil, err
	}
	p.Location = &place
	return p, nil
}

func backwards(r lsp.Range) bool {
	return r.End.Line < r.Start.Line || r.End.Line == r.Start.Line && r.End.Character < r.Start.Character
}

// fitsQuery grades a name by what was typed: 0 the start, 1 a part of it, 2 its letters in order. Case doesn't count.
func fitsQuery(query, name string) (int, bool) {
	query, name = strings.ToLower(query), strings.ToLower(name)
	switch {
	case strings.HasPrefix(name, query):
		return 0, true
	case strings.Contains(name, query):
		return 1, true
	}
	for _, r := range query {
		i := strings.IndexRune(name, r)
		if i < 0 {
			return 0, false
		}
		name = name[i+len(string(r)):]
	}
	return 2, true
}
