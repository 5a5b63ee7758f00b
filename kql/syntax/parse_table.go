package syntax

// Tables that are written out or lie elsewhere: datatable, externaldata, inline_external_table; entity groups.

// datatable reads datatable(schema)[values].
func (p *parser) datatable() Expr {
	from := p.here()
	p.next()
	d := &DataTable{Params: p.params(wDatatable)}
	d.Schema = p.needRowSchema()
	if p.need(pLBrack) {
		d.Values, _ = p.bracketed((*parser).literal, "a constant", pRBrack, true, nil)
	}
	d.Range = p.span(from)
	return d
}

// externalData reads externaldata(schema)[uris] with (properties).
func (p *parser) externalData() Expr {
	from := p.here()
	p.next()
	x := &ExternalData{Params: p.params(wExternaldata)}
	x.Schema = p.needRowSchema()
	if p.need(pLBrack) {
		x.URIs, _ = p.bracketed((*parser).expression, "a URI", pRBrack, true, nil)
	}
	if p.at(wWith) {
		p.next()
		x.With = p.properties()
	}
	x.Range = p.span(from)
	return x
}

// contextualDataTable reads __contextual_datatable id (schema).
func (p *parser) contextualDataTable() Expr {
	from := p.here()
	p.next()
	x := &ContextualDataTable{ID: p.idValue()}
	x.Schema = p.needRowSchema()
	x.Range = p.span(from)
	return x
}

// inlineExternalTable reads inline_external_table (schema) kind=… partition by (…) pathformat=(…) dataformat=… (uris) with (…).
func (p *parser) inlineExternalTable() Expr {
	from := p.here()
	p.next()
	x := &InlineExternalTable{Schema: p.rowSchema()}
	if p.paramLen() > 0 {
		x.Params = append(x.Params, p.param())
	} else {
		p.expected("`kind=`")
	}
	if p.eat(wPartition) {
		p.need(wBy)
		x.Partition = p.partitionColumns()
	}
	if p.eat(wPathformat) {
		p.need(pAssign)
		x.PathFormat = p.pathFormat()
	}
	if p.at(wDataformat) {
		x.Params = append(x.Params, p.param())
	}
	if p.need(pLParen) {
		x.URIs, _ = p.bracketed((*parser).expression, "a URI", pRParen, true, nil)
	}
	if p.eat(wWith) {
		x.With = p.properties()
	}
	x.Range = p.span(from)
	return x
}

// partitionColumns reads (name:type = expression, …).
func (p *parser) partitionColumns() []*FuncParam {
	var list []*FuncParam
	if !p.need(pLParen) {
		return nil
	}
	p.eat(pComma)
	for !p.atListEnd() {
		before := p.i
		list = append(list, p.partitionColumn())
		if p.at(pComma) || p.atListEnd() {
			p.eat(pComma)
			continue
		}
		if p.i == before || !p.comma() {
			p.strayInList()
		}
	}
	p.closing(pRParen)
	return list
}

func (p *parser) partitionColumn() *FuncParam {
	from := p.here()
	f := &FuncParam{Name: p.needName(declaredName, "a column as name:type")}
	if p.need(pColon) {
		f.Type = p.needType()
	}
	if p.eat(pAssign) {
		f.Default = p.needExpression()
	}
	f.Range = p.span(from)
	return f
}

// pathFormat reads ('text' column 'text' datetime_pattern('yyyy', column) …).
func (p *parser) pathFormat() []Expr {
	var list []Expr
	if !p.need(pLParen) {
		return nil
	}
	for !p.atListEnd() {
		x := p.primary()
		if x == nil {
			p.strayInParen()
			break
		}
		list = append(list, x)
	}
	p.closing(pRParen)
	return list
}

// entityGroup reads entity_group [cluster('c').database('d'), …].
func (p *parser) entityGroup() Expr {
	from := p.here()
	p.next()
	g := &EntityGroup{}
	if p.need(pLBrack) {
		g.Items, _ = p.bracketed((*parser).expression, "a database", pRBrack, false, nil)
	}
	g.Range = p.span(from)
	return g
}

// materializedViewCombine reads materialized-view-combine (name) base (q) delta (q) aggregations (summarize …).
func (p *parser) materializedViewCombine() Expr {
	from := p.here()
	p.next()
	m := &MaterializedViewCombine{View: p.queryInBrackets()}
	p.needText("base")
	m.Base = p.queryInBrackets()
	p.needText("delta")
	m.Delta = p.queryInBrackets()
	p.needText("aggregations")
	if p.need(pLParen) {
		m.Aggregates = p.operator()
		p.closing(pRParen)
	}
	m.Range = p.span(from)
	return m
}

// needText takes a word that is no keyword elsewhere, or says that it is missing.
func (p *parser) needText(text string) {
	if t := p.tok(); t.Kind == TokName && p.textOf(t) == text {
		p.next()
		return
	}
	p.expected("`" + text + "`")
}

func (p *parser) queryInBrackets() Expr {
	if !p.need(pLParen) {
		return &Bad{exprNode: exprNode{p.empty()}}
	}
	x := p.needQuery()
	if !p.at(pRParen) {
		p.strayInParen()
	}
	p.closing(pRParen)
	return x
}
