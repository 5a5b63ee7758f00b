// Package token classifies a document's text for semantic colouring: what each word, literal and comment is. A name gets the
// kind of what it refers to, so that a column and a function of the same spelling look different.
//
// Start at Classify. Spans are byte offsets of the document; the server turns them into the wire's form.
package token

import (
	"strings"

	"calypso/kql/binder"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Type is what a piece of text is.
type Type uint8

// The types, in the order of the wire's legend.
const (
	Comment Type = iota
	Keyword
	Operator
	String
	Number
	Function
	Variable
	Parameter
	Column
	Table
	Namespace // a database or cluster
	TypeName
	Option // an operator's parameter and its word values: kind, inner
	Directive
)

// Modifier is a set of facts about a token.
type Modifier uint8

// The modifiers, bits in the order of the legend.
const (
	Declaration Modifier = 1 << iota
	Builtin
	Deprecated
)

// Token is a classified piece of text.
type Token struct {
	Span text.Span
	Type Type
	Mods Modifier
}

// Classify gives a document's tokens in order; they don't overlap, and white space and brackets have none.
func Classify(s *script.Script) []Token {
	var all []Token
	for _, b := range s.Blocks {
		for _, t := range classifyBlock(b.Bound) {
			t.Span = b.Shift(t.Span)
			all = append(all, t)
		}
	}
	return all
}

func classifyBlock(b *binder.Bound) []Token {
	names := nameTypes(b)
	all := make([]Token, 0, len(b.Tree.Tokens))
	end := 0
	for _, t := range b.Tree.Tokens {
		all = appendComments(all, b.Tree.Text, end, t.Start)
		end = t.End
		span := text.Span{Start: t.Start, End: t.End}
		if named, ok := names[t.Start]; ok {
			// A name may be several tokens (project-away, hint.strategy): the first stands for all.
			if n := len(all); n > 0 && all[n-1].Span.Contains(named.Span.Start) {
				continue
			}
			all = append(all, named)
			continue
		}
		if n := len(all); n > 0 && all[n-1].Span.Contains(t.Start) {
			continue
		}
		if typ, ok := plainType(t, span.Of(b.Tree.Text)); ok && span.Len() > 0 {
			all = append(all, Token{Span: span, Type: typ})
		}
	}
	return all
}

// plainType classifies a token that is no name of the tree.
func plainType(t syntax.Token, body string) (Type, bool) {
	switch t.Kind {
	case syntax.TokName:
		return Keyword, true
	case syntax.TokString:
		return String, true
	case syntax.TokNumber, syntax.TokGoo:
		return Number, true
	case syntax.TokDirective:
		return Directive, true
	case syntax.TokPunct:
		return Operator, !strings.Contains("()[]{},;:.", body)
	}
	return 0, false
}

// appendComments finds the comments in the trivia between two tokens; a comment ends at its line's end.
func appendComments(all []Token, src string, from, to int) []Token {
	for from < to {
		i := strings.Index(src[from:to], "//")
		if i < 0 {
			return all
		}
		start, end := from+i, to
		if n := strings.IndexAny(src[start:to], "\r\n"); n >= 0 {
			end = start + n
		}
		all = append(all, Token{Span: text.Span{Start: start, End: end}, Type: Comment})
		from = end
	}
	return all
}

// nameTypes has, by the offset where it starts, what each name of the tree is.
func nameTypes(b *binder.Bound) map[int]Token {
	types := make(map[int]Token, len(b.Tree.Tokens)/2)
	put := func(n *syntax.Name, typ Type, mods Modifier) {
		if n != nil && n.Span().Len() > 0 {
			types[n.Span().Start] = Token{Span: n.Span(), Type: typ, Mods: mods}
		}
	}
	for n, sym := range b.Refs {
		typ, mods := symbolType(sym)
		put(n, typ, mods)
	}
	for _, st := range b.Tree.Statements {
		syntax.Walk(st, func(n syntax.Node) bool {
			switch n := n.(type) {
			case syntax.Operator:
				put(n.Head().Keyword, Keyword, 0)
				for _, p := range n.Head().Params {
					putParam(put, p)
				}
			case *syntax.LetStatement:
				typ := Variable
				if _, ok := n.X.(*syntax.Function); ok {
					typ = Function
				}
				put(n.Name, typ, Declaration)
			case *syntax.FuncParam:
				put(n.Name, Parameter, Declaration)
			case *syntax.ColumnDecl:
				put(n.Name, Column, Declaration)
			case *syntax.Named:
				for _, name := range n.Names {
					put(name, Column, Declaration)
				}
			case *syntax.TypeRef:
				types[n.Span().Start] = Token{Span: n.Span(), Type: TypeName}
			case *syntax.Call:
				if _, known := types[n.Fun.Span().Start]; !known {
					put(n.Fun, Function, 0)
				}
			case *syntax.NameRef:
				if _, known := types[n.Name.Span().Start]; !known {
					put(n.Name, Variable, 0)
				}
			}
			return true
		})
	}
	commandTypes(b, types)
	return types
}

func putParam(put func(*syntax.Name, Type, Modifier), p *syntax.Param) {
	put(p.Name, Option, 0)
	if word, ok := p.Value.(*syntax.NameRef); ok {
		put(word.Name, Option, 0)
	}
}

// symbolType classifies what a name refers to.
func symbolType(sym binder.Symbol) (Type, Modifier) {
	switch sym.Kind {
	case binder.SymColumn:
		return Column, 0
	case binder.SymTable:
		return Table, 0
	case binder.SymLet, binder.SymAs:
		if sym.Type == symbol.Table {
			return Table, 0
		}
		return Variable, 0
	case binder.SymParam:
		return Parameter, 0
	case binder.SymFunction, binder.SymStored:
		return Function, 0
	case binder.SymBuiltin, binder.SymAggregate, binder.SymPlugin:
		return Function, Builtin
	case binder.SymDatabase, binder.SymCluster, binder.SymGroup:
		return Namespace, 0
	case binder.SymSide:
		return Keyword, 0
	}
	return Variable, 0
}
