// Names that hold rows: the nodes and edges of a graph pattern, the steps of a scan; and columns that nobody declared.

package complete

import (
	"slices"

	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// part is such a name with its columns.
type part struct {
	name    string
	columns []*symbol.Column
}

// parts lists the names that hold rows in the operator around the caret.
func (p *place) parts() []part {
	var list []part
	in := func(op syntax.Operator) *binder.Table { return p.bound.In[op] }
	patterns := func(op syntax.Operator, patterns []*syntax.GraphPattern) {
		for _, pattern := range patterns {
			for _, n := range pattern.Parts {
				if n.Name == nil || n.Name.Missing {
					continue
				}
				found := part{name: n.Name.Text}
				if t := in(op); t != nil {
					found.columns = t.List
					if n.Node && t.Nodes != nil {
						found.columns = t.Nodes.List
					}
				}
				list = append(list, found)
			}
		}
	}
	switch op := p.operator().(type) {
	case *syntax.GraphMatchOp:
		patterns(op, op.Patterns)
	case *syntax.GraphShortestPathsOp:
		patterns(op, op.Patterns)
	case *syntax.ScanOp:
		for _, s := range op.Steps {
			if s.Name != nil && !s.Name.Missing {
				list = append(list, part{s.Name.Text, p.columns()})
			}
		}
	}
	return list
}

// partItems offers the names.
func (p *place) partItems() []Item {
	var items []Item
	for i, n := range p.parts() {
		items = append(items, Item{Label: n.name, Kind: Variable, Insert: quoted(n.name), Rank: 9, Commit: []string{"."}, seq: i + 1})
	}
	return items
}

// partColumns gives the columns of the name before a dot.
func (p *place) partColumns(x syntax.Expr) ([]*symbol.Column, bool) {
	ref, ok := x.(*syntax.NameRef)
	if !ok {
		return nil, false
	}
	for _, n := range p.parts() {
		if n.name == ref.Name.Text {
			return n.columns, true
		}
	}
	return nil, false
}

// guessed lists names that are used as columns where not all columns are known, as below a table that isn't in the schema.
func (p *place) guessed() []Item {
	op := p.operator()
	if op == nil {
		return nil
	}
	if in := p.bound.In[op]; in != nil && !in.Open {
		return nil
	}
	seen := map[string]bool{mark: true}
	for _, c := range p.columns() {
		seen[c.Name] = !c.Guessed
	}
	var items []Item
	var visit func(syntax.Node) bool
	visit = func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Param:
			return false
		case *syntax.Path:
			syntax.Walk(n.X, visit) // behind the dot are keys
			return false
		case *syntax.NameRef:
			sym, known := p.bound.Refs[n.Name]
			if t := p.bound.Types[n]; t.Tabular() || known && sym.Column == nil || n.Name.Missing || seen[n.Name.Text] {
				return true
			}
			if span := n.Span(); span.Touches(p.replace.Start) || p.bound.Tables[n] != nil {
				return true
			}
			seen[n.Name.Text] = true
			items = append(items, Item{Label: n.Name.Text, Kind: Column, Insert: quoted(n.Name.Text), Rank: 12, seq: len(items) + 1})
		}
		return true
	}
	for _, st := range p.bound.Tree.Statements {
		if st.Span().Start < p.replace.Start {
			syntax.Walk(st, visit)
		}
	}
	return items
}

// inSearch serves search and find: tables in the brackets behind in, else what a condition can name, the table's name first.
func (p *place) inSearch(ref *syntax.NameRef, in []syntax.Expr, source string) []Item {
	if slices.Contains(in, syntax.Expr(ref)) {
		return p.tabular()
	}
	return append([]Item{{Label: source, Kind: Column, Detail: "string", Rank: 5}}, p.atExpression()...)
}

// searchedColumns gives the columns of all tables that search or find looks into, each name once.
func (p *place) searchedColumns(op syntax.Operator) []*symbol.Column {
	out := p.bound.Out[op]
	if out == nil {
		return nil
	}
	if len(out.Legs) == 0 {
		return out.List
	}
	var list []*symbol.Column
	seen := map[string]bool{}
	for _, leg := range out.Legs {
		for _, c := range leg.Table.List {
			if !seen[c.Name] {
				seen[c.Name] = true
				list = append(list, c)
			}
		}
	}
	return list
}
