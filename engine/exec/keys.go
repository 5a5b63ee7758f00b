// keyTable numbers distinct key rows from 0 in the order they come: the heart of summarize, distinct and join. Null is a key like
// any other and equals itself; so is NaN.

package exec

import (
	"context"
	"encoding/binary"
	"math"
	"strings"

	"calypso/kusto/value"
)

// none is the group of a key that isn't in the table.
const none = ^uint32(0)

type keyTable struct {
	kinds []value.Kind
	keys  []*value.Builder // the distinct rows, column by column
	n     int
	bytes int64

	// One of three ways to look up, by the kinds of the keys.
	ints    intIndex
	strings map[string]uint32
	encoded map[string]uint32
	nulled  uint32 // group of null for ints; none when not met
	scratch []byte
	last    string // the string of the last lookup and its group: runs are common
	lastAt  uint32
	memo    codeMemo
}

// newKeyTable makes an empty table. Where stop, a context's Err, gives an error while the table grows, the table stops short and
// is good for nothing any more; whoever fills it looks at the context before using it further.
func newKeyTable(stop func() error, kinds []value.Kind) *keyTable {
	t := &keyTable{kinds: kinds, nulled: none, lastAt: none}
	for _, k := range kinds {
		t.keys = append(t.keys, value.NewBuilder(k, 0))
	}
	switch {
	case len(kinds) == 1 && isInts(kinds[0]):
		t.ints.init(stop, 64)
	case len(kinds) == 1 && kinds[0] == value.String:
		t.strings = map[string]uint32{}
	default:
		t.encoded = map[string]uint32{}
	}
	return t
}

func isInts(k value.Kind) bool {
	return k == value.Int || k == value.Long || k == value.Datetime || k == value.Timespan
}

// groups gives the group of each of n key rows. Rows not met before get new groups when insert is set, else none.
func (t *keyTable) groups(keys []*value.Vector, n int, insert bool, out []uint32) []uint32 {
	if cap(out) < n {
		out = make([]uint32, n)
	}
	out = out[:n]
	if t.codedGroups(keys, insert, out) {
		return out
	}
	keys = flatAll(keys)
	switch {
	case t.encoded != nil:
		t.encodedGroups(keys, n, insert, out)
	case t.strings != nil:
		t.stringGroups(keys, n, insert, out)
	default:
		t.intGroups(keys, n, insert, out)
	}
	return out
}

// allGroups gives the groups of many rows, looking at the context now and then.
func (t *keyTable) allGroups(ctx context.Context, keys []*value.Vector, n int) ([]uint32, error) {
	out := make([]uint32, 0, n)
	for from := 0; from < n; from += SegmentRows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part := value.SliceBatch(value.Batch{N: n, Cols: keys}, from, min(n, from+SegmentRows))
		out = append(out, t.groups(part.Cols, part.N, true, nil)...)
	}
	return out, ctx.Err()
}

func (t *keyTable) add(keys []*value.Vector, i int) uint32 {
	for c, k := range keys {
		if k.Kind == value.String {
			t.keys[c].AppendString(strings.Clone(k.StringAt(i))) // else one key would keep a whole page of a file in memory
		} else {
			t.keys[c].AppendFrom(k, i)
		}
	}
	g := uint32(t.n)
	t.n++
	t.bytes += int64(24 * len(keys))
	return g
}

func (t *keyTable) intGroups(keys []*value.Vector, n int, insert bool, out []uint32) {
	v := keys[0]
	if v.Const {
		t.constGroups(keys, n, insert, out)
		return
	}
	for i := 0; i < n; i++ {
		if v.Nulls == nil {
			if i += t.ints.known(v.Ints[i:n], out[i:n], insert); i == n {
				return
			}
		}
		if v.Nulls != nil && v.Nulls.Has(i) {
			if t.nulled == none && insert {
				t.nulled = t.add(keys, i)
			}
			out[i] = t.nulled
			continue
		}
		g := t.ints.find(v.Ints[i])
		if g == none && insert {
			g = t.add(keys, i)
			t.ints.put(v.Ints[i], g)
		}
		out[i] = g
	}
}

// constGroups numbers a key that is the same in all rows.
func (t *keyTable) constGroups(keys []*value.Vector, n int, insert bool, out []uint32) {
	if n == 0 {
		return
	}
	flat := []*value.Vector{value.Flat(value.Slice(keys[0], 0, 1))}
	var one [1]uint32
	t.groups(flat, 1, insert, one[:])
	for i := range out {
		out[i] = one[0]
	}
}

func (t *keyTable) stringGroups(keys []*value.Vector, n int, insert bool, out []uint32) {
	v := keys[0]
	if v.Const {
		t.constGroups(keys, n, insert, out)
		return
	}
	for i, s := range v.Strings[:n] {
		if t.lastAt != none && s == t.last {
			out[i] = t.lastAt
			continue
		}
		g, ok := t.strings[s]
		if !ok {
			g = none
			if insert {
				g = t.add(keys, i)
				t.strings[strings.Clone(s)] = g
				t.bytes += int64(len(s)) + 48
			}
		}
		out[i] = g
		t.last, t.lastAt = s, g
	}
}

func (t *keyTable) encodedGroups(keys []*value.Vector, n int, insert bool, out []uint32) {
	for i := range n {
		t.scratch = t.scratch[:0]
		for _, k := range keys {
			t.scratch = encodeKey(t.scratch, k, i)
		}
		g, ok := t.encoded[string(t.scratch)]
		if !ok {
			g = none
			if insert {
				g = t.add(keys, i)
				t.encoded[string(t.scratch)] = g
				t.bytes += int64(len(t.scratch)) + 48
			}
		}
		out[i] = g
	}
}

// encodeKey appends a cell so that equal cells, and only they, have equal bytes, and no cell is the start of another.
func encodeKey(to []byte, v *value.Vector, i int) []byte {
	i &= v.Mask()
	if v.Nulls != nil && v.Nulls.Has(i) {
		return append(to, 0)
	}
	to = append(to, 1)
	switch v.Kind {
	case value.Bool:
		if v.Bools[i] {
			return append(to, 1)
		}
		return append(to, 0)
	case value.Int, value.Long, value.Datetime, value.Timespan:
		return binary.LittleEndian.AppendUint64(to, uint64(v.Ints[i]))
	case value.Real:
		f := v.Reals[i]
		if f != f {
			f = math.NaN()
		} else if f == 0 {
			f = 0
		}
		return binary.LittleEndian.AppendUint64(to, math.Float64bits(f))
	case value.String:
		to = binary.AppendUvarint(to, uint64(len(v.Strings[i])))
		return append(to, v.Strings[i]...)
	case value.Guid:
		return append(to, v.Guids[i][:]...)
	case value.Decimal:
		at := len(to)
		to = value.AppendDecimal(append(to, 0), v.Decimals[i].Canonical())
		to[at] = byte(len(to) - at)
		return to
	}
	panic("exec: a key of kind " + v.Kind.String())
}

// vectors hands the distinct rows out; the table is used up.
func (t *keyTable) vectors() []*value.Vector {
	out := make([]*value.Vector, len(t.keys))
	for i, b := range t.keys {
		out[i] = b.Vector()
	}
	return out
}

// size estimates the memory that the table holds.
func (t *keyTable) size() int64 { return t.bytes + t.ints.size() }
