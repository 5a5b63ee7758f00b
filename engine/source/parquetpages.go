// The pages of a Parquet column chunk, one after the other: headers are read and weighed first, then the page is unpacked, its levels
// and values decoded and converted at once, a dictionary's values only once.

package source

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go/format"

	"calypso/kusto/value"
)

const (
	// plainPage is the size up to which a page's claim is believed; a bigger one must have compressed data to show for it.
	plainPage = 64 << 20
	// mostShrunk is how much of a bigger page a compressed byte may stand for. No general compressor does better on real data.
	mostShrunk = 1100
	// mostValues bounds the values of a page, which may take no bytes at all when they are all alike.
	mostValues = 64 << 20
)

// columnPage is a decoded page.
type columnPage struct {
	values   int           // with nulls and empty lists
	def, rep []byte        // a level for each value; nil where the column has none, or no value is missing
	dense    *value.Vector // the page's values without nulls, or the dictionary's
	picks    []uint32      // indices into dense; nil when dense is the page's own
}

// pageReader reads the pages of a chunk. Its buffers are used again for the next page.
type pageReader struct {
	in     io.ReaderAt
	chunk  *format.ColumnMetaData
	scalar parquetScalar
	shape  leafShape

	at, end int64 // bytes of the file: the next header, and the chunk's end
	left    int64 // values in the pages that follow
	header  *format.PageHeader
	body    int64 // where header's page begins

	packed, plain []byte
	words         *value.Vector // the dictionary, nil before it was read
	coded         *value.Words  // the dictionary of a string column, and "" after it, which stands for null; nil for others
	nullCode      uint32        // where that "" is
}

// newPageReader checks where the chunk lies.
func newPageReader(in io.ReaderAt, size int64, chunk *format.ColumnMetaData, scalar parquetScalar) (*pageReader, error) {
	at := chunk.DataPageOffset
	if d := chunk.DictionaryPageOffset; d > 0 && d < at {
		at = d
	}
	end := at + chunk.TotalCompressedSize
	if at < 0 || end < at || end > size {
		return nil, fmt.Errorf("its data would lie at bytes %d to %d of %d", at, end, size)
	}
	return &pageReader{in: in, chunk: chunk, scalar: scalar, shape: scalar.shape, at: at, end: end, left: chunk.NumValues}, nil
}

// rewind goes back to the first page.
func (p *pageReader) rewind() {
	p.at = p.chunk.DataPageOffset
	if d := p.chunk.DictionaryPageOffset; d > 0 && d < p.at {
		p.at = d
	}
	p.left, p.header = p.chunk.NumValues, nil
}

// peek reads the header of the next data page, or gives io.EOF. A dictionary on the way is read.
func (p *pageReader) peek() (*format.PageHeader, error) {
	for p.header == nil {
		if p.at >= p.end || p.left <= 0 {
			return nil, io.EOF
		}
		h, length, err := readPageHeader(p.in, p.at, p.end)
		if err != nil {
			return nil, err
		}
		p.body = p.at + int64(length)
		if err := checkPage(h, p.end-p.body); err != nil {
			return nil, fmt.Errorf("the page at byte %d %w", p.at, err)
		}
		switch {
		case h.Type == format.DataPage && h.DataPageHeader.Valid, h.Type == format.DataPageV2 && h.DataPageHeaderV2.Valid:
			p.header = h
			continue
		case h.Type == format.DictionaryPage && h.DictionaryPageHeader.Valid:
			if err := p.readDictionary(h); err != nil {
				return nil, fmt.Errorf("the dictionary at byte %d: %w", p.at, err)
			}
		case h.Type != format.IndexPage:
			return nil, fmt.Errorf("the page at byte %d is of the unknown type %d", p.at, h.Type)
		}
		p.at = p.body + int64(h.CompressedPageSize)
	}
	return p.header, nil
}

// skip passes over the page that peek gave.
func (p *pageReader) skip() {
	p.left -= int64(pageValues(p.header))
	p.at = p.body + int64(p.header.CompressedPageSize)
	p.header = nil
}

// next decodes the next data page, or gives io.EOF.
func (p *pageReader) next() (*columnPage, error) {
	h, err := p.peek()
	if err != nil {
		return nil, err
	}
	at := p.at
	data, err := p.load(h)
	if err != nil {
		return nil, err
	}
	var page *columnPage
	if h.Type == format.DataPage {
		page, err = p.decodeV1(h, data)
	} else {
		page, err = p.decodeV2(h, data)
	}
	if err != nil {
		return nil, fmt.Errorf("the page at byte %d: %w", at, err)
	}
	p.skip()
	return page, nil
}

// load reads a page's bytes as they lie in the file.
func (p *pageReader) load(h *format.PageHeader) ([]byte, error) {
	p.packed = sized(p.packed, int(h.CompressedPageSize))
	if n, err := p.in.ReadAt(p.packed, p.body); n < len(p.packed) {
		return nil, err
	}
	if h.CRC != 0 && crc32.ChecksumIEEE(p.packed) != uint32(h.CRC) {
		return nil, fmt.Errorf("the page at byte %d has another checksum than its header", p.body)
	}
	return p.packed, nil
}

// unpack decompresses into the reader's buffer.
func (p *pageReader) unpack(packed []byte, size int) ([]byte, error) {
	out, err := unpack(p.chunk.Codec, p.plain, packed, size)
	if err == nil && p.chunk.Codec != format.Uncompressed {
		p.plain = out
	}
	return out, err
}

func (p *pageReader) readDictionary(h *format.PageHeader) error {
	if p.words != nil {
		return nil
	}
	data, err := p.load(h)
	if err != nil {
		return err
	}
	if data, err = p.unpack(data, int(h.UncompressedPageSize)); err != nil {
		return err
	}
	n := int(h.DictionaryPageHeader.V.NumValues)
	raw, err := p.shape.plain(data, n)
	if err != nil {
		return err
	}
	if p.words, err = p.scalar.convert(raw, n); err != nil {
		return err
	}
	if p.scalar.kind == value.String {
		p.coded, p.nullCode = &value.Words{Texts: append(p.words.Strings[:n:n], "")}, uint32(n)
	}
	return nil
}

func (p *pageReader) decodeV1(h *format.PageHeader, data []byte) (*columnPage, error) {
	head := &h.DataPageHeader.V
	data, err := p.unpack(data, int(h.UncompressedPageSize))
	if err != nil {
		return nil, err
	}
	page := &columnPage{values: int(head.NumValues)}
	levels := func(most byte, encoding format.Encoding) (out []byte, err error) {
		if most == 0 {
			return nil, nil
		}
		if encoding != format.RLE {
			return nil, unreadable("levels in the old bit-packed encoding, which isn't read; write the file again")
		}
		var part []byte
		if part, data, err = lengthPrefixed(data); err != nil {
			return nil, err
		}
		return decodeLevels(part, most, page.values)
	}
	if page.rep, err = levels(p.shape.maxRep, head.RepetitionLevelEncoding); err != nil {
		return nil, err
	}
	if page.def, err = levels(p.shape.maxDef, head.DefinitionLevelEncoding); err != nil {
		return nil, err
	}
	page.def = unlessAll(page.def, p.shape.maxDef)
	return page, p.decodeValues(page, head.Encoding, data)
}

func (p *pageReader) decodeV2(h *format.PageHeader, data []byte) (*columnPage, error) {
	head := &h.DataPageHeaderV2.V
	repetition, definition := int(head.RepetitionLevelsByteLength), int(head.DefinitionLevelsByteLength)
	if repetition < 0 || definition < 0 || repetition > len(data) || definition > len(data)-repetition ||
		repetition+definition > int(h.UncompressedPageSize) {
		return nil, io.ErrUnexpectedEOF
	}
	page := &columnPage{values: int(head.NumValues)}
	var err error
	if p.shape.maxRep > 0 {
		if page.rep, err = decodeLevels(data[:repetition], p.shape.maxRep, page.values); err != nil {
			return nil, err
		}
	}
	if p.shape.maxDef > 0 {
		if definition == 0 && head.NumNulls == head.NumValues { // nothing but nulls needs no levels
			page.def = make([]byte, page.values)
		} else if page.def, err = decodeLevels(data[repetition:repetition+definition], p.shape.maxDef, page.values); err != nil {
			return nil, err
		}
	}
	page.def = unlessAll(page.def, p.shape.maxDef)
	data = data[repetition+definition:]
	if !head.IsCompressed.Valid || head.IsCompressed.V {
		if data, err = p.unpack(data, int(h.UncompressedPageSize)-repetition-definition); err != nil {
			return nil, err
		}
	}
	return page, p.decodeValues(page, head.Encoding, data)
}

func decodeLevels(data []byte, most byte, n int) ([]byte, error) {
	width := uint(1)
	for most>>width > 0 {
		width++
	}
	levels, err := decodeHybrid[byte](data, width, n)
	if bytes.Count(levels, []byte{most}) < len(levels) && slices.Max(levels) > most {
		return nil, errors.New("a level beyond its schema")
	}
	return levels, err
}

// unlessAll gives levels, or nil when all are most: then no value is missing.
func unlessAll(levels []byte, most byte) []byte {
	if bytes.Count(levels, []byte{most}) == len(levels) {
		return nil
	}
	return levels
}

// decodeValues reads the values of a page whose levels are known.
func (p *pageReader) decodeValues(page *columnPage, encoding format.Encoding, data []byte) (err error) {
	n := page.values
	if page.def != nil {
		n = 0
		n = bytes.Count(page.def, []byte{p.shape.maxDef})
	}
	if n == 0 { // then there may be no data at all
		page.dense = &value.Vector{Kind: p.scalar.kind}
		return nil
	}
	if encoding == format.RLEDictionary || encoding == plainDictionary {
		if p.words == nil {
			return errors.New("its dictionary is missing")
		}
		page.dense = p.words
		page.picks, err = decodePicks(data, n, p.words.N)
		return err
	}
	raw, err := p.shape.decode(encoding, data, n)
	if err != nil {
		return err
	}
	if p.scalar.packs && raw.spans != nil {
		p.packed, p.plain = nil, nil // the vector keeps what it lies in
		page.dense, err = packTexts(p.scalar.kind, raw, n)
		return err
	}
	page.dense, err = p.scalar.convert(raw, n)
	return err
}

// readPageHeader reads the header at a place, trying a small read first.
func readPageHeader(in io.ReaderAt, at, end int64) (header *format.PageHeader, length int, err error) {
	for _, room := range []int64{512, 16 << 10, 1 << 20} {
		buffer := make([]byte, min(room, end-at))
		if n, err := in.ReadAt(buffer, at); n < len(buffer) {
			return nil, 0, err
		}
		header = new(format.PageHeader)
		if length, err = decodeThrift(buffer, header); err == nil {
			return header, length, nil
		}
		if int64(len(buffer)) == end-at {
			break
		}
	}
	return nil, 0, fmt.Errorf("the page at byte %d has no header: %w", at, err)
}

func pageValues(h *format.PageHeader) int32 {
	return max(h.DataPageHeader.V.NumValues, h.DataPageHeaderV2.V.NumValues, h.DictionaryPageHeader.V.NumValues)
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
	least := min(h.DataPageHeader.V.NumValues, h.DataPageHeaderV2.V.NumValues, h.DictionaryPageHeader.V.NumValues)
	if n := pageValues(h); least < 0 || n > mostValues {
		return fmt.Errorf("claims %d values", n)
	}
	return nil
}

// plainDictionary is what writers of the first format version call RLE_DICTIONARY; the format deprecates the name, files have it.
const plainDictionary = format.Encoding(2)
