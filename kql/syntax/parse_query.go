package syntax

import "calypso/kql/diag"

// Queries: a source and the operators that its rows run through.

// query reads an expression or a query with pipes; nil when none starts here.
func (p *parser) query() Expr { return p.queryIn(false) }

// needQuery reads the query in a bracket, or puts in a missing expression. A comparison in the bracket takes no pipes: the pipe
// on a new line belongs to the query around a bracket that isn't closed yet.
func (p *parser) needQuery() Expr {
	if x := p.queryIn(true); x != nil {
		return x
	}
	return p.missingExpr(anExpression)
}

func (p *parser) queryIn(bracket bool) Expr {
	if !p.enter() {
		p.leave()
		return nil
	}
	defer p.leave()
	from := p.here()
	if p.startsQuery() {
		return p.pipeline(nil, from)
	}
	x := p.expression()
	switch {
	case x == nil:
		if !p.atOperator() {
			return nil
		}
		return p.pipeline(nil, from)
	case p.at(pBar) && !(bracket && isScalar(x) && p.atLineStart()):
		return p.pipeline(x, from)
	case p.atNewOperator() && canBeTable(x):
		return p.pipeline(x, from)
	}
	return x
}

// isScalar tells whether an expression can't be a table.
func isScalar(x Expr) bool {
	switch x := x.(type) {
	case *Binary, *Between, *In, *Unary:
		return true
	case *Literal:
		return x != nil
	}
	return false
}

// canBeTable tells whether an expression may be what operators run on.
func canBeTable(x Expr) bool {
	switch x.(type) {
	case *NameRef, *Call, *Path, *Paren, *DataTable, *ExternalData:
		return true
	}
	return false
}

// startsQuery tells whether a query without a source starts here: print, range, union and their like. Some of these words may
// be names; what follows decides.
func (p *parser) startsQuery() bool {
	switch p.word() {
	case wPrint, wUnion, wSearch, wFind, wMacroExpand:
		return true
	case wEvaluate:
		return p.nameLen(1, plainName) > 0 && !p.peekIs(1, pLBrack) || p.peek(1).Kind == TokName && p.peekIs(2, pDot)
	case wRange:
		n := p.nameLen(1, plainName)
		return n > 0 && p.peekIs(1+n, wFrom)
	case wFacet:
		return p.peekIs(1, wBy)
	case wPartition, wReduce:
		return p.peekIs(1, wBy) || p.peek(1).Kind == TokName && (p.peekIs(2, pAssign) || p.peekIs(2, pDot))
	case wRender:
		return p.peek(1).Kind == TokName
	}
	w := p.word()
	return words[w].flags&operatorWord != 0 && words[w].flags&nameAnywhere == 0
}

// atOperator tells whether a word that starts an operator stands here.
func (p *parser) atOperator() bool { return words[p.word()].flags&operatorWord != 0 }

// pipeline reads the operators behind a source. Without one the first operator stands here, and takes the rows that are handed
// to it, or none.
func (p *parser) pipeline(source Expr, from int) Expr {
	pipe := &Pipe{Source: source}
	if source == nil {
		p.add(pipe, p.operator())
	}
	for {
		p.endOperator()
		switch {
		case p.at(pBar):
			pipe.Bars = append(pipe.Bars, p.here())
			p.next()
			p.add(pipe, p.operator())
		case p.atNewOperator():
			end := p.prevEnd()
			p.expected("`|`")
			pipe.Bars = append(pipe.Bars, end)
			p.add(pipe, p.operator())
		default:
			pipe.Range = p.span(from)
			return pipe
		}
	}
}

func (p *parser) add(pipe *Pipe, op Operator) { pipe.Ops = append(pipe.Ops, op) }

// endOperator skips what is left between an operator and the next pipe, or the end of the query.
func (p *parser) endOperator() {
	if p.atListEnd() || p.at(pComma) && p.depth > 1 || p.atNewOperator() || p.atStatementStart() {
		return
	}
	p.surplus()
}

// atStatementStart tells whether a statement seems to start on a new line without the semicolon before it.
func (p *parser) atStatementStart() bool {
	if !p.atLineStart() {
		return false
	}
	switch p.word() {
	case wLet:
		return p.nameLen(1, plainName) > 0
	case wSet, wDeclare, wRestrict, wAlias:
		return p.peek(1).Kind == TokName
	}
	return p.tok().Kind == TokName && p.peekIs(p.nameLen(0, plainName), pBar) && !p.atOperator()
}

// subQuery reads operators in round brackets that run on rows handed to them; with curly also a whole query in { }. It is never
// nil; what is missing is reported, and so is a table at the start.
func (p *parser) subQuery(curly bool) *SubQuery {
	from := p.here()
	s := &SubQuery{}
	open, close := pLParen, pRParen
	if curly && p.at(pLBrace) {
		s.Curly = true
		open, close = pLBrace, pRBrace
	}
	if !p.need(open) {
		s.Range, s.X = p.empty(), &Bad{exprNode: exprNode{p.empty()}}
		return s
	}
	switch {
	case s.Curly:
		s.X = p.needQuery()
	case p.atUnknownOperator():
		s.X = p.pipeline(nil, p.here())
	default:
		s.X = p.handedQuery()
		p.noSource(s.X)
	}
	p.closing(close)
	s.Range = p.span(from)
	return s
}

// handedQuery reads operators that take the rows handed to them; a query with its own source is taken too.
func (p *parser) handedQuery() Expr {
	if !p.enter() {
		p.leave()
		return &Bad{exprNode: exprNode{p.empty()}}
	}
	defer p.leave()
	from := p.here()
	if p.atOperator() {
		return p.pipeline(nil, from)
	}
	if p.at(pBar) {
		p.next() // a pipe before the first operator: the engine takes none, but what is meant is plain
		p.report(diag.Unexpected, p.toks[p.i-1].Span(), "`|`: the first operator takes the rows without one")
		return p.pipeline(nil, from)
	}
	x := p.query()
	if x == nil {
		x = p.missingExpr("an operator")
	}
	return x
}

// atUnknownOperator tells whether a word stands here that is no operator, with what can't go on from a name behind it.
func (p *parser) atUnknownOperator() bool {
	if p.tok().Kind != TokName || p.atOperator() {
		return false
	}
	switch n := p.dashedNameLen(); p.peek(n).word {
	case pBar, pDot, pLParen, pRParen, pRBrace:
		return false
	default:
		return p.peek(n).Kind != TokEnd
	}
}

// noSource reports the table of a query that must start with an operator.
func (p *parser) noSource(x Expr) {
	switch y := x.(type) {
	case *Bad:
		return
	case *Pipe:
		if x = y.Source; x == nil {
			return
		}
	}
	hint := "; the rows are handed in, so no table stands here"
	text := x.Span().Of(p.src)
	if ref, ok := x.(*NameRef); ok {
		text = ref.Name.Text
		if meant := suggestOperator(text); meant != "" {
			hint = meant
		}
	}
	p.report(diag.UnknownOperator, x.Span(), text, hint)
}
