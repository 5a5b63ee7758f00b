package syntax

import "calypso/kql/diag"

// Tabular operators: the choice by the first word, and the plain ones. Larger ones have their own files.

// operator reads the operator behind a pipe; it is never nil.
func (p *parser) operator() Operator {
	t := p.tok()
	if t.Kind != TokName || words[t.word].flags&operatorWord == 0 {
		return p.badOperator()
	}
	if t.word == wCount && p.peekIs(1, pLParen) || p.peekIs(1, pMinus) && p.adjacent(1) && p.dashedNameLen() > 1 {
		return p.badOperator()
	}
	p.next()
	h := OpHead{Range: Range{t.Start, t.End}, Keyword: &Name{Range: Range{t.Start, t.End}, Text: p.textOf(t)}}
	if p.inExpr == 0 {
		p.chain = 0
	}
	if op := p.columnsOperator(t.word, h); op != nil {
		return op
	}
	if op := p.rowsOperator(t.word, h); op != nil {
		return op
	}
	return p.largeOperator(t.word, h)
}

// columnsOperator reads the operators whose main part is a list of columns; nil for others.
func (p *parser) columnsOperator(w word, h OpHead) Operator {
	const aColumn = "a column or an expression"
	switch w {
	case wProject:
		op := &ProjectOp{OpHead: h, Items: p.optionalList((*parser).named, aColumn)}
		return done(p, op)
	case wExtend:
		return done(p, &ExtendOp{OpHead: h, Items: p.list((*parser).named, aColumn)})
	case wPrint:
		return done(p, &PrintOp{OpHead: h, Items: p.list((*parser).named, anExpression)})
	case wSerialize:
		h.Params = p.params(w)
		return done(p, &SerializeOp{OpHead: h, Items: p.optionalList((*parser).named, aColumn)})
	case wProjectAway:
		return done(p, &ProjectAwayOp{OpHead: h, Items: p.optionalList((*parser).columnPattern, "a column")})
	case wProjectKeep:
		return done(p, &ProjectKeepOp{OpHead: h, Items: p.optionalList((*parser).columnPattern, "a column")})
	case wProjectRename:
		return done(p, &ProjectRenameOp{OpHead: h, Items: p.optionalList((*parser).named, "new = old")})
	case wProjectReorder:
		return done(p, &ProjectReorderOp{OpHead: h, Items: p.optionalList((*parser).orderedPattern, "a column")})
	case wProjectByNames:
		return done(p, &ProjectByNamesOp{OpHead: h, Items: p.optionalList((*parser).patternOrExpression, "a column")})
	case wDistinct:
		h.Params = p.params(w)
		return done(p, &DistinctOp{OpHead: h, Items: p.list((*parser).distinctItem, aColumn)})
	case wSort, wOrder:
		h.Params = p.params(w)
		op := &SortOp{OpHead: h}
		p.need(wBy)
		op.Items = p.list((*parser).ordered, aColumn)
		return done(p, op)
	case wSummarize:
		return p.summarize(h)
	}
	return nil
}

// rowsOperator reads the operators that choose or count rows, and those without parts; nil for others.
func (p *parser) rowsOperator(w word, h OpHead) Operator {
	switch w {
	case wWhere, wFilter:
		h.Params = p.params(w)
		return done(p, &WhereOp{OpHead: h, Cond: p.needNamed()})
	case wTake, wLimit:
		h.Params = p.params(w)
		return done(p, &TakeOp{OpHead: h, Count: p.needNamed()})
	case wSample:
		h.Params = p.params(w)
		return done(p, &SampleOp{OpHead: h, Count: p.needNamed()})
	case wSampleDistinct:
		h.Params = p.params(w)
		op := &SampleDistinctOp{OpHead: h, Count: p.needNamed()}
		p.need(wOf)
		op.Of = p.needNamed()
		return done(p, op)
	case wTop:
		h.Params = p.params(w)
		op := &TopOp{OpHead: h, Count: p.needNamed()}
		p.need(wBy)
		op.By = p.list((*parser).ordered, "a column or an expression")
		if len(op.By) > 1 {
			p.report(diag.Unexpected, op.By[1].Span(), "second key: top sorts by one; for more write sort by … | take …")
		}
		return done(p, op)
	case wTopHitters:
		op := &TopHittersOp{OpHead: h, Count: p.needNamed()}
		p.need(wOf)
		op.Of = p.needNamed()
		if p.eat(wBy) {
			op.By = p.needNamed()
		}
		return done(p, op)
	case wTopNested:
		return p.topNested(h)
	case wCount:
		op := &CountOp{OpHead: h}
		if p.eat(wAs) {
			op.As = p.needName(plainName, "a name")
		}
		return done(p, op)
	case wAs:
		h.Params = p.params(w)
		return done(p, &AsOp{OpHead: h, Name: p.needName(plainName, "a name")})
	case wConsume:
		h.Params = p.params(w)
		return done(p, &ConsumeOp{OpHead: h})
	case wXExecuteAndCache:
		return done(p, &ExecuteAndCacheOp{OpHead: h})
	case wGetschema:
		h.Params = p.params(w)
		return done(p, &GetSchemaOp{OpHead: h, Kind: paramWord(h.Params, "kind")})
	case wAssertSchema:
		return done(p, &AssertSchemaOp{OpHead: h, Schema: p.needRowSchema()})
	case wRange:
		return p.rangeOperator(h)
	}
	return nil
}

// largeOperator reads the operators that have files of their own.
func (p *parser) largeOperator(w word, h OpHead) Operator {
	switch w {
	case wJoin:
		return p.join(h)
	case wLookup:
		return p.lookup(h)
	case wUnion:
		return p.union(h)
	case wSearch:
		return p.search(h)
	case wFind:
		return p.find(h)
	case wMvExpand, wMvexpand:
		return p.mvExpand(h)
	case wMvApply, wMvapply:
		return p.mvApply(h)
	case wParse, wParseWhere:
		return p.parse(h, w)
	case wParseKv:
		return p.parseKv(h)
	case wRender:
		return p.render(h)
	case wEvaluate:
		return p.evaluate(h)
	case wInvoke:
		return p.invoke(h)
	case wFacet:
		return p.facet(h)
	case wFork:
		return p.fork(h)
	case wPartition:
		return p.partition(h)
	case wXPartitionby:
		return p.partitionBy(h)
	case wReduce:
		return p.reduce(h)
	case wMakeSeries:
		return p.makeSeries(h)
	case wScan:
		return p.scan(h)
	case wMacroExpand:
		return p.macroExpand(h)
	}
	return p.graphOperator(w, h)
}

// done gives an operator its end.
func done[T Operator](p *parser, op T) Operator {
	head := op.Head()
	head.Range = p.span(head.From)
	return op
}

// paramWord gives the word that a parameter is set to; nil when it isn't set to a word.
func paramWord(params []*Param, name string) *Name {
	for _, param := range params {
		if ref, ok := param.Value.(*NameRef); ok && param.Name.Text == name {
			return ref.Name
		}
	}
	return nil
}

// badOperator stands for an operator that is missing or unknown. What follows it, up to the next pipe, is skipped.
func (p *parser) badOperator() Operator {
	from := p.here()
	if p.tok().Kind != TokName {
		op := &BadOp{}
		if !p.atListEnd() {
			op.Tokens = p.surplus()
			op.Range = p.span(from)
			return op
		}
		p.expected("an operator, as where or project")
		op.Range = p.empty()
		return op
	}
	op := &BadOp{}
	start := p.i
	n := p.dashedNameLen()
	name := p.src[from:p.peek(n-1).End]
	span := p.tok().Span()
	span.End = from + len(name)
	p.report(diag.UnknownOperator, span, name, suggestOperator(name))
	op.Keyword = &Name{Range: Range{span.Start, span.End}, Text: name}
	p.i += n
	p.skip()
	op.Tokens = p.toks[start:p.i]
	op.Range = p.span(from)
	return op
}

// dashedNameLen gives the number of tokens of a word such as project-awy: names and dashes without white space.
func (p *parser) dashedNameLen() int {
	n := 1
	for p.peekIs(n, pMinus) && p.adjacent(n) && p.peek(n+1).Kind == TokName && p.adjacent(n+1) {
		n += 2
	}
	return n
}

// --- items

// named reads name = expression, (a, b) = expression, or an expression; nil when none starts here.
func (p *parser) named() Expr {
	t := p.tok()
	if t.Kind == TokName {
		if p.peekIs(1, pAssign) {
			return p.namedBy(t.word)
		}
		if !p.peekIs(1, pMinus) {
			return p.expression()
		}
	}
	switch t.word {
	case pLBrack, pLBrace:
		if n := p.nameLen(0, declaredName); n > 0 && p.peekIs(n, pAssign) {
			return p.namedBy(0)
		}
	case pLParen:
		if p.tupleLen() > 0 {
			return p.tuple()
		}
	}
	if n := p.dashedNameLen(); t.Kind == TokName && n > 1 && p.peekIs(n, pAssign) {
		return p.dashedNamed(n)
	}
	return p.expression()
}

// namedBy reads name = expression. A keyword that can't be a name is taken with an error.
func (p *parser) namedBy(w word) Expr {
	from := p.here()
	x := &Named{Names: []*Name{p.needName(declaredName, "a name")}}
	if x.Names[0].Missing {
		x.Names[0] = p.keywordAsName()
	}
	p.need(pAssign)
	x.X = p.needExpression()
	x.Range = p.span(from)
	return x
}

// dashedNamed reads a-b = expression: the name needs brackets.
func (p *parser) dashedNamed(n int) Expr {
	from := p.here()
	span := p.tok().Span()
	span.End = p.peek(n - 1).End
	p.report(diag.KeywordAsName, span, span.Of(p.src))
	p.i += n
	x := &Named{Names: []*Name{{Range: p.span(from), Text: span.Of(p.src)}}}
	p.need(pAssign)
	x.X = p.needExpression()
	x.Range = p.span(from)
	return x
}

// tupleLen gives the number of tokens of (a, b) when = follows it, 0 otherwise.
func (p *parser) tupleLen() int {
	n := 1
	for {
		k := p.nameLen(n, declaredName)
		if k == 0 {
			return 0
		}
		n += k
		if p.peekIs(n, pRParen) {
			if p.peekIs(n+1, pAssign) {
				return n + 1
			}
			return 0
		}
		if !p.peekIs(n, pComma) {
			return 0
		}
		n++
	}
}

func (p *parser) tuple() Expr {
	from := p.here()
	p.next()
	x := &Named{Tuple: true}
	for {
		x.Names = append(x.Names, p.needName(declaredName, "a name"))
		if !p.eat(pComma) {
			break
		}
	}
	p.closing(pRParen)
	p.need(pAssign)
	x.X = p.needExpression()
	x.Range = p.span(from)
	return x
}

func (p *parser) needNamed() Expr {
	if x := p.named(); x != nil {
		return x
	}
	return p.missingExpr(anExpression)
}

// columnPattern reads a column's name or a pattern of names.
func (p *parser) columnPattern() Expr {
	if x := p.wildcard(); x != nil {
		return x
	}
	if x := p.nameRef(pathName); x != nil {
		return x
	}
	if p.tok().Kind == TokName && !p.startsClause(p.word()) {
		n := p.keywordAsName()
		return &NameRef{exprNode: exprNode{n.Range}, Name: n}
	}
	return nil
}

func (p *parser) patternOrExpression() Expr {
	if p.wildcardLen() > 0 {
		return p.wildcard()
	}
	return p.expression()
}

func (p *parser) distinctItem() Expr {
	if p.at(pStar) {
		return p.wildcardStar()
	}
	return p.named()
}

// orderedPattern reads a column or pattern with asc, desc, granny-asc or granny-desc.
func (p *parser) orderedPattern() Expr {
	x := p.columnPattern()
	switch p.word() {
	case wAsc, wDesc, wGrannyAsc, wGrannyDesc:
		if x != nil {
			return p.order(x)
		}
	}
	return x
}

// ordered reads an expression with asc or desc, nulls first or last.
func (p *parser) ordered() Expr {
	x := p.named()
	switch p.word() {
	case wAsc, wDesc, wGrannyAsc, wGrannyDesc, wNulls:
		if x != nil {
			return p.order(x)
		}
	}
	return x
}

// order reads the order behind an expression.
func (p *parser) order(x Expr) Expr {
	o := &Ordered{X: x}
	switch p.word() {
	case wAsc:
		o.Asc = true
	case wDesc:
		o.Desc = true
	case wGrannyAsc:
		o.Asc, o.Granny = true, true
	case wGrannyDesc:
		o.Desc, o.Granny = true, true
	}
	if o.Asc || o.Desc {
		p.next()
	}
	if p.eat(wNulls) {
		switch {
		case p.eat(wFirst):
			o.NullsFirst = true
		case p.eat(wLast):
			o.NullsLast = true
		default:
			p.expected("first or last")
		}
	}
	o.Range = p.span(x.Span().Start)
	return o
}
