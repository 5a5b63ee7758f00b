// count, sum, avg, min, max and the bitwise aggregates.

package fn

import (
	"math"

	"github.com/woodsbury/decimal128"

	"calypso/kusto/value"
)

// countState counts rows, or those where a predicate is true. count(x) counts rows too, nulls included.
type countState struct {
	n  []int64
	on bool // count only rows where the argument is true
}

func buildCount(name string, args []Arg) (*AggOverload, error) {
	return &AggOverload{[]value.Kind{value.Long}, func() State { return &countState{} }}, nil
}

func buildCountif(name string, args []Arg) (*AggOverload, error) {
	return aggOverload(name, args, []value.Kind{value.Bool}, []value.Kind{value.Long}, func() State { return &countState{on: true} })
}

func (s *countState) Grow(groups int) { s.n = grow(s.n, groups) }

func (s *countState) Add(_ *Context, args []*value.Vector, groups []uint32, n int) error {
	switch {
	case s.on:
		for i := range n {
			if logicAt(args[0], i) == isTrue {
				s.n[groupOf(groups, i)]++
			}
		}
	case groups == nil:
		s.n[0] += int64(n)
	default:
		for _, g := range groups[:n] {
			s.n[g]++
		}
	}
	return nil
}

func (s *countState) Merge(_ *Context, other State, into []uint32) error {
	for g, n := range other.(*countState).n[:len(into)] {
		s.n[into[g]] += n
	}
	return nil
}

func (s *countState) Finish(*Context) ([]*value.Vector, error) {
	return []*value.Vector{vectorOf(value.Long, s.n, nil)}, nil
}

func (s *countState) Bytes() int64 { return int64(8 * cap(s.n)) }

// foldState folds the non-null values of a group with one function; a group without any keeps what empty says.
type foldState[T cell] struct {
	kind  value.Kind
	op    func(a, b T) T
	empty func() (T, bool) // false: null
	loop  foldLoop[T]      // op over many rows without nulls; nil where it has none of its own
	acc   []T
	seen  []bool
}

// foldLoop folds each value into its group.
type foldLoop[T cell] func(acc []T, seen []bool, x []T, groups []uint32)

func foldSum[T int64 | float64](acc []T, seen []bool, x []T, groups []uint32) {
	for i, g := range groups {
		if seen[g] {
			acc[g] += x[i]
		} else {
			acc[g], seen[g] = x[i], true
		}
	}
}

func foldMin[T int64 | float64](acc []T, seen []bool, x []T, groups []uint32) {
	for i, g := range groups {
		if seen[g] {
			acc[g] = min(acc[g], x[i])
		} else {
			acc[g], seen[g] = x[i], true
		}
	}
}

func foldMax[T int64 | float64](acc []T, seen []bool, x []T, groups []uint32) {
	for i, g := range groups {
		if seen[g] {
			acc[g] = max(acc[g], x[i])
		} else {
			acc[g], seen[g] = x[i], true
		}
	}
}

func (s *foldState[T]) Grow(groups int) { s.acc, s.seen = grow(s.acc, groups), grow(s.seen, groups) }

func (s *foldState[T]) put(g uint32, x T) {
	if s.seen[g] {
		s.acc[g] = s.op(s.acc[g], x)
		return
	}
	s.acc[g], s.seen[g] = x, true
}

func (s *foldState[T]) Add(_ *Context, args []*value.Vector, groups []uint32, n int) error {
	v := args[0]
	x, m := cells[T](v), v.Mask()
	nulls := mayHaveNulls(v)
	if s.loop != nil && groups != nil && !nulls && !v.Const {
		s.loop(s.acc, s.seen, x[:n], groups[:n])
		return nil
	}
	for i := range n {
		if !nulls || !isNull(v, i) {
			s.put(groupOf(groups, i), x[i&m])
		}
	}
	return nil
}

func (s *foldState[T]) Merge(_ *Context, other State, into []uint32) error {
	o := other.(*foldState[T])
	for g, to := range into {
		if o.seen[g] {
			s.put(to, o.acc[g])
		}
	}
	return nil
}

func (s *foldState[T]) Finish(*Context) ([]*value.Vector, error) {
	var nulls value.Bitmap
	for g, seen := range s.seen {
		if !seen {
			x, ok := s.empty()
			if s.acc[g] = x; !ok {
				nulls = nulls.Set(g, len(s.seen))
			}
		}
	}
	return []*value.Vector{vectorOf(s.kind, s.acc, nulls)}, nil
}

func (s *foldState[T]) Bytes() int64 { return int64(17 * cap(s.acc)) }

func zeroOf[T cell]() (T, bool) { var x T; return x, true }
func nullOf[T cell]() (T, bool) { var x T; return x, false }

func foldOverload[T cell](name string, args []Arg, kind value.Kind, op func(a, b T) T, empty func() (T, bool), loop foldLoop[T]) (*AggOverload, error) {
	return aggOverload(name, args, []value.Kind{kind}, []value.Kind{kind}, func() State {
		return &foldState[T]{kind: kind, op: op, empty: empty, loop: loop}
	})
}

// buildSum: int gives long, long wraps; no rows give 0.
func buildSum(name string, args []Arg) (*AggOverload, error) {
	switch k := args[0].Kind; k {
	case value.Int, value.Long, value.Timespan:
		if k == value.Int {
			k = value.Long
		}
		return foldOverload(name, args, k, func(a, b int64) int64 { return a + b }, zeroOf[int64], foldSum)
	case value.Real:
		return foldOverload(name, args, k, func(a, b float64) float64 { return a + b }, zeroOf[float64], foldSum)
	case value.Decimal:
		return foldOverload(name, args, k, decimal128.Decimal.Add, zeroOf[decimal128.Decimal], nil)
	case value.Dynamic:
		return nil, &NotBuilt{Name: name, Detail: "use with dynamic"}
	}
	return nil, wrongKind(name, args, 0, "a number or a timespan")
}

// buildMinMax: null where there are no values, "" for strings; a NaN is the least and the greatest of all.
func buildMinMax(sign int) func(string, []Arg) (*AggOverload, error) {
	return func(name string, args []Arg) (*AggOverload, error) {
		switch k := args[0].Kind; k {
		case value.Bool:
			return foldOverload(name, args, k, func(a, b bool) bool {
				if sign > 0 {
					return a || b
				}
				return a && b
			}, nullOf[bool], nil)
		case value.Int, value.Long, value.Datetime, value.Timespan:
			if sign > 0 {
				return foldOverload(name, args, k, func(a, b int64) int64 { return max(a, b) }, nullOf[int64], foldMax)
			}
			return foldOverload(name, args, k, func(a, b int64) int64 { return min(a, b) }, nullOf[int64], foldMin)
		case value.Real:
			if sign > 0 {
				return foldOverload(name, args, k, func(a, b float64) float64 { return max(a, b) }, nullOf[float64], foldMax)
			}
			return foldOverload(name, args, k, func(a, b float64) float64 { return min(a, b) }, nullOf[float64], foldMin)
		case value.Decimal:
			return foldOverload(name, args, k, func(a, b decimal128.Decimal) decimal128.Decimal {
				if sign*decimal128.Compare(b, a) > 0 {
					return b
				}
				return a
			}, nullOf[decimal128.Decimal], nil)
		case value.String:
			if sign > 0 {
				return foldOverload(name, args, k, func(a, b string) string { return max(a, b) }, nullOf[string], nil)
			}
			return foldOverload(name, args, k, func(a, b string) string { return min(a, b) }, nullOf[string], nil)
		default:
			return nil, &NotBuilt{Name: name, Detail: "use with " + k.String()}
		}
	}
}

func buildBits(op func(a, b int64) int64) func(string, []Arg) (*AggOverload, error) {
	return func(name string, args []Arg) (*AggOverload, error) {
		k := args[0].Kind
		if k != value.Int && k != value.Long {
			return nil, wrongKind(name, args, 0, "long")
		}
		return foldOverload(name, args, k, op, nullOf[int64], nil)
	}
}

// buildAvg: real for numbers, NaN without values; timespan for timespans.
func buildAvg(name string, args []Arg) (*AggOverload, error) {
	switch k := args[0].Kind; k {
	case value.Int, value.Long:
		return aggOverload(name, args, []value.Kind{value.Long}, []value.Kind{value.Real}, func() State { return &avgState[int64]{} })
	case value.Real:
		return aggOverload(name, args, []value.Kind{k}, []value.Kind{k}, func() State { return &avgState[float64]{} })
	case value.Timespan:
		return aggOverload(name, args, []value.Kind{k}, []value.Kind{k}, func() State { return &avgState[int64]{span: true} })
	case value.Decimal, value.Datetime, value.Dynamic:
		return nil, &NotBuilt{Name: name, Detail: "use with " + k.String()}
	}
	return nil, wrongKind(name, args, 0, "a number or a timespan")
}

// avgState keeps sums and counts; span means the values are ticks and so is the result. Whether the real engine's sum wraps here too
// isn't known, so one beyond 64 bits is refused.
type avgState[T int64 | float64] struct {
	span  bool
	sum   []T
	n     []int64
	wraps map[uint32]int // how often a group's sum has wrapped upwards, less how often downwards; nil for none
}

// add adds to a group's sum.
func (s *avgState[T]) add(group uint32, x T) {
	before := s.sum[group]
	after := before + x
	s.sum[group] = after
	switch {
	case x > 0 && after < before:
		s.wrap(group, 1)
	case x < 0 && after > before:
		s.wrap(group, -1)
	}
}

func (s *avgState[T]) wrap(group uint32, by int) {
	if s.wraps == nil {
		s.wraps = map[uint32]int{}
	}
	s.wraps[group] += by
}

func (s *avgState[T]) Grow(groups int) { s.sum, s.n = grow(s.sum, groups), grow(s.n, groups) }

func (s *avgState[T]) Add(_ *Context, args []*value.Vector, groups []uint32, n int) error {
	v := args[0]
	var x []T
	switch p := any(&x).(type) {
	case *[]int64:
		*p = v.Ints
	case *[]float64:
		*p = v.Reals
	}
	m, nulls := v.Mask(), mayHaveNulls(v)
	for i := range n {
		if !nulls || !v.IsNull(i) {
			g := groupOf(groups, i)
			s.add(g, x[i&m])
			s.n[g]++
		}
	}
	return nil
}

func (s *avgState[T]) Merge(_ *Context, other State, into []uint32) error {
	o := other.(*avgState[T])
	for g, to := range into {
		s.add(to, o.sum[g])
		s.n[to] += o.n[g]
	}
	for g, by := range o.wraps {
		s.wrap(into[g], by)
	}
	return nil
}

func (s *avgState[T]) Finish(*Context) ([]*value.Vector, error) {
	for _, by := range s.wraps {
		if by != 0 {
			return nil, &NotBuilt{Name: "avg", Detail: "numbers whose sum is beyond long"}
		}
	}
	var nulls value.Bitmap
	if s.span {
		out := make([]int64, len(s.n))
		for g, n := range s.n {
			if n == 0 {
				nulls = nulls.Set(g, len(s.n))
				continue
			}
			out[g] = int64(s.sum[g]) / n
		}
		return []*value.Vector{vectorOf(value.Timespan, out, nulls)}, nil
	}
	out := make([]float64, len(s.n))
	for g, n := range s.n {
		if out[g] = float64(s.sum[g]) / float64(n); n == 0 {
			out[g] = math.NaN()
		}
	}
	return []*value.Vector{vectorOf(value.Real, out, nil)}, nil
}

func (s *avgState[T]) Bytes() int64 { return int64(16 * cap(s.n)) }
