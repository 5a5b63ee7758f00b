package navigate

// This file lists what a document declares, for those who count how often it is used.

import (
	"calypso/kql/script"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Declaration is a variable or function that the document declares.
type Declaration struct {
	Span     text.Span // its name
	Function bool
}

// Declared lists the lets of each query and body, and the functions that commands create, in the order of the text.
func Declared(s *script.Script) []Declaration {
	var all []Declaration
	next := 0
	for b := range s.All() {
		for next < len(s.Created) && s.Created[next].Span.Start < b.Own().End && !b.Inner() {
			if c := s.Created[next]; c.Function != nil {
				all = append(all, Declaration{Span: c.Span, Function: true})
			}
			next++
		}
		for _, st := range b.Bound.Tree.Statements {
			let, ok := st.(*syntax.LetStatement)
			if !ok || let.Name == nil || let.Name.Missing {
				continue
			}
			if span := b.Shift(let.Name.Span()); b.Own().Start <= span.Start { // not the let that stands for a command's function
				_, function := let.X.(*syntax.Function)
				all = append(all, Declaration{Span: span, Function: function})
			}
		}
	}
	return all
}
