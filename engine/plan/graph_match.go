// graph-match and graph-shortest-paths: patterns of nodes and edges, a condition over what they met, and what is made of it.

package plan

import (
	"calypso/kql/binder"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// GraphMatch finds the ways in which patterns fit a graph.
type GraphMatch struct {
	Shape
	Graph *Graph
	// Slots are the nodes and edges of the patterns; a name that stands twice is one slot.
	Slots  []GraphSlot
	Chains []GraphChain
	// Sees is what Where and Items see of a match.
	Sees  []GraphColumn
	Where []Expr
	Items []Expr
	// Cycles says which cycles a path of variable length may have: all, none, unique_edges.
	Cycles string
	// Shortest keeps the shortest matches of each pair of ends; All all of them, else there may be only one.
	Shortest, All bool
}

// Inputs is the graph.
func (n *GraphMatch) Inputs() []Node { return []Node{n.Graph} }

// GraphSlot is a node or an edge of a pattern.
type GraphSlot struct {
	Node bool
	// Variable slots hold From to To edges.
	Variable bool
	From, To int
	// Tests are over the element's row: conditions on this slot alone.
	Tests []Expr
}

// GraphChain is a node, then edges that each lead to a node.
type GraphChain struct {
	Start int
	Hops  []GraphHop
}

// GraphHop is an edge of a pattern and the node behind it.
type GraphHop struct {
	Edge, To int
	// Way is 1 along the edge, -1 against it, 0 either.
	Way int
}

// GraphColumn is what an expression sees of a match: a column of a slot's element, or a list over a path.
type GraphColumn struct {
	Slot    int
	Ordinal int // of the element's row
	Type    value.Kind
	List    *GraphList
}

// GraphList is map, all or any over the edges of a path or the nodes inside it.
type GraphList struct {
	Mode  string
	Inner bool // over inner nodes
	X     Expr // over one element's row
}

// matching is the planning of one graph-match.
type matching struct {
	p     *builder
	e     *env
	node  *GraphMatch
	named map[string]int
	out   *binder.Table
	in    *relation
	nodes *binder.Table
}

func (p *builder) graphMatch(e *env, in *relation, op syntax.Operator, patterns []*syntax.GraphPattern, where syntax.Expr, project []syntax.Expr) (*relation, error) {
	g, err := e.graphOf(in, op)
	if err != nil {
		return nil, err
	}
	m := &matching{p: p, e: e, named: map[string]int{}, out: e.scope.Out[op], in: in, nodes: e.scope.In[op]}
	if m.out == nil || m.out.Open || len(project) == 0 || m.nodes == nil || m.nodes.Nodes == nil {
		return nil, e.notBuilt(op, "'%s' without project", op.Head().Keyword.Text)
	}
	m.node = &GraphMatch{Graph: g, Cycles: "unique_edges"}
	for _, param := range op.Head().Params {
		word, _ := paramWord(op, param.Name.Text)
		switch {
		case param.Name.Text == "cycles" && (word == "all" || word == "none" || word == "unique_edges"):
			m.node.Cycles = word
		case param.Name.Text == "output" && (word == "any" || word == "all"):
			m.node.All = word == "all"
		default:
			return nil, e.notBuilt(param, "this parameter of '%s'", op.Head().Keyword.Text)
		}
	}
	for _, pattern := range patterns {
		if err := m.chain(pattern); err != nil {
			return nil, err
		}
	}
	inner := &env{scope: e.scope, src: e.src, match: m}
	if where != nil {
		cond, err := p.condition(inner, where)
		if err != nil {
			return nil, err
		}
		m.test(cond)
	}
	return m.project(inner, op, project)
}

// chain reads a pattern into slots and hops.
func (m *matching) chain(pattern *syntax.GraphPattern) error {
	parts := pattern.Parts
	if len(parts) == 0 || len(parts)%2 == 0 || !parts[0].Node {
		return m.e.notBuilt(pattern, "a pattern that doesn't begin and end with a node")
	}
	c := GraphChain{}
	var err error
	if c.Start, err = m.slot(parts[0]); err != nil {
		return err
	}
	for i := 1; i < len(parts); i += 2 {
		if parts[i].Node || !parts[i+1].Node {
			return m.e.notBuilt(parts[i], "this order of nodes and edges")
		}
		hop := GraphHop{}
		switch parts[i].Arrow {
		case "-[]->", "-->":
			hop.Way = 1
		case "<-[]-", "<--":
			hop.Way = -1
		case "-[]-", "--":
		default:
			return m.e.notBuilt(parts[i], "this edge")
		}
		if hop.Edge, err = m.slot(parts[i]); err != nil {
			return err
		}
		if hop.To, err = m.slot(parts[i+1]); err != nil {
			return err
		}
		c.Hops = append(c.Hops, hop)
	}
	m.node.Chains = append(m.node.Chains, c)
	return nil
}

func (m *matching) slot(part *syntax.GraphPart) (int, error) {
	name := ""
	if part.Name != nil && !part.Name.Missing {
		name = part.Name.Text
	}
	if at, ok := m.named[name]; ok && name != "" {
		if !part.Node {
			return 0, m.e.notBuilt(part, "an edge that stands twice")
		}
		return at, nil
	}
	s := GraphSlot{Node: part.Node, Variable: part.Variable}
	if part.Variable {
		from, err := m.p.count(m.e, part.From)
		if err != nil {
			return 0, err
		}
		to, err := m.p.count(m.e, part.To)
		if err != nil {
			return 0, err
		}
		if from < 1 || to < from || to > maxHops {
			return 0, m.e.notBuilt(part, "a path of %d to %d edges", from, to)
		}
		s.From, s.To = int(from), int(to)
	}
	at := len(m.node.Slots)
	m.node.Slots = append(m.node.Slots, s)
	if name != "" {
		m.named[name] = at
	}
	return at, nil
}

// maxHops is the longest path of variable length.
const maxHops = 100

// column gives an expression for a column of a match.
func (m *matching) column(c GraphColumn) Expr {
	m.node.Sees = append(m.node.Sees, c)
	return &Col{len(m.node.Sees) - 1, c.Type}
}

// has tells whether a name is a part of the patterns.
func (m *matching) has(name string) bool {
	if m == nil {
		return false
	}
	_, ok := m.named[name]
	return ok
}

// property plans name.property.
func (m *matching) property(at syntax.Node, name, property string) (Expr, error) {
	slot, ok := m.named[name]
	if !ok {
		return nil, m.e.notBuilt(at, "'%s' in this place", name)
	}
	s := m.node.Slots[slot]
	shape := m.node.Graph.Shape
	if s.Node {
		shape = m.node.Graph.NodeShape
	}
	for i, c := range shape {
		if c.Name != property {
			continue
		}
		if s.Variable {
			return m.column(GraphColumn{Slot: slot, Type: value.Dynamic, List: &GraphList{Mode: "map", X: &Col{i, c.Kind}}}), nil
		}
		return m.column(GraphColumn{Slot: slot, Ordinal: i, Type: c.Kind}), nil
	}
	return nil, m.e.notBuilt(at, "property '%s' of '%s'", property, name)
}

// graphFunction plans a function of graph clauses; done is false for other functions.
func (p *builder) graphFunction(e *env, x *syntax.Call) (out Expr, done bool, err error) {
	m := e.match
	switch x.Fun.Text {
	case "node_degree_in", "node_degree_out", "node_id":
		out, err = p.nodeFunction(e, x)
	case "map", "all", "any":
		if m == nil {
			return nil, true, e.notBuilt(x, "'%s' here", x.Fun.Text)
		}
		out, err = m.list(x)
	case "inner_nodes", "labels":
		err = e.notBuilt(x, "'%s' here", x.Fun.Text)
	default:
		return nil, false, nil
	}
	return out, true, err
}

// nodeFunction plans node_degree_in and its like: of the node at hand, or of a node of a match.
func (p *builder) nodeFunction(e *env, x *syntax.Call) (Expr, error) {
	what, kind := nodeDegreeIn, value.Long
	switch x.Fun.Text {
	case "node_degree_out":
		what = nodeDegreeOut
	case "node_id":
		what, kind = nodeID, value.String
	}
	if len(x.Args) == 0 && e.element != nil && e.element.node {
		return &Col{e.element.base + what, kind}, nil
	}
	if e.match == nil || len(x.Args) != 1 {
		return nil, e.notBuilt(x, "'%s' here", x.Fun.Text)
	}
	ref, ok := x.Args[0].(*syntax.NameRef)
	slot, known := 0, false
	if ok {
		slot, known = e.match.named[ref.Name.Text]
	}
	if !known || !e.match.node.Slots[slot].Node {
		return nil, e.notBuilt(x, "'%s' of what is no node", x.Fun.Text)
	}
	if what == nodeID && e.match.node.Graph.Shape[e.match.node.Graph.Source].Kind != value.String {
		return nil, e.notBuilt(x, "node_id of nodes whose key is no string")
	}
	return e.match.column(GraphColumn{Slot: slot, Ordinal: len(e.match.node.Graph.NodeShape) + what, Type: kind}), nil
}

// list plans map, all and any.
func (m *matching) list(x *syntax.Call) (Expr, error) {
	if len(x.Args) != 2 {
		return nil, m.e.invalid(x, "'%s' takes a path and an expression", x.Fun.Text)
	}
	of, inner := x.Args[0], false
	if call, ok := of.(*syntax.Call); ok && call.Fun.Text == "inner_nodes" && len(call.Args) == 1 {
		of, inner = call.Args[0], true
	}
	ref, ok := of.(*syntax.NameRef)
	slot, known := 0, false
	if ok {
		slot, known = m.named[ref.Name.Text]
	}
	if !known || !m.node.Slots[slot].Variable {
		return nil, m.e.notBuilt(x.Args[0], "'%s' of what is no path of variable length", x.Fun.Text)
	}
	at := m.e.overEdges(m.node.Graph, m.in.cols)
	if inner {
		at = m.e.overNodes(m.node.Graph, m.nodes.Nodes.List)
	}
	l := &GraphList{Mode: x.Fun.Text, Inner: inner}
	var err error
	kind := value.Bool
	if l.Mode == "map" {
		kind = value.Dynamic
		l.X, err = m.p.scalar(at, x.Args[1])
	} else {
		l.X, err = m.p.condition(at, x.Args[1])
	}
	if err != nil {
		return nil, err
	}
	return m.column(GraphColumn{Slot: slot, Type: kind, List: l}), nil
}

// test files the parts of a conjunction: with the one slot that they look at, or with the match.
func (m *matching) test(x Expr) {
	if c, ok := Conjunction(x); ok {
		for _, a := range c.Args {
			m.test(a)
		}
		return
	}
	reads := map[int]bool{}
	columnsOf(x, reads)
	slot := -1
	for c := range reads {
		col := m.node.Sees[c]
		if col.List != nil || slot >= 0 && slot != col.Slot || m.node.Slots[col.Slot].Variable {
			m.node.Where = append(m.node.Where, x)
			return
		}
		slot = col.Slot
	}
	if slot < 0 || volatile(x) {
		m.node.Where = append(m.node.Where, x)
		return
	}
	alone := rewrite(x, func(c *Col) Expr { return &Col{m.node.Sees[c.Ordinal].Ordinal, c.Type} })
	m.node.Slots[slot].Tests = append(m.node.Slots[slot].Tests, alone)
}

// project plans what is made of a match.
func (m *matching) project(inner *env, op syntax.Operator, items []syntax.Expr) (*relation, error) {
	shape, err := m.e.shapeOf(op, m.out.List)
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		switch item.(type) {
		case *syntax.Named, *syntax.Path:
		default:
			return nil, m.e.notBuilt(item, "an expression without a name in '%s'", op.Head().Keyword.Text)
		}
	}
	made, err := m.p.items(inner, items)
	if err != nil {
		return nil, err
	}
	m.node.Shape = shape
	for i, c := range m.out.List {
		x, ok := made[c]
		if !ok || x.Kind() != shape[i].Kind {
			return nil, m.e.notBuilt(op, "column '%s' of '%s', of unknown origin or type,", c.Name, op.Head().Keyword.Text)
		}
		m.node.Items = append(m.node.Items, x)
	}
	return &relation{m.node, m.out.List}, nil
}
