package syntax

// Operator parameters (kind=inner, hint.strategy=shuffle) and properties in brackets (with(title="x", series=a,b)).

// knownParam tells whether a name is a parameter wherever parameters may stand. hint.… are all taken.
func knownParam(name string) bool {
	switch name {
	case "kind", "isfuzzy", "withsource", "with_source", "with_itemindex", "with_match_id", "with_step_name", "cycles",
		"bagexpansion", "bin_legacy", "decodeblocks", "expandoutput", "force_remote",
		"__crossCluster", "__crossDB", "__id", "__isFuzzy", "__noWithSource", "__packedColumn", "__sourceColumnIndex":
		return true
	}
	return false
}

// ownParam tells whether a name is a parameter of the operator that starts with op.
func ownParam(name string, op word) bool {
	switch name {
	case "best_effort":
		return op == wUnion || op == wMacroExpand
	case "flags":
		return op == wParse || op == wParseWhere
	case "output":
		return op == wGraphShortestPaths
	case "with_component_id":
		return op == wGraphMarkComponents
	case "with_source_id", "with_target_id", "with_node_id":
		return op == wGraphToTable
	case "threshold", "characters":
		return op == wReduce
	}
	return false
}

// paramLen gives the number of tokens of a parameter's name that stands here with its =, 0 for none.
func (p *parser) paramLen() int { return p.paramLenOf(pNone) }

func (p *parser) paramLenOf(op word) int {
	t := p.tok()
	if t.Kind != TokName {
		return 0
	}
	switch p.peek(1).word {
	case pAssign:
		if name := p.textOf(t); knownParam(name) || ownParam(name, op) {
			return 1
		}
	case pDot:
		if p.textOf(t) == "hint" && p.peek(2).Kind == TokName && p.peekIs(3, pAssign) {
			return 3
		}
	default:
		if t.word == wKind && (op == wJoin || op == wLookup || op == wUnion) && p.peek(1).Kind == TokName && p.peekIs(2, pLParen) {
			return 1 // join kind inner (…): the = is missing
		}
	}
	return 0
}

// params reads the parameters of the operator that starts with op.
func (p *parser) params(op word) []*Param {
	var list []*Param
	for p.paramLenOf(op) > 0 {
		list = append(list, p.param())
		if p.at(pComma) && op == wParse {
			break
		}
	}
	return list
}

// param reads name = value; the name is known to be there.
func (p *parser) param() *Param {
	from := p.here()
	p.next()
	if p.at(pDot) {
		p.next()
		p.next()
	}
	name := &Name{Range: p.span(from)}
	name.Text = p.src[name.From:name.To]
	param := &Param{Name: name}
	if p.need(pAssign) || p.tok().Kind == TokName {
		param.Value = p.paramValue()
	}
	param.Range = p.span(from)
	return param
}

// paramValue reads a constant, a word or a name.
func (p *parser) paramValue() Expr {
	if x := p.literal(); x != nil {
		return x
	}
	if x := p.wordRef(); x != nil {
		return x
	}
	if x := p.nameRef(declaredName); x != nil {
		return x
	}
	p.expected("a value")
	return nil
}

// wordRef takes any single word, keywords included, as a reference; nil when none stands here.
func (p *parser) wordRef() Expr {
	t := p.tok()
	if t.Kind != TokName {
		return nil
	}
	p.next()
	n := &Name{Range: Range{t.Start, t.End}, Text: p.textOf(t)}
	return &NameRef{exprNode: exprNode{n.Range}, Name: n}
}

// properties reads (name = value, …) behind with. A comma may lead.
func (p *parser) properties() []*Param {
	if !p.need(pLParen) {
		return nil
	}
	var list []*Param
	p.eat(pComma)
	for !p.atListEnd() {
		before := p.i
		if x := p.property(); x != nil {
			list = append(list, x)
		} else {
			p.expected("a property, as name=value")
		}
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

// property reads name = value, where the value may be an expression, or several names: ycolumns=a,b.
func (p *parser) property() *Param {
	from := p.here()
	t := p.tok()
	if t.Kind != TokName && p.nameLen(0, declaredName) == 0 {
		return nil
	}
	param := &Param{}
	if t.Kind == TokName {
		p.next()
		param.Name = &Name{Range: Range{t.Start, t.End}, Text: p.textOf(t)}
	} else {
		param.Name = p.name(declaredName)
	}
	if p.need(pAssign) {
		param.Value = p.propertyValue()
	}
	param.Range = p.span(from)
	return param
}

func (p *parser) propertyValue() Expr {
	from := p.here()
	first := p.oneValue()
	if first == nil {
		p.expected("a value")
		return nil
	}
	list := &NameList{Items: []Expr{first}}
	for p.at(pComma) && p.moreValues() {
		p.next()
		if x := p.oneValue(); x != nil {
			list.Items = append(list.Items, x)
		}
	}
	if len(list.Items) == 1 {
		return first
	}
	list.Range = p.span(from)
	return list
}

// moreValues tells whether behind the comma here another value stands, and not the next property.
func (p *parser) moreValues() bool {
	n := 1
	if k := p.nameLen(1, declaredName); k > 0 {
		n = k
	} else if t := p.peek(1); t.Kind != TokName {
		return false
	}
	return !p.peekIs(1+n, pAssign)
}

// oneValue reads a value of a property: an expression, or any word.
func (p *parser) oneValue() Expr {
	if t := p.tok(); t.Kind == TokName && !isName(t, pathName) && t.word != wTrue && t.word != wFalse && !p.peekIs(1, pLParen) {
		return p.wordRef()
	}
	return p.expression()
}
