package fn

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The accurate functions never stray far from package math, which itself is off near zeros, and give the digits of C libraries
// where package math doesn't.
func TestAccurate(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, f := range []struct {
		name      string
		got, want func(float64) float64
		positive  bool
	}{
		{"sin", sine, math.Sin, false},
		{"cos", cosine, math.Cos, false},
		{"tan", tangent, math.Tan, false},
		{"log", naturalLog, math.Log, true},
		{"log2", log2, math.Log2, true},
		{"log10", log10, math.Log10, true},
	} {
		for range 20000 {
			x := r.NormFloat64() * math.Pow(10, float64(r.IntN(5)-2))
			if f.positive {
				x = math.Exp(x)
			}
			got, want := f.got(x), f.want(x)
			if d := math.Abs(got - want); d > 1e-15*math.Max(1, math.Abs(want)) && d > 1e-12*math.Abs(want) {
				t.Fatalf("%s(%v) = %v, package math has %v", f.name, x, got, want)
			}
		}
		for _, x := range []float64{0, math.Inf(1), math.NaN(), 1e300, 3e-308} {
			if got, want := f.got(x), f.want(x); got != want && !(got != got && want != want) && math.Abs(got-want) > 1e-12*math.Abs(want) {
				t.Errorf("%s(%v) = %v, want %v", f.name, x, got, want)
			}
		}
	}
	for got, want := range map[float64]float64{
		naturalLog(3): 1.0986122886681098, tangent(1): 1.5574077246549023,
		sine(1): 0.8414709848078965, cosine(1): 0.5403023058681398, 1 / tangent(1): 0.6420926159343306,
		naturalLog(5): 1.6094379124341003, log10(1000): 3, log2(8): 3, log10(5): 0.6989700043360189, log2(5): 2.321928094887362,
	} {
		if got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}
