package text

import (
	"strconv"
	"strings"
)

// Number is a whole number with commas between its thousands: 59,066.
func Number[N ~int | ~int64](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Count is a number with its noun, as people write it: 1 table, 2,000 tables, 3 queries.
func Count[N ~int | ~int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	stem, isY := strings.CutSuffix(noun, "y")
	if isY && stem != "" && !strings.ContainsRune("aeiou", rune(stem[len(stem)-1])) {
		return Number(n) + " " + stem + "ies"
	}
	return Number(n) + " " + noun + "s"
}
