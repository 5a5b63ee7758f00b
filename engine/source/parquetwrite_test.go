package source

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/woodsbury/decimal128"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

var allKinds = []value.Kind{
	value.Bool, value.Int, value.Long, value.Real, value.Decimal, value.String, value.Datetime, value.Timespan, value.Guid, value.Dynamic,
}

func columnsOfAllKinds() []value.Column {
	columns := make([]value.Column, len(allKinds))
	for i, k := range allKinds {
		columns[i] = value.Column{Name: "c_" + k.String(), Kind: k}
	}
	return columns
}

// randomRows has values of every type, the odd ones often, with nulls in runs and alone.
func randomRows(r *rand.Rand, rows int) *value.Batch {
	batch := &value.Batch{N: rows}
	odd := []int64{0, 1, -1, math.MinInt64, math.MaxInt64}
	texts := []string{"", "a", "é😀", "\x00", strings.Repeat("long ", 300), "\xff\xfe not UTF-8", `{"a":1}`}
	dynamics := []string{`{"a":[1,2.5,null],"b":"x"}`, `[]`, `"text"`, `true`, `12345678901234567890`, `1.5e300`, `not json`, `{"d":{"e":{}}}`}
	for _, k := range allKinds {
		b := value.NewBuilder(k, rows)
		for i := range rows {
			if i/50%3 == 2 || r.IntN(20) == 0 {
				b.AppendNull()
				continue
			}
			switch k {
			case value.Bool:
				b.AppendBool(r.IntN(2) == 0)
			case value.Int:
				b.AppendInt(int64(int32(r.Uint32())))
			case value.Long, value.Timespan:
				b.AppendInt([]int64{odd[r.IntN(len(odd))], r.Int64()}[r.IntN(2)])
			case value.Datetime:
				b.AppendInt([]int64{0, value.MaxDatetime, r.Int64N(value.MaxDatetime)}[r.IntN(3)])
			case value.Real:
				b.AppendReal([]float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), r.NormFloat64(), math.MaxFloat64}[r.IntN(6)])
			case value.Decimal:
				b.AppendDecimal(decimal128.New(r.Int64()-r.Int64(), r.IntN(80)-60).Mul(decimal128.New(r.Int64(), -3)))
			case value.String:
				if i < rows/2 {
					b.AppendString(texts[r.IntN(len(texts))])
				} else {
					b.AppendString(fmt.Sprint("row ", r.Uint64()))
				}
			case value.Guid:
				var g [16]byte
				for j := range g {
					g[j] = byte(r.Uint32())
				}
				b.AppendGuid(g)
			case value.Dynamic:
				b.AppendDyn(value.ParseDyn(dynamics[r.IntN(len(dynamics))]))
			}
		}
		batch.Cols = append(batch.Cols, b.Vector())
	}
	return batch
}

// sameVectors tells where two vectors differ, bit by bit for reals; "" for nowhere.
func sameVectors(a, b *value.Vector) string {
	if a.Kind != b.Kind || a.N != b.N {
		return fmt.Sprintf("%s of %d rows, %s of %d", a.Kind, a.N, b.Kind, b.N)
	}
	for i := range a.N {
		if a.IsNull(i) != b.IsNull(i) {
			return fmt.Sprintf("row %d of %s: null is %v, then %v", i, a.Kind, a.IsNull(i), b.IsNull(i))
		}
		if a.IsNull(i) {
			continue
		}
		same := true
		switch a.Kind {
		case value.Real:
			same = math.Float64bits(a.Reals[i]) == math.Float64bits(b.Reals[i])
		case value.Decimal:
			x, _ := a.Decimals[i].MarshalText()
			y, _ := b.Decimals[i].MarshalText()
			same = a.Decimals[i].Equal(b.Decimals[i]) && string(x) == string(y)
		case value.Dynamic:
			same = a.Dynamics[i].String() == b.Dynamics[i].String()
		case value.String:
			same = a.Strings[i] == b.Strings[i]
		case value.Bool:
			same = a.Bools[i] == b.Bools[i]
		case value.Guid:
			same = a.Guids[i] == b.Guids[i]
		default:
			same = a.Ints[i] == b.Ints[i]
		}
		if !same {
			return fmt.Sprintf("row %d of %s: %s, then %s", i, a.Kind, value.DynAt(a, i), value.DynAt(b, i))
		}
	}
	return ""
}

func written(t testing.TB, columns []value.Column, groups ...*value.Batch) []byte {
	t.Helper()
	var out bytes.Buffer
	w := NewParquetWriter(&out, columns)
	for _, g := range groups {
		if err := w.Write(g); err != nil {
			t.Fatal(err)
		}
	}
	size, err := w.Close()
	if err != nil || size != int64(out.Len()) {
		t.Fatalf("%d bytes of %d, %v", size, out.Len(), err)
	}
	return out.Bytes()
}

// Every type reads back as it was written, bit by bit, in one group or several, and with few rows or many.
func TestParquetRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, sizes := range [][]int{{}, {1}, {7}, {8, 9}, {300, 1}, {20_000}} {
		var groups []*value.Batch
		for _, n := range sizes {
			groups = append(groups, randomRows(r, n))
		}
		data := written(t, columnsOfAllKinds(), groups...)
		table := parquetOf(t, data)
		if got := fmt.Sprint(table.Columns()); got != fmt.Sprint(columnsOfAllKinds()) {
			t.Fatalf("columns %s", got)
		}
		if table.Segments() != len(groups) {
			t.Fatalf("%d segments of %d groups", table.Segments(), len(groups))
		}
		for g, want := range groups {
			b, err := table.Segment(t.Context(), g, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
			if err != nil {
				t.Fatal(err)
			}
			for c := range want.Cols {
				if diff := sameVectors(want.Cols[c], b.Cols[c]); diff != "" {
					t.Errorf("%v rows, group %d: %s", sizes, g, diff)
				}
				holdStats(t, table, g, c, want.Cols[c])
			}
		}
	}
}

// holdStats compares what the footer says of a column with its values.
func holdStats(t *testing.T, table exec.Table, segment, column int, v *value.Vector) {
	t.Helper()
	s, ok := table.Stats(segment, column)
	if !ok {
		return
	}
	want := 0
	for i := range v.N {
		if v.IsNull(i) {
			want++
		} else if v.Ints[i] < s.Min.Ints[0] || v.Ints[i] > s.Max.Ints[0] {
			t.Fatalf("%s: %d lies outside %d to %d", v.Kind, v.Ints[i], s.Min.Ints[0], s.Max.Ints[0])
		}
	}
	if s.Nulls != want {
		t.Errorf("%s: %d nulls, not %d", v.Kind, s.Nulls, want)
	}
}

// The other implementation reads the file too, with the same rows.
func TestParquetOfOursByAnother(t *testing.T) {
	batch := randomRows(rand.New(rand.NewPCG(3, 4)), 500)
	data := written(t, columnsOfAllKinds(), batch)
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	rows := make([]parquet.Row, 500)
	reader := f.RowGroups()[0].Rows()
	defer reader.Close()
	if n, _ := reader.ReadRows(rows); n != 500 {
		t.Fatalf("%d rows", n)
	}
	for i, row := range rows {
		for c, v := range row {
			null := batch.Cols[c].IsNull(i)
			if v.IsNull() != null {
				t.Fatalf("row %d, column %d: null is %v, not %v", i, c, v.IsNull(), null)
			}
			if batch.Cols[c].Kind == value.String && v.String() != batch.Cols[c].Strings[i] {
				t.Fatalf("row %d: %q, not %q", i, v.String(), batch.Cols[c].Strings[i])
			}
			if batch.Cols[c].Kind == value.Long && !null && v.Int64() != batch.Cols[c].Ints[i] {
				t.Fatalf("row %d: %d, not %d", i, v.Int64(), batch.Cols[c].Ints[i])
			}
		}
	}
}

// A changed byte is found by a checksum, by the footer, or changes no value.
func TestParquetDamageIsFound(t *testing.T) {
	batch := randomRows(rand.New(rand.NewPCG(5, 6)), 300)
	data := written(t, columnsOfAllKinds(), batch)
	for at := 0; at < len(data); at += 11 {
		bad := bytes.Clone(data)
		bad[at] ^= 0x41
		table, err := newParquetTable("T", "t", bytes.NewReader(bad), int64(len(bad)))
		if err != nil || fmt.Sprint(table.columns) != fmt.Sprint(columnsOfAllKinds()) || table.Segments() != 1 || table.rows != 300 {
			continue
		}
		for c := range batch.Cols {
			b, err := table.Segment(t.Context(), 0, []int{c})
			if err == nil && at < len(data)-2500 {
				if diff := sameVectors(batch.Cols[c], b.Cols[0]); diff != "" {
					t.Fatalf("byte %d of %d: %s", at, len(data), diff)
				}
			}
		}
	}
}
