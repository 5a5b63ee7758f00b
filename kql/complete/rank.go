// Ranking: how well the label fits what is typed, then what the place and the wanted type say, then the name.

package complete

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// rank drops what doesn't fit the prefix, orders the rest and cuts it to Limit; more tells that something was cut.
func rank(p *place, items []Item) (kept []Item, more bool) {
	want := typing(p.prefix)
	seen := make(map[string]bool, min(len(items), 2*Limit))
	for _, it := range items {
		fit, ok := want.match(it.Label)
		if !ok || seen[it.Label] {
			continue
		}
		seen[it.Label] = true
		it.Rank += fit * 1000
		if it.Insert == "" {
			it.Insert = it.Label
		}
		kept = append(kept, it)
	}
	order := make([]int, len(kept))
	for i := range kept {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := &kept[i], &kept[j]
		if a.Rank != b.Rank || a.seq != b.seq {
			return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.seq, b.seq))
		}
		return compareFold(a.Label, b.Label)
	})
	sorted := make([]Item, 0, min(len(kept), Limit))
	for _, i := range order[:min(len(kept), Limit)] {
		sorted = append(sorted, kept[i])
	}
	return sorted, len(kept) > Limit
}

// typed is the prefix at the caret, ready to be compared with many labels.
type typed struct {
	prefix, low string
	ascii       bool
}

func typing(prefix string) typed {
	return typed{prefix: prefix, low: strings.ToLower(prefix), ascii: isASCII(prefix)}
}

// match grades how a label fits: 0 exact or nothing typed, 1 prefix in any case, 2 the start of a word in it, 3 letters in
// order. Case doesn't count: people type columns in lower case.
func (t *typed) match(label string) (grade int, ok bool) {
	if t.prefix == "" || t.prefix == label {
		return 0, true
	}
	label = strings.TrimPrefix(strings.TrimPrefix(label, "['"), "[\"")
	low := label
	if !t.ascii || !isASCII(label) {
		low = strings.ToLower(label)
	}
	if hasPrefixFold(low, t.low) {
		return 1, true
	}
	for i := 1; i < len(label); i++ {
		if startsWord(label, i) && hasPrefixFold(low[min(i, len(low)):], t.low) {
			return 2, true
		}
	}
	if !t.ascii {
		return 3, runesInOrder(t.low, low)
	}
	return 3, lettersInOrder(t.low, low)
}

func startsWord(s string, i int) bool {
	before, c := s[i-1], s[i]
	upper := c >= 'A' && c <= 'Z'
	return before == '_' || before == '-' || before == '.' || upper && !(before >= 'A' && before <= 'Z')
}

// lettersInOrder tells whether the letters of want, in lower case, stand in that order in a text; ASCII letters of any case fit.
func lettersInOrder(want, in string) bool {
	at := 0
	for i := range len(in) {
		if at == len(want) {
			break
		}
		if lower(in[i]) == want[at] {
			at++
		}
	}
	return at == len(want)
}

// runesInOrder is the same for letters beyond ASCII, in a text in lower case.
func runesInOrder(want, in string) bool {
	for _, r := range want {
		i := strings.IndexRune(in, r)
		if i < 0 {
			return false
		}
		in = in[i+len(string(r)):]
	}
	return true
}

// hasPrefixFold is strings.HasPrefix for a prefix in lower case; ASCII letters of any case fit.
func hasPrefixFold(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(s[i]) != prefix[i] {
			return false
		}
	}
	return true
}

// compareFold orders as the lower-case forms of both do.
func compareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		x, y := lower(a[i]), lower(b[i])
		if x >= utf8.RuneSelf || y >= utf8.RuneSelf {
			return strings.Compare(strings.ToLower(a), strings.ToLower(b))
		}
		if x != y {
			return cmp.Compare(x, y)
		}
	}
	return cmp.Compare(len(a), len(b))
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
