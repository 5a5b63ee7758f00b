package command

// This file runs an automaton over a command's tokens. All ways through are followed side by side; where several lead to the
// same state at the same token, the one with more words taken as words stays, so that in "show database schema" the last word is
// no database's name.

import (
	"strings"

	"calypso/kql/builtin"
	"calypso/kql/syntax"
)

// matcher is the state of one run.
type matcher struct {
	src    string
	toks   []syntax.Token // the last one is a TokEnd or what ends the command
	close  []int32        // for each opening bracket the token that closes it, or 0
	family *family
	steps  []step
	// at has for each token the first of the steps that stand before it, -1 for none; steps are chained by next.
	at []int32
	// seen finds the step of a state before a token.
	seen map[int64]int32
}

// step is one live state before one token.
type step struct {
	state int32
	next  int32 // another step before the same token, or -1
	prev  int32 // the step it came from, or -1
	words int32 // tokens taken as words on the way
	token int32 // where the edge's tokens start
	end   int32 // the token it stands before
	edge  int16 // the edge of prev's state, or -1
}

func newMatcher(src string, toks []syntax.Token, f *family) *matcher {
	m := &matcher{src: src, toks: toks, family: f, at: make([]int32, len(toks)+1), seen: map[int64]int32{}}
	for i := range m.at {
		m.at[i] = -1
	}
	m.match()
	return m
}

// match pairs the brackets.
func (m *matcher) match() {
	m.close = make([]int32, len(m.toks))
	var open []int32
	for i, t := range m.toks {
		if t.Kind != syntax.TokPunct || t.End != t.Start+1 {
			continue
		}
		switch c := m.src[t.Start]; c {
		case '(', '[', '{':
			open = append(open, int32(i))
		case ')', ']', '}':
			for k := len(open) - 1; k >= max(0, len(open)-8); k-- {
				if closes(m.src[m.toks[open[k]].Start], c) {
					m.close[open[k]] = int32(i)
					open = open[:k]
					break
				}
			}
		}
	}
}

func closes(open, close byte) bool {
	return open == '(' && close == ')' || open == '[' && close == ']' || open == '{' && close == '}'
}

func (m *matcher) closing(i int) int { return int(m.close[i]) }

func (m *matcher) text(i int) string {
	if i >= len(m.toks) {
		return ""
	}
	return m.src[m.toks[i].Start:m.toks[i].End]
}

// is tells whether token i is this sign.
func (m *matcher) is(i int, sign string) bool {
	return i < len(m.toks) && m.toks[i].Kind == syntax.TokPunct && m.text(i) == sign
}

// run follows all ways from token first on, which is the one behind the command's first word.
func (m *matcher) run(first int) {
	m.reach(first, step{state: 0, prev: -1, edge: -1})
	for i := first; i < len(m.toks)-1; i++ {
		for s := m.at[i]; s >= 0; s = m.steps[s].next {
			m.follow(s, i)
		}
	}
}

// longestString is how many literals one after the other may be one string.
const longestString = 1000

// follow takes every edge of a step's state that fits token i.
func (m *matcher) follow(s int32, i int) {
	st := m.steps[s]
	for k := range m.family.states[st.state].edges {
		e := &m.family.states[st.state].edges[k]
		n, words := 0, st.words
		switch {
		case e.isEmpty():
			continue
		case e.word != "":
			n = m.wordLen(e.word, i)
			words++
		default:
			n = m.length(e.rule, i)
		}
		if n == 0 {
			continue
		}
		m.reach(i+n, step{state: e.to, prev: s, words: words, token: int32(i), edge: int16(k)})
		if e.rule == RuleString && n == 1 {
			// 'a' 'b' may be one string, or two values: both are tried.
			for n = 2; n < longestString && m.toks[i+n-1].Kind == syntax.TokString; n++ {
				m.reach(i+n, step{state: e.to, prev: s, words: words, token: int32(i), edge: int16(k)})
			}
		}
	}
}

// reach makes a state live before token i, and those behind it over nothing.
func (m *matcher) reach(i int, st step) {
	st.end = int32(i)
	key := int64(i)<<32 | int64(st.state)
	if old, ok := m.seen[key]; ok {
		if m.steps[old].words >= st.words {
			return
		}
		st.next = m.steps[old].next
		m.steps[old] = st
		m.spread(i, old)
		return
	}
	st.next = m.at[i]
	m.steps = append(m.steps, st)
	m.at[i] = int32(len(m.steps) - 1)
	m.seen[key] = m.at[i]
	m.spread(i, m.at[i])
}

func (m *matcher) spread(i int, s int32) {
	st := m.steps[s]
	for k, e := range m.family.states[st.state].edges {
		if e.isEmpty() {
			m.reach(i, step{state: e.to, prev: s, words: st.words, token: int32(i), edge: int16(k)})
		}
	}
}

// wordLen gives the number of tokens that a word of the syntax matches: one, or more for a word with dashes.
func (m *matcher) wordLen(word string, i int) int {
	start := m.toks[i].Start
	if !strings.HasPrefix(m.src[start:], word) {
		return 0
	}
	end := start + len(word)
	for j := i; j < len(m.toks)-1 && m.toks[j].End <= end; j++ {
		if m.toks[j].End == end {
			return j - i + 1
		}
	}
	return 0
}

// best gives the step before token i where a command may end, and that command; -1 for none.
func (m *matcher) best(i int) (int32, *builtin.Command) {
	found := int32(-1)
	var row *builtin.Command
	for s := m.at[i]; s >= 0; s = m.steps[s].next {
		if r := m.family.states[m.steps[s].state].row; r != nil && (found < 0 || m.steps[s].words > m.steps[found].words) {
			found, row = s, r
		}
	}
	return found, row
}

// way gives the steps that lead to a step, the first first, without those over nothing.
func (m *matcher) way(s int32) []int32 {
	var way []int32
	for ; s >= 0; s = m.steps[s].prev {
		if e := m.edge(s); e != nil && !e.isEmpty() {
			way = append(way, s)
		}
	}
	for i, j := 0, len(way)-1; i < j; i, j = i+1, j-1 {
		way[i], way[j] = way[j], way[i]
	}
	return way
}

// edge gives the edge that a step came over, nil for the first.
func (m *matcher) edge(s int32) *edge {
	st := m.steps[s]
	if st.prev < 0 {
		return nil
	}
	return &m.family.states[m.steps[st.prev].state].edges[st.edge]
}
