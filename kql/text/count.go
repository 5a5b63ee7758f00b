package text

import (
	"strconv"
	"strings"
)

// Count is a number with its noun, as people write it: 1 table, 2 tables, 3 queries.
func Count[N ~int | ~int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	stem, isY := strings.CutSuffix(noun, "y")
	if isY && stem != "" && !strings.ContainsRune("aeiou", rune(stem[len(stem)-1])) {
		return strconv.FormatInt(int64(n), 10) + " " + stem + "ies"
	}
	return strconv.FormatInt(int64(n), 10) + " " + noun + "s"
}
