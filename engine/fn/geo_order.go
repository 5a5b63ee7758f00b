// The order in which the real engine lists cells that it has gathered in a set: that of a hash table of the GNU C++ library
// with its hash of strings, filled at once. It is no order a person would choose, but answers show it.

package fn

import (
	"encoding/binary"
	"slices"
)

// setOrder gives texts in the order of such a set. Twins are dropped.
func setOrder(texts []string) []string {
	return hashTable{buckets: uint64(bucketsFor(len(texts)))}.filled(texts)
}

// hashTable is a set as a list in which the items of a bucket stand together: a new one goes to the head of its bucket, a new
// bucket to the head of the list.
type hashTable struct {
	buckets uint64
	items   []string
}

func (t hashTable) filled(texts []string) []string { return t.buildFrom(texts).items }

// buildFrom adds items without looking through the list for each.
func (t hashTable) buildFrom(texts []string) hashTable {
	var order []uint64 // buckets, latest first when read backwards
	members := map[uint64][]string{}
	seen := make(map[string]bool, len(texts))
	for _, s := range texts {
		if seen[s] {
			continue
		}
		seen[s] = true
		b := murmur(s) % t.buckets
		if members[b] == nil {
			order = append(order, b)
		}
		members[b] = append(members[b], s)
	}
	t.items = make([]string, 0, len(texts))
	for _, b := range slices.Backward(order) {
		for _, s := range slices.Backward(members[b]) {
			t.items = append(t.items, s)
		}
	}
	return t
}

// bucketPrimes are the sizes that a table may have.
var bucketPrimes = []int{
	2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 103, 109, 113,
	127, 137, 139, 149, 157, 167, 179, 193, 199, 211, 227, 241, 257, 277, 293, 313, 337, 359, 383, 409, 439, 467, 503, 541, 577, 619,
	661, 709, 761, 823, 887, 953, 1031, 1109, 1193, 1289, 1381, 1493, 1613, 1741, 1879, 2029, 2179, 2357, 2549, 2753, 2971, 3209,
	3469, 3739, 4027, 4349, 4703, 5087, 5503, 5953, 6427, 6949, 7517, 8123, 8783, 9497, 10273, 11113, 12011, 12983, 14033, 15173,
	16411, 17749, 19183, 20753, 22447, 24281, 26267, 28411, 30727, 33223, 35933, 38873, 42043, 45481, 49201, 53201, 57557, 62233,
	67307, 72817, 78779, 85229, 92203, 99733,
}

func bucketsFor(n int) int {
	at, _ := slices.BinarySearch(bucketPrimes, n)
	return bucketPrimes[min(at, len(bucketPrimes)-1)]
}

// murmur is the GNU C++ library's hash of a string, MurmurHash64A with its seed.
func murmur(s string) uint64 {
	const mul, seed = 0xc6a4a7935bd1e995, 0xc70f6907
	mix := func(x uint64) uint64 { return x ^ x>>47 }
	h := uint64(seed) ^ uint64(len(s))*mul
	b := []byte(s)
	for ; len(b) >= 8; b = b[8:] {
		h = (h ^ mix(binary.LittleEndian.Uint64(b)*mul)*mul) * mul
	}
	if len(b) > 0 {
		var rest [8]byte
		copy(rest[:], b)
		h = (h ^ binary.LittleEndian.Uint64(rest[:])) * mul
	}
	return mix(mix(h) * mul)
}
