package binder

// This file sends each operator to the function that binds it.

import (
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// operator binds one operator. in is the shape of its input, nil when there is none; v is the whole input (a group, a graph).
func (b *binder) operator(op syntax.Operator, in *Table, v value) value {
	if t, first := b.firstOperator(op, in); first {
		return t
	}
	if in == nil {
		if _, bad := op.(*syntax.BadOp); !bad {
			b.reportAs(diag.OperatorPlace, "KS174", operatorSpan(op), keyword(op), "can't start a query; put a table and | before it")
		}
		in = openTable()
		v = tabular(in) // what follows has its rows: one cause, one error
		b.scope.In[op] = in
	}
	saved := b.rows
	b.rows = &rows{left: in}
	result := b.pipedOperator(op, in, v)
	b.rows = saved
	return result
}

// firstOperator binds the operators that need no input, and those that must not have one.
func (b *binder) firstOperator(op syntax.Operator, in *Table) (value, bool) {
	var result value
	switch op := op.(type) {
	case *syntax.PrintOp:
		result = b.print(op)
	case *syntax.RangeOp:
		result = b.rangeOp(op)
	case *syntax.UnionOp:
		return b.union(op, in), true
	case *syntax.SearchOp:
		return b.searchOp(op, in), true
	case *syntax.FindOp:
		return b.find(op, in), true
	case *syntax.EvaluateOp:
		return b.evaluate(op, in), true
	case *syntax.MacroExpandOp:
		return b.macroExpand(op), true
	default:
		return value{}, false
	}
	if in != nil {
		b.reportAs(diag.OperatorPlace, "KS175", operatorSpan(op), keyword(op), "must be the first operator of a query")
	}
	return result, true
}

func keyword(op syntax.Operator) string {
	if k := op.Head().Keyword; k != nil {
		return k.Text
	}
	return "the operator"
}

// pipedOperator binds an operator that works on rows handed to it.
func (b *binder) pipedOperator(op syntax.Operator, in *Table, v value) value {
	switch op := op.(type) {
	case *syntax.WhereOp:
		b.wantBool(op.Cond, b.value(op.Cond))
		return v
	case *syntax.ProjectOp:
		return b.project(op, in)
	case *syntax.ExtendOp:
		return b.extend(op.Items, in, in.Serialized)
	case *syntax.SerializeOp:
		return b.extend(op.Items, in, true)
	case *syntax.SummarizeOp:
		return b.summarize(op, in)
	case *syntax.CountOp:
		return b.countOp(op)
	case *syntax.TakeOp:
		b.wantInteger(op.Count)
		return v
	case *syntax.SampleOp:
		b.wantInteger(op.Count)
		return tabular(in.ordered(false))
	case *syntax.SortOp:
		return b.sortOp(op, in)
	case *syntax.TopOp:
		return b.top(op, in)
	case *syntax.DistinctOp:
		return b.distinct(op, in)
	case *syntax.JoinOp:
		return b.join(op, in)
	case *syntax.LookupOp:
		return b.lookup(op, in)
	case *syntax.AsOp:
		b.asName(op, in)
		return v
	case *syntax.RenderOp:
		b.render(op)
		return v
	case *syntax.BadOp:
		return value{typ: symbol.Table, table: in, bad: true}
	}
	return b.shapeOperator(op, in, v)
}

// shapeOperator binds the operators that choose, rename and expand columns.
func (b *binder) shapeOperator(op syntax.Operator, in *Table, v value) value {
	switch op := op.(type) {
	case *syntax.ProjectAwayOp:
		return b.projectAway(in, op.Items, false)
	case *syntax.ProjectKeepOp:
		return b.projectAway(in, op.Items, true)
	case *syntax.ProjectRenameOp:
		return b.projectRename(op, in)
	case *syntax.ProjectReorderOp:
		return b.projectReorder(op, in)
	case *syntax.ProjectByNamesOp:
		return b.projectByNames(op, in)
	case *syntax.MvExpandOp:
		return b.mvExpand(op, in)
	case *syntax.MvApplyOp:
		return b.mvApply(op, in)
	case *syntax.ParseOp:
		return b.parse(op, in)
	case *syntax.ParseKvOp:
		return b.parseKv(op, in)
	case *syntax.SampleDistinctOp:
		return b.sampleDistinct(op)
	case *syntax.TopHittersOp:
		return b.topHitters(op)
	case *syntax.TopNestedOp:
		return b.topNested(op)
	case *syntax.MakeSeriesOp:
		return b.makeSeries(op)
	case *syntax.ReduceOp:
		return b.reduce(op, in)
	case *syntax.ScanOp:
		return b.scan(op, in)
	case *syntax.GetSchemaOp:
		if op.Kind != nil && op.Kind.Text == "csl" {
			return tabular(&Table{Columns: symbol.Columns{List: columnsOf("Schema", symbol.String)}, Serialized: true})
		}
		return tabular(&Table{Columns: symbol.Columns{List: columnsOf("ColumnName", symbol.String, "ColumnOrdinal", symbol.Int,
			"DataType", symbol.String, "ColumnType", symbol.String)}, Serialized: true})
	case *syntax.AssertSchemaOp:
		if op.Schema != nil {
			b.rowSchema(op.Schema)
		}
		return v
	case *syntax.ConsumeOp:
		return tabular(&Table{})
	case *syntax.ExecuteAndCacheOp:
		return v
	}
	return b.subOperator(op, in, v)
}

// subOperator binds the operators that hold queries, and those of graphs.
func (b *binder) subOperator(op syntax.Operator, in *Table, v value) value {
	switch op := op.(type) {
	case *syntax.InvokeOp:
		return b.invoke(op, in)
	case *syntax.PartitionOp:
		return b.partition(op, in)
	case *syntax.ForkOp:
		return b.fork(op, in)
	case *syntax.FacetOp:
		return b.facet(op, in)
	case *syntax.MakeGraphOp:
		return b.makeGraph(op, in)
	case *syntax.GraphMatchOp:
		return b.graphMatch(op.Patterns, op.Where, op.Project, op, in)
	case *syntax.GraphShortestPathsOp:
		return b.graphMatch(op.Patterns, op.Where, op.Project, op, in)
	case *syntax.GraphToTableOp:
		return b.graphToTable(op, in)
	case *syntax.GraphWhereNodesOp:
		return b.graphWhere(op, op.Cond, in, v)
	case *syntax.GraphWhereEdgesOp:
		return b.graphWhere(op, op.Cond, in, v)
	case *syntax.GraphMarkComponentsOp:
		return b.graphMark(op, in)
	}
	return tabular(openTable())
}

// ordered gives the same shape with another order flag.
func (t *Table) ordered(serialized bool) *Table {
	if t.Serialized == serialized {
		return t
	}
	next := *t
	next.Serialized, next.Origin, next.Legs = serialized, nil, nil
	return &next
}

// wantInteger binds a count.
func (b *binder) wantInteger(x syntax.Expr) {
	if x == nil {
		return
	}
	v := b.value(x)
	switch {
	case v.bad || v.typ == symbol.Unknown || v.typ.Integer():
	case v.typ.Tabular() || v.kind != 0:
		b.wantScalar(x, v)
	default:
		b.reportAs(diag.WrongType, "KS134", x.Span(), "a whole number", v.typ.String())
	}
}
