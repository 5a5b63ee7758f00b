// Functions over numeric arrays. Null elements stay null; what is neither number nor null is refused.

package fn

import (
	"math"

	"calypso/kusto/value"
)

var seriesFamily = []scalar{
	eachElement("series_sin", sine),
	eachElement("series_cos", cosine),
	eachElement("series_tan", tangent),
	eachElement("series_asin", math.Asin),
	eachElement("series_acos", math.Acos),
	eachElement("series_atan", math.Atan),
	eachElement("series_exp", math.Exp),
	eachElement("series_log", naturalLog),
	eachElement("series_floor", math.Floor),
	eachElement("series_ceiling", math.Ceil),
	wholeElement("series_abs", absLong, math.Abs),
	wholeElement("series_sign", func(x int64) int64 { return int64(signOf(float64(x))) }, signOf),
	eachPair("series_add", func(a, b int64) int64 { return a + b }, func(a, b float64) float64 { return a + b }),
	eachPair("series_subtract", func(a, b int64) int64 { return a - b }, func(a, b float64) float64 { return a - b }),
	eachPair("series_multiply", func(a, b int64) int64 { return a * b }, func(a, b float64) float64 { return a * b }),
	eachPair("series_divide", nil, func(a, b float64) float64 { return a / b }),
	eachPair("series_pow", nil, math.Pow),
	eachTest("series_equals", func(a, b float64) bool { return a == b }),
	eachTest("series_not_equals", func(a, b float64) bool { return a != b }),
	eachTest("series_less", func(a, b float64) bool { return a < b }),
	eachTest("series_less_equals", func(a, b float64) bool { return a <= b }),
	eachTest("series_greater", func(a, b float64) bool { return a > b }),
	eachTest("series_greater_equals", func(a, b float64) bool { return a >= b }),
	seriesFold("series_sum", func(x []float64) float64 { return sumOf(x) }),
	seriesFold("series_product", func(x []float64) float64 {
		p := 1.0
		for _, v := range x {
			p *= v
		}
		return p
	}),
	seriesFold("series_magnitude", func(x []float64) float64 { return math.Sqrt(dotOf(x, x)) }),
	pairFold("series_dot_product", dotOf),
	pairFold("series_cosine_similarity", func(x, y []float64) float64 { return dotOf(x, y) / (math.Sqrt(dotOf(x, x)) * math.Sqrt(dotOf(y, y))) }),
	pairFold("series_pearson_correlation", pearson),
	simple("series_stats_dynamic", value.Dynamic, fallible(value.Dynamic, seriesStats), value.Dynamic),
	simple("series_fit_line_dynamic", value.Dynamic, fallible(value.Dynamic, seriesFitLine), value.Dynamic),
	optional("series_fir", 2, value.Dynamic, seriesFirBody, value.Dynamic, value.Dynamic, value.Bool, value.Bool),
	simple("series_iir", value.Dynamic, seriesIirBody, value.Dynamic, value.Dynamic, value.Dynamic),
	optional("series_fill_const", 2, value.Dynamic, fillBody("series_fill_const"), value.Dynamic, asIs, asIs),
	optional("series_fill_forward", 1, value.Dynamic, fillBody("series_fill_forward"), value.Dynamic, asIs),
	optional("series_fill_backward", 1, value.Dynamic, fillBody("series_fill_backward"), value.Dynamic, asIs),
	optional("series_fill_linear", 1, value.Dynamic, fillLinearBody, value.Dynamic, asIs, value.Bool, asIs),
}

func notNumbers(name string) error {
	return &NotBuilt{Name: name, Detail: "use with what is no array of numbers"}
}

// series is a numeric array: values with gaps where null stood; whole means that all of them were integers.
type series struct {
	values []float64
	gaps   []bool
	whole  bool
	scalar bool // one number that stands for all elements
}

func seriesOf(name string, d value.Dyn) (series, error) {
	items := d.Items()
	s := series{whole: true}
	switch d.Kind() {
	case value.DynArray:
	case value.DynLong, value.DynReal:
		items, s.scalar = []value.Dyn{d}, true
	default:
		return s, notNumbers(name)
	}
	s.values, s.gaps = make([]float64, len(items)), make([]bool, len(items))
	for i, item := range items {
		switch item.Kind() {
		case value.DynNull:
			s.gaps[i] = true
		case value.DynLong:
			s.values[i] = float64(item.Long())
			s.whole = s.whole && math.Abs(s.values[i]) < 1<<53
		case value.DynReal:
			s.values[i], s.whole = item.Real(), false
		default:
			return s, notNumbers(name)
		}
	}
	return s, nil
}

// complete gives the values of a series without gaps.
func complete(name string, d value.Dyn) ([]float64, error) {
	s, err := seriesOf(name, d)
	for _, gap := range s.gaps {
		if gap {
			return nil, &NotBuilt{Name: name, Detail: "an array with nulls"}
		}
	}
	if err == nil && s.scalar {
		err = notNumbers(name)
	}
	return s.values, err
}

func (s series) each(f func(x float64) value.Dyn) value.Dyn {
	items := make([]value.Dyn, len(s.values))
	for i, x := range s.values {
		if !s.gaps[i] {
			items[i] = f(x)
		}
	}
	return value.NewArray(items)
}

func eachElement(name string, f func(float64) float64) scalar {
	return simple(name, value.Dynamic, fallible(value.Dynamic, func(d value.Dyn) (value.Dyn, bool, error) {
		s, err := seriesOf(name, d)
		if err != nil {
			return d, false, err
		}
		out := s.each(func(x float64) value.Dyn { return value.DynOfReal(f(x)) })
		return out, true, finite(name, out.Items())
	}), value.Dynamic)
}

// finite refuses elements without a finite value, as the logarithm of -1: what the real engine puts there isn't known.
func finite(name string, items []value.Dyn) error {
	for _, x := range items {
		if x.Kind() == value.DynReal && (math.IsNaN(x.Real()) || math.IsInf(x.Real(), 0)) {
			return &NotBuilt{Name: name, Detail: "an element without a finite result"}
		}
	}
	return nil
}

// wholeElement keeps integers integers.
func wholeElement(name string, whole func(int64) int64, f func(float64) float64) scalar {
	return simple(name, value.Dynamic, fallible(value.Dynamic, func(d value.Dyn) (value.Dyn, bool, error) {
		s, err := seriesOf(name, d)
		return s.each(func(x float64) value.Dyn {
			if s.whole {
				return value.DynOfLong(whole(int64(x)))
			}
			return value.DynOfReal(f(x))
		}), true, err
	}), value.Dynamic)
}

// pairs brings two series to one length; a single number stands for all elements of the other.
func pairs(name string, d, e value.Dyn) (x, y series, err error) {
	if x, err = seriesOf(name, d); err != nil {
		return x, y, err
	}
	if y, err = seriesOf(name, e); err != nil {
		return x, y, err
	}
	switch {
	case x.scalar && y.scalar:
		return x, y, notNumbers(name)
	case x.scalar:
		x = x.times(len(y.values))
	case y.scalar:
		y = y.times(len(x.values))
	}
	if len(x.values) != len(y.values) {
		return x, y, &NotBuilt{Name: name, Detail: "arrays of different lengths"}
	}
	return x, y, nil
}

func (s series) times(n int) series {
	out := series{make([]float64, n), make([]bool, n), s.whole, false}
	for i := range n {
		out.values[i], out.gaps[i] = s.values[0], s.gaps[0]
	}
	return out
}

func zipSeries(name string, f func(x, y series, i int) value.Dyn) scalar {
	return simple(name, value.Dynamic, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]value.Dyn, n)
		for i := range out {
			x, y, err := pairs(name, value.DynAt(a[0], i), value.DynAt(a[1], i))
			if err != nil {
				return nil, err
			}
			items := make([]value.Dyn, len(x.values))
			for j := range items {
				if !x.gaps[j] && !y.gaps[j] {
					items[j] = f(x, y, j)
				}
			}
			if err := finite(name, items); err != nil {
				return nil, err
			}
			out[i] = value.NewArray(items)
		}
		return vectorOf(value.Dynamic, out, nil), nil
	}, asIs, asIs)
}

// eachPair computes element by element; with whole, integers stay integers.
func eachPair(name string, whole func(a, b int64) int64, f func(a, b float64) float64) scalar {
	return zipSeries(name, func(x, y series, j int) value.Dyn {
		if whole != nil && x.whole && y.whole {
			return value.DynOfLong(whole(int64(x.values[j]), int64(y.values[j])))
		}
		return value.DynOfReal(f(x.values[j], y.values[j]))
	})
}

func eachTest(name string, f func(a, b float64) bool) scalar {
	return zipSeries(name, func(x, y series, j int) value.Dyn { return value.DynOfBool(f(x.values[j], y.values[j])) })
}

func seriesFold(name string, f func(x []float64) float64) scalar {
	return simple(name, value.Real, fallible(value.Real, func(d value.Dyn) (float64, bool, error) {
		x, err := complete(name, d)
		if err != nil {
			return 0, false, err
		}
		return f(x), true, nil
	}), value.Dynamic)
}

func pairFold(name string, f func(x, y []float64) float64) scalar {
	return simple(name, value.Real, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]float64, n)
		for i := range out {
			x, y, err := pairs(name, value.DynAt(a[0], i), value.DynAt(a[1], i))
			if err != nil {
				return nil, err
			}
			for j := range x.gaps {
				if x.gaps[j] || y.gaps[j] {
					return nil, &NotBuilt{Name: name, Detail: "an array with nulls"}
				}
			}
			out[i] = f(x.values, y.values)
		}
		return vectorOf(value.Real, out, nil), nil
	}, asIs, asIs)
}

func sumOf(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum
}

func dotOf(x, y []float64) float64 {
	sum := 0.0
	for i := range x {
		sum += x[i] * y[i]
	}
	return sum
}

// centered is the sum of products of the distances from the means.
func centered(x, y []float64) float64 {
	n := float64(len(x))
	mx, my := sumOf(x)/n, sumOf(y)/n
	sum := 0.0
	for i := range x {
		sum += (x[i] - mx) * (y[i] - my)
	}
	return sum
}

func pearson(x, y []float64) float64 {
	return centered(x, y) / (math.Sqrt(centered(x, x)) * math.Sqrt(centered(y, y)))
}

// seriesStats: the variance is that of a sample and isn't rounded.
func seriesStats(d value.Dyn) (value.Dyn, bool, error) {
	x, err := complete("series_stats_dynamic", d)
	if err == nil && len(x) == 0 {
		err = &NotBuilt{Name: "series_stats_dynamic", Detail: "an empty array"}
	}
	if err != nil {
		return d, false, err
	}
	least, most := 0, 0
	for i, v := range x {
		if v < x[least] {
			least = i
		}
		if v > x[most] {
			most = i
		}
	}
	mean, squares := 0.0, 0.0
	for i, v := range x { // Welford's steps, so that the last digits are the real engine's
		d := v - mean
		mean += d / float64(i+1)
		squares += d * (v - mean)
	}
	variance := squares / float64(max(len(x)-1, 1))
	sum := sumOf(x)
	real, long := value.DynOfReal, value.DynOfLong
	return value.NewBag(
		[]string{"min", "min_idx", "max", "max_idx", "avg", "stdev", "variance", "sum", "len"},
		[]value.Dyn{
			real(x[least]), long(int64(least)), real(x[most]), long(int64(most)), real(sum / float64(len(x))),
			real(math.Sqrt(variance)), real(variance), real(sum), long(int64(len(x))),
		}), true, nil
}

// seriesFitLine fits a line through the elements over their positions.
func seriesFitLine(d value.Dyn) (value.Dyn, bool, error) {
	y, err := complete("series_fit_line_dynamic", d)
	if err == nil && len(y) < 3 {
		err = &NotBuilt{Name: "series_fit_line_dynamic", Detail: "fewer than 3 elements"}
	}
	if err != nil {
		return d, false, err
	}
	n := float64(len(y))
	x := make([]float64, len(y))
	for i := range x {
		x[i] = float64(i)
	}
	slope := centered(x, y) / centered(x, x)
	base := sumOf(y)/n - slope*sumOf(x)/n
	line, errors := make([]value.Dyn, len(y)), 0.0
	for i := range y {
		fit := base + slope*x[i]
		line[i] = value.DynOfReal(fit)
		errors += (y[i] - fit) * (y[i] - fit)
	}
	all := centered(y, y)
	if all == 0 {
		return d, false, &NotBuilt{Name: "series_fit_line_dynamic", Detail: "an array of equal elements"}
	}
	real := value.DynOfReal
	return value.NewBag(
		[]string{"rsquare", "slope", "variance", "rvariance", "interception", "line_fit"},
		[]value.Dyn{real(1 - errors/all), real(slope), real(all / (n - 1)), real(errors / (n - 1)), real(base), value.NewArray(line)}), true, nil
}

// fillBody replaces the missing elements: those that equal the placeholder, null unless given.
func fillBody(name string) body {
	at := 1 // where the placeholder is
	if name == "series_fill_const" {
		at = 2
	}
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]value.Dyn, n)
		for i := range out {
			d := value.DynAt(a[0], i)
			if !isArray(d) {
				return nil, notArray(name)
			}
			hole := value.Dyn{}
			if len(a) > at {
				hole = value.DynAt(a[at], i)
			}
			items := append([]value.Dyn(nil), d.Items()...)
			switch name {
			case "series_fill_const":
				fillWith(items, hole, value.DynAt(a[1], i))
			case "series_fill_forward":
				for j := 1; j < len(items); j++ {
					if isHole(items[j], hole) {
						items[j] = items[j-1]
					}
				}
			default:
				for j := len(items) - 2; j >= 0; j-- {
					if isHole(items[j], hole) {
						items[j] = items[j+1]
					}
				}
			}
			out[i] = value.NewArray(items)
		}
		return vectorOf(value.Dynamic, out, nil), nil
	}
}

func isHole(d, hole value.Dyn) bool { return d.IsNull() && hole.IsNull() || value.EqualDyn(d, hole) }

func fillWith(items []value.Dyn, hole, fill value.Dyn) {
	for j := range items {
		if isHole(items[j], hole) {
			items[j] = fill
		}
	}
}

// fillLinearBody: series_fill_linear(series, placeholder, edges, constant). An array of integers is filled with integers.
func fillLinearBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	const name = "series_fill_linear"
	out := make([]value.Dyn, n)
	for i := range out {
		s, err := seriesOf(name, value.DynAt(a[0], i))
		if err != nil || s.scalar {
			return nil, notNumbers(name)
		}
		if len(a) > 1 && !isNull(a[1], i) {
			return nil, &NotBuilt{Name: name, Detail: "a placeholder other than null"}
		}
		edges, fill := true, value.DynOfReal(0)
		if len(a) > 2 {
			edges = logicAt(a[2], i) == isTrue
		}
		if len(a) > 3 {
			fill = value.DynAt(a[3], i)
		}
		out[i] = s.fillLinear(edges, fill)
	}
	return vectorOf(value.Dynamic, out, nil), nil
}

func (s series) fillLinear(edges bool, fill value.Dyn) value.Dyn {
	items := make([]value.Dyn, len(s.values))
	put := func(i int, x float64) {
		if items[i] = value.DynOfReal(x); s.whole {
			items[i] = value.DynOfLong(int64(x))
		}
	}
	last := -1
	for i, gap := range s.gaps {
		if gap {
			continue
		}
		put(i, s.values[i])
		for j := last + 1; j < i; j++ {
			if last >= 0 {
				t := float64(j-last) / float64(i-last)
				put(j, s.values[last]*(1-t)+s.values[i]*t)
			} else if edges {
				put(j, s.values[i])
			}
		}
		last = i
	}
	if last < 0 {
		for i := range items {
			items[i] = fill
		}
		return value.NewArray(items)
	}
	for j := last + 1; edges && j < len(items); j++ {
		put(j, s.values[last])
	}
	return value.NewArray(items)
}

// seriesFirBody: series_fir(series, filter, normalize, center). What lies outside of the series counts as 0.
func seriesFirBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	const name = "series_fir"
	out := make([]value.Dyn, n)
	for i := range out {
		x, err := seriesOf(name, value.DynAt(a[0], i))
		if err != nil {
			return nil, err
		}
		xs, errX := complete(name, value.DynAt(a[0], i))
		filter, errF := complete(name, value.DynAt(a[1], i))
		if errX != nil || errF != nil || len(filter) == 0 {
			return nil, notNumbers(name)
		}
		normalize, shift := sumOf(filter) != 0, 0
		for _, f := range filter {
			normalize = normalize && f >= 0
		}
		if len(a) > 2 {
			normalize = logicAt(a[2], i) == isTrue
		}
		if len(a) > 3 && logicAt(a[3], i) == isTrue {
			if shift = len(filter) / 2; len(filter)%2 == 0 {
				return nil, &NotBuilt{Name: name, Detail: "centring a filter of even length"}
			}
		}
		scale := 1.0
		if normalize {
			if scale = sumOf(filter); scale == 0 {
				return nil, &NotBuilt{Name: name, Detail: "normalizing a filter whose sum is 0"}
			}
		}
		items := make([]value.Dyn, len(xs))
		for j := range items {
			sum := 0.0
			for k, f := range filter {
				if at := j + shift - k; at >= 0 && at < len(xs) {
					sum += f * xs[at]
				}
			}
			if items[j] = value.DynOfReal(sum / scale); x.whole && !normalize && sum == math.Trunc(sum) {
				items[j] = value.DynOfLong(int64(sum))
			}
		}
		out[i] = value.NewArray(items)
	}
	return vectorOf(value.Dynamic, out, nil), nil
}

// seriesIirBody: series_iir(series, numerators, denominators), a recursive filter.
func seriesIirBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	const name = "series_iir"
	out := make([]value.Dyn, n)
	for i := range out {
		var parts [3][]float64
		for j := range parts {
			x, err := complete(name, value.DynAt(a[j], i))
			if err != nil {
				return nil, err
			}
			parts[j] = x
		}
		x, num, den := parts[0], parts[1], parts[2]
		if len(num) == 0 || len(den) == 0 || den[0] == 0 {
			return nil, &NotBuilt{Name: name, Detail: "a filter without numerator or first denominator"}
		}
		y, items := make([]float64, len(x)), make([]value.Dyn, len(x))
		for j := range y {
			for k := 0; k < len(num) && k <= j; k++ {
				y[j] += num[k] * x[j-k]
			}
			for k := 1; k < len(den) && k <= j; k++ {
				y[j] -= den[k] * y[j-k]
			}
			y[j] /= den[0]
			items[j] = value.DynOfReal(y[j])
		}
		out[i] = value.NewArray(items)
	}
	return vectorOf(value.Dynamic, out, nil), nil
}
