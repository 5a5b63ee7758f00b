package server

import (
	"calypso/kql/navigate"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/text"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// Call hierarchy of let and stored functions: prepare, incoming and outgoing calls.

// hierarchyData travels with an item to the client and back.
type hierarchyData struct {
	URI   string `json:"uri"`             // the document, for a let or a query; for a stored function the one it was asked from
	Start int    `json:"start"`           // byte of the let or query
	Name  string `json:"name"`            // of the let or query, to see that the text is the same
	Path  string `json:"entity,omitzero"` // of a stored function
}

// prepareCallHierarchy is textDocument/prepareCallHierarchy.
func prepareCallHierarchy(c *call, p *lsp.CallHierarchyPrepareParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	of, ok := navigate.CallerAt(sc, c.can.Encoding.Offset(d.File, p.Position))
	if !ok {
		return nil, nil
	}
	item, err := c.hierarchyItem(d, of)
	if err != nil {
		return nil, err
	}
	return []lsp.CallHierarchyItem{item}, nil
}

func (c *call) hierarchyItem(d *session.Document, of navigate.Caller) (lsp.CallHierarchyItem, error) {
	item := lsp.CallHierarchyItem{Name: of.Name, Kind: lsp.SymbolKindFunction}
	data := hierarchyData{URI: d.URI, Start: of.Span.Start, Name: of.Name}
	if of.Function != nil && !of.Created {
		e := c.storedOf(d, of)
		place, err := c.entityLocation(e, "")
		if err != nil {
			return item, err
		}
		item.URI, item.Range, item.SelectionRange = place.URI, place.Range, place.Range
		item.Detail = ptr("stored function")
		data.Path = e.path()
	} else {
		at := c.places(d)
		item.URI, item.Range, item.SelectionRange = uri.URI(d.URI), at.of(of.Span), at.of(inside(of.Selection, of.Span))
		if of.Created {
			item.Detail = ptr("stored function")
		} else if !of.Let {
			item.Kind, item.Detail = lsp.SymbolKindNamespace, ptr("query")
		} else if !of.Callable {
			item.Kind, item.Detail = lsp.SymbolKindVariable, ptr("let")
		}
	}
	raw, err := lsp.Marshal(data)
	item.Data = raw
	return item, err
}

func (c *call) storedOf(d *session.Document, of navigate.Caller) entity {
	return c.entityOf(d, navigate.Target{Function: of.Function, Connect: of.Connect, Cluster: of.Cluster, Database: of.Database})
}

// hierarchyOf finds again what an item stands for; nil when its text has changed or it is no item of ours.
func (c *call) hierarchyOf(item lsp.CallHierarchyItem) (*session.Document, *script.Script, *navigate.Caller, error) {
	var data hierarchyData
	if len(item.Data) == 0 || lsp.Unmarshal(item.Data, &data) != nil {
		return nil, nil, nil, nil
	}
	d := c.snapshot.Document(data.URI)
	if d == nil {
		return nil, nil, nil, nil
	}
	sc, err := c.script(d)
	if err != nil {
		return nil, nil, nil, err
	}
	if data.Path != "" {
		u, err := uri.From(uri.Components{Scheme: scheme, Path: data.Path})
		if err != nil {
			return nil, nil, nil, nil
		}
		e, ok := c.findEntity(u)
		if !ok || e.function == nil {
			return nil, nil, nil, nil
		}
		of := navigate.Caller{Name: e.name(), Function: e.function, Callable: true, Cluster: e.cluster, Database: e.database}
		return d, sc, &of, nil
	}
	if data.Start < 0 || data.Start > d.File.Len() {
		return nil, nil, nil, nil
	}
	of, ok := navigate.CallerOver(sc, data.Start)
	if !ok || of.Name != data.Name {
		return nil, nil, nil, nil
	}
	return d, sc, &of, nil
}

// incomingCalls is callHierarchy/incomingCalls.
func incomingCalls(c *call, p *lsp.CallHierarchyIncomingCallsParams) (any, error) {
	d, sc, of, err := c.hierarchyOf(p.Item)
	if err != nil || of == nil {
		return nil, err
	}
	list := []lsp.CallHierarchyIncomingCall{}
	add := func(d *session.Document, edges []navigate.Edge) error {
		for _, e := range edges {
			from, err := c.hierarchyItem(d, e.Caller)
			if err != nil {
				return err
			}
			list = append(list, lsp.CallHierarchyIncomingCall{From: from, FromRanges: c.callRanges(d, e.Caller, e.At)})
		}
		return nil
	}
	if of.Function == nil || of.Created {
		return list, add(d, navigate.Incoming(sc, *of))
	}
	for _, other := range c.openDocuments() {
		sc, err := c.script(other)
		if err != nil {
			return nil, err
		}
		if err := add(other, navigate.Incoming(sc, *of)); err != nil {
			return nil, err
		}
	}
	err = add(d, navigate.StoredIncoming(c.databaseHolding(d, *of), *of))
	return list, err
}

// outgoingCalls is callHierarchy/outgoingCalls.
func outgoingCalls(c *call, p *lsp.CallHierarchyOutgoingCallsParams) (any, error) {
	d, sc, of, err := c.hierarchyOf(p.Item)
	if err != nil || of == nil {
		return nil, err
	}
	edges := []navigate.Edge(nil)
	if of.Function == nil || of.Created {
		edges = navigate.Outgoing(sc, *of)
	} else if db := c.databaseHolding(d, *of); db != nil {
		edges = navigate.StoredOutgoing(db, *of)
	}
	list := []lsp.CallHierarchyOutgoingCall{}
	for _, e := range edges {
		to, err := c.hierarchyItem(d, e.Caller)
		if err != nil {
			return nil, err
		}
		list = append(list, lsp.CallHierarchyOutgoingCall{To: to, FromRanges: c.callRanges(d, *of, e.At)})
	}
	return list, nil
}

// callRanges gives the places of calls in the caller's text.
func (c *call) callRanges(d *session.Document, caller navigate.Caller, at []text.Span) []lsp.Range {
	file, src := d.File, shownText{}
	if caller.Function != nil && !caller.Created {
		src = c.shown(entity{function: caller.Function})
		file = text.NewFile(src.shown)
	}
	ranges := make([]lsp.Range, len(at))
	for i, s := range at {
		ranges[i] = c.can.Encoding.Range(file, src.place(s))
	}
	return ranges
}

// databaseHolding finds the database that has a stored function.
func (c *call) databaseHolding(d *session.Document, of navigate.Caller) *symbol.Database {
	schema := c.backend.Schema(c.storedOf(d, of).target)
	if schema == nil {
		return nil
	}
	cluster := schema.FindCluster(of.Cluster)
	if of.Database == "" && of.Cluster == "" {
		return schema.Database
	}
	return cluster.Find(of.Database)
}
