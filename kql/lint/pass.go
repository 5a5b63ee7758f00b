package lint

import (
	"reflect"
	"slices"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// pass is one look at one block. What rules ask again and again is found once: the parent of each node, the uses of each variable.
type pass struct {
	bound   *binder.Bound
	options Options
	// statements are what is looked at: the block's, or those of the query behind a command.
	statements []syntax.Statement
	parents    map[syntax.Node]syntax.Node
	uses       map[*binder.Variable][]*syntax.NameRef
	calls      map[*binder.Variable][]*syntax.Call
	tables     []*syntax.NameRef // references to tables of a database, in order
	found      []diag.Diagnostic
	now        diag.Code // of the rule that runs
	// late has the filters that are said to come too late, so that one cause is one finding.
	late map[syntax.Node]bool
	// hidden has the variables that a column was said to hide.
	hidden map[*binder.Variable]bool
	// whole has the variables of which it is known whether all that they stand for is read.
	whole map[*binder.Variable]bool
}

func newPass(b *binder.Bound, o Options) *pass {
	return &pass{
		bound: b, options: o, statements: b.Tree.Statements, parents: make(map[syntax.Node]syntax.Node, len(b.Tree.Tokens)), uses: map[*binder.Variable][]*syntax.NameRef{},
		calls: map[*binder.Variable][]*syntax.Call{}, late: map[syntax.Node]bool{}, hidden: map[*binder.Variable]bool{}, whole: map[*binder.Variable]bool{},
	}
}

// run hands each node to the rules for its kind, then the block to those that want it whole.
func (p *pass) run() {
	var nodes []syntax.Node
	var down func(n, parent syntax.Node)
	down = func(n, parent syntax.Node) {
		p.parents[n] = parent
		nodes = append(nodes, n)
		switch x := n.(type) {
		case *syntax.NameRef:
			p.collect(x)
		case *syntax.Call:
			if v := p.bound.Refs[x.Fun].Let; v != nil {
				p.calls[v] = append(p.calls[v], x)
			}
		}
		for _, c := range syntax.Children(n) {
			down(c, n)
		}
	}
	for _, st := range p.statements {
		down(st, nil)
	}
	for _, n := range nodes {
		for _, rule := range byKind[reflect.TypeOf(n)] {
			if p.wants(rule) {
				p.now = rule.Code
				rule.node(p, n)
			}
		}
	}
	for i := range rules {
		if rule := &rules[i]; rule.block != nil && p.wants(rule) {
			p.now = rule.Code
			rule.block(p)
		}
	}
}

func (p *pass) collect(ref *syntax.NameRef) {
	sym, ok := p.bound.Refs[ref.Name]
	switch {
	case ok && sym.Let != nil:
		p.uses[sym.Let] = append(p.uses[sym.Let], ref)
	case ok && sym.Table != nil:
		p.tables = append(p.tables, ref)
	}
}

// wants tells whether a rule is switched on.
func (p *pass) wants(rule *Rule) bool {
	level, set := p.options.Severity[rule.Code]
	return level != Off && (set || !rule.Off)
}

// say reports the rule that runs at a place; args fill its message.
func (p *pass) say(span text.Span, args ...any) *diag.Diagnostic {
	p.found = append(p.found, diag.New(p.now, span, args...))
	return &p.found[len(p.found)-1]
}

// text is what stands in the query for a node.
func (p *pass) text(n syntax.Node) string { return n.Span().Of(p.bound.Tree.Text) }

func (p *pass) typ(x syntax.Expr) symbol.Type { return p.bound.Types[x] }

// column gives the column that an expression is, nil when it is anything else.
func (p *pass) column(x syntax.Expr) *symbol.Column {
	if ref, ok := bare(x).(*syntax.NameRef); ok {
		return p.bound.Refs[ref.Name].Column
	}
	return nil
}

// columns gives the columns that an expression reads, each once.
func (p *pass) columns(x syntax.Node) []*symbol.Column {
	var list []*symbol.Column
	syntax.Walk(x, func(n syntax.Node) bool {
		if ref, ok := n.(*syntax.NameRef); ok {
			if c := p.bound.Refs[ref.Name].Column; c != nil && !slices.Contains(list, c) {
				list = append(list, c)
			}
		}
		return true
	})
	return list
}

// call gives x as a call of a built-in function or aggregate of one of the names.
func (p *pass) call(x syntax.Node, names ...string) *syntax.Call {
	e, ok := x.(syntax.Expr)
	if !ok {
		return nil
	}
	c, ok := bare(e).(*syntax.Call)
	if !ok || !slices.Contains(names, c.Fun.Text) {
		return nil
	}
	if kind := p.bound.Refs[c.Fun].Kind; kind != binder.SymBuiltin && kind != binder.SymAggregate {
		return nil
	}
	return c
}

// constant gives the text that an expression stands for.
func (p *pass) constant(x syntax.Expr) (string, bool) {
	if lit, ok := bare(x).(*syntax.Literal); ok && lit.Kind == syntax.LitString {
		return lit.Text, true
	}
	s, ok := p.bound.Consts[bare(x)].(string)
	return s, ok
}

// table gives the table that an expression is, without operators; nil when it is anything else.
func (p *pass) table(x syntax.Expr) *symbol.TableSymbol {
	if ref, ok := bare(x).(*syntax.NameRef); ok {
		return p.bound.Refs[ref.Name].Table
	}
	return nil
}

// inFilter tells whether a node stands in a condition that rows must meet.
func (p *pass) inFilter(n syntax.Node) bool {
	for at, from := p.parents[n], n; at != nil; at, from = p.parents[at], at {
		switch at := at.(type) {
		case *syntax.WhereOp:
			return true
		case *syntax.FindOp:
			return at.Cond != nil && at.Cond.Span() == from.Span()
		case *syntax.SearchOp:
			return at.Cond != nil && at.Cond.Span() == from.Span()
		case syntax.Operator, syntax.Statement:
			return false
		}
	}
	return false
}

// bare takes the round brackets off.
func bare(x syntax.Expr) syntax.Expr {
	for {
		p, ok := x.(*syntax.Paren)
		if !ok || p.X == nil {
			return x
		}
		x = p.X
	}
}

// parts gives the expressions that a chain of one operator joins: of "and" those that must all hold.
func parts(x syntax.Expr, op string) []syntax.Expr {
	b, ok := bare(x).(*syntax.Binary)
	if !ok || b.Op != op {
		return []syntax.Expr{bare(x)}
	}
	return append(parts(b.X, op), parts(b.Y, op)...)
}

// pipe gives an expression as source and operators; a table alone has none.
func pipe(x syntax.Expr) (source syntax.Expr, ops []syntax.Operator) {
	x = bare(x)
	for {
		p, ok := x.(*syntax.Pipe)
		if !ok {
			return x, ops
		}
		ops = append(slices.Clone(p.Ops), ops...)
		if p.Source == nil {
			return nil, ops
		}
		x = bare(p.Source)
	}
}

// placeOf gives the pipe that an operator stands in, and its place there.
func (p *pass) placeOf(op syntax.Operator) (*syntax.Pipe, int) {
	parent, ok := p.parents[op].(*syntax.Pipe)
	if !ok {
		return nil, 0
	}
	return parent, slices.Index(parent.Ops, op)
}

// keyword is an operator's first word as written.
func keyword(op syntax.Operator) string {
	if k := op.Head().Keyword; k != nil {
		return k.Text
	}
	return ""
}

// short cuts a text for a message.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}
