package exec

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestIntIndex holds the index to a map, for keys that lie close, far apart, and first one then the other.
func TestIntIndex(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	for name, next := range map[string]func(i int) int64{
		"dense":     func(i int) int64 { return r.Int64N(20_000) },
		"up":        func(i int) int64 { return int64(i) + 1<<40 },
		"down":      func(i int) int64 { return -int64(i) },
		"sparse":    func(i int) int64 { return int64(r.Uint64()) },
		"edges":     func(i int) int64 { return []int64{math.MinInt64, math.MaxInt64, 0}[i%3] + int64(i/3) },
		"low edge":  func(i int) int64 { return math.MinInt64 + int64(i) },
		"high edge": func(i int) int64 { return math.MaxInt64 - int64(i) },
		"turning": func(i int) int64 {
			if i < 5000 {
				return int64(i)
			}
			return int64(r.Uint64())
		},
	} {
		var x intIndex
		x.init(func() error { return nil }, 64)
		want := map[int64]uint32{}
		for i := range 20_000 {
			key := next(i)
			g, ok := want[key]
			if !ok {
				g = none
			}
			if got := x.find(key); got != g {
				t.Fatalf("%s, key %d: group %d, want %d", name, key, got, g)
			}
			if !ok {
				want[key] = uint32(len(want))
				x.put(key, want[key])
			}
		}
		x.seal()
		for key, g := range want {
			if got := x.find(key); got != g {
				t.Fatalf("%s at the end, key %d: group %d, want %d", name, key, got, g)
			}
		}
	}
}
