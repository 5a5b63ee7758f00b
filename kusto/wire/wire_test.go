package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"calypso/kusto/value"

	"github.com/woodsbury/decimal128"
)

var allKinds = []value.Kind{
	value.Bool, value.Int, value.Long, value.Real, value.Decimal, value.String, value.Datetime,
	value.Timespan, value.Guid, value.Dynamic,
}

func columnsOf(kinds []value.Kind) []value.Column {
	out := make([]value.Column, len(kinds))
	for i, k := range kinds {
		out[i] = value.Column{Name: "c_" + k.String(), Kind: k}
	}
	return out
}

// mixed makes n rows of all ten kinds, with nulls and the awkward values of each.
func mixed(n int) value.Batch {
	b := make([]*value.Builder, len(allKinds))
	for i, k := range allKinds {
		b[i] = value.NewBuilder(k, n)
	}
	reals := []float64{0, -1.5, math.NaN(), math.Inf(1), math.Inf(-1), 1e300, 5, 0.1 + 0.2, math.Copysign(0, -1), 123456789012345678}
	texts := []string{"", "plain", "quote \" and \\ back", "line\nfeed\ttab", "ünïcödé 漢字 😀", strings.Repeat("long ", 40), "\x00\x1f", "nul", "</script>&"}
	dyns := []string{`{"a":[1,2.5,null],"b":{"c":"x"}}`, `[]`, `"text"`, `5`, `true`, `null`, `{"k\"ey":"v\\"}`, `[[1],[2]]`}
	for i := range n {
		if i%7 == 3 {
			for _, c := range b {
				c.AppendNull()
			}
			continue
		}
		b[0].AppendBool(i%2 == 0)
		b[1].AppendInt(int64(int32(i * 1234567)))
		b[2].AppendInt(int64(i) * math.MaxInt64 / int64(n+1))
		b[3].AppendReal(reals[i%len(reals)])
		b[4].AppendDecimal(decimal128.New(int64(i)*1001, -3))
		b[5].AppendString(texts[i%len(texts)])
		b[6].AppendInt(value.UnixEpoch + int64(i)*1234567890123%value.MaxDatetime)
		b[7].AppendInt(int64(i-3) * 98765432109)
		b[8].AppendGuid([16]byte{byte(i), 1, 2, 15: byte(i >> 8)})
		b[9].AppendDyn(value.ParseDyn(dyns[i%len(dyns)]))
	}
	out := value.Batch{N: n}
	for i := range b {
		out.Cols = append(out.Cols, b[i].Vector())
	}
	return out
}

// answer writes a v2 answer with one result, cut into batches.
func answer(t testing.TB, o V2Options, rows value.Batch, errs ...*Error) []byte {
	var buf bytes.Buffer
	w := NewV2Writer(&buf, o)
	must(t, w.Start())
	must(t, w.Properties([]Property{{1, "Visualization", `{"Visualization":null}`}}))
	must(t, w.BeginTable("PrimaryResult", columnsOf(allKinds)))
	for from := 0; from < rows.N; from += 1000 {
		must(t, w.Rows(value.SliceBatch(rows, from, min(from+1000, rows.N))))
	}
	must(t, w.EndTable(errs))
	must(t, w.Finish(Completion{ClientRequestID: "test", Payload: `{}`}))
	return buf.Bytes()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type read struct {
	tables []*Table
	rows   map[int][]value.Batch
	errs   map[int][]*Error
	finish Event
}

func readAll(d *Decoder) (read, error) {
	out := read{rows: map[int][]value.Batch{}, errs: map[int][]*Error{}}
	for {
		e, err := d.Next()
		if err != nil {
			if err == io.EOF {
				err = nil
			}
			return out, err
		}
		switch e.Kind {
		case TableStart:
			out.tables = append(out.tables, e.Table)
		case Rows:
			out.rows[e.Table.ID] = append(out.rows[e.Table.ID], e.Batch)
		case TableEnd:
			out.errs[e.Table.ID] = e.Errors
		case Finish:
			out.finish = e
		}
	}
}

// compare checks that batches, joined, are the rows of want.
func compare(t *testing.T, got []value.Batch, want value.Batch) {
	t.Helper()
	at := 0
	for _, b := range got {
		for i := range b.N {
			if at == want.N {
				t.Fatalf("more than %d rows", want.N)
			}
			for c := range want.Cols {
				if !value.Equal(b.Cols[c], i, want.Cols[c], at) {
					t.Fatalf("row %d column %d: got %s, want %s", at, c, appendCell(nil, b.Cols[c], i), appendCell(nil, want.Cols[c], at))
				}
			}
			at++
		}
	}
	if at != want.N {
		t.Fatalf("got %d rows, want %d", at, want.N)
	}
}

func TestRoundTrip(t *testing.T) {
	rows := mixed(9000)
	for _, o := range []V2Options{{}, {Newlines: true, Fragmented: true, Errors: EndOfTable}, {Fragmented: true}} {
		t.Run(fmt.Sprintf("%+v", o.Errors), func(t *testing.T) {
			raw := answer(t, o, rows)
			got, err := readAll(NewDecoder(bytes.NewReader(raw)))
			must(t, err)
			compare(t, got.rows[1], rows)
			if len(got.tables) != 3 || got.tables[1].Kind != PrimaryResult || got.tables[2].Kind != QueryCompletionInformation {
				t.Errorf("tables: %v", got.tables)
			}
			if got.finish.Kind != Finish || got.finish.HasErrors {
				t.Errorf("finish: %+v", got.finish)
			}
		})
	}
}

// A byte at a time every cell is cut at every place.
func TestOneByteReads(t *testing.T) {
	rows := mixed(40)
	raw := answer(t, V2Options{Newlines: true, Fragmented: true}, rows)
	got, err := readAll(NewDecoder(iotest.OneByteReader(bytes.NewReader(raw))))
	must(t, err)
	compare(t, got.rows[1], rows)
}

func TestErrorsAreHandedOn(t *testing.T) {
	rows := mixed(5)
	fault := &Error{Code: "LimitsExceeded", Message: "Request is invalid", Detail: "too large (E_QUERY_RESULT_SET_TOO_LARGE)"}
	for _, o := range []V2Options{{}, {Fragmented: true}, {Fragmented: true, Errors: EndOfTable}, {Fragmented: true, Errors: EndOfDataset}} {
		got, err := readAll(NewDecoder(bytes.NewReader(answer(t, o, rows, fault))))
		must(t, err)
		compare(t, got.rows[1], rows)
		wantTable := 1
		if o.Errors == EndOfDataset {
			wantTable = 0
		}
		if len(got.errs[1]) != wantTable || !got.finish.HasErrors || len(got.finish.Errors) != 1 {
			t.Errorf("%+v: table %v, finish %+v", o, got.errs[1], got.finish)
		}
		if len(got.finish.Errors) == 1 && got.finish.Errors[0].Error() != fault.Detail {
			t.Errorf("got %q", got.finish.Errors[0].Error())
		}
	}
}

func TestV1RoundTrip(t *testing.T) {
	rows := mixed(5000)
	var buf bytes.Buffer
	w := NewV1Writer(&buf)
	must(t, w.BeginTable("Table_0", columnsOf(allKinds)))
	must(t, w.Rows(rows))
	must(t, w.EndTable(nil))
	must(t, w.Contents([]TOC{{"QueryResult", "PrimaryResult", "x", ""}}))
	must(t, w.Finish())
	got, err := readAll(NewV1Decoder(bytes.NewReader(buf.Bytes())))
	must(t, err)
	compare(t, got.rows[0], rows)
	if len(got.tables) != 2 || got.tables[1].Name != "Table_1" {
		t.Errorf("tables: %v", got.tables)
	}
}

// Every cut of an answer ends in an error, never in fewer rows without one.
func TestCutAnswers(t *testing.T) {
	raw := answer(t, V2Options{Newlines: true, Fragmented: true}, mixed(10))
	for n := range len(raw) - 2 {
		if _, err := readAll(NewDecoder(bytes.NewReader(raw[:n]))); err == nil {
			t.Fatalf("cut at %d of %d bytes: no error", n, len(raw))
		}
	}
}

// White space anywhere between tokens changes nothing.
func TestIndentedAnswer(t *testing.T) {
	rows := mixed(100)
	var indented bytes.Buffer
	must(t, json.Indent(&indented, answer(t, V2Options{Fragmented: true}, rows), " ", "\t"))
	got, err := readAll(NewDecoder(&indented))
	must(t, err)
	compare(t, got.rows[1], rows)
}

func TestForeignShapes(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{
			"rows before columns", `[{"FrameType":"DataSetHeader"},{"Rows":[[1,"a"],[null,"b"]],"TableName":"T","TableKind":"PrimaryResult","Columns":[{"ColumnType":"long","ColumnName":"n"},{"ColumnName":"s","ColumnType":"string"}],"TableId":1,"FrameType":"DataTable"},{"FrameType":"DataSetCompletion","HasErrors":false}]`,
			`[1,"a"][null,"b"]`,
		},
		{
			"white space", "[ {\"FrameType\" : \"DataTable\", \"TableId\": 1, \"TableKind\": \"PrimaryResult\",\r\n \"Columns\": [ {\"ColumnName\": \"n\", \"ColumnType\": \"int\"} ], \"Rows\": [ [ 1 ] , [\t-2 ] ] } , {\"FrameType\":\"DataSetCompletion\"} ]",
			`[1][-2]`,
		},
		{
			"other encodings", `[{"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult","Columns":[{"ColumnName":"b","ColumnType":"bool"},{"ColumnName":"d","ColumnType":"dynamic"},{"ColumnName":"t","ColumnType":"datetime"},{"ColumnName":"l","ColumnType":"long"},{"ColumnName":"s","ColumnType":"timespan"},{"ColumnName":"x","ColumnType":"decimal"}],"Rows":[[1,"{\"a\":1}","2020-01-01T00:00:00.1234567Z","5","1.02:03:04.5",1.25],[0,"plain","2020-01-01T00:00:00.0000000Z",5.0,"00:00:00",null]]},{"FrameType":"DataSetCompletion"}]`,
			`[true,{"a":1},"2020-01-01T00:00:00.1234567Z",5,"1.02:03:04.5000000","1.25"][false,"plain","2020-01-01T00:00:00Z",5,"00:00:00",null]`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := readAll(NewDecoder(strings.NewReader(c.in)))
			must(t, err)
			var out []byte
			for _, b := range got.rows[1] {
				for i := range b.N {
					out = appendRow(out, b.Cols, i)
				}
			}
			if string(out) != c.want {
				t.Errorf("got  %s\nwant %s", out, c.want)
			}
		})
	}
}

func TestUnreadableAnswers(t *testing.T) {
	const head = `[{"FrameType":"DataSetHeader"},{"FrameType":"TableHeader","TableId":1,"TableKind":"PrimaryResult","TableName":"P","Columns":[{"ColumnName":"n","ColumnType":"long"}]},`
	for _, c := range []struct{ name, in, want string }{
		{"web page", "<!DOCTYPE html>", "web page"},
		{"empty", "", "the connection was lost"},
		{"error body", `{"error":{"code":"General_BadRequest","message":"Request is invalid","@message":"no such table"}}`, "no such table"},
		{"bad cell", head + `{"FrameType":"TableFragment","TableFragmentType":"DataAppend","TableId":1,"Rows":[[1],["x"]]}]`, `frame 3 (TableFragment), row 1: the cell of column "n" can't be read as long`},
		{"too many cells", head + `{"FrameType":"TableFragment","TableFragmentType":"DataAppend","TableId":1,"Rows":[[1,2]]}]`, "more cells than the 1 columns"},
		{"too few cells", head + `{"FrameType":"TableFragment","TableFragmentType":"DataAppend","TableId":1,"Rows":[[]]}]`, "can't be read"},
		{"another table", head + `{"FrameType":"TableFragment","TableFragmentType":"DataAppend","TableId":2,"Rows":[[1]]}]`, "without a table"},
		{"progressive", head + `{"FrameType":"TableFragment","TableFragmentType":"DataReplace","TableId":1,"Rows":[[1]]}]`, "DataReplace"},
		{"unknown type", `[{"FrameType":"TableHeader","TableId":1,"TableKind":"PrimaryResult","Columns":[{"ColumnName":"n","ColumnType":"cube"}]}]`, `unknown type "cube"`},
		{"no completion", `[{"FrameType":"DataSetHeader"}]`, "cut short"},
		{"overflow", head + `{"FrameType":"TableFragment","TableFragmentType":"DataAppend","TableId":1,"Rows":[[9223372036854775808]]}]`, "can't be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := readAll(NewDecoder(strings.NewReader(c.in)))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
}

// The first rows of a slow answer arrive before the rest is there.
func TestFirstRowsAtOnce(t *testing.T) {
	raw := answer(t, V2Options{Newlines: true, Fragmented: true}, mixed(3000))
	cut := bytes.Index(raw, []byte("TableFragment"))
	cut += bytes.IndexByte(raw[cut:], '\n') + 1
	blocked := fmt.Errorf("the reader was asked for more than the first fragment")
	d := NewDecoder(io.MultiReader(bytes.NewReader(raw[:cut]), iotest.ErrReader(blocked)))
	for {
		e, err := d.Next()
		must(t, err)
		if e.Kind == Rows && e.Table.Kind == PrimaryResult {
			if e.Batch.N == 0 {
				t.Error("no rows")
			}
			return
		}
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add(answer(f, V2Options{Newlines: true, Fragmented: true}, mixed(9)), false)
	f.Add(answer(f, V2Options{}, mixed(3), &Error{Code: "x"}), false)
	f.Add([]byte(`{"Tables":[{"TableName":"T","Columns":[{"ColumnName":"a","DataType":"String"}],"Rows":[["x"],{"Exceptions":["bad"]}]}]}`), true)
	f.Fuzz(func(t *testing.T, raw []byte, v1 bool) {
		d, slow := NewDecoder(bytes.NewReader(raw)), NewDecoder(iotest.OneByteReader(bytes.NewReader(raw)))
		if v1 {
			d, slow = NewV1Decoder(bytes.NewReader(raw)), NewV1Decoder(iotest.OneByteReader(bytes.NewReader(raw)))
		}
		if len(raw) > 4096 {
			_, _ = readAll(d)
			return
		}
		whole, bytewise := rowsOnly(events(d)), rowsOnly(events(slow))
		if whole != bytewise {
			t.Fatalf("whole:\n%s\nby bytes:\n%s", whole, bytewise)
		}
	})
}

// rowsOnly drops the error at the end of events, which may show more or less of the text around it.
func rowsOnly(events string) string {
	if i := strings.Index(events, "error: "); i >= 0 {
		return "failed"
	}
	return events
}

func FuzzScanString(f *testing.F) {
	f.Add([]byte("12345678"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if end, _ := scanString(b, 0); end < len(b) && b[end] != '"' && b[end] != '\\' || bytes.ContainsAny(b[:end], `"\`) {
			t.Fatalf("scanString stopped at %d of %q", end, b)
		}
	})
}
