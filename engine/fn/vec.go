// Vectors as the kernels see them: typed slices, masks, and one place where nulls are put on a result.

package fn

import (
	"github.com/woodsbury/decimal128"

	"calypso/kusto/value"
)

// cell is a type of storage of a vector. One Go type may stand for several kinds: int64 is int, long, datetime, timespan.
type cell interface {
	bool | int64 | float64 | decimal128.Decimal | string | [16]byte | value.Dyn
}

// cells gives a vector's storage; the type must fit its kind.
func cells[T cell](v *value.Vector) []T {
	var out []T
	switch p := any(&out).(type) {
	case *[]bool:
		*p = v.Bools
	case *[]int64:
		*p = v.Ints
	case *[]float64:
		*p = v.Reals
	case *[]decimal128.Decimal:
		*p = v.Decimals
	case *[]string:
		*p = v.Strings
	case *[][16]byte:
		*p = v.Guids
	case *[]value.Dyn:
		*p = v.Dynamics
	}
	return out
}

// vectorOf makes a vector of n rows over data. Null rows get the zero value; strings lose their nulls, dynamics that are
// null become null rows.
func vectorOf[T cell](kind value.Kind, data []T, nulls value.Bitmap) *value.Vector {
	n := len(data)
	v := &value.Vector{Kind: kind, N: n}
	var zero T
	for w, word := range nulls {
		for ; word != 0; word &= word - 1 {
			if i := w<<6 + lowBit(word); i < n {
				data[i] = zero
			}
		}
	}
	v.Nulls = nulls
	switch d := any(data).(type) {
	case []bool:
		v.Bools = d
	case []int64:
		v.Ints = d
	case []float64:
		v.Reals = d
	case []decimal128.Decimal:
		v.Decimals = d
	case []string:
		v.Strings, v.Nulls = d, nil
	case [][16]byte:
		v.Guids = d
	case []value.Dyn:
		v.Dynamics, v.Nulls = d, nullDyns(d, nulls)
	}
	return v
}

func nullDyns(data []value.Dyn, nulls value.Bitmap) value.Bitmap {
	out, own := nulls, false
	for i, d := range data {
		if d.IsNull() && !out.Has(i) {
			if !own {
				out, own = cloneNulls(out), true
			}
			out = out.Set(i, len(data))
		}
	}
	return out
}

func cloneNulls(b value.Bitmap) value.Bitmap {
	if b == nil {
		return nil
	}
	return append(value.Bitmap(nil), b...)
}

// constant makes a vector of one value that stands for n rows.
func constant[T cell](kind value.Kind, x T, null bool, n int) *value.Vector {
	var nulls value.Bitmap
	if null {
		nulls = value.Bitmap{1}
	}
	v := vectorOf(kind, []T{x}, nulls)
	v.Const, v.N = true, n
	return v
}

// isNull tells whether row i is null, a dynamic that holds null included.
func isNull(v *value.Vector, i int) bool {
	if v.IsNull(i) {
		return true
	}
	return v.Kind == value.Dynamic && v.Dynamics[i&v.Mask()].IsNull()
}

// mayHaveNulls is false when no row of v can be null.
func mayHaveNulls(v *value.Vector) bool {
	if v.Kind == value.Dynamic {
		return true
	}
	for _, w := range v.Nulls {
		if w != 0 {
			return true
		}
	}
	return false
}

// eitherNull is the set of the n rows in which any of the vectors is null. The result is the caller's to change.
func eitherNull(n int, vectors ...*value.Vector) value.Bitmap {
	var out value.Bitmap
	words := (n + 63) >> 6
	for _, v := range vectors {
		if !mayHaveNulls(v) {
			continue
		}
		if out == nil {
			out = make(value.Bitmap, words)
		}
		if v.Const {
			if isNull(v, 0) {
				fillNulls(out, n)
			}
			continue
		}
		for w := 0; w < words && w < len(v.Nulls); w++ {
			out[w] |= v.Nulls[w]
		}
		if v.Kind == value.Dynamic {
			for i := range min(n, len(v.Dynamics)) {
				if v.Dynamics[i].IsNull() {
					out = out.Set(i, n)
				}
			}
		}
	}
	trimNulls(out, n)
	return out
}

// trimNulls drops the marks beyond row n.
func trimNulls(b value.Bitmap, n int) {
	if r := uint(n) & 63; r != 0 && len(b) == (n+63)>>6 {
		b[len(b)-1] &= 1<<r - 1
	}
}

func fillNulls(b value.Bitmap, n int) {
	for i := range b {
		b[i] = ^uint64(0)
	}
	trimNulls(b, n)
}

// flat gives v as a vector of n physical rows, so that it may be sliced and indexed directly.
func flat(v *value.Vector, n int) *value.Vector {
	if !v.Const {
		return v
	}
	switch v.Kind {
	case value.Bool:
		return flatCells[bool](v, n)
	case value.Real:
		return flatCells[float64](v, n)
	case value.Decimal:
		return flatCells[decimal128.Decimal](v, n)
	case value.String:
		return flatCells[string](v, n)
	case value.Guid:
		return flatCells[[16]byte](v, n)
	case value.Dynamic:
		return flatCells[value.Dyn](v, n)
	}
	return flatCells[int64](v, n)
}

func flatCells[T cell](v *value.Vector, n int) *value.Vector {
	out := make([]T, n)
	x := cells[T](v)[0]
	for i := range out {
		out[i] = x
	}
	return vectorOf(v.Kind, out, eitherNull(n, v))
}
