// mv-expand: an array gives a row for each element, a bag one for each property, null one row of null, any other value one row of
// itself. Several items are zipped; the shorter ones are null at the end.

package exec

import (
	"fmt"

	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

type mvExpand struct{ node *plan.MvExpand }

func (m *mvExpand) apply(c *fn.Context, b *value.Batch, emit func(*value.Batch) error) error {
	items := make([]*value.Vector, len(m.node.Items))
	for i, item := range m.node.Items {
		v, err := eval(c, item.X, b)
		if err != nil {
			return err
		}
		items[i] = v
	}
	e := &unfolding{m: m, c: c, b: b, emit: emit}
	e.reset()
	dyns := make([]value.Dyn, len(items))
	for row := range b.N {
		count := 0
		for i, v := range items {
			dyns[i] = value.DynAt(v, row)
			if k := dyns[i].Kind(); m.node.Index && k != value.DynArray && k != value.DynBag {
				return &fn.NotBuilt{Name: "mv-expand", Detail: "with_itemindex of what is neither array nor bag"}
			}
			count = max(count, unfoldedRows(dyns[i]))
		}
		if limit := m.node.Limit; limit >= 0 && int64(count) > limit {
			count = int(limit)
		}
		for at := range count {
			e.add(row, at, dyns)
			if len(e.rows) == BatchRows {
				if err := e.flush(); err != nil {
					return err
				}
			}
		}
	}
	return e.flush()
}

func unfoldedRows(d value.Dyn) int {
	switch d.Kind() {
	case value.DynArray, value.DynBag:
		return d.Len()
	}
	return 1
}

// unfolding gathers output rows.
type unfolding struct {
	m     *mvExpand
	c     *fn.Context
	b     *value.Batch
	emit  func(*value.Batch) error
	rows  []uint32
	index []int64
	cells []*value.Builder
}

func (e *unfolding) reset() {
	e.rows, e.index = nil, nil
	e.cells = make([]*value.Builder, len(e.m.node.Items))
	for i := range e.cells {
		e.cells[i] = value.NewBuilder(value.Dynamic, 0)
	}
}

func (e *unfolding) add(row, at int, dyns []value.Dyn) {
	e.rows = append(e.rows, uint32(row))
	e.index = append(e.index, int64(at))
	for i, d := range dyns {
		e.cells[i].AppendDyn(e.m.element(d, at))
	}
}

// element is the at-th row that a value unfolds to; null beyond its end.
func (m *mvExpand) element(d value.Dyn, at int) value.Dyn {
	switch d.Kind() {
	case value.DynArray:
		if at < d.Len() {
			return d.Index(at)
		}
		return value.Dyn{}
	case value.DynBag:
		if at >= d.Len() {
			return value.Dyn{}
		}
		key, val := d.Keys()[at], d.Items()[at]
		if m.node.BagArray {
			return value.NewArray([]value.Dyn{value.DynOfString(key), val})
		}
		return value.NewBag([]string{key}, []value.Dyn{val})
	}
	if at > 0 {
		return value.Dyn{}
	}
	return d
}

func (e *unfolding) flush() error {
	n := len(e.rows)
	if n == 0 {
		return nil
	}
	node := e.m.node
	out := &value.Batch{N: n, Cols: make([]*value.Vector, len(node.Shape))}
	for i, from := range node.Keep {
		if from >= 0 {
			out.Cols[i] = value.Gather(e.b.Cols[from], e.rows)
		}
	}
	for i, item := range node.Items {
		v := e.cells[i].Vector()
		if item.Convert != nil {
			var err error
			if v, err = item.Convert.Eval(e.c, []*value.Vector{v}, n); err != nil {
				return err
			}
			if v.Kind != item.To {
				return fmt.Errorf("internal error: mv-expand gave %s, not %s", v.Kind, item.To)
			}
		}
		out.Cols[item.Out] = v
	}
	if node.Index {
		out.Cols[node.IndexAt] = &value.Vector{Kind: value.Long, N: n, Ints: e.index}
	}
	e.reset()
	return e.emit(out)
}
