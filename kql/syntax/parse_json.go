package syntax

// What stands in dynamic(…): JSON, and the literals of the language.

// dynamic reads dynamic(value).
func (p *parser) dynamic() Expr {
	from := p.here()
	p.next()
	p.next()
	d := &DynamicLit{}
	if !p.at(pRParen) {
		if d.Value = p.jsonValue(); d.Value == nil {
			p.strayInParen()
		} else if !p.at(pRParen) {
			p.strayInParen()
		}
	} else {
		p.expected("a value")
	}
	p.closing(pRParen)
	d.Range = p.span(from)
	return d
}

// jsonValue reads one value; nil when none starts here.
func (p *parser) jsonValue() Expr {
	if !p.enter() {
		p.leave()
		return nil
	}
	x := p.jsonValueInside()
	p.leave()
	return x
}

func (p *parser) jsonValueInside() Expr {
	t := p.tok()
	switch t.Kind {
	case TokGoo:
		if t.lit == LitInt {
			p.expected("a value that dynamic holds; it has no int, write the number alone")
		}
		return p.jsonNumber()
	case TokNumber:
		return p.jsonNumber()
	case TokString:
		return p.stringLiteral()
	}
	switch t.word {
	case wTrue, wFalse:
		return p.primaryWord(t)
	case wNull:
		p.next()
		return &Literal{exprNode: exprNode{Range{t.Start, t.End}}, Kind: LitNull, Text: "null"}
	case wDynamic:
		if p.peekIs(1, pLParen) {
			return p.dynamic()
		}
	case pMinus:
		if p.peek(1).Kind == TokNumber {
			return p.signedNumber()
		}
	case pLBrack:
		p.next()
		a := &JSONArray{}
		a.Items, _ = p.bracketed((*parser).jsonValue, "a value", pRBrack, false, nil)
		a.Range = p.span(t.Start)
		return a
	case pLBrace:
		if n := p.nameRef(plainName); n != nil {
			return n // a parameter that the client fills in
		}
		return p.jsonBag()
	}
	return nil
}

// jsonNumber reads a number or a bracketed literal; a bare guid is allowed here.
func (p *parser) jsonNumber() Expr {
	if t := p.tok(); t.lit == LitGuid && t.Kind == TokNumber {
		p.next()
		return &Literal{exprNode: exprNode{Range{t.Start, t.End}}, Kind: LitGuid, Text: p.textOf(t)}
	}
	return p.number()
}

// jsonBag reads {"k": v, …}.
func (p *parser) jsonBag() Expr {
	from := p.here()
	p.next()
	b := &JSONBag{}
	for !p.atListEnd() {
		before := p.i
		b.Pairs = append(b.Pairs, p.jsonPair())
		if p.at(pComma) || p.atListEnd() {
			if p.eat(pComma) && p.atListEnd() {
				p.expected("a property, as \"name\": value")
			}
			continue
		}
		if p.i == before || !p.comma() {
			p.strayInList()
		}
	}
	p.closing(pRBrace)
	b.Range = p.span(from)
	return b
}

func (p *parser) jsonPair() *JSONPair {
	from := p.here()
	pair := &JSONPair{}
	if t := p.tok(); t.Kind == TokString {
		p.next()
		pair.Key = &Literal{exprNode: exprNode{Range{t.Start, t.End}}, Kind: LitString, Parts: 1}
		pair.Key.Text, pair.Key.Hidden = decodeString(p.src, *t)
	} else {
		p.expected("a property's name in quotes")
		pair.Key = &Literal{exprNode: exprNode{p.empty()}, Kind: LitString}
	}
	if p.need(pColon) || pair.Key.Span().Len() == 0 {
		if pair.Value = p.jsonValue(); pair.Value == nil {
			pair.Value = p.missingExpr("a value")
		}
	} else {
		pair.Value = &Bad{exprNode: exprNode{p.empty()}}
	}
	pair.Range = p.span(from)
	return pair
}
