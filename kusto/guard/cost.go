package guard

// What a query may cost. None of it is forbidden: a person may know that the table is small.

import (
	"slices"

	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// cost judges the query's own text.
func (c *checker) cost() {
	constant := c.constants()
	for _, st := range c.bound.Tree.Statements {
		syntax.Walk(st, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Pipe:
				if n.Source == nil && len(n.Ops) > 0 {
					c.everywhere(n.Ops[0])
				}
			case *syntax.UnionOp:
				if slices.ContainsFunc(n.Tables, func(x syntax.Expr) bool { w, ok := x.(*syntax.Wildcard); return ok && w.Text == "*" }) {
					c.say(SearchAll, Ask, n.Span(), "union * reads every table of the database; name the tables")
				}
			case *syntax.JoinOp:
				c.cross(n, constant)
			}
			return true
		})
	}
	if len(c.bound.Tree.Statements) > 0 {
		c.bounds(c.bound.Tree.Statements[len(c.bound.Tree.Statements)-1])
	}
}

// everywhere asks about a search or find that names no tables.
func (c *checker) everywhere(op syntax.Operator) {
	all := func(in []syntax.Expr) bool {
		return !slices.ContainsFunc(in, func(x syntax.Expr) bool { w, ok := x.(*syntax.Wildcard); return !ok || w.Text != "*" })
	}
	switch op := op.(type) {
	case *syntax.SearchOp:
		if all(op.In) {
			c.say(SearchAll, Ask, op.Span(), "search without in (…) reads every table of the database; name the tables")
		}
	case *syntax.FindOp:
		if all(op.In) {
			c.say(SearchAll, Ask, op.Span(), "find without in (…) reads every table of the database; name the tables")
		}
	}
}

// constants gives the columns that have one value in all rows, as far as it was written so.
func (c *checker) constants() map[*symbol.Column]bool {
	set := map[*symbol.Column]bool{}
	for item, columns := range c.bound.Made {
		x := item
		if named, ok := item.(*syntax.Named); ok {
			x = named.X
		}
		if _, folded := c.bound.Consts[x]; folded && len(columns) == 1 {
			set[columns[0]] = true
		}
	}
	return set
}

// cross asks about a join all of whose keys are constants: each row meets each.
func (c *checker) cross(op *syntax.JoinOp, constant map[*symbol.Column]bool) {
	keys := c.bound.Keys[op]
	if len(keys) == 0 {
		return
	}
	same := func(k binder.JoinKey) bool { return constant[k.Left] && constant[k.Right] }
	if !slices.ContainsFunc(keys, func(k binder.JoinKey) bool { return !same(k) }) {
		c.say(CrossJoin, Ask, op.Span(), "this join pairs every row with every row: its keys are constants")
	}
}

// bounds notes a query that gives back rows of tables without a filter on time or a bound.
func (c *checker) bounds(st syntax.Statement) {
	query, ok := st.(*syntax.QueryStatement)
	if !ok {
		return
	}
	bounded := false
	syntax.Walk(query, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.TakeOp, *syntax.TopOp, *syntax.SampleOp, *syntax.SummarizeOp, *syntax.CountOp, *syntax.DistinctOp, *syntax.TopNestedOp,
			*syntax.TopHittersOp, *syntax.MakeSeriesOp, *syntax.PrintOp, *syntax.RangeOp, *syntax.DataTable, *syntax.GetSchemaOp, *syntax.SampleDistinctOp:
			bounded = true
		case *syntax.WhereOp:
			bounded = bounded || c.onTime(n.Cond)
		}
		return !bounded
	})
	if !bounded {
		c.say(NoBound, Note, query.Span(), "neither a filter on time nor a bound of rows: the whole table may be read")
	}
}

func (c *checker) onTime(cond syntax.Expr) bool {
	found := false
	syntax.Walk(cond, func(n syntax.Node) bool {
		if ref, ok := n.(*syntax.NameRef); ok && c.bound.Types[ref] == symbol.Datetime {
			found = true
		}
		return !found
	})
	return found
}
