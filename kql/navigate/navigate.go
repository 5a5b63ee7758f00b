package navigate

import (
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Target is where a name comes from: a place in the document, or an entity of the database.
type Target struct {
	Span     text.Span // in the document: the name, or what makes it; unused when an entity is set
	Table    *symbol.TableSymbol
	Function *symbol.Function
}

// Reference is a place where a name stands.
type Reference struct {
	Span  text.Span
	Write bool // it declares or makes what the name means
}

// Definition finds where the name at an offset comes from. from is the name's own span.
func Definition(s *script.Script, offset int) (from text.Span, to Target, ok bool) {
	b, at := s.At(offset)
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
		if table := tableOf(b, key); table != nil {
			return from, Target{Table: table}, true
		}
	case *symbol.TableSymbol:
		return from, Target{Table: key}, true
	case *symbol.Function:
		return from, Target{Function: key}, true
	}
	return from, Target{}, false
}

// tableOf finds the table of the database that a column belongs to.
func tableOf(b *script.Block, c *symbol.Column) *symbol.TableSymbol {
	for _, sym := range b.Bound.Refs {
		if sym.Table == nil {
			continue
		}
		for _, own := range sym.Table.Columns.List {
			if own == c {
				return sym.Table
			}
		}
	}
	return nil
}

// References lists all places of the name at an offset, its own included, in the order of the text. declaration tells whether
// places that declare it count.
func References(s *script.Script, offset int, declaration bool) []Reference {
	b, at := s.At(offset)
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
	b, at := s.At(offset)
	ix := newIndex(b.Bound)
	return b, ix, ix.at(at)
}
