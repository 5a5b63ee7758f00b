package value

import (
	"math"
	"strconv"
	"testing"
)

func TestRealText(t *testing.T) {
	x, y := 0.1, 0.2
	for _, c := range []struct {
		v    float64
		want string
	}{
		{x + y, "0.30000000000000007"}, // the real engine's
		{1, "1.0"},
		{1.5, "1.5"},
		{100000000000, "100000000000.0"},
		{-2.5, "-2.5"},
		{0, "0.0"},
		{3.14159, "3.14159"},
		{1e20, "100000000000000000000.0"},
		{1e30, "1e30"},
		{1.5e-7, "1.5e-7"},
		{0.000001, "0.000001"},
		{5e-324, "5e-324"},
		{math.MaxFloat64, "1.7976931348623157e308"},
		{math.NaN(), "NaN"},
		{math.Inf(1), "Infinity"},
		{math.Inf(-1), "-Infinity"},
		{math.Nextafter(40.764323, 50), "40.764323000000008"}, // the real engine's, from geo_line_densify
		{math.Nextafter(50.25, 51), "50.25000000000001"},
		{math.Nextafter(40.764226, 41), "40.76422600000001"},
		{32.15620994567871, "32.15620994567871"},
		{34.80245590209961, "34.80245590209961"},
		{9.999999999999999, "9.999999999999999"},
		{50.62500000000001, "50.62500000000001"},
		{50.74999999999999, "50.74999999999999"},
		{10.000000000000002, "10.000000000000002"},
	} {
		if got := string(AppendReal(nil, c.v)); got != c.want {
			t.Errorf("%v: got %s, want %s", c.v, got, c.want)
		}
	}
}

func FuzzRealText(f *testing.F) {
	f.Add(0.1)
	f.Add(-1e-310)
	f.Fuzz(func(t *testing.T, v float64) {
		text := string(AppendReal(nil, v))
		back, err := strconv.ParseFloat(text, 64)
		if err != nil || back != v && v == v {
			t.Fatalf("%v printed as %s reads back as %v (%v)", v, text, back, err)
		}
	})
}
