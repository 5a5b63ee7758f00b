// Folding: a block, a statement, brackets and runs of comments that span lines.

package outline

import (
	"strings"

	"calypso/kql/script"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Fold is a range of a document that can be collapsed: it starts at the end of its first line.
type Fold struct {
	Span    text.Span
	Comment bool
}

// Folds lists what can be folded, outermost first within a block. Only ranges that span lines are given.
func Folds(s *script.Script) []Fold {
	var all []Fold
	add := func(span text.Span, comment bool) {
		if strings.Contains(span.Of(s.Text), "\n") {
			all = append(all, Fold{span, comment})
		}
	}
	for _, b := range s.Blocks {
		tree := b.Bound.Tree
		if sym, ok := blockSymbol(b); ok {
			add(sym.Span, false)
		}
		if len(tree.Statements) > 1 {
			for _, st := range tree.Statements {
				add(b.Shift(st.Span()), false)
			}
		}
		for _, span := range brackets(tree) {
			add(b.Shift(span), false)
		}
		for _, span := range commentRuns(tree) {
			add(b.Shift(span), true)
		}
	}
	return all
}

// brackets pairs the brackets of a tree's tokens.
func brackets(tree *syntax.Tree) []text.Span {
	var open []syntax.Token
	var spans []text.Span
	for _, t := range tree.Tokens {
		if t.Kind != syntax.TokPunct || t.End-t.Start != 1 {
			continue
		}
		switch c := tree.Text[t.Start]; c {
		case '(', '[', '{':
			open = append(open, t)
		case ')', ']', '}':
			if n := len(open); n > 0 && tree.Text[open[n-1].Start] == opener(c) {
				spans = append(spans, text.Span{Start: open[n-1].Start, End: t.End})
				open = open[:n-1]
			}
		}
	}
	return spans
}

func opener(c byte) byte {
	switch c {
	case ')':
		return '('
	case ']':
		return '['
	}
	return '{'
}

// commentRuns finds two or more comment lines in a row; comments are trivia, so they lie between tokens.
func commentRuns(tree *syntax.Tree) []text.Span {
	var spans []text.Span
	end := 0
	for _, t := range tree.Tokens {
		trivia := text.Span{Start: end, End: t.Start}
		end = t.End
		first, last, lines := -1, -1, 0
		flush := func() {
			if lines > 1 {
				spans = append(spans, text.Span{Start: first, End: last})
			}
			first, lines = -1, 0
		}
		at := trivia.Start
		for _, line := range strings.SplitAfter(trivia.Of(tree.Text), "\n") {
			body := strings.TrimSpace(line)
			switch {
			case strings.HasPrefix(body, "//"):
				if first < 0 {
					first = at + strings.Index(line, "//")
				}
				last = at + len(strings.TrimRight(line, "\r\n"))
				lines++
			case lines > 0:
				flush()
			}
			at += len(line)
		}
		flush()
	}
	return spans
}
