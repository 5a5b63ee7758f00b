package result

import (
	"encoding/binary"
	"math"

	"calypso/kusto/value"
)

// columnWriter writes the rows of one column after the other. What it needs on the way serves the next one too: a large result makes no
// garbage of its own size while somebody looks at it.
type columnWriter struct {
	out     []byte
	nulls   value.Bitmap
	bools   []bool
	ints    []int64
	lengths []int64
	steps   []int64
	codes   map[string]int64 // by word
	words   []string
}

// column gives the bytes of rows, until it is called again; parts are those rows end to end, plain ones.
func (w *columnWriter) column(kind value.Kind, parts []*value.Vector) []byte {
	w.out = w.out[:0]
	w.appendNulls(parts)
	switch kind {
	case value.Bool:
		w.bools = w.bools[:0]
		for _, p := range parts {
			w.bools = append(w.bools, p.Bools[:p.N]...)
		}
		w.out = appendBools(w.out, w.bools)
	case value.Int, value.Long, value.Datetime, value.Timespan:
		w.ints = w.ints[:0]
		for _, p := range parts {
			w.ints = append(w.ints, p.Ints[:p.N]...)
		}
		w.appendInts(w.ints)
	case value.String:
		w.appendStrings(parts)
	default:
		for _, p := range parts {
			w.out = appendOthers(w.out, p)
		}
	}
	return w.out
}

// appendOthers appends rows that lie one after the other as they are.
func appendOthers(out []byte, v *value.Vector) []byte {
	switch v.Kind {
	case value.Real:
		for _, x := range v.Reals[:v.N] {
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(x))
		}
	case value.Decimal:
		for _, x := range v.Decimals[:v.N] {
			out, _ = x.AppendBinary(out) // never fails
		}
	case value.Guid:
		for _, x := range v.Guids[:v.N] {
			out = append(out, x[:]...)
		}
	case value.Dynamic:
		for _, x := range v.Dynamics[:v.N] {
			out = appendDyn(out, x, 0)
		}
	}
	return out
}

func (w *columnWriter) appendNulls(parts []*value.Vector) {
	clear(w.nulls)
	rows, some := 0, false
	for _, p := range parts {
		for i := range min(p.N, len(p.Nulls)*64) {
			if p.Nulls.Has(i) {
				w.nulls, some = w.nulls.Set(rows+i, 0), true
			}
		}
		rows += p.N
	}
	if !some {
		w.out = append(w.out, noNulls)
		return
	}
	w.out = append(w.out, someNulls)
	for i := range (rows + 63) / 64 {
		word := uint64(0)
		if i < len(w.nulls) {
			word = w.nulls[i]
		}
		w.out = binary.LittleEndian.AppendUint64(w.out, word)
	}
}

func appendBools(out []byte, list []bool) []byte {
	at := len(out)
	out = append(out, make([]byte, (len(list)+7)/8)...)
	for i, x := range list {
		if x {
			out[at+i/8] |= 1 << (i % 8)
		}
	}
	return out
}

func (w *columnWriter) appendStrings(parts []*value.Vector) {
	defer func() { // they are the result's, which may go before the writer
		clear(w.codes)
		clear(w.words)
	}()
	if !w.coded(parts) {
		w.out = append(w.out, plainTexts)
		w.appendTexts(parts)
		return
	}
	w.out = binary.AppendUvarint(append(w.out, wordTexts), uint64(len(w.words)))
	w.appendTexts([]*value.Vector{{Kind: value.String, N: len(w.words), Strings: w.words}})
	w.appendInts(w.ints)
}

// coded makes ints the numbers of texts in words; false when a quarter of them are different.
func (w *columnWriter) coded(parts []*value.Vector) bool {
	if w.codes == nil {
		w.codes = map[string]int64{}
	}
	w.ints, w.words = w.ints[:0], w.words[:0]
	rows := 0
	for _, p := range parts {
		rows += p.N
	}
	for _, p := range parts {
		for _, s := range p.Strings[:p.N] {
			code, known := w.codes[s]
			if !known {
				if code = int64(len(w.words)); len(w.words) == rows/4 {
					return false
				}
				w.codes[s], w.words = code, append(w.words, s)
			}
			w.ints = append(w.ints, code)
		}
	}
	return true
}

func (w *columnWriter) appendTexts(parts []*value.Vector) {
	w.lengths = w.lengths[:0]
	for _, p := range parts {
		for _, s := range p.Strings[:p.N] {
			w.lengths = append(w.lengths, int64(len(s)))
		}
	}
	w.appendInts(w.lengths)
	for _, p := range parts {
		for _, s := range p.Strings[:p.N] {
			w.out = append(w.out, s...)
		}
	}
}

// appendInts appends numbers: width, the least, and each one's distance from that; or the same of the steps between them. Overflow wraps,
// and wraps back when it is read.
func (w *columnWriter) appendInts(list []int64) {
	if len(list) == 0 {
		return
	}
	width, least := spreadOf(list)
	w.steps = w.steps[:0]
	for i, x := range list[1:] {
		w.steps = append(w.steps, x-list[i])
	}
	if stepWidth, leastStep := spreadOf(w.steps); stepWidth < width {
		w.out = append(w.out, byte(stepWidth|stepped))
		w.out = binary.LittleEndian.AppendUint64(w.out, uint64(list[0]))
		w.out = binary.LittleEndian.AppendUint64(w.out, uint64(leastStep))
		w.out = appendPacked(w.out, w.steps, leastStep, stepWidth)
		return
	}
	w.out = append(w.out, byte(width))
	w.out = binary.LittleEndian.AppendUint64(w.out, uint64(least))
	w.out = appendPacked(w.out, list, least, width)
}

// spreadOf is the least number, and how many bytes the distances from it take.
func spreadOf(list []int64) (width int, least int64) {
	if len(list) == 0 {
		return 0, 0
	}
	least, most := list[0], list[0]
	for _, x := range list {
		least, most = min(least, x), max(most, x)
	}
	switch distance := uint64(most) - uint64(least); {
	case distance == 0:
		return 0, least
	case distance <= math.MaxUint8:
		return 1, least
	case distance <= math.MaxUint16:
		return 2, least
	case distance <= math.MaxUint32:
		return 4, least
	}
	return maxWidth, least
}

func appendPacked(out []byte, list []int64, least int64, width int) []byte {
	for _, x := range list {
		d := uint64(x) - uint64(least)
		for range width {
			out = append(out, byte(d))
			d >>= 8
		}
	}
	return out
}
