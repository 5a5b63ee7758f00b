// Expressions over batches, and the operators that are no more than that: filter and project.

package exec

import (
	"context"
	"fmt"

	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

// eval computes an expression for the rows of a batch.
func eval(c *fn.Context, e plan.Expr, b *value.Batch) (*value.Vector, error) {
	switch e := e.(type) {
	case *plan.Col:
		return b.Cols[e.Ordinal], nil
	case *plan.Const:
		v := *e.V
		v.N, v.Const = b.N, true
		return &v, nil
	case *plan.Slot:
		return evalSlot(c, e, b)
	case *plan.Part:
		parts, err := evalTuple(c, e.Of, b)
		if err != nil {
			return nil, err
		}
		return parts[e.Index], nil
	case *plan.Call:
		args, err := evalAll(c, e.Args, b)
		if err != nil {
			return nil, err
		}
		v, err := e.Over.Eval(c, args, b.N)
		if err != nil {
			return nil, err
		}
		if v.Kind != e.Over.Result || v.N < b.N {
			return nil, fmt.Errorf("internal error: '%s' gave %d rows of %s, not %d of %s", e.Name, v.N, v.Kind, b.N, e.Over.Result)
		}
		return v, nil
	}
	return nil, fmt.Errorf("internal error: no way to compute %T", e)
}

// evalInParts computes an expression for many rows, looking at the context now and then.
func evalInParts(ctx context.Context, c *fn.Context, e plan.Expr, b *value.Batch) (*value.Vector, error) {
	switch e.(type) {
	case *plan.Col, *plan.Const:
		return eval(c, e, b)
	}
	if b.N <= SegmentRows {
		return eval(c, e, b)
	}
	var parts []*value.Vector
	for from := 0; from < b.N; from += SegmentRows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part := value.SliceBatch(*b, from, min(b.N, from+SegmentRows))
		v, err := eval(c, e, &part)
		if err != nil {
			return nil, err
		}
		parts = append(parts, v)
	}
	return value.Concat(e.Kind(), parts...), nil
}

func evalAll(c *fn.Context, list []plan.Expr, b *value.Batch) ([]*value.Vector, error) {
	out := make([]*value.Vector, len(list))
	for i, e := range list {
		var err error
		if out[i], err = eval(c, e, b); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// evalTuple computes all results of a function of several.
func evalTuple(c *fn.Context, e *plan.Tuple, b *value.Batch) ([]*value.Vector, error) {
	args, err := evalAll(c, e.Args, b)
	if err != nil {
		return nil, err
	}
	parts, err := e.Over.Eval(c, args, b.N)
	if err != nil {
		return nil, err
	}
	if len(parts) != len(e.Over.Results) {
		return nil, fmt.Errorf("internal error: '%s' gave %d results", e.Name, len(parts))
	}
	for i, v := range parts {
		if v.Kind != e.Over.Results[i] || v.N < b.N {
			return nil, fmt.Errorf("internal error: '%s' gave %d rows of %s", e.Name, v.N, v.Kind)
		}
	}
	return parts, nil
}

// project computes columns.
type project struct{ items []plan.Expr }

func (p *project) apply(c *fn.Context, b *value.Batch, emit func(*value.Batch) error) error {
	cols := make([]*value.Vector, len(p.items))
	var of *plan.Tuple
	var parts []*value.Vector
	for i, x := range p.items {
		var err error
		part, ok := x.(*plan.Part)
		switch {
		case !ok:
			cols[i], err = eval(c, x, b)
		case part.Of == of:
			cols[i] = parts[part.Index]
		default:
			if parts, err = evalTuple(c, part.Of, b); err == nil {
				of, cols[i] = part.Of, parts[part.Index]
			}
		}
		if err != nil {
			return err
		}
	}
	return emit(&value.Batch{N: b.N, Cols: cols})
}

// filter keeps rows for which all parts of a conjunction are true. That is what and means under where: null and false
// both drop a row.
type filter struct{ parts []plan.Expr }

func newFilter(cond plan.Expr) *filter { return &filter{conjuncts(cond, nil)} }

func conjuncts(e plan.Expr, list []plan.Expr) []plan.Expr {
	if c, ok := e.(*plan.Call); ok && c.Name == "and" {
		for _, a := range c.Args {
			list = conjuncts(a, list)
		}
		return list
	}
	return append(list, e)
}

func (f *filter) apply(c *fn.Context, b *value.Batch, emit func(*value.Batch) error) error {
	for _, part := range f.parts {
		v, err := eval(c, part, b)
		if err != nil {
			return err
		}
		if v.Const {
			if isTrue(v, 0) {
				continue
			}
			return nil
		}
		sel := selectTrue(v, b.N)
		if len(sel) == 0 {
			return nil
		}
		if len(sel) < b.N {
			// Parts that follow see fewer rows; they can't bring any back.
			kept := value.GatherBatch(*b, sel)
			b = &kept
		}
	}
	return emit(b)
}

func isTrue(v *value.Vector, i int) bool { return v.Bools[i&v.Mask()] && !v.IsNull(i) }

func selectTrue(v *value.Vector, n int) []uint32 {
	count := 0
	for _, t := range v.Bools[:n] {
		if t {
			count++
		}
	}
	sel := make([]uint32, 0, count)
	for i, t := range v.Bools[:n] {
		if t && (v.Nulls == nil || !v.Nulls.Has(i)) {
			sel = append(sel, uint32(i))
		}
	}
	return sel
}
