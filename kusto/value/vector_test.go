package value

import (
	"math"
	"slices"
	"testing"

	"github.com/woodsbury/decimal128"
)

// sample is a vector of each kind with a null between two values, the first smaller.
func sample() []*Vector {
	var all []*Vector
	add := func(kind Kind, fill func(b *Builder, second bool)) {
		b := NewBuilder(kind, 3)
		fill(b, false)
		b.AppendNull()
		fill(b, true)
		all = append(all, b.Vector())
	}
	add(Bool, func(b *Builder, second bool) { b.AppendBool(second) })
	for _, k := range []Kind{Int, Long, Datetime, Timespan} {
		add(k, func(b *Builder, second bool) { b.AppendInt(int64(boolRank(second)) + 5) })
	}
	add(Real, func(b *Builder, second bool) { b.AppendReal(float64(boolRank(second)) - 0.5) })
	add(Decimal, func(b *Builder, second bool) { b.AppendDecimal(decimal128.New(int64(boolRank(second))+1, -1)) })
	add(String, func(b *Builder, second bool) { b.AppendString([]string{"a", "é"}[boolRank(second)]) })
	add(Guid, func(b *Builder, second bool) { b.AppendGuid([16]byte{byte(boolRank(second))}) })
	add(Dynamic, func(b *Builder, second bool) { b.AppendDyn(ParseDyn([]string{"[1]", "[1,2]"}[boolRank(second)])) })
	return all
}

func TestEveryKind(t *testing.T) {
	for _, v := range sample() {
		t.Run(v.Kind.String(), func(t *testing.T) {
			if got, want := v.IsNull(1), v.Kind != String; got != want {
				t.Errorf("null: got %t, want %t", got, want)
			}
			if Compare(v, 0, v, 2) >= 0 || Compare(v, 1, v, 0) >= 0 || Compare(v, 2, v, 2) != 0 {
				t.Error("wrong order: null is smallest, then the first, then the third")
			}
			g := Gather(v, []uint32{2, NoRow, 0, 1})
			if !Equal(g, 0, v, 2) || !Equal(g, 1, v, 1) || !Equal(g, 2, v, 0) || !Equal(g, 3, v, 1) {
				t.Error("gather mixed rows up")
			}
			whole := Concat(v.Kind, Slice(v, 0, 1), Slice(v, 1, 3), NewNull(v.Kind, 2), ConstOf(v, 2, 2))
			want := []int{0, 1, 2, 1, 1, 2, 2}
			if whole.N != len(want) {
				t.Fatalf("concat has %d rows", whole.N)
			}
			for i, row := range want {
				if !Equal(whole, i, v, row) || HashAt(whole, i) != HashAt(v, row) {
					t.Errorf("concat: row %d isn't row %d", i, row)
				}
			}
			if v.Bytes() <= 0 {
				t.Error("no size")
			}
		})
	}
}

func TestNaNMatchesNaN(t *testing.T) {
	b := NewBuilder(Real, 3)
	b.AppendReal(math.NaN())
	b.AppendNull()
	b.AppendReal(math.Copysign(0, -1))
	v := b.Vector()
	zero := ConstReal(0, 1)
	if !Equal(v, 0, v, 0) || Equal(v, 0, v, 1) || !Equal(v, 2, zero, 0) || HashAt(v, 2) != HashAt(zero, 0) {
		t.Error("NaN is itself, not null, and -0 is 0")
	}
	if Compare(v, 1, v, 0) >= 0 || Compare(v, 0, v, 2) >= 0 {
		t.Error("null, then NaN, then numbers")
	}
}

func TestHashIntoFollowsHashAt(t *testing.T) {
	for _, v := range sample() {
		sums, twice := make([]uint64, v.N), make([]uint64, v.N)
		HashInto(v, sums)
		HashInto(Gather(v, []uint32{0, 1, 2}), twice)
		if !slices.Equal(sums, twice) {
			t.Errorf("%s: the same rows hash apart", v.Kind)
		}
	}
}

func TestBitmapSlice(t *testing.T) {
	var b Bitmap
	for i := 0; i < 200; i += 3 {
		b = b.Set(i, 200)
	}
	for _, from := range []int{0, 1, 63, 64, 65, 128, 199} {
		s := b.slice(from, 200)
		for i := from; i < 200; i++ {
			if s.Has(i-from) != b.Has(i) {
				t.Fatalf("slice from %d: row %d", from, i)
			}
		}
	}
}
