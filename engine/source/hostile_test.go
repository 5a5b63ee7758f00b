package source

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"calypso/kusto/value"
)

// Files that somebody made to do harm. Each must give a clear error, or no more than it holds, in bounded memory.

// allocated runs f and tells how many bytes it took in all.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// endless is a text that never ends; it counts what is read of it.
type endless struct {
	head string
	read int64
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.head)
	e.head = e.head[n:]
	for i := n; i < len(p); i++ {
		p[i] = 'x'
	}
	e.read += int64(len(p))
	return len(p), nil
}

// A line of a gigabyte, and one of any length, is refused when it is longer than a record may be.
func TestEndlessLines(t *testing.T) {
	for name, head := range map[string]string{"a.json": `{"a":"`, "b.json": `[{"a":[[[["`, "c.csv": "a,b\n1,\"", "d.csv": "a,b\n1,"} {
		in := &endless{head: head}
		open := func() (io.ReadCloser, error) { return io.NopCloser(in), nil }
		var err error
		took := allocated(func() {
			if strings.HasSuffix(name, "json") {
				_, err = loadJSON(context.Background(), name, open, Options{})
			} else {
				_, err = loadCSV(context.Background(), name, open, 0, Options{})
			}
		})
		var e *Error
		if !errors.As(err, &e) || e.File != name {
			t.Errorf("%s: got %v", name, err)
		}
		if in.read > 4*maxRecord || took > 12*maxRecord {
			t.Errorf("%s: %d MB were read, %d MB taken", name, in.read>>20, took>>20)
		}
	}
}

// hostileFile makes a Parquet file of one string column with one page of the given header and body.
func hostileFile(t *testing.T, rows int64, codec format.CompressionCodec, pages ...func() (format.PageHeader, []byte)) []byte {
	t.Helper()
	var out bytes.Buffer
	w := NewParquetWriter(&out, []value.Column{{Name: "s", Kind: value.String}})
	w.start()
	meta := format.ColumnMetaData{Type: format.ByteArray, PathInSchema: []string{"s"}, NumValues: rows, Codec: codec, DataPageOffset: w.at}
	began := w.at
	for _, page := range pages {
		h, body := page()
		h.CompressedPageSize = int32(len(body))
		h.CRC = int32(crc32.ChecksumIEEE(body))
		if h.Type == format.DictionaryPage {
			meta.DictionaryPageOffset = w.at
		}
		head, err := thrift.Marshal(&thrift.CompactProtocol{}, &h)
		if err != nil {
			t.Fatal(err)
		}
		w.put(head)
		if h.Type == format.DictionaryPage {
			meta.DataPageOffset = w.at + int64(len(body))
		}
		w.put(body)
	}
	meta.TotalCompressedSize = w.at - began
	w.meta.RowGroups = append(w.meta.RowGroups, format.RowGroup{NumRows: rows, Columns: []format.ColumnChunk{{MetaData: meta}}})
	w.meta.NumRows = rows
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func dataPage(values, plain int32, encoding format.Encoding, body []byte) func() (format.PageHeader, []byte) {
	return func() (format.PageHeader, []byte) {
		return format.PageHeader{Type: format.DataPage, UncompressedPageSize: plain, DataPageHeader: thrift.New(format.DataPageHeader{
			NumValues: values, Encoding: encoding, DefinitionLevelEncoding: format.RLE, RepetitionLevelEncoding: format.RLE,
		})}, body
	}
}

// Pages that claim far more than they hold, and rows that take no bytes at all, cost what is asked for and no more.
func TestParquetBombs(t *testing.T) {
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	zeros := encoder.EncodeAll(make([]byte, 256<<20), nil)
	word := binary.LittleEndian.AppendUint32(nil, 1<<20)
	word = append(word, bytes.Repeat([]byte("x"), 1<<20)...)
	dictionary := func() (format.PageHeader, []byte) {
		return format.PageHeader{
			Type: format.DictionaryPage, UncompressedPageSize: int32(len(word)),
			DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: 1, Encoding: format.Plain}),
		}, word
	}
	alike := append([]byte{1}, append(binary.AppendUvarint(nil, 50_000_000<<1), 0)...)
	for _, c := range []struct {
		name string
		data []byte
		fine bool
	}{
		{"2 GB of 20 bytes", hostileFile(t, 10, format.Zstd, dataPage(10, 1<<31-1, format.Plain, make([]byte, 20))), false},
		{"256 MB of zeros that claim to be 10 bytes", hostileFile(t, 10, format.Zstd, dataPage(10, 10, format.Plain, zeros)), false},
		{"a billion values in a page", hostileFile(t, 1_000_000_000, format.Uncompressed, dataPage(1_000_000_000, 4, format.Plain, make([]byte, 4))), false},
		{"a trillion rows", hostileFile(t, 1<<40, format.Uncompressed, dataPage(1, 4, format.Plain, make([]byte, 4))), false},
		{"texts beyond the page", hostileFile(t, 2, format.Uncompressed, dataPage(2, 8, format.Plain, []byte{255, 255, 255, 127, 255, 255, 255, 127})), false},
		{"50 million rows of one long text", hostileFile(t, 50_000_000, format.Uncompressed, dictionary, dataPage(50_000_000, int32(len(alike)), format.RLEDictionary, alike)), true},
	} {
		var err error
		took := allocated(func() {
			var table *parquetTable
			if table, err = newParquetTable("T", "t.parquet", bytes.NewReader(c.data), int64(len(c.data))); err == nil {
				var b *value.Batch
				if b, err = table.Segment(context.Background(), 0, []int{0}); err == nil && len(b.Cols[0].Strings[b.N-1]) != 1<<20 {
					t.Errorf("%s: the rows are wrong", c.name)
				}
			}
		})
		if (err == nil) != c.fine {
			t.Errorf("%s: %v", c.name, err)
		}
		if took > 600<<20 {
			t.Errorf("%s: took %d MB", c.name, took>>20)
		}
	}
}

// A file that is named is read inside its folder only, whatever links and dots are in the way.
func TestNamedFilesStayInside(t *testing.T) {
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret.csv")
	if err := os.WriteFile(secret, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for link, to := range map[string]string{"file.csv": secret, "folder": outside, "up.csv": "../" + filepath.Base(outside) + "/secret.csv"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Skipf("links can't be made here: %v", err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, name := range []string{"file.csv", "folder/secret.csv", "up.csv", "../" + filepath.Base(outside) + "/secret.csv", secret, "folder/../file.csv"} {
		if _, err := OpenIn(context.Background(), root, name, Options{}); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}
