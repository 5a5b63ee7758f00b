package command

// This file reads one command: its first word picks the automaton, the best way through it gives the parts.

import (
	"strings"

	"calypso/kql/builtin"
	"calypso/kql/diag"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// parse reads a command from its dot on. The last token is what ends it: the text's end, or the start of the next command.
func parse(src string, toks []syntax.Token) *Command {
	c := &Command{Span: text.Span{Start: toks[0].Start, End: toks[0].End}}
	word, f, n := firstWord(src, toks)
	if word == "" {
		return c
	}
	first := text.Span{Start: toks[1].Start, End: toks[1].Start + len(word)}
	if f == nil {
		c.Span.End = commandEnd(src, toks)
		c.say(diag.UnknownCommand, first, word, didYouMean(word, builtin.CommandWords()))
		c.checkStrings(src, toks)
		return c
	}
	c.Parts = append(c.Parts, Part{Kind: Word, Span: first, Word: word})
	m := newMatcher(src, toks, f)
	m.run(1 + n)
	c.finish(m, 1+n)
	c.checkStrings(src, toks)
	return c
}

// firstWord reads the word behind the dot, its automaton, and the number of its tokens.
func firstWord(src string, toks []syntax.Token) (string, *family, int) {
	if len(toks) < 3 || toks[1].Kind != syntax.TokName {
		return "", nil, 0
	}
	best, count := familyOf(src[toks[1].Start:toks[1].End]), 1
	end := toks[1].End
	for j := 2; j+1 < len(toks) && toks[j].Start == toks[j-1].End && src[toks[j].Start:toks[j].End] == "-" &&
		toks[j+1].Kind == syntax.TokName && toks[j+1].Start == toks[j].End; j += 2 {
		if f := familyOf(src[toks[1].Start:toks[j+1].End]); f != nil || best == nil {
			best, count, end = f, j+1, toks[j+1].End
		}
	}
	return src[toks[1].Start:end], best, count
}

// commandEnd gives where a command that nobody knows ends: before a pipe outside brackets, or the end.
func commandEnd(src string, toks []syntax.Token) int {
	depth := 0
	for i, t := range toks[:len(toks)-1] {
		if t.Kind != syntax.TokPunct {
			continue
		}
		switch src[t.Start:t.End] {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
		case "|", "<|":
			if depth <= 0 {
				return toks[i-1].End
			}
		}
	}
	return toks[len(toks)-2].End
}

func (c *Command) say(code diag.Code, span text.Span, args ...any) {
	c.Diagnostics = append(c.Diagnostics, diag.New(code, span, args...))
}

// finish takes the way that fits best and says what is wrong with it.
func (c *Command) finish(m *matcher, first int) {
	last := len(m.toks) - 1
	ends, far := -1, first
	var end int32 = -1
	for i := last; i >= first; i-- {
		if m.at[i] < 0 {
			continue
		}
		far = max(far, i)
		s, row := m.best(i)
		if row == nil {
			continue
		}
		closed := i == last || m.is(i, "|") || m.is(i, ";")
		if ends < 0 || closed && !m.closedAt(ends) {
			ends, end, c.Row = i, s, row
		}
		if closed {
			break
		}
	}
	switch {
	case ends >= 0 && m.closedAt(ends):
		c.take(m, end)
	case ends >= far:
		c.take(m, end)
		at := m.toks[ends]
		c.say(diag.CommandSurplus, at.Span(), clip(m.text(ends)), m.instead(ends))
	default:
		c.Row = nil
		far = m.blame(far)
		c.take(m, m.likeliest(far))
		c.say(diag.CommandSyntax, m.missing(far), m.expected(far), m.suggestion(far))
	}
}

// closedAt tells whether a command may end before token i.
func (m *matcher) closedAt(i int) bool { return i == len(m.toks)-1 || m.is(i, "|") || m.is(i, ";") }

// likeliest gives the step before a token that took most words as words.
func (m *matcher) likeliest(i int) int32 {
	best := m.at[i]
	for s := best; s >= 0; s = m.steps[s].next {
		if m.steps[s].words > m.steps[best].words {
			best = s
		}
	}
	return best
}

// missing is where something missing is shown: at the token in its place, or behind the last one at the end or a line's end.
func (m *matcher) missing(i int) text.Span {
	if i == len(m.toks)-1 || i > 0 && m.breakBefore(i) && m.closedAt(i) {
		end := m.toks[i-1].End
		return text.Span{Start: end, End: end}
	}
	return m.toks[i].Span()
}

// take turns the way to a step into parts.
func (c *Command) take(m *matcher, s int32) {
	for _, s := range m.way(s) {
		c.Parts = append(c.Parts, c.part(m, m.edge(s), int(m.steps[s].token), int(m.steps[s].end)))
	}
	c.Span.End = c.Parts[len(c.Parts)-1].Span.End
}

// part makes the part of tokens from up to to.
func (c *Command) part(m *matcher, e *edge, from, to int) Part {
	span := text.Span{Start: m.toks[from].Start, End: m.toks[to-1].End}
	p := Part{Rule: e.rule, Label: e.label, Span: span}
	switch {
	case e.word != "" && e.key:
		p.Kind, p.Word = Property, e.word
	case e.word != "":
		p.Kind, p.Word = Sign, e.word
		if isWordByte(e.word[0]) || e.word[0] == '!' {
			p.Kind = Word
		}
	case e.key:
		p.Kind, p.Word = Property, m.ident(from, to).Text
	case e.rule.IsName():
		p.Kind, p.Names = Name, m.idents(e.rule, from, to)
	case e.rule == RuleType:
		p.Kind = Type
	case e.rule == RuleData || e.rule == RuleInlineData:
		p.Kind = Data
	case e.rule >= RuleDeclaration:
		p.Kind = Code
		if m.isOpen(e.rule, from, to) {
			p.Span.End = m.toks[to].Start // with the white space behind it: what is written next belongs to it
		}
	default:
		p.Kind = Value
	}
	return p
}

// idents reads the names of a part, one for each piece between dots.
func (m *matcher) idents(r Rule, from, to int) []Ident {
	var names []Ident
	for start := from; start < to; {
		end := start + 1
		for end < to && !(m.is(end, ".") && (r.dotted() || r == RulePathPattern)) {
			end++
		}
		if m.is(start, "[") {
			end = max(end, start+m.bracketedLen(start))
		}
		names = append(names, m.ident(start, end))
		start = end + 1
	}
	return names
}

// ident reads one name.
func (m *matcher) ident(from, to int) Ident {
	span := text.Span{Start: m.toks[from].Start, End: m.toks[to-1].End}
	id := Ident{Text: span.Of(m.src), Span: span}
	switch {
	case m.is(from, "{"):
		id.Text, id.Filled = strings.Trim(id.Text, "{}"), true
	case m.is(from, "[") && to == from+3 && m.toks[from+1].Kind == syntax.TokString:
		id.Text = stringText(m.text(from + 1))
	case m.is(from, "["):
		id.Text = strings.TrimSpace(strings.Trim(id.Text, "[]"))
	case m.toks[from].Kind == syntax.TokString:
		id.Text = stringText(id.Text)
	case strings.Contains(id.Text, "*"):
		id.Filled = true
	}
	return id
}

// stringText decodes a string literal.
func stringText(literal string) string {
	x, _ := syntax.ParseExpr(literal)
	if lit, ok := x.(*syntax.Literal); ok {
		return lit.Text
	}
	return literal
}

// checkStrings says what is wrong inside the string literals of the command itself; in data nothing is.
func (c *Command) checkStrings(src string, toks []syntax.Token) {
	skip := 0
	for _, t := range toks {
		for skip < len(c.Parts) && (c.Parts[skip].Span.End <= t.Start || c.Parts[skip].Kind < Code) {
			skip++
		}
		if t.End > c.Span.End {
			return
		}
		if t.Kind != syntax.TokString || skip < len(c.Parts) && c.Parts[skip].Span.Start <= t.Start || isPlainString(src[t.Start:t.End]) {
			continue
		}
		_, found := syntax.ParseExpr(src[t.Start:t.End])
		for _, d := range found {
			d.Span = text.Span{Start: d.Span.Start + t.Start, End: d.Span.End + t.Start}
			c.Diagnostics = append(c.Diagnostics, d)
		}
	}
}

// isPlainString tells whether a literal is closed and has no escapes, which nearly all are.
func isPlainString(s string) bool {
	return len(s) > 1 && (s[0] == '\'' || s[0] == '"') && s[len(s)-1] == s[0] && !strings.Contains(s, `\`)
}
