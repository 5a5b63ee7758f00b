package syntax

import (
	"calypso/kql/diag"
	"calypso/kql/text"
)

// The limits of one block. A deeper or longer one is no query that a person wrote; the parser says so and stops there.
const (
	MaxDepth = 500     // brackets and subqueries inside one another
	MaxChain = 20_000  // operators in one expression, a + b + c …, its nested expressions included
	MaxBytes = 4 << 20 // the official library's limit too
)

// Parse reads one block: a query or a management command. It never fails; what was wrong is in the tree's Diagnostics.
//
// The parser goes by recursive descent with precedence climbing for expressions, looks ahead but never goes back, and needs no
// schema. Missing parts stand in the tree as empty nodes, surplus tokens are skipped up to a place where reading can go on: a
// pipe, a semicolon, a closing bracket that an outer level waits for, a comma in a list.
func Parse(src string) *Tree {
	if len(src) > MaxBytes {
		return tooLong(src)
	}
	p := &parser{src: src, toks: Scan(src), lastErr: -1, lastGap: -1}
	tree := &Tree{Text: src, Tokens: p.toks}
	p.skipDirectives()
	if p.at(pDot) {
		tree.Command = p.command()
		tree.Statements = tree.Command.Query
		if p.eat(pSemi) && !p.atEnd() {
			tree.Statements = append(tree.Statements, p.statements(pNone)...)
		}
	} else {
		tree.Statements = p.statements(pNone)
	}
	tree.Diagnostics = p.diags
	return tree
}

// ParseExpr reads a text that is one expression, such as a parameter's default. What follows it is reported as surplus.
func ParseExpr(src string) (Expr, []diag.Diagnostic) {
	p := &parser{src: src, toks: Scan(src[:min(len(src), MaxBytes)]), lastErr: -1, lastGap: -1}
	x := p.expression()
	if x == nil {
		x = p.missingExpr("an expression")
	}
	if !p.atEnd() {
		p.surplus()
	}
	return x, p.diags
}

func tooLong(src string) *Tree {
	all := text.Span{Start: 0, End: len(src)}
	return &Tree{
		Text:        src,
		Tokens:      []Token{{Kind: TokBad, Start: 0, End: len(src)}, {Kind: TokEnd, Start: len(src), End: len(src)}},
		Diagnostics: []diag.Diagnostic{diag.New(diag.TooLong, text.Span{Start: 0, End: min(all.End, 1)}, MaxBytes)},
	}
}
