// Writing Parquet: how the rows of a stored database lie on disk. Any Parquet reader takes the files; what Parquet's types can't hold
// is kept losslessly by a note in the footer (ownColumns) that names the column's own type:
//
//	datetime, timespan → INT64 ticks · decimal → text · dynamic → JSON · guid → UUID · the others as their like
//
// A row group has at most a segment's rows, so that workers read them side by side and bounds are those of the segment. Every page
// has a checksum. Strings that repeat become a dictionary.

package source

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"strings"

	"github.com/klauspost/compress/snappy"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

const (
	// ownColumns is the footer's key of a list of KQL types, parted by commas: the file was written here, and its columns are those.
	ownColumns = "calypso.columns"
	// pageBytes is the size at which a page ends.
	pageBytes = 1 << 20
	// largestCell is the longest text that is written; Kusto's own limit is 1 MB.
	largestCell = 1 << 30
	// bareCell is the size from which a column's pages aren't compressed: readers weigh what a small page may unpack to.
	bareCell = 16 << 20
)

// ParquetWriter writes one file, row group after row group.
type ParquetWriter struct {
	out     io.Writer
	columns []value.Column
	at      int64
	meta    format.FileMetaData
	err     error // the first error of out: the file is useless
	room    pageRoom
	words   dictionary
}

// NewParquetWriter begins a file. Nothing is written before the first rows.
func NewParquetWriter(out io.Writer, columns []value.Column) *ParquetWriter {
	w := &ParquetWriter{out: out, columns: columns}
	w.meta.Version = 1
	w.meta.CreatedBy = "calypso"
	w.meta.Schema = append(w.meta.Schema, format.SchemaElement{Name: "schema", NumChildren: thrift.New(int32(len(columns)))})
	kinds := make([]string, len(columns))
	for i, c := range columns {
		kinds[i] = c.Kind.String()
		w.meta.Schema = append(w.meta.Schema, schemaElement(c))
	}
	w.meta.KeyValueMetadata = append(w.meta.KeyValueMetadata, format.KeyValue{Key: ownColumns, Value: strings.Join(kinds, ",")})
	return w
}

// schemaElement says how a column lies in the file.
func schemaElement(c value.Column) format.SchemaElement {
	e := format.SchemaElement{Name: c.Name, RepetitionType: thrift.New(format.Optional), Type: thrift.New(physicalTypes[c.Kind])}
	switch c.Kind {
	case value.String:
		e.RepetitionType = thrift.New(format.Required)
		e.ConvertedType = thrift.New(deprecated.UTF8)
	case value.Decimal:
		e.ConvertedType = thrift.New(deprecated.UTF8)
	case value.Dynamic:
		e.ConvertedType = thrift.New(deprecated.Json)
	case value.Guid:
		e.TypeLength = thrift.New(int32(16))
		e.LogicalType = format.LogicalType{Value: &format.UUIDType{}}
	}
	return e
}

var physicalTypes = map[value.Kind]format.Type{
	value.Bool: format.Boolean, value.Int: format.Int32, value.Long: format.Int64, value.Real: format.Double,
	value.Decimal: format.ByteArray, value.String: format.ByteArray, value.Datetime: format.Int64,
	value.Timespan: format.Int64, value.Guid: format.FixedLenByteArray, value.Dynamic: format.ByteArray,
}

// Write writes rows as a row group; they are at most exec.SegmentRows, of the file's columns.
func (w *ParquetWriter) Write(b *value.Batch) error {
	if w.err != nil || b.N == 0 {
		return w.err
	}
	if b.N > exec.SegmentRows || len(b.Cols) != len(w.columns) {
		return fmt.Errorf("%d rows of %d columns are no row group of %d columns", b.N, len(b.Cols), len(w.columns))
	}
	w.start()
	group := format.RowGroup{NumRows: int64(b.N), FileOffset: w.at, Ordinal: int16(len(w.meta.RowGroups) & math.MaxInt16)}
	group.Columns = make([]format.ColumnChunk, 0, len(w.columns)) // they stay until Close
	for i, c := range w.columns {
		if b.Cols[i].Kind != c.Kind || b.Cols[i].N < b.N {
			return fmt.Errorf("column '%s' is %s, its rows are %s", c.Name, c.Kind, b.Cols[i].Kind)
		}
		chunk, err := w.chunk(c, value.Flat(b.Cols[i]), b.N)
		if err != nil {
			return err
		}
		group.Columns = append(group.Columns, format.ColumnChunk{FileOffset: chunk.DataPageOffset, MetaData: *chunk})
		group.TotalByteSize += chunk.TotalUncompressedSize
		group.TotalCompressedSize += chunk.TotalCompressedSize
	}
	w.meta.RowGroups = append(w.meta.RowGroups, group)
	w.meta.NumRows += group.NumRows
	return w.err
}

// start writes the magic bytes that a file begins with.
func (w *ParquetWriter) start() {
	if w.at == 0 {
		w.put([]byte("PAR1"))
	}
}

// put writes bytes unless something failed before.
func (w *ParquetWriter) put(data []byte) {
	if w.err != nil {
		return
	}
	n, err := w.out.Write(data)
	w.at += int64(n)
	w.err = err
}

// Close writes the footer and tells the file's size. Who made out flushes and closes it.
func (w *ParquetWriter) Close() (size int64, err error) {
	w.start()
	footer, err := thrift.Marshal(&thrift.CompactProtocol{}, &w.meta)
	if err != nil {
		return 0, err
	}
	if len(footer) > math.MaxInt32 {
		return 0, errors.New("the file has too many row groups")
	}
	w.put(footer)
	w.put(binary.LittleEndian.AppendUint32(nil, uint32(len(footer))))
	w.put([]byte("PAR1"))
	return w.at, w.err
}

// chunk writes one column of a row group.
func (w *ParquetWriter) chunk(c value.Column, v *value.Vector, rows int) (*format.ColumnMetaData, error) {
	cells, err := cellsOf(v, rows, &w.room)
	if err != nil {
		return nil, fmt.Errorf("column '%s': %w", c.Name, err)
	}
	meta := &format.ColumnMetaData{
		Type: physicalTypes[c.Kind], PathInSchema: []string{c.Name}, NumValues: int64(rows), Codec: cells.codec,
		Encoding: []format.Encoding{format.Plain, format.RLE},
	}
	meta.Statistics = chunkStatistics(v, rows)
	began := w.at
	meta.DataPageOffset = began
	if w.words.of(v, rows) {
		meta.Encoding = append(meta.Encoding, format.RLEDictionary)
		meta.DictionaryPageOffset = began
		w.words.write(w, meta)
	} else {
		for from := 0; from < rows && w.err == nil; { // an export that isn't wanted any more ends with a page
			to, plain, err := cells.page(from)
			if err != nil {
				return nil, fmt.Errorf("column '%s': %w", c.Name, err)
			}
			w.data(meta, to-from, format.Plain, plain)
			from = to
		}
	}
	meta.TotalCompressedSize = w.at - began
	return meta, w.err
}

// data writes a data page: its levels, if any, stand at the start of body already.
func (w *ParquetWriter) data(meta *format.ColumnMetaData, values int, encoding format.Encoding, body []byte) {
	w.page(meta, &format.PageHeader{Type: format.DataPage, DataPageHeader: thrift.New(format.DataPageHeader{
		NumValues: int32(values), Encoding: encoding, DefinitionLevelEncoding: format.RLE, RepetitionLevelEncoding: format.RLE,
	})}, body)
}

func (w *ParquetWriter) page(meta *format.ColumnMetaData, h *format.PageHeader, body []byte) {
	packed := body
	if meta.Codec == format.Snappy {
		w.room.packed = snappy.Encode(w.room.packed[:cap(w.room.packed)], body)
		packed = w.room.packed
	}
	h.UncompressedPageSize, h.CompressedPageSize = int32(len(body)), int32(len(packed))
	h.CRC = int32(crc32.ChecksumIEEE(packed))
	head, err := thrift.Marshal(&thrift.CompactProtocol{}, h)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.put(head)
	w.put(packed)
	meta.TotalUncompressedSize += int64(len(head) + len(body))
	w.room.spare()
}

// chunkStatistics gives bounds where the reader uses them, and the number of nulls.
func chunkStatistics(v *value.Vector, rows int) (s format.Statistics) {
	for i := range rows {
		if v.IsNull(i) {
			s.NullCount++
		}
	}
	if v.Ints == nil || v.N != rows {
		return s
	}
	lo, hi, some := boundInts(v)
	if !some {
		return s
	}
	if v.Kind == value.Int {
		s.MinValue, s.MaxValue = binary.LittleEndian.AppendUint32(nil, uint32(lo)), binary.LittleEndian.AppendUint32(nil, uint32(hi))
	} else {
		s.MinValue, s.MaxValue = binary.LittleEndian.AppendUint64(nil, uint64(lo)), binary.LittleEndian.AppendUint64(nil, uint64(hi))
	}
	return s
}

func appendText(out []byte, s string) []byte {
	return append(binary.LittleEndian.AppendUint32(out, uint32(len(s))), s...)
}

// appendPacked appends a bit-packed run: its header, then eight numbers at a time, lowest bits first.
func appendPacked(out []byte, numbers []uint32, width int) []byte {
	groups := (len(numbers) + 7) / 8
	out = binary.AppendUvarint(out, uint64(groups)<<1|1)
	var word uint64
	have := 0
	for i := range groups * 8 {
		if i < len(numbers) {
			word |= uint64(numbers[i]) << have
		}
		for have += width; have >= 8; have -= 8 {
			out = append(out, byte(word))
			word >>= 8
		}
	}
	return out
}
