// From plan nodes to pipes: which operator runs which node.

package exec

import (
	"context"
	"fmt"

	"calypso/engine/plan"
	"calypso/kusto/value"
)

// holes are the rows that subqueries are given.
type holes map[*plan.Hole]*value.Batch

// build makes the pipe of a node, measured where the query has a profile. Nothing runs yet.
func (q *Query) build(n plan.Node, h holes) (*pipe, error) {
	p, err := q.unmeasured(n, h)
	if err == nil && q.opts.Profile != nil {
		q.opts.Profile.watch(n, p)
	}
	return p, err
}

func (q *Query) unmeasured(n plan.Node, h holes) (*pipe, error) {
	switch n := n.(type) {
	case *plan.Scan:
		return q.scan(n)
	case *plan.Values:
		return &pipe{src: held{n.Batch}}, nil
	case *plan.Range:
		return &pipe{src: newRange(n)}, nil
	case *plan.Hole:
		b, ok := h[n]
		if !ok {
			return nil, fmt.Errorf("internal error: a subquery has no rows to read")
		}
		return &pipe{src: held{b}}, nil
	case *plan.Share:
		return q.share(n, h)
	case *plan.Union:
		return q.union(n, h)
	case *plan.Join:
		return q.join(n, h)
	case *plan.GraphTable:
		return &pipe{in: &graphTable{q: q, node: n, holes: h}}, nil
	case *plan.GraphMatch:
		return &pipe{in: &graphMatch{q: q, node: n, holes: h}}, nil
	case *plan.Plugin:
		return q.plugin(n, h)
	case *plan.Lookup:
		return q.lookup(n, h)
	case *plan.Filter:
		return q.filter(n, h)
	case *plan.Project:
		return q.mapper(n.In, h, &project{items: n.Items})
	case *plan.MvExpand:
		return q.mapper(n.In, h, &mvExpand{node: n})
	case *plan.ParseKv:
		return q.mapper(n.In, h, &parseKv{node: n})
	case *plan.Parse:
		return q.mapper(n.In, h, newParse(n))
	}
	return q.blocking(n, h)
}

// filter adds a filter; directly over a scan it also tells which segments needn't be read.
func (q *Query) filter(n *plan.Filter, h holes) (*pipe, error) {
	f := newFilter(n.Cond)
	p, err := q.mapper(n.In, h, f)
	if err != nil {
		return nil, err
	}
	if s, ok := p.src.(*scan); ok && len(p.maps) == 1 {
		p.src = newSkipping(s, f)
	}
	return p, nil
}

// mapper adds an operator to the pipe of its input.
func (q *Query) mapper(in plan.Node, h holes, m mapper) (*pipe, error) {
	p, err := q.build(in, h)
	if err != nil {
		return nil, err
	}
	p.maps = p.maps[:len(p.maps):len(p.maps)]
	if !takesCoded(m) {
		p.maps = append(p.maps, flatten{})
	}
	p.maps = append(p.maps, m)
	return p, nil
}

// blocking builds the operators that see their whole input, or count it.
func (q *Query) blocking(n plan.Node, h holes) (*pipe, error) {
	inputs := n.Inputs()
	if len(inputs) != 1 {
		return nil, fmt.Errorf("internal error: no operator runs %T", n)
	}
	in, err := q.build(inputs[0], h)
	if err != nil {
		return nil, err
	}
	var s stream
	switch n := n.(type) {
	case *plan.Summarize:
		s = q.summarize(n, in)
	case *plan.Count:
		s = &countRows{q: q, in: in}
	case *plan.Take:
		s = &take{in: in.first(q, n.N), left: n.N}
	case *plan.Sort:
		s = &sorted{q: q, keys: n.Keys, cols: n.Columns(), in: in.stream(q)}
	case *plan.Reverse:
		s = &reversed{q: q, cols: n.Columns(), in: in.stream(q)}
	case *plan.Top:
		s = &top{q: q, n: n.N, keys: n.Keys, cols: n.Columns(), in: in}
	case *plan.Sample:
		s = &sample{q: q, n: n.N, cols: n.Columns(), in: in.stream(q)}
	case *plan.Window:
		s = &window{q: q, node: n, in: in.stream(q)}
	case *plan.Scanner:
		s = newMachine(q, n, in.stream(q))
	case *plan.MakeSeries:
		s = &series{q: q, node: n, in: in.stream(q)}
	case *plan.Apply:
		s = &applied{q: q, node: n, holes: h, in: in.stream(q)}
	case *plan.Partition:
		s = &partitioned{q: q, node: n, holes: h, in: in.stream(q)}
	default:
		return nil, fmt.Errorf("internal error: no operator runs %T", n)
	}
	return &pipe{in: s}, nil
}

// scan reads a stored table.
func (q *Query) scan(n *plan.Scan) (*pipe, error) {
	if q.opts.Table == nil {
		return nil, fmt.Errorf("table '%s' isn't loaded", n.Table)
	}
	t, ok := q.opts.Table(n.Database, n.Table)
	if !ok {
		return nil, fmt.Errorf("table '%s' isn't loaded", n.Table)
	}
	if n.Timed {
		if t = withTimes(t); len(t.Columns()) != n.Width+1 {
			return nil, fmt.Errorf("table '%s' has changed since the query was bound; run it again", n.Table)
		}
	}
	cols := t.Columns()
	for i, o := range n.Ordinals {
		if o >= len(cols) || cols[o].Kind != n.Shape[i].Kind {
			return nil, fmt.Errorf("table '%s' has changed since the query was bound; run it again", n.Table)
		}
	}
	weighDown(t)
	return &pipe{src: &scan{table: t, columns: n.Ordinals}}, nil
}

type scan struct {
	table   Table
	columns []int
	coded   bool   // gives coded columns; the table is a CodedTable
	hollow  []bool // columns that late leaves out; nil where nothing is
}

func (s *scan) segments() int64 { return int64(s.table.Segments()) }

func (s *scan) read(ctx context.Context, segment int64, emit func(*value.Batch) error) error {
	if s.hollow != nil {
		b, err := s.readHollow(ctx, segment)
		if err != nil {
			return err
		}
		return cut(b, emit)
	}
	read := s.table.Segment
	if s.coded {
		read = s.table.(CodedTable).CodedSegment
	}
	b, err := read(ctx, int(segment), s.columns)
	if err != nil {
		return err
	}
	return cut(b, emit)
}

// union reads its inputs one after another.
func (q *Query) union(n *plan.Union, h holes) (*pipe, error) {
	var parts []*pipe
	for _, in := range n.Ins {
		p, err := q.build(in, h)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	return &pipe{in: &chain{q: q, parts: parts}}, nil
}

// chain gives the rows of pipes one after another.
type chain struct {
	q     *Query
	parts []*pipe
	open  stream
}

func (c *chain) next(ctx context.Context) (*value.Batch, error) {
	for {
		if c.open == nil {
			if len(c.parts) == 0 {
				return nil, nil
			}
			c.open = c.parts[0].stream(c.q)
			c.parts = c.parts[1:]
		}
		b, err := c.open.next(ctx)
		if err != nil || b != nil {
			return b, err
		}
		c.open.close()
		c.open = nil
	}
}

func (c *chain) close() {
	if c.open != nil {
		c.open.close()
	}
	for _, p := range c.parts {
		if p.in != nil {
			p.in.close()
		}
	}
}
