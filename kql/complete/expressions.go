// Candidates inside expressions: columns, variables, functions, aggregates; and the operators that follow an operand.

package complete

import (
	"slices"
	"strings"
	"sync"

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
	items := append(p.namedArguments(), p.literals(want)...)
	items = append(items, columnItems(p.columns(), want)...)
	items = append(items, p.guessed()...)
	if p.columnWanted() {
		return items
	}
	items = append(items, p.partItems()...)
	items = append(items, p.timeBins()...)
	items = append(items, p.lets(want)...)
	if _, in := p.parent(2).(*syntax.In); in {
		items = append(items, p.tabularLets()...)
	}
	items = append(items, literalWords()...)
	items = append(items, p.storedScalars()...)
	items = append(items, scalarFunctions(want)...)
	if p.aggregatesFit() {
		items = append(items, aggregateItems()...)
	}
	items = append(items, p.graphFunctions()...)
	if p.paramsFit() {
		items = append(items, p.operatorParams()...)
	}
	return items
}

// literalWords are the words that begin a literal. They stand behind the everyday functions.
func literalWords() []Item {
	var items []Item
	for i, w := range []string{"dynamic", "datetime", "timespan", "guid", "long", "real", "int", "decimal", "bool"} {
		items = append(items, Item{Label: w + "()", Kind: Value, Insert: w + "($0)", Snippet: true, Rank: 105, seq: i + 1})
	}
	for i, w := range []string{"true", "false"} {
		items = append(items, Item{Label: w, Kind: Value, Rank: 105, seq: i + 20})
	}
	return items
}

// timeBins offers a bin of the first column that is a time, where summarize takes its keys.
func (p *place) timeBins() []Item {
	op, ok := p.operator().(*syntax.SummarizeOp)
	if !ok || !op.HasBy {
		return nil
	}
	by := false
	for _, x := range op.By {
		by = by || syntax.Node(x) == p.parent(1)
	}
	if !by {
		return nil
	}
	for _, c := range p.columns() {
		if c.Type == symbol.Datetime {
			return []Item{{
				Label: "bin(" + c.Name + ", 1h)", Kind: Snippet, Rank: 12, Snippet: true,
				Insert: "bin(" + strings.ReplaceAll(quoted(c.Name), "$", "\\$") + ", ${1:1h})$0",
			}}
		}
	}
	return nil
}

// aggregatesFit tells whether the caret is where summarize or make-series takes an aggregate, not inside a call.
func (p *place) aggregatesFit() bool {
	for i := len(p.path) - 1; i > 0; i-- {
		switch n := p.path[i-1].(type) {
		case *syntax.Call:
			if builtin.FindAggregate(n.Fun.Text) != nil && p.path[i] != syntax.Node(n.Fun) {
				return false
			}
			if argumentTakesAggregate(n, p.path[i]) {
				return true
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

// argumentTakesAggregate tells whether a part of a plugin's call is an argument that has to be an aggregate, as in pivot(key, sum(a)).
func argumentTakesAggregate(call *syntax.Call, part syntax.Node) bool {
	plugin := builtin.FindPlugin(call.Fun.Text)
	if plugin == nil {
		return false
	}
	params := plugin.Signatures[0].Params
	for i, a := range call.Args {
		if syntax.Node(a) == part {
			return i < len(params) && params[i].Arg == builtin.ArgAggregate
		}
	}
	return false
}

// fewColumns is up to how many columns keep the order of their table; more are looked for by name.
const fewColumns = 60

func columnItems(columns []*symbol.Column, want builtin.TypeSet) []Item {
	items := make([]Item, 0, len(columns))
	for i, c := range columns {
		if c.Guessed {
			continue // the caret's own name among them; those used above are told apart
		}
		seq := i
		if len(columns) > fewColumns {
			seq = 0
		}
		items = append(items, columnItem(c, seq, want))
	}
	return items
}

// columnItem ranks columns of a wanted type before others. seq is the column's place in its table.
func columnItem(c *symbol.Column, seq int, want builtin.TypeSet) Item {
	it := Item{Label: c.Name, Kind: Column, Detail: c.Type.String(), Insert: quoted(c.Name), Rank: 10 + fit(want, c.Type), seq: seq + 1}
	switch c.Type {
	case symbol.Unknown:
		it.Detail = ""
	case symbol.Dynamic:
		it.Commit = []string{".", "["}
	}
	return it
}

// builtinItems are the scalar functions as items, by name; made once, as they never change.
var builtinItems = sync.OnceValue(func() []builtinItem {
	all := builtin.Functions()
	items := make([]builtinItem, 0, len(all))
	for i := range all {
		f := &all[i]
		if f.Flags.Has(builtin.Hidden) || f.Flags.Has(builtin.Obsolete) || f.Flags.Has(builtin.GraphOnly) {
			continue
		}
		it := builtinItem{item: functionItem(f, Function, 110)}
		if slices.Contains(everyday, f.Name) {
			it.item.Rank = 100
		}
		for _, s := range f.Signatures {
			if s.Return == builtin.ReturnDeclared {
				it.gives |= one(s.Type)
			}
		}
		items = append(items, it)
	}
	return items
})

// builtinItem is a function's item with the types that it gives; 0 where that depends on its arguments.
type builtinItem struct {
	item  Item
	gives builtin.TypeSet
}

// everyday are the functions that come before the others.
var everyday = []string{
	"ago", "now", "bin", "iff", "case", "tostring", "toint", "tolong", "todouble", "todatetime", "isempty", "isnotempty", "isnull",
	"isnotnull", "strcat", "split", "tolower", "extract", "parse_json", "datetime_diff", "format_datetime", "round", "coalesce",
	"startofday", "bag_pack", "array_length", "strlen", "substring", "replace_string",
}

var everydayAggregates = []string{"count", "sum", "avg", "min", "max", "dcount", "countif", "make_set", "make_list", "arg_max"}

// scalarFunctions lists the builtin functions, those that give a wanted type first.
func scalarFunctions(want builtin.TypeSet) []Item {
	all := builtinItems()
	items := make([]Item, len(all))
	for i := range all {
		items[i] = all[i].item
		if want != 0 && all[i].gives != 0 && all[i].gives&want == 0 {
			items[i].Rank += otherType
		}
	}
	return items
}

// graphFunctions lists the functions that graph clauses have for themselves.
func (p *place) graphFunctions() []Item {
	switch p.operator().(type) {
	case *syntax.GraphMatchOp, *syntax.GraphShortestPathsOp, *syntax.GraphWhereNodesOp, *syntax.GraphWhereEdgesOp:
	default:
		return nil
	}
	all := builtin.Functions()
	var items []Item
	for i := range all {
		if f := &all[i]; f.Flags.Has(builtin.GraphOnly) && !f.Flags.Has(builtin.Hidden) {
			items = append(items, functionItem(f, Function, 85))
		}
	}
	return items
}

func aggregateItems() []Item {
	all := builtin.Aggregates()
	var items []Item
	for i := range all {
		if f := &all[i]; !f.Flags.Has(builtin.Hidden) && !f.Flags.Has(builtin.Obsolete) {
			it := functionItem(f, Aggregate, 5)
			if at := slices.Index(everydayAggregates, f.Name); at >= 0 {
				it.Rank, it.seq = 0, at+1
			}
			items = append(items, it)
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
	op := p.operator()
	if op == nil {
		if len(p.before) > 0 {
			if _, let := p.before[0].(*syntax.LetStatement); let {
				return p.scalarOperators()
			}
		}
		return nil
	}
	items := p.clauseWords(op)
	if p.bound.Types[p.operand].Tabular() || p.bound.Tables[p.operand] != nil {
		return items // no operator takes a table
	}
	switch op.(type) {
	case *syntax.AsOp, *syntax.RenderOp, *syntax.UnionOp, *syntax.TakeOp, *syntax.SampleOp, *syntax.ProjectAwayOp, *syntax.ProjectKeepOp,
		*syntax.ProjectReorderOp, *syntax.CountOp, *syntax.ParseOp, *syntax.ParseKvOp, *syntax.EvaluateOp, *syntax.InvokeOp:
		if !p.insideCall() {
			return items
		}
	}
	return append(items, p.scalarOperators()...)
}

// insideCall tells whether the caret is among the arguments of a call.
func (p *place) insideCall() bool {
	for i := len(p.path) - 1; i >= 0; i-- {
		switch p.path[i].(type) {
		case *syntax.Call:
			return true
		case syntax.Operator:
			return false
		}
	}
	return false
}

// clauseWords lists the words that an operator's own grammar has after an operand.
func (p *place) clauseWords(op syntax.Operator) []Item {
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
	case *syntax.JoinOp:
		if len(op.On) == 0 {
			words = []string{"on"}
		}
	case *syntax.LookupOp:
		if len(op.On) == 0 {
			words = []string{"on"}
		}
	case *syntax.RangeOp:
		words = []string{"from", "to", "step"}
	case *syntax.MakeSeriesOp:
		words = []string{"default=", "on", "from", "to", "step", "by"}
	case *syntax.MvExpandOp:
		words = []string{"to typeof()", "limit"}
	case *syntax.MvApplyOp:
		words = []string{"on", "to typeof()", "limit"}
	case *syntax.GraphMatchOp, *syntax.GraphShortestPathsOp:
		words = []string{"where", "project"}
	case *syntax.ReduceOp, *syntax.FacetOp:
		words = []string{"by", "with"}
	case *syntax.ParseOp:
		words = []string{"with"}
	case *syntax.ParseKvOp:
		words = []string{"as", "with"}
	case *syntax.RenderOp:
		words = []string{"with"}
	case *syntax.SampleDistinctOp, *syntax.TopHittersOp, *syntax.TopNestedOp:
		words = []string{"of", "by"}
	}
	given := p.wordsSince(op.Head().From)
	var items []Item
	for i, w := range words {
		if given[w] {
			continue
		}
		items = append(items, Item{Label: w, Kind: Keyword, Rank: i, Again: w == "by" || w == "on"})
		if w == "by" && strict(op) || isRange(op) {
			break // what follows needs it first
		}
	}
	return items
}

// strict tells the operators that take no other word before by.
func strict(op syntax.Operator) bool {
	switch op.(type) {
	case *syntax.TopOp, *syntax.SampleDistinctOp, *syntax.TopHittersOp:
		return true
	}
	return false
}

func isRange(op syntax.Operator) bool {
	_, ok := op.(*syntax.RangeOp)
	return ok
}

// wordsSince has the words between an offset and the caret.
func (p *place) wordsSince(from int) map[string]bool {
	words := map[string]bool{}
	for _, t := range p.bound.Tree.Tokens {
		if t.Start >= from && t.End <= p.replace.Start && t.Kind == syntax.TokName {
			words[t.Span().Of(p.bound.Tree.Text)] = true
		}
	}
	return words
}

// scalarOperators lists the operators that take the operand's type, and what joins conditions behind a whole one.
func (p *place) scalarOperators() []Item {
	var words []string
	if p.behindCondition() {
		words = append(words, "and", "or")
	}
	first := len(words)
	switch t := p.bound.Types[p.operand]; t {
	case symbol.String:
		words = append(words, stringOperators...)
	case symbol.Bool:
		words = append(words, "and", "or", "==", "!=")
	case symbol.Unknown, symbol.Dynamic:
		words = append(append(words, stringOperators...), "<", "<=", ">", ">=", "between", "and", "or")
	case symbol.Guid:
		words = append(words, "==", "!=", "in", "!in")
	default:
		words = append(words, "==", "!=", "<", "<=", ">", ">=", "between", "!between", "in", "!in", "+", "-", "*", "/", "%")
	}
	var items []Item
	for i, w := range words {
		it := Item{Label: w, Kind: Keyword, Insert: w + " ", Rank: 100 + i - first, Again: true}
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

// behindCondition tells whether a comparison ends before the caret.
func (p *place) behindCondition() bool {
	if p.operand == nil {
		return false
	}
	end := p.operand.Span().End
	for _, n := range p.before {
		if n.Span().End != end {
			continue
		}
		switch n := n.(type) {
		case *syntax.Binary:
			switch n.Op {
			case "+", "-", "*", "/", "%":
			default:
				return true
			}
		case *syntax.In, *syntax.Between:
			return true
		}
	}
	return false
}

var stringOperators = []string{
	"==", "has", "contains", "startswith", "=~", "!=", "in", "in~", "!in", "!in~", "endswith", "matches regex", "has_any", "has_all",
	"!has", "!contains", "!startswith", "!endswith", "!~", "has_cs", "contains_cs", "startswith_cs", "endswith_cs", "hasprefix",
	"hassuffix", "!has_cs", "!contains_cs",
}
