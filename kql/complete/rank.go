// Ranking: how well the label fits what is typed, then what the place and the wanted type say, then the name.

package complete

import (
	"cmp"
	"slices"
	"strings"
)

// rank drops what doesn't fit the prefix, orders the rest and cuts it to Limit; more tells that something was cut.
func rank(p *place, items []Item) (kept []Item, more bool) {
	seen := make(map[string]bool, len(items))
	for _, it := range items {
		fit, ok := match(p.prefix, it.Label)
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
	lower := make([]string, len(kept))
	order := make([]int, len(kept))
	for i := range kept {
		lower[i], order[i] = strings.ToLower(kept[i].Label), i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := &kept[i], &kept[j]
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.seq, b.seq), strings.Compare(lower[i], lower[j]))
	})
	sorted := make([]Item, 0, min(len(kept), Limit))
	for _, i := range order[:min(len(kept), Limit)] {
		sorted = append(sorted, kept[i])
	}
	return sorted, len(kept) > Limit
}

// match grades how a label fits a prefix: 0 exact or nothing typed, 1 prefix in any case, 2 the start of a word in it, 3 letters
// in order. Case doesn't count: people type columns in lower case.
func match(prefix, label string) (grade int, ok bool) {
	if prefix == "" || prefix == label {
		return 0, true
	}
	label = strings.TrimPrefix(strings.TrimPrefix(label, "['"), "[\"")
	low, want := strings.ToLower(label), strings.ToLower(prefix)
	if strings.HasPrefix(low, want) {
		return 1, true
	}
	for i := 1; i < len(label); i++ {
		if startsWord(label, i) && strings.HasPrefix(low[min(i, len(low)):], want) {
			return 2, true
		}
	}
	return 3, lettersInOrder(want, low)
}

func startsWord(s string, i int) bool {
	before, c := s[i-1], s[i]
	upper := c >= 'A' && c <= 'Z'
	return before == '_' || before == '-' || before == '.' || upper && !(before >= 'A' && before <= 'Z')
}

func lettersInOrder(want, in string) bool {
	for _, r := range want {
		i := strings.IndexRune(in, r)
		if i < 0 {
			return false
		}
		in = in[i+len(string(r)):]
	}
	return true
}
