// Package signature tells which function the caret is inside the brackets of, how it can be called, and which parameter the
// argument at the caret is for.
//
// Builtin functions, aggregates and plugins take their overloads from the facts (facts.go), let and stored functions from their
// declarations (declared.go); call.go finds the call, in broken text too. It draws nothing: a label is plain text, with the place
// of each parameter in it. Start at At.
package signature

import (
	"calypso/kql/binder"
	"calypso/kql/builtin"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Help is what can be said about the call around a caret.
type Help struct {
	Call       *syntax.Call
	Function   *builtin.Function // of a builtin function, aggregate or plugin; nil for others
	Kind       binder.SymbolKind // what is called
	Name       string
	Doc        string      // Markdown, may be empty
	Signatures []Signature // at least one
	Active     int         // the signature that fits best what is written
	Param      int         // the parameter of the active signature that the caret's argument is for; -1 for none
	Argument   int         // the caret's argument, from 0
}

// Signature is one way to call the function.
type Signature struct {
	Label  string // name(a: long, [b: string]): real
	Params []Param

	facts *builtin.Signature // of a builtin
}

// Param is a parameter of a signature.
type Param struct {
	Name  string
	Label text.Span // its place in the signature's label
	Doc   string
	// Types are the types that fit; 0 when nothing is known. Tabular parameters have only symbol.Table.
	Types    builtin.TypeSet
	Column   bool // it must be a column's name
	Values   []string
	Optional bool
}

// At gives the help for an offset of a document; false outside of calls, and for functions that aren't known.
func At(s *script.Script, offset int) (Help, bool) {
	b, at := s.Innermost(offset)
	return Of(b.Bound, at)
}

// Of does the same for an offset of one block.
func Of(b *binder.Bound, at int) (Help, bool) {
	for _, found := range callsAround(b.Tree, at) {
		h := Help{Call: found.call, Argument: argumentAt(found.call, at), Name: found.call.Fun.Text}
		if h.resolve(b, found, at) {
			h.choose(b, at, found.piped)
			return h, true
		}
	}
	return Help{}, false
}

// resolve finds what is called and its signatures.
func (h *Help) resolve(b *binder.Bound, found foundCall, at int) bool {
	sym := b.Refs[found.call.Fun]
	h.Kind = sym.Kind
	switch sym.Kind {
	case binder.SymBuiltin:
		return h.facts(builtin.FindFunction(sym.Name))
	case binder.SymAggregate:
		return h.facts(builtin.FindAggregate(sym.Name))
	case binder.SymPlugin:
		return h.facts(builtin.FindPlugin(sym.Name))
	case binder.SymStored:
		return h.stored(sym.Func)
	case binder.SymFunction, binder.SymLet, binder.SymParam:
		if sym.Let != nil && sym.Let.Func != nil {
			return h.declared(b.Tree.Text, sym.Let.Func, sym.Let.Name)
		}
	}
	return h.byName(b, found, at)
}

// byName serves calls that the binder couldn't make anything of, as while they are being typed.
func (h *Help) byName(b *binder.Bound, found foundCall, at int) bool {
	if found.plugin {
		h.Kind = binder.SymPlugin
		return h.facts(builtin.FindPlugin(h.Name))
	}
	for _, v := range b.Visible(at) {
		if v.Name == h.Name && v.Func != nil {
			h.Kind = binder.SymFunction
			return h.declared(b.Tree.Text, v.Func, v.Name)
		}
	}
	if b.Schema != nil {
		if f := b.Schema.Function(h.Name); f != nil {
			h.Kind = binder.SymStored
			return h.stored(f)
		}
	}
	if f := builtin.FindFunction(h.Name); f != nil {
		h.Kind = binder.SymBuiltin
		return h.facts(f)
	}
	h.Kind = binder.SymAggregate
	return h.facts(builtin.FindAggregate(h.Name))
}

// choose finds the active signature and parameter.
func (h *Help) choose(b *binder.Bound, at int, piped bool) {
	h.Active, h.Param = 0, -1
	if i := h.named(at); i >= 0 {
		h.Param = i
		return
	}
	if h.Function == nil {
		h.Param = h.Argument
		if piped && len(h.Signatures[0].Params) > 0 && h.Signatures[0].Params[0].Types.Has(symbol.Table) {
			h.Param++ // invoke hands the first one over
		}
		if h.Param >= len(h.Signatures[0].Params) {
			h.Param = -1
		}
		return
	}
	best := -1
	for i := range h.Signatures {
		if score := h.score(b, h.Signatures[i].facts); score > best {
			best, h.Active = score, i
		}
	}
	h.Param = h.paramOf(b, h.Signatures[h.Active].facts)
}

// named gives the parameter that a named argument at the caret is for, -1 when it isn't named so.
func (h *Help) named(at int) int {
	if h.Argument >= len(h.Call.Args) {
		return -1
	}
	n, ok := h.Call.Args[h.Argument].(*syntax.Named)
	if !ok || len(n.Names) != 1 || at <= n.Names[0].To {
		return -1
	}
	for i, p := range h.Signatures[0].Params {
		if p.Name == n.Names[0].Text {
			return i
		}
	}
	return -1
}
