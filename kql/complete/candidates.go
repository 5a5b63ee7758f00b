// Which candidates fit a place: one decision, by the node that holds the marked name.

package complete

import (
	"strings"

	"calypso/kql/syntax"
)

// candidates lists what fits, unranked and unfiltered.
func (p *place) candidates() []Item {
	if p.quote != "" {
		return p.inString()
	}
	if p.prev == "|" || p.opensSubquery() {
		return p.tabularOperators()
	}
	if items := p.afterWord(); items != nil {
		return items
	}
	if strings.HasPrefix(p.prefix, "hint.") {
		return p.operatorParams()
	}
	if p.name() == nil {
		return p.unplaced()
	}
	switch holder := p.parent(1).(type) {
	case syntax.Operator:
		return p.inOperatorHead(holder)
	case *syntax.Param:
		return p.paramNames(holder)
	case *syntax.SetStatement:
		return options()
	case *syntax.NameRef:
		return p.atNameRef(holder)
	case *syntax.Call:
		if _, invoked := p.parent(2).(*syntax.InvokeOp); invoked {
			return p.invokable()
		}
		return p.atExpression()
	case *syntax.ColumnDecl:
		if _, typeof := p.parent(3).(*syntax.TypeOf); typeof {
			return types() // one type, or the first name of several
		}
		return nil
	case *syntax.LetStatement, *syntax.FuncParam, *syntax.Named, *syntax.ParsePart:
		return nil // a new name is being made up
	}
	return p.unplaced()
}

// opensSubquery tells whether the caret is where operators that get their rows from outside begin: fork ( , mv-apply … on ( .
func (p *place) opensSubquery() bool {
	if p.prev != "(" && p.prev != "{" {
		return false
	}
	for i := len(p.path) - 1; i >= 0; i-- {
		switch n := p.path[i].(type) {
		case *syntax.SubQuery:
			return !n.Curly && n.Span().Start < p.replace.Start && strings.TrimSpace(p.bound.Tree.Text[n.Span().Start+1:p.replace.Start]) == ""
		case *syntax.Call, *syntax.Paren:
			return false
		}
	}
	return false
}

// afterWord serves places that the token before the caret decides alone.
func (p *place) afterWord() []Item {
	if len(p.path) > 0 {
		if _, typ := p.path[len(p.path)-1].(*syntax.TypeRef); typ {
			return types()
		}
	}
	if p.prev2 == "range" && p.prev != "(" {
		return []Item{{Label: "from", Kind: Keyword, Insert: "from ", Again: true}}
	}
	switch p.prev {
	case "matches":
		return []Item{{Label: "regex", Kind: Keyword, Insert: "regex @\"$0\"", Snippet: true}}
	case "nulls":
		return []Item{{Label: "first", Kind: Keyword}, {Label: "last", Kind: Keyword, seq: 1}}
	}
	op := innermostOperator(p.before)
	if op == nil || op.Head().Keyword == nil {
		return nil
	}
	atHead := len(p.before) > 0 && p.before[len(p.before)-1] == syntax.Node(op.Head().Keyword)
	switch op := op.(type) {
	case *syntax.SortOp, *syntax.ReduceOp, *syntax.FacetOp, *syntax.PartitionOp:
		if atHead {
			return append([]Item{{Label: "by", Kind: Keyword, Insert: "by ", Again: true}}, p.operatorParams()...)
		}
	case *syntax.RenderOp:
		if op.Kind != nil && len(p.before) > 0 && p.before[len(p.before)-1] == syntax.Node(op.Kind) && op.Kind != p.name() {
			return []Item{{Label: "with", Kind: Keyword, Insert: "with ($0)", Snippet: true, Again: true}}
		}
	}
	return nil
}

// inOperatorHead serves a name that belongs to the operator itself: its keyword, or a word it takes.
func (p *place) inOperatorHead(op syntax.Operator) []Item {
	switch op := op.(type) {
	case *syntax.RenderOp:
		if op.Kind == p.name() {
			return charts()
		}
	case *syntax.InvokeOp:
		return p.invokable()
	case *syntax.AsOp, *syntax.RangeOp, *syntax.CountOp:
		if op.Head().Keyword != p.name() {
			return nil
		}
	}
	return p.unplaced()
}

// unplaced serves a word that the parser could make nothing of: most often one that follows a whole operand.
func (p *place) unplaced() []Item {
	if p.after {
		return p.afterOperand()
	}
	if op := p.operator(); op != nil {
		return p.atExpression()
	}
	return p.atStatement()
}

// atNameRef serves a name by what stands around it; where that says nothing it is an expression's.
func (p *place) atNameRef(ref *syntax.NameRef) []Item {
	if p.after {
		return p.afterOperand()
	}
	if items, ok := p.atTableRef(ref); ok {
		return items
	}
	switch holder := p.parent(2).(type) {
	case *syntax.Path:
		if holder.Selector == syntax.Expr(ref) {
			return p.members(holder)
		}
	case *syntax.Param:
		return p.paramValues(holder)
	case *syntax.NameList:
		if param, ok := p.parent(3).(*syntax.Param); ok { // ycolumns=a, … or the next property
			return append(p.paramValues(param), p.paramNames(param)...)
		}
	case *syntax.TypeOf:
		return types()
	case *syntax.QueryStatement:
		return p.atStatement()
	case *syntax.SetStatement:
		return optionValues(holder)
	case *syntax.InvokeOp:
		return p.invokable()
	case *syntax.Binary:
		if join := p.joinAround(); join != nil {
			return append(sides(), p.side("$right")...)
		}
	}
	if call := p.queryCall(ref); call {
		return append(p.atSource(), p.lets(0)...)
	}
	return p.atExpression()
}

// atTableRef serves a name where a table is wanted, and tells whether it stands in such a place.
func (p *place) atTableRef(ref *syntax.NameRef) (items []Item, ok bool) {
	switch holder := p.parent(2).(type) {
	case *syntax.JoinOp:
		return p.joinWord(ref, holder.Right, holder.On, "JoinParameters"), true
	case *syntax.LookupOp:
		return p.joinWord(ref, holder.Right, holder.On, "LookupParameters"), true
	case *syntax.UnionOp:
		if p.paramsFit() {
			return append(p.atSource(), p.params("UnionParameters")...), true
		}
		return p.atSource(), true
	case *syntax.Pipe:
		if holder.Source == syntax.Expr(ref) {
			return p.atSource(), true
		}
	case *syntax.LetStatement:
		return append(append(p.atSource(), p.lets(0)...), append(p.storedScalars(), scalarFunctions(0)...)...), true
	case *syntax.Paren:
		if p.bracketHoldsQuery() {
			return p.atSource(), true
		}
	case *syntax.SearchOp:
		return p.inSearch(ref, holder.In, "$table"), true
	case *syntax.FindOp:
		items := p.inSearch(ref, holder.In, "source_")
		if len(holder.In) == 0 {
			items = append(p.tabular(), items...)
		}
		return items, true
	case *syntax.RestrictStatement:
		return append(p.tabular(), p.lets(0)...), true
	}
	return nil, false
}

// bracketHoldsQuery tells whether the bracket around the name stands where a table is wanted: join (…), union (…), in (…).
func (p *place) bracketHoldsQuery() bool {
	switch p.parent(3).(type) {
	case *syntax.JoinOp, *syntax.LookupOp, *syntax.UnionOp, *syntax.LetStatement, *syntax.QueryStatement, *syntax.Pipe:
		return true
	}
	return false
}

// queryCall tells whether the name is an argument of a function that takes a query.
func (p *place) queryCall(ref *syntax.NameRef) bool {
	call, ok := p.parent(2).(*syntax.Call)
	if !ok || call.Fun == nil {
		return false
	}
	switch call.Fun.Text {
	case "materialize", "toscalar", "totable", "view":
		return true
	}
	return false
}

// atStatement serves the start of a statement.
func (p *place) atStatement() []Item {
	items := p.atSource()
	for _, word := range []struct {
		label, insert string
		rank          int
	}{
		{"let", "let ${1:name} = $0", 200},
		{"set", "set $0", 390},
		{"declare query_parameters", "declare query_parameters(${1:name}:${2:string});$0", 400},
	} {
		items = append(items, Item{Label: word.label, Kind: Keyword, Insert: word.insert, Snippet: true, Rank: p.behindTables(word.rank)})
	}
	return items
}

// atSource serves a place where a query begins: tables, tabular lets and functions, and operators that need no source.
func (p *place) atSource() []Item {
	items := p.tabular()
	for _, op := range tabularOperators {
		if op.starts {
			items = append(items, op.item(p.behindTables(300)))
		}
	}
	for _, name := range []string{"database", "cluster"} {
		items = append(items, Item{
			Label: name, Kind: Function, Detail: "(name)", Insert: name + "('$0')", Snippet: true, Rank: p.behindTables(310), Again: true,
		})
	}
	return items
}

// behindTables is the rank of what stands behind the tables: before them in a database that has so many that nothing behind them
// would be seen.
func (p *place) behindTables(rank int) int {
	if s := p.bound.Schema; s != nil && s.Database != nil && len(s.Database.Tables) > Limit/2 {
		return rank/10 + 50
	}
	return rank
}

// members serves the name after a dot.
func (p *place) members(path *syntax.Path) []Item {
	switch x := path.X.(type) {
	case *syntax.NameRef:
		if side := x.Name.Text; side == "$left" || side == "$right" {
			return p.side(side)
		}
	case *syntax.Call, *syntax.Path:
		if db, ok := p.databaseOf(path.X); ok {
			return append(p.databaseItems(db), databaseFunctions()...)
		}
		if _, ok := stringArgument(path.X, "cluster"); ok {
			return []Item{{Label: "database", Kind: Function, Insert: "database('$0')", Snippet: true, Again: true}}
		}
	}
	if columns, ok := p.partColumns(path.X); ok {
		return columnItems(columns, 0)
	}
	return p.keyItems(path.X, false)
}

// side lists the columns of one side of the join around the caret.
func (p *place) side(side string) []Item {
	var right syntax.Expr
	var op syntax.Operator
	switch join := p.operator().(type) {
	case *syntax.JoinOp:
		right, op = join.Right, join
	case *syntax.LookupOp:
		right, op = join.Right, join
	default:
		return nil
	}
	table := p.bound.In[op]
	if side == "$right" {
		table = p.bound.Tables[right]
	}
	if table == nil {
		return nil
	}
	return columnItems(table.List, 0)
}

// joinWord serves a name in join and lookup: a key of both sides after on, else the right table or a parameter.
func (p *place) joinWord(ref *syntax.NameRef, right syntax.Expr, on []syntax.Expr, params string) []Item {
	if right == syntax.Expr(ref) {
		items := p.params(params)
		for i := range items {
			if items[i].Label == "kind=" {
				items[i].Rank = -1 // what a join needs most
			} else {
				items[i].Rank = p.behindTables(450)
			}
		}
		return append(items, p.atSource()...)
	}
	for _, x := range on {
		if x == syntax.Expr(ref) {
			return p.joinKeys(right)
		}
	}
	return p.afterOperand()
}

// sides are the names of a join's two sides.
func sides() []Item {
	return []Item{
		{Label: "$left", Kind: Keyword, Insert: "$left.", Rank: 500, Again: true},
		{Label: "$right", Kind: Keyword, Insert: "$right.", Rank: 501, Again: true},
	}
}

// joinAround gives the join whose condition the caret is in, past its right side.
func (p *place) joinAround() syntax.Operator {
	op := p.operator()
	var on []syntax.Expr
	switch op := op.(type) {
	case *syntax.JoinOp:
		on = op.On
	case *syntax.LookupOp:
		on = op.On
	}
	for _, x := range on {
		if x.Span().Touches(p.replace.Start) {
			return op
		}
	}
	return nil
}

func (p *place) joinKeys(right syntax.Expr) []Item {
	items := sides()
	other := p.bound.Tables[right]
	if other == nil {
		return append(items, columnItems(p.columns(), 0)...)
	}
	both := make(map[string]bool)
	for _, c := range other.List {
		both[c.Name] = true
	}
	for _, c := range p.columns() {
		if both[c.Name] {
			items = append(items, columnItem(c, len(items), 0))
		}
	}
	return items
}
