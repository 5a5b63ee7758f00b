package syntax

// Graph operators. Their arrows are several tokens without white space between them: -[e]->, <-[e]-, -->, <--, --.

func (p *parser) graphOperator(w word, h OpHead) Operator {
	switch w {
	case wMakeGraph:
		return p.makeGraph(h)
	case wGraphMatch:
		h.Params = p.params(w)
		op := &GraphMatchOp{OpHead: h, Patterns: p.graphPatterns()}
		op.Where, op.Project = p.graphClauses()
		return done(p, op)
	case wGraphShortestPaths:
		h.Params = p.params(w)
		op := &GraphShortestPathsOp{OpHead: h, Patterns: p.graphPatterns()}
		op.Where, op.Project = p.graphClauses()
		return done(p, op)
	case wGraphToTable:
		return p.graphToTable(h)
	case wGraphMarkComponents:
		h.Params = p.params(w)
		return done(p, &GraphMarkComponentsOp{OpHead: h})
	case wGraphWhereNodes:
		return done(p, &GraphWhereNodesOp{OpHead: h, Cond: p.needExpression()})
	default:
		return done(p, &GraphWhereEdgesOp{OpHead: h, Cond: p.needExpression()})
	}
}

// symbols takes adjacent tokens that together read as text; false takes none.
func (p *parser) symbols(parts ...word) bool {
	for n, w := range parts {
		if !p.peekIs(n, w) || n > 0 && !p.adjacent(n) {
			return false
		}
	}
	p.i += len(parts)
	return true
}

// makeGraph reads make-graph a --> b with T on id, U on key partitioned-by p ( … ).
func (p *parser) makeGraph(h OpHead) Operator {
	h.Params = p.params(wMakeGraph)
	op := &MakeGraphOp{OpHead: h, Source: p.needNameRef("the source column")}
	switch {
	case p.symbols(pMinus, pMinus, pGreater):
		op.Arrow = "-->"
	case p.symbols(pMinus, pMinus):
		op.Arrow = "--"
	default:
		p.expected("`-->` or `--`")
	}
	op.Target = p.needNameRef("the target column")
	switch {
	case p.at(wWithNodeId):
		p.next()
		p.need(pAssign)
		op.WithNodeID = p.needName(plainName, "a name")
	case p.eat(wWith):
		for {
			op.With = append(op.With, p.graphNodes())
			if !p.comma() {
				break
			}
		}
	}
	if p.eat(wPartitionedBy) {
		op.PartitionedBy = p.needPath("a column")
		op.PartitionSub = p.subQuery(false)
	}
	return done(p, op)
}

// graphNodes reads T on id.
func (p *parser) graphNodes() *GraphNodes {
	from := p.here()
	g := &GraphNodes{}
	if g.Table = p.unary(); g.Table == nil {
		g.Table = p.missingExpr("a table of nodes")
	}
	p.need(wOn)
	g.On = p.needNameRef("the column with a node's id")
	g.Range = p.span(from)
	return g
}

func (p *parser) graphPatterns() []*GraphPattern {
	var list []*GraphPattern
	for {
		from := p.here()
		g := &GraphPattern{}
		for {
			part := p.graphPart()
			if part == nil {
				break
			}
			g.Parts = append(g.Parts, part)
		}
		if g.Parts == nil {
			p.expected("a pattern, as (a)-[e]->(b)")
		}
		g.Range = p.span(from)
		list = append(list, g)
		if !p.eat(pComma) {
			return list
		}
	}
}

// graphPart reads a node (a) or an edge; nil when neither starts here.
func (p *parser) graphPart() *GraphPart {
	from := p.here()
	if p.at(pLParen) {
		p.next()
		part := &GraphPart{Node: true, Name: p.name(plainName)}
		if !p.at(pRParen) {
			p.strayInParen()
		}
		p.closing(pRParen)
		part.Range = p.span(from)
		return part
	}
	part := &GraphPart{}
	switch {
	case p.symbols(pMinus, pMinus, pGreater):
		part.Arrow = "-->"
	case p.symbols(pLess, pMinus, pMinus):
		part.Arrow = "<--"
	case p.symbols(pMinus, pMinus):
		part.Arrow = "--"
	case p.symbols(pLess, pMinus, pLBrack):
		p.graphEdge(part, "<-[")
	case p.symbols(pMinus, pLBrack):
		p.graphEdge(part, "-[")
	default:
		return nil
	}
	part.Range = p.span(from)
	return part
}

// graphEdge reads the rest of -[name*from..to]->.
func (p *parser) graphEdge(part *GraphPart, open string) {
	part.Name = p.name(plainName)
	if p.eat(pStar) {
		part.Variable = true
		if part.From = p.unary(); part.From == nil {
			part.From = p.missingExpr("the least number of edges")
		}
		p.need(pDotDot)
		if part.To = p.unary(); part.To == nil {
			part.To = p.missingExpr("the greatest number of edges")
		}
	}
	part.Arrow = open
	switch {
	case p.symbols(pRBrack, pMinus, pGreater):
		part.Arrow += "]->"
	case p.symbols(pRBrack, pMinus):
		part.Arrow += "]-"
	default:
		p.expected("`]->` or `]-`")
		if p.eat(pRBrack) {
			part.Arrow += "]"
		}
	}
}

// graphClauses reads where condition project items.
func (p *parser) graphClauses() (where Expr, project []Expr) {
	if p.eat(wWhere) {
		where = p.needExpression()
	}
	if p.eat(wProject) {
		project = p.list((*parser).named, "a column or an expression")
	}
	return where, project
}

// graphToTable reads graph-to-table nodes as N with_node_id=x, edges as E.
func (p *parser) graphToTable(h OpHead) Operator {
	op := &GraphToTableOp{OpHead: h}
	for {
		from := p.here()
		if !p.at(wNodes) && !p.at(wEdges) {
			p.expected("nodes or edges")
			break
		}
		t := p.next()
		out := &GraphOutput{Entity: &Name{Range: Range{t.Start, t.End}, Text: p.textOf(t)}}
		if p.eat(wAs) {
			out.As = p.needName(plainName, "a name")
		}
		out.Params = p.params(wGraphToTable)
		out.Range = p.span(from)
		op.Outputs = append(op.Outputs, out)
		if !p.eat(pComma) {
			break
		}
	}
	return done(p, op)
}
