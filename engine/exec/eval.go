// Expressions over batches, and the operator that is no more than that: project.

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
		if result, codes := overWords(c, e, args, b.N); result != nil {
			return byCode(result, codes), nil
		}
		return callOver(c, e, args, b.N)
	}
	return nil, fmt.Errorf("internal error: no way to compute %T", e)
}

// callOver computes a call of arguments that are known.
func callOver(c *fn.Context, e *plan.Call, args []*value.Vector, n int) (*value.Vector, error) {
	v, err := e.Over.Eval(c, forCall(e, args), n)
	if err != nil {
		return nil, err
	}
	if v.Kind != e.Over.Result || v.N < n {
		return nil, fmt.Errorf("internal error: '%s' gave %d rows of %s, not %d of %s", e.Name, v.N, v.Kind, n, e.Over.Result)
	}
	return v, nil
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
	parts, err := e.Over.Eval(c, flatAll(args), b.N)
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
