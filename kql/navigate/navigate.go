package navigate

import (
	"slices"

	"calypso/kql/binder"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Target is where a name comes from: a place in the document, or an entity of the database.
type Target struct {
	Span     text.Span // in the document: the name, or what makes it; unused for an entity that the document doesn't create
	Table    *symbol.TableSymbol
	Column   string // with Table: the column that is meant, "" for the table itself
	Function *symbol.Function
	// Created tells that a command of the document makes the entity: Span is its name there.
	Created bool
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
		return entityAt(s, b, at)
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
			to := targetOf(s, b, sym)
			to.Column = n.Text
			return from, to, true
		}
	case *symbol.TableSymbol, *symbol.Function:
		return from, targetOf(s, b, b.Bound.Refs[n]), true
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
// places that declare it count. A variable or column means nothing beyond its block; a table or function is looked for in all of them.
func References(s *script.Script, offset int, declaration bool) []Reference {
	var found []Reference
	if _, to, ok := Definition(s, offset); ok && to.isEntity() {
		found = EntityReferences(s, to)
	} else if b, ix, n := blockAt(s, offset); n != nil {
		for _, other := range ix.same(ix.keys[n]) {
			found = append(found, Reference{Span: b.Shift(other.Span()), Write: ix.decls[other]})
		}
	}
	if declaration {
		return found
	}
	return slices.DeleteFunc(found, func(r Reference) bool { return r.Write })
}

// blockAt gives the block, its index and the name at an offset.
func blockAt(s *script.Script, offset int) (*script.Block, *index, *syntax.Name) {
	b, at := s.Innermost(offset)
	ix := newIndex(b.Bound)
	return b, ix, ix.at(at)
}
