package server

import (
	"time"

	"calypso/server/protocol"
	"calypso/server/result"
)

// sorting is how long a sort or filter of a large table may take.
const sorting = 60 * time.Second

// resultView is kusto/result/view: an order of some rows. Nothing is run again.
func resultView(c *call, p *protocol.ResultViewParams) (any, error) {
	r, err := c.results.Result(p.Result)
	if err != nil {
		return nil, expired(err)
	}
	wish := result.Wish{Table: p.Table, Search: p.Search}
	for _, s := range p.Sort {
		first := !s.Descending
		if s.NullsFirst != nil {
			first = *s.NullsFirst
		}
		wish.Sort = append(wish.Sort, result.Order{Column: s.Column, Descending: s.Descending, NullsFirst: first})
	}
	for _, f := range p.Filter {
		wish.Filters = append(wish.Filters, result.Filter{Column: f.Column, Op: string(f.Op), Value: f.Value, Values: f.Values})
	}
	v, err := r.View(c, wish)
	if err == nil {
		v, err = c.results.AddView(v)
	}
	if err != nil {
		return nil, expired(err)
	}
	return protocol.ResultViewResult{View: v.ID, Rows: int64(v.Lines())}, nil
}
