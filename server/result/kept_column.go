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

// widths of packed numbers, in bytes; stepped marks those that are differences from the one before.
const (
	maxWidth = 8
	stepped  = 16
)

// columnReader reads what columnWriter wrote. Its first error stays.
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
