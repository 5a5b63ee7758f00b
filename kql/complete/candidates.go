// Which candidates fit a place: one decision, by the node that holds the marked name.

package complete

import (
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// candidates lists what fits, unranked and unfiltered.
func (p *place) candidates() []Item {
	if p.prev == "|" {
		return p.tabularOperators()
	}
	if p.name() == nil {
		return p.unplaced()
	}
	switch holder := p.parent(1).(type) {
	case syntax.Operator:
		return p.inOperatorHead(holder)
	case *syntax.Param:
		return nil // a parameter's own name: the operator's list has it
	case *syntax.NameRef:
		return p.atNameRef(holder)
	case *syntax.Call:
		return p.atExpression()
	case *syntax.ColumnDecl, *syntax.LetStatement, *syntax.FuncParam, *syntax.Named, *syntax.ParsePart:
		return nil // a new name is being made up
	}
	return p.unplaced()
}

// inOperatorHead serves a name that belongs to the operator itself: its keyword, or a word it takes.
func (p *place) inOperatorHead(op syntax.Operator) []Item {
	switch op := op.(type) {
	case *syntax.RenderOp:
		if op.Kind == p.name() {
			return charts()
		}
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

func (p *place) atNameRef(ref *syntax.NameRef) []Item {
	if p.after {
		return p.afterOperand()
	}
	switch holder := p.parent(2).(type) {
	case *syntax.Path:
		if holder.Selector == syntax.Expr(ref) {
			return p.members(holder)
		}
	case *syntax.Param:
		return p.paramValues(holder)
	case *syntax.TypeOf:
		return types()
	case *syntax.JoinOp:
		return p.joinWord(ref, holder.Right, holder.On, "JoinParameters")
	case *syntax.LookupOp:
		return p.joinWord(ref, holder.Right, holder.On, "LookupParameters")
	case *syntax.UnionOp:
		return append(p.tabular(), p.params("UnionParameters")...)
	case *syntax.Pipe:
		if holder.Source == syntax.Expr(ref) {
			return p.atSource()
		}
	case *syntax.QueryStatement:
		return p.atStatement()
	case *syntax.LetStatement:
		return append(append(p.atSource(), p.lets()...), p.scalarFunctions()...)
	case *syntax.Paren:
		if p.bracketHoldsQuery() {
			return p.atSource()
		}
	case *syntax.SearchOp, *syntax.FindOp:
		return append(p.tabular(), p.atExpression()...)
	case *syntax.SetStatement:
		return options()
	}
	if call := p.queryCall(ref); call {
		return append(p.atSource(), p.lets()...)
	}
	return p.atExpression()
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
	for _, word := range []struct{ label, insert string }{
		{"let", "let ${1:name} = $0"},
		{"set", "set $0"},
		{"declare query_parameters", "declare query_parameters(${1:name}:${2:string});$0"},
	} {
		items = append(items, Item{Label: word.label, Kind: Keyword, Insert: word.insert, Snippet: true, Rank: 400})
	}
	return items
}

// atSource serves a place where a query begins: tables, tabular lets and functions, and operators that need no source.
func (p *place) atSource() []Item {
	items := p.tabular()
	for _, op := range tabularOperators {
		if op.starts {
			items = append(items, op.item(300))
		}
	}
	return items
}

// members serves the name after a dot.
func (p *place) members(path *syntax.Path) []Item {
	switch x := path.X.(type) {
	case *syntax.NameRef:
		if side := x.Name.Text; side == "$left" || side == "$right" {
			return p.side(side)
		}
	case *syntax.Call, *syntax.Path:
		if db := p.databaseOf(path.X); db != nil {
			return databaseItems(db)
		}
		if c := p.clusterOf(path.X); c != nil {
			return []Item{{Label: "database", Kind: Function, Insert: "database('$0')", Snippet: true, Again: true}}
		}
	}
	return nil
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
	return columnItems(table.List, symbol.Unknown)
}

// joinWord serves a name in join and lookup: a key of both sides after on, else the right table or a parameter.
func (p *place) joinWord(ref *syntax.NameRef, right syntax.Expr, on []syntax.Expr, params string) []Item {
	if right == syntax.Expr(ref) {
		return append(p.tabular(), p.params(params)...)
	}
	for _, x := range on {
		if x == syntax.Expr(ref) {
			return p.joinKeys(right)
		}
	}
	return p.afterOperand()
}

func (p *place) joinKeys(right syntax.Expr) []Item {
	items := []Item{
		{Label: "$left", Kind: Keyword, Insert: "$left.", Rank: 500, Again: true},
		{Label: "$right", Kind: Keyword, Insert: "$right.", Rank: 501, Again: true},
	}
	other := p.bound.Tables[right]
	if other == nil {
		return append(items, columnItems(p.columns(), symbol.Unknown)...)
	}
	both := make(map[string]bool)
	for _, c := range other.List {
		both[c.Name] = true
	}
	for _, c := range p.columns() {
		if both[c.Name] {
			items = append(items, columnItem(c, symbol.Unknown))
		}
	}
	return items
}
