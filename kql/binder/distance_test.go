package binder

import (
	"math/rand"
	"testing"
)

// plainDistance is the textbook's table, whole.
func plainDistance(a, b string) int {
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
		table[i][0] = i
	}
	for j := range table[0] {
		table[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			table[i][j] = min(table[i-1][j]+1, table[i][j-1]+1, table[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				table[i][j] = min(table[i][j], table[i-2][j-2]+1)
			}
		}
	}
	return table[len(a)][len(b)]
}

// The short way to a distance agrees with the long one, on words of few letters, so that swaps and repeats are common.
func TestDistance(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	word := func() string {
		w := make([]byte, r.Intn(9))
		for i := range w {
			w[i] = "abc"[r.Intn(3)]
		}
		return string(w)
	}
	for range 100_000 {
		a, b, limit := word(), word(), 1+r.Intn(3)
		if got, want := distance(a, b, limit), min(plainDistance(a, b), limit); got != want {
			t.Fatalf("distance(%q, %q, %d) is %d, want %d", a, b, limit, got, want)
		}
	}
}
