// make-series: aggregates by key and slot of the axis, laid out as arrays.

package plan

import (
	"math"

	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// maxSlots is the longest series Kusto makes.
const maxSlots = 1_048_576

func (p *builder) makeSeries(e *env, in *relation, op *syntax.MakeSeriesOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || out.Open {
		return nil, e.notBuilt(op, "this make-series")
	}
	if len(op.InRange) > 0 || op.From == nil || op.To == nil || op.Step == nil {
		return nil, e.notBuilt(op, "make-series without from … to … step")
	}
	g, err := p.groupBy(e, in, op.By)
	if err != nil {
		return nil, err
	}
	node := &MakeSeries{Keys: len(g.keys)}
	if word, param := paramWord(op, "kind"); param != nil {
		if word != "nonempty" {
			return nil, e.invalid(param, "'%s' is no kind of make-series", word)
		}
		node.NonEmpty = true
	}
	slot, err := p.axis(g.inner, op, node)
	if err != nil {
		return nil, err
	}
	g.keys = append(g.keys, slot)
	g.post.groups.first = len(g.keys)
	if err := p.seriesItems(g, in, op, node); err != nil {
		return nil, err
	}
	if node.Shape, err = e.shapeOf(op, out.List); err != nil {
		return nil, err
	}
	return p.orderSeries(e, g, op, node, out.List)
}

// axis plans the axis: the slot number of a row, and the values shown.
func (p *builder) axis(e *env, op *syntax.MakeSeriesOp, node *MakeSeries) (*Slot, error) {
	x, err := p.scalar(e, op.On)
	if err != nil {
		return nil, err
	}
	step := x.Kind()
	switch step {
	case value.Datetime:
		step = value.Timespan
	case value.Long, value.Int, value.Real, value.Timespan:
	default:
		return nil, e.invalid(op.On, "the axis of make-series is a number, datetime or timespan, not a %s", step)
	}
	start, err := p.constantOf(e, op.From, x.Kind())
	if err != nil {
		return nil, err
	}
	stop, err := p.constantOf(e, op.To, x.Kind())
	if err != nil {
		return nil, err
	}
	width, err := p.constantOf(e, op.Step, step)
	if err != nil {
		return nil, err
	}
	if start.IsNull(0) || stop.IsNull(0) || width.IsNull(0) {
		return nil, e.notBuilt(op, "make-series with a null bound")
	}
	slots := 0.0
	if x.Kind() == value.Real {
		slots = math.Ceil((stop.Reals[0] - start.Reals[0]) / width.Reals[0])
	} else if width.Ints[0] != 0 {
		slots = math.Ceil(float64(stop.Ints[0]-start.Ints[0]) / float64(width.Ints[0]))
	}
	if positive := x.Kind() == value.Real && width.Reals[0] > 0 || x.Kind() != value.Real && width.Ints[0] > 0; !positive {
		return nil, e.invalid(op.Step, "the step of make-series must be greater than 0")
	}
	if !(slots <= maxSlots) {
		return nil, e.invalid(op, "the series has more than %d steps; widen the step", maxSlots)
	}
	node.Slots = max(0, int64(slots))
	node.Axis = axisValues(x.Kind(), start, width, int(node.Slots))
	return &Slot{X: x, Start: start, Step: width, Slots: node.Slots}, nil
}

func axisValues(kind value.Kind, start, width *value.Vector, n int) value.Dyn {
	items := make([]value.Dyn, n)
	for i := range items {
		switch kind {
		case value.Real:
			items[i] = value.DynOfReal(start.Reals[0] + float64(i)*width.Reals[0])
		case value.Datetime:
			items[i] = value.DynOfDatetime(start.Ints[0] + int64(i)*width.Ints[0])
		case value.Timespan:
			items[i] = value.DynOfTimespan(start.Ints[0] + int64(i)*width.Ints[0])
		default:
			items[i] = value.DynOfLong(start.Ints[0] + int64(i)*width.Ints[0])
		}
	}
	return value.NewArray(items)
}

// seriesItems plans the aggregates and their defaults. A row for each key and slot goes into the node.
func (p *builder) seriesItems(g *grouping, in *relation, op *syntax.MakeSeriesOp, node *MakeSeries) error {
	var items []Expr
	for _, item := range op.Aggregates {
		x, err := p.seriesItem(g, item)
		if err != nil {
			return err
		}
		fill, err := p.seriesDefault(g, item, x.Kind())
		if err != nil {
			return err
		}
		items = append(items, x)
		node.Defaults = append(node.Defaults, fill)
	}
	grouped := g.node(in.node, true)
	var rows []Expr
	for i, c := range grouped.Columns()[:len(g.keys)] {
		rows = append(rows, &Col{i, c.Kind})
	}
	rows = append(rows, items...)
	shape := make(Shape, len(rows))
	for i, x := range rows {
		shape[i] = value.Column{Kind: x.Kind()}
	}
	node.In = &Project{Shape: shape, From: From{grouped}, Items: rows}
	return nil
}

func (p *builder) seriesItem(g *grouping, item *syntax.SeriesItem) (Expr, error) {
	x := item.X
	if named, ok := x.(*syntax.Named); ok {
		x = named.X
	}
	if call, ok := x.(*syntax.Call); ok && isAggregate(g.post.scope, call) {
		results, err := p.aggregate(g.post, call)
		if err != nil {
			return nil, err
		}
		if len(results) != 1 {
			return nil, g.post.notBuilt(item, "'%s', which makes several columns, in make-series", call.Fun.Text)
		}
		return results[0], nil
	}
	return p.scalarOf(g.post, x)
}

// seriesDefault is what an empty slot holds: what default says, else 0.
func (p *builder) seriesDefault(g *grouping, item *syntax.SeriesItem, kind value.Kind) (*value.Vector, error) {
	if item.Default != nil {
		return p.constantOf(g.inner, item.Default, kind)
	}
	switch kind {
	case value.Int, value.Long, value.Real, value.Decimal:
		x, err := p.convert(g.inner, item, longConst(0), kind)
		if err != nil {
			return nil, err
		}
		return x.(*Const).V, nil
	}
	return nil, g.post.notBuilt(item, "make-series of %s without a default", kind)
}

// orderSeries finds which laid-out column each output column is.
func (p *builder) orderSeries(e *env, g *grouping, op *syntax.MakeSeriesOp, node *MakeSeries, list []*symbol.Column) (*relation, error) {
	at := map[*symbol.Column]int{}
	for c, x := range g.made {
		if col, ok := x.(*Col); ok {
			at[c] = col.Ordinal
		}
	}
	for i, item := range op.Aggregates {
		for _, c := range madeBy(e.scope, item.X) {
			at[c] = node.Keys + i
		}
	}
	axis := node.Keys + len(op.Aggregates)
	for i, c := range list {
		o, ok := at[c]
		if !ok {
			// The axis makes one column, and it's the one left over.
			o, axis = axis, -1
		}
		if o < 0 || o >= node.Keys && node.Shape[i].Kind != value.Dynamic {
			return nil, e.notBuilt(op, "column '%s' of make-series, of unknown origin,", c.Name)
		}
		node.Order = append(node.Order, o)
	}
	return &relation{node, list}, nil
}
