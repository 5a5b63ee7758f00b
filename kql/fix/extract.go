package fix

// Refactorings that give a part of a query a name.

import (
	"fmt"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// chosen gives the expression that a span means: the one that is selected, or the literal under the caret.
func (p *place) chosen(at text.Span) syntax.Expr {
	at = p.trim(at)
	if at.Len() == 0 {
		for _, find := range []func(*place, text.Span) (syntax.Expr, bool){
			asExpr(around[*syntax.Literal]), asExpr(around[*syntax.DynamicLit]),
		} {
			if x, ok := find(p, at); ok {
				return x
			}
		}
		return nil
	}
	x, _ := find[syntax.Expr](p, at)
	return bareOrSelf(x)
}

func asExpr[T syntax.Expr](find func(*place, text.Span) (T, bool)) func(*place, text.Span) (syntax.Expr, bool) {
	return func(p *place, at text.Span) (syntax.Expr, bool) {
		x, ok := find(p, at)
		return x, ok
	}
}

func bareOrSelf(x syntax.Expr) syntax.Expr {
	if x == nil {
		return nil
	}
	return bare(x)
}

// trim takes white space off the ends of a selection.
func (p *place) trim(at text.Span) text.Span {
	s := at.Of(p.text)
	at.Start += len(s) - len(strings.TrimLeft(s, " \t\r\n"))
	at.End = at.Start + len(strings.TrimSpace(s))
	return at
}

// scalarValue tells whether an expression is a value where any value may stand: no name, no part of a pattern or declaration.
func (p *place) scalarValue(x syntax.Expr) bool {
	if x == nil || !p.bound.Types[x].Scalar() {
		return false
	}
	switch p.parents[x].(type) {
	case *syntax.Param, *syntax.ParsePart, *syntax.LetStatement, *syntax.DataTable, *syntax.ExternalData, *syntax.JSONArray, *syntax.JSONPair,
		*syntax.JSONBag, *syntax.DynamicLit, *syntax.FuncParam, *syntax.SetStatement:
		return false
	}
	return true
}

// reads lists what an expression takes from outside of itself: columns and parameters.
func (p *place) reads(x syntax.Node) (columns []*syntax.NameRef, free bool) {
	free = true
	syntax.Walk(x, func(n syntax.Node) bool {
		if ref, ok := n.(*syntax.NameRef); ok {
			switch sym := p.bound.Refs[ref.Name]; {
			case sym.Column != nil:
				columns = append(columns, ref)
			case sym.Kind == binder.SymParam:
				free = false
			}
		}
		if call, ok := n.(*syntax.Call); ok && p.bound.Refs[call.Fun].Kind == binder.SymAggregate {
			free = false
		}
		return true
	})
	return columns, free
}

// statement gives the statement that a node stands in, in the text or in a function's body, before which a let may be put.
func (p *place) statement(n syntax.Node) (syntax.Statement, bool) {
	return upTo[syntax.Statement](p, n)
}

// freeName makes a name that nothing has yet.
func (p *place) freeName(want string) string {
	taken := map[string]bool{}
	for n := range p.parents {
		if name, ok := n.(*syntax.Name); ok {
			taken[name.Text] = true
		}
	}
	for _, t := range p.bound.Out {
		if t == nil {
			continue
		}
		for _, c := range t.List {
			taken[c.Name] = true
		}
	}
	for _, t := range p.bound.In {
		if t == nil {
			continue
		}
		for _, c := range t.List {
			taken[c.Name] = true
		}
	}
	name := want
	for i := 2; taken[name] || syntax.IsKeyword(name) || p.bound.Schema.Table(name) != nil; i++ {
		name = fmt.Sprintf("%s%d", want, i)
	}
	return name
}

// newLet gives the edit that puts a let before a statement, and where its name stands afterwards.
func (p *place) newLet(st syntax.Statement, name, value string) (text.Edit, text.Span) {
	at := st.Span().Start
	gap := " "
	if p.startsLine(at) {
		from := strings.LastIndexByte(p.text[:at], '\n') + 1
		gap = "\n" + p.text[from:at]
	}
	start := at + len("let ")
	return insert(at, "let "+name+" = "+value+";"+gap), text.Span{Start: start, End: start + len(name)}
}

// extractValue names a value that reads no column.
func extractValue(p *place, at text.Span) []Action {
	x := p.chosen(at)
	if !p.scalarValue(x) {
		return nil
	}
	columns, free := p.reads(x)
	st, ok := p.statement(x)
	if len(columns) > 0 || !free || !ok {
		return nil
	}
	name := p.freeName("value")
	let, where := p.newLet(st, name, p.of(x))
	return []Action{{
		Title: "Extract into let " + name, Kind: Extract, Name: where, keeps: p.named(x),
		Edits: []text.Edit{let, replace(x.Span(), name)},
	}}
}

// named tells whether an item keeps its column's name whatever its expression is.
func (p *place) named(x syntax.Node) bool {
	switch p.parents[x].(type) {
	case *syntax.ProjectOp, *syntax.ExtendOp, *syntax.PrintOp, *syntax.SummarizeOp, *syntax.DistinctOp, *syntax.SerializeOp:
		return false
	}
	return true
}

// computed is the selected value and the columns that it reads; nil where nothing is selected, or what is isn't computed of columns.
func (p *place) computed(at text.Span) (x syntax.Expr, columns []*syntax.NameRef) {
	if p.trim(at).Len() == 0 {
		return nil, nil
	}
	x = p.chosen(at)
	if _, isName := x.(*syntax.NameRef); isName || !p.scalarValue(x) {
		return nil, nil
	}
	columns, free := p.reads(x)
	if len(columns) == 0 || !free {
		return nil, nil
	}
	return x, columns
}

// extractColumn names a computed value by an extend before the operator.
func extractColumn(p *place, at text.Span) []Action {
	x, _ := p.computed(at)
	if x == nil {
		return nil
	}
	op, ok := upTo[syntax.Operator](p, x)
	if !ok {
		return nil
	}
	switch op.(type) {
	case *syntax.WhereOp, *syntax.ExtendOp, *syntax.ProjectOp, *syntax.SummarizeOp, *syntax.SortOp, *syntax.TopOp:
	default:
		return nil
	}
	pipe, ok := p.parents[op].(*syntax.Pipe)
	if !ok || pipe.Source == nil && pipe.Ops[0] == op {
		return nil
	}
	name := p.freeName("Value")
	put := "extend " + name + " = " + p.of(x) + p.barBreak(pipe, op) + "| "
	start := op.Span().Start + len("extend ")
	return []Action{{
		Title: "Extract into column " + name, Kind: Extract, Name: text.Span{Start: start, End: start + len(name)},
		Edits: []text.Edit{insert(op.Span().Start, put), replace(x.Span(), name)},
	}}
}

// extractFunction makes a function of a value that reads columns: its parameters are the columns.
func extractFunction(p *place, at text.Span) []Action {
	x, columns := p.computed(at)
	if x == nil {
		return nil
	}
	st, ok := p.statement(x)
	if !ok {
		return nil
	}
	var params, args []string
	seen := map[string]bool{}
	for _, ref := range columns {
		if seen[ref.Name.Text] {
			continue
		}
		seen[ref.Name.Text] = true
		t := p.bound.Refs[ref.Name].Column.Type
		if !t.Scalar() || t == symbol.Unknown {
			return nil
		}
		params = append(params, p.of(ref.Name)+":"+t.String())
		args = append(args, p.of(ref.Name))
	}
	name := p.freeName("compute")
	let, where := p.newLet(st, name, fmt.Sprintf("(%s) { %s }", strings.Join(params, ", "), p.of(x)))
	return []Action{{
		Title: "Extract into function " + name, Kind: Extract, Name: where, keeps: p.named(x),
		Edits: []text.Edit{let, replace(x.Span(), name+"("+strings.Join(args, ", ")+")")},
	}}
}

// extractSubquery names a query in brackets, or the selected beginning of a pipe.
func extractSubquery(p *place, at text.Span) []Action {
	x, span := p.subquery(p.trim(at))
	if x == nil {
		return nil
	}
	st, ok := p.statement(x)
	if !ok {
		return nil
	}
	name := p.freeName("Subquery")
	let, where := p.newLet(st, name, p.outdent(span))
	return []Action{{
		Title: "Extract into let " + name, Kind: Extract, Name: where, keeps: true,
		Edits: []text.Edit{let, replace(span, name)},
	}}
}

// subquery finds what is to be named: the pipe in brackets around a caret, or the operators that are selected with their source.
func (p *place) subquery(at text.Span) (syntax.Expr, text.Span) {
	pipe, ok := around[*syntax.Pipe](p, at)
	if !ok || pipe.Source == nil {
		return nil, text.Span{}
	}
	if at.Len() == 0 {
		_, inBrackets := p.parents[pipe].(*syntax.Paren)
		_, inJoin := p.parents[pipe].(*syntax.JoinOp)
		if !inBrackets && !inJoin {
			return nil, text.Span{}
		}
		return pipe, pipe.Span()
	}
	if at.Start != pipe.Source.Span().Start {
		return nil, text.Span{}
	}
	for _, op := range pipe.Ops {
		if op.Span().End == at.End {
			return pipe, at
		}
	}
	return nil, text.Span{}
}

// outdent writes a query so that its lines start no further right than needed.
func (p *place) outdent(span text.Span) string {
	lines := strings.Split(span.Of(p.text), "\n")
	for _, t := range p.bound.Tree.Tokens {
		if t.Kind == syntax.TokString && t.Start >= span.Start && t.End <= span.End && strings.Contains(t.Span().Of(p.text), "\n") {
			return span.Of(p.text) // the white space in it counts
		}
	}
	least := -1
	for _, l := range lines[1:] {
		if indent := len(l) - len(strings.TrimLeft(l, " \t")); strings.TrimSpace(l) != "" && (least < 0 || indent < least) {
			least = indent
		}
	}
	for i, l := range lines[1:] {
		lines[i+1] = l[min(max(least, 0), len(l)):]
	}
	return strings.Join(lines, "\n")
}

// inlineLet puts what a let stands for at each of its uses.
func inlineLet(p *place, at text.Span) []Action {
	name, ok := around[*syntax.Name](p, at)
	if !ok {
		return nil
	}
	v := p.bound.Refs[name].Let
	if v == nil || v.Param || v.Func != nil || v.X == nil || v.Op != nil || v.Decl == nil {
		return nil
	}
	let, ok := p.parents[v.Decl].(*syntax.LetStatement)
	if !ok || let.Name != v.Decl {
		return nil
	}
	value := p.of(let.X)
	switch let.X.(type) {
	case *syntax.Literal, *syntax.NameRef, *syntax.Call, *syntax.DynamicLit, *syntax.Paren, *syntax.Path, *syntax.DataTable:
	default:
		value = "(" + value + ")"
	}
	var edits []text.Edit
	for n := range p.parents {
		if ref, ok := n.(*syntax.NameRef); ok && p.bound.Refs[ref.Name].Let == v {
			edits = append(edits, replace(ref.Span(), value))
		}
	}
	if len(edits) == 0 {
		return nil
	}
	drop := dropSpan(p, let)
	return []Action{{Title: fmt.Sprintf("Inline %q (%d uses)", v.Name, len(edits)), Kind: Inline, Edits: append(edits, remove(drop)), keeps: true}}
}
