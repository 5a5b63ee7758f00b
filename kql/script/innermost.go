package script

import (
	"iter"
	"sort"

	"calypso/kql/binder"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// inner is where a text inside a command stands.
type inner struct {
	span   text.Span // in the document
	quoted bool      // in a string, where a change would have to be escaped
}

// Innermost is At for features that look into commands: where the offset lies in a query, body or command inside a management
// command, it gives that text as a block of its own, bound, with offsets of its own. Such a block isn't among the script's.
func (s *Script) Innermost(offset int) (*Block, int) {
	b, at := s.At(offset)
	for {
		e := b.Bound.Inside(at)
		if e == nil {
			return b, at
		}
		b, at = b.within(e), at-e.Start
	}
}

// within makes a block of a text inside the command.
func (b *Block) within(e *binder.Embedded) *Block {
	next := *b
	next.inner = &inner{span: b.Shift(e.Span), quoted: b.inner != nil && b.inner.quoted || inString(b.Bound.Tree, e.Span)}
	next.Start, next.Bound = b.Start+e.Start, e.Bound
	return &next
}

func inString(tree *syntax.Tree, s text.Span) bool {
	i := sort.Search(len(tree.Tokens), func(i int) bool { return tree.Tokens[i].End > s.Start })
	return i < len(tree.Tokens) && tree.Tokens[i].Start < s.Start && tree.Tokens[i].Kind == syntax.TokString
}

// Own gives the block's text in the document: all of it, or the part of a command that an inner block is.
func (b *Block) Own() text.Span {
	if b.inner != nil {
		return b.inner.span
	}
	return b.Span
}

// Inner tells whether the block is a text inside a command, as Innermost and All give it.
func (b *Block) Inner() bool { return b.inner != nil }

// Quoted tells whether the block stands in a string literal: then what is written into it would have to be escaped.
func (b *Block) Quoted() bool { return b.inner != nil && b.inner.quoted }

// All gives each block and each text inside a command, the outer one first.
func (s *Script) All() iter.Seq[*Block] {
	return func(yield func(*Block) bool) {
		for _, b := range s.Blocks {
			for each := range b.Each() {
				if !yield(each) {
					return
				}
			}
		}
	}
}

// Each gives the block and each text inside its command, the outer one first.
func (b *Block) Each() iter.Seq[*Block] {
	return func(yield func(*Block) bool) {
		if !yield(b) {
			return
		}
		for i := range b.Bound.Embedded {
			for inner := range b.within(&b.Bound.Embedded[i]).Each() {
				if !yield(inner) {
					return
				}
			}
		}
	}
}
