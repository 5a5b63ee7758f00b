package lint

// Rules for filters on time. A table is followed from where it is named: through the operators of its pipe, then through whatever
// the pipe is part of (a let and its uses, a join, a union), until something bounds the time or the way ends.

import (
	"slices"

	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// timeColumns gives the datetime columns of a table.
func timeColumns(t *symbol.TableSymbol) []*symbol.Column {
	var list []*symbol.Column
	for _, c := range t.Columns.List {
		if c.Type == symbol.Datetime {
			list = append(list, c)
		}
	}
	return list
}

func noTimeFilter(p *pass) {
	if p.options.Timed {
		return
	}
	said := map[syntax.Node]bool{} // unions of which one table was named
	for _, ref := range p.tables {
		t := p.bound.Refs[ref.Name].Table
		times := timeColumns(t)
		if union, ok := p.parents[ref].(*syntax.UnionOp); ok {
			if said[union] {
				continue
			}
			said[union] = true
		}
		if len(times) == 0 || t.Kind != symbol.Plain || p.bareRight(ref) || !p.unbounded(ref, 0) {
			continue
		}
		name := times[0].Name
		if i := slices.IndexFunc(times, func(c *symbol.Column) bool { return c.Name == "TimeGenerated" || c.Name == "Timestamp" }); i >= 0 {
			name = times[i].Name
		}
		p.say(ref.Span(), t.Name, name)
	}
}

// bareRight tells whether a table stands alone as the right side of a join, which has a rule of its own.
func (p *pass) bareRight(ref *syntax.NameRef) bool {
	var at syntax.Node = ref
	for {
		parent := p.parents[at]
		if paren, ok := parent.(*syntax.Paren); ok {
			at = paren
			continue
		}
		op, ok := parent.(*syntax.JoinOp)
		return ok && op.Right != nil && op.Right.Span() == at.Span()
	}
}

// unbounded tells whether all of what x stands for is read, as far as can be told: where the way can't be followed it says no.
func (p *pass) unbounded(x syntax.Node, depth int) bool {
	if depth > 50 {
		return false
	}
	switch parent := p.parents[x].(type) {
	case *syntax.Paren, *syntax.DataScoped:
		return p.unbounded(parent, depth+1)
	case *syntax.Pipe:
		if parent.Source == nil || syntax.Node(parent.Source) != x {
			return false
		}
		return p.after(parent, parent.Ops, depth)
	case *syntax.JoinOp:
		return parent.Right != nil && syntax.Node(parent.Right) == x && p.afterOp(parent, depth)
	case *syntax.LookupOp:
		return false // the right side is a list of facts
	case *syntax.UnionOp:
		return p.afterOp(parent, depth)
	case *syntax.LetStatement:
		return p.unboundedUses(parent, depth)
	case *syntax.QueryStatement:
		body, ok := p.parents[parent].(*syntax.Body)
		if !ok {
			return true
		}
		if f, ok := p.parents[body].(*syntax.Function); ok {
			if let, ok := p.parents[f].(*syntax.LetStatement); ok && len(f.Params) == 0 {
				return p.unboundedUses(let, depth)
			}
		}
		return false
	case *syntax.Call:
		if p.call(parent, "materialize", "view") != nil {
			return p.unbounded(parent, depth+1)
		}
		return p.call(parent, "toscalar") != nil
	}
	return false
}

// unboundedUses tells whether every use of a variable reads all of it; one that nothing uses isn't read. The answer is kept: lets that
// use each other twice would be followed without end.
func (p *pass) unboundedUses(let *syntax.LetStatement, depth int) bool {
	v := p.bound.Refs[let.Name].Let
	if v == nil || len(p.uses[v])+len(p.calls[v]) == 0 {
		return false
	}
	if known, ok := p.whole[v]; ok {
		return known
	}
	p.whole[v] = false // what leads back to itself
	all := true
	for _, use := range p.uses[v] {
		all = all && p.unbounded(use, depth+1)
	}
	for _, call := range p.calls[v] {
		all = all && p.unbounded(call, depth+1)
	}
	p.whole[v] = all
	return all
}

func (p *pass) afterOp(op syntax.Operator, depth int) bool {
	parent, at := p.placeOf(op)
	if parent == nil {
		return false
	}
	return p.after(parent, parent.Ops[at+1:], depth)
}

// after goes through the operators that follow in a pipe, then on to what the pipe is part of.
func (p *pass) after(parent *syntax.Pipe, ops []syntax.Operator, depth int) bool {
	for i, op := range ops {
		switch op := op.(type) {
		case *syntax.WhereOp:
			if p.readsTime(op.Cond) {
				return false
			}
		case *syntax.MakeSeriesOp:
			if op.From != nil || len(op.InRange) > 0 {
				return false
			}
		case *syntax.TakeOp, *syntax.SampleOp, *syntax.GetSchemaOp, *syntax.InvokeOp, *syntax.EvaluateOp, *syntax.SampleDistinctOp:
			return false
		case *syntax.CountOp:
			if i == 0 {
				return false // the engine keeps the number of rows
			}
		case *syntax.MvApplyOp, *syntax.PartitionOp, *syntax.ForkOp, *syntax.FacetOp, *syntax.ScanOp, *syntax.BadOp:
			return false
		}
	}
	return p.unbounded(parent, depth+1)
}

// readsTime tells whether a condition asks for a time, or for what might be one.
func (p *pass) readsTime(cond syntax.Node) bool {
	found := false
	syntax.Walk(cond, func(n syntax.Node) bool {
		switch x := n.(type) {
		case *syntax.NameRef:
			sym, known := p.bound.Refs[x.Name]
			found = found || !known || sym.Column != nil && (sym.Column.Type == symbol.Datetime || sym.Column.Type == symbol.Unknown)
		case *syntax.Call:
			found = found || p.call(x, "ingestion_time") != nil || p.bound.Refs[x.Fun].Let != nil
		}
		return !found
	})
	return found
}

// lateTimeFilter looks at tables with a pipe of their own.
func lateTimeFilter(p *pass) {
	for _, ref := range p.tables {
		parent, ok := p.parents[ref].(*syntax.Pipe)
		if !ok || syntax.Node(parent.Source) != syntax.Node(ref) {
			continue
		}
		var after syntax.Operator
		for _, op := range parent.Ops {
			where, ok := op.(*syntax.WhereOp)
			if !ok {
				if !p.widens(op, &after) {
					break
				}
				continue
			}
			if !p.readsTime(where.Cond) {
				continue
			}
			if c := p.passedTime(after, where); c != nil {
				p.late[where] = true
				p.say(where.Keyword.Span(), c.Name, keyword(after))
			}
			break
		}
	}
}

// widens notes the first operator that works on all rows; it gives false where what follows is about other rows.
func (p *pass) widens(op syntax.Operator, after *syntax.Operator) bool {
	switch op := op.(type) {
	case *syntax.ExtendOp, *syntax.ProjectOp, *syntax.ProjectAwayOp, *syntax.ProjectRenameOp, *syntax.ProjectKeepOp, *syntax.ProjectReorderOp, *syntax.ParseOp:
		return true
	case *syntax.MvExpandOp, *syntax.SortOp:
		if *after == nil {
			*after = op
		}
		return true
	case *syntax.JoinOp:
		if kind := op.Param("kind"); kind != nil && !leftKinds[p.text(kind.Value)] {
			return false
		}
		if *after == nil {
			*after = op
		}
		return true
	}
	return false
}

// passedTime gives the time column that a filter asks for, if it was there before the operator.
func (p *pass) passedTime(after syntax.Operator, where *syntax.WhereOp) *symbol.Column {
	if after == nil || p.bound.In[after] == nil {
		return nil
	}
	for _, part := range parts(where.Cond, "and") {
		var time *symbol.Column
		for _, c := range p.columns(part) {
			if !passed(p.bound.Out[after], p.bound.In[after], c) {
				time = nil
				break // a comparison of both sides of a join can't come before it
			}
			if c.Type == symbol.Datetime {
				time = c
			}
		}
		if time != nil {
			return time
		}
	}
	return nil
}

// timeInFunction wants a comparison of a computed time with a constant, and no other condition on that column in the pipe.
func timeInFunction(p *pass, n syntax.Node) {
	op := n.(*syntax.WhereOp)
	for _, cond := range parts(op.Cond, "and") {
		x, ok := compared(cond)
		if !ok {
			continue
		}
		c := p.call(x, "startofday", "startofweek", "startofmonth", "startofyear", "endofday", "endofweek", "endofmonth", "endofyear", "bin", "floor", "datetime_add", "todatetime")
		if c == nil {
			continue
		}
		columns := p.columns(c)
		if len(columns) != 1 || columns[0].Type != symbol.Datetime || p.askedPlainly(op, columns[0]) {
			continue
		}
		p.say(c.Span(), c.Fun.Text, columns[0].Name)
	}
}

// compared gives the left side of a comparison.
func compared(cond syntax.Expr) (syntax.Expr, bool) {
	switch x := cond.(type) {
	case *syntax.Binary:
		switch x.Op {
		case "==", "<", ">", "<=", ">=":
			return bare(x.X), true
		}
	case *syntax.Between:
		return bare(x.X), !x.Not
	}
	return nil, false
}

// askedPlainly tells whether a filter of the pipe compares the column itself.
func (p *pass) askedPlainly(op *syntax.WhereOp, c *symbol.Column) bool {
	parent, _ := p.placeOf(op)
	if parent == nil {
		return true
	}
	for _, other := range parent.Ops {
		where, ok := other.(*syntax.WhereOp)
		if !ok {
			continue
		}
		for _, cond := range parts(where.Cond, "and") {
			if x, ok := compared(cond); ok && p.column(x) == c {
				return true
			}
		}
	}
	return false
}
