// range as a source: rows are computed, never stored.

package exec

import (
	"context"

	"calypso/engine/plan"
	"calypso/kusto/value"
)

type numbers struct {
	kind     value.Kind
	from     int64
	step     int64
	realFrom float64
	realStep float64
	rows     int64
}

func newRange(n *plan.Range) *numbers {
	r := &numbers{kind: n.Shape[0].Kind, rows: n.Rows}
	if r.kind == value.Real {
		r.realFrom, r.realStep = n.From.Reals[0], n.Step.Reals[0]
	} else {
		r.from, r.step = n.From.Ints[0], n.Step.Ints[0]
	}
	return r
}

func (r *numbers) segments() int64 {
	whole := r.rows / SegmentRows
	if r.rows%SegmentRows != 0 {
		whole++
	}
	return whole
}

func (r *numbers) read(ctx context.Context, segment int64, emit func(*value.Batch) error) error {
	from := segment * SegmentRows
	to := r.rows
	if r.rows-from > SegmentRows {
		to = from + SegmentRows
	}
	for ; from < to; from += BatchRows {
		n := int(min(to-from, BatchRows))
		v := &value.Vector{Kind: r.kind, N: n}
		if r.kind == value.Real {
			v.Reals = make([]float64, n)
			for i := range v.Reals {
				v.Reals[i] = r.realFrom + float64(from+int64(i))*r.realStep
			}
		} else {
			v.Ints = make([]int64, n)
			x := r.from + from*r.step
			for i := range v.Ints {
				v.Ints[i] = x
				x += r.step
			}
		}
		if err := emit(&value.Batch{N: n, Cols: []*value.Vector{v}}); err != nil {
			return err
		}
	}
	return nil
}
