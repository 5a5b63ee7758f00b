// The values at given ranks, without sorting all of them: the range from the least to the greatest is parted into equal buckets, the
// values are counted by bucket, and only buckets that hold a rank are looked into. That reads the values three times, in order.

package fn

import (
	"math/bits"
	"slices"
)

const (
	// nthBuckets is the number of buckets; their counts fit a core's cache.
	nthBuckets = 1 << 12
	// nthSorted is the number of values up to which sorting is cheaper.
	nthSorted = 1 << 12
)

// nthValues gives the values whose ranks, from 0, are given in order, among the values of all parts together. There must be more
// values than the last rank.
func nthValues(parts [][]int64, ranks []int64) []int64 {
	lo, hi, n := int64(0), int64(0), 0
	for _, part := range parts {
		if len(part) == 0 {
			continue
		}
		if n == 0 {
			lo, hi = part[0], part[0]
		}
		for _, x := range part {
			lo, hi = min(lo, x), max(hi, x)
		}
		n += len(part)
	}
	if n <= nthSorted {
		all := slices.Concat(parts...)
		slices.Sort(all)
		out := make([]int64, len(ranks))
		for i, r := range ranks {
			out[i] = all[r]
		}
		return out
	}
	if lo == hi {
		return slices.Repeat([]int64{lo}, len(ranks))
	}
	shift := max(0, bits.Len64(uint64(hi)-uint64(lo))-bits.Len(nthBuckets-1))
	var count [nthBuckets]int
	for _, part := range parts {
		for _, x := range part {
			count[(uint64(x)-uint64(lo))>>shift&(nthBuckets-1)]++
		}
	}
	return nthWithin(parts, ranks, uint64(lo), shift, &count)
}

// nthWithin looks for ranks in the buckets that hold them.
func nthWithin(parts [][]int64, ranks []int64, lo uint64, shift int, count *[nthBuckets]int) []int64 {
	var inside [nthBuckets][]int64 // values of the buckets that hold a rank
	var wanted [nthBuckets]bool
	buckets, before := make([]int, len(ranks)), make([]int64, len(ranks))
	b, sum := 0, int64(0)
	for i, r := range ranks {
		for ; sum+int64(count[b]) <= r; b++ {
			sum += int64(count[b])
		}
		if buckets[i], before[i] = b, sum; !wanted[b] {
			wanted[b], inside[b] = true, make([]int64, 0, count[b])
		}
	}
	for _, part := range parts {
		for _, x := range part {
			if at := (uint64(x) - lo) >> shift & (nthBuckets - 1); wanted[at] {
				inside[at] = append(inside[at], x)
			}
		}
	}
	out := make([]int64, 0, len(ranks))
	for from := 0; from < len(ranks); {
		end := from
		var local []int64
		for ; end < len(ranks) && buckets[end] == buckets[from]; end++ {
			local = append(local, ranks[end]-before[from])
		}
		out = append(out, nthValues([][]int64{inside[buckets[from]]}, local)...)
		from = end
	}
	return out
}
