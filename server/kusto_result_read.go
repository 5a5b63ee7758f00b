package server

import (
	"fmt"
	"math"

	"calypso/server/protocol"
	"calypso/server/result"

	"go.lsp.dev/jsonrpc2"
)

var pageLimits = result.Limits{Rows: protocol.PageRows, Bytes: protocol.PageBytes, Characters: protocol.CellCharacters}

// resultRead is kusto/result/read: a page, written straight from the vectors.
func resultRead(c *call, p *protocol.ResultReadParams) (any, error) {
	v, err := c.results.View(p.View)
	if err != nil {
		return nil, expired(err)
	}
	page, err := v.Page(index(p.Start), p.Count, p.Columns, pageLimits)
	if err != nil {
		return nil, expired(err)
	}
	return jsonrpc2.RawMessage(page), nil
}

// resultCell is kusto/result/cell: one whole cell.
func resultCell(c *call, p *protocol.ResultCellParams) (any, error) {
	v, err := c.results.View(p.View)
	if err != nil {
		return nil, expired(err)
	}
	cell, kind, clipped, err := v.Cell(index(p.Row), p.Column, protocol.CellBytes)
	if err != nil {
		return nil, expired(err)
	}
	members, _, _ := v.Nodes(index(p.Row), p.Column, nil, 0)
	out := fmt.Appendf(nil, `{"type":"%s","clipped":%t,"tree":%t,"value":%s}`, kind, clipped, len(members) > 0, cell)
	return jsonrpc2.RawMessage(out), nil
}

// index keeps a row number within what an index can be on every platform.
func index(n int64) int { return int(min(max(n, -1), math.MaxInt32)) }
