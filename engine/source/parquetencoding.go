// Parquet's encodings of values: from the bytes of a page to a page's values of one physical type. Every decoder gives exactly the
// number of values asked for and takes memory for no more, whatever the data claims.

package source

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/parquet-go/parquet-go/format"

	"calypso/kusto/value"
)

// rawValues are values of one physical type. They may share the page's bytes.
type rawValues struct {
	bools []bool
	ints  []int64   // INT32, sign extended, and INT64
	reals []float64 // FLOAT and DOUBLE
	data  []byte    // where byte arrays lie
	spans []span    // BYTE_ARRAY: each value's place in data
	width int       // FIXED_LEN_BYTE_ARRAY and INT96: the values' length, which lie one after the other; 0 for others
}

type span = value.Span

// bytesAt gives value i of byte arrays.
func (r *rawValues) bytesAt(i int) []byte {
	if r.width > 0 {
		return r.data[i*r.width : (i+1)*r.width]
	}
	return r.data[r.spans[i].From:r.spans[i].To]
}

// leafShape is how a column lies in a file.
type leafShape struct {
	physical       format.Type
	width          int // bytes of a value where that is fixed; 0 for BOOLEAN and BYTE_ARRAY
	maxDef, maxRep byte
}

// decode reads n values. Dictionary indices aren't values; see decodePicks.
func (l leafShape) decode(encoding format.Encoding, data []byte, n int) (rawValues, error) {
	switch encoding {
	case format.Plain:
		return l.plain(data, n)
	case format.RLE:
		if l.physical == format.Boolean {
			return decodeRLEBools(data, n)
		}
	case format.DeltaBinaryPacked:
		if l.physical == format.Int32 || l.physical == format.Int64 {
			ints, _, err := decodeDelta(data, n, l.physical == format.Int32)
			return rawValues{ints: ints}, err
		}
	case format.DeltaLengthByteArray:
		if l.physical == format.ByteArray {
			return decodeDeltaLengths(data, n)
		}
	case format.DeltaByteArray:
		if l.physical == format.ByteArray || l.physical == format.FixedLenByteArray {
			return l.decodeDeltaBytes(data, n)
		}
	case format.ByteStreamSplit:
		if l.width > 0 {
			return l.joinStreams(data, n)
		}
	}
	return rawValues{}, unreadable(fmt.Sprintf("%v encoding of %v, which isn't read; write the file with plain or dictionary encoding", encoding, l.physical))
}

// plain reads values as they are.
func (l leafShape) plain(data []byte, n int) (rawValues, error) {
	if l.physical == format.Boolean {
		return plainBools(data, n)
	}
	if l.physical == format.ByteArray {
		return plainBytes(data, n)
	}
	if n > len(data)/max(1, l.width) {
		return rawValues{}, io.ErrUnexpectedEOF
	}
	return l.fixed(data[:n*l.width], n), nil
}

// fixed reads n values of equal width from as many bytes as they need.
func (l leafShape) fixed(data []byte, n int) (raw rawValues) {
	switch l.physical {
	case format.Int32:
		raw.ints = make([]int64, n)
		for i := range raw.ints {
			raw.ints[i] = int64(int32(binary.LittleEndian.Uint32(data[4*i:])))
		}
	case format.Int64:
		raw.ints = make([]int64, n)
		for i := range raw.ints {
			raw.ints[i] = int64(binary.LittleEndian.Uint64(data[8*i:]))
		}
	case format.Float:
		raw.reals = make([]float64, n)
		for i := range raw.reals {
			raw.reals[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:])))
		}
	case format.Double:
		raw.reals = make([]float64, n)
		for i := range raw.reals {
			raw.reals[i] = math.Float64frombits(binary.LittleEndian.Uint64(data[8*i:]))
		}
	default:
		raw.data, raw.width = data, l.width
	}
	return raw
}

func plainBools(data []byte, n int) (rawValues, error) {
	if (n+7)/8 > len(data) {
		return rawValues{}, io.ErrUnexpectedEOF
	}
	bools := make([]bool, n)
	for i := range bools {
		bools[i] = data[i>>3]>>(i&7)&1 == 1
	}
	return rawValues{bools: bools}, nil
}

func plainBytes(data []byte, n int) (rawValues, error) {
	if n > len(data)/4 {
		return rawValues{}, io.ErrUnexpectedEOF
	}
	spans := make([]span, n)
	at := uint64(0)
	for i := range spans {
		if at+4 > uint64(len(data)) {
			return rawValues{}, io.ErrUnexpectedEOF
		}
		from := at + 4
		at = from + uint64(binary.LittleEndian.Uint32(data[at:]))
		if at > uint64(len(data)) {
			return rawValues{}, io.ErrUnexpectedEOF
		}
		spans[i] = span{From: uint32(from), To: uint32(at)}
	}
	return rawValues{data: data, spans: spans}, nil
}

// joinStreams reads values whose first bytes come first, then their second bytes, and so on.
func (l leafShape) joinStreams(data []byte, n int) (rawValues, error) {
	if n > len(data)/l.width {
		return rawValues{}, io.ErrUnexpectedEOF
	}
	stride := len(data) / l.width
	joined := make([]byte, n*l.width)
	for b := range l.width {
		stream := data[b*stride:]
		for i := range n {
			joined[i*l.width+b] = stream[i]
		}
	}
	return l.fixed(joined, n), nil
}

func decodeRLEBools(data []byte, n int) (rawValues, error) {
	data, _, err := lengthPrefixed(data)
	if err != nil {
		return rawValues{}, err
	}
	bits, err := decodeHybrid[byte](data, 1, n)
	if err != nil {
		return rawValues{}, err
	}
	bools := make([]bool, n)
	for i, b := range bits {
		bools[i] = b == 1
	}
	return rawValues{bools: bools}, nil
}

// lengthPrefixed parts data with its length before it from what follows.
func lengthPrefixed(data []byte) (of, rest []byte, err error) {
	if len(data) < 4 {
		return nil, nil, io.ErrUnexpectedEOF
	}
	n := int64(binary.LittleEndian.Uint32(data))
	if n > int64(len(data)-4) {
		return nil, nil, io.ErrUnexpectedEOF
	}
	return data[4 : 4+n], data[4+n:], nil
}

// decodePicks reads indices into a dictionary of words entries: a byte tells their width.
func decodePicks(data []byte, n, words int) ([]uint32, error) {
	if len(data) == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	width := uint(data[0])
	if width > 32 {
		return nil, fmt.Errorf("dictionary indices of %d bits", width)
	}
	picks, err := decodeHybrid[uint32](data[1:], width, n)
	if len(picks) > 0 && slices.Max(picks) >= uint32(words) {
		return nil, fmt.Errorf("an index beyond its dictionary of %d entries", words)
	}
	return picks, err
}

// decodeHybrid reads n numbers of width bits, at most 32, in runs: of one number repeated, or of eight times a count packed.
func decodeHybrid[T byte | uint32](data []byte, width uint, n int) ([]T, error) {
	out := make([]T, n)
	if width == 0 {
		return out, nil
	}
	size := int(width+7) / 8
	for at := 0; at < n; {
		head, used := binary.Uvarint(data)
		if used <= 0 {
			return nil, io.ErrUnexpectedEOF
		}
		data = data[used:]
		count := head >> 1
		if head&1 == 0 {
			if len(data) < size {
				return nil, io.ErrUnexpectedEOF
			}
			var word [4]byte
			copy(word[:], data[:size])
			data = data[size:]
			run := out[at : at+int(min(count, uint64(n-at)))]
			x := T(binary.LittleEndian.Uint32(word[:]) & uint32(1<<width-1))
			for i := range run {
				run[i] = x
			}
			at += len(run)
			continue
		}
		run := out[at:]
		if count < uint64(len(run)+7)/8 {
			run = run[:count*8]
		}
		if (len(run)*int(width)+7)/8 > len(data) {
			return nil, io.ErrUnexpectedEOF
		}
		unpackBits(run, data, width)
		data = data[min(uint64(len(data)), count*uint64(width)):]
		at += len(run)
	}
	return out, nil
}

// unpackBits reads len(out) numbers of width bits, 1 to 32, lowest bits first, from data that has them all.
func unpackBits[T byte | uint32](out []T, data []byte, width uint) {
	mask := uint64(1)<<width - 1
	done, whole := 0, 0 // whole is how many can be read by loading eight bytes
	if len(data) >= 8 {
		whole = min(len(out), int(uint(len(data)-8)*8/width)+1)
	}
	if width <= 8 {
		done = whole &^ 7
		unpackEights(out[:done], data, width)
	}
	at := uint(done) * width
	for i := done; i < whole; i++ {
		out[i] = T(binary.LittleEndian.Uint64(data[at>>3:]) >> (at & 7) & mask)
		at += width
	}
	for i := whole; i < len(out); i++ {
		var last [8]byte
		copy(last[:], data[at>>3:])
		out[i] = T(binary.LittleEndian.Uint64(last[:]) >> (at & 7) & mask)
		at += width
	}
}

// unpackEights reads numbers of at most 8 bits, a multiple of eight of them: eight begin at a byte and take as many as their width.
func unpackEights[T byte | uint32](out []T, data []byte, width uint) {
	mask := uint64(1)<<width - 1
	for ; len(out) >= 8; out, data = out[8:], data[width:] {
		x, eight := binary.LittleEndian.Uint64(data), out[:8]
		eight[0] = T(x & mask)
		eight[1] = T(x >> width & mask)
		eight[2] = T(x >> (2 * width) & mask)
		eight[3] = T(x >> (3 * width) & mask)
		eight[4] = T(x >> (4 * width) & mask)
		eight[5] = T(x >> (5 * width) & mask)
		eight[6] = T(x >> (6 * width) & mask)
		eight[7] = T(x >> (7 * width) & mask)
	}
}
