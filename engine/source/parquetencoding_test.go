package source

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// encoded has a column in each encoding that the types of its field have.
type encoded struct {
	Bool      bool     `parquet:"bool"`
	IntPlain  int32    `parquet:"i32,plain"`
	IntDict   int32    `parquet:"i32d,dict"`
	IntDelta  int32    `parquet:"i32x,delta"`
	LongDict  int64    `parquet:"i64d,dict"`
	LongDelta int64    `parquet:"i64x,delta"`
	OptDelta  int64    `parquet:"opt,optional,delta"` // 0 is null
	RealDict  float64  `parquet:"f64d,dict"`
	RealSplit float64  `parquet:"f64s,split"`
	Float     float32  `parquet:"f32s,split"`
	Text      string   `parquet:"s,plain"`
	TextDict  string   `parquet:"sd,dict"`
	TextDelta string   `parquet:"sx,delta"`
	OptText   string   `parquet:"sopt,optional,delta"`
	ID        [16]byte `parquet:"id,uuid"`
}

func encodedRow(i int) encoded {
	// Numbers whose differences need every width in turn.
	n := int64(uint64(i*2654435761) << (i / 32 % 40))
	r := encoded{
		Bool: i%3 == 0 || i/100%2 == 0, IntPlain: int32(n), IntDict: int32(i % 300), IntDelta: int32(n), LongDict: n % 1000, LongDelta: n,
		RealDict: float64(i%5) / 3, RealSplit: float64(n) / 7, Float: float32(i) / 4, Text: fmt.Sprint("é", i), TextDict: fmt.Sprint(i / 64),
		TextDelta: fmt.Sprintf("prefix %d", i/7),
	}
	if i%4 > 0 && i/500%2 == 0 {
		r.OptDelta, r.OptText = n, r.Text
	}
	binary.BigEndian.PutUint64(r.ID[:], uint64(n))
	return r
}

// What the other implementation writes, in every encoding, both page versions and around page ends, reads as it was.
func TestParquetEncodings(t *testing.T) {
	for _, rows := range []int{1, 7, 8, 33, 129, 5000} {
		for _, version := range []int{1, 2} {
			data := make([]encoded, rows)
			for i := range data {
				data[i] = encodedRow(i)
			}
			table := parquetOf(t, parquetBytes(t, data, parquet.DataPageVersion(version), parquet.PageBufferSize(3000), parquet.Compression(&parquet.Snappy)))
			b, err := table.Segment(t.Context(), 0, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14})
			if err != nil {
				t.Fatal(err)
			}
			for i, w := range data {
				c := b.Cols
				ok := c[0].Bools[i] == w.Bool && c[1].Ints[i] == int64(w.IntPlain) && c[2].Ints[i] == int64(w.IntDict) && c[3].Ints[i] == int64(w.IntDelta) &&
					c[4].Ints[i] == w.LongDict && c[5].Ints[i] == w.LongDelta && c[6].IsNull(i) == (w.OptDelta == 0) && c[6].Ints[i] == w.OptDelta &&
					c[7].Reals[i] == w.RealDict && c[8].Reals[i] == w.RealSplit && c[9].Reals[i] == float64(w.Float) && c[10].Strings[i] == w.Text &&
					c[11].Strings[i] == w.TextDict && c[12].Strings[i] == w.TextDelta && c[13].Strings[i] == w.OptText && c[14].Guids[i] == w.ID
				if !ok {
					t.Fatalf("version %d, row %d of %d differs", version, i, rows)
				}
			}
		}
	}
}

// The root package of parquet-go stays out of the program; parquet.go tells why.
func TestParquetLibraryStaysOut(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range file.Imports {
			if i.Path.Value == `"github.com/parquet-go/parquet-go"` {
				t.Errorf("%s imports %s", name, i.Path.Value)
			}
		}
	}
}

// What a structure claims to hold is there, or nothing is taken for it.
func TestThriftClaims(t *testing.T) {
	for name, data := range map[string][]byte{
		"list":       {0x29, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0x00},
		"text":       {0x68, 0xff, 0xff, 0xff, 0xff, 0x07, 'x'},
		"cut":        {0x15, 0x02},
		"nested":     bytes.Repeat([]byte{0x1c}, 10_000),
		"long":       append([]byte{0x16}, bytes.Repeat([]byte{0xff}, 20)...),
		"empty many": append([]byte{0x29, 0xfc, 0xc0, 0x84, 0x3d}, make([]byte, 1_000_001)...),
	} {
		if _, err := decodeThrift(data, new(format.FileMetaData)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	// Fields of newer versions, of which bools are written in the field's head, are passed over.
	stats := new(format.Statistics)
	if n, err := decodeThrift([]byte{0x36, 0x02, 0x41, 0x11, 0x00, 0xff}, stats); n != 5 || err != nil || stats.NullCount != 1 {
		t.Error(n, err, stats.NullCount)
	}
}

// FuzzParquetEncodings gives decoders bytes that checksums would keep from them in a file.
func FuzzParquetEncodings(f *testing.F) {
	f.Add([]byte{0x80, 0x01, 0x04, 0x05, 0x02, 0x02, 0, 0, 0, 0}, uint8(5), uint8(2), uint16(5))
	f.Add([]byte{3, 0, 0, 0, 2, 1, 9}, uint8(3), uint8(0), uint16(9))
	f.Add([]byte{2, 0, 0, 0, 'a', 'b', 0, 0, 0, 0}, uint8(0), uint8(6), uint16(2))
	f.Fuzz(func(t *testing.T, data []byte, encoding, physical uint8, n uint16) {
		shape := leafShape{physical: format.Type(physical % 8), width: fixedWidths[format.Type(physical%8)], maxDef: 3}
		if shape.physical == format.FixedLenByteArray {
			shape.width = 1 + int(encoding>>4)
		}
		raw, err := shape.decode(format.Encoding(encoding%10), data, int(n))
		if err == nil && len(raw.bools)+len(raw.ints)+len(raw.reals)+len(raw.spans) != int(n) && raw.width*int(n) > len(raw.data) {
			t.Errorf("fewer values than %d", n)
		}
		for i := 0; err == nil && (raw.width > 0 || raw.spans != nil) && i < int(n); i++ {
			raw.bytesAt(i)
		}
		decodePicks(data, int(n), 1000)
		decodeLevels(data, shape.maxDef, int(n))
		for codec := range parquetCodecs {
			unpack(codec, nil, data, int(n))
		}
	})
}
