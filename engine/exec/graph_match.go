// graph-match: patterns are walked slot by slot, backtracking; conditions on one slot are looked up beforehand, all others are
// computed for many matches at once.

package exec

import (
	"context"
	"slices"

	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

type graphMatch struct {
	q     *Query
	node  *plan.GraphMatch
	holes holes
	out   *serial
}

func (t *graphMatch) next(ctx context.Context) (*value.Batch, error) {
	if t.out == nil {
		m := t.q.account.meter("graph-match")
		defer m.release()
		g, err := t.q.graph(ctx, t.node.Graph, t.holes, m)
		if err != nil {
			return nil, err
		}
		w := &walk{graph: g, ctx: ctx, node: t.node}
		if err := w.run(); err != nil {
			return nil, err
		}
		b, err := concat(ctx, t.node.Shape, w.results)
		if err != nil {
			return nil, err
		}
		t.out = &serial{c: t.q.fn, pipe: &pipe{src: held{b}}}
	}
	return t.out.next(ctx)
}

func (t *graphMatch) close() {}

// walk is one search for all matches.
type walk struct {
	*graph
	ctx     context.Context
	node    *plan.GraphMatch
	allowed [][]bool // by slot: by element whether its tests hold; nil for no tests

	// The match being made: by slot its node or edge, or the edges of its path and the nodes that they lead to.
	bound []uint32
	paths [][]uint32
	stops [][]uint32
	steps int

	pending []match
	results []*value.Batch
	lists   []*value.Vector // by column: a list's expression for each element
	best    map[[2]uint32]*shortest
}

// match is a finished match.
type match struct {
	bound        []uint32
	paths, stops [][]uint32
}

// shortest are the shortest matches of a pair of ends so far.
type shortest struct {
	hops    int
	matches []match
}

func (w *walk) run() error {
	w.allowed = make([][]bool, len(w.node.Slots))
	for i, s := range w.node.Slots {
		rows := w.edges
		if s.Node {
			rows = w.nodes
		}
		for _, test := range s.Tests {
			keep, err := truths(w.q.fn, test, rows)
			if err != nil {
				return err
			}
			if w.allowed[i] != nil {
				for j := range keep {
					keep[j] = keep[j] && w.allowed[i][j]
				}
			}
			w.allowed[i] = keep
		}
	}
	if err := w.listColumns(); err != nil {
		return err
	}
	n := len(w.node.Slots)
	w.bound, w.paths, w.stops = make([]uint32, n), make([][]uint32, n), make([][]uint32, n)
	for i := range w.bound {
		w.bound[i] = none
	}
	if w.node.Shortest {
		w.best = map[[2]uint32]*shortest{}
		if len(w.node.Chains) != 1 || len(w.node.Chains[0].Hops) != 1 {
			return w.unsure("graph-shortest-paths over a pattern of more than one edge")
		}
	}
	if err := w.chain(0); err != nil {
		return err
	}
	if err := w.flush(); err != nil {
		return err
	}
	return w.giveShortest()
}

func (w *walk) unsure(what string) error { return &fn.NotBuilt{Name: "graph-match", Detail: what} }

// listColumns computes what lists hold, once for all elements.
func (w *walk) listColumns() error {
	w.lists = make([]*value.Vector, len(w.node.Sees))
	for i, c := range w.node.Sees {
		if c.List == nil {
			continue
		}
		rows := w.edges
		if c.List.Inner {
			rows = w.nodes
		}
		var err error
		if w.lists[i], err = eval(w.q.fn, c.List.X, rows); err != nil {
			return err
		}
	}
	return nil
}

// tick looks at the context now and then.
func (w *walk) tick() error {
	if w.steps++; w.steps%1024 == 0 {
		return w.ctx.Err()
	}
	return nil
}

// chain finds matches of the chains from number i on.
func (w *walk) chain(i int) error {
	if i == len(w.node.Chains) {
		return w.finish()
	}
	c := w.node.Chains[i]
	return w.eachNode(c.Start, func() error { return w.hop(i, 0, w.bound[c.Start]) })
}

// eachNode binds a slot to each node that it may be, unless it is bound.
func (w *walk) eachNode(slot int, then func() error) error {
	if w.bound[slot] != none {
		return then()
	}
	defer func() { w.bound[slot] = none }()
	for n, ok := range w.live {
		if !ok || w.allowed[slot] != nil && !w.allowed[slot][n] {
			continue
		}
		if err := w.tick(); err != nil {
			return err
		}
		w.bound[slot] = uint32(n)
		if err := then(); err != nil {
			return err
		}
	}
	return nil
}

// hop finds matches from hop number h of a chain on; at is the node reached.
func (w *walk) hop(chain, h int, at uint32) error {
	c := w.node.Chains[chain]
	if h == len(c.Hops) {
		return w.chain(chain + 1)
	}
	hop := c.Hops[h]
	if w.node.Slots[hop.Edge].Variable {
		return w.path(chain, h, at)
	}
	return w.eachEdge(at, hop.Way, hop.Edge, func(e, to uint32) error {
		w.bound[hop.Edge] = e
		err := w.arrive(chain, h, to)
		w.bound[hop.Edge] = none
		return err
	})
}

// arrive binds the node behind a hop and goes on.
func (w *walk) arrive(chain, h int, to uint32) error {
	slot := w.node.Chains[chain].Hops[h].To
	if w.bound[slot] != none {
		if w.bound[slot] != to {
			return nil
		}
		return w.hop(chain, h+1, to)
	}
	if !w.live[to] || w.allowed[slot] != nil && !w.allowed[slot][to] {
		return nil
	}
	w.bound[slot] = to
	defer func() { w.bound[slot] = none }()
	return w.hop(chain, h+1, to)
}

// eachEdge visits the edges of a node in a direction.
func (w *walk) eachEdge(at uint32, way, slot int, visit func(e, to uint32) error) error {
	try := func(e, to uint32) error {
		if err := w.tick(); err != nil {
			return err
		}
		if w.allowed[slot] != nil && !w.allowed[slot][e] {
			return nil
		}
		return visit(e, to)
	}
	if way >= 0 {
		for _, e := range w.graph.out[at] {
			if way == 0 && w.to[e] == at {
				return w.unsure("an edge of either direction from a node to itself")
			}
			if err := try(e, w.to[e]); err != nil {
				return err
			}
		}
	}
	if way <= 0 {
		for _, e := range w.graph.in[at] {
			if err := try(e, w.from[e]); err != nil {
				return err
			}
		}
	}
	return nil
}

// path extends a path of variable length by one edge, and goes on behind it where it is long enough.
func (w *walk) path(chain, h int, at uint32) error {
	hop := w.node.Chains[chain].Hops[h]
	s := w.node.Slots[hop.Edge]
	if len(w.paths[hop.Edge]) >= s.To {
		return nil
	}
	if len(w.stops[hop.Edge]) == 0 {
		w.stops[hop.Edge] = append(w.stops[hop.Edge], at)
		defer func() { w.stops[hop.Edge] = nil }()
	}
	return w.eachEdge(at, hop.Way, hop.Edge, func(e, to uint32) error {
		path, stops := w.paths[hop.Edge], w.stops[hop.Edge]
		if w.node.Cycles != "all" && slices.Contains(path, e) || w.node.Cycles == "none" && slices.Contains(stops, to) {
			return nil
		}
		if !w.live[to] {
			return nil
		}
		w.paths[hop.Edge], w.stops[hop.Edge] = append(path, e), append(stops, to)
		defer func() { w.paths[hop.Edge], w.stops[hop.Edge] = path, stops }()
		if len(path)+1 >= s.From {
			kept, ends := w.paths[hop.Edge], w.stops[hop.Edge]
			if err := w.arrive(chain, h, to); err != nil {
				return err
			}
			w.paths[hop.Edge], w.stops[hop.Edge] = kept, ends
		}
		return w.path(chain, h, to)
	})
}

// finish files a match.
func (w *walk) finish() error {
	if err := w.known(); err != nil {
		return err
	}
	m := match{bound: slices.Clone(w.bound), paths: make([][]uint32, len(w.paths)), stops: make([][]uint32, len(w.stops))}
	size := 4 * len(m.bound)
	for i, p := range w.paths {
		m.paths[i], m.stops[i] = slices.Clone(p), slices.Clone(w.stops[i])
		size += 8*len(p) + 52
	}
	w.pending = append(w.pending, m)
	if err := w.m.grow(int64(size)); err != nil {
		return err
	}
	if len(w.pending) >= BatchRows {
		return w.flush()
	}
	return nil
}

// known refuses matches of which it isn't known whether they count: the rules about cycles are documented for one path only.
func (w *walk) known() error {
	if w.node.Cycles == "all" {
		return nil
	}
	edges := 0
	seen := map[uint32]bool{}
	for i, s := range w.node.Slots {
		switch {
		case s.Variable:
			for _, e := range w.paths[i] {
				seen[e] = true
			}
			edges += len(w.paths[i])
		case !s.Node:
			seen[w.bound[i]] = true
			edges++
		}
	}
	if len(seen) != edges {
		return w.unsure("an edge that fits two places of the pattern")
	}
	if w.node.Cycles != "none" {
		return nil
	}
	nodes := map[uint32]bool{}
	count := 0
	for i, s := range w.node.Slots {
		if s.Node {
			nodes[w.bound[i]] = true
			count++
		} else if n := len(w.stops[i]); n > 2 {
			for _, stop := range w.stops[i][1 : n-1] {
				nodes[stop] = true
			}
			count += n - 2
		}
	}
	if len(nodes) != count {
		return w.unsure("a node that fits two places of the pattern, where cycles are none")
	}
	return nil
}

// flush computes the conditions for the matches found so far, and what is made of those that are kept.
func (w *walk) flush() error {
	matches := w.pending
	w.pending = nil
	if len(matches) == 0 {
		return nil
	}
	rows := w.columns(matches)
	for _, cond := range w.node.Where {
		keep, err := truths(w.q.fn, cond, rows)
		if err != nil {
			return err
		}
		var sel []uint32
		var kept []match
		for i, ok := range keep {
			if ok {
				sel, kept = append(sel, uint32(i)), append(kept, matches[i])
			}
		}
		matches = kept
		gathered := value.GatherBatch(*rows, sel)
		rows = &gathered
	}
	if w.best != nil {
		w.compete(matches)
		return nil
	}
	return w.give(rows)
}

// give computes what is projected.
func (w *walk) give(rows *value.Batch) error {
	if rows.N == 0 {
		return nil
	}
	cols, err := evalAll(w.q.fn, w.node.Items, rows)
	if err != nil {
		return err
	}
	for i, v := range cols {
		cols[i] = value.Flat(v)
	}
	b := &value.Batch{N: rows.N, Cols: cols}
	w.results = append(w.results, b)
	return w.m.grow(b.Bytes())
}

// columns lays out what expressions see of matches.
func (w *walk) columns(matches []match) *value.Batch {
	b := &value.Batch{N: len(matches)}
	for i, c := range w.node.Sees {
		if c.List != nil {
			b.Cols = append(b.Cols, w.list(c, w.lists[i], matches))
			continue
		}
		rows := w.edges
		if w.node.Slots[c.Slot].Node {
			rows = w.nodes
		}
		sel := make([]uint32, len(matches))
		for j, m := range matches {
			sel[j] = m.bound[c.Slot]
		}
		b.Cols = append(b.Cols, value.Gather(rows.Cols[c.Ordinal], sel))
	}
	return b
}

// list makes map, all or any for each match.
func (w *walk) list(c plan.GraphColumn, of *value.Vector, matches []match) *value.Vector {
	out := value.NewBuilder(c.Type, len(matches))
	for _, m := range matches {
		elements := m.paths[c.Slot]
		if stops := m.stops[c.Slot]; c.List.Inner {
			elements = stops[1 : len(stops)-1]
		}
		switch c.List.Mode {
		case "map":
			items := make([]value.Dyn, len(elements))
			for i, e := range elements {
				items[i] = value.DynAt(of, int(e))
			}
			out.AppendDyn(value.NewArray(items))
		default:
			all := c.List.Mode == "all"
			result := all
			for _, e := range elements {
				if isTrue(of, int(e)) != all {
					result = !all
				}
			}
			out.AppendBool(result)
		}
	}
	return out.Vector()
}

// compete keeps the shortest matches of each pair of ends.
func (w *walk) compete(matches []match) {
	chain := w.node.Chains[0]
	for _, m := range matches {
		hops := 1
		if w.node.Slots[chain.Hops[0].Edge].Variable {
			hops = len(m.paths[chain.Hops[0].Edge])
		}
		ends := [2]uint32{m.bound[chain.Start], m.bound[chain.Hops[0].To]}
		b := w.best[ends]
		switch {
		case b == nil:
			w.best[ends] = &shortest{hops, []match{m}}
		case hops < b.hops:
			b.hops, b.matches = hops, []match{m}
		case hops == b.hops:
			b.matches = append(b.matches, m)
		}
	}
}

// giveShortest makes rows of the shortest matches. Which one of several any picks isn't known, so they are refused.
func (w *walk) giveShortest() error {
	var all []match
	for _, b := range w.best {
		if len(b.matches) > 1 && !w.node.All {
			return w.unsure("graph-shortest-paths with several shortest paths between two nodes; say output=all")
		}
		all = append(all, b.matches...)
	}
	slices.SortFunc(all, func(a, b match) int {
		if c := slices.Compare(a.bound, b.bound); c != 0 {
			return c
		}
		for i := range a.paths {
			if c := slices.Compare(a.paths[i], b.paths[i]); c != 0 {
				return c
			}
		}
		return 0
	})
	for from := 0; from < len(all); from += BatchRows {
		if err := w.give(w.columns(all[from:min(len(all), from+BatchRows)])); err != nil {
			return err
		}
	}
	return nil
}
