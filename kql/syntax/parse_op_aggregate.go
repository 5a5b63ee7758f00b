package syntax

// summarize, top-nested, make-series, range, reduce.

// summarize reads summarize aggregates by keys bin=….
func (p *parser) summarize(h OpHead) Operator {
	h.Params = p.params(wSummarize)
	op := &SummarizeOp{OpHead: h}
	if !p.at(wBy) {
		op.Aggregates = p.optionalList((*parser).notBy, "an aggregate")
	}
	if p.eat(wBy) {
		op.HasBy = true
		op.By = p.list((*parser).key, "a column or an expression")
		op.BinParam = p.legacyBin()
	}
	return done(p, op)
}

// notBy reads an item of a list that by ends; by itself is a name only where = follows.
func (p *parser) notBy() Expr {
	if p.at(wBy) && !p.peekIs(1, pAssign) {
		return nil
	}
	return p.named()
}

// key reads one expression behind by; the legacy bin = 1h at its end is none.
func (p *parser) key() Expr {
	if p.atLegacyBin() {
		return nil
	}
	return p.named()
}

func (p *parser) atLegacyBin() bool {
	if !p.at(wBin) || !p.peekIs(1, pAssign) {
		return false
	}
	switch p.peek(2).Kind {
	case TokNumber, TokGoo, TokString:
		return true
	}
	return false
}

func (p *parser) legacyBin() *Param {
	if !p.at(wBin) || !p.peekIs(1, pAssign) {
		return nil
	}
	from := p.here()
	t := p.next()
	p.next()
	param := &Param{Name: &Name{Range: Range{t.Start, t.End}, Text: "bin"}, Value: p.needExpression()}
	param.Range = p.span(from)
	return param
}

// topNested reads top-nested n of x with others = y by z, and further levels behind commas.
func (p *parser) topNested(h OpHead) Operator {
	op := &TopNestedOp{OpHead: h}
	from := h.From
	for {
		op.Clauses = append(op.Clauses, p.topNestedClause(from))
		if !p.at(pComma) {
			break
		}
		p.next()
		from = p.here()
		if !p.need(wTopNested) {
			break
		}
	}
	return done(p, op)
}

func (p *parser) topNestedClause(from int) *TopNestedClause {
	c := &TopNestedClause{}
	if !p.at(wOf) {
		c.Count = p.named()
	}
	p.need(wOf)
	c.Of = p.needNamed()
	if p.eat(wWith) {
		p.need(wOthers)
		p.need(pAssign)
		c.Others = p.needExpression()
	}
	p.need(wBy)
	if c.By = p.ordered(); c.By == nil {
		c.By = p.missingExpr(anExpression)
	}
	c.Range = p.span(from)
	return c
}

// makeSeries reads make-series aggregates on axis from … to … step … by keys, or on axis in range(…).
func (p *parser) makeSeries(h OpHead) Operator {
	h.Params = p.params(wMakeSeries)
	op := &MakeSeriesOp{OpHead: h}
	for {
		op.Aggregates = append(op.Aggregates, p.seriesItem())
		if !p.comma() {
			break
		}
	}
	p.need(wOn)
	op.On = p.needNamed()
	if p.at(wIn) {
		p.next()
		p.need(wRange)
		if p.need(pLParen) {
			op.InRange, _ = p.bracketed((*parser).named, anExpression, pRParen, false, nil)
		}
	} else {
		if p.eat(wFrom) {
			op.From = p.needExpression()
		}
		if p.eat(wTo) {
			op.To = p.needExpression()
		}
		p.need(wStep)
		op.Step = p.needExpression()
	}
	if p.eat(wBy) {
		op.HasBy = true
		op.By = p.list((*parser).named, "a column or an expression")
	}
	return done(p, op)
}

func (p *parser) seriesItem() *SeriesItem {
	from := p.here()
	s := &SeriesItem{}
	if p.at(wOn) && !p.peekIs(1, pAssign) {
		s.X = p.missingExpr("an aggregate")
	} else {
		s.X = p.needNamed()
	}
	if p.eat(wDefault) {
		p.need(pAssign)
		s.Default = p.needNamed()
	}
	s.Range = p.span(from)
	return s
}

// rangeOperator reads range x from a to b step c.
func (p *parser) rangeOperator(h OpHead) Operator {
	op := &RangeOp{OpHead: h, Name: p.needName(plainName, "a column name")}
	p.need(wFrom)
	op.From = p.needExpression()
	p.need(wTo)
	op.To = p.needExpression()
	p.need(wStep)
	op.Step = p.needExpression()
	return done(p, op)
}

// reduce reads reduce by x with threshold=…, characters=….
func (p *parser) reduce(h OpHead) Operator {
	h.Params = p.params(wReduce)
	op := &ReduceOp{OpHead: h}
	p.need(wBy)
	op.By = p.needNamed()
	if p.eat(wWith) {
		for p.paramLenOf(wReduce) > 0 {
			op.With = append(op.With, p.param())
			if !p.eat(pComma) {
				break
			}
		}
		if op.With == nil {
			p.expected("threshold=… or characters=…")
		}
	}
	return done(p, op)
}
