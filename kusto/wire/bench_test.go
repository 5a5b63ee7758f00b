package wire

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"calypso/kusto/value"
)

// plausible makes n rows of ten columns as logs have them, about 170 bytes of JSON each.
func plausible(n int) ([]value.Column, value.Batch) {
	kinds := []value.Kind{
		value.Datetime, value.Long, value.Int, value.String, value.String, value.Real, value.Bool, value.Timespan,
		value.Guid, value.Dynamic,
	}
	b := make([]*value.Builder, len(kinds))
	for i, k := range kinds {
		b[i] = value.NewBuilder(k, n)
	}
	for i := range n {
		b[0].AppendInt(638000000000000000 + int64(i)*12345678)
		b[1].AppendInt(int64(i) * 7919)
		b[2].AppendInt(int64(i % 1000))
		b[3].AppendString([]string{"TEXAS", "CALIFORNIA", "NEW YORK", "OHIO"}[i%4])
		b[4].AppendString(fmt.Sprintf("request %d took some time to finish", i))
		b[5].AppendReal(float64(i) * 0.37)
		b[6].AppendBool(i%3 == 0)
		b[7].AppendInt(int64(i%100000) * 12345)
		b[8].AppendGuid([16]byte{byte(i), byte(i >> 8), byte(i >> 16), 4, 5})
		b[9].AppendDyn(value.ParseDyn(`{"level":"info","code":200}`))
	}
	out := value.Batch{N: n}
	for i := range b {
		out.Cols = append(out.Cols, b[i].Vector())
	}
	return columnsOf(kinds), out
}

const benchRows = 100_000

func write(tb testing.TB, w io.Writer, columns []value.Column, rows value.Batch) {
	v2 := NewV2Writer(w, V2Options{Newlines: true, Fragmented: true, Errors: EndOfTable})
	must(tb, v2.Start())
	must(tb, v2.BeginTable("PrimaryResult", columns))
	must(tb, v2.Rows(rows))
	must(tb, v2.EndTable(nil))
	must(tb, v2.Finish(Completion{Payload: "{}"}))
}

func BenchmarkDecode(b *testing.B) {
	columns, rows := plausible(benchRows)
	var buf bytes.Buffer
	write(b, &buf, columns, rows)
	b.SetBytes(int64(buf.Len()))
	b.ReportAllocs()
	for b.Loop() {
		d := NewDecoder(bytes.NewReader(buf.Bytes()))
		for {
			if _, err := d.Next(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkEncode(b *testing.B) {
	columns, rows := plausible(benchRows)
	b.ReportAllocs()
	for b.Loop() {
		write(b, io.Discard, columns, rows)
	}
	b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
