// make-series: aggregates by key and slot of the axis, laid out as arrays.

package plan

import (
	"math"

	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// MaxSlots is the longest series Kusto makes.
const MaxSlots = 1_048_576

func (p *builder) makeSeries(e *env, in *relation, op *syntax.MakeSeriesOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || out.Open {
		return nil, e.notBuilt(op, "this make-series")
	}
	if op.Step == nil && len(op.InRange) != 3 {
		return nil, e.invalid(op, "make-series needs a step")
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
		if op.From == nil && len(op.InRange) == 0 || op.To == nil && len(op.InRange) == 0 {
			return nil, e.notBuilt(param, "make-series kind=nonempty without bounds")
		}
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
	node.Kind = x.Kind()
	bounds, err := p.seriesBounds(e, op, node, step)
	if err != nil {
		return nil, err
	}
	slot := &Slot{X: x, Start: node.Start, Step: node.Step, Slots: node.Slots}
	if node.FreeStart || node.FreeEnd {
		slot.Free, slot.Slots, slot.End = node.FreeStart, maxFreeSlots, bounds
	} else {
		node.Axis = AxisValues(node.Kind, node.Start, node.Step, 0, int(node.Slots))
	}
	return slot, nil
}

// maxFreeSlots bounds the numbers of slots where a series begins or ends with its rows.
const maxFreeSlots = math.MaxInt64 / 4

// seriesBounds plans start, step and end of the axis; the end comes back where the series is free. Without a start a series begins with the
// first bin that has data in it, without an end it ends with the last: so says the documentation of make-series, and a series over
// the minutes of a year has 525600 of them there (series-stats-dynamic-function, example 2).
func (p *builder) seriesBounds(e *env, op *syntax.MakeSeriesOp, node *MakeSeries, step value.Kind) (end *value.Vector, err error) {
	from, to, by := op.From, op.To, op.Step
	if len(op.InRange) == 3 {
		from, to, by = op.InRange[0], op.InRange[1], op.InRange[2]
	}
	if node.Step, err = p.boundOf(e, by, step); err != nil {
		return nil, err
	}
	if node.Step.IsNull(0) || !positive(node.Step) {
		return nil, e.invalid(by, "the step of make-series must be greater than 0")
	}
	node.FreeStart, node.FreeEnd = from == nil, to == nil
	node.Start = zeroOf(node.Kind)
	if from != nil {
		if node.Start, err = p.boundOf(e, from, node.Kind); err != nil {
			return nil, err
		}
	}
	if to != nil {
		if end, err = p.boundOf(e, to, node.Kind); err != nil {
			return nil, err
		}
	}
	if node.Start.IsNull(0) || end != nil && end.IsNull(0) {
		return nil, e.notBuilt(op, "make-series with a null bound")
	}
	if len(op.InRange) == 3 {
		// This form takes whole bins: the one that the start lies in up to the one that the end lies in.
		if node.Start, err = p.binned(e, op, node.Start, node.Step); err != nil {
			return nil, err
		}
		if end, err = p.binned(e, op, end, node.Step); err != nil {
			return nil, err
		}
	}
	if node.FreeStart || node.FreeEnd {
		if node.FreeStart && end != nil && node.Kind == value.Real {
			return nil, e.notBuilt(op, "make-series with an end but no start over reals")
		}
		node.End = end
		return end, nil
	}
	slots := 0.0
	if node.Kind == value.Real {
		slots = math.Ceil((end.Reals[0] - node.Start.Reals[0]) / node.Step.Reals[0])
	} else {
		slots = math.Ceil(float64(end.Ints[0]-node.Start.Ints[0]) / float64(node.Step.Ints[0]))
	}
	if len(op.InRange) == 3 {
		slots++
	}
	if !(slots <= MaxSlots) {
		return nil, e.invalid(op, "the series has more than %d steps; widen the step", MaxSlots)
	}
	node.Slots = max(0, int64(slots))
	return nil, nil
}

func (p *builder) binned(e *env, at syntax.Node, v, step *value.Vector) (*value.Vector, error) {
	x, err := p.call(e, at, "bin", []Expr{&Const{v}, &Const{step}})
	if err != nil {
		return nil, err
	}
	c, ok := x.(*Const)
	if !ok || c.V.Kind != v.Kind || c.V.IsNull(0) {
		return nil, e.notBuilt(at, "this range of make-series")
	}
	return c.V, nil
}

func positive(v *value.Vector) bool {
	if v.Kind == value.Real {
		return v.Reals[0] > 0
	}
	return v.Ints[0] > 0
}

func zeroOf(kind value.Kind) *value.Vector {
	if kind == value.Real {
		return value.ConstReal(0, 1)
	}
	return value.ConstInt(kind, 0, 1)
}

// AxisValues are n values of an axis from slot number low on.
func AxisValues(kind value.Kind, start, width *value.Vector, low int64, n int) value.Dyn {
	items := make([]value.Dyn, n)
	for i := range items {
		at := low + int64(i)
		switch kind {
		case value.Real:
			items[i] = value.DynOfReal(start.Reals[0] + float64(at)*width.Reals[0])
		case value.Datetime:
			items[i] = value.DynOfDatetime(start.Ints[0] + at*width.Ints[0])
		case value.Timespan:
			items[i] = value.DynOfTimespan(start.Ints[0] + at*width.Ints[0])
		default:
			items[i] = value.DynOfLong(start.Ints[0] + at*width.Ints[0])
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
