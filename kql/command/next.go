package command

// This file serves completion: what could stand at a caret in a command, given what stands before it.

import (
	"slices"

	"calypso/kql/builtin"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Place is what is known about a caret in a command.
type Place struct {
	Expect []Expect // what may stand there; empty inside a query, a body or data
	// Path has the names with a dot behind them that the caret stands after, as in StormEvents.: then Expect has only rules of
	// names with dots.
	Path  []Ident
	Parts []Part // what stands before it
	// Ends is the command that may end there, nil when something is still missing.
	Ends *builtin.Command
}

// Next tells what may stand at an offset of a command's tree. The word being typed there is the caller's matter: at is where it
// begins. ok is false where no part of the command itself can stand.
func Next(tree *syntax.Tree, at int) (p Place, ok bool) {
	if tree.Command == nil || at <= tree.Command.From {
		return Place{}, false
	}
	toks := tree.Tokens[tokenAt(tree.Tokens, tree.Command.From):]
	n := 0
	for n < len(toks) && toks[n].End <= at && toks[n].Kind != syntax.TokEnd {
		n++
	}
	if n == 0 || n < len(toks) && toks[n].Start < at {
		return Place{}, false
	}
	if n == 1 {
		for _, w := range builtin.CommandWords() {
			p.Expect = append(p.Expect, Expect{Word: w, Rows: len(builtin.CommandsFrom(w))})
		}
		return p, true
	}
	n = p.pathBefore(tree.Text, toks, n)
	before := append(append([]syntax.Token{}, toks[:n]...), syntax.Token{Kind: syntax.TokEnd, Start: at, End: at})
	word, f, size := firstWord(tree.Text, before)
	if f == nil || 1+size > n {
		return Place{}, false
	}
	m := newMatcher(tree.Text, before, f)
	m.run(1 + size)
	if m.at[n] < 0 {
		return Place{}, false
	}
	c := &Command{Parts: []Part{{Kind: Word, Word: word, Span: text.Span{Start: toks[1].Start, End: toks[1].Start + len(word)}}}}
	if s := m.likeliest(n); len(m.way(s)) > 0 {
		c.take(m, s)
	}
	if last := c.Parts[len(c.Parts)-1]; last.Kind >= Code {
		return Place{}, false
	}
	_, p.Ends = m.best(n)
	p.Expect, p.Parts = m.next(n), c.Parts
	if len(p.Path) > 0 {
		p.Expect, p.Ends = slices.DeleteFunc(p.Expect, func(x Expect) bool { return !x.Rule.dotted() }), nil
	}
	return p, true
}

// pathBefore takes the names with dots behind them off the tokens before a caret, and gives how many are left.
func (p *Place) pathBefore(src string, toks []syntax.Token, n int) int {
	for n > 3 && src[toks[n-1].Start:toks[n-1].End] == "." && toks[n-2].Kind == syntax.TokName && toks[n-2].End == toks[n-1].Start {
		span := toks[n-2].Span()
		p.Path = append([]Ident{{Text: span.Of(src), Span: span}}, p.Path...)
		n -= 2
	}
	return n
}
