package format

// This file lays out what commands hold: functions and bodies like those of queries, queries in strings on the lines that they have.

import (
	"strings"

	"calypso/kql/script"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// commandEdits formats a text inside a command.
func commandEdits(s *script.Script, b *script.Block, o Options) []text.Edit {
	if off(s, b) {
		return nil
	}
	if b.Quoted() {
		return quotedEdits(s, b, o)
	}
	if e, ok := functionEdit(b, o); ok {
		return []text.Edit{e}
	}
	if e, ok := bodyEdit(s, b, o); ok {
		return []text.Edit{e}
	}
	return nil
}

// off tells whether the command around a text asks to be left alone.
func off(s *script.Script, b *script.Block) bool {
	outer, _ := s.At(b.Own().Start)
	return strings.Contains(outer.Bound.Tree.Text, "fmt: off")
}

// functionEdit formats parameters and body of a function that a command creates. They are bound as a let, whose beginning isn't in
// the document.
func functionEdit(b *script.Block, o Options) (text.Edit, bool) {
	tree := b.Bound.Tree
	head := b.Own().Start - b.Start
	if head <= 0 {
		return text.Edit{}, false
	}
	return letEdit(tree, head, o)
}

// letEdit formats the function of a tree that is let _=… and gives what stands behind the head.
func letEdit(tree *syntax.Tree, head int, o Options) (text.Edit, bool) {
	edits := blockEdits(tree, o)
	if len(tree.Statements) != 1 || len(edits) != 1 || edits[0].Span.Start != 0 {
		return text.Edit{}, false
	}
	let, ok := tree.Statements[0].(*syntax.LetStatement)
	if !ok {
		return text.Edit{}, false
	}
	f, ok := let.X.(*syntax.Function)
	if !ok || f.Body == nil || f.Body.Span().Start < head {
		return text.Edit{}, false
	}
	_, laid, ok := strings.Cut(edits[0].NewText, "= ")
	from := f.Span().Start
	if from < head { // the parameters aren't in the document either
		from = head
		brace := strings.IndexByte(laid, '{')
		if brace < 0 {
			return text.Edit{}, false
		}
		laid = laid[brace:]
	}
	span := text.Span{Start: from, End: edits[0].Span.End}
	return text.Edit{Span: span, NewText: laid}, ok && sameTokens(span.Of(tree.Text), laid)
}

// bodyHead makes a function of a body in braces.
const bodyHead = "let _=()"

// bodyEdit formats a materialized view's query with the braces around it.
func bodyEdit(s *script.Script, b *script.Block, o Options) (text.Edit, bool) {
	own := b.Own()
	if own.Start == 0 || own.End >= len(s.Text) || s.Text[own.Start-1] != '{' || s.Text[own.End] != '}' {
		return text.Edit{}, false
	}
	e, ok := letEdit(syntax.Parse(bodyHead+s.Text[own.Start-1:own.End+1]), len(bodyHead), o)
	shift := own.Start - 1 - len(bodyHead) - b.Start
	e.Span = text.Span{Start: e.Span.Start + shift, End: e.Span.End + shift}
	return e, ok
}

// quotedEdits formats a query in a string, as of an update policy: a line end would have to be escaped there, so the query stays on its
// lines, and one that is written with escapes stays as it is.
func quotedEdits(s *script.Script, b *script.Block, o Options) []text.Edit {
	tree, own := b.Bound.Tree, b.Own()
	from := own.Start - b.Start
	if from < 0 || from+own.Len() > len(tree.Text) || tree.Text[from:from+own.Len()] != own.Of(s.Text) {
		return nil
	}
	edits := blockEdits(tree, Options{Indent: o.Indent, Width: unbroken, Pipes: PipesKeep, Lists: ListsKeep, TightEquals: o.TightEquals})
	for _, e := range edits {
		if strings.Contains(e.NewText, "\n") || strings.Contains(e.Span.Of(tree.Text), "\n") {
			return nil
		}
	}
	return edits
}

// unbroken is a width that no line has.
const unbroken = 1 << 30
