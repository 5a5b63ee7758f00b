// Package fix changes a query as a person asks: quick fixes that remove what a diagnostic complains about, and refactorings at a
// place. It gives edits with a title; it never applies them, and it doesn't look for mistakes itself.
//
// Each fix is a function that proposes actions (quick.go and lintfix.go by diagnostic code; refactor.go, extract.go and inline.go by
// place). What it proposes is tried before it is offered (try): the changed query is parsed and bound, and an action that would bring
// a new error, or change the result's columns where it mustn't, is dropped. Start at Quick and Refactor.
package fix

import (
	"slices"

	"calypso/kql/binder"
	"calypso/kql/diag"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Kind tells what an action is, as editors sort them.
type Kind string

// The kinds, in the words of the language server protocol.
const (
	QuickFix Kind = "quickfix"
	Rewrite  Kind = "refactor.rewrite"
	Extract  Kind = "refactor.extract"
	Inline   Kind = "refactor.inline"
)

// Action is one change that is offered.
type Action struct {
	Title string
	Kind  Kind
	Code  diag.Code // of the diagnostic that a quick fix removes
	Edits []text.Edit
	// Preferred tells that the action is what is nearly always wanted, so that it may be done without asking.
	Preferred bool
	// Ignores tells that the action only silences the diagnostic by a comment.
	Ignores bool
	// Name is the span of a name that the action made up, in the text after the edits; empty when there is none. Editors start a
	// rename there.
	Name text.Span

	keeps bool // the result's columns must stay as they are
	any   bool // a syntax error is removed: others that it hid may come up, but not more of them
}

// Quick gives the fixes for a diagnostic of a document; offsets are the document's.
func Quick(s *script.Script, d diag.Diagnostic) []Action {
	p := newPlace(s, d.Span.Start)
	if p == nil {
		return nil
	}
	local := d
	local.Span = p.local(d.Span)
	var list []Action
	if f := quick[d.Code]; f != nil {
		list = f(p, local)
	}
	if name := meant(d.Message); name != "" && d.Span.Len() > 0 {
		list = append(list, p.didYouMean(local, name))
	}
	for i := range list {
		list[i].Kind, list[i].Code = QuickFix, d.Code
	}
	list = p.shift(p.try(list))
	if d.Severity > diag.Error {
		// A comment belongs to a line of the document, whatever text inside a command the finding is in.
		outer := placeIn(s, blockAt(s, d.Span.Start))
		local.Span = outer.local(d.Span)
		list = append(list, outer.shift(outer.ignore(local))...)
	}
	return list
}

func blockAt(s *script.Script, offset int) *script.Block {
	b, _ := s.At(offset)
	return b
}

// Refactor gives the refactorings at a span of a document, which is empty for a caret; offsets are the document's.
func Refactor(s *script.Script, at text.Span) []Action {
	p := newPlace(s, at.Start)
	if p == nil {
		return nil
	}
	at = p.local(at)
	if at.End > p.own.End {
		return nil
	}
	var list []Action
	for _, f := range refactorings {
		list = append(list, f(p, at)...)
	}
	return p.shift(p.try(list))
}

// place is a block that something is to be changed in, or a text inside a command.
type place struct {
	script  *script.Script
	block   *script.Block
	bound   *binder.Bound
	text    string
	own     text.Span // what of the text stands in the document
	parents map[syntax.Node]syntax.Node
}

// newPlace finds the innermost text at an offset; nil for one in a string, where changes would have to be escaped.
func newPlace(s *script.Script, offset int) *place {
	b, _ := s.Innermost(offset)
	if b.Quoted() {
		return nil
	}
	return placeIn(s, b)
}

func placeIn(s *script.Script, b *script.Block) *place {
	p := &place{script: s, block: b, bound: b.Bound, text: b.Bound.Tree.Text, parents: map[syntax.Node]syntax.Node{}}
	p.own = p.local(b.Own())
	var down func(n, parent syntax.Node)
	down = func(n, parent syntax.Node) {
		p.parents[n] = parent
		for _, c := range syntax.Children(n) {
			down(c, n)
		}
	}
	for _, st := range b.Bound.Tree.Statements {
		down(st, nil)
	}
	return p
}

func (p *place) local(s text.Span) text.Span {
	return text.Span{Start: s.Start - p.block.Start, End: s.End - p.block.Start}
}

func (p *place) of(n syntax.Node) string { return n.Span().Of(p.text) }

// shift turns actions of the block into actions of the document.
func (p *place) shift(list []Action) []Action {
	for i := range list {
		for j := range list[i].Edits {
			list[i].Edits[j].Span = p.block.Shift(list[i].Edits[j].Span)
		}
		if list[i].Name.Len() > 0 {
			list[i].Name = p.block.Shift(list[i].Name)
		}
	}
	return list
}

// try drops the actions that would do harm.
func (p *place) try(list []Action) []Action {
	var kept []Action
	for _, a := range list {
		slices.SortStableFunc(a.Edits, func(x, y text.Edit) int { return x.Span.Start - y.Span.Start })
		if len(a.Edits) > 0 && tidy(a.Edits, p.own) && p.harmless(a) {
			kept = append(kept, a)
		}
	}
	return kept
}

// tidy tells whether edits lie in the text and don't overlap.
func tidy(edits []text.Edit, own text.Span) bool {
	end := own.Start
	for _, e := range edits {
		if e.Span.Start < end || e.Span.End < e.Span.Start || e.Span.End > own.End {
			return false
		}
		end = e.Span.End
	}
	return true
}

func (p *place) harmless(a Action) bool {
	changed := text.NewFile(p.text).ApplyAll(a.Edits).Text()
	if p.tears(a.Edits) {
		return false
	}
	after := binder.Bind(syntax.Parse(changed), p.bound.Schema)
	before := map[string]int{}
	was, is := 0, 0
	for _, d := range p.bound.Diagnostics {
		if d.Severity == diag.Error {
			before[d.Message]++
			was++
		}
	}
	fresh := false
	for _, d := range after.Diagnostics {
		if d.Severity == diag.Error {
			is++
			before[d.Message]--
			fresh = fresh || before[d.Message] < 0
		}
	}
	switch {
	case a.any:
		return is <= was
	case fresh:
		return false
	}
	return !a.keeps || slices.EqualFunc(p.bound.Results, after.Results, sameColumns)
}

// tears tells whether edits would make two blocks of the document's one.
func (p *place) tears(edits []text.Edit) bool {
	outer := blockAt(p.script, p.block.Own().Start)
	was := outer.Span.Of(p.script.Text)
	moved := make([]text.Edit, len(edits))
	for i, e := range edits {
		span := p.block.Shift(e.Span)
		moved[i] = text.Edit{Span: text.Span{Start: span.Start - outer.Start, End: span.End - outer.Start}, NewText: e.NewText}
	}
	return len(syntax.Blocks(text.NewFile(was).ApplyAll(moved).Text())) > 1 && len(syntax.Blocks(was)) == 1
}

func sameColumns(a, b *binder.Table) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return a.Open == b.Open && slices.EqualFunc(a.List, b.List, func(x, y *symbol.Column) bool { return x.Name == y.Name && x.Type == y.Type })
}

// find gives the node of a type that has exactly a span.
func find[T syntax.Node](p *place, span text.Span) (found T, ok bool) {
	for n := range p.parents {
		if t, is := n.(T); is && n.Span() == span {
			return t, true
		}
	}
	return found, false
}

// around gives the innermost node of a type that a span lies in, a caret at its end included.
func around[T syntax.Node](p *place, span text.Span) (found T, ok bool) {
	size := -1
	for n := range p.parents {
		t, is := n.(T)
		s := n.Span()
		if is && s.Start <= span.Start && span.End <= s.End && s.Len() > 0 && (size < 0 || s.Len() < size) {
			found, ok, size = t, true, s.Len()
		}
	}
	return found, ok
}

// upTo gives the nearest node of a type at or above another.
func upTo[T syntax.Node](p *place, n syntax.Node) (found T, ok bool) {
	for ; n != nil; n = p.parents[n] {
		if t, is := n.(T); is {
			return t, true
		}
	}
	return found, false
}

// replace, insert and remove write one edit.
func replace(s text.Span, to string) text.Edit { return text.Edit{Span: s, NewText: to} }

func insert(at int, what string) text.Edit {
	return text.Edit{Span: text.Span{Start: at, End: at}, NewText: what}
}
func remove(s text.Span) text.Edit { return text.Edit{Span: s} }

// one makes an action of one edit.
func one(title string, e text.Edit) []Action { return []Action{{Title: title, Edits: []text.Edit{e}}} }

// bare takes the round brackets off.
func bare(x syntax.Expr) syntax.Expr {
	for {
		paren, ok := x.(*syntax.Paren)
		if !ok || paren.X == nil {
			return x
		}
		x = paren.X
	}
}
