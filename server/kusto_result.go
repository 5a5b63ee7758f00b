package server

import (
	"errors"

	"calypso/server/protocol"
	"calypso/server/result"
)

// What the methods about results share: their errors, and how a result is described.

// expired gives errors of the store the form that a person can act on.
func expired(err error) error {
	var bad *result.BadWish
	switch {
	case errors.Is(err, result.ErrExpired):
		return failf(protocol.ErrorExpired, "run the query again", "%s", err)
	case errors.Is(err, result.ErrTooLarge):
		return failf(protocol.ErrorTooLarge, "export it to a file", "%s", err)
	case errors.As(err, &bad):
		return badParams("%s", bad)
	}
	return err
}

// infoOf describes a result.
func infoOf(r *result.Result) protocol.ResultInfo {
	out := protocol.ResultInfo{Result: r.ID, Title: r.Title, Tables: []protocol.ResultTable{}}
	switch ran := r.Stats().(type) {
	case ranPart:
		out.Stats, out.Error = ran.QueryStats, ran.failure
	case protocol.QueryStats:
		out.Stats = ran
	}
	for _, t := range r.Tables {
		table := protocol.ResultTable{Name: t.Name, Columns: []protocol.ResultColumn{}, Rows: int64(t.Rows()), Truncated: t.Truncated}
		for _, c := range t.Columns {
			table.Columns = append(table.Columns, protocol.ResultColumn{Name: c.Name, Type: protocol.ColumnType(c.Kind.String())})
		}
		if t.Chart != nil {
			table.Visualization = &protocol.Visualization{Kind: t.Chart.Kind, Title: t.Chart.Title, Properties: t.Chart.Properties}
		}
		out.Tables = append(out.Tables, table)
	}
	return out
}

// resultInfo is kusto/result/info.
func resultInfo(c *call, p *protocol.ResultInfoParams) (any, error) {
	r, err := c.results.Result(p.Result)
	if err != nil {
		return nil, expired(err)
	}
	return infoOf(r), nil
}

// resultClose is kusto/result/close.
func resultClose(c *call, p *protocol.ResultCloseParams) (any, error) {
	c.results.CloseResult(p.Result)
	return nil, nil
}
