package syntax

import (
	"strings"

	"calypso/kql/diag"
)

// Names: where something is declared or referred to, wildcards, types and row schemas.

// nameClass says which keywords may stand as a name at a place.
type nameClass = wordFlags

const (
	plainName    = nameAnywhere
	declaredName = nameAnywhere | nameDeclared
	pathName     = nameAnywhere | nameInPath
)

// isName tells whether a token alone is a name of that class.
func isName(t *Token, class nameClass) bool {
	return t.Kind == TokName && (t.word == 0 || words[t.word].flags&class != 0)
}

// nameLen gives the number of tokens of the name that starts n tokens from here: 1, 3 or more for a bracketed one, 0 for none.
func (p *parser) nameLen(n int, class nameClass) int {
	t := p.peek(n)
	switch {
	case t.Kind == TokName:
		if isName(t, class) {
			return 1
		}
	case t.word == pLBrack:
		k := 1
		for p.peek(n+k).Kind == TokString {
			k++
		}
		if k > 1 && p.peekIs(n+k, pRBrack) {
			return k + 1
		}
	case t.word == pLBrace:
		return p.bracedLen(n)
	}
	return 0
}

// bracedLen gives the number of tokens of a client parameter such as {name} or {name[0]}, which has no white space inside.
func (p *parser) bracedLen(n int) int {
	if p.peek(n+1).Kind != TokName || !p.adjacent(n+1) {
		return 0
	}
	k := n + 2
	if p.peekIs(k, pLBrack) && p.adjacent(k) {
		k++
		if p.peekIs(k, pMinus) && p.adjacent(k) {
			k++
		}
		if t := p.peek(k); t.Kind != TokNumber || !p.adjacent(k) || !p.peekIs(k+1, pRBrack) || !p.adjacent(k+1) {
			return 0
		}
		k += 2
	}
	if !p.peekIs(k, pRBrace) || !p.adjacent(k) {
		return 0
	}
	return k + 1 - n
}

// name takes a name; nil when none stands here.
func (p *parser) name(class nameClass) *Name {
	t := p.tok()
	if t.Kind == TokName {
		if !isName(t, class) {
			return nil
		}
		p.next()
		return &Name{Range: Range{t.Start, t.End}, Text: p.textOf(t)}
	}
	n := p.nameLen(0, class)
	if n == 0 {
		return nil
	}
	return p.bracketedName(n)
}

// bracketedName takes ['…'], ["…"] or {name}, which has n tokens.
func (p *parser) bracketedName(n int) *Name {
	from := p.here()
	name := &Name{Quoted: p.at(pLBrack), Braced: p.at(pLBrace)}
	inner := p.toks[p.i+1 : p.i+n-1]
	if name.Braced {
		name.Text = p.src[inner[0].Start:inner[len(inner)-1].End]
	}
	var text strings.Builder
	for range n {
		if t := p.next(); t.Kind == TokString && name.Quoted {
			part, _ := decodeString(p.src, *t)
			text.WriteString(part)
		}
	}
	if name.Quoted {
		name.Text = text.String()
	}
	name.Range = p.span(from)
	return name
}

// needName takes a name or puts in a missing one. A keyword that can't be a name but is used as one is taken with an error.
func (p *parser) needName(class nameClass, what string) *Name {
	if n := p.name(class); n != nil {
		return n
	}
	if t := p.tok(); t.Kind == TokName && (!p.startsClause(t.word) || p.peekIs(1, pAssign)) {
		return p.keywordAsName()
	}
	p.expected(what)
	return p.missingName()
}

func (p *parser) missingName() *Name { return &Name{Range: p.empty(), Missing: true} }

// keywordAsName takes a keyword in a name's place and says that it needs brackets.
func (p *parser) keywordAsName() *Name {
	t := p.tok()
	p.report(diag.KeywordAsName, t.Span(), p.textOf(t))
	p.next()
	return &Name{Range: Range{t.Start, t.End}, Text: p.textOf(t)}
}

// startsClause tells whether a keyword goes on with the statement, so that it isn't taken for a name when one is missing.
func (p *parser) startsClause(w word) bool {
	switch w {
	case wBy, wOf, wTo, wAs, wAnd, wOr, wIn, wAsc, wDesc, wUnion, wWhere, wProject:
		return true
	}
	return words[w].flags&operatorWord != 0 && p.atLineStart()
}

// wildcardLen gives the number of tokens of a name pattern such as ab*, *_id or *, 0 when none stands here. Its parts have no
// white space between them.
func (p *parser) wildcardLen() int {
	n := 0
	switch {
	case p.at(pStar):
		n = 1
	case isName(p.tok(), declaredName) && p.peekIs(1, pStar) && p.adjacent(1):
		n = 2
	default:
		return 0
	}
	for p.adjacent(n) {
		t := p.peek(n)
		if t.word != pStar && !isName(t, declaredName) && (t.Kind != TokNumber || t.lit != LitLong) {
			break
		}
		n++
	}
	return n
}

// wildcard takes a name pattern; nil when none stands here.
func (p *parser) wildcard() *Wildcard {
	n := p.wildcardLen()
	if n == 0 {
		return nil
	}
	from := p.here()
	for range n {
		p.next()
	}
	x := &Wildcard{exprNode: p.expr(from)}
	x.Text = p.src[x.From:x.To]
	return x
}

// nameRef takes a name as an expression; nil when none stands here.
func (p *parser) nameRef(class nameClass) *NameRef {
	if t := p.tok(); isName(t, class) {
		p.next()
		ref := &struct {
			NameRef
			name Name
		}{}
		ref.name = Name{Range: Range{t.Start, t.End}, Text: p.textOf(t)}
		ref.NameRef = NameRef{exprNode: exprNode{ref.name.Range}, Name: &ref.name}
		return &ref.NameRef
	}
	n := p.name(class)
	if n == nil {
		return nil
	}
	return &NameRef{exprNode: exprNode{n.Range}, Name: n}
}

// needNameRef takes a name as an expression or puts in a missing one.
func (p *parser) needNameRef(what string) *NameRef {
	if x := p.nameRef(pathName); x != nil {
		return x
	}
	n := p.needName(pathName, what)
	return &NameRef{exprNode: exprNode{n.Range}, Name: n}
}

// typeRef takes a type's name: any word, as the binder knows which there are; nil when no word stands here.
func (p *parser) typeRef() *TypeRef {
	t := p.tok()
	if t.Kind != TokName {
		return nil
	}
	p.next()
	return &TypeRef{Range: Range{t.Start, t.End}, Name: p.textOf(t)}
}

func (p *parser) needType() *TypeRef {
	if t := p.typeRef(); t != nil {
		return t
	}
	p.expected("a type, as long or string")
	return nil
}

// columnDecl takes name:type; nil when neither a name nor a colon stands here.
func (p *parser) columnDecl() *ColumnDecl {
	from := p.here()
	name := p.name(declaredName)
	if name == nil {
		if !p.at(pColon) {
			return nil
		}
		p.expected("a column name")
		name = p.missingName()
	}
	c := &ColumnDecl{Name: name}
	if p.need(pColon) {
		c.Type = p.needType()
	}
	c.Range = p.span(from)
	return c
}

// rowSchema takes (a:long, b:string), (*) or (*, a:long); nil when no bracket stands here. Commas may lead and trail.
func (p *parser) rowSchema() *RowSchema {
	if !p.at(pLParen) {
		return nil
	}
	from := p.here()
	p.next()
	s := &RowSchema{}
	p.eat(pComma)
	if p.eat(pStar) {
		s.Star = true
		p.eat(pComma)
	}
	for !p.atListEnd() {
		c := p.columnDecl()
		if c == nil {
			p.expected("a column as name:type")
			if !p.eat(pComma) {
				p.skipInList()
			}
			continue
		}
		s.Columns = append(s.Columns, c)
		if !p.comma() {
			break
		}
	}
	p.closing(pRParen)
	s.Range = p.span(from)
	return s
}

// needRowSchema takes a row schema or says that it is missing.
func (p *parser) needRowSchema() *RowSchema {
	if s := p.rowSchema(); s != nil {
		return s
	}
	p.expected("columns, as (a:long, b:string)")
	return &RowSchema{Range: p.empty()}
}

// skipInList skips what is no item of a list, up to the next comma or the list's end.
func (p *parser) skipInList() {
	for !p.at(pComma) && !p.atListEnd() {
		p.skipOne()
	}
	p.lastErr = p.i
	p.eat(pComma)
}

// comma takes the comma between two items. Without one it is true only when another item plainly follows, and then the comma
// is reported as missing; a keyword is left to whoever reads the list, as it may start the next clause.
func (p *parser) comma() bool {
	if p.eat(pComma) {
		return true
	}
	t := p.tok()
	switch t.Kind {
	case TokName:
		if t.word != 0 || p.atStatementStart() {
			return false
		}
	case TokString, TokNumber, TokGoo:
	default:
		return false
	}
	if p.i == p.lastGap {
		return false // it was no item: nothing took it
	}
	p.lastGap = p.i
	p.expected("`,`")
	return true
}

// atNewOperator tells whether a tabular operator starts on a new line without its pipe.
func (p *parser) atNewOperator() bool {
	t := p.tok()
	return t.Kind == TokName && words[t.word].flags&operatorWord != 0 && p.atLineStart() &&
		p.peek(1).Kind != TokEnd && !p.peekIs(1, pAssign) && !p.peekIs(1, pComma) && !p.peekIs(1, pDot) && !p.peekIs(1, pLParen)
}
