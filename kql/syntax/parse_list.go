package syntax

// Lists of expressions between commas.

// list reads one or more items; without any it reports what is missing and gives an empty item. item gives nil when no item
// starts where the parser is.
func (p *parser) list(item func(*parser) Expr, what string) []Expr {
	return p.listOf(item, what, false)
}

// optionalList is list where there may be no item at all.
func (p *parser) optionalList(item func(*parser) Expr, what string) []Expr {
	return p.listOf(item, what, true)
}

func (p *parser) listOf(item func(*parser) Expr, what string, mayBeEmpty bool) []Expr {
	var items []Expr
	for {
		x := item(p)
		if x == nil {
			if mayBeEmpty && items == nil && !p.at(pComma) {
				return nil
			}
			x = p.missingExpr(what)
		}
		items = append(items, x)
		if !p.comma() {
			return items
		}
	}
}

// bracketed reads a list in brackets whose opening one was just taken, up to the closing one, and gives the offset of that; -1
// when it is missing. With trailing the last comma may be followed by nothing, and the first by nothing before it.
func (p *parser) bracketed(item func(*parser) Expr, what string, close word, trailing bool, commas *[]int) ([]Expr, int) {
	var items []Expr
	if trailing {
		p.eat(pComma)
	}
	for !p.atListEnd() {
		before := p.i
		x := item(p)
		if x == nil {
			x = p.missingExpr(what)
		}
		items = append(items, x)
		if commas != nil && p.at(pComma) {
			*commas = append(*commas, p.here())
		}
		if p.at(pComma) || p.atListEnd() {
			if p.eat(pComma) && p.atListEnd() && !trailing {
				items = append(items, p.missingExpr(what))
			}
			continue
		}
		if p.atNewOperator() {
			break
		}
		if p.i == before || !p.comma() {
			p.strayInList()
		}
	}
	return items, p.closing(close)
}

// strayInList reports a token that no list holds, and goes on behind it or, for what looks like more of them, at the next comma.
func (p *parser) strayInList() {
	p.unexpected()
	for !p.at(pComma) && !p.atListEnd() {
		p.skipOne()
	}
	p.lastErr = p.i
	p.eat(pComma)
}

func (p *parser) missingExpr(what string) Expr {
	p.expected(what)
	return &Bad{exprNode: exprNode{p.empty()}}
}
