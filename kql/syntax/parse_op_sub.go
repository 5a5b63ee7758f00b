package syntax

// Operators that take values apart or run a query on parts of the rows: mv-expand, mv-apply, partition, fork, facet, scan.

// mvExpand reads mv-expand items limit n.
func (p *parser) mvExpand(h OpHead) Operator {
	h.Params = p.params(wMvExpand)
	op := &MvExpandOp{OpHead: h, Items: p.mvItems()}
	if p.eat(wLimit) {
		op.Limit = p.needExpression()
	}
	return done(p, op)
}

// mvApply reads mv-apply items limit n id guid on (subquery).
func (p *parser) mvApply(h OpHead) Operator {
	h.Params = p.params(wMvApply)
	op := &MvApplyOp{OpHead: h, Items: p.mvItems()}
	if p.eat(wLimit) {
		op.Limit = p.needExpression()
	}
	if p.eat(wId) {
		op.ID = p.idValue()
	}
	p.need(wOn)
	op.Sub = p.subQuery(false)
	return done(p, op)
}

// idValue reads a guid; here one without brackets is right.
func (p *parser) idValue() Expr {
	if t := p.tok(); t.Kind == TokNumber && t.lit == LitGuid {
		return p.jsonNumber()
	}
	return p.needExpression()
}

func (p *parser) mvItems() []*MvItem {
	var items []*MvItem
	for {
		items = append(items, p.mvItem())
		if !p.comma() {
			return items
		}
	}
}

// mvItem reads name = expression to typeof(type); with "to typeof(type)" alone X is nil.
func (p *parser) mvItem() *MvItem {
	from := p.here()
	item := &MvItem{}
	if !p.at(wTo) || p.peekIs(1, pAssign) {
		if p.atMvClause() {
			item.X = p.missingExpr(anExpression)
		} else {
			item.X = p.needNamed()
		}
	}
	if p.eat(wTo) {
		if t, ok := p.literal().(*TypeOf); ok {
			item.To = t
		} else {
			p.expected("typeof(…)")
		}
	}
	item.Range = p.span(from)
	return item
}

// atMvClause tells whether limit, id or on starts a clause here and isn't a column's name.
func (p *parser) atMvClause() bool {
	switch p.word() {
	case wLimit, wId, wOn:
	default:
		return false
	}
	next := p.peek(1)
	switch next.word {
	case pComma, wTo, pAssign, wOn, pBar, pDot, pLBrack:
		return false
	}
	return next.Kind != TokEnd
}

// partition reads partition by column in (scope) ( subquery ), or { query }.
func (p *parser) partition(h OpHead) Operator {
	h.Params = p.params(wPartition)
	op := &PartitionOp{OpHead: h}
	p.need(wBy)
	op.By = p.needPath("a column")
	if p.eat(wIn) {
		if op.Scope = p.primary(); op.Scope == nil {
			op.Scope = p.missingExpr("a function or dynamic(…)")
		}
	}
	op.Sub = p.subQuery(true)
	return done(p, op)
}

// partitionBy reads __partitionby column id guid ( subquery ).
func (p *parser) partitionBy(h OpHead) Operator {
	h.Params = p.params(wXPartitionby)
	op := &PartitionOp{OpHead: h, By: p.needPath("a column")}
	if p.eat(wId) {
		op.ID = p.idValue()
	}
	op.Sub = p.subQuery(false)
	return done(p, op)
}

// needPath reads a column, or a path into it: a.b, a['b'].
func (p *parser) needPath(what string) Expr {
	from := p.here()
	x := p.nameRef(pathName)
	if x == nil {
		return p.missingExpr(what)
	}
	return p.steps(x, from, func(p *parser) Expr {
		if ref := p.nameRef(pathName); ref != nil {
			return ref
		}
		return nil
	})
}

func (p *parser) fork(h OpHead) Operator {
	op := &ForkOp{OpHead: h}
	for p.at(pLParen) || p.forkNameLen() > 0 {
		op.Branches = append(op.Branches, p.forkBranch())
	}
	if op.Branches == nil {
		p.expected("`(`")
	}
	return done(p, op)
}

// forkNameLen gives the number of tokens of the name in a=( … ), 0 for none.
func (p *parser) forkNameLen() int {
	n := p.nameLen(0, plainName)
	if n > 0 && p.peekIs(n, pAssign) {
		return n
	}
	return 0
}

func (p *parser) forkBranch() *SubQuery {
	from := p.here()
	var name *Name
	if p.forkNameLen() > 0 {
		name = p.name(plainName)
		p.next()
	}
	s := p.subQuery(false)
	s.Name = name
	s.Range = p.span(from)
	return s
}

// facet reads facet by columns with (subquery), or with one operator.
func (p *parser) facet(h OpHead) Operator {
	op := &FacetOp{OpHead: h}
	p.need(wBy)
	for {
		op.By = append(op.By, p.needPath("a column"))
		if !p.comma() {
			break
		}
	}
	if p.eat(wWith) {
		if p.at(pLParen) {
			op.With = p.subQuery(false)
		} else {
			from := p.here()
			pipe := &Pipe{Ops: []Operator{p.operator()}}
			pipe.Range = p.span(from)
			op.With = &SubQuery{Range: p.span(from), X: pipe}
		}
	}
	return done(p, op)
}

// scan reads scan with_match_id=… order by … partition by … declare (…) with (steps).
func (p *parser) scan(h OpHead) Operator {
	h.Params = p.params(wScan)
	op := &ScanOp{OpHead: h}
	if p.eat(wOrder) {
		p.need(wBy)
		op.OrderBy = p.list((*parser).ordered, "a column or an expression")
	}
	if p.eat(wPartition) {
		p.need(wBy)
		op.PartitionBy = p.list((*parser).expression, "a column or an expression")
	}
	if p.eat(wDeclare) {
		op.Declare = p.funcParams()
	}
	p.need(wWith)
	if p.need(pLParen) {
		for p.at(wStep) {
			op.Steps = append(op.Steps, p.scanStep())
		}
		if len(op.Steps) == 0 {
			p.expected("`step`")
		}
		if !p.at(pRParen) {
			p.strayInParen()
		}
		p.closing(pRParen)
	}
	return done(p, op)
}

// scanStep reads step name optional output=all: condition => a = x, b = y;
func (p *parser) scanStep() *ScanStep {
	from := p.here()
	p.next()
	s := &ScanStep{Name: p.needName(declaredName, "a step's name")}
	s.Optional = p.eat(wOptional)
	if p.eat(wOutput) {
		p.need(pAssign)
		if t := p.tok(); t.Kind == TokName {
			p.next()
			s.Output = &Name{Range: Range{t.Start, t.End}, Text: p.textOf(t)}
		} else {
			p.expected("all, last or none")
		}
	}
	p.need(pColon)
	s.Cond = p.needExpression()
	if p.eat(pArrow) {
		s.Assign = p.list((*parser).assignment, "name = expression")
	}
	p.need(pSemi)
	s.Range = p.span(from)
	return s
}

// assignment reads name = expression; nil when no name stands here.
func (p *parser) assignment() Expr {
	from := p.here()
	n := p.name(declaredName)
	if n == nil {
		return nil
	}
	x := &Named{Names: []*Name{n}}
	if p.need(pAssign) {
		x.X = p.needExpression()
	} else {
		x.X = &Bad{exprNode: exprNode{p.empty()}}
	}
	x.Range = p.span(from)
	return x
}
