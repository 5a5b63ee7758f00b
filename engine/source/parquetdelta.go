// Parquet's delta encodings: numbers as differences from the one before, byte arrays as what they share with the one before.

package source

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// mostExpanded bounds what byte arrays that share their beginnings may take once they stand alone.
const mostExpanded = 512 << 20

// decodeDelta reads n numbers and gives what follows them. A block has a smallest difference, and a bit width for each of its
// miniblocks of packed differences above it.
func decodeDelta(data []byte, n int, narrow bool) (out []int64, rest []byte, err error) {
	d := deltaStream{data: data}
	block, minis, total, first := d.uvarint(), d.uvarint(), d.uvarint(), d.varint()
	switch {
	case d.err != nil:
		return nil, nil, d.err
	case minis == 0 || minis > 1<<16 || block == 0 || block > 1<<20 || block%minis != 0 || block/minis%8 != 0:
		return nil, nil, fmt.Errorf("delta blocks of %d numbers in %d parts", block, minis)
	case total != uint64(n):
		return nil, nil, fmt.Errorf("%d numbers where %d are due", total, n)
	}
	out = make([]int64, n)
	if n == 0 {
		return out, d.data, nil
	}
	out[0] = first
	size := int(block / minis)
	for at := 1; at < n; {
		least := d.varint()
		widths := d.take(int(minis))
		if d.err != nil {
			return nil, nil, d.err
		}
		for _, width := range widths {
			if at == n {
				break
			}
			if width > 64 {
				return nil, nil, fmt.Errorf("differences of %d bits", width)
			}
			part := out[at:min(n, at+size)]
			if err := d.miniblock(part, size, uint(width)); err != nil {
				return nil, nil, err
			}
			last := out[at-1]
			for i := range part {
				last += part[i] + least
				part[i] = last
			}
			at += len(part)
		}
	}
	if narrow { // differences wrap around at 32 bits
		for i, x := range out {
			out[i] = int64(int32(x))
		}
	}
	return out, d.data, nil
}

// deltaStream reads the parts of a delta encoding; after an error all that it gives is 0.
type deltaStream struct {
	data []byte
	err  error
}

func (d *deltaStream) uvarint() uint64 {
	x, n := binary.Uvarint(d.data)
	if n <= 0 {
		d.data, d.err = nil, io.ErrUnexpectedEOF
		return 0
	}
	d.data = d.data[n:]
	return x
}

func (d *deltaStream) varint() int64 {
	u := d.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func (d *deltaStream) take(n int) []byte {
	if n > len(d.data) {
		d.data, d.err = nil, io.ErrUnexpectedEOF
		return nil
	}
	part := d.data[:n]
	d.data = d.data[n:]
	return part
}

// miniblock reads the first numbers of a miniblock of size. The last one of a page may be cut behind them.
func (d *deltaStream) miniblock(out []int64, size int, width uint) error {
	if (len(out)*int(width)+7)/8 > len(d.data) {
		return io.ErrUnexpectedEOF
	}
	part := d.data[:min(len(d.data), size*int(width)/8)]
	d.data = d.data[len(part):]
	if width == 0 {
		clear(out)
		return nil
	}
	mask := ^uint64(0) >> (64 - width)
	at := uint(0)
	for i := range out {
		var word [9]byte
		copy(word[:], part[at>>3:])
		x := binary.LittleEndian.Uint64(word[:]) >> (at & 7)
		if at&7 > 0 {
			x |= uint64(word[8]) << (64 - at&7)
		}
		out[i] = int64(x & mask)
		at += width
	}
	return nil
}

// decodeDeltaLengths reads byte arrays whose lengths come first.
func decodeDeltaLengths(data []byte, n int) (rawValues, error) {
	lengths, data, err := decodeDelta(data, n, true)
	if err != nil {
		return rawValues{}, err
	}
	spans := make([]span, n)
	at := int64(0)
	for i, length := range lengths {
		if length < 0 || length > int64(len(data))-at {
			return rawValues{}, io.ErrUnexpectedEOF
		}
		spans[i] = span{From: uint32(at), To: uint32(at + length)}
		at += length
	}
	return rawValues{data: data, spans: spans}, nil
}

// decodeDeltaBytes reads byte arrays that begin as the one before them.
func (l leafShape) decodeDeltaBytes(data []byte, n int) (rawValues, error) {
	prefixes, data, err := decodeDelta(data, n, true)
	if err != nil {
		return rawValues{}, err
	}
	tails, err := decodeDeltaLengths(data, n)
	if err != nil {
		return rawValues{}, err
	}
	total := int64(0)
	for i, p := range prefixes {
		s := tails.spans[i]
		if total += p + int64(s.To-s.From); p < 0 || total > mostExpanded {
			return rawValues{}, errors.New("byte arrays that share too much")
		}
	}
	out := rawValues{data: make([]byte, 0, total), spans: make([]span, n)}
	before := span{}
	for i, p := range prefixes {
		if p > int64(before.To-before.From) {
			return rawValues{}, errors.New("a byte array that shares more than there is")
		}
		from := len(out.data)
		out.data = append(out.data, out.data[before.From:int64(before.From)+p]...)
		out.data = append(out.data, tails.bytesAt(i)...)
		before = span{From: uint32(from), To: uint32(len(out.data))}
		out.spans[i] = before
		if l.width > 0 && len(out.data)-from != l.width {
			return rawValues{}, fmt.Errorf("a value of %d bytes where %d are due", len(out.data)-from, l.width)
		}
	}
	if l.width > 0 {
		out.spans, out.width = nil, l.width
	}
	return out, nil
}
