package text

import "testing"

func TestCount(t *testing.T) {
	for _, c := range []struct {
		n          int
		noun, want string
	}{
		{0, "table", "0 tables"},
		{1, "query", "1 query"},
		{2, "query", "2 queries"},
		{3, "key", "3 keys"},
		{1, "other finding", "1 other finding"},
		{1000, "y", "1,000 ys"},
		{-1234567, "row", "-1,234,567 rows"},
		{-100, "row", "-100 rows"},
	} {
		if got := Count(c.n, c.noun); got != c.want {
			t.Errorf("%d %s: %q, want %q", c.n, c.noun, got, c.want)
		}
	}
}
