// Taking a series apart: what repeats, how it drifts, and what doesn't fit. A period that isn't given is found where it is clear
// (series_period.go).

package fn

import (
	"math"
	"slices"

	"calypso/kusto/value"
)

var decomposeTuples = []tuple{
	{"series_decompose", 1, 4, tupleOf(sameParams(value.Dynamic, 4), seriesDecompose)},
	{"series_decompose_forecast", 2, 4, tupleOf(sameParams(value.Dynamic, 4), seriesForecast)},
	{"series_decompose_anomalies", 1, 5, tupleOf(sameParams(value.Dynamic, 3), seriesAnomalies)},
	{"series_fit_poly", 3, 3, tupleOf([]value.Kind{value.Real, value.Dynamic, value.Real, value.Real, value.Dynamic}, seriesFitPoly)},
}

var decomposeFamily = []scalar{
	{"series_decompose", 1, 4, buildFirst},
	{"series_decompose_forecast", 2, 4, buildFirst},
	{"series_decompose_anomalies", 1, 5, buildFirst},
	{"series_fit_poly", 3, 3, buildFirst},
	variadic("series_seasonal", 1, value.Dynamic, seriesSeasonalBody, value.Dynamic, value.Long),
	optional("series_outliers", 1, value.Dynamic, seriesOutliersBody, value.Dynamic, value.String),
}

// tupleOf adapts a function over one row of several results. All of its arguments come as dynamics.
func tupleOf(kinds []value.Kind, f func(name string, a []value.Dyn) ([]value.Dyn, error)) func(string, []Arg) (*TupleOverload, error) {
	return func(name string, args []Arg) (*TupleOverload, error) {
		if args[0].Kind != value.Dynamic {
			return nil, &NotBuilt{Name: name, Detail: "use with " + args[0].Kind.String()}
		}
		return &TupleOverload{Results: kinds, Eval: func(c *Context, a []*value.Vector, n int) ([]*value.Vector, error) {
			columns := make([][]value.Dyn, len(kinds))
			for j := range columns {
				columns[j] = make([]value.Dyn, n)
			}
			row := make([]value.Dyn, len(a))
			for i := range n {
				if err := c.done(); err != nil {
					return nil, err
				}
				for j, v := range a {
					row[j] = value.DynAt(v, i)
				}
				parts, err := f(name, row)
				if err != nil {
					return nil, err
				}
				for j, p := range parts {
					columns[j][i] = p
				}
			}
			out := make([]*value.Vector, len(kinds))
			for j, kind := range kinds {
				out[j] = vectorOf(value.Dynamic, columns[j], nil)
				if cast := castKind(value.Dynamic, kind); cast != nil {
					var err error
					if out[j], err = cast(out[j], n); err != nil {
						return nil, err
					}
				}
			}
			return out, nil
		}}, nil
	}
}

// anyPeriod asks for the period to be found.
var anyPeriod = value.DynOfLong(-1)

// components are the parts of a series.
type components struct{ values, baseline, seasonal, trend, residual []float64 }

// decompose takes a series apart; the last points may be left out of what is learned.
func decompose(name string, d, period value.Dyn, trend string, test int64) (components, error) {
	var p components
	y, err := complete(name, d)
	if err != nil {
		return p, err
	}
	length := period.Long()
	known := int64(len(y)) - min(test, int64(len(y)))
	if test < 0 || known < 3 || period.Kind() != value.DynLong {
		return p, &NotBuilt{Name: name, Detail: "a period or test points of this kind"}
	}
	if length, err = periodOf(name, y[:known], length); err != nil {
		return p, err
	}
	p.values, p.seasonal = y, seasonal(y, int(length), int(known))
	p.trend = make([]float64, len(y))
	rest := make([]float64, known)
	for i := range rest {
		rest[i] = y[i] - p.seasonal[i]
	}
	mean := sumOf(rest) / float64(known)
	slope, middle := 0.0, float64(known-1)/2
	switch trend {
	case "avg":
	case "linefit":
		x := make([]float64, known)
		for i := range x {
			x[i] = float64(i)
		}
		slope = centered(x, rest) / centered(x, x)
	default:
		return p, &NotBuilt{Name: name, Detail: "this kind of trend"}
	}
	p.baseline, p.residual = make([]float64, len(y)), make([]float64, len(y))
	for i := range y {
		p.trend[i] = mean + slope*(float64(i)-middle)
		p.baseline[i] = p.seasonal[i] + p.trend[i]
		p.residual[i] = y[i] - p.baseline[i]
	}
	return p, nil
}

// periodOf gives the period to use where one is asked for: -1 means that it is to be found.
func periodOf(name string, y []float64, asked int64) (int64, error) {
	if asked == -1 {
		found, ok := clearPeriod(y)
		return int64(found), refuseUnless(ok, name, "finding the period of a series that doesn't show it clearly")
	}
	return asked, refuseUnless(asked >= 0 && asked <= int64(len(y))/2, name, "a period longer than half of the series, or below -1,")
}

// argument gives an argument, or what stands for one that is left out.
func argument(a []value.Dyn, at int, unless value.Dyn) value.Dyn {
	if len(a) > at {
		return a[at]
	}
	return unless
}

// seasonal repeats the median of each place of the period, learned from the first known points; period 0 means none.
func seasonal(y []float64, period, known int) []float64 {
	out := make([]float64, len(y))
	for place := range period {
		var at []float64
		for i := place; i < known; i += period {
			at = append(at, y[i])
		}
		slices.Sort(at)
		m := (at[(len(at)-1)/2] + at[len(at)/2]) / 2
		for i := place; i < len(y); i += period {
			out[i] = m
		}
	}
	return out
}

func realArray(x []float64) value.Dyn {
	items := make([]value.Dyn, len(x))
	for i, v := range x {
		items[i] = value.DynOfReal(v)
	}
	return value.NewArray(items)
}

// trendOf and testOf read optional arguments.
func trendOf(a []value.Dyn, at int, unless string) string {
	if len(a) > at {
		return a[at].Str()
	}
	return unless
}

func testOf(a []value.Dyn, at int) int64 {
	if len(a) <= at {
		return 0
	}
	if a[at].Kind() != value.DynLong {
		return -1
	}
	return a[at].Long()
}

// seriesDecompose: series, period, trend, test points.
func seriesDecompose(name string, a []value.Dyn) ([]value.Dyn, error) {
	p, err := decompose(name, a[0], argument(a, 1, anyPeriod), trendOf(a, 2, "avg"), testOf(a, 3))
	return []value.Dyn{realArray(p.baseline), realArray(p.seasonal), realArray(p.trend), realArray(p.residual)}, err
}

// seriesForecast: series, points to forecast, period, trend.
func seriesForecast(name string, a []value.Dyn) ([]value.Dyn, error) {
	p, err := decompose(name, a[0], argument(a, 2, anyPeriod), trendOf(a, 3, "linefit"), testOf(a, 1))
	return []value.Dyn{realArray(p.baseline), realArray(p.seasonal), realArray(p.trend), realArray(p.residual)}, err
}

// seriesAnomalies: series, threshold, period, trend, test points.
func seriesAnomalies(name string, a []value.Dyn) ([]value.Dyn, error) {
	threshold, ok := dynReal(argument(a, 1, value.DynOfReal(1.5)))
	if !ok || !(threshold > 0) || testOf(a, 4) != 0 {
		return nil, &NotBuilt{Name: name, Detail: "test points, or a threshold that isn't above 0"}
	}
	p, err := decompose(name, a[0], argument(a, 2, anyPeriod), trendOf(a, 3, "avg"), 0)
	if err != nil {
		return nil, err
	}
	scores, err := outlierScores(name, p.residual)
	if err != nil {
		return nil, err
	}
	flags := make([]value.Dyn, len(scores))
	for i, s := range scores {
		switch {
		case math.Abs(s) == threshold:
			return nil, &NotBuilt{Name: name, Detail: "a score that is the threshold"}
		case s > threshold:
			flags[i] = value.DynOfLong(1)
		case s < -threshold:
			flags[i] = value.DynOfLong(-1)
		default:
			flags[i] = value.DynOfLong(0)
		}
	}
	return []value.Dyn{value.NewArray(flags), realArray(scores), realArray(p.baseline)}, nil
}

// outlierScores are Tukey's, with the 10th and 90th percentile: how far a value is beyond them. The scale was measured on
// answers of the real engine.
func outlierScores(name string, x []float64) ([]float64, error) {
	sorted := slices.Sorted(slices.Values(x))
	at := func(q float64) float64 {
		h := q * float64(len(sorted)-1)
		i := int(h)
		return sorted[i] + (h-float64(i))*(sorted[min(i+1, len(sorted)-1)]-sorted[i])
	}
	if len(x) < 3 {
		return nil, &NotBuilt{Name: name, Detail: "fewer than 3 elements"}
	}
	low, high := at(0.1), at(0.9)
	scale := (high - low) * 0.3606715639662026
	if !(scale > 0) || math.IsInf(scale, 0) {
		return nil, &NotBuilt{Name: name, Detail: "elements of which most are equal"}
	}
	out := make([]float64, len(x))
	for i, v := range x {
		switch {
		case v > high:
			out[i] = (v - high) / scale
		case v < low:
			out[i] = (v - low) / scale
		}
	}
	return out, nil
}

func seriesOutliersBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	const name = "series_outliers"
	out := make([]value.Dyn, n)
	for i := range out {
		if len(a) > 1 && a[1].Strings[i&a[1].Mask()] != "ctukey" {
			return nil, &NotBuilt{Name: name, Detail: "another kind than ctukey"}
		}
		x, err := complete(name, value.DynAt(a[0], i))
		if err != nil {
			return nil, err
		}
		scores, err := outlierScores(name, x)
		if err != nil {
			return nil, err
		}
		out[i] = realArray(scores)
	}
	return vectorOf(value.Dynamic, out, nil), nil
}

// seriesSeasonalBody: series_seasonal(series, period, test points).
func seriesSeasonalBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	const name = "series_seasonal"
	if len(a) > 2 {
		return nil, &NotBuilt{Name: name, Detail: "test points"}
	}
	out := make([]value.Dyn, n)
	for i := range out {
		y, err := complete(name, value.DynAt(a[0], i))
		if err != nil {
			return nil, err
		}
		period := int64(-1)
		if len(a) > 1 {
			if period = a[1].Ints[i&a[1].Mask()]; a[1].IsNull(i) || period == 0 {
				return nil, &NotBuilt{Name: name, Detail: "a period that is null or 0"}
			}
		}
		if period, err = periodOf(name, y, period); err != nil {
			return nil, err
		}
		out[i] = realArray(seasonal(y, int(period), len(y)))
	}
	return vectorOf(value.Dynamic, out, nil), nil
}
