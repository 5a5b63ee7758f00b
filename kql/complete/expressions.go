// Candidates inside expressions: columns, variables, functions, aggregates; and the operators that follow an operand.

package complete

import (
	"strings"

	"calypso/kql/builtin"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// atExpression serves a place where a value is wanted.
func (p *place) atExpression() []Item {
	if call, ok := p.operator().(*syntax.EvaluateOp); ok && (call.Call == nil || p.name() == call.Call.Fun) {
		return pluginItems()
	}
	want := p.wanted()
	items := columnItems(p.columns(), want)
	items = append(items, p.lets()...)
	items = append(items, p.scalarFunctions()...)
	if p.aggregatesFit() {
		items = append(items, aggregateItems()...)
	}
	if want == symbol.Bool {
		items = append(items, Item{Label: "true", Kind: Value, Rank: 20}, Item{Label: "false", Kind: Value, Rank: 21})
	}
	if op := p.operator(); op != nil && op.Head().Keyword != nil && p.prev == op.Head().Keyword.Text {
		items = append(items, p.params(paramTables[op.Head().Keyword.Text])...)
	}
	return items
}

// wanted gives the type that fits best: the other side's of a comparison.
func (p *place) wanted() symbol.Type {
	for i := len(p.path) - 1; i > 0; i-- {
		switch n := p.path[i-1].(type) {
		case *syntax.Binary:
			if n.Y == p.path[i] && comparison[n.Op] {
				return p.bound.Types[n.X]
			}
			return symbol.Unknown
		case *syntax.In:
			return p.bound.Types[n.X]
		case *syntax.Between:
			if n.X != p.path[i] {
				return p.bound.Types[n.X]
			}
		case *syntax.WhereOp:
			return symbol.Unknown
		case *syntax.Call, syntax.Operator:
			return symbol.Unknown
		}
	}
	return symbol.Unknown
}

var comparison = map[string]bool{"==": true, "!=": true, "<>": true, "<": true, "<=": true, ">": true, ">=": true, "=~": true, "!~": true}

// aggregatesFit tells whether the caret is where summarize or make-series takes an aggregate, not inside a call.
func (p *place) aggregatesFit() bool {
	for i := len(p.path) - 1; i > 0; i-- {
		switch n := p.path[i-1].(type) {
		case *syntax.Call:
			if builtin.FindAggregate(n.Fun.Text) != nil && p.path[i] != syntax.Node(n.Fun) {
				return false
			}
		case *syntax.SummarizeOp:
			for _, by := range n.By {
				if by == p.path[i] {
					return false
				}
			}
			return true
		case *syntax.SeriesItem, *syntax.TopNestedClause:
			return true
		case syntax.Operator:
			return false
		}
	}
	return false
}

func columnItems(columns []*symbol.Column, want symbol.Type) []Item {
	items := make([]Item, len(columns))
	for i, c := range columns {
		items[i] = columnItem(c, want)
	}
	return items
}

// columnItem ranks columns of the wanted type before others.
func columnItem(c *symbol.Column, want symbol.Type) Item {
	rank := 10
	if want != symbol.Unknown && c.Type != want {
		rank = 60
	}
	return Item{Label: c.Name, Kind: Column, Detail: c.Type.String(), Insert: quoted(c.Name), Rank: rank}
}

func (p *place) scalarFunctions() []Item {
	all := builtin.Functions()
	items := make([]Item, 0, len(all))
	for i := range all {
		f := &all[i]
		if f.Flags.Has(builtin.Hidden) || f.Flags.Has(builtin.Obsolete) || f.Flags.Has(builtin.GraphOnly) {
			continue
		}
		items = append(items, functionItem(f, Function, 100))
	}
	return items
}

func aggregateItems() []Item {
	all := builtin.Aggregates()
	var items []Item
	for i := range all {
		if f := &all[i]; !f.Flags.Has(builtin.Hidden) && !f.Flags.Has(builtin.Obsolete) {
			items = append(items, functionItem(f, Aggregate, 0))
		}
	}
	return items
}

func pluginItems() []Item {
	all := builtin.Plugins()
	var items []Item
	for i := range all {
		if f := &all[i]; !f.Flags.Has(builtin.Hidden) {
			items = append(items, functionItem(f, Plugin, 0))
		}
	}
	return items
}

func functionItem(f *builtin.Function, kind Kind, rank int) Item {
	detail := parameters(f)
	return Item{Label: f.Name, Kind: kind, Detail: detail, Insert: callSnippet(f.Name, detail), Snippet: true, Rank: rank}
}

// parameters spells the first signature's parameters.
func parameters(f *builtin.Function) string {
	if len(f.Signatures) == 0 {
		return "()"
	}
	var names []string
	for _, param := range f.Signatures[0].Params {
		name := param.Name
		if param.Min == 0 {
			name = "[" + name + "]"
		}
		names = append(names, name)
	}
	return "(" + strings.Join(names, ", ") + ")"
}

// afterOperand serves the place after a whole value: scalar operators by the value's type, and the clause words of the operator.
func (p *place) afterOperand() []Item {
	var items []Item
	if op := p.operator(); op != nil {
		items = clauseWords(op)
		switch op.(type) {
		case *syntax.WhereOp, *syntax.ExtendOp, *syntax.ProjectOp, *syntax.SummarizeOp, *syntax.FindOp, *syntax.SearchOp, *syntax.PrintOp:
			items = append(items, p.scalarOperators()...)
		}
	}
	return items
}

// clauseWords lists the words that an operator's own grammar has after an operand.
func clauseWords(op syntax.Operator) []Item {
	var words []string
	switch op := op.(type) {
	case *syntax.SummarizeOp:
		if !op.HasBy {
			words = []string{"by"}
		}
	case *syntax.SortOp:
		words = []string{"asc", "desc", "nulls first", "nulls last"}
	case *syntax.TopOp:
		words = []string{"by", "asc", "desc", "nulls first", "nulls last"}
	case *syntax.JoinOp, *syntax.LookupOp:
		words = []string{"on"}
	case *syntax.RangeOp:
		words = []string{"from", "to", "step"}
	case *syntax.MakeSeriesOp:
		words = []string{"default=", "on", "from", "to", "step", "by"}
	case *syntax.MvExpandOp, *syntax.MvApplyOp:
		words = []string{"to typeof()", "limit"}
	case *syntax.ParseOp:
		words = []string{"with"}
	case *syntax.ParseKvOp:
		words = []string{"as", "with"}
	case *syntax.RenderOp:
		words = []string{"with"}
	case *syntax.SampleDistinctOp, *syntax.TopHittersOp, *syntax.TopNestedOp:
		words = []string{"of", "by"}
	}
	var items []Item
	for i, w := range words {
		items = append(items, Item{Label: w, Kind: Keyword, Rank: i, Again: w == "by" || w == "on"})
	}
	return items
}

// scalarOperators lists the operators that take the operand's type.
func (p *place) scalarOperators() []Item {
	var words []string
	switch t := p.bound.Types[p.operand]; t {
	case symbol.String:
		words = stringOperators
	case symbol.Bool:
		words = []string{"and", "or", "==", "!="}
	case symbol.Unknown, symbol.Dynamic:
		words = append(append([]string{}, stringOperators...), "<", "<=", ">", ">=", "between", "and", "or")
	case symbol.Guid:
		words = []string{"==", "!=", "in", "!in"}
	default:
		words = []string{"==", "!=", "<", "<=", ">", ">=", "between", "!between", "in", "!in", "+", "-", "*", "/", "%"}
	}
	var items []Item
	for i, w := range words {
		it := Item{Label: w, Kind: Keyword, Insert: w + " ", Rank: 100 + i, Again: true}
		switch strings.TrimLeft(w, "!") {
		case "in", "in~", "has_any", "has_all":
			it.Insert, it.Snippet = w+" ($0)", true
		case "between":
			it.Insert, it.Snippet = w+" (${1:low} .. ${2:high})$0", true
		}
		items = append(items, it)
	}
	return items
}

var stringOperators = []string{
	"==", "has", "contains", "startswith", "=~", "!=", "in", "in~", "!in", "!in~", "endswith", "matches regex", "has_any", "has_all",
	"!has", "!contains", "!startswith", "!endswith", "!~", "has_cs", "contains_cs", "startswith_cs", "endswith_cs", "hasprefix",
	"hassuffix", "!has_cs", "!contains_cs",
}
