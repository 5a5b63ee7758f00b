package syntax

// Operators about text and pictures: parse, parse-where, parse-kv, render.

// parse reads parse kind=… flags=… x with pattern.
func (p *parser) parse(h OpHead, w word) Operator {
	h.Params = p.params(wParse)
	op := &ParseOp{OpHead: h, X: p.needExpression()}
	p.need(wWith)
	for {
		part := p.parsePart()
		if part == nil {
			break
		}
		op.Pattern = append(op.Pattern, part)
	}
	return done(p, op)
}

// parsePart reads a star, a string, or a column with an optional type; nil when none stands here.
func (p *parser) parsePart() *ParsePart {
	from := p.here()
	part := &ParsePart{}
	switch t := p.tok(); {
	case t.word == pStar:
		p.next()
		part.Star = true
	case t.Kind == TokString:
		part.Literal = p.stringLiteral()
	default:
		if p.atNewOperator() {
			return nil
		}
		if part.Column = p.name(declaredName); part.Column == nil {
			return nil
		}
		if p.eat(pColon) {
			part.Type = p.needType()
		}
	}
	part.Range = p.span(from)
	return part
}

// parseKv reads parse-kv x as (schema) with (properties).
func (p *parser) parseKv(h OpHead) Operator {
	op := &ParseKvOp{OpHead: h, X: p.needExpression()}
	p.need(wAs)
	op.As = p.needRowSchema()
	if p.eat(wWith) {
		op.With = p.properties()
	}
	return done(p, op)
}

// render reads render kind with (properties), and the old form render kind title="x" by a, b.
func (p *parser) render(h OpHead) Operator {
	op := &RenderOp{OpHead: h, Kind: p.chart()}
	for p.atOldRenderProperty() {
		op.Params = append(op.Params, p.oldRenderProperty())
	}
	if p.eat(wWith) {
		op.With = p.properties()
	}
	return done(p, op)
}

// chart reads the kind of a picture: any word. 3Dchart comes as one name.
func (p *parser) chart() *Name {
	t := p.tok()
	if t.Kind != TokName {
		p.expected("a chart, as timechart")
		return p.missingName()
	}
	p.next()
	return &Name{Range: Range{t.Start, t.End}, Text: p.textOf(t)}
}

func (p *parser) atOldRenderProperty() bool {
	switch p.word() {
	case wWith:
		return !p.peekIs(1, pLParen)
	case wBy:
		return true
	}
	t := p.tok()
	if t.Kind != TokName || !p.peekIs(1, pAssign) {
		return false
	}
	switch p.textOf(t) {
	case "kind", "title", "accumulate":
		return true
	}
	return false
}

// oldRenderProperty reads kind=…, title=…, accumulate=…, with "…" or by a, b.
func (p *parser) oldRenderProperty() *Param {
	from := p.here()
	t := p.next()
	param := &Param{Name: &Name{Range: Range{t.Start, t.End}, Text: p.textOf(t)}}
	if t.word != wWith && t.word != wBy {
		p.next()
	}
	if param.Value = p.propertyOrNames(t.word == wBy); param.Value == nil {
		p.expected("a value")
	}
	param.Range = p.span(from)
	return param
}

func (p *parser) propertyOrNames(names bool) Expr {
	if !names {
		return p.oneValue()
	}
	return p.propertyValue()
}
