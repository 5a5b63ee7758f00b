// A look at the page headers of a column before the library reads it: it takes memory for whatever a header claims, so that a file
// of a few bytes could ask for gigabytes.

package source

import (
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

const (
	// plainPage is the size up to which a page's claim is believed; a bigger one must have compressed data to show for it.
	plainPage = 64 << 20
	// mostShrunk is how much of a bigger page a compressed byte may stand for. No general compressor does better on real data.
	mostShrunk = 1100
	// mostValues bounds the values of a page, which may take no bytes at all when they are all alike.
	mostValues = 64 << 20
)

// checkPages walks over the page headers of a column chunk.
func checkPages(in io.ReaderAt, size int64, chunk *format.ColumnMetaData) error {
	at := chunk.DataPageOffset
	if chunk.DictionaryPageOffset != 0 {
		at = chunk.DictionaryPageOffset
	}
	end := at + chunk.TotalCompressedSize
	if at < 0 || end < at || end > size {
		return fmt.Errorf("its data would lie at bytes %d to %d of %d", at, end, size)
	}
	for at < end {
		header, length, err := readPageHeader(in, at, end)
		if err != nil {
			return err
		}
		if err := checkPage(header, end-at-int64(length)); err != nil {
			return fmt.Errorf("the page at byte %d %w", at, err)
		}
		at += int64(length) + int64(header.CompressedPageSize)
	}
	return nil
}

// readPageHeader reads the header at a place, trying a small read first.
func readPageHeader(in io.ReaderAt, at, end int64) (header *format.PageHeader, length int, err error) {
	protocol := &thrift.CompactProtocol{}
	for _, room := range []int64{512, 16 << 10, 1 << 20} {
		buffer := make([]byte, min(room, end-at))
		if _, err := in.ReadAt(buffer, at); err != nil && err != io.EOF {
			return nil, 0, err
		}
		header = new(format.PageHeader)
		r := protocol.NewReaderFromBytes(buffer)
		if err = thrift.NewDecoder(r).Decode(header); err == nil {
			return header, r.BytesRead(), nil
		}
		if int64(len(buffer)) == end-at {
			break
		}
	}
	return nil, 0, fmt.Errorf("the page at byte %d has no header: %w", at, err)
}

// checkPage compares a header's claims with the room that is left in the chunk.
func checkPage(h *format.PageHeader, room int64) error {
	packed, plain := int64(h.CompressedPageSize), int64(h.UncompressedPageSize)
	if packed < 0 || plain < 0 || packed > room {
		return errors.New("claims more bytes than there are")
	}
	if plain > plainPage && plain > packed*mostShrunk {
		return fmt.Errorf("claims %d MB from %d bytes", plain>>20, packed)
	}
	values := max(h.DataPageHeader.V.NumValues, h.DataPageHeaderV2.V.NumValues, h.DictionaryPageHeader.V.NumValues)
	if values > mostValues {
		return fmt.Errorf("claims %d values", values)
	}
	return nil
}
