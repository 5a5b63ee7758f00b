package source

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
)

// fromBytes opens data as a file.
func fromBytes(data []byte) opener {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
}

var benchLevels = []string{"Error", "Warning", "Info", "Debug", "Trace"}

// benchCSV makes a file of log lines with eight columns, about 155 bytes a row.
func benchCSV(rows int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var out bytes.Buffer
	out.WriteString("Timestamp,UserId,State,Level,Value,Duration,Message,Props\n")
	for i := range rows {
		fmt.Fprintf(&out, "2024-03-%02dT%02d:%02d:%02d.%03dZ,%d,State %d,%s,%.4f,00:00:%02d.%03d,request %d took %d ms on node %d,\"{\"\"code\"\":%d,\"\"path\"\":\"\"/api/v1/items\"\"}\"\n",
			1+i%28, i%24, i%60, i%60, i%1000, r.IntN(1_000_000), r.IntN(50), benchLevels[r.IntN(5)], r.Float64()*1000,
			r.IntN(60), r.IntN(1000), i, r.IntN(5000), r.IntN(64), 200+r.IntN(5))
	}
	return out.Bytes()
}

func benchJSON(rows int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var out bytes.Buffer
	for i := range rows {
		fmt.Fprintf(&out, `{"Timestamp":"2024-03-%02dT%02d:%02d:%02d.%03dZ","UserId":%d,"State":"State %d","Level":"%s","Value":%.4f,"Message":"request %d took %d ms on node %d","Props":{"code":%d,"path":"/api/v1/items"}}`+"\n",
			1+i%28, i%24, i%60, i%60, i%1000, r.IntN(1_000_000), r.IntN(50), benchLevels[r.IntN(5)], r.Float64()*1000,
			i, r.IntN(5000), r.IntN(64), 200+r.IntN(5))
	}
	return out.Bytes()
}

func BenchmarkCSVSplit(b *testing.B) {
	data := benchCSV(20_000)
	blk := &block{data: append(data, make([]byte, padding)...)[:len(data)]}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		s := newCSVScanner(blk, ',')
		for s.skipBlank() {
			for last := false; !last; {
				_, last, _ = s.cell()
			}
		}
	}
}

func BenchmarkCSVLoad(b *testing.B) {
	data := benchCSV(100_000)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := loadCSV(context.Background(), "x.csv", fromBytes(data), ',', Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNDJSONLoad(b *testing.B) {
	data := benchJSON(100_000)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := loadJSON(context.Background(), "x.json", fromBytes(data), Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
