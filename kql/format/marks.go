// What the tree says about tokens: which touch the one before, and what brackets are.

package format

import (
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// marks has facts about tokens by the offset where they start.
type marks struct {
	tight   map[int]bool // no space before
	tightTo map[int]bool // no space after
	spaced  map[int]bool // a space on both sides, though its kind has none: the ":" of evaluate
	after   map[int]bool // none before, one after: the ":" of a bag
	atoms   []text.Span  // inside, tokens touch
	body    map[int]bool // "{" of statements
	rows    map[int]int  // "[" of a datatable: values in a row
	heads   map[int]int  // operator's first token → where its items start
}

func mark(tree *syntax.Tree, o Options) *marks {
	m := &marks{
		tight: map[int]bool{}, tightTo: map[int]bool{}, spaced: map[int]bool{}, after: map[int]bool{}, body: map[int]bool{},
		rows: map[int]int{}, heads: map[int]int{},
	}
	for _, st := range tree.Statements {
		syntax.Walk(st, func(n syntax.Node) bool {
			m.node(tree, n)
			if named, ok := n.(*syntax.Named); ok && o.TightEquals && named.X != nil {
				m.equals(tree, named)
			}
			return true
		})
	}
	return m
}

func (m *marks) node(tree *syntax.Tree, n syntax.Node) {
	switch n := n.(type) {
	case *syntax.Name, *syntax.Wildcard, *syntax.TypeRef, *syntax.GraphPattern:
		m.atoms = append(m.atoms, n.Span())
	case *syntax.Call:
		m.tight[n.LParen] = true
	case *syntax.TypeOf, *syntax.DynamicLit, *syntax.DataTable, *syntax.ExternalData, *syntax.DeclareParams:
		m.tight[find(tree, n.Span(), "(")] = true
		if table, ok := n.(*syntax.DataTable); ok && table.Schema != nil {
			m.rows[find(tree, text.Span{Start: table.Schema.To, End: table.To}, "[")] = len(table.Schema.Columns)
		}
	case *syntax.Param:
		if n.Name != nil {
			at := find(tree, text.Span{Start: n.Name.To, End: n.To}, "=")
			m.tight[at], m.tightTo[at] = true, true
		}
	case *syntax.Unary:
		m.tightTo[n.From] = true
	case *syntax.Index:
		m.tight[find(tree, text.Span{Start: n.X.Span().End, End: n.To}, "[")] = true
	case *syntax.JSONPair:
		m.after[find(tree, text.Span{Start: n.Key.To, End: n.To}, ":")] = true
	case *syntax.ScanStep:
		m.after[find(tree, n.Span(), ":")] = true
	case *syntax.EvaluateOp:
		if n.Schema != nil && n.Call != nil {
			m.spaced[find(tree, text.Span{Start: n.Call.To, End: n.Schema.From}, ":")] = true
		}
	case *syntax.Body:
		m.body[n.LBrace] = true
	case *syntax.MakeGraphOp:
		if n.Source != nil && n.Target != nil {
			m.atoms = append(m.atoms, arrow(tree, n.Source.Span().End, n.Target.Span().Start))
		}
	}
	if op, ok := n.(syntax.Operator); ok {
		m.head(op)
	}
}

// equals takes the spaces off the "=" of name = value and (a, b) = value.
func (m *marks) equals(tree *syntax.Tree, n *syntax.Named) {
	from := n.Span().Start
	for _, name := range n.Names {
		from = max(from, name.To)
	}
	if at := find(tree, text.Span{Start: from, End: n.X.Span().Start}, "="); at >= 0 {
		m.tight[at], m.tightTo[at] = true, true
	}
}

// head notes where an operator's items start: after its keyword and the parameters that directly follow.
func (m *marks) head(op syntax.Operator) {
	h := op.Head()
	if h.Keyword == nil {
		return
	}
	end := h.Keyword.To
	for _, p := range h.Params {
		end = max(end, p.To)
	}
	m.heads[h.Keyword.From] = end
}

// find gives the offset of the first token with a text in a span, -1 when there is none.
func find(tree *syntax.Tree, span text.Span, want string) int {
	for _, t := range tree.Tokens {
		if t.Start >= span.Start && t.End <= span.End && t.Span().Of(tree.Text) == want {
			return t.Start
		}
	}
	return -1
}

// arrow gives the span of the tokens between two names.
func arrow(tree *syntax.Tree, from, to int) text.Span {
	span := text.Span{Start: to, End: from}
	for _, t := range tree.Tokens {
		if t.Start >= from && t.End <= to {
			span.Start, span.End = min(span.Start, t.Start), max(span.End, t.End)
		}
	}
	return span
}
