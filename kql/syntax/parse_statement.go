package syntax

import "calypso/kql/diag"

// Statements: let, set, declare, alias, restrict, and queries, parted by semicolons.

func (p *parser) skipDirectives() {
	for p.tok().Kind == TokDirective {
		p.next()
	}
}

// statements reads statements up to the end of the text, or up to the bracket close of a body.
func (p *parser) statements(close word) []Statement {
	var list []Statement
	for {
		for p.at(pSemi) {
			p.next() // an empty statement
		}
		if p.atEnd() || close != pNone && p.at(close) {
			return list
		}
		before := p.i
		s := p.statement()
		if s == nil {
			s = p.badStatement(close)
		}
		list = append(list, s)
		p.endStatement(s, close)
		if p.i == before && !p.atEnd() {
			return list
		}
	}
}

// statement reads one statement; nil when none starts here.
func (p *parser) statement() Statement {
	switch p.word() {
	case wLet:
		if p.nameLen(1, plainName) > 0 || p.peek(1).Kind != TokPunct || p.peekIs(1, pAssign) {
			return p.letStatement()
		}
	case wSet:
		return p.setStatement()
	case wDeclare:
		if p.peekIs(1, wPattern) {
			return p.declarePattern()
		}
		if p.peekIs(1, wQueryParameters) {
			return p.declareParams()
		}
	case wAlias:
		if p.peekIs(1, wDatabase) {
			return p.aliasStatement()
		}
	case wRestrict:
		if p.peekIs(1, wAccess) {
			return p.restrictStatement()
		}
	}
	return p.queryStatement()
}

func (p *parser) queryStatement() Statement {
	from := p.here()
	var x Expr
	if p.at(pBar) {
		p.report(diag.MissingSource, p.tok().Span(), "the pipe")
		x = p.pipeline(&Bad{exprNode: exprNode{Range{from, from}}}, from)
	} else {
		x = p.query()
	}
	if x == nil {
		return nil
	}
	p.checkSource(x)
	s := &QueryStatement{X: x}
	s.Range = p.span(from)
	return s
}

// checkSource reports a query whose first operator needs rows but has none.
func (p *parser) checkSource(x Expr) {
	pipe, ok := x.(*Pipe)
	if !ok || pipe.Source != nil || len(pipe.Ops) == 0 || p.stopped {
		return
	}
	switch op := pipe.Ops[0].(type) {
	case *PrintOp, *RangeOp, *UnionOp, *SearchOp, *FindOp, *EvaluateOp, *MacroExpandOp, *BadOp:
	default:
		if head := op.Head(); head.Keyword != nil {
			p.diags = append(p.diags, diag.New(diag.MissingSource, head.Keyword.Span(), "`"+head.Keyword.Text+"`"))
		}
	}
}

// badStatement skips what is no statement.
func (p *parser) badStatement(close word) Statement {
	from := p.here()
	s := &BadStatement{}
	start := p.i
	p.unexpected()
	for !p.atEnd() && !p.at(pSemi) && (close == pNone || !p.at(close)) {
		if p.i > start && (p.atLet() || p.at(pBar)) {
			break
		}
		p.skipOne()
	}
	s.Tokens = p.toks[start:p.i]
	p.lastErr = p.i
	s.Range = p.span(from)
	return s
}

// endStatement takes the semicolon behind a statement. The last one needs none; where another statement follows without it, it
// is reported as missing; what is no statement is skipped.
func (p *parser) endStatement(s Statement, close word) {
	setSemicolon(s, -1)
	if p.at(pSemi) {
		setSemicolon(s, p.here())
		p.next()
		return
	}
	if p.atEnd() || close != pNone && p.at(close) {
		return
	}
	if p.atLineStart() && (p.tok().Kind == TokName || p.at(pLParen)) {
		p.expected("`;` between statements")
		return
	}
	p.unexpected()
	for !p.atEnd() && !p.at(pSemi) && (close == pNone || !p.at(close)) && !p.atLet() {
		p.skipOne()
	}
	p.lastErr = p.i
	if p.at(pSemi) {
		setSemicolon(s, p.here())
		p.next()
	}
}

func setSemicolon(s Statement, at int) { s.node().Semicolon = at }

func (p *parser) letStatement() Statement {
	from := p.here()
	p.next()
	s := &LetStatement{Name: p.needName(plainName, "a name")}
	p.need(pAssign)
	if p.startsFunction() {
		s.X = p.function()
	} else if s.X = p.query(); s.X == nil {
		s.X = p.missingExpr(anExpression)
	}
	s.Range = p.span(from)
	return s
}

// startsFunction tells whether (a:long) {…}, () {…} or view (…) {…} starts here.
func (p *parser) startsFunction() bool {
	n := 0
	if p.at(wView) {
		n = 1
	}
	if !p.peekIs(n, pLParen) {
		return false
	}
	if p.peekIs(n+1, pRParen) || p.peekIs(n+1, pStar) {
		return true
	}
	k := p.nameLen(n+1, declaredName)
	return k > 0 && p.peekIs(n+1+k, pColon)
}

func (p *parser) function() Expr {
	from := p.here()
	f := &Function{View: p.eat(wView)}
	f.Params = p.funcParams()
	f.Body = p.body(pLBrace, pRBrace)
	f.Range = p.span(from)
	return f
}

// funcParams reads (a:long, b:string = 'x', T:(*)).
func (p *parser) funcParams() []*FuncParam {
	var list []*FuncParam
	if !p.need(pLParen) {
		return nil
	}
	for !p.atListEnd() {
		before := p.i
		list = append(list, p.funcParam())
		if p.at(pComma) || p.atListEnd() {
			if p.eat(pComma) && p.atListEnd() {
				p.expected("a parameter")
			}
			continue
		}
		if p.at(pLBrace) {
			break // the body follows: the closing bracket was forgotten
		}
		if p.i == before || !p.comma() {
			p.strayInList()
		}
	}
	p.closing(pRParen)
	return list
}

// funcParam reads name:type = default or name:(schema).
func (p *parser) funcParam() *FuncParam {
	from := p.here()
	f := &FuncParam{Name: p.needName(declaredName, "a parameter, as name:type")}
	if f.Name.Missing && !p.at(pColon) {
		f.Range = p.empty()
		return f
	}
	if p.need(pColon) {
		if f.Schema = p.rowSchema(); f.Schema == nil {
			f.Type = p.needType()
		}
	}
	if p.eat(pAssign) {
		f.Default = p.paramDefault()
	}
	f.Range = p.span(from)
	return f
}

// paramDefault reads a default: a constant or a word.
func (p *parser) paramDefault() Expr {
	if x := p.literal(); x != nil {
		return x
	}
	if x := p.wordRef(); x != nil {
		return x
	}
	return p.missingExpr("a constant")
}

// body reads statements in brackets. It is never nil; a missing bracket is reported.
func (p *parser) body(open, close word) *Body {
	from := p.here()
	b := &Body{LBrace: from, RBrace: -1}
	if !p.need(open) {
		b.Range, b.LBrace = p.empty(), -1
		return b
	}
	if !p.enter() {
		p.leave()
		b.Range = p.span(from)
		return b
	}
	b.Statements = p.statements(close)
	p.leave()
	b.RBrace = p.closing(close)
	b.Range = p.span(from)
	return b
}

func (p *parser) setStatement() Statement {
	from := p.here()
	p.next()
	s := &SetStatement{Option: p.needName(declaredName, "an option's name")}
	if p.eat(pAssign) {
		s.Value = p.needExpression()
	}
	s.Range = p.span(from)
	return s
}

func (p *parser) declareParams() Statement {
	from := p.here()
	p.next()
	p.next()
	s := &DeclareParams{Params: p.funcParams()}
	s.Range = p.span(from)
	return s
}

func (p *parser) aliasStatement() Statement {
	from := p.here()
	p.next()
	p.next()
	s := &AliasStatement{Name: p.needName(plainName, "a name")}
	p.need(pAssign)
	s.X = p.needExpression()
	s.Range = p.span(from)
	return s
}

// restrictStatement reads restrict access to (entities) with (properties).
func (p *parser) restrictStatement() Statement {
	from := p.here()
	p.next()
	p.next()
	s := &RestrictStatement{}
	p.need(wTo)
	if p.need(pLParen) {
		s.Entities, _ = p.bracketed((*parser).entity, "a table, function or database", pRParen, false, nil)
	}
	if p.eat(wWith) {
		s.With = p.properties()
	}
	s.Range = p.span(from)
	return s
}

// declarePattern reads declare pattern name = (params) [path:type] { cases }, or the name alone.
func (p *parser) declarePattern() Statement {
	from := p.here()
	p.next()
	p.next()
	s := &DeclarePattern{Name: p.needName(plainName, "a name")}
	if p.eat(pAssign) {
		s.Args = p.funcParams()
		if p.eat(pLBrack) {
			s.Path = p.funcParam()
			p.closing(pRBrack)
		}
		p.patternCases(s)
	}
	s.Range = p.span(from)
	return s
}

func (p *parser) patternCases(s *DeclarePattern) {
	if !p.need(pLBrace) {
		return
	}
	for p.at(pLParen) {
		s.Cases = append(s.Cases, p.patternCase())
	}
	if len(s.Cases) == 0 {
		p.expected("a case, as (\"a\") = { … };")
	}
	if !p.at(pRBrace) && !p.atEnd() {
		p.unexpected()
		for !p.at(pRBrace) && !p.atEnd() && !p.atLet() {
			p.skipOne()
		}
		p.lastErr = p.i
	}
	p.closing(pRBrace)
}

// patternCase reads ("a", "b").["path"] = { body };
func (p *parser) patternCase() *PatternCase {
	from := p.here()
	p.next()
	c := &PatternCase{}
	c.Values, _ = p.bracketed((*parser).expression, "a value", pRParen, false, nil)
	if p.eat(pDot) && p.need(pLBrack) {
		if c.Path = p.literal(); c.Path == nil {
			c.Path = p.missingExpr("a string")
		}
		p.closing(pRBrack)
	}
	p.need(pAssign)
	c.Body = p.body(pLBrace, pRBrace)
	p.eat(pSemi)
	c.Range = p.span(from)
	return c
}
