// Thrift, the encoding of Parquet's footer and page headers. Lists and texts tell their length first, and the library takes memory
// for whatever they tell; so the bytes are walked over before it decodes them, and what isn't there isn't believed.

package source

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/encoding/thrift"
)

// Types of the compact protocol, as they stand in the low half of a field's or list's first byte.
const (
	thriftTrue   = 1 // as a field the type is the value; in a list a byte follows, as for false
	thriftFalse  = 2
	thriftByte   = 3
	thriftI64    = 6 // 4 and 5 are the shorter ones, written alike
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
	thriftUUID   = 13
)

// thriftDepth is deeper than any structure of the format.
const thriftDepth = 32

// decodeThrift decodes the structure at the start of data and tells its length. What it decodes to may share data's bytes.
func decodeThrift(data []byte, into any) (length int, err error) {
	w := thriftWalk{data: data}
	if err := w.fields(thriftDepth); err != nil {
		return 0, err
	}
	// A structure takes some hundred bytes of memory, and no real one as few bytes in the file.
	if w.structs > 1024+w.at/8 {
		return 0, fmt.Errorf("%d entries in %d bytes", w.structs, w.at)
	}
	protocol := &thrift.CompactProtocol{}
	return w.at, thrift.NewDecoder(protocol.NewReaderFromBytes(data[:w.at])).Decode(into)
}

// thriftWalk steps over a structure. Every element of a list takes a byte at least, so that the walk ends with the data.
type thriftWalk struct {
	data    []byte
	at      int
	structs int // elements of lists of structures
}

var errDeepThrift = errors.New("structures nest too deep")

func (w *thriftWalk) fields(depth int) error {
	if depth == 0 {
		return errDeepThrift
	}
	for {
		head, err := w.byte()
		if err != nil || head == 0 {
			return err
		}
		if head>>4 == 0 { // the field's number follows
			if _, err := w.varint(); err != nil {
				return err
			}
		}
		kind := head & 15
		if kind == thriftTrue || kind == thriftFalse {
			continue
		}
		if err := w.value(kind, depth); err != nil {
			return err
		}
	}
}

func (w *thriftWalk) value(kind byte, depth int) error {
	switch {
	case kind <= thriftByte && kind > 0:
		return w.skip(1)
	case kind > thriftByte && kind <= thriftI64:
		_, err := w.varint()
		return err
	case kind == thriftDouble:
		return w.skip(8)
	case kind == thriftUUID:
		return w.skip(16)
	case kind == thriftBinary:
		n, err := w.varint()
		if err != nil {
			return err
		}
		return w.skip(n)
	case kind == thriftList || kind == thriftSet:
		return w.list(depth)
	case kind == thriftMap:
		return w.mapping(depth)
	case kind == thriftStruct:
		return w.fields(depth - 1)
	}
	return fmt.Errorf("unknown type %d", kind)
}

func (w *thriftWalk) list(depth int) error {
	if depth == 0 {
		return errDeepThrift
	}
	head, err := w.byte()
	if err != nil {
		return err
	}
	n, kind := uint64(head>>4), head&15
	if n == 15 {
		if n, err = w.varint(); err != nil {
			return err
		}
	}
	if kind == thriftStruct {
		w.structs += int(min(n, uint64(len(w.data))))
	}
	for range n {
		if err := w.value(kind, depth-1); err != nil {
			return err
		}
	}
	return nil
}

func (w *thriftWalk) mapping(depth int) error {
	if depth == 0 {
		return errDeepThrift
	}
	n, err := w.varint()
	if err != nil || n == 0 {
		return err
	}
	kinds, err := w.byte()
	if err != nil {
		return err
	}
	for range n {
		if err := w.value(kinds>>4, depth-1); err != nil {
			return err
		}
		if err := w.value(kinds&15, depth-1); err != nil {
			return err
		}
	}
	return nil
}

func (w *thriftWalk) byte() (byte, error) {
	if w.at == len(w.data) {
		return 0, io.ErrUnexpectedEOF
	}
	w.at++
	return w.data[w.at-1], nil
}

func (w *thriftWalk) skip(n uint64) error {
	if n > uint64(len(w.data)-w.at) {
		return io.ErrUnexpectedEOF
	}
	w.at += int(n)
	return nil
}

func (w *thriftWalk) varint() (uint64, error) {
	x, n := binary.Uvarint(w.data[w.at:])
	if n == 0 {
		return 0, io.ErrUnexpectedEOF
	}
	if n < 0 {
		return 0, errors.New("a number of more than 64 bits")
	}
	w.at += n
	return x, nil
}
