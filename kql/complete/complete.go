// Package complete says what could be written at a caret: names in scope, operators, functions, parameters and their values,
// ranked by place and type. It works in broken text, which is what people type.
//
// The idea: put a word at the caret, parse and bind the block anew, and look where in the tree the word came to stand (place.go).
// The place says which candidates fit (tables.go, operators.go, expressions.go), the typed prefix and the wanted type rank them
// (rank.go). Start at At.
package complete

import (
	"calypso/kql/script"
	"calypso/kql/text"
)

// Limit is the most items that one answer holds; with more, Incomplete is set and the editor asks again as more is typed.
const Limit = 200

// Kind tells what an item is, for its icon.
type Kind uint8

// The kinds of item.
const (
	Column Kind = iota + 1
	Table
	Function
	Aggregate
	Plugin
	Variable
	Parameter
	Operator // a tabular operator
	Keyword
	Value // a literal or one of a parameter's words
	Type
	Database
	Snippet
)

// Item is one proposal.
type Item struct {
	Label  string
	Kind   Kind
	Detail string // a type or a signature, shown beside the label
	Insert string // what is put in; a snippet with $0 and ${1:…} when Snippet is set
	// Snippet tells that Insert has tab stops.
	Snippet bool
	// Rank orders items, small first; equal ranks go by label.
	Rank int
	// Again asks the editor to offer completion again after this item.
	Again bool
	// Commit are the characters that accept the item and are then written behind it.
	Commit []string

	seq int // among items of one rank: the place in the table, before names in order
}

// List is the answer.
type List struct {
	Replace    text.Span // what an item replaces, in offsets of the document
	Items      []Item    // best first
	Incomplete bool
}

// At lists what fits at an offset of a document.
func At(s *script.Script, offset int) List {
	b, at := s.Innermost(offset)
	if p, items, ok := inCommand(b.Bound, at); ok {
		items, more := rank(p, items)
		return List{Replace: b.Shift(p.replace), Items: items, Incomplete: more}
	}
	p, ok := locate(b.Bound, at)
	if !ok {
		return List{Replace: text.Span{Start: offset, End: offset}}
	}
	items, more := rank(p, p.candidates())
	return List{Replace: b.Shift(p.replace), Items: items, Incomplete: more}
}
