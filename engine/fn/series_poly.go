// Fitting a polynomial to a series.

package fn

import (
	"math"

	"calypso/kusto/value"
)

// seriesFitPoly: values, places, degree. It gives the share explained, the coefficients from the highest power on, the
// variances of the values and of what remains, and the fitted values.
func seriesFitPoly(name string, a []value.Dyn) ([]value.Dyn, error) {
	y, errY := complete(name, a[0])
	x, errX := complete(name, a[1])
	if errY != nil || errX != nil {
		return nil, notNumbers(name)
	}
	degree := a[2].Long()
	if a[2].Kind() != value.DynLong || degree < 1 || degree > 5 || len(x) != len(y) || int64(len(y)) <= degree+1 {
		return nil, &NotBuilt{Name: name, Detail: "a degree that isn't between 1 and 5, or too few points for it"}
	}
	coefficients, ok := leastSquares(x, y, int(degree))
	all := centered(y, y)
	if !ok || !(all > 0) {
		return nil, &NotBuilt{Name: name, Detail: "points that don't determine the polynomial"}
	}
	fit, remains := make([]float64, len(y)), 0.0
	for i, at := range x {
		for _, c := range coefficients {
			fit[i] = fit[i]*at + c
		}
		remains += (y[i] - fit[i]) * (y[i] - fit[i])
	}
	n := float64(len(y))
	real := value.DynOfReal
	return []value.Dyn{real(1 - remains/all), realArray(coefficients), real(all / (n - 1)), real(remains / (n - 1)), realArray(fit)}, nil
}

// leastSquares gives the coefficients from the highest power on, by Householder's reflections.
func leastSquares(x, y []float64, degree int) ([]float64, bool) {
	columns := make([][]float64, degree+1) // the highest power first
	for j := range columns {
		columns[j] = make([]float64, len(x))
		for i, at := range x {
			columns[j][i] = math.Pow(at, float64(degree-j))
		}
	}
	right := append([]float64(nil), y...)
	for k, column := range columns {
		norm := math.Sqrt(dotOf(column[k:], column[k:]))
		if !(norm > 1e-9*math.Sqrt(dotOf(columns[0], columns[0]))) {
			return nil, false
		}
		mirror := append([]float64(nil), column[k:]...)
		mirror[0] += math.Copysign(norm, mirror[0])
		size := dotOf(mirror, mirror)
		for _, v := range append([][]float64{right}, columns[k:]...) {
			t := 2 * dotOf(mirror, v[k:]) / size
			for i, m := range mirror {
				v[k+i] -= t * m
			}
		}
	}
	out := make([]float64, degree+1)
	for k := degree; k >= 0; k-- {
		out[k] = right[k]
		for j := k + 1; j <= degree; j++ {
			out[k] -= columns[j][k] * out[j]
		}
		out[k] /= columns[k][k]
	}
	return out, true
}
