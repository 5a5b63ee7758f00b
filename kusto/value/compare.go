package value

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/woodsbury/decimal128"
)

// One total order and one notion of sameness for values, as sorting, grouping and joining need them: null is smallest and is
// the same as null; NaN is the same as NaN and stands between null and all other reals; text is ordinal. The comparison
// operators of the language have a null table of their own, which lies with the engine's functions.

// Compare orders row i of a against row j of b: negative, zero or positive. The vectors are of one kind, or Int and Long.
func Compare(a *Vector, i int, b *Vector, j int) int {
	i, j = i&a.Mask(), j&b.Mask()
	na, nb := a.Nulls != nil && a.Nulls.Has(i), b.Nulls != nil && b.Nulls.Has(j)
	if na || nb {
		return boolRank(nb) - boolRank(na)
	}
	switch a.Kind {
	case Bool:
		return boolRank(a.Bools[i]) - boolRank(b.Bools[j])
	case Int, Long, Datetime, Timespan:
		return cmp.Compare(a.Ints[i], b.Ints[j])
	case Real:
		return cmp.Compare(a.Reals[i], b.Reals[j])
	case Decimal:
		return decimal128.Compare(a.Decimals[i], b.Decimals[j])
	case String:
		return strings.Compare(a.StringAt(i), b.StringAt(j))
	case Guid:
		return bytes.Compare(a.Guids[i][:], b.Guids[j][:])
	case Dynamic:
		return CompareDyn(a.dynAt(i), b.dynAt(j))
	}
	return 0
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Equal tells whether two rows are the same value in the sense of Compare.
func Equal(a *Vector, i int, b *Vector, j int) bool {
	i, j = i&a.Mask(), j&b.Mask()
	if a.Nulls != nil || b.Nulls != nil {
		na, nb := a.Nulls.Has(i), b.Nulls.Has(j)
		if na || nb {
			return na == nb
		}
	}
	switch a.Kind {
	case Bool:
		return a.Bools[i] == b.Bools[j]
	case Int, Long, Datetime, Timespan:
		return a.Ints[i] == b.Ints[j]
	case Real:
		x, y := a.Reals[i], b.Reals[j]
		return x == y || x != x && y != y
	case Decimal:
		return a.Decimals[i].Equal(b.Decimals[j])
	case String:
		return a.StringAt(i) == b.StringAt(j)
	case Guid:
		return a.Guids[i] == b.Guids[j]
	case Dynamic:
		return EqualDyn(a.dynAt(i), b.dynAt(j))
	}
	return false
}

// EqualRows tells whether row i of the columns a is row j of the columns b.
func EqualRows(a []*Vector, i int, b []*Vector, j int) bool {
	for c := range a {
		if !Equal(a[c], i, b[c], j) {
			return false
		}
	}
	return true
}

// dynRank orders kinds of dynamic values; all numbers share one rank.
var dynRank = [...]int{
	DynNull: 0, DynBool: 1, DynLong: 2, DynReal: 2, DynDecimal: 2, DynTimespan: 3, DynDatetime: 4,
	DynString: 5, DynGuid: 6, DynArray: 7, DynBag: 8,
}

// CompareDyn orders dynamics: null, bool, numbers by value, timespan, datetime, string, guid, arrays element by element, bags by
// their sorted keys and then values.
func CompareDyn(a, b Dyn) int {
	if a.n == b.n {
		return 0
	}
	s, t := a.open(), b.open()
	if c := dynRank[s.kind] - dynRank[t.kind]; c != 0 {
		return c
	}
	switch s.kind {
	case DynBool, DynTimespan, DynDatetime:
		return cmp.Compare(s.num, t.num)
	case DynLong, DynReal, DynDecimal:
		return compareNumbers(s, t)
	case DynString:
		return strings.Compare(s.text, t.text)
	case DynGuid:
		return bytes.Compare(s.guid[:], t.guid[:])
	case DynArray:
		return slices.CompareFunc(s.items, t.items, CompareDyn)
	case DynBag:
		return compareBags(s, t)
	}
	return 0
}

func compareBags(s, t *dynTree) int {
	so, to := sortedKeys(s), sortedKeys(t)
	for i := 0; i < len(so) && i < len(to); i++ {
		if c := strings.Compare(s.keys[so[i]], t.keys[to[i]]); c != 0 {
			return c
		}
		if c := CompareDyn(s.items[so[i]], t.items[to[i]]); c != 0 {
			return c
		}
	}
	return len(so) - len(to)
}

func sortedKeys(t *dynTree) []int {
	order := make([]int, len(t.keys))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(t.keys[a], t.keys[b]) })
	return order
}

func compareNumbers(s, t *dynTree) int {
	switch {
	case s.kind == DynLong && t.kind == DynLong:
		return cmp.Compare(s.num, t.num)
	case s.kind == DynDecimal && t.kind == DynDecimal:
		return decimal128.Compare(s.dec, t.dec)
	case s.kind == DynLong && t.kind == DynReal:
		return compareLongReal(s.num, t.real)
	case s.kind == DynReal && t.kind == DynLong:
		return -compareLongReal(t.num, s.real)
	case s.kind == DynDecimal && t.kind == DynLong:
		return decimal128.Compare(s.dec, decimal128.FromInt64(t.num))
	case s.kind == DynLong && t.kind == DynDecimal:
		return decimal128.Compare(decimal128.FromInt64(s.num), t.dec)
	}
	return cmp.Compare(asReal(s), asReal(t))
}

func asReal(t *dynTree) float64 {
	switch t.kind {
	case DynReal:
		return t.real
	case DynDecimal:
		return t.dec.Float64()
	}
	return float64(t.num)
}

// compareLongReal compares exactly: a long of more than 53 bits isn't rounded first.
func compareLongReal(n int64, f float64) int {
	switch {
	case f != f:
		return 1
	case f >= 1<<63:
		return -1
	case f < -1<<63:
		return 1
	}
	whole := math.Floor(f)
	if c := cmp.Compare(n, int64(whole)); c != 0 {
		return c
	}
	if f > whole {
		return -1
	}
	return 0
}

// EqualDyn is deep equality: numbers by value whatever their kind, bags whatever the order of their keys.
func EqualDyn(a, b Dyn) bool {
	if a.n == b.n {
		return true
	}
	s, t := a.open(), b.open()
	if s.kind != DynBag || t.kind != DynBag {
		if s.kind == DynArray && t.kind == DynArray {
			return slices.EqualFunc(s.items, t.items, EqualDyn)
		}
		return CompareDyn(a, b) == 0
	}
	if len(s.keys) != len(t.keys) {
		return false
	}
	for i, k := range s.keys {
		v, ok := b.Find(k)
		if !ok || !EqualDyn(s.items[i], v) {
			return false
		}
	}
	return true
}
