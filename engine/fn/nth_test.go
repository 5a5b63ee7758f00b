package fn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestNthValues holds the choice by buckets to sorting, for values that lie close, far apart, or are mostly one.
func TestNthValues(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	for name, next := range map[string]func() int64{
		"any":      func() int64 { return int64(r.Uint64()) },
		"few":      func() int64 { return r.Int64N(7) - 3 },
		"reals":    func() int64 { return sortableBits(r.NormFloat64()) },
		"one away": func() int64 { return []int64{math.MinInt64, 5, 5, 5, 6, math.MaxInt64}[r.IntN(6)] },
		"same":     func() int64 { return -9 },
		"dense":    func() int64 { return 1<<60 + int64(r.ExpFloat64()*1000) },
	} {
		for _, n := range []int{1, 2, 100, 50_000} {
			parts, all := make([][]int64, 3), []int64(nil)
			for range n {
				x := next()
				all = append(all, x)
				i := r.IntN(3)
				parts[i] = append(parts[i], x)
			}
			slices.Sort(all)
			var ranks, want []int64
			for _, at := range []int{0, n / 2, n / 2, n * 95 / 100, n - 1} {
				ranks, want = append(ranks, int64(at)), append(want, all[at])
			}
			slices.Sort(ranks)
			for i, at := range ranks {
				want[i] = all[at]
			}
			if got := nthValues(parts, ranks); !slices.Equal(got, want) {
				t.Errorf("%s, %d values: %v, want %v", name, n, got, want)
			}
		}
	}
}
