package syntax

// Operators that bring tables together: join, lookup, union, search, find, macro-expand, evaluate, invoke.

func (p *parser) join(h OpHead) Operator {
	h.Params = p.params(wJoin)
	op := &JoinOp{OpHead: h, Right: p.needTable()}
	switch {
	case p.eat(wOn):
		op.On = p.list((*parser).expression, "a column, or $left.a == $right.b")
	case p.at(wWhere) && !p.atLineStart():
		p.next()
		op.Where = p.needExpression()
	}
	return done(p, op)
}

func (p *parser) lookup(h OpHead) Operator {
	h.Params = p.params(wLookup)
	op := &LookupOp{OpHead: h, Right: p.needTable()}
	if p.need(wOn) {
		op.On = p.list((*parser).expression, "a column, or $left.a == $right.b")
	}
	return done(p, op)
}

// needTable reads the right side of join and lookup.
func (p *parser) needTable() Expr {
	if p.at(wOn) && !p.peekIs(1, pLParen) && !p.peekIs(1, pDot) && !p.peekIs(1, wOn) {
		return p.missingExpr("a table")
	}
	if x := p.expression(); x != nil {
		return x
	}
	return p.missingExpr("a table")
}

func (p *parser) union(h OpHead) Operator {
	h.Params = p.params(wUnion)
	return done(p, &UnionOp{OpHead: h, Tables: p.list((*parser).unionItem, "a table")})
}

// unionItem reads a table, a pattern of tables, or a query in brackets.
func (p *parser) unionItem() Expr {
	if p.at(pLParen) {
		from := p.here()
		return p.steps(p.paren(), from, (*parser).selector)
	}
	return p.entity()
}

// entity reads the name of a table, function or database, a path to it, or a pattern; nil when none starts here.
func (p *parser) entity() Expr {
	if p.wildcardLen() > 0 {
		return p.wildcard()
	}
	from := p.here()
	var x Expr
	switch p.word() {
	case wDatatable, wExternaldata, wExternalData, wMaterialize, wTotable, wEntityGroup:
		x = p.primary()
	default:
		x = p.selector()
	}
	if x == nil {
		if t := p.tok(); t.Kind == TokName && !p.startsClause(t.word) && !p.atOperator() {
			x = p.keywordOperand(t)
		}
		if x == nil {
			return nil
		}
	}
	return p.steps(x, from, (*parser).entityStep)
}

// entityStep reads what may stand behind a dot in a path to a table, a pattern included.
func (p *parser) entityStep() Expr {
	if p.wildcardLen() > 0 {
		return p.wildcard()
	}
	return p.selector()
}

// steps reads the rest of a path of entities.
func (p *parser) steps(x Expr, from int, step func(*parser) Expr) Expr {
	for {
		switch p.word() {
		case pDot:
			if !p.link() {
				return x
			}
			dot := p.here()
			p.next()
			s := step(p)
			if s == nil {
				s = p.missingSelector()
			}
			x = &Path{exprNode: p.expr(from), X: x, Dot: dot, Selector: s}
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
}

// search reads search kind=… in (tables) predicate.
func (p *parser) search(h OpHead) Operator {
	h.Params = p.params(wSearch)
	if s := p.dataScope(); s != nil {
		h.Params = append(h.Params, s)
	}
	op := &SearchOp{OpHead: h}
	if p.at(wIn) && p.peekIs(1, pLParen) {
		p.next()
		op.In = p.sources()
	}
	op.Cond = p.searchPredicate()
	return done(p, op)
}

// searchPredicate reads an expression, *, or * and an expression.
func (p *parser) searchPredicate() Expr {
	if x := p.expression(); x != nil {
		return x
	}
	if !p.at(pStar) {
		return p.missingExpr("a term to search for")
	}
	from := p.here()
	star := p.wildcardStar()
	if !p.at(wAnd) {
		return star
	}
	t := p.next()
	b := &Binary{Op: "and", OpAt: t.Span(), X: star, Y: p.needExpression()}
	b.Range = p.span(from)
	return b
}

// sources reads (T, U*, database('d').V) behind in; the first bracket stands here.
func (p *parser) sources() []Expr {
	if !p.need(pLParen) {
		return nil
	}
	list, _ := p.bracketed((*parser).findSource, "a table", pRParen, false, nil)
	return list
}

// findSource reads a table, or T | as name.
func (p *parser) findSource() Expr {
	from := p.here()
	x := p.entity()
	if p.at(pLParen) && x == nil {
		x = p.paren()
	}
	if x == nil || !p.at(pBar) || !p.peekIs(1, wAs) {
		return x
	}
	pipe := &Pipe{Source: x}
	for p.at(pBar) && p.peekIs(1, wAs) {
		pipe.Bars = append(pipe.Bars, p.here())
		p.next()
		p.add(pipe, p.operator())
	}
	pipe.Range = p.span(from)
	return pipe
}

// find reads find datascope=… withsource=… in (tables) where predicate project ….
func (p *parser) find(h OpHead) Operator {
	op := &FindOp{OpHead: h, DataScope: p.dataScope()}
	op.Params = p.params(wFind)
	clauses := len(op.Params) > 0
	if p.at(wIn) {
		clauses = true
		p.next()
		op.In = p.sources()
	}
	if !p.eat(wWhere) && clauses {
		p.expected("`where`")
	}
	op.Cond = p.searchPredicate()
	switch {
	case p.eat(wProject):
		op.HasProject = true
		for {
			op.Project = append(op.Project, p.findColumn())
			if !p.comma() {
				break
			}
		}
	case p.eat(wProjectSmart):
		op.HasProject, op.ProjectSmart = true, true
	}
	if p.eat(wXProjectAway) {
		op.ProjectAway = p.list((*parser).columnPattern, "a column")
	}
	return done(p, op)
}

// findColumn reads name, name:type, *, pack(*) or pack_all().
func (p *parser) findColumn() *FindColumn {
	from := p.here()
	c := &FindColumn{}
	switch {
	case p.at(wPack) && p.peekIs(1, pLParen):
		c.Pack = true
		t := p.next()
		c.Name = &Name{Range: Range{t.Start, t.End}, Text: "pack"}
		p.next()
		p.need(pStar)
		p.closing(pRParen)
	case p.textOf(p.tok()) == "pack_all" && p.peekIs(1, pLParen) && p.peekIs(2, pRParen):
		c.Pack = true // the documentation's newer form
		t := p.next()
		c.Name = &Name{Range: Range{t.Start, t.End}, Text: "pack_all"}
		p.i += 2
	case p.at(pStar):
		p.next()
		c.Name = &Name{Range: p.span(from), Text: "*"}
	default:
		c.Name = p.needName(pathName, "a column")
		if p.eat(pColon) {
			c.Type = p.needType()
		}
	}
	c.Range = p.span(from)
	return c
}

// macroExpand reads macro-expand group as name ( statements ).
func (p *parser) macroExpand(h OpHead) Operator {
	h.Params = p.params(wMacroExpand)
	op := &MacroExpandOp{OpHead: h}
	if op.Group = p.entity(); op.Group == nil {
		op.Group = p.missingExpr("an entity group")
	}
	if p.eat(wAs) {
		op.As = p.needName(plainName, "a name")
	}
	op.Body = p.body(pLParen, pRParen)
	return done(p, op)
}

// evaluate reads evaluate plugin(args) : (schema).
func (p *parser) evaluate(h OpHead) Operator {
	h.Params = p.params(wEvaluate)
	op := &EvaluateOp{OpHead: h}
	if n := p.nameLen(0, plainName); n > 0 && p.peekIs(n, pLParen) {
		op.Call, _ = p.call().(*Call)
	} else {
		op.Call = &Call{Fun: p.needName(plainName, "a plugin's name"), LParen: -1, RParen: -1}
		if !op.Call.Fun.Missing {
			p.expected("`(`")
		}
		op.Call.Range = op.Call.Fun.Range
	}
	if p.eat(pColon) {
		op.Schema = p.needRowSchema()
	}
	return done(p, op)
}

// invoke reads invoke f(args), also database('d').f(args).
func (p *parser) invoke(h OpHead) Operator {
	op := &InvokeOp{OpHead: h}
	from := p.here()
	x := p.selector()
	if x == nil {
		op.Fun = p.missingExpr("a function")
		return done(p, op)
	}
	op.Fun = p.steps(x, from, (*parser).selector)
	if !endsInCall(op.Fun) {
		p.expected("`(`")
	}
	return done(p, op)
}

func endsInCall(x Expr) bool {
	if path, ok := x.(*Path); ok {
		x = path.Selector
	}
	_, ok := x.(*Call)
	return ok
}
