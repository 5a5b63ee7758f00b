// Graphs: what make-graph makes and the operators that give a graph again. A graph is no table: only graph-match,
// graph-shortest-paths and graph-to-table make rows of it.

package plan

import (
	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// Graph is a property graph. Its columns as a node are those of its edges.
type Graph struct {
	Shape
	Edges Node
	// Source and Target are the ordinals of the edges' keys.
	Source, Target int
	// Vertices gives a key column and then the columns of nodes that tables have; nil when only edges name nodes.
	Vertices Node
	// NodeShape is the columns of nodes: those of Vertices behind the key, the id where it has a name, components.
	NodeShape Shape
	// ID is the ordinal of the key among NodeShape: the column that with_node_id names, or the one that all tables of nodes have
	// their key in; -1 when there is none.
	ID int
	// Steps change the graph, in order.
	Steps []GraphStep
}

// GraphStep keeps nodes or edges, or numbers connected components in a further column of nodes.
type GraphStep struct {
	Mark  bool
	Nodes bool
	Cond  Expr
}

// Inputs are the tables of edges and nodes.
func (g *Graph) Inputs() []Node {
	if g.Vertices == nil {
		return []Node{g.Edges}
	}
	return []Node{g.Edges, g.Vertices}
}

// What follows NodeShape in the row that expressions over one node see.
const (
	nodeDegreeIn = iota
	nodeDegreeOut
	nodeID
)

// graphOf gives the graph that an operator works on.
func (e *env) graphOf(in *relation, op syntax.Operator) (*Graph, error) {
	g, ok := in.node.(*Graph)
	if !ok {
		return nil, e.invalid(op, "operator '%s' works on a graph; make one with make-graph", op.Head().Keyword.Text)
	}
	return g, nil
}

func (p *builder) makeGraph(e *env, in *relation, op *syntax.MakeGraphOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || out.Open || out.Nodes == nil || op.PartitionedBy != nil || op.Arrow != "-->" || len(op.Head().Params) > 0 {
		return nil, e.notBuilt(op, "this form of make-graph")
	}
	g := &Graph{Edges: Prune(in.node), ID: -1}
	for i, ref := range []*syntax.NameRef{op.Source, op.Target} {
		x, err := p.scalar(e.over(in), ref)
		if err != nil {
			return nil, err
		}
		c, ok := x.(*Col)
		if !ok {
			return nil, e.invalid(ref, "make-graph takes columns")
		}
		*[]*int{&g.Source, &g.Target}[i] = c.Ordinal
	}
	cols := in.node.Columns()
	if cols[g.Source].Kind != cols[g.Target].Kind || cols[g.Source].Kind == value.Dynamic {
		return nil, e.notBuilt(op, "make-graph of keys of %s and %s", cols[g.Source].Kind, cols[g.Target].Kind)
	}
	g.Shape = Shape(cols)
	var err error
	if g.NodeShape, err = e.shapeOf(op, out.Nodes.List); err != nil {
		return nil, err
	}
	if op.WithNodeID != nil {
		g.ID = len(g.NodeShape) - 1
	}
	if len(op.With) > 0 {
		if g.ID >= 0 {
			return nil, e.notBuilt(op.WithNodeID, "with_node_id beside tables of nodes")
		}
		if err := p.vertices(e, op, g, cols[g.Source].Kind); err != nil {
			return nil, err
		}
	}
	return &relation{g, out.List}, nil
}

// vertices plans the tables of nodes as one: the key, then the columns of all of them by name.
func (p *builder) vertices(e *env, op *syntax.MakeGraphOp, g *Graph, key value.Kind) error {
	shape := append(Shape{{Name: "", Kind: key}}, g.NodeShape...)
	all := &Union{Shape: shape}
	for _, n := range op.With {
		r, err := p.table(&env{scope: e.scope, src: e.src}, n.Table)
		if err != nil {
			return err
		}
		on := columnNamed(r, n.On.Name.Text)
		if on == nil || on.Kind() != key {
			return e.notBuilt(n, "nodes whose key isn't of the edges' type, %s,", key)
		}
		items := []Expr{on}
		for _, c := range g.NodeShape {
			x := named(r, c)
			if x == nil {
				return e.notBuilt(n, "column '%s', whose type differs among the tables of nodes,", c.Name)
			}
			items = append(items, x)
		}
		all.Ins = append(all.Ins, &Project{Shape: shape, From: From{r.node}, Items: items})
	}
	g.Vertices = Prune(all)
	for i, c := range g.NodeShape {
		if c.Name == op.With[0].On.Name.Text && c.Kind == key && sameKey(op.With) {
			g.ID = i
		}
	}
	return nil
}

// sameKey tells whether all tables of nodes have their key in a column of one name.
func sameKey(tables []*syntax.GraphNodes) bool {
	for _, n := range tables {
		if n.On.Name.Text != tables[0].On.Name.Text {
			return false
		}
	}
	return true
}

// with gives the graph with a further step.
func (g *Graph) with(s GraphStep) *Graph {
	c := *g
	c.Steps = append(g.Steps[:len(g.Steps):len(g.Steps)], s)
	return &c
}

func (p *builder) graphWhere(e *env, in *relation, op syntax.Operator, cond syntax.Expr, nodes bool) (*relation, error) {
	g, err := e.graphOf(in, op)
	if err != nil {
		return nil, err
	}
	out := e.scope.Out[op]
	if out == nil || out.Open || out.Nodes == nil {
		return nil, e.notBuilt(op, "this use of '%s'", op.Head().Keyword.Text)
	}
	inner := e.overEdges(g, in.cols)
	if nodes {
		inner = e.overNodes(g, out.Nodes.List)
	}
	x, err := p.condition(inner, cond)
	if err != nil {
		return nil, err
	}
	return &relation{g.with(GraphStep{Nodes: nodes, Cond: x}), out.List}, nil
}

func (p *builder) graphMark(e *env, in *relation, op *syntax.GraphMarkComponentsOp) (*relation, error) {
	g, err := e.graphOf(in, op)
	if err != nil {
		return nil, err
	}
	out := e.scope.Out[op]
	if out == nil || out.Open || out.Nodes == nil || len(out.Nodes.List) != len(g.NodeShape)+1 {
		return nil, e.notBuilt(op, "this use of graph-mark-components")
	}
	for _, param := range op.Head().Params {
		if word, _ := paramWord(op, "kind"); param.Name.Text != "with_component_id" && word != "weak" {
			return nil, e.notBuilt(param, "this parameter of graph-mark-components")
		}
	}
	marked := g.with(GraphStep{Mark: true})
	if marked.NodeShape, err = e.shapeOf(op, out.Nodes.List); err != nil {
		return nil, err
	}
	return &relation{marked, out.List}, nil
}

// overNodes gives the surroundings of an expression over one node.
func (e *env) overNodes(g *Graph, cols []*symbol.Column) *env {
	inner := e.overElement(g.NodeShape, cols)
	inner.element = &element{node: true, base: len(g.NodeShape)}
	return inner
}

// overEdges gives the surroundings of an expression over one edge.
func (e *env) overEdges(g *Graph, cols []*symbol.Column) *env {
	inner := e.overElement(g.Shape, cols)
	inner.element = &element{base: len(g.Shape)}
	return inner
}

func (e *env) overElement(shape Shape, cols []*symbol.Column) *env {
	inner := &env{scope: e.scope, src: e.src, cols: map[*symbol.Column]Expr{}, row: cols, list: shape}
	for i, c := range cols {
		if i < len(shape) {
			inner.cols[c] = &Col{i, shape[i].Kind}
		}
	}
	return inner
}

// element tells that expressions see one node or edge.
type element struct {
	node bool
	base int // of what follows the columns
}

// GraphTable gives the nodes or the edges of a graph as rows.
type GraphTable struct {
	Shape
	Graph *Graph
	Nodes bool
	// IDs are the hashes of keys that stand before the columns: the node's, or the edge's source (0) and target (1).
	IDs []int
}

// Inputs is the graph.
func (n *GraphTable) Inputs() []Node { return []Node{n.Graph} }

// graphTable plans one output of graph-to-table.
func (p *builder) graphTable(e *env, in *relation, op *syntax.GraphToTableOp, o *syntax.GraphOutput, out *binder.Table) (*relation, error) {
	g, err := e.graphOf(in, op)
	if err != nil {
		return nil, err
	}
	if out == nil || out.Open {
		return nil, e.notBuilt(o, "this output of graph-to-table")
	}
	node := &GraphTable{Graph: g, Nodes: o.Entity.Text == "nodes"}
	for _, param := range o.Params {
		id, ok := map[string]int{"with_node_id": 0, "with_source_id": 0, "with_target_id": 1}[param.Name.Text]
		if !ok || node.Nodes != (param.Name.Text == "with_node_id") {
			return nil, e.notBuilt(param, "this parameter of graph-to-table")
		}
		node.IDs = append(node.IDs, id)
	}
	if len(node.IDs) > 0 && g.Shape[g.Source].Kind != value.String {
		return nil, e.notBuilt(o, "ids of nodes whose key is no string")
	}
	have := len(node.IDs) + len(g.Shape)
	if node.Nodes {
		have = len(node.IDs) + len(g.NodeShape)
	}
	if have != len(out.List) {
		return nil, e.notBuilt(o, "this output of graph-to-table")
	}
	if node.Shape, err = e.shapeOf(o, out.List); err != nil {
		return nil, err
	}
	return &relation{node, out.List}, nil
}

func (p *builder) graphToTable(e *env, in *relation, op *syntax.GraphToTableOp) (*relation, error) {
	if len(op.Outputs) != 1 {
		return nil, e.notBuilt(op, "graph-to-table with several outputs before the end of a statement")
	}
	return p.graphTable(e, in, op, op.Outputs[0], e.scope.Out[op])
}
