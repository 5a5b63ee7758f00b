package syntax

import (
	"calypso/kql/diag"
	"calypso/kql/text"
)

// parser is the state of one parse: a place in the tokens, and what was found wrong.
type parser struct {
	src     string
	toks    []Token // the last one is a TokEnd, which is never passed
	i       int
	diags   []diag.Diagnostic
	lastErr int     // the token at which something was last reported: nothing more is said there
	lastGap int     // the token before which a comma was last found missing
	depth   int     // brackets and subqueries around this place
	chain   int     // operators in the expression being read
	inExpr  int     // expressions around this place
	stopped bool    // a limit was hit: the rest was skipped, nothing more is reported
	match   []int32 // for each opening bracket the token that closes it, or 0; made when something is first skipped
}

// --- looking at tokens

func (p *parser) tok() *Token { return &p.toks[p.i] }

func (p *parser) peek(n int) *Token { return &p.toks[min(p.i+n, len(p.toks)-1)] }

func (p *parser) word() word { return p.toks[p.i].word }

func (p *parser) at(w word) bool { return p.toks[p.i].word == w }

func (p *parser) peekIs(n int, w word) bool { return p.peek(n).word == w }

func (p *parser) atEnd() bool { return p.toks[p.i].Kind == TokEnd }

// textOf gives a token's text.
func (p *parser) textOf(t *Token) string { return p.src[t.Start:t.End] }

// here is the offset of the current token.
func (p *parser) here() int { return p.toks[p.i].Start }

// prevEnd is the offset behind the token before the current one.
func (p *parser) prevEnd() int {
	if p.i == 0 {
		return 0
	}
	return p.toks[p.i-1].End
}

// adjacent tells whether the n-th token from here follows the one before it without white space.
func (p *parser) adjacent(n int) bool {
	j := p.i + n
	return j > 0 && j < len(p.toks) && p.toks[j].Start == p.toks[j-1].End
}

// atLineStart tells whether a line break stands before the current token.
func (p *parser) atLineStart() bool {
	for k := p.here() - 1; k >= p.prevEnd(); k-- {
		if p.src[k] == '\n' || p.src[k] == '\r' {
			return true
		}
	}
	return p.i == 0
}

// --- taking tokens

// next takes the current token and tells what is wrong inside it.
func (p *parser) next() *Token {
	t := &p.toks[p.i]
	if t.flaw != flawNone {
		p.reportFlaw(t)
	}
	if t.Kind != TokEnd {
		p.i++
	}
	return t
}

// eat takes the current token if it is w.
func (p *parser) eat(w word) bool {
	if p.toks[p.i].word != w {
		return false
	}
	p.next()
	return true
}

// need takes w or says that it is missing.
func (p *parser) need(w word) bool {
	if p.eat(w) {
		return true
	}
	p.expected("`" + words[w].text + "`")
	return false
}

// closing takes a closing bracket and gives its offset; -1 when it is missing.
func (p *parser) closing(w word) int {
	at := p.here()
	if p.eat(w) {
		return at
	}
	p.report(diag.UnclosedBracket, p.missingSpan(), "`"+words[w].text+"`")
	return -1
}

// span makes the range of a node that started at from and ends with the last token taken. Without any it is empty.
func (p *parser) span(from int) Range {
	end := p.prevEnd()
	return Range{min(from, end), end}
}

func (p *parser) expr(from int) exprNode { return exprNode{p.span(from)} }

// empty is the range of something missing: behind the last token taken.
func (p *parser) empty() Range { return Range{p.prevEnd(), p.prevEnd()} }

// --- reporting

// report adds a diagnostic, unless one was given at this token or the rest is being skipped.
func (p *parser) report(code diag.Code, span text.Span, args ...any) {
	if p.stopped || p.lastErr == p.i {
		return
	}
	p.lastErr = p.i
	p.diags = append(p.diags, diag.New(code, span, args...))
}

// expected says what should stand here. The library has another code where that is a certain word or sign.
func (p *parser) expected(what string) {
	n := len(p.diags)
	p.report(diag.Expected, p.missingSpan(), what)
	if len(p.diags) > n && what[0] == '`' {
		p.diags[n].Official = "KS005"
	}
}

// missingSpan is where something missing is shown: at the token that stands in its place, or behind the last token when that
// one is a separator or on a later line.
func (p *parser) missingSpan() text.Span {
	t := p.tok()
	if p.atListEnd() || t.word == pComma || p.atLineStart() {
		end := p.prevEnd()
		return text.Span{Start: end, End: end}
	}
	return t.Span()
}

func (p *parser) reportFlaw(t *Token) {
	switch t.flaw {
	case flawUnclosed:
		f, _ := stringFormAt(p.src, t.Start)
		quote := p.src[f.body-1 : f.body]
		if f.long {
			quote = p.src[f.body-3 : f.body]
		}
		p.report(diag.UnclosedString, t.Span(), quote)
	case flawEscape:
		p.report(diag.BadEscape, t.Span())
	case flawNoParen:
		p.report(diag.UnclosedBracket, text.Span{Start: t.End, End: t.End}, "`)`")
	case flawCharacter:
		p.report(diag.BadCharacter, t.Span(), p.textOf(t))
	}
}

// --- limits

// enter goes one level deeper; leave must follow. It is false when that is too deep: the rest of the block is then skipped.
func (p *parser) enter() bool {
	p.depth++
	if p.depth <= MaxDepth {
		return true
	}
	p.stop(diag.TooDeep, MaxDepth)
	return false
}

func (p *parser) leave() { p.depth-- }

// link counts an operator in an expression; it is false when they are too many.
func (p *parser) link() bool {
	p.chain++
	if p.chain <= MaxChain {
		return true
	}
	p.stop(diag.TooDeep, MaxChain)
	return false
}

// stop gives up: the rest of the block is skipped and nothing more is reported.
func (p *parser) stop(code diag.Code, limit int) {
	if p.stopped {
		return
	}
	p.lastErr = -1
	p.report(code, p.tok().Span(), limit)
	p.stopped = true
	p.i = len(p.toks) - 1
}

// --- skipping

// atListEnd tells whether the current token ends every list: a closing bracket, a pipe, a semicolon, the end.
func (p *parser) atListEnd() bool {
	switch p.word() {
	case pRParen, pRBrack, pRBrace, pBar, pSemi:
		return true
	case pNone:
		return p.atEnd()
	case wLet:
		return p.atLet()
	}
	return false
}

// atLet tells whether a let statement starts on a new line here: it ends what was left open above it.
func (p *parser) atLet() bool {
	return p.at(wLet) && p.atLineStart() && p.peek(1).Kind == TokName && p.peekIs(2, pAssign)
}

// unexpected reports the current token as one that doesn't belong here.
func (p *parser) unexpected() {
	t := p.tok()
	if t.flaw == flawCharacter {
		p.reportFlaw(t)
		return
	}
	p.report(diag.Unexpected, t.Span(), p.describe(t))
}

// surplus reports the current token as one that doesn't belong here and skips to where reading can go on.
func (p *parser) surplus() []Token {
	p.unexpected()
	return p.skip()
}

// skip takes tokens up to a pipe, a semicolon, a closing bracket of an outer level, or the end. At least the current token is
// taken, unless it is one of these.
func (p *parser) skip() []Token {
	from := p.i
	for !p.atListEnd() {
		p.skipOne()
	}
	p.lastErr = p.i
	return p.toks[from:p.i]
}

// skipOne takes a token, or a bracket with all that is in it.
func (p *parser) skipOne() {
	if close := closerOf(p.word()); close != 0 {
		if j := p.matching(); j > 0 {
			p.i = j
		}
	}
	if !p.atEnd() {
		p.i++
	}
}

// matching finds the token that closes the bracket at the current token; 0 when there is none.
func (p *parser) matching() int {
	if p.match == nil {
		p.match = matchBrackets(p.toks)
	}
	return int(p.match[p.i])
}

// matchBrackets gives for each opening bracket the index of the token that closes it, and 0 for all else. A closing bracket of
// another kind closes what was opened wrongly inside its own.
func matchBrackets(toks []Token) []int32 {
	match := make([]int32, len(toks))
	var open []int32
	for i := range toks {
		switch w := toks[i].word; w {
		case pLParen, pLBrack, pLBrace:
			open = append(open, int32(i))
		case pRParen, pRBrack, pRBrace:
			for k := len(open) - 1; k >= max(0, len(open)-8); k-- {
				if closerOf(toks[open[k]].word) == w {
					match[open[k]] = int32(i)
					open = open[:k]
					break
				}
			}
		}
	}
	return match
}

func closerOf(w word) word {
	switch w {
	case pLParen:
		return pRParen
	case pLBrack:
		return pRBrack
	case pLBrace:
		return pRBrace
	}
	return 0
}

// describe names a token for a message.
func (p *parser) describe(t *Token) string {
	const longest = 30
	s := p.textOf(t)
	if t.Kind == TokEnd {
		return "end of the text"
	}
	if len(s) > longest {
		s = s[:longest] + "…"
	}
	return "`" + s + "`"
}
