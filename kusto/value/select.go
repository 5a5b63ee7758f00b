package value

import "github.com/woodsbury/decimal128"

// Making vectors from vectors: constants, gathering by row number, slices, concatenation, size.

// NewNull is n nulls of a kind ("" for a string).
func NewNull(kind Kind, n int) *Vector {
	b := NewBuilder(kind, 1)
	b.AppendNull()
	return b.constant(n)
}

// ConstBool and the following are one value standing for n rows.
func ConstBool(x bool, n int) *Vector {
	return &Vector{Kind: Bool, N: n, Const: true, Bools: []bool{x}}
}

// ConstInt is for the kinds Int, Long, Datetime and Timespan.
func ConstInt(kind Kind, x int64, n int) *Vector {
	return &Vector{Kind: kind, N: n, Const: true, Ints: []int64{x}}
}

// ConstReal is n times x.
func ConstReal(x float64, n int) *Vector {
	return &Vector{Kind: Real, N: n, Const: true, Reals: []float64{x}}
}

// ConstDecimal is n times x.
func ConstDecimal(x decimal128.Decimal, n int) *Vector {
	return &Vector{Kind: Decimal, N: n, Const: true, Decimals: []decimal128.Decimal{x}}
}

// ConstString is n times x.
func ConstString(x string, n int) *Vector {
	return &Vector{Kind: String, N: n, Const: true, Strings: []string{x}}
}

// ConstGuid is n times x.
func ConstGuid(x [16]byte, n int) *Vector {
	return &Vector{Kind: Guid, N: n, Const: true, Guids: [][16]byte{x}}
}

// ConstDyn is n times x; null rows where x is null.
func ConstDyn(x Dyn, n int) *Vector {
	b := NewBuilder(Dynamic, 1)
	b.AppendDyn(x)
	return b.constant(n)
}

// ConstOf is row i of v standing for n rows.
func ConstOf(v *Vector, i, n int) *Vector {
	b := NewBuilder(v.Kind, 1)
	b.AppendFrom(v, i)
	return b.constant(n)
}

func (b *Builder) constant(n int) *Vector {
	v := b.Vector()
	v.N, v.Const = n, true
	return v
}

// NoRow in a selection gives a null row: the missing side of an outer join.
const NoRow = ^uint32(0)

// Gather gives the rows of v that sel names, in its order; a row may come twice, and NoRow is null.
func Gather(v *Vector, sel []uint32) *Vector {
	if v.Const {
		return gatherConst(v, sel)
	}
	out := &Vector{Kind: v.Kind, N: len(sel)}
	switch v.Kind {
	case Bool:
		out.Bools = pick(v.Bools, sel)
	case Int, Long, Datetime, Timespan:
		out.Ints = pick(v.Ints, sel)
	case Real:
		out.Reals = pick(v.Reals, sel)
	case Decimal:
		out.Decimals = pick(v.Decimals, sel)
	case String:
		if v.Words != nil {
			return v.gatherCodes(sel)
		}
		if v.Spans != nil { // a missing row's span is empty, and so is its text
			out.Page, out.Spans = v.Page, pick(v.Spans, sel)
		} else {
			out.Strings = pick(v.Strings, sel)
		}
		return out
	case Guid:
		out.Guids = pick(v.Guids, sel)
	case Dynamic:
		if v.Spans != nil {
			out.Page, out.Spans = v.Page, pick(v.Spans, sel)
		} else {
			out.Dynamics = pick(v.Dynamics, sel)
		}
	}
	for i, row := range sel {
		if row == NoRow || v.Nulls != nil && v.Nulls.Has(int(row)) {
			out.Nulls = out.Nulls.Set(i, len(sel))
		}
	}
	return out
}

// partBits is how many bits of a row's number are its place in its part.
const partBits = 16

// GatherParts is Gather from plain vectors of 1 << 16 rows each, but the last, by the number of a row over all of them.
func GatherParts(kind Kind, parts []*Vector, rows []uint32) *Vector {
	out := &Vector{Kind: kind, N: len(rows)}
	switch kind {
	case Int, Long, Datetime, Timespan:
		out.Ints = pickParts(parts, rows, func(v *Vector) []int64 { return v.Ints })
	case Real:
		out.Reals = pickParts(parts, rows, func(v *Vector) []float64 { return v.Reals })
	case String:
		out.Strings = pickParts(parts, rows, func(v *Vector) []string { return v.Strings })
	default:
		b := NewBuilder(kind, len(rows))
		for _, r := range rows {
			b.AppendFrom(parts[r>>partBits], int(r&(1<<partBits-1)))
		}
		return b.Vector()
	}
	for i, r := range rows {
		if p := parts[r>>partBits]; p.Nulls != nil && p.Nulls.Has(int(r&(1<<partBits-1))) {
			out.Nulls = out.Nulls.Set(i, len(rows))
		}
	}
	return out
}

func pickParts[T any](parts []*Vector, rows []uint32, of func(*Vector) []T) []T {
	cells := make([][]T, len(parts))
	for i, p := range parts {
		cells[i] = of(p)
	}
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = cells[r>>partBits][r&(1<<partBits-1)]
	}
	return out
}

func pick[T any](from []T, sel []uint32) []T {
	out := make([]T, len(sel))
	for i, row := range sel {
		if row != NoRow {
			out[i] = from[row]
		}
	}
	return out
}

func gatherConst(v *Vector, sel []uint32) *Vector {
	for _, row := range sel {
		if row == NoRow {
			return gatherConstWithGaps(v, sel)
		}
	}
	out := *v
	out.N = len(sel)
	return &out
}

func gatherConstWithGaps(v *Vector, sel []uint32) *Vector {
	b := NewBuilder(v.Kind, len(sel))
	for _, row := range sel {
		if row == NoRow {
			b.AppendNull()
		} else {
			b.AppendFrom(v, 0)
		}
	}
	return b.Vector()
}

// Slice gives rows from to to, sharing storage.
func Slice(v *Vector, from, to int) *Vector {
	out := *v
	out.N = to - from
	if v.Const {
		return &out
	}
	switch v.Kind {
	case Bool:
		out.Bools = v.Bools[from:to:to]
	case Int, Long, Datetime, Timespan:
		out.Ints = v.Ints[from:to:to]
	case Real:
		out.Reals = v.Reals[from:to:to]
	case Decimal:
		out.Decimals = v.Decimals[from:to:to]
	case String:
		if v.Words != nil {
			out.Codes = v.Codes[from:to:to]
		} else if v.Spans != nil {
			out.Spans = v.Spans[from:to:to]
		} else {
			out.Strings = v.Strings[from:to:to]
		}
	case Guid:
		out.Guids = v.Guids[from:to:to]
	case Dynamic:
		if v.Spans != nil {
			out.Spans = v.Spans[from:to:to]
		} else {
			out.Dynamics = v.Dynamics[from:to:to]
		}
	}
	out.Nulls = v.Nulls.slice(from, to)
	return &out
}

// slice gives rows from to to as a set of its own; it shares storage where from is a multiple of 64.
func (b Bitmap) slice(from, to int) Bitmap {
	if b == nil || from>>6 >= len(b) {
		return nil
	}
	if from&63 == 0 {
		return b[from>>6 : min(len(b), (to+63)>>6)]
	}
	var out Bitmap
	for i := from; i < to; i++ {
		if b.Has(i) {
			out = out.Set(i-from, to-from)
		}
	}
	return out
}

// Concat joins vectors of one kind (or Int beside Long) end to end.
func Concat(kind Kind, parts ...*Vector) *Vector {
	if len(parts) == 1 && parts[0].Kind == kind {
		return parts[0]
	}
	n := 0
	for _, p := range parts {
		n += p.N
	}
	if words := sharedWords(parts); words != nil {
		codes := make([]uint32, 0, n)
		for _, p := range parts {
			codes = append(codes, p.Codes...)
		}
		return Coded(words, codes)
	}
	if joined := joinPacked(kind, parts, n); joined != nil {
		return joined
	}
	b := NewBuilder(kind, n)
	for _, p := range parts {
		b.AppendAll(p)
	}
	return b.Vector()
}

// Flat gives v without Const and not in a compact form: one physical value per row.
func Flat(v *Vector) *Vector {
	if !v.Const && !v.compact() {
		return v
	}
	b := NewBuilder(v.Kind, v.N)
	b.AppendAll(v)
	return b.Vector()
}

// GatherBatch is Gather on every column.
func GatherBatch(b Batch, sel []uint32) Batch {
	out := Batch{N: len(sel), Cols: make([]*Vector, len(b.Cols))}
	for i, v := range b.Cols {
		out.Cols[i] = Gather(v, sel)
	}
	return out
}

// SliceBatch is Slice on every column.
func SliceBatch(b Batch, from, to int) Batch {
	out := Batch{N: to - from, Cols: make([]*Vector, len(b.Cols))}
	for i, v := range b.Cols {
		out.Cols[i] = Slice(v, from, to)
	}
	return out
}

// Bytes estimates the memory that the vector holds, text included. Text shared with other vectors counts in each.
func (v *Vector) Bytes() int64 {
	n := int64(len(v.Nulls)*8 + len(v.Bools) + 8*len(v.Ints) + 8*len(v.Reals) + 16*len(v.Decimals) + 16*len(v.Guids))
	n += 16*int64(len(v.Strings)) + 4*int64(len(v.Codes)) + 8*int64(len(v.Spans))
	for _, s := range v.Spans {
		n += int64(s.To - s.From)
	}
	for _, s := range v.Strings {
		n += int64(len(s))
	}
	n += 48 * int64(len(v.Dynamics))
	for _, d := range v.Dynamics {
		n += d.size(3)
	}
	return n
}

// Bytes estimates the memory of a batch.
func (b Batch) Bytes() int64 {
	var n int64
	for _, v := range b.Cols {
		n += v.Bytes()
	}
	return n
}

// Bytes estimates the memory of a dynamic.
func (d Dyn) Bytes() int64 { return 48 + d.size(3) }

// size estimates a dynamic's memory, looking depth levels into values that were built.
func (d Dyn) size(depth int) int64 {
	if d.n == nil {
		return 0
	}
	n := int64(len(d.n.raw))
	t := d.n.tree.Load()
	if t == nil {
		return n
	}
	n += 160 + int64(len(t.text)) + 32*int64(len(t.items))
	for _, k := range t.keys {
		n += int64(len(k))
	}
	if depth > 0 && d.n.raw == "" {
		for _, item := range t.items {
			n += item.size(depth - 1)
		}
	}
	return n
}
