package main

// This file changes texts a little: parts of a kind for others of that kind, which may stay right, and tokens for others, which
// seldom does. It also writes commands from their notation.

import (
	"strings"
	"sync"

	"calypso/kql/builtin"
	"calypso/kql/syntax"
)

// exchanged puts other names, functions, words and literals of the same kind in the place of some.
func (v *variation) exchanged(text string) string {
	v.depth, v.columns = 0, nil
	if b := v.bound(text); b.Result != nil {
		v.columns = b.Result.List
	}
	tokens := syntax.Scan(text)
	var b strings.Builder
	at, chance := 0, min(1, 2/float64(len(tokens)))
	for i, t := range tokens[:len(tokens)-1] {
		b.WriteString(text[at:t.Start])
		at = t.End
		word := t.Span().Of(text)
		if v.Float64() < chance {
			word = v.instead(t, word, text[tokens[i+1].Start:tokens[i+1].End] == "(")
		}
		b.WriteString(word)
	}
	return b.String() + text[at:]
}

func (v *variation) instead(t syntax.Token, word string, called bool) string {
	switch {
	case t.Kind == syntax.TokString || t.Kind == syntax.TokNumber || t.Kind == syntax.TokGoo:
		return v.literal(pick(v, scalars))
	case t.Kind == syntax.TokPunct:
		return word
	case called && builtin.FindFunction(word) != nil:
		return pick(v, builtin.Functions()).Name
	case called && builtin.FindAggregate(word) != nil:
		return pick(v, builtin.Aggregates()).Name
	case called && builtin.FindPlugin(word) != nil:
		return pick(v, builtin.Plugins()).Name
	case v.schema.Table(word) != nil:
		return v.table()
	}
	for _, list := range []string{"JoinKinds", "HintStrategies", "ChartTypes", "ParseKinds", "UnionKinds", "ParamTypes", "MvExpandKinds"} {
		words := builtin.Words(list)
		for _, w := range words {
			if w == word {
				return pick(v, words)
			}
		}
	}
	if v.IntN(2) == 0 {
		return "['" + word + "']"
	}
	return v.column(scalars...)
}

// damaged drops, doubles, swaps or replaces tokens.
func (v *variation) damaged(text string) string {
	for range 1 + v.IntN(2) {
		tokens := syntax.Scan(text)
		n := len(tokens) - 1
		if n < 2 {
			return text
		}
		i := v.IntN(n)
		t := tokens[i]
		before, word, after := text[:t.Start], text[t.Start:t.End], text[t.End:]
		switch v.IntN(8) {
		case 0, 1:
			text = before + after
		case 2:
			text = before + word + " " + word + after
		case 3:
			if i+1 < n {
				next := tokens[i+1]
				text = before + text[next.Start:next.End] + " " + word + text[next.End:]
			}
		case 4:
			text = before + pick(v, v.tokens) + after
		case 5:
			text = before + word + " " + pick(v, v.tokens) + " " + after
		case 6:
			if len(word) > 1 { // a character less
				k := v.IntN(len(word))
				text = before + word[:k] + word[k+1:] + after
			}
		default:
			text = strings.TrimRight(before, " \n") // cut
		}
	}
	return text
}

var commandNotations = sync.OnceValue(func() []string {
	var list []string
	for _, c := range builtin.Commands() {
		if !c.Beyond {
			list = append(list, c.Syntax)
		}
	}
	return list
})
