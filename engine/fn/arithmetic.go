// Arithmetic operators: + - * / % and the signs. Integers wrap, division by zero gives null, % is never negative.

package fn

import (
	"math"

	"github.com/woodsbury/decimal128"

	"calypso/kusto/value"
)

var arithmeticFamily = []scalar{
	{"+", 2, 2, buildArithmetic},
	{"-", 2, 2, buildArithmetic},
	{"*", 2, 2, buildArithmetic},
	{"/", 2, 2, buildArithmetic},
	{"%", 2, 2, buildArithmetic},
	{"neg", 1, 1, buildSign},
	{"pos", 1, 1, buildSign},
}

func buildArithmetic(op string, args []Arg) (*Overload, error) {
	x, y := args[0].Kind, args[1].Kind
	if x == value.Dynamic && y == value.Dynamic {
		return nil, badPair(op, x, y)
	}
	if x == value.Dynamic {
		x = dynamicPartner(y)
	} else if y == value.Dynamic {
		y = dynamicPartner(x)
		if args[0].Kind == value.Datetime && op == "+" {
			return nil, &NotBuilt{Name: op, Detail: "datetime with a dynamic value"}
		}
	}
	if numeric(x) && numeric(y) {
		kind := max(wider(x, y), value.Long)
		return operator(op, args, []value.Kind{kind, kind}, kind, numberOp(op, kind))
	}
	result, b, params := timeOp(op, x, y)
	if b == nil {
		if isTime(x) || isTime(y) {
			return nil, notBuiltPair(op, args[0].Kind, args[1].Kind)
		}
		return nil, badPair(op, args[0].Kind, args[1].Kind)
	}
	return operator(op, args, params, result, b)
}

// dynamicPartner is the kind a dynamic operand converts to beside a typed one.
func dynamicPartner(typed value.Kind) value.Kind {
	if typed == value.Int {
		return value.Long
	}
	return typed
}

func isTime(k value.Kind) bool { return k == value.Datetime || k == value.Timespan }

func numberOp(op string, kind value.Kind) body {
	switch kind {
	case value.Real:
		return realOp(op)
	case value.Decimal:
		return decimalOp(op)
	}
	return longOp(op, kind)
}

func longOp(op string, kind value.Kind) body {
	switch op {
	case "+":
		return loop2(kind, func(out, x, y []int64) {
			for i := range out {
				out[i] = x[i] + y[i]
			}
		}, func(out, x []int64, k int64) {
			for i := range out {
				out[i] = x[i] + k
			}
		})
	case "-":
		return loop2(kind, func(out, x, y []int64) {
			for i := range out {
				out[i] = x[i] - y[i]
			}
		}, func(out, x []int64, k int64) {
			for i := range out {
				out[i] = x[i] - k
			}
		})
	case "*":
		return loop2(kind, func(out, x, y []int64) {
			for i := range out {
				out[i] = x[i] * y[i]
			}
		}, func(out, x []int64, k int64) {
			for i := range out {
				out[i] = x[i] * k
			}
		})
	case "/":
		return try2(kind, divideLong)
	}
	return try2(kind, moduloLong)
}

func divideLong(a, b int64) (int64, bool) {
	if b == 0 {
		return 0, false
	}
	return a / b, true
}

func moduloLong(a, b int64) (int64, bool) {
	if b == 0 {
		return 0, false
	}
	if b == -1 {
		return 0, true
	}
	r := a % b
	if r < 0 {
		if b < 0 {
			return r - b, true
		}
		return r + b, true
	}
	return r, true
}

func realOp(op string) body {
	switch op {
	case "+":
		return loop2(value.Real, func(out, x, y []float64) {
			for i := range out {
				out[i] = x[i] + y[i]
			}
		}, func(out, x []float64, k float64) {
			for i := range out {
				out[i] = x[i] + k
			}
		})
	case "-":
		return loop2(value.Real, func(out, x, y []float64) {
			for i := range out {
				out[i] = x[i] - y[i]
			}
		}, func(out, x []float64, k float64) {
			for i := range out {
				out[i] = x[i] - k
			}
		})
	case "*":
		return loop2(value.Real, func(out, x, y []float64) {
			for i := range out {
				out[i] = x[i] * y[i]
			}
		}, func(out, x []float64, k float64) {
			for i := range out {
				out[i] = x[i] * k
			}
		})
	case "/":
		return loop2(value.Real, func(out, x, y []float64) {
			for i := range out {
				out[i] = x[i] / y[i]
			}
		}, func(out, x []float64, k float64) {
			for i := range out {
				out[i] = x[i] / k
			}
		})
	}
	return map2(value.Real, moduloReal)
}

func moduloReal(a, b float64) float64 {
	r := math.Mod(a, b)
	if r < 0 {
		return r + math.Abs(b)
	}
	return r
}

// loop2 runs a tight loop over two vectors, or over one and a constant on the right. Null rows are computed too, then cleared.
func loop2[T int64 | float64](kind value.Kind, both func(out, x, y []T), right func(out, x []T, k T)) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out, nulls := make([]T, n), eitherNull(n, a[0], a[1])
		x := cells[T](flat(a[0], n))[:n]
		if a[1].Const {
			right(out, x, cells[T](a[1])[0])
		} else {
			both(out, x, cells[T](a[1])[:n])
		}
		return vectorOf(kind, out, nulls), nil
	}
}

func decimalOp(op string) body {
	type D = decimal128.Decimal
	switch op {
	case "+":
		return map2(value.Decimal, D.Add)
	case "-":
		return map2(value.Decimal, D.Sub)
	case "*":
		return map2(value.Decimal, D.Mul)
	case "/":
		return refuseZero(op, map2(value.Decimal, D.Quo))
	}
	return refuseZero(op, map2(value.Decimal, func(a, b D) D {
		_, r := a.QuoRem(b)
		if r.Sign() < 0 {
			return r.Add(decimal128.Abs(b))
		}
		return r
	}))
}

// refuseZero refuses a decimal division by zero: what the real engine gives isn't known.
func refuseZero(op string, b body) body {
	return func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
		for i := range n {
			if !a[1].IsNull(i) && a[1].Decimals[i&a[1].Mask()].IsZero() {
				return nil, &NotBuilt{Name: op, Detail: "dividing a decimal by zero"}
			}
		}
		return b(c, a, n)
	}
}

// timeOp gives the operators of datetime and timespan; a nil body means there is none.
func timeOp(op string, x, y value.Kind) (value.Kind, body, []value.Kind) {
	const dt, ts, lg, re = value.Datetime, value.Timespan, value.Long, value.Real
	if y == value.Int {
		y = lg
	}
	if x == value.Int {
		x = lg
	}
	at := func(result value.Kind, b body, params ...value.Kind) (value.Kind, body, []value.Kind) {
		return result, b, params
	}
	switch [2]value.Kind{x, y} {
	case [2]value.Kind{dt, ts}:
		switch op {
		case "+":
			return at(dt, try2(dt, func(a, b int64) (int64, bool) { return instant(a, b) }), dt, ts)
		case "-":
			return at(dt, try2(dt, func(a, b int64) (int64, bool) { return instant(a, -b) }), dt, ts)
		case "/":
			return at(re, map2(re, ratio), dt, ts)
		case "%":
			return at(ts, try2(ts, moduloLong), dt, ts)
		}
	case [2]value.Kind{ts, dt}:
		if op == "+" {
			return at(dt, try2(dt, func(a, b int64) (int64, bool) { return instant(b, a) }), ts, dt)
		}
	case [2]value.Kind{dt, dt}:
		if op == "-" {
			return at(ts, longOp("-", ts), dt, dt)
		}
	case [2]value.Kind{ts, ts}:
		switch op {
		case "+", "-", "%":
			return at(ts, longOp(op, ts), ts, ts)
		case "/":
			return at(re, map2(re, ratio), ts, ts)
		}
	case [2]value.Kind{ts, lg}:
		if op == "*" || op == "/" {
			return at(ts, longOp(op, ts), ts, lg)
		}
	case [2]value.Kind{lg, ts}:
		if op == "*" {
			return at(ts, longOp(op, ts), lg, ts)
		}
	case [2]value.Kind{ts, re}:
		if op == "*" {
			return at(ts, try2(ts, func(a int64, f float64) (int64, bool) { return realTicks(float64(a) * f) }), ts, re)
		}
		if op == "/" {
			return at(ts, try2(ts, func(a int64, f float64) (int64, bool) { return realTicks(float64(a) / f) }), ts, re)
		}
	case [2]value.Kind{re, ts}:
		if op == "*" {
			return at(ts, try2(ts, func(f float64, a int64) (int64, bool) { return realTicks(float64(a) * f) }), re, ts)
		}
	}
	return value.Invalid, nil, nil
}

func ratio(a, b int64) float64 { return float64(a) / float64(b) }

// instant adds a span to an instant; outside of what a datetime can hold there is null.
func instant(at, span int64) (int64, bool) {
	t := at + span
	if !value.DatetimeInRange(t) || (span > 0) != (t > at) && span != 0 {
		return 0, false
	}
	return t, true
}

// realTicks truncates a computed number of ticks; null when it isn't one.
func realTicks(f float64) (int64, bool) {
	if f != f || f >= math.MaxInt64 || f <= math.MinInt64 {
		return 0, false
	}
	return int64(f), true
}

func buildSign(op string, args []Arg) (*Overload, error) {
	k := args[0].Kind
	switch {
	case k == value.Int || k == value.Long:
		return signOverload(op, args, value.Long, func(x int64) int64 { return -x })
	case k == value.Real:
		// 0 - x, not -x: the real engine's -0.0 is 0.0
		return signOverload(op, args, value.Real, func(x float64) float64 { return 0 - x })
	case k == value.Decimal:
		return signOverload(op, args, value.Decimal, decimal128.Decimal.Neg)
	case k == value.Timespan:
		return signOverload(op, args, value.Timespan, func(x int64) int64 { return -x })
	}
	return nil, &BadArgument{Name: op, Index: 0, Why: "is " + k.String() + ", must be a number or a timespan"}
}

func signOverload[T cell](op string, args []Arg, kind value.Kind, neg func(T) T) (*Overload, error) {
	f := neg
	if op == "pos" {
		f = func(x T) T { return x }
	}
	return overload(op, args, []value.Kind{kind}, kind, map1(kind, f))
}
