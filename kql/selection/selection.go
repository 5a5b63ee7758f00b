// Package selection tells what "expand selection" selects at a caret: word, expression, operator, pipeline, statement, block,
// document, each around the one before.
//
// Start at Around.
package selection

import (
	"sort"
	"strings"

	"calypso/kql/script"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Around gives the spans around an offset of a document, the smallest first; each lies in the next and is smaller than it. The last
// one is the document.
func Around(s *script.Script, offset int) []text.Span {
	outer, _ := s.At(offset)
	found := []text.Span{trimmed(s.Text, outer.Span), {Start: 0, End: len(s.Text)}}
	for b := range outer.Each() { // a query inside a command, then the command
		own := b.Own()
		if !own.Touches(offset) {
			continue
		}
		if b.Inner() {
			found = append(found, trimmed(s.Text, own))
		}
		for _, span := range inBlock(b, offset-b.Start) {
			if span = b.Shift(span); !b.Inner() || own.Start <= span.Start && span.End <= own.End {
				found = append(found, span)
			}
		}
	}
	return chain(found, offset)
}

// chain orders spans around an offset so that each holds the one before; what lies across another is left out.
func chain(found []text.Span, offset int) []text.Span {
	sort.SliceStable(found, func(i, j int) bool { return found[i].Len() < found[j].Len() })
	last := text.Span{Start: offset, End: offset}
	var list []text.Span
	for _, s := range found {
		if s.Start <= last.Start && s.End >= last.End && s.Len() > last.Len() {
			list = append(list, s)
			last = s
		}
	}
	if len(list) == 0 {
		list = append(list, last)
	}
	return list
}

// inBlock lists what could be selected, in no order and with spans that aren't around the caret.
func inBlock(b *script.Block, at int) []text.Span {
	tree := b.Bound.Tree
	found := tokensAt(tree, at)
	path := syntax.PathAt(tree, at)
	for i, n := range path {
		found = append(found, n.Span())
		switch n := n.(type) {
		case *syntax.Call:
			if n.LParen >= 0 && n.RParen > n.LParen {
				found = append(found, trimmed(tree.Text, text.Span{Start: n.LParen + 1, End: n.RParen}))
			}
		case *syntax.Paren:
			if inner := n.Span(); inner.Len() > 2 {
				found = append(found, trimmed(tree.Text, text.Span{Start: inner.Start + 1, End: inner.End - 1}))
			}
		case *syntax.Pipe:
			found = append(found, pipeline(n, path[i+1:])...)
		}
	}
	for _, st := range tree.Statements {
		span := st.Span()
		if end := semicolon(tree, span.End); end > 0 {
			span.End = end
		}
		found = append(found, st.Span(), span)
	}
	return found
}

// pipeline gives the operator that the path goes through with its pipe, and the pipeline up to it.
func pipeline(p *syntax.Pipe, below []syntax.Node) []text.Span {
	if len(below) == 0 {
		return nil
	}
	skipped := len(p.Ops) - len(p.Bars) // operators without a pipe before them: one or none
	for i, op := range p.Ops {
		if syntax.Node(op) != below[0] {
			continue
		}
		span := op.Span()
		if i >= skipped {
			span.Start = p.Bars[i-skipped]
		}
		return []text.Span{span, {Start: p.Span().Start, End: span.End}}
	}
	return nil
}

// tokensAt gives the token at a caret, a string's inside too, or the comment.
func tokensAt(tree *syntax.Tree, at int) []text.Span {
	i := sort.Search(len(tree.Tokens), func(i int) bool { return tree.Tokens[i].End >= at })
	if i == len(tree.Tokens) {
		return nil
	}
	t := tree.Tokens[i]
	if at < t.Start {
		return comment(tree, i, at)
	}
	found := []text.Span{t.Span()}
	if t.Kind == syntax.TokString {
		found = append(found, content(tree.Text, t.Span()))
	}
	if i+1 < len(tree.Tokens) && tree.Tokens[i+1].Start == at {
		found = append(found, tree.Tokens[i+1].Span())
	}
	return found
}

// content gives a string's text without its marks.
func content(src string, s text.Span) text.Span {
	body := s.Of(src)
	open := strings.IndexAny(body, "'\"`~")
	if open < 0 {
		return s
	}
	mark := body[open : open+1]
	if long := strings.Repeat(mark, 3); strings.HasPrefix(body[open:], long) && len(body) >= open+6 {
		mark = long
	}
	if len(body) < open+2*len(mark) || !strings.HasSuffix(body, mark) {
		return s
	}
	return text.Span{Start: s.Start + open + len(mark), End: s.End - len(mark)}
}

// comment gives the line comment at an offset of the trivia before a token, and all comments there.
func comment(tree *syntax.Tree, i, at int) []text.Span {
	from := 0
	if i > 0 {
		from = tree.Tokens[i-1].End
	}
	to := tree.Tokens[i].Start
	start := strings.LastIndexByte(tree.Text[from:at], '\n') + 1 + from
	end := to
	if n := strings.IndexByte(tree.Text[at:to], '\n'); n >= 0 {
		end = at + n
	}
	line := tree.Text[start:end]
	mark := strings.Index(line, "//")
	if mark < 0 {
		return nil
	}
	one := text.Span{Start: start + mark, End: start + len(strings.TrimRight(line, " \t\r"))}
	return []text.Span{one, trimmed(tree.Text, text.Span{Start: from, End: to})}
}

// semicolon gives the end of the ";" that directly follows an offset, 0 when another token does.
func semicolon(tree *syntax.Tree, from int) int {
	i := sort.Search(len(tree.Tokens), func(i int) bool { return tree.Tokens[i].Start >= from })
	if i < len(tree.Tokens) && tree.Tokens[i].Span().Of(tree.Text) == ";" {
		return tree.Tokens[i].End
	}
	return 0
}

// trimmed takes white space off both ends of a span.
func trimmed(src string, s text.Span) text.Span {
	body := s.Of(src)
	left := len(body) - len(strings.TrimLeft(body, " \t\r\n"))
	return text.Span{Start: s.Start + left, End: s.Start + max(left, len(strings.TrimRight(body, " \t\r\n")))}
}
