// Numbers: roots, logarithms, angles, rounding, bins, bits. Accuracy is that of Go's math package, 1e-12 and better.

package fn

import (
	"math"
	"math/bits"
	"strconv"

	"github.com/woodsbury/decimal128"

	"calypso/kusto/value"
)

var mathsFamily = []scalar{
	real1("sqrt", math.Sqrt), // NaN below 0
	real1("exp", math.Exp),
	real1("exp2", math.Exp2),
	real1("exp10", func(x float64) float64 { return math.Pow(10, x) }),
	simple("log", value.Real, try1(value.Real, func(x float64) (float64, bool) { return naturalLog(x), !(x < 0) }), value.Real),
	partial1("log2", log2, func(x float64) bool { return !(x < 0) }),
	partial1("log10", log10, func(x float64) bool { return !(x < 0) }),
	partial1("gamma", math.Gamma, func(x float64) bool { return x > 0 }),
	partial1("loggamma", func(x float64) float64 { y, _ := math.Lgamma(x); return y }, func(x float64) bool { return x > 0 }),
	real1("erf", math.Erf),
	real1("erfc", math.Erfc),
	real1("sin", sine),
	real1("cos", cosine),
	real1("tan", tangent),
	real1("cot", func(x float64) float64 { return 1 / tangent(x) }),
	partial1("asin", math.Asin, func(x float64) bool { return x >= -1 && x <= 1 }),
	partial1("acos", math.Acos, func(x float64) bool { return x >= -1 && x <= 1 }),
	real1("atan", math.Atan),
	simple("atan2", value.Real, map2(value.Real, math.Atan2), value.Real, value.Real),
	simple("pow", value.Real, map2(value.Real, math.Pow), value.Real, value.Real),
	simple("pi", value.Real, func(_ *Context, _ []*value.Vector, n int) (*value.Vector, error) {
		return constant(value.Real, math.Pi, false, n), nil
	}),
	real1("degrees", func(x float64) float64 { return 180 / math.Pi * x }),
	real1("radians", func(x float64) float64 { return math.Pi / 180 * x }),
	real1("sign", signOf),
	{"abs", 1, 1, buildAbs},
	optional("round", 1, value.Real, roundBody, value.Real, value.Long),
	real1("ceiling", math.Ceil),
	simple("isnan", value.Bool, floatTest(math.IsNaN), value.Real),
	simple("isinf", value.Bool, floatTest(func(x float64) bool { return math.IsInf(x, 0) }), value.Real),
	simple("isfinite", value.Bool, floatTest(func(x float64) bool { return !math.IsInf(x, 0) && !math.IsNaN(x) }), value.Real),
	{"bin", 2, 2, buildBin},
	{"floor", 2, 2, buildBin},
	{"bin_at", 3, 3, buildBinAt},
	simple("binary_and", value.Long, map2(value.Long, func(a, b int64) int64 { return a & b }), value.Long, value.Long),
	simple("binary_or", value.Long, map2(value.Long, func(a, b int64) int64 { return a | b }), value.Long, value.Long),
	simple("binary_xor", value.Long, map2(value.Long, func(a, b int64) int64 { return a ^ b }), value.Long, value.Long),
	simple("binary_not", value.Long, map1(value.Long, func(a int64) int64 { return ^a }), value.Long),
	simple("binary_shift_left", value.Long, try2(value.Long, func(a, b int64) (int64, bool) { return a << (uint(b) % 64), b >= 0 }), value.Long, value.Long),
	simple("binary_shift_right", value.Long, try2(value.Long, func(a, b int64) (int64, bool) { return a >> (uint(b) % 64), b >= 0 }), value.Long, value.Long),
	simple("bitset_count_ones", value.Long, map1(value.Long, func(a int64) int64 { return int64(bits.OnesCount64(uint64(a))) }), value.Long),
	{"tohex", 1, 2, buildTohex},
	{"rand", 0, 1, buildRand},
}

// real1 is a row for a total function of one real.
func real1(name string, f func(float64) float64) scalar {
	return simple(name, value.Real, map1(value.Real, f), value.Real)
}

// partial1 is a row for a function whose value outside of its domain isn't known from the real engine: it is refused there.
func partial1(name string, f func(float64) float64, domain func(float64) bool) scalar {
	return simple(name, value.Real, fallible(value.Real, func(x float64) (float64, bool, error) {
		if !domain(x) && x == x {
			return 0, false, &NotBuilt{Name: name, Detail: "an argument of " + string(value.AppendReal(nil, x))}
		}
		return f(x), true, nil
	}), value.Real)
}

func signOf(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

func floatTest(f func(float64) bool) body { return map1(value.Bool, f) }

func buildAbs(name string, args []Arg) (*Overload, error) {
	switch k := args[0].Kind; k {
	case value.Int, value.Long:
		return overload(name, args, []value.Kind{value.Long}, value.Long, map1(value.Long, absLong))
	case value.Timespan:
		return overload(name, args, []value.Kind{k}, k, map1(k, absLong))
	case value.Decimal:
		return overload(name, args, []value.Kind{k}, k, map1(k, decimal128.Abs))
	case value.Real, value.Dynamic:
		return overload(name, args, []value.Kind{value.Real}, value.Real, map1(value.Real, math.Abs))
	default:
		return nil, wrongKind(name, args, 0, "a number or a timespan")
	}
}

func absLong(x int64) int64 {
	if x < 0 {
		return -x
	}
	return x
}

// roundBody rounds half away from zero, to a number of decimals that may be negative.
func roundBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	if len(a) == 1 {
		return map1(value.Real, math.Round)(nil, a, n)
	}
	return map2(value.Real, roundTo)(nil, a, n)
}

func roundTo(x float64, digits int64) float64 {
	if digits < -300 || digits > 300 || math.IsInf(x, 0) || x != x {
		return x
	}
	if digits < 0 {
		p := math.Pow(10, float64(-digits))
		return math.Round(x/p) * p
	}
	p := math.Pow(10, float64(digits))
	scaled := x * p
	if math.IsInf(scaled, 0) || math.Abs(scaled) >= 1<<53 {
		return x
	}
	return math.Round(scaled) / p
}

// buildBin makes bin(x, size) and floor(x, size): the multiple of size at or below x. A negative size gives null.
func buildBin(name string, args []Arg) (*Overload, error) {
	x, size := args[0].Kind, args[1].Kind
	switch {
	case x == value.Datetime && size == value.Timespan, x == value.Timespan && size == value.Timespan:
		return overload(name, args, []value.Kind{x, size}, x, try2(x, binLong))
	case numeric(x) && numeric(size):
	case x == value.Dynamic && (numeric(size) || size == value.Timespan):
		return nil, &NotBuilt{Name: name, Detail: "use with dynamic"}
	default:
		return nil, notBuiltPair(name, x, size)
	}
	switch kind := wider(x, size); kind {
	case value.Real:
		return overload(name, args, []value.Kind{kind, kind}, kind, try2(kind, binReal))
	case value.Decimal:
		return nil, &NotBuilt{Name: name, Detail: "use with decimal"}
	default:
		kind = value.Long
		return overload(name, args, []value.Kind{kind, kind}, kind, try2(kind, binLong))
	}
}

func binLong(x, size int64) (int64, bool) {
	if size <= 0 {
		return 0, false
	}
	m := x % size
	if m < 0 {
		m += size
	}
	return x - m, true
}

func binReal(x, size float64) (float64, bool) {
	if !(size > 0) {
		return 0, false
	}
	return math.Floor(x/size) * size, true
}

// buildBinAt makes bin_at(x, size, fixed): bins counted from a fixed point.
func buildBinAt(name string, args []Arg) (*Overload, error) {
	x, size, at := args[0].Kind, args[1].Kind, args[2].Kind
	switch {
	case isTime(x) && size == value.Timespan && at == x:
		return overload(name, args, []value.Kind{x, size, at}, x, try3(x, func(x0, size, at int64) (int64, bool) {
			b, ok := binLong(x0-at, size)
			return at + b, ok && (x != value.Datetime || value.DatetimeInRange(at+b))
		}))
	case numeric(x) && numeric(size) && numeric(at) && wider(wider(x, size), at) == value.Real:
		kind := value.Real
		return overload(name, args, []value.Kind{kind, kind, kind}, kind, try3(kind, func(x, size, at float64) (float64, bool) {
			b, ok := binReal(x-at, size)
			return at + b, ok
		}))
	case numeric(x) && numeric(size) && numeric(at) && wider(wider(x, size), at) <= value.Long:
		kind := value.Long
		return overload(name, args, []value.Kind{kind, kind, kind}, kind, try3(kind, func(x, size, at int64) (int64, bool) {
			b, ok := binLong(x-at, size)
			return at + b, ok
		}))
	}
	return nil, &NotBuilt{Name: name, Detail: "use with " + x.String() + ", " + size.String() + " and " + at.String()}
}

// buildTohex makes tohex(n[, digits]): two's complement of the argument's own width.
func buildTohex(name string, args []Arg) (*Overload, error) {
	mask := ^uint64(0)
	if args[0].Kind == value.Int {
		mask = math.MaxUint32
	}
	hex := func(x, least int64) string {
		s := strconv.FormatUint(uint64(x)&mask, 16)
		for int64(len(s)) < min(least, 1024) {
			s = "0" + s
		}
		return s
	}
	params := []value.Kind{value.Long, value.Long}[:len(args)]
	if len(args) == 1 {
		return overload(name, args, params, value.String, map1(value.String, func(x int64) string { return hex(x, 0) }))
	}
	return overload(name, args, params, value.String, map2(value.String, hex))
}

// buildRand makes rand(), in [0,1), and rand(n), a whole number below n; both are reals, new for each row.
func buildRand(name string, args []Arg) (*Overload, error) {
	if len(args) == 1 && args[0].Kind != value.Int && args[0].Kind != value.Long {
		return nil, &NotBuilt{Name: name, Detail: "use with " + args[0].Kind.String()}
	}
	params := []value.Kind{value.Long}[:len(args)]
	o, err := overload(name, args, params, value.Real, nil)
	if err != nil {
		return nil, err
	}
	o.Volatile = true
	o.Eval = func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
		if c == nil || c.Rand == nil {
			return nil, &NotBuilt{Name: name, Detail: "use without a source of randomness"}
		}
		out := make([]float64, n)
		for i := range out {
			out[i] = float64(c.Rand()>>11) / (1 << 53)
			if len(a) == 1 {
				if a[0].IsNull(i) || a[0].Ints[i&a[0].Mask()] < 1 {
					return nil, &NotBuilt{Name: name, Detail: "a bound below 1"}
				}
				out[i] = math.Floor(out[i] * float64(a[0].Ints[i&a[0].Mask()]))
			}
		}
		return vectorOf(value.Real, out, nil), nil
	}
	return o, nil
}
