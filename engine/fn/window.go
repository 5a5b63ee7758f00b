// Window functions: they see all rows of a serialized input, in order.

package fn

import (
	"calypso/kusto/value"
)

var windowFamily = []window{
	{"row_number", 0, 2, buildRowNumber},
	{"row_cumsum", 1, 2, buildRowCumsum},
	{"row_rank_dense", 1, 2, buildRowRank(true)},
	{"row_rank_min", 1, 2, buildRowRank(false)},
	{"prev", 1, 3, buildNeighbour(-1)},
	{"next", 1, 3, buildNeighbour(1)},
	{"row_window_session", 3, 4, buildSession},
}

func windowOverload(name string, args []Arg, params []value.Kind, result value.Kind, b body) (*WindowOverload, error) {
	o, err := overload(name, args, params, result, b)
	if err != nil {
		return nil, err
	}
	casts := make([]caster, len(args))
	for i, a := range args {
		casts[i], _ = castArg(name, i, a.Kind, params[i])
	}
	// Constant arguments don't make the result constant here, so the folding of plain functions is left out.
	o.Eval = func(c *Context, in []*value.Vector, n int) (*value.Vector, error) {
		a := make([]*value.Vector, len(in))
		for i, v := range in {
			if a[i] = v; casts[i] == nil {
				continue
			}
			var err error
			if a[i], err = casts[i](v, n); err != nil {
				return nil, err
			}
		}
		return b(c, a, n)
	}
	return &WindowOverload{Result: result, Eval: o.Eval}, nil
}

// restarts tells whether the optional restart argument at position p is true on row i.
func restarts(a []*value.Vector, p, i int) bool { return len(a) > p && logicAt(a[p], i) == isTrue }

// buildRowNumber makes row_number([start[, restart]]).
func buildRowNumber(name string, args []Arg) (*WindowOverload, error) {
	params := []value.Kind{value.Long, value.Bool}[:len(args)]
	return windowOverload(name, args, params, value.Long, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]int64, n)
		start, at := int64(1), int64(0)
		for i := range out {
			if len(a) > 0 && !a[0].IsNull(i) {
				start = a[0].Ints[i&a[0].Mask()]
			}
			if i == 0 || restarts(a, 1, i) {
				at = start
			}
			out[i] = at
			at++
		}
		return vectorOf(value.Long, out, nil), nil
	})
}

// buildRowCumsum makes row_cumsum(x[, restart]).
func buildRowCumsum(name string, args []Arg) (*WindowOverload, error) {
	switch k := args[0].Kind; k {
	case value.Int, value.Long, value.Timespan:
		return windowOverload(name, args, []value.Kind{k, value.Bool}[:len(args)], k, cumsum(name, k, func(v *value.Vector) []int64 { return v.Ints }))
	case value.Real:
		return windowOverload(name, args, []value.Kind{k, value.Bool}[:len(args)], k, cumsum(name, k, func(v *value.Vector) []float64 { return v.Reals }))
	default:
		return nil, &NotBuilt{Name: name, Detail: "use with " + k.String()}
	}
}

func cumsum[T int64 | float64](name string, kind value.Kind, data func(*value.Vector) []T) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]T, n)
		x, m := data(a[0]), a[0].Mask()
		var sum T
		for i := range out {
			if a[0].IsNull(i) {
				return nil, &NotBuilt{Name: name, Detail: "a null value"}
			}
			if restarts(a, 1, i) {
				sum = 0
			}
			sum += x[i&m]
			out[i] = sum
		}
		v := &value.Vector{Kind: kind, N: n}
		switch d := any(out).(type) {
		case []int64:
			if err := withinInt(name, kind, d); err != nil {
				return nil, err
			}
			v.Ints = d
		case []float64:
			v.Reals = d
		}
		return v, nil
	}
}

// withinInt refuses sums of ints beyond the type: they are ints to the official library, and what becomes of such a sum isn't known.
func withinInt(name string, kind value.Kind, sums []int64) error {
	for _, sum := range sums {
		if kind == value.Int && sum != int64(int32(sum)) {
			return &NotBuilt{Name: name, Detail: "a sum beyond int"}
		}
	}
	return nil
}

// SumAsInt takes sums of ints as ints, where the official library says that they are some.
func SumAsInt(name string) *Overload {
	return &Overload{Result: value.Int, Eval: func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		sums := a[0]
		if err := withinInt(name, value.Int, sums.Ints); err != nil {
			return nil, err
		}
		return &value.Vector{Kind: value.Int, N: n, Const: sums.Const, Nulls: sums.Nulls, Ints: sums.Ints}, nil
	}}
}

// buildRowRank makes row_rank_dense, where equal rows share a rank and the next has one more, and row_rank_min, where the
// next has the rank of its row number.
func buildRowRank(dense bool) func(string, []Arg) (*WindowOverload, error) {
	return func(name string, args []Arg) (*WindowOverload, error) {
		params := []value.Kind{asIs, value.Bool}[:len(args)]
		return windowOverload(name, args, params, value.Long, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
			out := make([]int64, n)
			var rank, row int64
			for i := range out {
				switch {
				case i == 0 || restarts(a, 1, i):
					rank, row = 1, 1
				case value.Equal(a[0], i, a[0], i-1):
					row++
				default:
					row++
					if rank++; !dense {
						rank = row
					}
				}
				out[i] = rank
			}
			return vectorOf(value.Long, out, nil), nil
		})
	}
}

// buildNeighbour makes prev(x[, offset[, default]]) and next(…).
func buildNeighbour(sign int64) func(string, []Arg) (*WindowOverload, error) {
	return func(name string, args []Arg) (*WindowOverload, error) {
		kind, offset := args[0].Kind, int64(1)
		if len(args) > 1 {
			v := args[1].Const
			if v == nil || v.Kind != value.Int && v.Kind != value.Long || v.IsNull(0) {
				return nil, &NotBuilt{Name: name, Detail: "an offset that isn't a constant number"}
			}
			if offset = v.Ints[0]; offset < 1 {
				return nil, &BadArgument{Name: name, Index: 1, Why: "must be above 0"}
			}
		}
		if len(args) > 2 && args[2].Const == nil {
			return nil, &BadArgument{Name: name, Index: 2, Why: "must be a constant"}
		}
		params := []value.Kind{kind, value.Long, kind}[:len(args)]
		if len(args) > 2 && args[2].Kind == value.Long && kind == value.Int {
			params[2] = asIs
		}
		return windowOverload(name, args, params, kind, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
			out := value.NewBuilder(kind, n)
			for i := range n {
				j := int64(i) + sign*min(offset, int64(n))
				switch {
				case j >= 0 && j < int64(n):
					out.AppendFrom(a[0], int(j))
				case len(a) > 2:
					out.AppendFrom(a[2], i)
				default:
					out.AppendNull()
				}
			}
			return out.Vector(), nil
		})
	}
}

// buildSession makes row_window_session(time, longest, gap[, restart]): the start of the session that a row belongs to.
func buildSession(name string, args []Arg) (*WindowOverload, error) {
	params := []value.Kind{value.Datetime, value.Timespan, value.Timespan, value.Bool}[:len(args)]
	return windowOverload(name, args, params, value.Datetime, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]int64, n)
		var start, last int64
		for i := range out {
			if a[0].IsNull(i) || a[1].IsNull(i) || a[2].IsNull(i) {
				return nil, &NotBuilt{Name: name, Detail: "a null value"}
			}
			t, longest, gap := a[0].Ints[i&a[0].Mask()], a[1].Ints[i&a[1].Mask()], a[2].Ints[i&a[2].Mask()]
			if i == 0 || restarts(a, 3, i) || t-start > longest || t-last > gap {
				start = t
			}
			last = t
			out[i] = start
		}
		return vectorOf(value.Datetime, out, nil), nil
	})
}
