package result

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/woodsbury/decimal128"

	"calypso/kusto/value"
)

// Dynamics in a file of a kept result. One that came as JSON lies as that text; one that was made lies as a tree with its types, which JSON
// hasn't.

// jsonDyn marks the text of a dynamic; the other marks are value.DynKind.
const jsonDyn = 255

// deepestDyn is how deep a tree is written and read; what lies deeper is written as JSON, which has bounds of its own.
const deepestDyn = 500

func appendDyn(out []byte, d value.Dyn, depth int) []byte {
	if text, ok := d.Raw(); ok {
		return appendLong(append(out, jsonDyn), text)
	}
	if depth > deepestDyn {
		return appendLong(append(out, jsonDyn), d.String())
	}
	out = append(out, byte(d.Kind()))
	switch d.Kind() {
	case value.DynBool, value.DynLong, value.DynDatetime, value.DynTimespan:
		return binary.AppendVarint(out, d.Long())
	case value.DynReal:
		return binary.LittleEndian.AppendUint64(out, math.Float64bits(d.Real()))
	case value.DynString:
		return appendLong(out, d.Str())
	case value.DynGuid:
		id := d.Guid()
		return append(out, id[:]...)
	case value.DynDecimal:
		out, _ = d.Decimal().AppendBinary(out) // never fails
	case value.DynArray, value.DynBag:
		out = binary.AppendUvarint(out, uint64(d.Len()))
		keys := d.Keys()
		for i, item := range d.Items() {
			if keys != nil {
				out = appendLong(out, keys[i])
			}
			out = appendDyn(out, item, depth+1)
		}
	}
	return out
}

// appendLong appends a text behind its length.
func appendLong(out []byte, s string) []byte {
	return append(binary.AppendUvarint(out, uint64(len(s))), s...)
}

func (r *columnReader) dynamics(v *value.Vector) {
	if v.N > len(r.in) { // each takes a byte at least
		r.err = errCut
		return
	}
	v.Dynamics = make([]value.Dyn, v.N)
	var slab value.DynSlab
	for i := range v.Dynamics {
		if v.Dynamics[i] = r.dyn(&slab, 0); r.err != nil {
			return
		}
	}
}

func (r *columnReader) dyn(slab *value.DynSlab, depth int) value.Dyn {
	mark := r.byte()
	if depth > deepestDyn+1 && r.err == nil {
		r.err = errors.New("it is nested too deep")
	}
	if r.err != nil {
		return value.Dyn{}
	}
	switch value.DynKind(mark) {
	case jsonDyn:
		return slab.Parse(r.cut(r.count()))
	case value.DynNull:
		return value.Dyn{}
	case value.DynBool:
		return value.DynOfBool(r.long() != 0)
	case value.DynLong:
		return value.DynOfLong(r.long())
	case value.DynDatetime:
		return value.DynOfDatetime(r.long())
	case value.DynTimespan:
		return value.DynOfTimespan(r.long())
	case value.DynReal:
		return value.DynOfReal(math.Float64frombits(r.word()))
	case value.DynString:
		return value.DynOfString(r.cut(r.count()))
	case value.DynGuid:
		var id [16]byte
		copy(id[:], r.take(16))
		return value.DynOfGuid(id)
	case value.DynDecimal:
		var d decimal128.Decimal
		if b := r.take(16); b != nil {
			_ = d.UnmarshalBinary(b) // fails for another length only
		}
		return value.DynOfDecimal(d)
	case value.DynArray:
		_, items := r.members(slab, depth, false)
		return value.NewArray(items)
	case value.DynBag:
		return value.NewBag(r.members(slab, depth, true))
	}
	r.err = errors.New("it has no type")
	return value.Dyn{}
}

func (r *columnReader) members(slab *value.DynSlab, depth int, keyed bool) (keys []string, items []value.Dyn) {
	for range r.count() {
		if keyed {
			keys = append(keys, r.cut(r.count()))
		}
		items = append(items, r.dyn(slab, depth+1))
		if r.err != nil {
			return nil, nil
		}
	}
	return keys, items
}

func (r *columnReader) long() int64 {
	x, size := binary.Varint(r.in)
	if size <= 0 {
		r.err = errors.Join(r.err, errCut)
		return 0
	}
	r.take(size)
	return x
}
