// Where the caret stands: the block with a word at the caret, and what the tree says about that word.

package complete

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// mark is put at the caret so that there is always a name to find in the tree.
const mark = "caret__"

// place is what is known about the caret.
type place struct {
	bound   *binder.Bound // of the block with the mark in it
	replace text.Span     // the typed prefix, in offsets of the block
	prefix  string
	path    []syntax.Node // from the statement to the marked name, innermost last
	before  []syntax.Node // the same for the token before it
	after   bool          // a complete operand stands before the caret: an operator or keyword must follow
	operand syntax.Expr   // then: that operand, when it is known
	prev    string        // text of the token before the typed word, "" at the start
	prev2   string        // text of the token before that
	quote   string        // inside a string: how it is quoted
	looked  int           // values whose keys were looked for
}

// locate finds the place of an offset of a block; false in comments and strings.
func locate(b *binder.Bound, at int) (*place, bool) {
	src := b.Tree.Text
	at = min(max(at, 0), len(src))
	if lit, ok := stringAt(b.Tree, at); ok {
		return locateInString(b, lit, at)
	}
	if inCommentOrLiteral(b.Tree, at) {
		return nil, false
	}
	start := wordStart(src, at)
	marked := syntax.Parse(src[:at] + mark + src[at:])
	p := &place{bound: bindUpTo(marked, start, b), replace: text.Span{Start: start, End: at}, prefix: src[start:at]}
	p.path = syntax.PathAt(marked, start)
	p.lookBack(start)
	return p, true
}

// bindUpTo binds a tree up to the statement that an offset lies in: those below it can't change what fits here. A command has its
// query among the statements and is bound as a whole.
func bindUpTo(tree *syntax.Tree, at int, b *binder.Bound) *binder.Bound {
	if tree.Command != nil {
		return binder.Bind(tree, b.Schema)
	}
	upper := *tree
	for i, st := range tree.Statements {
		if st.Span().Start > at {
			upper.Statements = tree.Statements[:i:i]
			break
		}
	}
	return binder.Bind(&upper, b.Schema)
}

// inCommentOrLiteral tells whether nothing of the language can be written at an offset.
func inCommentOrLiteral(tree *syntax.Tree, at int) bool {
	end := 0
	for _, t := range tree.Tokens {
		if at < t.End && at > t.Start && (t.Kind == syntax.TokNumber || t.Kind == syntax.TokGoo) {
			return true
		}
		if t.Kind == syntax.TokNumber && at == t.End {
			return true // 12|: a longer number is being typed
		}
		if at <= t.Start {
			trivia := tree.Text[end:max(at, end)]
			line := trivia[strings.LastIndexByte(trivia, '\n')+1:]
			return strings.Contains(line, "//")
		}
		end = t.End
	}
	return false
}

// wordStart goes back over the letters of the word that ends at a caret. A dash belongs to it after a pipe only: mv-exp.
func wordStart(src string, at int) int {
	start := at
	for start > 0 {
		r, n := utf8.DecodeLastRuneInString(src[:start])
		if !isWordRune(r) {
			break
		}
		start -= n
	}
	if strings.HasSuffix(src[:start], "hint.") {
		return start - len("hint.")
	}
	if start > 0 && src[start-1] == '-' {
		dashed := start
		for dashed > 0 && (isWordRune(rune(src[dashed-1])) || src[dashed-1] == '-') {
			dashed--
		}
		if strings.HasSuffix(strings.TrimRight(src[:dashed], " \t\r\n"), "|") {
			return dashed
		}
	}
	return start
}

func isWordRune(r rune) bool {
	return r == '_' || r == '$' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 127 && r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// lookBack judges the token before the word: after a whole operand an operator must follow.
func (p *place) lookBack(start int) {
	tree := p.bound.Tree
	var prev *syntax.Token
	for i := range tree.Tokens {
		if tree.Tokens[i].Start >= start {
			break
		}
		if prev != nil {
			p.prev2 = prev.Span().Of(tree.Text)
		}
		prev = &tree.Tokens[i]
	}
	if prev == nil || prev.End > start {
		return
	}
	p.prev = tree.Text[prev.Start:prev.End]
	p.before = syntax.PathAt(tree, prev.End-1)
	switch {
	case prev.Kind == syntax.TokString || prev.Kind == syntax.TokNumber || prev.Kind == syntax.TokGoo:
		p.after = true
	case p.prev == ")" || p.prev == "]":
		p.after = true
	case prev.Kind == syntax.TokName:
		p.after = endsOperand(tree, prev.End)
	}
	if endsParam(p.before, prev.End) {
		p.after = false // hint.num_partitions=4: what the operator works on follows
	}
	if prev.End == start && prev.Kind != syntax.TokPunct {
		p.after = false // "x'…" and its like: the word touches a literal
	}
	if p.after {
		p.operand = exprEndingAt(tree, prev.End)
	}
}

// endsParam tells whether a parameter of an operator ends at an offset.
func endsParam(path []syntax.Node, end int) bool {
	for i, n := range path {
		param, ok := n.(*syntax.Param)
		if !ok || i == 0 || param.To != end {
			continue
		}
		op, ok := path[i-1].(syntax.Operator)
		return ok && slices.Contains(op.Head().Params, param)
	}
	return false
}

// endsOperand tells whether an expression's name (not a keyword) ends at an offset.
func endsOperand(tree *syntax.Tree, end int) bool {
	path := syntax.PathAt(tree, end-1)
	for i := len(path) - 1; i >= 0; i-- {
		switch n := path[i].(type) {
		case *syntax.Param:
			return false // kind=inner: a word, no operand
		case *syntax.NameRef, *syntax.TypeRef, *syntax.Wildcard, *syntax.Literal:
			if i > 0 {
				if _, word := path[i-1].(*syntax.Param); word {
					return false
				}
			}
			return n.Span().End == end
		case syntax.Operator:
			return false
		}
	}
	return false
}

// exprEndingAt finds the smallest whole operand that ends at an offset: in "a + b|" that is b, in "f(x)|" the call.
func exprEndingAt(tree *syntax.Tree, end int) syntax.Expr {
	path := syntax.PathAt(tree, end-1)
	var best syntax.Expr
	for i := len(path) - 1; i >= 0; i-- {
		x, ok := path[i].(syntax.Expr)
		if !ok || x.Span().End != end {
			if best != nil {
				break
			}
			continue
		}
		switch x.(type) {
		case *syntax.Binary, *syntax.Named, *syntax.Pipe:
			if best != nil {
				return best
			}
		}
		best = x
	}
	return best
}

// operator finds the innermost operator that the caret is in. A word that the parser couldn't place lies behind the operator's
// node: then it is the operator of the token before, if that is one of the pipe around the caret.
func (p *place) operator() syntax.Operator {
	if op := innermostOperator(p.path); op != nil || !p.after {
		return op
	}
	return innermostOperator(p.before)
}

func innermostOperator(path []syntax.Node) syntax.Operator {
	for i := len(path) - 1; i >= 0; i-- {
		if op, ok := path[i].(syntax.Operator); ok {
			return op
		}
	}
	return nil
}

// parent gives the node that stands n levels above the marked name.
func (p *place) parent(n int) syntax.Node {
	if i := len(p.path) - 1 - n; i >= 0 {
		return p.path[i]
	}
	return nil
}

// name gives the marked name, or nil when the parser put the word elsewhere.
func (p *place) name() *syntax.Name {
	if len(p.path) == 0 {
		return nil
	}
	n, _ := p.path[len(p.path)-1].(*syntax.Name)
	return n
}

// columns gives the columns that an expression at the caret can use.
func (p *place) columns() []*symbol.Column {
	op := p.operator()
	if op == nil {
		return nil
	}
	switch op.(type) {
	case *syntax.SearchOp, *syntax.FindOp:
		return p.searchedColumns(op)
	}
	in := p.bound.In[op]
	if in == nil {
		return nil
	}
	switch op := op.(type) {
	case *syntax.ScanOp:
		return append(slices.Clip(in.List), declared(op.Declare)...)
	case *syntax.MakeGraphOp:
		for _, n := range op.With {
			if n.On != nil && n.On.Span().Touches(p.replace.Start) && p.bound.Tables[n.Table] != nil {
				return p.bound.Tables[n.Table].List
			}
		}
	}
	return in.List
}

// declared gives the columns that scan declares.
func declared(params []*syntax.FuncParam) []*symbol.Column {
	var list []*symbol.Column
	for _, d := range params {
		c := &symbol.Column{Name: d.Name.Text}
		if d.Type != nil {
			c.Type, _ = symbol.ParseType(d.Type.Name)
		}
		list = append(list, c)
	}
	return list
}
