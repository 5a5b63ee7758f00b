package command

// This file says what could stand at a place: in messages, and for completion.

import (
	"sort"
	"strings"

	"calypso/kql/builtin"
	"calypso/kql/syntax"
)

// Expect is something that may stand at a place: a word, or what a rule matches.
type Expect struct {
	Word  string // "" for a rule
	Rule  Rule
	Label string
	Key   bool // a property's name
	Rows  int  // how many commands go on with it, as far as the table shares their starts; at least one
	// Ends tells that the command may end behind it: Row is then that command.
	Row *builtin.Command
}

// String says it as a message does: "details", "<table>", "<string: Path>".
func (e Expect) String() string {
	switch {
	case e.Word != "":
		return e.Word
	case e.Label != "" && !strings.EqualFold(e.Label, e.Rule.String()):
		return "<" + e.Rule.String() + ": " + e.Label + ">"
	}
	return "<" + e.Rule.String() + ">"
}

// next lists what may stand at token i, in the order of the table; hidden words are left out.
func (m *matcher) next(i int) []Expect {
	var list []Expect
	seen := map[Expect]int{}
	for s := m.at[i]; s >= 0; s = m.steps[s].next {
		for k := range m.family.states[m.steps[s].state].edges {
			e := &m.family.states[m.steps[s].state].edges[k]
			if e.isEmpty() || e.hidden {
				continue
			}
			x := Expect{Word: e.word, Rule: e.rule, Label: e.label, Key: e.key}
			at, known := seen[x]
			if !known {
				at = len(list)
				seen[x] = at
				list = append(list, x)
			}
			list[at].Rows += max(m.family.states[e.to].rows, 1)
			if row := m.family.states[e.to].row; row != nil && list[at].Row == nil {
				list[at].Row = row
			}
		}
	}
	return list
}

// shownExpected is how many possibilities a message lists.
const shownExpected = 10

// expected says what may stand at token i.
func (m *matcher) expected(i int) string {
	var texts []string
	seen := map[string]bool{}
	for _, x := range m.next(i) {
		if s := x.String(); !seen[s] {
			seen[s] = true
			texts = append(texts, s)
		}
	}
	sort.Slice(texts, func(i, j int) bool { // words before rules
		if a, b := texts[i][0] == '<', texts[j][0] == '<'; a != b {
			return b
		}
		return texts[i] < texts[j]
	})
	return oneOf(texts)
}

// oneOf writes "a", "a or b", "one of a, b, c".
func oneOf(texts []string) string {
	switch n := len(texts); {
	case n == 0:
		return "the end"
	case n == 1:
		return texts[0]
	case n == 2:
		return texts[0] + " or " + texts[1]
	case n > shownExpected:
		return "one of " + strings.Join(texts[:shownExpected], ", ") + ", …"
	}
	return "one of " + strings.Join(texts, ", ")
}

// words lists the words that may stand at token i.
func (m *matcher) words(i int) []string {
	var words []string
	for _, x := range m.next(i) {
		if x.Word != "" && isWordByte(x.Word[0]) {
			words = append(words, x.Word)
		}
	}
	return words
}

// manyWords is how many words must fit a place for a name there to be taken as a misspelt word.
const manyWords = 8

// blame decides which token is wrong where the text can't go on before token i: that one, or the one before it, when it was only
// taken as a name although many words fit there, or one that is spelt nearly the same: show tabels.
func (m *matcher) blame(i int) int {
	before := -1
	for s := m.at[i]; s >= 0; s = m.steps[s].next {
		way := m.way(s)
		if len(way) == 0 {
			return i
		}
		last := way[len(way)-1]
		if e := m.edge(last); e.word != "" || !e.rule.IsName() || e.key {
			return i
		}
		before = int(m.steps[last].token)
	}
	if before < 0 || m.toks[before].Kind != syntax.TokName {
		return i
	}
	words := m.words(before)
	if len(words) >= manyWords || similar(m.text(before), words) != "" {
		return before
	}
	return i
}

// suggestion says what was likely meant at token i: a word, or a name or text that wants quotes.
func (m *matcher) suggestion(i int) string {
	word := m.dashed(i)
	if word == "" {
		return ""
	}
	words := m.words(i)
	name, value := false, false
	for _, x := range m.next(i) {
		name = name || x.Rule.IsName()
		value = value || x.Rule == RuleValue || x.Rule == RuleString
		if x.Rule == RuleType {
			words = append(words, builtin.Words("ParamTypes")...)
		}
	}
	switch s := didYouMean(word, words); {
	case s != "":
		return s
	case name && isReserved(m.text(i)):
		return "; as a name it is written ['" + m.text(i) + "']"
	case value && !name:
		return "; a text is put in quotes: \"" + word + "\""
	}
	return ""
}

// instead says what could have gone on at token i, where a whole command ends.
func (m *matcher) instead(i int) string {
	if s := m.suggestion(i); s != "" {
		return s
	}
	if x := m.expected(i); x != "the end" {
		return "; what fits is the end, a pipe, or " + strings.TrimPrefix(x, "one of ")
	}
	return ""
}

// dashed gives the word at token i with what dashes tie to it.
func (m *matcher) dashed(i int) string {
	if m.toks[i].Kind != syntax.TokName {
		return ""
	}
	end := m.toks[i].End
	for end < len(m.src) && (isWordByte(m.src[end]) || m.src[end] == '-') {
		end++
	}
	return m.src[m.toks[i].Start:end]
}

// didYouMean writes a suggestion, "" when no word is near.
func didYouMean(word string, among []string) string {
	if s := similar(word, among); s != "" && s != word {
		return "; did you mean " + s + "?"
	}
	return ""
}

// similar finds the word that is spelt nearly the same: in another case, or up to two letters off, one for short words.
func similar(word string, among []string) string {
	best, limit := "", 2
	if len(word) < 5 {
		limit = 1
	}
	if word == "" || len(word) > 40 {
		return ""
	}
	for _, w := range among {
		if strings.EqualFold(w, word) {
			return w
		}
		if d := distance(word, w, limit); d <= limit {
			best, limit = w, d-1
		}
	}
	return best
}

// distance is the number of letters to insert, drop, change or swap with their neighbour; above limit it is only that.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, prev, row := rows[0], rows[1], rows[2]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		rows[0], rows[1], rows[2] = prev, row, before
	}
	return rows[1][len(b)]
}

// clip shortens a text for a message.
func clip(s string) string {
	const longest = 30
	if len(s) > longest {
		return s[:longest] + "…"
	}
	return s
}
