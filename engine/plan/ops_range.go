// range name from … to … step …

package plan

import (
	"math"

	"calypso/kql/syntax"
	"calypso/kusto/value"
)

func (p *builder) rangeOf(e *env, op *syntax.RangeOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || len(out.List) != 1 {
		return nil, e.notBuilt(op, "this range")
	}
	shape, err := e.shapeOf(op, out.List)
	if err != nil {
		return nil, err
	}
	kind := shape[0].Kind
	step := kind
	if kind == value.Datetime {
		step = value.Timespan
	}
	ends := make([]*value.Vector, 3)
	for i, x := range []syntax.Expr{op.From, op.To, op.Step} {
		want := kind
		if i == 2 {
			want = step
		}
		if ends[i], err = p.boundOf(e, x, want); err != nil {
			return nil, err
		}
	}
	rows, err := rangeRows(e, op, kind, ends)
	if err != nil {
		return nil, err
	}
	return &relation{&Range{Shape: shape, From: ends[0], Step: ends[2], Rows: rows}, out.List}, nil
}

// boundOf plans a bound or a step, a constant that must be of the kind of the range or, where both are numbers, widen to it.
func (p *builder) boundOf(e *env, x syntax.Expr, kind value.Kind) (*value.Vector, error) {
	planned, err := p.scalar(&env{scope: e.scope, src: e.src}, x)
	if err != nil {
		return nil, err
	}
	is := planned.Kind()
	if is != kind && is != value.Dynamic && !(number(is) && number(kind) && (is < kind || kind == value.Int)) {
		return nil, e.invalid(x, "this is %s where %s is expected", is, kind)
	}
	return p.asConstant(e, x, planned, kind)
}

func number(k value.Kind) bool { return k >= value.Int && k <= value.Decimal }

// constantOf plans an expression that must be a constant of a kind.
func (p *builder) constantOf(e *env, x syntax.Expr, kind value.Kind) (*value.Vector, error) {
	planned, err := p.scalar(&env{scope: e.scope, src: e.src}, x)
	if err != nil {
		return nil, err
	}
	return p.asConstant(e, x, planned, kind)
}

func (p *builder) asConstant(e *env, x syntax.Expr, planned Expr, kind value.Kind) (*value.Vector, error) {
	planned, err := p.convert(e, x, planned, kind)
	if err != nil {
		return nil, err
	}
	c, ok := planned.(*Const)
	if !ok {
		return nil, e.invalid(x, "this must be a constant")
	}
	return c.V, nil
}

// rangeRows counts the rows of a range, both ends included.
func rangeRows(e *env, op *syntax.RangeOp, kind value.Kind, ends []*value.Vector) (int64, error) {
	for _, v := range ends {
		if v.IsNull(0) {
			return 0, e.notBuilt(op, "a range with a null bound")
		}
	}
	switch kind {
	case value.Int, value.Long, value.Datetime, value.Timespan:
		from, to, step := ends[0].Ints[0], ends[1].Ints[0], ends[2].Ints[0]
		switch {
		case step == 0:
			return 0, e.invalid(op.Step, "the step of a range can't be 0")
		case step > 0 && from > to || step < 0 && from < to:
			return 0, nil
		case step > 0:
			return clampRows((uint64(to) - uint64(from)) / uint64(step)), nil
		}
		return clampRows((uint64(from) - uint64(to)) / (-uint64(step))), nil
	case value.Real:
		from, to, step := ends[0].Reals[0], ends[1].Reals[0], ends[2].Reals[0]
		if step == 0 || math.IsNaN(from+to+step) || math.IsInf(from+to+step, 0) {
			return 0, e.invalid(op.Step, "a range of reals needs finite bounds and a step other than 0")
		}
		return realRows(e, op, from, to, step)
	}
	return 0, e.notBuilt(op, "a range of %s", kind)
}

// maxRealRows is the longest range of reals that is looked through before it runs.
const maxRealRows = 1 << 20

// realRows counts the rows of a range of reals. Whether a cluster adds the step again and again or multiplies it isn't known;
// where the two differ, the range is refused.
func realRows(e *env, op *syntax.RangeOp, from, to, step float64) (int64, error) {
	n, sum := int64(0), from
	for x := from; step > 0 && x <= to || step < 0 && x >= to; x = from + float64(n)*step {
		if x != sum {
			return 0, e.notBuilt(op, "a range of reals whose step rounds (use whole numbers, and divide them)")
		}
		n++
		sum += step
		if n > maxRealRows {
			return 0, e.notBuilt(op, "a range of more than %d reals", maxRealRows)
		}
	}
	if step > 0 && sum <= to || step < 0 && sum >= to {
		return 0, e.notBuilt(op, "a range of reals whose step rounds (use whole numbers, and divide them)")
	}
	return n, nil
}

func clampRows(steps uint64) int64 {
	if steps >= math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(steps) + 1
}
