package source

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"calypso/kusto/value"
)

func TestCSV(t *testing.T) {
	long := strings.Repeat("x", 300_000)
	runTextCases(t, []textCase{
		{
			name: "types are inferred", file: "a.csv", text: "b,l,r,d,t,g,j,s\ntrue,12,1.5,2024-01-02T03:04:05.678Z,1.02:03:04,74be27de-1e4e-49d9-b579-fe0b331d3642,\"{\"\"a\"\":1}\",hi\nFALSE,-3,2,2024-01-03,00:00:01.5,74BE27DE-1E4E-49D9-B579-FE0B331D3642,[1],there\n",
			want: "b:bool|l:long|r:real|d:datetime|t:timespan|g:guid|j:dynamic|s:string\ntrue|12|1.5|2024-01-02T03:04:05.6780000Z|1.02:03:04|74be27de-1e4e-49d9-b579-fe0b331d3642|{\"a\":1}|hi\nfalse|-3|2.0|2024-01-03T00:00:00.0000000Z|00:00:01.5000000|74be27de-1e4e-49d9-b579-fe0b331d3642|[1]|there",
		},
		{name: "leading zeros and plus signs are codes", file: "a.csv", text: "zip,phone\n01234,+4912\n99999,5\n", want: "zip:string|phone:string\n01234|+4912\n99999|5"},
		{name: "digits that no number keeps stay text", file: "a.csv", text: "a,b\n12345678901234567890,9007199254740993\n1,1.5\n", want: "a:string|b:string\n12345678901234567890|9007199254740993\n1|1.5"},
		{name: "empty cells are null or empty text", file: "a.csv", text: "n,s\n1,a\n,\n", want: "n:long|s:string\n1|a\n∅|"},
		{name: "a column without values is text", file: "a.csv", text: "a,b\n1,\n2,\n", want: "a:long|b:string\n1|\n2|"},
		{name: "numbers may have blanks around", file: "a.csv", text: "a, b\n1, 2\n3, 4\n", want: "a:long|b:long\n1|2\n3|4"},
		{name: "quotes hold delimiters, quotes and line ends", file: "a.csv", text: "a,b\n\"x,\"\"y\"\"\",\"line 1\nline 2\"\n", want: "a:string|b:string\nx,\"y\"|line 1\nline 2"},
		{name: "a quote inside a cell is a character", file: "a.csv", text: "a,b\n5\" pipe,2\n", want: "a:string|b:long\n5\" pipe|2"},
		{name: "carriage returns and a byte order mark", file: "a.csv", text: "\xef\xbb\xbfa,b\r\n1,\"x\"\r\n\r\n2,y", want: "a:long|b:string\n1|x\n2|y"},
		{name: "no header when a cell is a value", file: "a.csv", text: "x,1\ny,2\n", want: "Column1:string|Column2:long\nx|1\ny|2"},
		{name: "no header when names repeat", file: "a.csv", text: "a,a\nb,c\n", want: "Column1:string|Column2:string\na|a\nb|c"},
		{name: "header only", file: "a.csv", text: "a,b\n", want: "a:string|b:string"},
		{name: "told to have no header", file: "a.csv", text: "a,b\nc,d\n", options: Options{Header: HeaderNone}, want: "Column1:string|Column2:string\na|b\nc|d"},
		{name: "short rows are filled", file: "a.csv", text: "a,b,c\n1\n1,2\n", want: "a:long|b:long|c:string\n1|∅|\n1|2|"},
		{name: "empty cells too many are dropped", file: "a.csv", text: "a,b\n1,2,,\n", want: "a:long|b:long\n1|2"},
		{name: "cells too many are refused", file: "a.csv", text: "a,b\n1,2\n3,4,5\n", want: `error: a.csv:3: more than 2 cells, the number of columns; quote cells that hold a ','`},
		{name: "tabs", file: "a.tsv", text: "a\tb\n1,5\tx\n", want: "a:string|b:string\n1,5|x"},
		{name: "semicolons", file: "a.csv", text: "a;b\n1;x\n", want: "a:long|b:string\n1|x"},
		{name: "gzip", file: "a.csv.gz", text: "a,b\n1,x\n", want: "a:long|b:string\n1|x"},
		{
			name: "given types win, misfits are null", file: "a.csv", text: "a,b\n1,2024-05-06\nx,3\n7,6 May 2024\n", options: Options{Columns: []value.Column{{Name: "n", Kind: value.Int}, {Name: "d", Kind: value.Datetime}}},
			want: "n:int|d:datetime\n1|2024-05-06T00:00:00.0000000Z\n∅|∅\n7|2024-05-06T00:00:00.0000000Z",
		},
		{name: "bad UTF-8", file: "a.csv", text: "a,b\n1,caf\xe9\n", want: "error: a.csv:2: byte 0xe9 isn't UTF-8; convert the file, for example with iconv -f WINDOWS-1252 -t UTF-8"},
		{name: "NUL", file: "a.csv", text: "a,b\n1,x\n2,\x00\n", want: "error: a.csv:3: a NUL byte; this isn't a text file, or it was damaged"},
		{name: "UTF-16", file: "a.csv", text: "\xff\xfea\x00,\x00b\x00", want: "error: a.csv:1: is UTF-16; save it as UTF-8"},
		{name: "Excel", file: "a.csv", text: "PK\x03\x04....", want: "error: a.csv: is a compressed file by its content; unpack it, or name it .gz if it is gzip"},
		{name: "empty", file: "a.csv", text: "", want: "error: a.csv: is empty; put a header line with column names in it"},
		{name: "blank lines only", file: "a.csv", text: "\n\r\n\n", want: "error: a.csv: holds only empty lines; put a header line with column names in it"},
		{name: "old Mac line ends", file: "a.csv", text: "a,b\r1,2\r", want: "error: a.csv:1: ends its lines with bare carriage returns; save it with line feeds"},
		{name: "open quote", file: "a.csv", text: "a,b\n1,2\n3,\"x\n4,5\n", want: "error: a.csv:3: text follows a closing quote, or a quote isn't closed; double the quotes inside a quoted cell"},
		{name: "text after a quote", file: "a.csv", text: "a,b\n1,\"x\"y\n", want: "error: a.csv:2: text follows a closing quote, or a quote isn't closed; double the quotes inside a quoted cell"},
		{
			name: "a quote open for too long", file: "a.csv", text: "a,b\n1,\"" + strings.Repeat("x", 5000), options: Options{block: 512, record: 4096},
			want: "error: a.csv:2: the record that starts here doesn't end within 4096 bytes; look for a quote or bracket that isn't closed, or split the file",
		},
		{name: "cells longer than a sample", file: "a.csv", text: "a,b\n\"" + long + "\",2\n", want: "a:string|b:long\n" + long + "|2"},
		{
			name: "too much for memory", file: "a.csv", text: "a,b\n" + strings.Repeat("some text,1\n", 1000), options: Options{MaxBytes: 2000},
			want: "error: a.csv: needs more than 0 MB of memory once loaded; raise the limit, split the file, or convert it to Parquet, which is read column by column",
		},
		{name: "unknown kind", file: "a.txt", text: "x", want: "error: a.txt: no known kind of data file; name it .csv, .tsv, .json, .ndjson or .jsonl (or these with .gz), or .parquet"},
	})
}

// A cell far behind the sample may need a wider type: the load starts again, and nothing is lost.
func TestCSVWidensLate(t *testing.T) {
	var text strings.Builder
	text.WriteString("n,e\n")
	for i := range 3000 {
		fmt.Fprintf(&text, "%d,\n", i)
	}
	text.WriteString("x7,5\n")
	table, err := loadCSV(context.Background(), "a.csv", fromBytes([]byte(text.String())), 0, Options{block: 1024})
	if err != nil {
		t.Fatal(err)
	}
	got := show(t, table)
	if !strings.HasPrefix(got, "n:string|e:long\n0|∅\n") || !strings.HasSuffix(got, "\n2999|∅\nx7|5\n") {
		t.Errorf("%.60s … %s", got, got[len(got)-30:])
	}
	if len(table.segments) < 3 {
		t.Errorf("%d segments: the blocks were too big to test anything", len(table.segments))
	}
}

// Misfits of a given schema are counted by column.
func TestCSVCountsMisfits(t *testing.T) {
	table, err := loadCSV(context.Background(), "a.csv", fromBytes([]byte("a,b\n1,x\nq,y\n,z\nr,\n")), 0,
		Options{Columns: []value.Column{{Name: "a", Kind: value.Long}, {Name: "b", Kind: value.String}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := table.Misfits(); !slices.Equal(got, []int64{2, 0}) {
		t.Errorf("misfits %v", got)
	}
}

// randomCSV writes records with every kind of trouble that quoting allows.
func randomCSV(r *rand.Rand) (text []byte, records [][]string) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = r.IntN(2) == 0
	pieces := []string{"a", "é", ",", "\"", "\n", " ", "0", "12", "\r\n", "\"\"", "x y", "日本"}
	columns := 2 + r.IntN(3)
	for range 1 + r.IntN(40) {
		record := make([]string, columns)
		for i := range record {
			for range r.IntN(5) {
				record[i] += pieces[r.IntN(len(pieces))]
			}
		}
		w.Write(record)
		records = append(records, record)
	}
	w.Flush()
	return out.Bytes(), records
}

// Cells are what encoding/csv reads, wherever the blocks are cut.
func TestCSVAgreesWithEncodingCSV(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for n := range 600 {
		text, _ := randomCSV(r)
		reader := csv.NewReader(bytes.NewReader(text))
		want, err := reader.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		columns := make([]value.Column, len(want[0]))
		for i := range columns {
			columns[i] = value.Column{Name: fmt.Sprint("c", i), Kind: value.String}
		}
		table, err := loadCSV(context.Background(), "a.csv", fromBytes(text), ',', Options{Columns: columns, Header: HeaderNone, block: 1 + r.IntN(80)})
		if err != nil {
			t.Fatalf("case %d: %v\n%q", n, err, text)
		}
		var got [][]string
		for s := range table.segments {
			for row := range table.segments[s].rows {
				var record []string
				for _, v := range table.segments[s].columns {
					record = append(record, strings.ReplaceAll(v.Strings[row], "\r\n", "\n"))
				}
				got = append(got, record)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("case %d: %q\n got %q\nwant %q", n, text, got, want)
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "a,b\n\"x\"\"y\",\"\n\"\n", "\"", "a\n\"b\"c", "\xff\xfe", "a;b\r\n1;\"2\"\r\n", "1,2\n,\n"} {
		f.Add([]byte(seed), 7)
	}
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		options := Options{block: 1 + (size&0xff+256)%256, record: 1 << 16}
		small, err1 := loadCSV(context.Background(), "a.csv", fromBytes(data), 0, options)
		again, err2 := loadCSV(context.Background(), "a.csv", fromBytes(data), 0, options)
		if fmt.Sprint(err1) != fmt.Sprint(err2) {
			t.Fatalf("%v, then %v", err1, err2)
		}
		if err1 == nil && show(t, small) != show(t, again) {
			t.Fatal("two loads differ")
		}
	})
}
