package navigate

import (
	"sort"

	"calypso/kql/binder"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Target is where a name comes from: a place in the document, or an entity of the database.
type Target struct {
	Span     text.Span // in the document: the name, or what makes it; unused when an entity is set
	Table    *symbol.TableSymbol
	Column   string // with Table: the column that is meant, "" for the table itself
	Function *symbol.Function
	// Connect is the #connect directive's argument in force at the name; Cluster and Database are where the entity lies, "" for
	// the current ones.
	Connect, Cluster, Database string
}

// Reference is a place where a name stands.
type Reference struct {
	Span  text.Span
	Write bool // it declares or makes what the name means
}

// Definition finds where the name at an offset comes from. from is the name's own span.
func Definition(s *script.Script, offset int) (from text.Span, to Target, ok bool) {
	b, at := s.Innermost(offset)
	ix := newIndex(b.Bound)
	n := ix.at(at)
	if n == nil {
		return text.Span{}, Target{}, false
	}
	from = b.Shift(n.Span())
	key := ix.keys[n]
	for _, other := range ix.same(key) {
		if ix.decls[other] {
			return from, Target{Span: b.Shift(other.Span())}, true
		}
	}
	switch key := key.(type) {
	case *symbol.Column:
		if x, made := ix.made[key]; made {
			return from, Target{Span: b.Shift(x.Span())}, true
		}
		if sym, ok := tableOf(ix, key); ok {
			return from, Target{Table: sym.Table, Column: n.Text, Connect: b.Connect, Cluster: sym.Cluster, Database: sym.Database}, true
		}
	case *symbol.TableSymbol:
		sym := b.Bound.Refs[n]
		return from, Target{Table: key, Connect: b.Connect, Cluster: sym.Cluster, Database: sym.Database}, true
	case *symbol.Function:
		sym := b.Bound.Refs[n]
		return from, Target{Function: key, Connect: b.Connect, Cluster: sym.Cluster, Database: sym.Database}, true
	}
	return from, Target{}, false
}

// tableOf finds the reference to the table of the database that a column belongs to.
func tableOf(ix *index, c *symbol.Column) (binder.Symbol, bool) {
	for _, n := range ix.names {
		sym := ix.bound.Refs[n]
		if sym.Table == nil {
			continue
		}
		for _, own := range sym.Table.Columns.List {
			if ix.join.root(own) == c {
				return sym, true
			}
		}
	}
	return binder.Symbol{}, false
}

// References lists all places of the name at an offset, its own included, in the order of the text. declaration tells whether
// places that declare it count.
func References(s *script.Script, offset int, declaration bool) []Reference {
	b, at := s.Innermost(offset)
	ix := newIndex(b.Bound)
	n := ix.at(at)
	if n == nil {
		return nil
	}
	var all []Reference
	for _, other := range ix.same(ix.keys[n]) {
		if write := ix.decls[other]; declaration || !write {
			all = append(all, Reference{Span: b.Shift(other.Span()), Write: write})
		}
	}
	return all
}

// blockAt gives the block, its index and the name at an offset.
func blockAt(s *script.Script, offset int) (*script.Block, *index, *syntax.Name) {
	b, at := s.Innermost(offset)
	ix := newIndex(b.Bound)
	return b, ix, ix.at(at)
}

// EntityReferences lists all places of a script where a table or stored function of the database stands, in all blocks.
func EntityReferences(s *script.Script, to Target) []Reference {
	var all []Reference
	for _, b := range s.Blocks {
		for n, sym := range b.Bound.Refs {
			if !n.Missing && (to.Table != nil && sym.Table == to.Table || to.Function != nil && sym.Func == to.Function) {
				all = append(all, Reference{Span: b.Shift(n.Span())})
			}
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Span.Start < all[j].Span.Start })
	return all
}
