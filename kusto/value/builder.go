package value

import (
	"slices"

	"github.com/woodsbury/decimal128"
)

// Builder makes one vector row by row. Its Append methods belong to kinds as the slices of Vector do; calling one that doesn't
// fit the kind is a bug and panics. The zero value isn't usable; see NewBuilder.
type Builder struct {
	v Vector
}

// NewBuilder makes a builder with room for capacity rows.
func NewBuilder(kind Kind, capacity int) *Builder {
	b := &Builder{v: Vector{Kind: kind}}
	b.Grow(capacity)
	return b
}

// Grow makes room for n more rows.
func (b *Builder) Grow(n int) {
	v := &b.v
	switch v.Kind {
	case Bool:
		v.Bools = slices.Grow(v.Bools, n)
	case Int, Long, Datetime, Timespan:
		v.Ints = slices.Grow(v.Ints, n)
	case Real:
		v.Reals = slices.Grow(v.Reals, n)
	case Decimal:
		v.Decimals = slices.Grow(v.Decimals, n)
	case String:
		v.Strings = slices.Grow(v.Strings, n)
	case Guid:
		v.Guids = slices.Grow(v.Guids, n)
	case Dynamic:
		v.Dynamics = slices.Grow(v.Dynamics, n)
	default:
		panic("value: builder of an invalid kind")
	}
}

// Len is the number of rows so far.
func (b *Builder) Len() int { return b.v.N }

// Kind is the kind of the vector being made.
func (b *Builder) Kind() Kind { return b.v.Kind }

func (b *Builder) must(ok bool) {
	if !ok {
		panic("value: append to a builder of kind " + b.v.Kind.String())
	}
}

// AppendBool adds a bool.
func (b *Builder) AppendBool(x bool) {
	b.must(b.v.Kind == Bool)
	b.v.Bools = append(b.v.Bools, x)
	b.v.N++
}

// AppendInt adds a row to an Int, Long, Datetime or Timespan (ticks) vector; for Int, x must lie within 32 bits.
func (b *Builder) AppendInt(x int64) {
	b.must(b.v.Kind.isInts())
	b.v.Ints = append(b.v.Ints, x)
	b.v.N++
}

// AppendReal adds a real.
func (b *Builder) AppendReal(x float64) {
	b.must(b.v.Kind == Real)
	b.v.Reals = append(b.v.Reals, x)
	b.v.N++
}

// AppendDecimal adds a decimal.
func (b *Builder) AppendDecimal(x decimal128.Decimal) {
	b.must(b.v.Kind == Decimal)
	b.v.Decimals = append(b.v.Decimals, x)
	b.v.N++
}

// AppendString adds a string.
func (b *Builder) AppendString(x string) {
	b.must(b.v.Kind == String)
	b.v.Strings = append(b.v.Strings, x)
	b.v.N++
}

// AppendGuid adds a guid.
func (b *Builder) AppendGuid(x [16]byte) {
	b.must(b.v.Kind == Guid)
	b.v.Guids = append(b.v.Guids, x)
	b.v.N++
}

// AppendDyn adds a dynamic; a null one becomes a null row.
func (b *Builder) AppendDyn(x Dyn) {
	b.must(b.v.Kind == Dynamic)
	if x.IsNull() {
		b.AppendNull()
		return
	}
	b.v.Dynamics = append(b.v.Dynamics, x)
	b.v.N++
}

// AppendNull adds a null, which is "" for a string.
func (b *Builder) AppendNull() {
	v := &b.v
	switch v.Kind {
	case Bool:
		v.Bools = append(v.Bools, false)
	case Int, Long, Datetime, Timespan:
		v.Ints = append(v.Ints, 0)
	case Real:
		v.Reals = append(v.Reals, 0)
	case Decimal:
		v.Decimals = append(v.Decimals, decimal128.Decimal{})
	case String:
		v.Strings = append(v.Strings, "")
		v.N++
		return
	case Guid:
		v.Guids = append(v.Guids, [16]byte{})
	case Dynamic:
		v.Dynamics = append(v.Dynamics, Dyn{})
	}
	v.Nulls = setGrowing(v.Nulls, v.N)
	v.N++
}

// setGrowing is Bitmap.Set that doubles, so that a column of nulls takes linear time.
func setGrowing(b Bitmap, i int) Bitmap {
	if w := i >> 6; w >= len(b) {
		b = slices.Grow(b, w+1-len(b))
		for len(b) <= w {
			b = append(b, 0)
		}
	}
	b[i>>6] |= 1 << (uint(i) & 63)
	return b
}

// AppendFrom adds row i of src, which must be of the builder's kind, or Int where that is Long.
func (b *Builder) AppendFrom(src *Vector, i int) {
	i &= src.Mask()
	if src.Nulls != nil && src.Nulls.Has(i) {
		b.AppendNull()
		return
	}
	v := &b.v
	switch v.Kind {
	case Bool:
		v.Bools = append(v.Bools, src.Bools[i])
	case Int, Long, Datetime, Timespan:
		v.Ints = append(v.Ints, src.Ints[i])
	case Real:
		v.Reals = append(v.Reals, src.Reals[i])
	case Decimal:
		v.Decimals = append(v.Decimals, src.Decimals[i])
	case String:
		v.Strings = append(v.Strings, src.StringAt(i))
	case Guid:
		v.Guids = append(v.Guids, src.Guids[i])
	case Dynamic:
		v.Dynamics = append(v.Dynamics, src.dynAt(i))
	}
	v.N++
}

// AppendAll adds all rows of src, as AppendFrom does.
func (b *Builder) AppendAll(src *Vector) {
	b.Grow(src.N)
	if src.Const || src.Nulls != nil {
		for i := range src.N {
			b.AppendFrom(src, i)
		}
		return
	}
	v := &b.v
	switch v.Kind {
	case Bool:
		v.Bools = append(v.Bools, src.Bools[:src.N]...)
	case Int, Long, Datetime, Timespan:
		v.Ints = append(v.Ints, src.Ints[:src.N]...)
	case Real:
		v.Reals = append(v.Reals, src.Reals[:src.N]...)
	case Decimal:
		v.Decimals = append(v.Decimals, src.Decimals[:src.N]...)
	case String:
		if src.Words != nil {
			v.Strings = src.Words.appendTo(v.Strings, src.Codes[:src.N])
		} else if src.Spans != nil {
			v.Strings = src.appendTexts(v.Strings)
		} else {
			v.Strings = append(v.Strings, src.Strings[:src.N]...)
		}
	case Guid:
		v.Guids = append(v.Guids, src.Guids[:src.N]...)
	case Dynamic:
		if src.Spans != nil {
			v.Dynamics = src.appendDynamics(v.Dynamics)
		} else {
			v.Dynamics = append(v.Dynamics, src.Dynamics[:src.N]...)
		}
	}
	v.N += src.N
}

// Vector hands the vector out and leaves the builder empty, ready for another of the same kind.
func (b *Builder) Vector() *Vector {
	v := b.v
	b.v = Vector{Kind: v.Kind}
	return &v
}

// View is the vector so far, for who looks at it and forgets it: the builder's next call may change it.
func (b *Builder) View() *Vector { return &b.v }

// Reset makes the builder empty and keeps its room, for rows that are written and forgotten again and again. Only View may have shown
// the rows before.
func (b *Builder) Reset() {
	v := &b.v
	clear(v.Strings) // what they refer to isn't held
	clear(v.Dynamics)
	b.v = Vector{
		Kind: v.Kind, Nulls: v.Nulls[:0], Bools: v.Bools[:0], Ints: v.Ints[:0], Reals: v.Reals[:0], Decimals: v.Decimals[:0],
		Strings: v.Strings[:0], Guids: v.Guids[:0], Dynamics: v.Dynamics[:0],
	}
}

func (k Kind) isInts() bool { return k == Int || k == Long || k == Datetime || k == Timespan }

// A DynSlab makes dynamics of JSON texts with few allocations: it cuts their headers from slabs. A slab lives as long as any
// of its values. The zero value is ready.
type DynSlab struct {
	nodes []dynNode
}

const slabSize = 128

// Parse is ParseDyn.
func (s *DynSlab) Parse(text string) Dyn {
	if IsNullJSON(text) {
		return Dyn{}
	}
	if len(s.nodes) == 0 {
		s.nodes = make([]dynNode, slabSize)
	}
	n := &s.nodes[0]
	s.nodes = s.nodes[1:]
	n.raw = text
	return Dyn{n}
}
