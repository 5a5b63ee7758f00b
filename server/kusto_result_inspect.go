package server

import (
	"calypso/server/protocol"
)

// resultSelect is kusto/result/select: commands act on what is selected. The answer says what a spreadsheet would.
func resultSelect(c *call, p *protocol.ResultSelectParams) (any, error) {
	v, err := c.results.View(p.View)
	if err != nil {
		return nil, expired(err)
	}
	areas := areasOf(p.Ranges)
	c.tabs.mu.Lock()
	c.tabs.selected = chosenCells{view: p.View, areas: areas}
	c.tabs.mu.Unlock()
	return protocol.ResultSelectResult{Summary: v.Summary(c, areas)}, nil
}

// resultColumn is kusto/result/column.
func resultColumn(c *call, p *protocol.ResultColumnParams) (any, error) {
	v, err := c.results.View(p.View)
	if err != nil {
		return nil, expired(err)
	}
	d, err := v.Describe(c, p.Column)
	if err != nil {
		return nil, expired(err)
	}
	out := protocol.ResultColumnResult{Facts: []protocol.ColumnFact{}, Top: []protocol.ColumnValue{}}
	for _, f := range d.Facts {
		out.Facts = append(out.Facts, protocol.ColumnFact{Name: f.Name, Text: f.Text})
	}
	for _, t := range d.Top {
		out.Top = append(out.Top, protocol.ColumnValue{Text: t.Text, Rows: int64(t.Rows), Share: t.Share})
	}
	return out, nil
}

// resultNodes is kusto/result/nodes.
func resultNodes(c *call, p *protocol.ResultNodesParams) (any, error) {
	v, err := c.results.View(p.View)
	if err != nil {
		return nil, expired(err)
	}
	nodes, next, err := v.Nodes(index(p.Row), p.Column, p.Path, p.Start)
	if err != nil {
		return nil, expired(err)
	}
	out := protocol.ResultNodesResult{Nodes: []protocol.DynamicNode{}, Next: next}
	for _, n := range nodes {
		out.Nodes = append(out.Nodes, protocol.DynamicNode{Key: n.Key, Text: n.Text, Kind: n.Kind, Path: n.Path, More: n.More})
	}
	return out, nil
}
