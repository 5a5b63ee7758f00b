// Graphs: nodes numbered by key, edges as pairs of numbers, lists of edges by node. A graph is made when an operator first reads
// it; nodes come in the order of their tables, then as edges name them.

package exec

import (
	"context"
	"fmt"

	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

// graph is a property graph in memory.
type graph struct {
	q        *Query
	node     *plan.Graph
	edges    *value.Batch // the columns of edges
	from, to []uint32     // by edge: its nodes
	nodes    *value.Batch // the columns of nodes, then degrees in and out and the id as text
	keys     *value.Vector
	out, in  [][]uint32 // by node: its edges
	live     []bool     // by node: not filtered away
	m        *meter
}

// graph reads the tables and makes the graph.
func (q *Query) graph(ctx context.Context, n *plan.Graph, h holes, m *meter) (*graph, error) {
	g := &graph{q: q, node: n, m: m}
	var err error
	if g.edges, err = q.gatherNode(ctx, n.Edges, h, m); err != nil {
		return nil, err
	}
	table := newKeyTable(ctx.Err, []value.Kind{n.Shape[n.Source].Kind})
	var rows *value.Batch
	if n.Vertices != nil {
		if rows, err = q.gatherNode(ctx, n.Vertices, h, m); err != nil {
			return nil, err
		}
		if err := wholeKeys(rows.Cols[0]); err != nil {
			return nil, err
		}
		if _, err := table.allGroups(ctx, rows.Cols[:1], rows.N); err != nil {
			return nil, err
		}
		if table.n != rows.N {
			return nil, &fn.NotBuilt{Name: "make-graph", Detail: "two nodes of one key"}
		}
	}
	for _, side := range []int{n.Source, n.Target} {
		if err := wholeKeys(g.edges.Cols[side]); err != nil {
			return nil, err
		}
	}
	g.nameNodes(table)
	if err := m.grow(int64(table.n)*64 + int64(g.edges.N)*16); err != nil {
		return nil, err
	}
	if n.Vertices != nil && n.ID < 0 && table.n > rows.N {
		return nil, &fn.NotBuilt{Name: "make-graph", Detail: "a node that only edges name, where the tables of nodes name their keys differently"}
	}
	g.keys = table.vectors()[0]
	g.nodeColumns(rows)
	g.connect()
	for _, s := range n.Steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := g.step(s); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// wholeKeys refuses null keys: what a graph makes of them isn't known.
func wholeKeys(v *value.Vector) error {
	for i := range v.N {
		if v.IsNull(i) {
			return &fn.NotBuilt{Name: "make-graph", Detail: "a null key"}
		}
	}
	return nil
}

// gatherNode runs a node to its end.
func (q *Query) gatherNode(ctx context.Context, n plan.Node, h holes, m *meter) (*value.Batch, error) {
	p, err := q.build(n, h)
	if err != nil {
		return nil, err
	}
	s := p.stream(q)
	defer s.close()
	return gatherAll(ctx, n.Columns(), s, m)
}

// nameNodes numbers the nodes that edges name, source before target, edge by edge.
func (g *graph) nameNodes(table *keyTable) {
	n := g.edges.N
	source, target := g.edges.Cols[g.node.Source], g.edges.Cols[g.node.Target]
	order := make([]uint32, 0, 2*n)
	for i := range n {
		order = append(order, uint32(i), uint32(n+i))
	}
	both := value.Gather(value.Concat(source.Kind, value.Flat(source), value.Flat(target)), order)
	numbers := table.groups([]*value.Vector{both}, 2*n, true, nil)
	g.from, g.to = make([]uint32, n), make([]uint32, n)
	for i := range n {
		g.from[i], g.to[i] = numbers[2*i], numbers[2*i+1]
	}
}

// nodeColumns gives each node the columns of its row, null where it has none.
func (g *graph) nodeColumns(rows *value.Batch) {
	n := g.keys.N
	sel := make([]uint32, n)
	for i := range sel {
		sel[i] = value.NoRow
		if rows != nil && i < rows.N {
			sel[i] = uint32(i)
		}
	}
	g.nodes = &value.Batch{N: n}
	for i, c := range g.node.NodeShape {
		switch {
		case i == g.node.ID:
			g.nodes.Cols = append(g.nodes.Cols, g.keys)
		case rows != nil && i+1 < len(rows.Cols):
			g.nodes.Cols = append(g.nodes.Cols, value.Gather(rows.Cols[i+1], sel))
		default:
			g.nodes.Cols = append(g.nodes.Cols, value.NewNull(c.Kind, n)) // a component, numbered later
		}
	}
	g.live = make([]bool, n)
	for i := range g.live {
		g.live[i] = true
	}
}

// connect lists the edges of each node and counts them.
func (g *graph) connect() {
	n := g.keys.N
	g.out, g.in = make([][]uint32, n), make([][]uint32, n)
	for e := range g.from {
		g.out[g.from[e]] = append(g.out[g.from[e]], uint32(e))
		g.in[g.to[e]] = append(g.in[g.to[e]], uint32(e))
	}
	in, out, ids := value.NewBuilder(value.Long, n), value.NewBuilder(value.Long, n), value.NewBuilder(value.String, n)
	for i := range n {
		in.AppendInt(int64(len(g.in[i])))
		out.AppendInt(int64(len(g.out[i])))
		if g.keys.Kind == value.String {
			ids.AppendString(g.keys.Strings[i])
		} else {
			ids.AppendString("")
		}
	}
	width := len(g.node.NodeShape)
	g.nodes.Cols = append(g.nodes.Cols[:width:width], in.Vector(), out.Vector(), ids.Vector())
}

// step filters nodes or edges, or numbers components.
func (g *graph) step(s plan.GraphStep) error {
	if s.Mark {
		g.components()
		return nil
	}
	rows := g.edges
	if s.Nodes {
		rows = g.nodes
	}
	keep, err := truths(g.q.fn, s.Cond, rows)
	if err != nil {
		return err
	}
	if s.Nodes {
		for i, ok := range keep {
			g.live[i] = g.live[i] && ok
		}
	}
	var sel, from, to []uint32
	for e := range g.from {
		if s.Nodes && (!g.live[g.from[e]] || !g.live[g.to[e]]) || !s.Nodes && !keep[e] {
			continue
		}
		sel, from, to = append(sel, uint32(e)), append(from, g.from[e]), append(to, g.to[e])
	}
	kept := value.GatherBatch(*g.edges, sel)
	g.edges, g.from, g.to = &kept, from, to
	g.connect()
	return nil
}

// truths computes a condition for all rows.
func truths(c *fn.Context, cond plan.Expr, rows *value.Batch) ([]bool, error) {
	v, err := eval(c, cond, rows)
	if err != nil {
		return nil, err
	}
	keep := make([]bool, rows.N)
	for i := range keep {
		keep[i] = isTrue(v, i)
	}
	return keep, nil
}

// components numbers the parts that hang together, from 0 in the order of their first node, and fills the next column.
func (g *graph) components() {
	part := make([]int64, g.keys.N)
	for i := range part {
		part[i] = -1
	}
	var next int64
	for first := range part {
		if part[first] >= 0 || !g.live[first] {
			continue
		}
		part[first] = next
		for queue := []uint32{uint32(first)}; len(queue) > 0; queue = queue[1:] {
			at := queue[0]
			for _, e := range g.out[at] {
				if part[g.to[e]] < 0 {
					part[g.to[e]] = next
					queue = append(queue, g.to[e])
				}
			}
			for _, e := range g.in[at] {
				if part[g.from[e]] < 0 {
					part[g.from[e]] = next
					queue = append(queue, g.from[e])
				}
			}
		}
		next++
	}
	column := value.NewBuilder(value.Long, len(part))
	for _, n := range part {
		column.AppendInt(n)
	}
	for i := range g.node.NodeShape {
		if v := g.nodes.Cols[i]; i >= g.marked() && v.Kind == value.Long && v.IsNull(0) {
			g.nodes.Cols[i] = column.Vector()
			return
		}
	}
}

// marked is the ordinal of the first column of components.
func (g *graph) marked() int {
	marks := 0
	for _, s := range g.node.Steps {
		if s.Mark {
			marks++
		}
	}
	return len(g.node.NodeShape) - marks
}

// graphTable gives nodes or edges as rows.
type graphTable struct {
	q     *Query
	node  *plan.GraphTable
	holes holes
	out   *serial
}

func (t *graphTable) next(ctx context.Context) (*value.Batch, error) {
	if t.out == nil {
		m := t.q.account.meter("graph-to-table")
		defer m.release()
		g, err := t.q.graph(ctx, t.node.Graph, t.holes, m)
		if err != nil {
			return nil, err
		}
		b, err := t.rows(g)
		if err != nil {
			return nil, err
		}
		t.out = &serial{c: t.q.fn, pipe: &pipe{src: held{b}}}
	}
	return t.out.next(ctx)
}

func (t *graphTable) rows(g *graph) (*value.Batch, error) {
	ids, err := g.hashes(len(t.node.IDs) > 0)
	if err != nil {
		return nil, err
	}
	if !t.node.Nodes {
		b := &value.Batch{N: g.edges.N}
		for _, side := range t.node.IDs {
			b.Cols = append(b.Cols, value.Gather(ids, [][]uint32{g.from, g.to}[side]))
		}
		b.Cols = append(b.Cols, g.edges.Cols...)
		return b, nil
	}
	var sel []uint32
	for i, ok := range g.live {
		if ok {
			sel = append(sel, uint32(i))
		}
	}
	b := &value.Batch{N: g.nodes.N}
	for range t.node.IDs {
		b.Cols = append(b.Cols, ids)
	}
	b.Cols = append(b.Cols, g.nodes.Cols[:len(g.node.NodeShape)]...)
	out := value.GatherBatch(*b, sel)
	return &out, nil
}

// hashes gives each node's number outside of the graph: the hash of its key.
func (g *graph) hashes(wanted bool) (*value.Vector, error) {
	if !wanted {
		return nil, nil
	}
	over, err := fn.Scalar("hash", []fn.Arg{{Kind: g.keys.Kind}})
	if err != nil {
		return nil, err
	}
	v, err := over.Eval(g.q.fn, []*value.Vector{g.keys}, g.keys.N)
	if err == nil && v.Kind != value.Long {
		err = fmt.Errorf("internal error: 'hash' gave %s", v.Kind)
	}
	return v, err
}

func (t *graphTable) close() {}
