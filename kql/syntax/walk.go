package syntax

import "reflect"

// Walk calls visit for a node and all that is below it, parents first and in the order of the text as far as the grammar keeps
// it. When visit gives false, what is below the node is left out. A nil node is not visited.
func Walk(n Node, visit func(Node) bool) {
	if isNil(n) {
		return
	}
	// One closure for the whole walk: it goes down by calling itself.
	var down func(Node)
	down = func(c Node) {
		if visit(c) {
			eachChild(c, down)
		}
	}
	down(n)
}

// Children gives the nodes directly below a node.
func Children(n Node) []Node {
	var list []Node
	if !isNil(n) {
		eachChild(n, func(c Node) { list = append(list, c) })
	}
	return list
}

// PathAt gives the nodes around an offset, outermost first. A node that ends at the offset counts, as a caret behind a name is
// at the name; of two neighbours that touch there the later one wins, unless it is empty.
func PathAt(t *Tree, offset int) []Node {
	var path []Node
	for n := nodeAt(roots(t), offset); n != nil; n = nodeAt(Children(n), offset) {
		path = append(path, n)
	}
	return path
}

// roots gives the nodes that no other node of the tree holds.
func roots(t *Tree) []Node {
	var list []Node
	if t.Command != nil {
		list = append(list, t.Command)
		return list
	}
	for _, s := range t.Statements {
		list = append(list, s)
	}
	return list
}

// nodeAt chooses the node that an offset lies in, or touches.
func nodeAt(nodes []Node, offset int) Node {
	var best Node
	for _, n := range nodes {
		span := n.Span()
		if !span.Touches(offset) {
			continue
		}
		if best == nil || span.Contains(offset) || !best.Span().Contains(offset) && span.Len() > 0 {
			best = n
		}
	}
	return best
}

// isNil tells whether an interface is nil or holds a nil pointer, as optional parts of nodes do.
func isNil(n Node) bool {
	if n == nil {
		return true
	}
	v := reflect.ValueOf(n)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

// visitor calls f for nodes that are there.
type visitor struct{ f func(Node) }

func (v visitor) one(n Node) {
	if n != nil {
		v.f(n)
	}
}

// ptr calls f for an optional part.
func ptr[T any, P interface {
	*T
	Node
}](v visitor, p P) {
	if p != nil {
		v.f(p)
	}
}

// ptrs calls f for each of a list of parts.
func ptrs[T any, P interface {
	*T
	Node
}](v visitor, list []P) {
	for _, p := range list {
		ptr(v, p)
	}
}

// nodes calls f for each of a list of expressions, operators or statements.
func nodes[N Node](v visitor, list []N) {
	for _, n := range list {
		v.one(n)
	}
}

// eachChild calls f for each node directly below n.
func eachChild(n Node, f func(Node)) {
	v := visitor{f}
	switch n := n.(type) {
	case Expr:
		v.expr(n)
	case Operator:
		h := n.Head()
		ptr(v, h.Keyword)
		ptrs(v, h.Params)
		if !v.operator(n) {
			v.subOperator(n)
		}
	case Statement:
		v.statement(n)
	default:
		v.part(n)
	}
}
