// Package syntax turns KQL text into a tree: tokens, scanner, parser, walk. It never fails: whatever the text, there is a
// tree and a list of diagnostics. It knows no schema and no function; the same text always gives the same tree.
//
// Start at Parse. The node types are in tree.go (what all share), expr.go, operator.go and statement.go; grammar.txt beside
// them says what the parser accepts. Nobody writes to a tree after Parse.
package syntax

import (
	"calypso/kql/diag"
	"calypso/kql/text"
)

// Node is a part of the tree. Its span starts at its first token (comments before it are not in it) and ends after its last.
// A node that stands for something missing has an empty span.
type Node interface {
	Span() text.Span
}

// Range is the span of a node; every node embeds one.
type Range struct{ From, To int }

// Span gives the node's bytes.
func (r Range) Span() text.Span { return text.Span{Start: r.From, End: r.To} }

// Tree is one parsed block.
type Tree struct {
	Text        string
	Tokens      []Token // tile the text: each token's trivia, then the token; the last one is the end
	Statements  []Statement
	Command     *Command // set when the block is a management command; Statements then holds its query part, if it has one
	Diagnostics []diag.Diagnostic
}

// Name is an identifier as written: where a name is declared or referred to.
type Name struct {
	Range
	Text    string // decoded: without brackets and quotes
	Quoted  bool   // written ['…'] or ["…"]
	Braced  bool   // written {name}, a parameter that the client fills in; Text is without the brackets
	Missing bool   // the parser put it in; Text is ""
}

// Param is an operator parameter: kind=inner, hint.strategy=shuffle, withsource=T.
type Param struct {
	Range
	Name  *Name // "kind", "hint.strategy" …
	Value Expr  // *NameRef for a word, *Literal, or another expression; nil when missing
}

// ColumnDecl is a column in a row schema: name:type.
type ColumnDecl struct {
	Range
	Name *Name
	Type *TypeRef // nil when missing
}

// RowSchema is a column list in brackets: (a:long, b:string) or (*).
type RowSchema struct {
	Range
	Star    bool // (*) or (*, a:long): further columns may be there
	Columns []*ColumnDecl
}

// TypeRef is a scalar type's name as written, as in typeof(long).
type TypeRef struct {
	Range
	Name string
}
