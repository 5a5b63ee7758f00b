// The beta distribution and the test that rests on it.

package fn

import (
	"math"

	"calypso/kusto/value"
)

var betaFamily = []scalar{
	simple("beta_cdf", value.Real, betaRows("beta_cdf", betaCDF), value.Real, value.Real, value.Real),
	simple("beta_pdf", value.Real, betaRows("beta_pdf", betaPDF), value.Real, value.Real, value.Real),
	simple("beta_inv", value.Real, betaRows("beta_inv", betaInverse), value.Real, value.Real, value.Real),
	simple("welch_test", value.Real, welchBody, value.Real, value.Real, value.Real, value.Real, value.Real, value.Real),
}

// betaRows adapts a function of three reals that may give null or refuse.
func betaRows(name string, f func(x, alpha, beta float64) (float64, bool, error)) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out, nulls := make([]float64, n), eitherNull(n, a...)
		for i := range out {
			if nulls.Has(i) {
				return nil, &NotBuilt{Name: name, Detail: "a null value"}
			}
			var x [3]float64
			for j, v := range a {
				if x[j] = v.Reals[i&v.Mask()]; math.IsNaN(x[j]) || math.IsInf(x[j], 0) {
					return nil, &NotBuilt{Name: name, Detail: "a value that isn't finite"}
				}
			}
			y, ok, err := f(x[0], x[1], x[2])
			if err != nil {
				return nil, err
			}
			if out[i] = y; !ok {
				nulls = nulls.Set(i, n)
			}
		}
		return vectorOf(value.Real, out, nulls), nil
	}
}

func betaCDF(x, alpha, beta float64) (float64, bool, error) {
	switch {
	case x < 0 || x > 1:
		return math.NaN(), true, nil
	case alpha < 0 && alpha == math.Trunc(alpha) && beta > 0 && x > 0 && x < 1 && x >= (alpha+1)/(alpha+beta+2):
		return 1, true, nil // the front factor is 0 there, and the real engine doesn't look at alpha
	case alpha <= 0 || beta <= 0:
		return 0, false, &NotBuilt{Name: "beta_cdf", Detail: "a parameter that isn't above 0"}
	}
	y, ok := incompleteBeta(alpha, beta, x)
	return y, true, refuseUnless(ok, "beta_cdf", "parameters of this size")
}

func betaPDF(x, alpha, beta float64) (float64, bool, error) {
	switch {
	case x < 0 || x > 1 || alpha < 0 || beta < 0:
		return math.NaN(), true, nil
	case x == 0 || x == 1 || alpha == 0 || beta == 0:
		return 0, false, &NotBuilt{Name: "beta_pdf", Detail: "a value at the end of its range"}
	}
	b := math.Exp(logGamma(alpha+beta) - logGamma(alpha) - logGamma(beta))
	return b * math.Pow(x, alpha-1) * math.Pow(1-x, beta-1), true, nil
}

// betaInverse finds the x whose cumulated probability is p, by halving.
func betaInverse(p, alpha, beta float64) (float64, bool, error) {
	switch {
	case p < 0 || p > 1:
		return 0, false, nil
	case alpha < 0:
		return math.NaN(), true, nil
	case alpha == 0 || beta <= 0 || p == 0 || p == 1:
		return 0, false, &NotBuilt{Name: "beta_inv", Detail: "a value at the end of its range"}
	}
	lo, hi := 0.0, 1.0
	for {
		mid := lo + (hi-lo)/2
		if mid <= lo || mid >= hi {
			return mid, true, nil
		}
		y, ok := incompleteBeta(alpha, beta, mid)
		if !ok {
			return 0, false, &NotBuilt{Name: "beta_inv", Detail: "parameters of this size"}
		}
		if y < p {
			lo = mid
		} else {
			hi = mid
		}
	}
}

// lanczos are the coefficients of the approximation to the logarithm of the gamma function.
var lanczos = [...]float64{
	2.48574089138753565546e-5, 1.05142378581721974210, -3.45687097222016235469, 4.51227709466894823700,
	-2.98285225323576655721, 1.05639711577126713077, -1.95428773191645869583e-1, 1.70970543404441224307e-2,
	-5.71926117404305781283e-4, 4.63399473359905636708e-6, -2.71994908488607703910e-9,
}

// logGamma is the logarithm of the gamma function of a number above 0.
func logGamma(z float64) float64 {
	const (
		r          = 10.900511
		logTwoRoot = 0.6207822376352452223455184457816472122518527279025978 // ln(2·sqrt(e/π))
		logPi      = 1.1447298858494001741434273513530587116472948129153
	)
	s := lanczos[0]
	if z < 0.5 {
		for i := 1; i < len(lanczos); i++ {
			s += lanczos[i] / (float64(i) - z)
		}
		return logPi - math.Log(math.Sin(math.Pi*z)) - math.Log(s) - logTwoRoot - (0.5-z)*math.Log((0.5-z+r)/math.E)
	}
	for i := 1; i < len(lanczos); i++ {
		s += lanczos[i] / (z + float64(i) - 1)
	}
	return math.Log(s) + logTwoRoot + (z-0.5)*math.Log((z-0.5+r)/math.E)
}

// incompleteBeta is the regularised incomplete beta function, by its continued fraction; false when that doesn't converge.
func incompleteBeta(a, b, x float64) (float64, bool) {
	front := 0.0
	if x != 0 && x != 1 {
		front = math.Exp(logGamma(a+b) - logGamma(a) - logGamma(b) + a*math.Log(x) + b*math.Log(1-x))
	}
	mirrored := x >= (a+1)/(a+b+2)
	if mirrored {
		a, b, x = b, a, 1-x
	}
	const eps = 1.0 / (1 << 53)
	tiny := math.SmallestNonzeroFloat64 / eps
	away := func(v float64) float64 {
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	c, d := 1.0, 1/away(1-(a+b)*x/(a+1))
	h := d
	for m := 1.0; m <= 50000; m++ {
		aa := m * (b - m) * x / ((a - 1 + 2*m) * (a + 2*m))
		d, c = away(1+aa*d), away(1+aa/c)
		d = 1 / d
		h *= d * c
		aa = -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 1 + 2*m))
		d, c = away(1+aa*d), away(1+aa/c)
		d = 1 / d
		step := d * c
		h *= step
		if math.Abs(step-1) <= eps {
			if mirrored {
				return 1 - front*h/a, true
			}
			return front * h / a, true
		}
	}
	return 0, false
}

// welchBody: welch_test(mean1, variance1, count1, mean2, variance2, count2), the two-sided p-value.
func welchBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	const name = "welch_test"
	out := make([]float64, n)
	for i := range out {
		var x [6]float64
		for j, v := range a {
			if v.IsNull(i) {
				return nil, &NotBuilt{Name: name, Detail: "a null value"}
			}
			x[j] = v.Reals[i&v.Mask()]
		}
		u, v := x[1]/x[2], x[4]/x[5]
		if !(u > 0 && v > 0 && x[2] > 1 && x[5] > 1) || math.IsInf(u+v+x[0]+x[3], 0) {
			return nil, &NotBuilt{Name: name, Detail: "a variance of 0 or a count below 2"}
		}
		t := (x[0] - x[3]) / math.Sqrt(u+v)
		freedom := (u + v) * (u + v) / (u*u/(x[2]-1) + v*v/(x[5]-1))
		p, ok := incompleteBeta(freedom/2, 0.5, freedom/(freedom+t*t))
		if !ok {
			return nil, &NotBuilt{Name: name, Detail: "parameters of this size"}
		}
		out[i] = p
	}
	return vectorOf(value.Real, out, nil), nil
}
