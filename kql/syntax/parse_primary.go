package syntax

import (
	"strings"

	"calypso/kql/diag"
)

// Primary expressions: literals, names, calls, brackets, and the tables that are written out.

// primary reads an operand; nil when none starts here.
func (p *parser) primary() Expr {
	t := p.tok()
	switch t.Kind {
	case TokNumber, TokGoo:
		return p.number()
	case TokString:
		return p.stringLiteral()
	case TokPunct:
		switch t.word {
		case pLParen:
			return p.paren()
		case pLBrack, pLBrace, pAt:
			return p.selector()
		}
		return nil
	case TokName:
		if t.word == 0 {
			if p.peekIs(1, pLParen) {
				return p.call()
			}
			return p.scoped(p.nameRef(plainName))
		}
		return p.primaryWord(t)
	}
	return nil
}

// primaryWord reads an operand that starts with a keyword.
func (p *parser) primaryWord(t *Token) Expr {
	bracket := p.peekIs(1, pLParen)
	switch t.word {
	case wTrue, wFalse:
		p.next()
		return &Literal{exprNode: exprNode{Range{t.Start, t.End}}, Kind: LitBool, Text: words[t.word].text}
	case wDynamic:
		if bracket {
			return p.dynamic()
		}
	case wTypeof:
		if bracket {
			return p.typeOf()
		}
	case wToscalar, wTotable, wMaterialize:
		if bracket || p.peekIs(1, wKind) {
			return p.queryCall()
		}
	case wDatatable:
		return p.datatable()
	case wExternaldata, wExternalData:
		if bracket || p.paramLen() > 0 {
			return p.externalData()
		}
	case wInlineExternalTable:
		if bracket || p.peekIs(1, wKind) {
			return p.inlineExternalTable()
		}
	case wXContextualDatatable:
		return p.contextualDataTable()
	case wMaterializedViewCombine:
		return p.materializedViewCombine()
	case wEntityGroup:
		if p.peekIs(1, pLBrack) {
			return p.entityGroup()
		}
	}
	if x := p.selector(); x != nil {
		return p.scoped(x)
	}
	return p.keywordOperand(t)
}

// keywordOperand takes a keyword that can't be a name but is plainly used as one, with an error.
func (p *parser) keywordOperand(t *Token) Expr {
	next := p.peek(1)
	switch next.word {
	case pRParen, pRBrack, pRBrace, pDot, pComma, pBar:
	default:
		if precedences[next.word] == 0 || next.word == pMinus || next.word == pPlus || next.word == pColon {
			return nil
		}
	}
	if p.startsClause(t.word) {
		return nil
	}
	n := p.keywordAsName()
	return &NameRef{exprNode: exprNode{n.Range}, Name: n}
}

// scoped wraps a table's name that has a data scope behind it: T datascope=hotcache.
func (p *parser) scoped(x Expr) Expr {
	if !p.at(wDatascope) {
		return x
	}
	s := &DataScoped{X: x, Scope: p.dataScope()}
	s.Range = p.span(x.Span().Start)
	return s
}

func (p *parser) dataScope() *Param {
	if !p.at(wDatascope) {
		return nil
	}
	return p.param()
}

// literalError reports a literal whose text means nothing.
func (p *parser) literalError(l *Literal) {
	if p.stopped {
		return
	}
	form := literalForms[l.Kind]
	p.diags = append(p.diags, diag.New(diag.BadLiteral, l.Span(), l.Text, form.name, form.form))
}

// number reads a number, timespan, guid or bracketed literal.
func (p *parser) number() *Literal { return p.numberBehind("") }

// signedNumber reads a sign and the number behind it as one literal of datatable and dynamic. Only there the smallest long has its
// digits, which are too large without the sign: the engine takes -9223372036854775808 as a value and refuses it in an expression.
func (p *parser) signedNumber() Expr {
	from := p.here()
	u := &Unary{Op: p.textOf(p.next())}
	u.X = p.numberBehind(u.Op)
	u.Range = p.span(from)
	return u
}

// numberBehind reads a number that stands behind a sign, "" for none.
func (p *parser) numberBehind(sign string) *Literal {
	t := p.next()
	l := &Literal{exprNode: exprNode{Range{t.Start, t.End}}, Kind: t.lit}
	if t.Kind == TokNumber {
		l.Text = p.textOf(t)
		if t.lit == LitGuid || t.lit == LitLong && len(l.Text) > 16 && !plausible(&Literal{Kind: t.lit, Text: sign + l.Text}) {
			p.literalError(l) // a guid needs guid(…)
		}
	} else {
		l.Goo = true
		text := p.textOf(t)
		text = text[strings.IndexByte(text, '(')+1:]
		l.Text = strings.TrimSpace(strings.TrimSuffix(text, ")"))
		if t.flaw == flawNone && !plausible(l) {
			p.literalError(l)
		}
	}
	return l
}

// stringLiteral reads one string, or several side by side, which are one.
func (p *parser) stringLiteral() *Literal {
	t := p.next()
	l := &Literal{exprNode: exprNode{Range{t.Start, t.End}}, Kind: LitString, Parts: 1}
	l.Text, l.Hidden = decodeString(p.src, *t)
	if p.tok().Kind == TokString {
		p.furtherStrings(l)
	}
	return l
}

// furtherStrings adds the strings that stand beside a first one.
func (p *parser) furtherStrings(l *Literal) {
	var all strings.Builder
	all.WriteString(l.Text)
	for p.tok().Kind == TokString {
		part, hidden := decodeString(p.src, *p.next())
		all.WriteString(part)
		l.Hidden = l.Hidden || hidden
		l.Parts++
	}
	l.Text, l.To = all.String(), p.prevEnd()
}

// literal reads a constant, signed or not; nil when none starts here.
func (p *parser) literal() Expr {
	t := p.tok()
	switch t.Kind {
	case TokNumber, TokGoo:
		return p.number()
	case TokString:
		return p.stringLiteral()
	}
	switch t.word {
	case wTrue, wFalse:
		return p.primaryWord(t)
	case wDynamic, wTypeof:
		if p.peekIs(1, pLParen) {
			return p.primaryWord(t)
		}
	case pMinus, pPlus:
		if n := p.peek(1); n.Kind == TokNumber && n.lit != LitGuid && p.adjacent(1) {
			return p.signedNumber()
		}
	case pLBrace:
		if x := p.nameRef(plainName); x != nil {
			return x
		}
	}
	return nil
}

// paren reads an expression or query in round brackets.
func (p *parser) paren() Expr {
	from := p.here()
	p.next()
	x := &Paren{X: p.needQuery()}
	if !p.at(pRParen) {
		p.strayInParen()
	}
	p.closing(pRParen)
	x.Range = p.span(from)
	return x
}

// strayInParen reports what stands between an expression and its closing bracket, and skips it when the bracket is there.
func (p *parser) strayInParen() {
	if p.atListEnd() || p.atNewOperator() {
		return
	}
	t := p.tok()
	if t.word == pAssign {
		p.report(diag.ForeignSyntax, t.Span(), "=", "`==` to compare")
	} else {
		p.unexpected()
	}
	for !p.atListEnd() {
		p.skipOne()
	}
	p.lastErr = p.i
}

// call reads f(args); the name is known to be there.
func (p *parser) call() Expr {
	from := p.here()
	c := &Call{Fun: p.name(plainName), LParen: p.here()}
	p.arguments(c)
	c.Range = p.span(from)
	return c
}

// arguments reads the bracket of a call.
func (p *parser) arguments(c *Call) {
	p.next()
	c.Args, c.RParen = p.bracketed((*parser).argument, "an argument", pRParen, false, &c.Commas)
}

// argument reads an argument of a call: an expression, name = expression, *, or a query.
func (p *parser) argument() Expr {
	if p.at(pStar) && (p.peekIs(1, pRParen) || p.peekIs(1, pComma)) {
		return p.wildcardStar()
	}
	return p.named()
}

// queryCall reads toscalar(query), totable(query), materialize(query), each with an optional kind=….
func (p *parser) queryCall() Expr {
	from := p.here()
	t := p.next()
	c := &Call{Fun: &Name{Range: Range{t.Start, t.End}, Text: p.textOf(t)}, LParen: -1, RParen: -1}
	if p.at(wKind) {
		c.Params = []*Param{p.param()}
	}
	if p.at(pLParen) {
		c.LParen = p.here()
		p.next()
		c.Args = []Expr{p.needQuery()}
		if !p.at(pRParen) {
			p.strayInParen()
		}
		c.RParen = p.closing(pRParen)
	} else {
		p.expected("`(`")
	}
	c.Range = p.span(from)
	return c
}

// typeOf reads typeof(long) or typeof(a:long, …) or typeof(*).
func (p *parser) typeOf() Expr {
	from := p.here()
	p.next()
	x := &TypeOf{}
	if t := p.peek(1); t.Kind == TokName && p.peekIs(2, pRParen) {
		p.next()
		x.Type = p.typeRef()
		p.next()
	} else {
		x.Schema = p.rowSchema()
	}
	x.Range = p.span(from)
	return x
}
