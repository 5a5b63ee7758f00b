// keyTable for coded strings: a group is looked up once for each word, or for each combination of words, that occurs.

package exec

import "calypso/kusto/value"

// mostCombinations is how many combinations of words are remembered; beyond that the strings themselves are looked up.
const mostCombinations = 8192

// codeMemo remembers the groups of the combinations of some words.
type codeMemo struct {
	words  []*value.Words // a key column each
	groups []uint32       // by combination: its group plus firstGroup, or unknown or absent
}

const (
	unknown    = 0
	absent     = 1
	firstGroup = 2
)

// codedGroups is groups for keys that are all coded; false where they aren't, or have too many words.
func (t *keyTable) codedGroups(keys []*value.Vector, insert bool, out []uint32) bool {
	combinations := 1
	for _, k := range keys {
		if k.Words == nil || len(k.Words.Texts) > mostCombinations/combinations {
			return false
		}
		combinations *= len(k.Words.Texts)
	}
	if len(keys) == 0 || combinations == 0 {
		return false
	}
	t.memo.begin(keys, combinations)
	combine(keys, out)
	for i, at := range out {
		m := t.memo.groups[at]
		if m < firstGroup && (m == unknown || insert) {
			m = t.rowGroup(keys, i, insert)
			t.memo.groups[at] = m
		}
		if out[i] = m - firstGroup; m == absent {
			out[i] = none
		}
	}
	return true
}

// combine numbers the combination of words in each row.
func combine(keys []*value.Vector, out []uint32) {
	copy(out, keys[0].Codes)
	for _, k := range keys[1:] {
		n := uint32(len(k.Words.Texts))
		for i, c := range k.Codes[:len(out)] {
			out[i] = out[i]*n + c
		}
	}
}

// rowGroup looks up one row by its strings; it gives what codeMemo remembers.
func (t *keyTable) rowGroup(keys []*value.Vector, i int, insert bool) uint32 {
	row := make([]*value.Vector, len(keys))
	for c, k := range keys {
		row[c] = value.ConstOf(k, i, 1)
		row[c].Const = false
	}
	if g := t.groups(row, 1, insert, nil)[0]; g != none {
		return g + firstGroup
	}
	return absent
}

// begin forgets what was remembered of other words.
func (m *codeMemo) begin(keys []*value.Vector, combinations int) {
	same := len(m.words) == len(keys)
	for i := 0; same && i < len(keys); i++ {
		same = m.words[i] == keys[i].Words
	}
	if same {
		return
	}
	m.words = m.words[:0]
	for _, k := range keys {
		m.words = append(m.words, k.Words)
	}
	if cap(m.groups) < combinations {
		m.groups = make([]uint32, combinations)
		return
	}
	m.groups = m.groups[:combinations]
	clear(m.groups)
}
