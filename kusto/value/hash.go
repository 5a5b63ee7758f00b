package value

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/woodsbury/decimal128"
)

// Hashing for grouping and joining, in step with Equal: rows that are the same hash alike, in any vector of the kind. The
// function is fixed, so a query's order of groups never depends on the process.

const (
	hashSeed = 0x9e3779b97f4a7c15
	hashMul  = 0xd6e8feb86659fd93
	hashNull = 0x2545f4914f6cdd1d
)

func mix(h, x uint64) uint64 {
	hi, lo := bits.Mul64(h^x, hashMul)
	return hi ^ lo ^ hashSeed
}

// HashInto folds each row of v into sums, which has v.N entries; start them at 0 and call it once per key column.
func HashInto(v *Vector, sums []uint64) {
	if v.Const {
		x := HashAt(v, 0)
		for i := range sums {
			sums[i] = mix(sums[i], x)
		}
		return
	}
	if v.Kind.isInts() && v.Nulls == nil {
		for i, x := range v.Ints[:len(sums)] {
			sums[i] = mix(sums[i], hashUint(uint64(x)))
		}
		return
	}
	for i := range sums {
		sums[i] = mix(sums[i], HashAt(v, i))
	}
}

// HashAt hashes row i of v.
func HashAt(v *Vector, i int) uint64 {
	i &= v.Mask()
	if v.Nulls != nil && v.Nulls.Has(i) {
		return hashNull
	}
	switch v.Kind {
	case Bool:
		return hashUint(uint64(boolRank(v.Bools[i])))
	case Int, Long, Datetime, Timespan:
		return hashUint(uint64(v.Ints[i]))
	case Real:
		return hashReal(v.Reals[i])
	case Decimal:
		return hashDecimal(v.Decimals[i])
	case String:
		return HashString(v.StringAt(i))
	case Guid:
		g := &v.Guids[i]
		return mix(binary.LittleEndian.Uint64(g[:8]), binary.LittleEndian.Uint64(g[8:]))
	case Dynamic:
		return HashDyn(v.dynAt(i))
	}
	return 0
}

func hashUint(x uint64) uint64 { return mix(x, hashSeed) }

func hashReal(f float64) uint64 {
	if f != f {
		return hashNull + 1
	}
	if f == 0 {
		f = 0 // -0 equals 0
	}
	return hashUint(math.Float64bits(f))
}

func hashDecimal(d decimal128.Decimal) uint64 {
	var buf [48]byte
	return hashBytes(AppendDecimal(buf[:0], d))
}

// HashString hashes a string as HashAt does.
func HashString(s string) uint64 {
	h := uint64(len(s)) * hashMul
	for len(s) >= 8 {
		h = mix(h, uint64(s[0])|uint64(s[1])<<8|uint64(s[2])<<16|uint64(s[3])<<24|
			uint64(s[4])<<32|uint64(s[5])<<40|uint64(s[6])<<48|uint64(s[7])<<56)
		s = s[8:]
	}
	var tail uint64
	for i := 0; i < len(s); i++ {
		tail |= uint64(s[i]) << (8 * i)
	}
	return mix(h, tail)
}

func hashBytes(b []byte) uint64 { return HashString(string(b)) }

// HashDyn hashes a dynamic in step with EqualDyn: 1 and 1.0 alike, bags whatever their order.
func HashDyn(d Dyn) uint64 {
	t := d.open()
	switch t.kind {
	case DynNull:
		return hashNull
	case DynBool:
		return hashUint(uint64(t.num) + 2)
	case DynLong:
		return hashReal(float64(t.num))
	case DynReal, DynDecimal:
		return hashReal(asReal(t))
	case DynString:
		return HashString(t.text)
	case DynDatetime, DynTimespan:
		return mix(uint64(t.num), uint64(t.kind))
	case DynGuid:
		return mix(binary.LittleEndian.Uint64(t.guid[:8]), binary.LittleEndian.Uint64(t.guid[8:]))
	}
	var sum uint64 = uint64(t.kind)
	for i, item := range t.items {
		if t.kind == DynArray {
			sum = mix(sum, HashDyn(item))
		} else {
			sum += mix(HashString(t.keys[i]), HashDyn(item))
		}
	}
	return hashUint(sum)
}
