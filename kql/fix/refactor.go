package fix

// Refactorings of one place: the same query in other words, or a change of meaning that the title names.

import (
	"fmt"
	"slices"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// refactorings are tried at each place, in the order they are offered.
var refactorings = []func(*place, text.Span) []Action{
	extractValue, extractColumn, extractFunction, extractSubquery, inlineLet,
	hasInstead, listColumns, shortKey, splitAnd, sortTakeToTop, filterTime, countNotNull,
}

func rewrite(title string, keeps bool, edits ...text.Edit) []Action {
	return []Action{{Title: title, Kind: Rewrite, Edits: edits, keeps: keeps}}
}

// hasInstead turns contains into has.
func hasInstead(p *place, at text.Span) []Action {
	x, ok := around[*syntax.Binary](p, at)
	if !ok || hasFor[x.Op] == "" || at.Start < x.OpAt.Start || at.End > x.OpAt.End {
		return nil
	}
	to := hasFor[x.Op]
	return rewrite(fmt.Sprintf("Use %s (changes the meaning: whole words only)", to), true, replace(x.OpAt, to))
}

// listColumns writes the columns that * or a pattern stands for.
func listColumns(p *place, at text.Span) []Action {
	w, ok := around[*syntax.Wildcard](p, at)
	if !ok {
		return nil
	}
	columns := p.bound.Columns[w]
	if c, inCall := p.parents[w].(*syntax.Call); inCall && p.bound.Calls[c] != nil {
		// What the aggregate is ordered by has its column already.
		columns = slices.DeleteFunc(slices.Clone(p.bound.Calls[c].Star), func(column *symbol.Column) bool {
			ref, ok := bare(c.Args[0]).(*syntax.NameRef)
			return ok && ref.Name.Text == column.Name
		})
	}
	if len(columns) == 0 || p.openAt(w) {
		return nil
	}
	var names []string
	for _, c := range columns {
		names = append(names, symbol.QuoteName(c.Name))
	}
	return rewrite(fmt.Sprintf("Write the %d columns of %s", len(names), w.Text), true, replace(w.Span(), strings.Join(names, ", ")))
}

// openAt tells whether columns that nobody knows may come in at a node.
func (p *place) openAt(n syntax.Node) bool {
	op, ok := upTo[syntax.Operator](p, n)
	return ok && (p.bound.In[op] == nil || p.bound.In[op].Open)
}

// shortKey turns $left.k == $right.k into k.
func shortKey(p *place, at text.Span) []Action {
	x, ok := around[*syntax.Binary](p, at)
	for ok && x.Op != "==" {
		x, ok = p.parents[x].(*syntax.Binary)
	}
	if !ok {
		return nil
	}
	left, right := side(x.X), side(x.Y)
	if left == nil || right == nil || left.Text != right.Text {
		return nil
	}
	if base(x.X) == base(x.Y) {
		return nil
	}
	return rewrite("Write "+p.of(left)+" for both sides", true, replace(x.Span(), p.of(left)))
}

// side gives the name behind $left. or $right.
func side(x syntax.Expr) *syntax.Name {
	path, ok := bare(x).(*syntax.Path)
	if !ok || base(x) != "$left" && base(x) != "$right" {
		return nil
	}
	if ref, ok := path.Selector.(*syntax.NameRef); ok {
		return ref.Name
	}
	return nil
}

func base(x syntax.Expr) string {
	if path, ok := bare(x).(*syntax.Path); ok {
		if ref, ok := path.X.(*syntax.NameRef); ok {
			return ref.Name.Text
		}
	}
	return ""
}

// splitAnd makes a filter of each condition.
func splitAnd(p *place, at text.Span) []Action {
	op, ok := around[*syntax.WhereOp](p, at)
	if !ok {
		return nil
	}
	pipe, ok := p.parents[op].(*syntax.Pipe)
	if !ok || nested(p, op, at) {
		return nil
	}
	list := conditions(op.Cond)
	i := slices.Index(pipe.Ops, syntax.Operator(op))
	if len(list) < 2 || i == 0 && pipe.Source == nil {
		return nil
	}
	gap := p.barBreak(pipe, op)
	var edits []text.Edit
	for k := 1; k < len(list); k++ {
		between := text.Span{Start: list[k-1].Span().End, End: list[k].Span().Start}
		if strings.Contains(between.Of(p.text), "//") {
			return nil
		}
		edits = append(edits, replace(between, gap+"| where "))
	}
	return rewrite(fmt.Sprintf("Split into %d filters", len(list)), true, edits...)
}

// conditions gives the parts of a chain of and that isn't in brackets.
func conditions(x syntax.Expr) []syntax.Expr {
	b, ok := x.(*syntax.Binary)
	if !ok || b.Op != "and" {
		return []syntax.Expr{x}
	}
	return append(conditions(b.X), conditions(b.Y)...)
}

// nested tells whether a place lies in a query inside an operator.
func nested(p *place, op syntax.Operator, at text.Span) bool {
	inner, ok := around[*syntax.Pipe](p, at)
	return ok && inner.Span().Start > op.Span().Start && inner.Span().End <= op.Span().End
}

// barBreak gives the white space before the bar of an operator.
func (p *place) barBreak(pipe *syntax.Pipe, op syntax.Operator) string {
	i := slices.Index(pipe.Ops, op)
	if pipe.Source == nil {
		i--
	}
	if i < 0 || i >= len(pipe.Bars) {
		return " "
	}
	before := p.text[:pipe.Bars[i]]
	if space := before[len(strings.TrimRight(before, " \t\r\n")):]; strings.Contains(space, "\n") {
		return space
	}
	return " "
}

// sortTakeToTop joins sort and take that follow each other.
func sortTakeToTop(p *place, at text.Span) []Action {
	pipe, ok := around[*syntax.Pipe](p, at)
	if !ok {
		return nil
	}
	for i := 1; i < len(pipe.Ops); i++ {
		sort, isSort := pipe.Ops[i-1].(*syntax.SortOp)
		take, isTake := pipe.Ops[i].(*syntax.TakeOp)
		if !isSort || !isTake || at.Start < sort.From || at.End > take.To || len(sort.Items) != 1 || len(sort.Params)+len(take.Params) > 0 {
			continue
		}
		by := text.Span{Start: sort.Items[0].Span().Start, End: sort.To}
		if strings.Contains(p.text[sort.From:take.To], "//") {
			return nil
		}
		whole := text.Span{Start: sort.From, End: take.To}
		return rewrite("Use top", true, replace(whole, fmt.Sprintf("top %s by %s", p.of(take.Count), by.Of(p.text))))
	}
	return nil
}

// filterTime offers a filter on the time of the table at the caret.
func filterTime(p *place, at text.Span) []Action {
	ref, ok := around[*syntax.NameRef](p, at)
	if !ok || p.bound.Refs[ref.Name].Table == nil {
		return nil
	}
	list := p.timeFilter(ref)
	for i := range list {
		list[i].Kind = Rewrite
	}
	return list
}

// countNotNull turns count(x), which counts every row, into what it looks like.
func countNotNull(p *place, at text.Span) []Action {
	c, ok := around[*syntax.Call](p, at)
	if !ok || c.Fun.Text != "count" || len(c.Args) != 1 || p.bound.Refs[c.Fun].Kind != binder.SymAggregate || at.Start > c.Fun.To {
		return nil
	}
	f := "isnotnull"
	if p.bound.Types[c.Args[0]] == symbol.String {
		f = "isnotempty"
	}
	to := fmt.Sprintf("countif(%s(%s))", f, p.of(c.Args[0]))
	return rewrite("Count the rows that have a value: "+to, false, replace(c.Span(), to))
}
