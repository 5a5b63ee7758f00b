package source

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

// parquetBytes writes rows as a Parquet file.
func parquetBytes[T any](t testing.TB, rows []T, options ...parquet.WriterOption) []byte {
	t.Helper()
	var out bytes.Buffer
	w := parquet.NewGenericWriter[T](&out, options...)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func parquetOf(t testing.TB, data []byte) *parquetTable {
	t.Helper()
	table, err := newParquetTable("T", "t.parquet", bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// everything has a field of each type that a struct can be written as.
type everything struct {
	Bool   bool              `parquet:"b"`
	Int    int32             `parquet:"i"`
	Small  int8              `parquet:"i8"`
	Uint32 uint32            `parquet:"u32"`
	Long   int64             `parquet:"l"`
	Uint64 uint64            `parquet:"u64"`
	Float  float32           `parquet:"f"`
	Double float64           `parquet:"d"`
	Text   string            `parquet:"s,dict"`
	Bytes  []byte            `parquet:"bin"`
	Date   int32             `parquet:"date,date"`
	Milli  int64             `parquet:"ms,timestamp(millisecond)"`
	Micro  int64             `parquet:"us,timestamp(microsecond)"`
	Nano   time.Time         `parquet:"ns,timestamp(nanosecond)"`
	Clock  int32             `parquet:"t,time(millisecond)"`
	ID     uuid.UUID         `parquet:"g,uuid"`
	Dec32  int32             `parquet:"d32,decimal(2:9)"`
	Dec64  int64             `parquet:"d64,decimal(4:18)"`
	Maybe  *int64            `parquet:"opt,optional"`
	JSON   string            `parquet:"j,json"`
	Old    deprecated.Int96  `parquet:"i96"`
	Names  []string          `parquet:"list,list"`
	Points []point           `parquet:"points"`
	Tags   map[string]*int32 `parquet:"tags"`
	Inner  *point            `parquet:"inner,optional"`
}

type point struct {
	X float64 `parquet:"x"`
	Y *string `parquet:"y,optional"`
}

func TestParquetTypes(t *testing.T) {
	seven, y, three := int64(7), "why", int32(3)
	nano := time.Date(2024, 2, 29, 1, 2, 3, 456789123, time.UTC)
	rows := []everything{{
		Bool: true, Int: -5, Small: -8, Uint32: math.MaxUint32, Long: math.MinInt64, Uint64: math.MaxUint64, Float: 0.5, Double: math.Inf(1), Text: "é",
		Bytes: []byte("text"), Date: -1, Milli: 1_700_000_000_123, Micro: -1, Nano: nano, Clock: 3_723_004, ID: uuid.MustParse("74be27de-1e4e-49d9-b579-fe0b331d3642"),
		Dec32: -12345, Dec64: 1, Maybe: &seven, JSON: `{"k":[1]}`, Old: deprecated.Int96{1_000_000_000, 0, 2_440_589},
		Names: []string{"a", "b\""}, Points: []point{{X: 1, Y: &y}, {X: 2}}, Tags: map[string]*int32{"k": &three}, Inner: &point{X: 3},
	}, {Nano: nano, Text: "é", Milli: math.MaxInt64, Old: deprecated.Int96{0, 0, 2_440_588}, JSON: "not json"}}
	got := show(t, parquetOf(t, parquetBytes(t, rows)))
	want := "b:bool|i:int|i8:int|u32:long|l:long|u64:decimal|f:real|d:real|s:string|bin:string|date:datetime|ms:datetime|us:datetime|ns:datetime|t:timespan|g:guid|d32:decimal|d64:decimal|opt:long|j:dynamic|i96:datetime|list:dynamic|points:dynamic|tags:dynamic|inner:dynamic\n" +
		`true|-5|-8|4294967295|-9223372036854775808|18446744073709551615|0.5|Infinity|é|text|1969-12-31T00:00:00.0000000Z|2023-11-14T22:13:20.1230000Z|1969-12-31T23:59:59.9999990Z|2024-02-29T01:02:03.4567891Z|01:02:03.0040000|74be27de-1e4e-49d9-b579-fe0b331d3642|-123.45|0.0001|7|{"k":[1]}|1970-01-02T00:00:01.0000000Z|["a","b\""]|[{"x":1.0,"y":"why"},{"x":2.0,"y":null}]|{"k":3}|{"x":3.0,"y":null}` + "\n" +
		`false|0|0|0|0|0|0.0|0.0|é||1970-01-01T00:00:00.0000000Z|∅|1970-01-01T00:00:00.0000000Z|2024-02-29T01:02:03.4567891Z|00:00:00|00000000-0000-0000-0000-000000000000|0|0|∅|"not json"|1970-01-01T00:00:00.0000000Z|[]|[]|{}|∅` + "\n"
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i, line := range wantLines {
		g, w := strings.Split(gotLines[i], "|"), strings.Split(line, "|")
		for c := range w {
			if c >= len(g) || g[c] != w[c] {
				t.Errorf("line %d, column %d: got %q, want %q", i, c, g[c], w[c])
			}
		}
	}
}

type reading struct {
	N    int64    `parquet:"n"`
	S    string   `parquet:"s,dict"`
	Opt  *float64 `parquet:"opt,optional"`
	List []int32  `parquet:"list"`
}

func readings(from, n int) []reading {
	rows := make([]reading, n)
	for i := range rows {
		k := from + i
		rows[i] = reading{N: int64(k), S: fmt.Sprint("s", k%7)}
		if k%3 > 0 {
			f := float64(k) / 4
			rows[i].Opt = &f
		}
		for j := range k % 4 {
			rows[i].List = append(rows[i].List, int32(k+j))
		}
	}
	return rows
}

// checkReadings compares a segment with what readings made.
func checkReadings(t *testing.T, table exec.Table, segment int, from int, columns []int) {
	t.Helper()
	b, err := table.Segment(context.Background(), segment, columns)
	if err != nil {
		t.Error(err)
		return
	}
	for i, c := range columns {
		for r := 0; r < b.N; r += 1 + r%53 {
			k := from + r
			got, want := cellText(b.Cols[i], r), ""
			switch c {
			case 0:
				want = fmt.Sprint(k)
			case 1:
				want = fmt.Sprint("s", k%7)
			case 2:
				if want = "∅"; k%3 > 0 {
					want = string(value.AppendReal(nil, float64(k)/4))
				}
			case 3:
				parts := []string{}
				for j := range k % 4 {
					parts = append(parts, fmt.Sprint(k+j))
				}
				want = "[" + strings.Join(parts, ",") + "]"
			}
			if got != want {
				t.Errorf("segment %d, column %d, row %d: %s, want %s", segment, c, r, got, want)
				return
			}
		}
	}
}

// Segments may be asked for in any order, by several workers, any columns, again: each is right.
func TestParquetSegmentsInAnyOrder(t *testing.T) {
	const rows = 4*exec.SegmentRows + 1000
	for _, version := range []int{1, 2} {
		data := parquetBytes(t, readings(0, rows), parquet.PageBufferSize(20_000), parquet.MaxRowsPerRowGroup(rows-500),
			parquet.Compression(&parquet.Zstd), parquet.DataPageVersion(version))
		table := parquetOf(t, data)
		starts, at := []int{}, 0
		for _, s := range table.segments {
			starts = append(starts, at)
			at += int(s.to - s.from)
		}
		if at != rows || len(starts) != 6 {
			t.Fatalf("%d rows in %d segments", at, len(starts))
		}
		for _, order := range [][]int{{0, 1, 2, 3, 4, 5}, {5, 4, 3, 2, 1, 0}, {3}, {1, 1, 4, 0, 2}} {
			for _, s := range order {
				checkReadings(t, table, s, starts[s], []int{0, 1, 2, 3})
			}
		}
		var workers sync.WaitGroup
		for w := range 4 {
			workers.Go(func() {
				for s := range starts {
					checkReadings(t, table, s, starts[s], []int{w, (w + 1) % 4})
				}
			})
		}
		workers.Wait()
	}
}

// take reads the start of a file and no more.
func TestParquetReadsOnlyWhatIsAsked(t *testing.T) {
	data := parquetBytes(t, readings(0, 300_000), parquet.PageBufferSize(20_000))
	counted := &countingReader{in: bytes.NewReader(data)}
	table, err := newParquetTable("T", "t.parquet", counted, int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := table.Segment(context.Background(), 0, []int{1}); err != nil {
		t.Fatal(err)
	}
	if counted.bytes > int64(len(data))/4 {
		t.Errorf("read %d of %d bytes for one column of one segment", counted.bytes, len(data))
	}
	if _, err := table.Segment(context.Background(), 3, nil); err != nil {
		t.Fatal(err)
	}
}

type countingReader struct {
	in    *bytes.Reader
	bytes int64
}

func (c *countingReader) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.in.ReadAt(p, at)
	c.bytes += int64(n)
	return n, err
}

func TestParquetStats(t *testing.T) {
	table := parquetOf(t, parquetBytes(t, readings(5, 100)))
	s, ok := table.Stats(0, 0)
	if !ok || s.Min.Ints[0] != 5 || s.Max.Ints[0] != 104 || s.Nulls != 0 {
		t.Errorf("%+v %v", s, ok)
	}
	if _, ok := table.Stats(0, 2); ok {
		t.Error("an optional column has no sure statistics")
	}
}

// A file cut anywhere, or with any byte changed, gives an error that names it or reads as some table; never a crash.
func TestParquetDamaged(t *testing.T) {
	data := parquetBytes(t, readings(0, 500), parquet.Compression(&parquet.Snappy))
	dir := t.TempDir()
	name := filepath.Join(dir, "cut.parquet")
	for _, size := range []int{0, 3, 11, 12, 100, len(data) / 2, len(data) - 1} {
		os.WriteFile(name, data[:size], 0o644)
		_, err := OpenFile(context.Background(), name, Options{})
		if err == nil || !strings.HasPrefix(err.Error(), name+": ") || !strings.HasSuffix(err.Error(), "copy or download it again") {
			t.Errorf("cut to %d bytes: %v", size, err)
		}
	}
	for at := 0; at < len(data); at += 3 {
		bad := bytes.Clone(data)
		bad[at] ^= byte(1 + at%255)
		readAll(bad)
	}
}

// readAll reads all that opens.
func readAll(data []byte) {
	table, err := newParquetTable("T", "t.parquet", bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return
	}
	for s := range min(table.Segments(), 3) {
		for c := range min(len(table.Columns()), 40) {
			table.Segment(context.Background(), s, []int{c})
			table.Stats(s, c)
		}
	}
}

// Every codec gives the same rows, whatever the data shrinks to.
func TestParquetCodecs(t *testing.T) {
	for _, codec := range []compress.Codec{&parquet.Uncompressed, &parquet.Snappy, &parquet.Gzip, &parquet.Brotli, &parquet.Zstd, &parquet.Lz4Raw} {
		for _, rows := range []int{0, 1, 10, 5000} {
			table := parquetOf(t, parquetBytes(t, readings(0, rows), parquet.Compression(codec)))
			if table.Rows() != int64(rows) {
				t.Errorf("%v: %d rows, want %d", codec, table.Rows(), rows)
			}
			for s := range table.Segments() {
				checkReadings(t, table, s, 0, []int{0, 1, 2, 3})
			}
		}
	}
}

// Hadoop's writers put sizes before each block of LZ4; others wrote one bare block.
func TestFramedLZ4(t *testing.T) {
	plain := []byte(strings.Repeat("calypso ", 20) + "end")
	block := func(data []byte) []byte {
		out := make([]byte, lz4.CompressBlockBound(len(data)))
		n, err := lz4.CompressBlock(data, out, nil)
		if err != nil || n == 0 {
			t.Fatal(n, err)
		}
		return out[:n]
	}
	frame := func(data []byte) []byte {
		packed := block(data)
		head := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
		return append(binary.BigEndian.AppendUint32(head, uint32(len(packed))), packed...)
	}
	for name, packed := range map[string][]byte{"bare": block(plain), "one": frame(plain), "two": append(frame(plain[:80]), frame(plain[80:])...)} {
		got, err := unpack(format.Lz4, nil, packed, len(plain))
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		for _, size := range []int{len(plain) - 1, len(plain) + 1} {
			if _, err := unpack(format.Lz4, nil, packed, size); err == nil {
				t.Errorf("%s: read as %d bytes", name, size)
			}
		}
	}
}

func TestParquetBinaryThatIsNoText(t *testing.T) {
	type row struct {
		B []byte `parquet:"b"`
	}
	if got := show(t, parquetOf(t, parquetBytes(t, []row{{[]byte{0xff, 0}}, {[]byte("a")}}))); got != "b:string\n/wA=\nYQ==\n" {
		t.Error(got)
	}
}

func FuzzParquet(f *testing.F) {
	f.Add(parquetBytes(f, readings(0, 5)))
	f.Add(parquetBytes(f, []point{{X: 1}}, parquet.Compression(&parquet.Zstd)))
	f.Add(written(f, columnsOfAllKinds(), randomRows(rand.New(rand.NewPCG(7, 8)), 20)))
	f.Fuzz(func(t *testing.T, data []byte) { readAll(data) })
}

func BenchmarkParquetThreeColumns(b *testing.B) {
	data := parquetBytes(b, readings(0, 1_000_000), parquet.Compression(&parquet.Snappy))
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		table := parquetOf(b, data)
		for s := range table.Segments() {
			if _, err := table.Segment(context.Background(), s, []int{0, 1, 2}); err != nil {
				b.Fatal(err)
			}
		}
	}
}
