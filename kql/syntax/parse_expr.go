package syntax

import (
	"strings"

	"calypso/kql/diag"
)

// Expressions without pipes, by precedence climbing. From loosest to tightest: or; and; equality with in and between;
// comparison; + -; * / %; string operators; a sign; calls, paths, elements. Equality, comparison and string operators take no
// second one of their kind behind them: a == b == c is an error.

const (
	precOr = iota + 1
	precAnd
	precEquality
	precCompare
	precAdd
	precMultiply
	precString
)

// precedences gives each binary operator's level; 0 for all else. It is never written after start-up.
var precedences = buildPrecedences()

func buildPrecedences() (t [wordCount]uint8) {
	t[wOr], t[wAnd] = precOr, precAnd
	for _, w := range []word{pEq, pNotEq, pNotEqSQL, wIn, wInCI, wNotIn, wNotInCI, wHasAny, wHasAll, wBetween, wNotBetween} {
		t[w] = precEquality
	}
	for _, w := range []word{pLess, pLessEq, pGreater, pGreaterEq} {
		t[w] = precCompare
	}
	t[pPlus], t[pMinus] = precAdd, precAdd
	t[pStar], t[pSlash], t[pPercent] = precMultiply, precMultiply, precMultiply
	for _, w := range []word{
		pEqTilde, pNotTilde, pColon, wHas, wHasCs, wHasprefix, wHasprefixCs, wHassuffix, wHassuffixCs,
		wLike, wLikecs, wNotlike, wNotlikecs, wContains, wContainsCS, wContainscs, wNotcontains, wNotcontainscs,
		wStartswith, wStartswithCs, wEndswith, wEndswithCs, wMatches,
		wNotHas, wNotHasCs, wNotHasprefix, wNotHasprefixCs, wNotHassuffix, wNotHassuffixCs, wNotContains, wNotContainsCS,
		wNotStartswith, wNotStartswithCs, wNotEndswith, wNotEndswithCs,
	} {
		t[w] = precString
	}
	return t
}

const anExpression = "an expression"

// expression reads an expression without pipes; nil when none starts here.
func (p *parser) expression() Expr {
	if p.inExpr == 0 {
		p.chain = 0
	}
	if !p.enter() {
		p.leave()
		return nil
	}
	p.inExpr++
	x := p.binary(precOr)
	p.inExpr--
	p.leave()
	return x
}

// needExpression reads an expression or puts in a missing one.
func (p *parser) needExpression() Expr {
	if x := p.expression(); x != nil {
		return x
	}
	return p.missingExpr(anExpression)
}

// binary reads an expression of operators at least as tight as level.
func (p *parser) binary(level uint8) Expr {
	from := p.here()
	x := p.unary()
	if x == nil {
		return nil
	}
	tightest := uint8(precString)
	for {
		prec := precedences[p.word()]
		if prec == 0 {
			prec = p.foreignOperator()
		}
		if prec < level || prec > tightest || prec == 0 {
			return x
		}
		switch p.word() {
		case wIn:
			if p.peekIs(1, wRange) {
				return x // make-series … in range(…)
			}
		case wMatches:
			if !p.peekIs(1, wRegex) {
				return x
			}
		}
		if !p.link() {
			return x
		}
		x = p.operation(x, from, prec)
		tightest = prec
		if prec == precEquality || prec == precCompare || prec == precString {
			tightest--
		}
	}
}

// operation reads an operator and what is on its right.
func (p *parser) operation(x Expr, from int, prec uint8) Expr {
	t := p.next()
	switch t.word {
	case wIn, wInCI, wNotIn, wNotInCI, wHasAny, wHasAll:
		in := &In{Op: p.textOf(t), OpAt: t.Span(), X: x}
		in.List = p.inList()
		in.Range = p.span(from)
		return in
	case wBetween, wNotBetween:
		return p.between(x, from, t)
	}
	b := &Binary{Op: p.operatorText(t), OpAt: t.Span(), X: x}
	if t.word == wMatches {
		b.OpAt.End = p.next().End
	}
	b.Y = p.binary(prec + 1)
	if b.Y == nil {
		b.Y = p.missingExpr(anExpression)
	}
	b.Range = p.span(from)
	return b
}

// operatorText gives an operator in the form that the tree has it.
func (p *parser) operatorText(t *Token) string {
	switch t.word {
	case wMatches:
		return "matches regex"
	case wAnd:
		return "and"
	case wOr:
		return "or"
	}
	return p.textOf(t)
}

// inList reads the brackets behind in and its like: expressions, or one query.
func (p *parser) inList() []Expr {
	if !p.need(pLParen) {
		return nil
	}
	first := p.query()
	if first == nil {
		first = p.missingExpr(anExpression)
	}
	items := []Expr{first}
	if p.comma() {
		rest, _ := p.bracketed((*parser).expression, anExpression, pRParen, false, nil)
		return append(items, rest...)
	}
	if !p.at(pRParen) {
		p.strayInParen()
	}
	p.closing(pRParen)
	return items
}

func (p *parser) between(x Expr, from int, t *Token) Expr {
	b := &Between{Not: t.word == wNotBetween, OpAt: t.Span(), X: x}
	if !p.need(pLParen) {
		b.Low, b.High = &Bad{exprNode: exprNode{p.empty()}}, &Bad{exprNode: exprNode{p.empty()}}
		b.Range = p.span(from)
		return b
	}
	b.Low = p.needExpression()
	p.need(pDotDot)
	b.High = p.needExpression()
	p.closing(pRParen)
	b.Range = p.span(from)
	return b
}

// foreignOperator reports && || AND OR, which people bring from elsewhere, and gives the level of the operator that they mean
// with the parser standing at its word; 0 when there is none.
func (p *parser) foreignOperator() uint8 {
	t := p.tok()
	var w word
	count := 1
	switch {
	case t.Kind == TokName && t.word == 0:
		switch text := p.textOf(t); {
		case strings.EqualFold(text, "and"):
			w = wAnd
		case strings.EqualFold(text, "or"):
			w = wOr
		}
	case t.Kind == TokBad && p.textOf(t) == "&" && p.adjacent(1) && p.textOf(p.peek(1)) == "&":
		w, count = wAnd, 2
	case t.word == pBar && p.peekIs(1, pBar) && p.adjacent(1):
		w, count = wOr, 2
	}
	if w == 0 {
		return 0
	}
	last := p.peek(count - 1)
	span := t.Span()
	span.End = last.End
	p.report(diag.ForeignSyntax, span, span.Of(p.src), "`"+words[w].text+"`")
	p.i += count - 1
	last.word, last.flaw = w, flawNone
	return precedences[w]
}

// unary reads an operand with an optional sign.
func (p *parser) unary() Expr {
	switch p.word() {
	case pMinus, pPlus:
		from := p.here()
		u := &Unary{Op: p.textOf(p.next())}
		if u.X = p.postfix(); u.X == nil {
			u.X = p.missingExpr(anExpression)
		}
		u.Range = p.span(from)
		return u
	case pStar:
		// * has "x", * == 1 and their like, in search and find
		if w := p.peek(1).word; precedences[w] == precString || w == pEq {
			return p.wildcardStar()
		}
		return nil
	}
	return p.postfix()
}

func (p *parser) wildcardStar() Expr {
	from := p.here()
	p.next()
	return &Wildcard{exprNode: p.expr(from), Text: "*"}
}

// postfix reads a primary expression and the paths and elements behind it.
func (p *parser) postfix() Expr {
	from := p.here()
	x := p.primary()
	for x != nil {
		switch p.word() {
		case pDot:
			if !p.link() {
				return x
			}
			x = p.pathStep(x, from)
		case pLBrack:
			if !p.link() {
				return x
			}
			i := &Index{X: x, I: p.element()}
			i.Range = p.span(from)
			x = i
		default:
			return x
		}
	}
	return x
}

// pathStep reads .name, .f(…), .['name'] or .[i].
func (p *parser) pathStep(x Expr, from int) Expr {
	dot := p.here()
	p.next()
	if p.at(pLBrack) && p.nameLen(0, pathName) == 0 && !p.atBracketedWildcard() {
		i := &Index{X: x, I: p.element()}
		i.Range = p.span(from)
		return i
	}
	s := p.selector()
	if s == nil {
		s = p.missingSelector()
	}
	return &Path{exprNode: p.expr(from), X: x, Dot: dot, Selector: s}
}

// missingSelector stands for the name behind a dot; a keyword is taken as that name, with an error.
func (p *parser) missingSelector() Expr {
	if t := p.tok(); t.Kind == TokName && p.adjacent(0) {
		n := p.keywordAsName()
		return &NameRef{exprNode: exprNode{n.Range}, Name: n}
	}
	p.expected("a name after the dot")
	n := p.missingName()
	return &NameRef{exprNode: exprNode{n.Range}, Name: n}
}

// element reads [expression].
func (p *parser) element() Expr {
	p.next()
	x := p.needExpression()
	p.closing(pRBrack)
	return x
}

// selector reads what may stand alone in a path: a name, a call, @, a wildcard in brackets. nil when none stands here.
func (p *parser) selector() Expr {
	if n := p.nameLen(0, plainName); n > 0 && p.peekIs(n, pLParen) {
		return p.call()
	}
	if p.at(pAt) {
		from := p.here()
		p.next()
		n := &Name{Range: p.span(from), Text: "@"}
		return &NameRef{exprNode: p.expr(from), Name: n}
	}
	if p.atBracketedWildcard() {
		from := p.here()
		p.next()
		x := p.wildcard()
		p.closing(pRBrack)
		x.Range = p.span(from)
		return x
	}
	if x := p.nameRef(pathName); x != nil {
		return x
	}
	return nil
}

// atBracketedWildcard tells whether [ab*] stands here.
func (p *parser) atBracketedWildcard() bool {
	if !p.at(pLBrack) {
		return false
	}
	p.i++
	n := p.wildcardLen()
	closed := n > 0 && p.peekIs(n, pRBrack)
	p.i--
	return closed
}
