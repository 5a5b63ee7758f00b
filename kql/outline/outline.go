// Package outline gives a document's structure: the symbols of an outline view, and the ranges that can be folded.
//
// Start at Symbols and Folds.
package outline

import (
	"strings"

	"calypso/kql/script"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Kind tells what a symbol is.
type Kind uint8

// The kinds of symbol.
const (
	Query Kind = iota + 1
	Command
	Variable
	Function
	Parameter
)

// Symbol is one entry of the outline.
type Symbol struct {
	Name      string
	Detail    string
	Kind      Kind
	Span      text.Span // all of it
	Selection text.Span // its name: what the editor selects
	Children  []Symbol
}

// Symbols lists each block with its lets and functions inside.
func Symbols(s *script.Script) []Symbol {
	var all []Symbol
	for _, b := range s.Blocks {
		if sym, ok := blockSymbol(b); ok {
			all = append(all, named(s, b, sym))
		}
	}
	return all
}

// named gives a command that creates something the name of that too: it is what one looks for.
func named(s *script.Script, b *script.Block, sym Symbol) Symbol {
	for _, c := range s.Created {
		if !b.Span.Contains(c.Span.Start) {
			continue
		}
		name := ""
		if c.Table != nil {
			name = c.Table.Name
		} else if c.Function != nil {
			name = c.Function.Name
		}
		sym.Selection = c.Span
		if sym.Name = strings.TrimSuffix(sym.Name, " with"); !strings.Contains(sym.Name+" ", " "+name+" ") {
			sym.Name += " " + name
		}
		break
	}
	return sym
}

func blockSymbol(b *script.Block) (Symbol, bool) {
	tree := b.Bound.Tree
	if c := tree.Command; c != nil {
		span := b.Shift(c.Span())
		return Symbol{Name: commandName(c), Kind: Command, Span: span, Selection: span, Children: letsInside(b)}, true
	}
	var lets []Symbol
	var query syntax.Node
	for _, st := range tree.Statements {
		switch st := st.(type) {
		case *syntax.LetStatement:
			lets = append(lets, letSymbol(b, st))
		case *syntax.QueryStatement:
			query = st
		}
	}
	if query == nil && len(lets) == 0 {
		return Symbol{}, false
	}
	if query == nil {
		query = tree.Statements[len(tree.Statements)-1]
	}
	first, last := tree.Statements[0].Span(), tree.Statements[len(tree.Statements)-1].Span()
	return Symbol{
		Name: firstLine(query.Span().Of(tree.Text)), Kind: Query,
		Span: b.Shift(text.Span{Start: first.Start, End: last.End}), Selection: b.Shift(query.Span()), Children: lets,
	}, true
}

// letsInside lists what the bodies and queries of a command declare: the parameters and lets of a function that it creates.
func letsInside(b *script.Block) []Symbol {
	var list []Symbol
	for inner := range b.Each() {
		for _, st := range inner.Bound.Tree.Statements {
			let, ok := st.(*syntax.LetStatement)
			if !ok {
				continue
			}
			sym := letSymbol(inner, let)
			if sym.Selection.Start >= inner.Own().Start {
				list = append(list, sym)
				continue
			}
			list = append(list, sym.Children...) // the let that stands for the function itself
			if f, ok := let.X.(*syntax.Function); ok && f.Body != nil {
				for _, st := range f.Body.Statements {
					if let, ok := st.(*syntax.LetStatement); ok {
						list = append(list, letSymbol(inner, let))
					}
				}
			}
		}
	}
	return list
}

func commandName(c *syntax.Command) string {
	words := make([]string, len(c.Words))
	for i, w := range c.Words {
		words[i] = w.Text
	}
	return "." + strings.Join(words, " ")
}

func letSymbol(b *script.Block, st *syntax.LetStatement) Symbol {
	sym := Symbol{Name: st.Name.Text, Kind: Variable, Span: b.Shift(st.Span()), Selection: b.Shift(st.Name.Span())}
	if sym.Name == "" {
		sym.Name = "let"
	}
	f, ok := st.X.(*syntax.Function)
	if !ok {
		return sym
	}
	sym.Kind = Function
	var params []string
	for _, p := range f.Params {
		params = append(params, p.Name.Text)
		sym.Children = append(sym.Children, Symbol{Name: orUnnamed(p.Name.Text), Kind: Parameter, Span: b.Shift(p.Span()), Selection: b.Shift(p.Name.Span())})
	}
	sym.Detail = "(" + strings.Join(params, ", ") + ")"
	return sym
}

func orUnnamed(name string) string {
	if name == "" {
		return "?"
	}
	return name
}

// firstLine cuts a text to something that fits an outline's row.
func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	line = strings.TrimSpace(line)
	if runes := []rune(line); len(runes) > 60 {
		line = string(runes[:59]) + "…"
	}
	if line == "" {
		return "query"
	}
	return line
}
