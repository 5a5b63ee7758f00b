package signature

// This file finds the calls around a caret.

import (
	"slices"

	"calypso/kql/syntax"
)

// foundCall is a call whose brackets hold the caret.
type foundCall struct {
	call   *syntax.Call
	plugin bool // evaluate calls it
	piped  bool // invoke calls it: its first argument is what flows through the pipe
}

// callsAround lists the calls whose brackets hold an offset, the innermost first. A bracket that isn't closed reaches as far as
// nothing else follows.
func callsAround(tree *syntax.Tree, at int) []foundCall {
	var found []foundCall
	plugins, piped := map[*syntax.Call]bool{}, map[*syntax.Call]bool{}
	visit := func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.EvaluateOp:
			plugins[n.Call] = true
		case *syntax.InvokeOp:
			if call, ok := n.Fun.(*syntax.Call); ok {
				piped[call] = true
			}
		case *syntax.Call:
			if holds(tree, n, at) {
				found = append(found, foundCall{call: n, plugin: plugins[n], piped: piped[n]})
			}
		}
		return n.Span().Start <= at
	}
	for _, st := range tree.Statements {
		if s := st.Span(); s.Start <= at {
			syntax.Walk(st, visit)
		}
	}
	if tree.Command != nil {
		syntax.Walk(tree.Command, visit)
	}
	slices.SortStableFunc(found, func(a, b foundCall) int { return b.call.LParen - a.call.LParen })
	return found
}

func holds(tree *syntax.Tree, call *syntax.Call, at int) bool {
	if call.Fun == nil || call.Fun.Missing || call.LParen < 0 || call.LParen >= at {
		return false
	}
	if call.RParen >= 0 {
		return at <= call.RParen
	}
	if at <= call.To {
		return true
	}
	i, _ := slices.BinarySearchFunc(tree.Tokens, call.To, func(t syntax.Token, end int) int { return t.Start - end })
	return i >= len(tree.Tokens) || tree.Tokens[i].Start >= at
}

// argumentAt counts the commas before an offset.
func argumentAt(call *syntax.Call, at int) int {
	n := 0
	for _, c := range call.Commas {
		if c < at {
			n++
		}
	}
	return n
}
