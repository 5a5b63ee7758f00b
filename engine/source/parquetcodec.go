// Decompression of Parquet's pages: never more than the page header claims, which was weighed before.

package source

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"
)

// parquetCodecs are the codecs that are read, by their number in the format. Each fills all of out from packed, or fails.
var parquetCodecs = map[format.CompressionCodec]func(out, packed []byte) error{
	format.Snappy: unpackSnappy,
	format.Gzip:   unpackGzip,
	format.Brotli: func(out, packed []byte) error { return fill(out, brotli.NewReader(bytes.NewReader(packed))) },
	format.Zstd:   unpackZstd,
	format.Lz4:    unpackFramedLZ4,
	format.Lz4Raw: unpackLZ4,
}

var errUnpackedSize = errors.New("its data doesn't unpack to the size that it claims")

// unpack gives the size bytes that packed stands for, in buffer if it has the room. What a codec panics about is an error of the
// file.
func unpack(codec format.CompressionCodec, buffer, packed []byte, size int) (out []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, fmt.Errorf("its compressed data: %v", p)
		}
	}()
	if codec == format.Uncompressed {
		if len(packed) != size {
			return nil, errUnpackedSize
		}
		return packed, nil
	}
	out = sized(buffer, size)
	if size == 0 {
		return out, nil
	}
	codecOf := parquetCodecs[codec]
	if codecOf == nil {
		return nil, unreadable(fmt.Sprintf("%v compression, which isn't read; write the file with zstd or snappy", codec))
	}
	return out, codecOf(out, packed)
}

// sized gives a slice of n bytes, buffer's if it is large enough.
func sized(buffer []byte, n int) []byte {
	if cap(buffer) < n {
		return make([]byte, n)
	}
	return buffer[:n]
}

// fill reads exactly len(out) bytes, after which in must end.
func fill(out []byte, in io.Reader) error {
	if _, err := io.ReadFull(in, out); err != nil {
		return err
	}
	var more [1]byte
	if n, _ := in.Read(more[:]); n > 0 {
		return errUnpackedSize
	}
	return nil
}

func unpackSnappy(out, packed []byte) error {
	n, err := snappy.DecodedLen(packed)
	if err != nil {
		return err
	}
	if n != len(out) {
		return errUnpackedSize
	}
	_, err = snappy.Decode(out, packed)
	return err
}

func unpackGzip(out, packed []byte) error {
	in, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	return fill(out, in)
}

// zstdReader is made when first needed; it keeps no more than its tables, and may be used by many at once.
var zstdReader = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderMaxMemory(1<<31))
})

func unpackZstd(out, packed []byte) error {
	d, err := zstdReader()
	if err != nil {
		return err
	}
	got, err := d.DecodeAll(packed, out[:0:len(out)])
	if err == nil && len(got) != len(out) {
		return errUnpackedSize
	}
	return err
}

func unpackLZ4(out, packed []byte) error {
	n, err := lz4.UncompressBlock(packed, out)
	if err == nil && n != len(out) {
		return errUnpackedSize
	}
	return err
}

// unpackFramedLZ4 reads what Hadoop's writers call LZ4: blocks with both sizes before each, big-endian. Others wrote one bare block
// under that name.
func unpackFramedLZ4(out, packed []byte) error {
	if unpackLZ4Frames(out, packed) == nil {
		return nil
	}
	return unpackLZ4(out, packed)
}

func unpackLZ4Frames(out, packed []byte) error {
	for len(packed) > 0 {
		if len(packed) < 8 {
			return errUnpackedSize
		}
		plain, size := binary.BigEndian.Uint32(packed), binary.BigEndian.Uint32(packed[4:])
		packed = packed[8:]
		if int64(plain) > int64(len(out)) || int64(size) > int64(len(packed)) {
			return errUnpackedSize
		}
		if err := unpackLZ4(out[:plain], packed[:size]); err != nil {
			return err
		}
		out, packed = out[plain:], packed[size:]
	}
	if len(out) > 0 {
		return errUnpackedSize
	}
	return nil
}
