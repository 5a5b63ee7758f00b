// Package navigate answers where a name comes from, where else it stands, and what a new name for it would change.
//
// The idea: every name of a block that means the same thing gets the same key (index.go): a variable, a table, or a column. A column
// is copied where a pipeline passes it on through a variable, a function or a join; the copies are joined to one key. Start at
// Definition, References and Rename.
package navigate

import (
	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// index is what each name of a block means.
type index struct {
	bound *binder.Bound
	keys  map[*syntax.Name]any  // *binder.Variable, *symbol.Column (a root), *symbol.TableSymbol, *symbol.Function, builtin
	decls map[*syntax.Name]bool // names that declare what they mean
	names []*syntax.Name        // in the order of the text
	join  columns
	made  map[*symbol.Column]syntax.Expr // by root: the item that makes a column without naming it
}

// builtin is the key of a function, aggregate or plugin of the language.
type builtin string

// columns joins copies of a column: a forest whose roots are the keys.
type columns map[*symbol.Column]*symbol.Column

func (c columns) root(of *symbol.Column) *symbol.Column {
	for c[of] != nil {
		of = c[of]
	}
	return of
}

func (c columns) unite(a, b *symbol.Column) {
	if a == nil || b == nil || a.Name != b.Name {
		return
	}
	if a, b = c.root(a), c.root(b); a != b {
		c[b] = a
	}
}

func (c columns) uniteLists(a, b []*symbol.Column) {
	for i := range min(len(a), len(b)) {
		c.unite(a[i], b[i])
	}
}

func newIndex(b *binder.Bound) *index {
	ix := &index{bound: b, keys: map[*syntax.Name]any{}, decls: map[*syntax.Name]bool{}, join: columns{}, made: map[*symbol.Column]syntax.Expr{}}
	ix.joinCopies(b.Scope, map[*binder.Scope]bool{})
	for _, st := range b.Tree.Statements {
		syntax.Walk(st, ix.visit)
	}
	for x, list := range b.Made {
		for _, c := range list {
			if _, passes := x.(*syntax.NameRef); !passes {
				ix.made[ix.join.root(c)] = x
			}
		}
	}
	return ix
}

// joinCopies joins the columns of a scope and of the scopes of the calls in it.
func (ix *index) joinCopies(s *binder.Scope, seen map[*binder.Scope]bool) {
	if s == nil || seen[s] {
		return
	}
	seen[s] = true
	for x, t := range s.Tables {
		ref, ok := x.(*syntax.NameRef)
		if !ok || t == nil {
			continue
		}
		switch sym := s.Refs[ref.Name]; {
		case sym.Table != nil:
			ix.join.uniteLists(sym.Table.Columns.List, t.List)
		case sym.Let != nil && sym.Let.Table != nil:
			ix.join.uniteLists(sym.Let.Table.List, t.List)
		}
	}
	for _, t := range s.Out {
		if t != nil && t.Origin != nil {
			ix.join.uniteLists(t.Origin, t.List)
		}
		ix.joinLegs(t)
	}
	for x, call := range s.Calls {
		ix.joinCall(s, x, call)
		if call != nil && call.BodyTree == ix.bound.Tree {
			ix.joinCopies(call.Scope, seen)
		}
	}
}

func (ix *index) joinLegs(t *binder.Table) {
	if t == nil {
		return
	}
	for _, leg := range t.Legs {
		for i, from := range leg.Columns {
			if i < len(t.List) {
				ix.join.unite(from, t.List[i])
			}
		}
	}
}

// joinCall joins a call's result to the columns of the body, and the body's names in this call to those of the definition.
func (ix *index) joinCall(s *binder.Scope, x syntax.Expr, call *binder.Invocation) {
	if call == nil {
		return
	}
	if t := s.Tables[x]; t != nil && call.Result != nil {
		ix.join.uniteLists(call.Result.List, t.List)
	}
	if call.Scope == nil || call.BodyTree != ix.bound.Tree {
		return
	}
	for n, sym := range call.Scope.Refs {
		if def, ok := ix.bound.Refs[n]; ok {
			ix.join.unite(def.Column, sym.Column)
		}
	}
}

// visit collects names with their keys, and which of them declare.
func (ix *index) visit(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.Name:
		if key := ix.key(n); key != nil {
			ix.keys[n] = key
			ix.names = append(ix.names, n)
		}
	case *syntax.Named:
		for _, name := range n.Names {
			ix.decls[name] = true
		}
	case *syntax.LetStatement:
		ix.decls[n.Name] = true
	case *syntax.FuncParam:
		ix.decls[n.Name] = true
	case *syntax.ColumnDecl:
		ix.decls[n.Name] = true
	case *syntax.ParsePart:
		ix.decls[n.Column] = true
	case *syntax.RangeOp:
		ix.decls[n.Name] = true
	case *syntax.CountOp:
		ix.decls[n.As] = true
	case *syntax.AsOp:
		ix.decls[n.Name] = true
	}
	return true
}

func (ix *index) key(n *syntax.Name) any {
	sym, ok := ix.bound.Refs[n]
	if !ok || n.Missing {
		return nil
	}
	switch {
	case sym.Let != nil:
		return sym.Let
	case sym.Column != nil:
		return ix.join.root(sym.Column)
	case sym.Table != nil:
		return sym.Table
	case sym.Func != nil:
		return sym.Func
	case sym.Kind == binder.SymBuiltin || sym.Kind == binder.SymAggregate || sym.Kind == binder.SymPlugin:
		return builtin(sym.Name)
	}
	return nil
}

// at finds the name at an offset of the block.
func (ix *index) at(offset int) *syntax.Name {
	var best *syntax.Name
	for _, n := range ix.names {
		if n.Span().Touches(offset) && (best == nil || n.From >= best.From) {
			best = n
		}
	}
	return best
}

// same lists the names with a key, in the order of the text.
func (ix *index) same(key any) []*syntax.Name {
	var all []*syntax.Name
	for _, n := range ix.names {
		if ix.keys[n] == key {
			all = append(all, n)
		}
	}
	return all
}
