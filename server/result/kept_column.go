package result

import (
	"encoding/binary"
	"errors"
	"math"
	"unsafe"

	"github.com/woodsbury/decimal128"

	"calypso/kusto/value"
)

// How the rows of one column lie in a file of a kept result: exactly as they are in memory, in few bytes that are quick to read.
// Numbers lie as differences from the least of them, or from the one before, in as many bytes as those need; texts that repeat as a
// list of words.

// errCut says that there is less than there should be, or more.
var errCut = errors.New("it has another length than it says")

// Whether a column has nulls, which its bytes begin with.
const (
	noNulls = iota
	someNulls
)

// How strings lie.
const (
	plainTexts = iota // each for itself
	wordTexts         // numbers of words in a list
)

// appendColumn appends the rows of a vector that is neither constant nor compact.
func appendColumn(out []byte, v *value.Vector) []byte {
	if len(v.Nulls) == 0 {
		out = append(out, noNulls)
	} else {
		out = append(out, someNulls)
		for w := range (v.N + 63) / 64 {
			word := uint64(0)
			if w < len(v.Nulls) {
				word = v.Nulls[w]
			}
			out = binary.LittleEndian.AppendUint64(out, word)
		}
	}
	switch v.Kind {
	case value.Bool:
		return appendBools(out, v.Bools[:v.N])
	case value.Int, value.Long, value.Datetime, value.Timespan:
		return appendInts(out, v.Ints[:v.N])
	case value.Real:
		for _, x := range v.Reals[:v.N] {
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(x))
		}
	case value.Decimal:
		for _, x := range v.Decimals[:v.N] {
			out, _ = x.AppendBinary(out) // never fails
		}
	case value.String:
		return appendStrings(out, v)
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

func appendStrings(out []byte, v *value.Vector) []byte {
	if coded := value.Encoded(v, v.N/4); coded.Words != nil {
		out = binary.AppendUvarint(append(out, wordTexts), uint64(len(coded.Words.Texts)))
		out = appendTexts(out, coded.Words.Texts)
		codes := make([]int64, v.N)
		for i, c := range coded.Codes {
			codes[i] = int64(c)
		}
		return appendInts(out, codes)
	}
	return appendTexts(append(out, plainTexts), v.Strings[:v.N])
}

func appendTexts(out []byte, list []string) []byte {
	lengths := make([]int64, len(list))
	for i, s := range list {
		lengths[i] = int64(len(s))
	}
	out = appendInts(out, lengths)
	for _, s := range list {
		out = append(out, s...)
	}
	return out
}

// widths of packed numbers, in bytes; stepped marks those that are differences from the one before.
const (
	maxWidth = 8
	stepped  = 16
)

// appendInts appends numbers: width, the least, and each one's distance from that; or the same of the steps between them. Overflow wraps,
// and wraps back when it is read.
func appendInts(out []byte, list []int64) []byte {
	if len(list) == 0 {
		return out
	}
	width, least := spreadOf(list)
	steps := make([]int64, len(list)-1)
	for i := range steps {
		steps[i] = list[i+1] - list[i]
	}
	if stepWidth, leastStep := spreadOf(steps); stepWidth < width {
		out = append(out, byte(stepWidth|stepped))
		out = binary.LittleEndian.AppendUint64(out, uint64(list[0]))
		out = binary.LittleEndian.AppendUint64(out, uint64(leastStep))
		return appendPacked(out, steps, leastStep, stepWidth)
	}
	out = append(out, byte(width))
	out = binary.LittleEndian.AppendUint64(out, uint64(least))
	return appendPacked(out, list, least, width)
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

// columnReader reads what appendColumn wrote. Its first error stays.
type columnReader struct {
	in   []byte
	text string // the same bytes: what is cut from it needs no copy
	err  error
}

// readColumn gives n rows of a kind. Texts stay in the bytes, which mustn't change afterwards.
func readColumn(in []byte, kind value.Kind, n int) (*value.Vector, error) {
	r := &columnReader{in: in, text: unsafe.String(unsafe.SliceData(in), len(in))}
	v := &value.Vector{Kind: kind, N: n}
	if r.byte() == someNulls {
		v.Nulls = make(value.Bitmap, (n+63)/64)
		for i := range v.Nulls {
			v.Nulls[i] = r.word()
		}
	}
	r.rows(v)
	if r.err == nil && len(r.in) > 0 {
		r.err = errCut
	}
	return v, r.err
}

func (r *columnReader) rows(v *value.Vector) {
	switch v.Kind {
	case value.Bool:
		bits := r.take((v.N + 7) / 8)
		v.Bools = make([]bool, v.N)
		for i := range bits {
			for n := i * 8; n < min(i*8+8, v.N); n++ {
				v.Bools[n] = bits[i]&(1<<(n%8)) != 0
			}
		}
	case value.Int, value.Long, value.Datetime, value.Timespan:
		v.Ints = r.ints(v.N)
		if v.Kind == value.Int {
			r.within(v.Ints, math.MinInt32, math.MaxInt32)
		}
	case value.Real:
		body := r.take(v.N * 8)
		v.Reals = make([]float64, len(body)/8)
		for i := range v.Reals {
			v.Reals[i] = math.Float64frombits(binary.LittleEndian.Uint64(body[i*8:]))
		}
	case value.Decimal:
		body := r.take(v.N * 16)
		v.Decimals = make([]decimal128.Decimal, len(body)/16)
		for i := range v.Decimals {
			_ = v.Decimals[i].UnmarshalBinary(body[i*16 : i*16+16]) // fails for another length only
		}
	case value.String:
		v.Strings = r.strings(v.N)
	case value.Guid:
		body := r.take(v.N * 16)
		v.Guids = make([][16]byte, len(body)/16)
		for i := range v.Guids {
			copy(v.Guids[i][:], body[i*16:])
		}
	case value.Dynamic:
		r.dynamics(v)
	default:
		r.err = errors.New("it has no type")
	}
}

// take gives the next n bytes; none after an error.
func (r *columnReader) take(n int) []byte {
	if r.err == nil && (n < 0 || n > len(r.in)) {
		r.err = errCut
	}
	if r.err != nil {
		return nil
	}
	out := r.in[:n]
	r.in, r.text = r.in[n:], r.text[n:]
	return out
}

// cut is take for a text.
func (r *columnReader) cut(n int) string {
	was := r.text
	return was[:len(r.take(n))]
}

func (r *columnReader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *columnReader) word() uint64 {
	if b := r.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// count reads a number that can't be more than what there is bytes for.
func (r *columnReader) count() int {
	n, size := binary.Uvarint(r.in)
	if size <= 0 || n > uint64(len(r.in)) {
		r.err = errors.Join(r.err, errCut)
		return 0
	}
	r.take(size)
	return int(n)
}

func (r *columnReader) ints(n int) []int64 {
	if n == 0 || r.err != nil {
		return nil
	}
	how := r.byte()
	first, least, width := r.word(), uint64(0), int(how&^stepped)
	if width > maxWidth || width&(width-1) != 0 {
		r.err = errors.New("its numbers have an odd width")
		return nil
	}
	count := n
	if how&stepped != 0 {
		least, count = r.word(), n-1
	}
	body := r.take(count * width)
	if r.err != nil {
		return nil
	}
	out := make([]int64, n)
	if how&stepped == 0 {
		unpack(out, body, first, width)
		return out
	}
	unpack(out[1:], body, least, width)
	out[0] = int64(first)
	for i := 1; i < n; i++ {
		out[i] += out[i-1]
	}
	return out
}

func unpack(out []int64, body []byte, least uint64, width int) {
	switch width {
	case 0:
		for i := range out {
			out[i] = int64(least)
		}
	case 1:
		for i, d := range body {
			out[i] = int64(least + uint64(d))
		}
	case 2:
		for i := range out {
			out[i] = int64(least + uint64(binary.LittleEndian.Uint16(body[i*2:])))
		}
	case 4:
		for i := range out {
			out[i] = int64(least + uint64(binary.LittleEndian.Uint32(body[i*4:])))
		}
	case maxWidth:
		for i := range out {
			out[i] = int64(least + binary.LittleEndian.Uint64(body[i*8:]))
		}
	}
}

// within refuses numbers that the kind can't have, or that are no places.
func (r *columnReader) within(list []int64, least, most int64) {
	for _, x := range list {
		if x < least || x > most {
			r.err = errors.New("it has a number out of range")
			return
		}
	}
}

func (r *columnReader) strings(n int) []string {
	if r.byte() == plainTexts {
		return r.texts(n)
	}
	words := r.texts(r.count())
	codes := r.ints(n)
	r.within(codes, 0, int64(len(words))-1)
	if r.err != nil {
		return nil
	}
	out := make([]string, n)
	for i, c := range codes {
		out[i] = words[c]
	}
	return out
}

func (r *columnReader) texts(n int) []string {
	lengths := r.ints(n)
	r.within(lengths, 0, int64(len(r.in)))
	if r.err != nil {
		return nil
	}
	out := make([]string, n)
	for i, length := range lengths {
		out[i] = r.cut(int(length))
	}
	return out
}
