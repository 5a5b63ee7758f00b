// Sine, cosine, tangent and logarithms to within little more than half a unit in the last place, as good C libraries give
// them. Package math is a whole unit off here and there, which would show as other digits than the real engine's.

package fn

import "math"

// twoSum is a + b as a rounded sum and what was lost.
func twoSum(a, b float64) (sum, lost float64) {
	sum = a + b
	bb := sum - a
	return sum, (a - (sum - bb)) + (b - bb)
}

// π/2 in three parts.
const (
	halfPi1 = 1.57079632679489655800e+00
	halfPi2 = 6.12323399573676603587e-17
	halfPi3 = -1.4973849048591833e-33
)

// quarter reduces x to hi + lo within π/4 of a multiple of π/2, and tells which of the four. False for huge or odd x.
func quarter(x float64) (hi, lo float64, n int, ok bool) {
	if !(math.Abs(x) < 1e8) {
		return 0, 0, 0, false
	}
	k := math.RoundToEven(x * (1 / halfPi1))
	if k == 0 {
		return x, 0, 0, true
	}
	p := k * halfPi1
	lostP := math.FMA(k, halfPi1, -p)
	q := k * halfPi2
	lostQ := math.FMA(k, halfPi2, -q)
	hi, lo = twoSum(x-p, -lostP)
	hi, more := twoSum(hi, -q)
	lo += more - lostQ - k*halfPi3
	hi, lo = twoSum(hi, lo)
	return hi, lo, int(int64(k) & 3), true
}

// sinSmall and cosSmall are the kernels of fdlibm for x+y with |x| <= π/4, as a sum of two parts.
func sinSmall(x, y float64) (hi, lo float64) {
	z := x * x
	w := z * z
	r := 8.33333333332248946124e-03 + z*(-1.98412698298579493134e-04+z*2.75573137070700676789e-06) +
		z*w*(-2.50507602534068634195e-08+z*1.58969099521155010221e-10)
	v := z * x
	return twoSum(x, v*-1.66666666666666324348e-01-(z*(0.5*y-v*r)-y))
}

func cosSmall(x, y float64) (hi, lo float64) {
	z := x * x
	lostZ := math.FMA(x, x, -z)
	w := z * z
	r := z*(4.16666666666666019037e-02+z*(-1.38888888888741095749e-03+z*2.48015872894767294178e-05)) +
		w*w*(-2.75573143513906633035e-07+z*(2.08757232129817482790e-09+z*-1.13596475577881948265e-11))
	one, lost := twoSum(1, -0.5*z)
	return twoSum(one, lost+(z*r-x*y-0.5*lostZ))
}

func sine(x float64) float64 {
	hi, lo, n, ok := quarter(x)
	if !ok {
		return math.Sin(x)
	}
	s, _ := sinQuarter(hi, lo, n)
	return s
}

func cosine(x float64) float64 {
	hi, lo, n, ok := quarter(x)
	if !ok {
		return math.Cos(x)
	}
	c, _ := sinQuarter(hi, lo, n+1)
	return c
}

// sinQuarter is the sine of the reduced angle plus n quarter turns.
func sinQuarter(x, y float64, n int) (hi, lo float64) {
	if n&1 == 0 {
		hi, lo = sinSmall(x, y)
	} else {
		hi, lo = cosSmall(x, y)
	}
	if n&2 != 0 {
		return -hi, -lo
	}
	return hi, lo
}

func tangent(x float64) float64 {
	hi, lo, n, ok := quarter(x)
	if !ok {
		return math.Tan(x)
	}
	s, sl := sinQuarter(hi, lo, n)
	c, cl := sinQuarter(hi, lo, n+1)
	q := s / c
	return q + (math.FMA(-q, c, s)+sl-q*cl)/c
}

// logarithm is the natural logarithm as a sum of two parts, for finite x > 0.
func logarithm(x float64) (hi, lo float64) {
	m, k := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m *= 2
		k--
	}
	f := m - 1
	d, lostD := twoSum(2, f)
	s := f / d
	sl := (math.FMA(-s, d, f) - s*lostD) / d
	z := s * s
	r := 0.0
	for n := 27; n >= 3; n -= 2 { // 2 atanh(s) = 2s + 2s³/3 + 2s⁵/5 …
		r = z * (2/float64(n) + r)
	}
	const ln2hi, ln2lo = 6.93147180369123816490e-01, 1.90821492927058770002e-10
	hi, lo = twoSum(float64(k)*ln2hi, 2*s)
	return twoSum(hi, lo+(s*r+2*sl*(1+z)+float64(k)*ln2lo))
}

func naturalLog(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 1) {
		return math.Log(x)
	}
	hi, _ := logarithm(x)
	return hi
}

// logIn gives a logarithm to another base, of whose natural logarithm hi + lo is the reciprocal.
func logIn(hi, lo float64, plain func(float64) float64) func(float64) float64 {
	return func(x float64) float64 {
		if !(x > 0) || math.IsInf(x, 1) {
			return plain(x)
		}
		a, b := logarithm(x)
		p := a * hi
		return p + (math.FMA(a, hi, -p) + a*lo + b*hi)
	}
}

var (
	log2  = logIn(1.4426950408889634, 2.0355273740931033e-17, math.Log2)
	log10 = logIn(0.4342944819032518, 1.098319650216765e-17, math.Log10)
)

// pair is a number as a rounded sum and what was lost.
type pair struct{ hi, lo float64 }

func (p pair) times(q pair) pair {
	h := p.hi * q.hi
	hi, lo := twoSum(h, math.FMA(p.hi, q.hi, -h)+p.hi*q.lo+p.lo*q.hi)
	return pair{hi, lo}
}

func (p pair) over(n float64) pair {
	h := p.hi / n
	hi, lo := twoSum(h, (math.FMA(-h, n, p.hi)+p.lo)/n)
	return pair{hi, lo}
}

func (p pair) plus(q pair) pair {
	h, lost := twoSum(p.hi, q.hi)
	hi, lo := twoSum(h, lost+p.lo+q.lo)
	return pair{hi, lo}
}

// sincosPair adds up the series of sine and cosine for |x| within π/4.
func sincosPair(x pair) (sin, cos pair) {
	term := pair{1, 0}
	cos = term
	for n := 1; n <= 27; n++ {
		if term = term.times(x).over(float64(n)); n&2 != 0 {
			if n&1 == 1 {
				sin = sin.plus(pair{-term.hi, -term.lo})
			} else {
				cos = cos.plus(pair{-term.hi, -term.lo})
			}
		} else if n&1 == 1 {
			sin = sin.plus(term)
		} else {
			cos = cos.plus(term)
		}
	}
	return sin, cos
}

// arctangent2 is the angle of the point (x, y), by one step of Newton from package math's.
func arctangent2(y, x float64) float64 {
	a := math.Atan2(y, x)
	hi, lo, n, ok := quarter(a)
	if !ok || a == 0 || math.IsInf(x, 0) || math.IsInf(y, 0) {
		return a
	}
	s, c := sincosPair(pair{hi, lo})
	if n&1 == 1 {
		s, c = c, pair{-s.hi, -s.lo}
	}
	if n&2 != 0 {
		s, c = pair{-s.hi, -s.lo}, pair{-c.hi, -c.lo}
	}
	away := c.times(pair{y, 0}).plus(s.times(pair{-x, 0}))
	return a + (away.hi+away.lo)/(x*c.hi+y*s.hi)
}
