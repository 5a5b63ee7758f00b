// How much data values are, apart from the memory that holds them.

package value

// DataBytes is the size of a batch's values, row by row: 8 bytes a number or time, 16 a guid or decimal, 1 a bool, and the bytes of
// text and JSON. It is what a limit on results counts; Bytes is the memory, with Go's headers and without what rows share.
func (b Batch) DataBytes() int64 {
	var n int64
	for _, v := range b.Cols {
		n += v.dataBytes()
	}
	return n
}

func (v *Vector) dataBytes() int64 {
	rows, of := v.N, v.stored()
	var n int64
	switch v.Kind {
	case Bool:
		return int64(rows)
	case Guid, Decimal:
		return 16 * int64(rows)
	case String:
		for i := range of {
			n += int64(len(v.StringAt(i)))
		}
	case Dynamic:
		for i := range of {
			n += v.dynamicBytes(i)
		}
	default:
		return 8 * int64(rows)
	}
	if v.Const {
		n *= int64(rows)
	}
	return n
}

// stored is the number of values that the vector holds.
func (v *Vector) stored() int {
	if v.Const {
		return min(v.N, 1)
	}
	return v.N
}

func (v *Vector) dynamicBytes(i int) int64 {
	if v.Spans != nil {
		return int64(v.Spans[i].To - v.Spans[i].From)
	}
	d := v.Dynamics[i]
	if d.n != nil && d.n.raw != "" {
		return int64(len(d.n.raw))
	}
	return d.size(3)
}
