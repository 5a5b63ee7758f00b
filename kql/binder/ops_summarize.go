package binder

// This file binds summarize, make-series and the operators that find the commonest values.

import (
	"calypso/kql/builtin"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

func (b *binder) summarize(op *syntax.SummarizeOp, in *Table) value {
	list := newColumnList(len(op.By) + len(op.Aggregates))
	for _, key := range op.By {
		b.item(list, key, styleProject, "")
		b.keyType(key)
	}
	if op.BinParam != nil && op.BinParam.Value != nil {
		b.value(op.BinParam.Value)
	}
	b.aggregates(list, op.Aggregates)
	return tabular(&Table{Columns: symbol.Columns{List: list.list, Open: in.Open && openStar(op.Aggregates)}})
}

// aggregates binds aggregates after the keys in list.
func (b *binder) aggregates(list *columnList, items []syntax.Expr) {
	saved := b.by
	b.by = make(map[*symbol.Column]bool, len(list.list))
	for _, c := range list.list {
		b.by[c] = true
	}
	b.items(list, items, styleSummarize)
	b.by = saved
}

// openStar tells whether arg_max(x, *) and its like pass on columns of an open source.
func openStar(items []syntax.Expr) bool {
	for _, item := range items {
		call, ok := argument(item).(*syntax.Call)
		if !ok {
			continue
		}
		for _, a := range call.Args {
			if isStar(argument(a)) {
				return true
			}
		}
	}
	return false
}

func (b *binder) makeSeries(op *syntax.MakeSeriesOp) value {
	list := newColumnList(len(op.By) + len(op.Aggregates) + 1)
	for _, key := range op.By {
		b.item(list, key, styleProject, "")
	}
	for _, agg := range op.Aggregates {
		before := len(list.list)
		b.aggregates(list, []syntax.Expr{agg.X})
		b.makeDynamic(list, agg.X, before)
		if agg.Default != nil {
			b.operand(agg.Default)
		}
	}
	axis := symbol.Unknown
	if op.On != nil {
		before := len(list.list)
		b.item(list, op.On, styleProject, "")
		axis = b.scope.Types[argument(op.On)]
		b.makeDynamic(list, op.On, before)
	}
	for _, x := range append([]syntax.Expr{op.From, op.To, op.Step}, op.InRange...) {
		if x == nil {
			continue
		}
		if v := b.operand(x); x == op.Step && !v.bad {
			b.seriesStep(x, axis, v.typ)
		}
	}
	return tabular(&Table{Columns: symbol.Columns{List: list.list}})
}

// seriesStep says that an axis of a type can't go in such steps. The library takes no axis of int at all; the engine takes every
// number.
func (b *binder) seriesStep(x syntax.Expr, axis, step symbol.Type) {
	fits := true
	switch axis {
	case symbol.Int, symbol.Long:
		fits = !step.Numeric() && step != symbol.Timespan && step != symbol.Datetime || step.Integer()
	case symbol.Real:
		fits = step != symbol.Decimal && step != symbol.Timespan && step != symbol.Datetime
	case symbol.Decimal:
		fits = step != symbol.Timespan && step != symbol.Datetime
	case symbol.Datetime, symbol.Timespan:
		fits = step != symbol.Datetime && (axis == symbol.Timespan && step != symbol.Int || !step.Numeric())
	case symbol.String, symbol.Bool:
		fits = step == symbol.Unknown || step == symbol.Dynamic
	}
	if !fits {
		b.reportAs(diag.WrongType, "KS178", x.Span(), "a step that fits an axis of "+axis.String(), step.String())
	}
}

// makeDynamic turns the columns that an item made into dynamic ones: series.
func (b *binder) makeDynamic(list *columnList, item syntax.Expr, from int) {
	made := b.scope.Made[item]
	for i := from; i < len(list.list); i++ {
		old := list.list[i]
		c := arrayColumn(old)
		list.list[i] = c
		for j := range made {
			if made[j] == old {
				made[j] = c
			}
		}
	}
}

func (b *binder) topHitters(op *syntax.TopHittersOp) value {
	b.wantInteger(op.Count)
	list := newColumnList(2)
	name := ""
	if op.Of != nil {
		b.item(list, op.Of, styleProject, "")
		name = b.resultName(op.Of)
	}
	c := &symbol.Column{Name: "approximate_count_" + name, Type: symbol.Long}
	if op.By != nil {
		v := b.operand(op.By)
		if !v.bad && v.typ != symbol.Unknown && !v.typ.Numeric() {
			b.reportAs(diag.WrongType, "KS137", op.By.Span(), "a number", typeName(v))
		}
		c = &symbol.Column{Name: "approximate_sum_" + b.resultName(op.By), Type: v.typ}
	}
	list.add(c, false)
	return tabular(&Table{Columns: symbol.Columns{List: list.list}, Serialized: true})
}

func (b *binder) topNested(op *syntax.TopNestedOp) value {
	list := newColumnList(2 * len(op.Clauses))
	for _, c := range op.Clauses {
		if c.Count != nil {
			b.wantInteger(c.Count)
		}
		if c.Others != nil {
			b.operand(c.Others)
		}
		b.topNestedLevel(list, c)
	}
	return tabular(&Table{Columns: symbol.Columns{List: list.list}})
}

func (b *binder) topNestedLevel(list *columnList, c *syntax.TopNestedClause) {
	name := ""
	if c.Of != nil {
		v := b.operand(argument(c.Of))
		b.scope.Types[c.Of] = v.typ
		if name = b.resultName(c.Of); name == "" {
			name = b.defaultName(list, false)
		}
		col := list.add(v.named(name), false)
		name = col.Name
		b.made(c.Of, col)
		if n, ok := c.Of.(*syntax.Named); ok && len(n.Names) == 1 {
			b.nameColumn(n.Names[0], col)
		}
	}
	if c.By == nil {
		return
	}
	x := c.By
	if o, ok := x.(*syntax.Ordered); ok {
		x = o.X
	}
	saved := b.place
	b.place = placeAggregate
	v := b.operand(argument(x))
	b.place = saved
	b.scope.Types[x], b.scope.Types[c.By] = v.typ, v.typ
	col := v.named("aggregated_" + name)
	if n, ok := x.(*syntax.Named); ok && len(n.Names) == 1 {
		col.Name = n.Names[0].Text
		b.nameColumn(n.Names[0], col)
	}
	b.made(c.By, list.add(col, false))
}

func (b *binder) reduce(op *syntax.ReduceOp, in *Table) value {
	if op.By != nil {
		v := b.operand(op.By)
		if !v.bad && v.typ != symbol.Unknown && v.typ != symbol.String {
			b.reportAs(diag.WrongType, "KS141", op.By.Span(), "string", typeName(v))
		}
	}
	b.paramValues(op.With, "ReduceWithParameters")
	columns := columnsOf("Pattern", symbol.String, "Count", symbol.Long, "Representative", symbol.String)
	p := op.Param("kind")
	if p != nil {
		b.paramValue(p, findParameter(builtin.Parameters("ReduceParameters"), "kind"))
	}
	if p != nil && paramWord(p) == "source" {
		list := listOf(in)
		for _, c := range columns {
			list.add(c, false)
		}
		return tabular(&Table{Columns: symbol.Columns{List: list.list, Open: in.Open}})
	}
	return tabular(&Table{Columns: symbol.Columns{List: columns}})
}
