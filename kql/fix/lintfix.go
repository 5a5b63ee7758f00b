package fix

// Quick fixes for what the linter reports.

import (
	"fmt"
	"strings"

	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

func addJoinKind(p *place, d diag.Diagnostic) []Action {
	return []Action{
		{Title: "Add kind=inner", Edits: []text.Edit{insert(d.Span.End, " kind=inner")}},
		{Title: "Add kind=innerunique (what it is now)", Edits: []text.Edit{insert(d.Span.End, " kind=innerunique")}},
		{Title: "Add kind=leftouter", Edits: []text.Edit{insert(d.Span.End, " kind=leftouter")}},
	}
}

// emptyFor is what asks of a string the question that is asked of other types.
var emptyFor = map[string]string{"isnull": "isempty", "isnotnull": "isnotempty", "notnull": "isnotempty"}

func useIsEmpty(p *place, d diag.Diagnostic) []Action {
	c, ok := find[*syntax.Call](p, d.Span)
	if !ok || emptyFor[c.Fun.Text] == "" {
		return nil
	}
	to := emptyFor[c.Fun.Text]
	return []Action{{Title: "Use " + to, Edits: []text.Edit{replace(c.Fun.Span(), to)}, Preferred: true, keeps: true}}
}

func compareWithZero(p *place, d diag.Diagnostic) []Action {
	c, ok := find[*syntax.Call](p, d.Span)
	if !ok || len(c.Args) != 1 {
		return nil
	}
	x := p.operand(c.Args[0]) + " != 0"
	if _, inside := p.parents[c].(*syntax.Binary); inside {
		x = "(" + x + ")"
	}
	return one("Compare with 0", replace(c.Span(), x))
}

// operand writes an expression so that an operator may follow it.
func (p *place) operand(x syntax.Expr) string {
	switch x.(type) {
	case *syntax.Binary, *syntax.Between, *syntax.In, *syntax.Named, *syntax.Pipe:
		return "(" + p.of(x) + ")"
	}
	return p.of(x)
}

func splitSum(p *place, d diag.Diagnostic) []Action {
	c, ok := find[*syntax.Call](p, d.Span)
	if !ok || len(c.Args) != 1 {
		return nil
	}
	x, ok := bare(c.Args[0]).(*syntax.Binary)
	if !ok {
		return nil
	}
	return one("Sum each column by itself", replace(c.Span(), fmt.Sprintf("sum(%s) %s sum(%s)", p.of(x.X), x.Op, p.of(x.Y))))
}

func wrapToTimespan(p *place, d diag.Diagnostic) []Action {
	return one("Convert with totimespan", replace(d.Span, "totimespan("+d.Span.Of(p.text)+")"))
}

func useIsNull(p *place, d diag.Diagnostic) []Action {
	x, ok := find[*syntax.Binary](p, d.Span)
	if !ok {
		return nil
	}
	other := x.X
	if lit, isLiteral := bare(x.X).(*syntax.Literal); isLiteral && lit.Null() {
		other = x.Y
	}
	f := "isnull"
	if p.bound.Types[other] == symbol.String {
		f = "isempty"
	}
	return []Action{{Title: "Use " + f, Edits: []text.Edit{replace(x.Span(), f+"("+p.of(other)+")")}, Preferred: true}}
}

func swapBounds(p *place, d diag.Diagnostic) []Action {
	x, ok := around[*syntax.Between](p, d.Span)
	if !ok {
		return nil
	}
	return []Action{{Title: "Exchange the bounds", Preferred: true, Edits: []text.Edit{
		replace(x.Low.Span(), p.of(x.High)), replace(x.High.Span(), p.of(x.Low)),
	}}}
}

// hasFor is the operator on whole terms for each that looks inside words.
var hasFor = map[string]string{
	"contains": "has", "contains_cs": "has_cs", "!contains": "!has", "!contains_cs": "!has_cs",
	"notcontains": "!has", "notcontains_cs": "!has_cs",
}

func containsToHas(p *place, d diag.Diagnostic) []Action {
	to := hasFor[d.Span.Of(p.text)]
	if to == "" {
		return nil
	}
	return one(fmt.Sprintf("Use %s (changes the meaning: whole words only)", to), replace(d.Span, to))
}

func callView(p *place, d diag.Diagnostic) []Action {
	ref, ok := find[*syntax.NameRef](p, d.Span)
	if !ok {
		return nil
	}
	return one("Read the finished part only (changes the result: without the newest rows)", replace(d.Span, "materialized_view('"+strings.ReplaceAll(ref.Name.Text, "'", `\'`)+"')"))
}

func addStrategy(p *place, d diag.Diagnostic) []Action {
	return []Action{
		{Title: "Add hint.strategy=native (up to 64 keys)", Edits: []text.Edit{insert(d.Span.End, " hint.strategy=native")}},
		{Title: "Add hint.strategy=shuffle (many keys)", Edits: []text.Edit{insert(d.Span.End, " hint.strategy=shuffle")}},
	}
}

func useIPv4(p *place, d diag.Diagnostic) []Action {
	for n := range p.parents {
		switch x := n.(type) {
		case *syntax.Binary:
			if x.OpAt == d.Span {
				return one("Use has_ipv4", replace(x.Span(), fmt.Sprintf("has_ipv4(%s, %s)", p.of(x.X), p.of(x.Y))))
			}
		case *syntax.In:
			if x.OpAt == d.Span && len(x.List) > 0 {
				list := text.Span{Start: x.List[0].Span().Start, End: x.List[len(x.List)-1].Span().End}
				return one("Use has_any_ipv4", replace(x.Span(), fmt.Sprintf("has_any_ipv4(%s, %s)", p.of(x.X), list.Of(p.text))))
			}
		}
	}
	return nil
}

func useTwin(p *place, d diag.Diagnostic) []Action {
	to := map[string]string{"count_distinct": "dcount", "count_distinctif": "dcountif"}[d.Span.Of(p.text)]
	if to == "" {
		return nil
	}
	return one(fmt.Sprintf("Use %s (changes the meaning: an estimate)", to), replace(d.Span, to))
}

var tildes = map[string]string{"==": "=~", "!=": "!~", "in": "in~", "!in": "!in~"}

func useTilde(p *place, d diag.Diagnostic) []Action {
	var x syntax.Expr
	var op string
	var at text.Span
	if b, ok := find[*syntax.Binary](p, d.Span); ok {
		x, op, at = b.X, b.Op, b.OpAt
	} else if in, ok := find[*syntax.In](p, d.Span); ok {
		x, op, at = in.X, in.Op, in.OpAt
	}
	c, ok := bare(x).(*syntax.Call)
	if !ok || tildes[op] == "" || len(c.Args) != 1 {
		return nil
	}
	return []Action{{Title: "Use " + tildes[op], Preferred: true, Edits: []text.Edit{
		replace(x.Span(), p.operand(c.Args[0])), replace(at, tildes[op]),
	}}}
}

// addTimeFilter puts a filter right behind the table.
func addTimeFilter(p *place, d diag.Diagnostic) []Action {
	ref, ok := find[*syntax.NameRef](p, d.Span)
	if !ok {
		return nil
	}
	return p.timeFilter(ref)
}

// timeFilter offers a filter on the table's time; where several tables make a union it stays on the one.
func (p *place) timeFilter(ref *syntax.NameRef) []Action {
	t := p.bound.Refs[ref.Name].Table
	if t == nil {
		return nil
	}
	name := ""
	for _, c := range t.Columns.List {
		if c.Type != symbol.Datetime {
			continue
		}
		if name == "" || c.Name == "TimeGenerated" || c.Name == "Timestamp" {
			name = c.Name
		}
	}
	if name == "" {
		return nil
	}
	filter := fmt.Sprintf("where %s > ago(1d)", symbol.QuoteName(name))
	title := "Add time filter: " + filter
	if _, inUnion := p.parents[ref].(*syntax.UnionOp); inUnion {
		return []Action{{Title: title, Edits: []text.Edit{replace(ref.Span(), "("+p.of(ref)+" | "+filter+")")}, keeps: true}}
	}
	if join, inJoin := p.parents[ref].(*syntax.JoinOp); inJoin && join.Right == syntax.Expr(ref) {
		return []Action{{Title: title, Edits: []text.Edit{replace(ref.Span(), "("+p.of(ref)+" | "+filter+")")}, keeps: true}}
	}
	return []Action{{Title: title, Edits: []text.Edit{insert(ref.To, p.breakBefore(ref)+"| "+filter)}, keeps: true}}
}

// breakBefore gives what parts an operator from what stands before it, as the pipe that a node starts does: a line break with its
// indent, or a space.
func (p *place) breakBefore(source syntax.Node) string {
	pipe, ok := p.parents[source].(*syntax.Pipe)
	if !ok || len(pipe.Bars) == 0 {
		return " "
	}
	before := p.text[:pipe.Bars[0]]
	line := strings.LastIndexByte(before, '\n')
	if indent := before[line+1:]; line >= 0 && strings.TrimSpace(indent) == "" {
		if strings.HasSuffix(before[:line], "\r") {
			return "\r\n" + indent
		}
		return "\n" + indent
	}
	return " "
}

// filterFirst exchanges a filter with the operator before it.
func filterFirst(p *place, d diag.Diagnostic) []Action {
	keyword, ok := find[*syntax.Name](p, d.Span)
	if !ok {
		return nil
	}
	where, ok := p.parents[keyword].(*syntax.WhereOp)
	if !ok {
		return nil
	}
	pipe, ok := p.parents[where].(*syntax.Pipe)
	if !ok {
		return nil
	}
	for i, op := range pipe.Ops {
		if op == syntax.Operator(where) && i > 0 {
			before := pipe.Ops[i-1]
			if _, join := before.(*syntax.JoinOp); d.Code == diag.LateTimeFilter && join && before.Head().Param("kind") == nil {
				return nil // which row stays for a key would change
			}
			return []Action{{Title: "Put the filter before " + before.Head().Keyword.Text, keeps: true, Edits: []text.Edit{
				replace(before.Span(), p.of(where)), replace(where.Span(), p.of(before)),
			}}}
		}
	}
	return nil
}

func materialize(p *place, d diag.Diagnostic) []Action {
	name, ok := find[*syntax.Name](p, d.Span)
	if !ok {
		return nil
	}
	let, ok := p.parents[name].(*syntax.LetStatement)
	if !ok || let.X == nil {
		return nil
	}
	return []Action{{Title: "Wrap in materialize", keeps: true, Preferred: true, Edits: []text.Edit{
		insert(let.X.Span().Start, "materialize("), insert(let.X.Span().End, ")"),
	}}}
}

func usualWord(p *place, d diag.Diagnostic) []Action {
	to := map[string]string{"filter": "where", "limit": "take", "order": "sort"}[d.Span.Of(p.text)]
	if to == "" {
		return nil
	}
	return []Action{{Title: "Write " + to, Edits: []text.Edit{replace(d.Span, to)}, Preferred: true, keeps: true}}
}

func dropComment(p *place, d diag.Diagnostic) []Action {
	span := d.Span
	if p.startsLine(span.Start) {
		span.Start = strings.LastIndexByte(p.text[:span.Start], '\n') + 1
		if strings.HasPrefix(p.text[span.End:], "\r\n") {
			span.End += 2
		} else if strings.HasPrefix(p.text[span.End:], "\n") {
			span.End++
		}
	} else {
		span.Start = len(strings.TrimRight(p.text[:span.Start], " \t"))
	}
	return []Action{{Title: "Remove the comment", Edits: []text.Edit{remove(span)}, Preferred: true, keeps: true}}
}

// ignore silences a finding by a comment on its line; where the line ends in a comment or within a string, on the line before.
func (p *place) ignore(d diag.Diagnostic) []Action {
	if d.Code == diag.UnusedSuppression || d.Span.Start > len(p.text) {
		return nil
	}
	from := strings.LastIndexByte(p.text[:d.Span.Start], '\n') + 1
	to := len(p.text)
	if i := strings.IndexByte(p.text[d.Span.Start:], '\n'); i >= 0 {
		to = d.Span.Start + i
	}
	end := from + len(strings.TrimRight(p.text[from:to], " \t\r"))
	title := fmt.Sprintf("Ignore %s on this line", d.Code)
	action := func(e text.Edit) []Action {
		return []Action{{Title: title, Kind: QuickFix, Code: d.Code, Ignores: true, Edits: []text.Edit{e}}}
	}
	if !strings.Contains(p.text[from:end], "//") && p.betweenTokens(end) {
		return action(insert(end, " // calypso: ignore "+string(d.Code)))
	}
	if !p.betweenTokens(from) {
		return nil // inside a string over lines no comment can stand
	}
	indent := p.text[from : from+len(p.text[from:end])-len(strings.TrimLeft(p.text[from:end], " \t"))]
	return action(insert(from, indent+"// calypso: ignore-next-line "+string(d.Code)+"\n"))
}

// betweenTokens tells whether an offset lies in no token.
func (p *place) betweenTokens(at int) bool {
	for _, t := range p.bound.Tree.Tokens {
		if t.Start < at && at < t.End {
			return false
		}
	}
	return true
}
