package source

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"calypso/kusto/value"
)

func TestJSON(t *testing.T) {
	deep := strings.Repeat("[", 1200) + strings.Repeat("]", 1200)
	var wide strings.Builder
	for i := range 2100 {
		fmt.Fprintf(&wide, "{\"k%d\":1}\n", i)
	}
	runTextCases(t, []textCase{
		{
			name: "one object a line", file: "a.ndjson", text: "{\"b\":true,\"l\":12,\"r\":1.5,\"s\":\"x\",\"d\":\"2024-01-02T03:04:05Z\",\"g\":\"74be27de-1e4e-49d9-b579-fe0b331d3642\",\"t\":\"00:00:01\",\"j\":{\"a\":[1]}}\n{\"b\":false,\"l\":-3,\"r\":2,\"s\":\"y\",\"d\":\"2024-01-03\",\"g\":\"74be27de-1e4e-49d9-b579-fe0b331d3642\",\"t\":\"1.00:00:00\",\"j\":[]}\n",
			want: "b:bool|l:long|r:real|s:string|d:datetime|g:guid|t:timespan|j:dynamic\ntrue|12|1.5|x|2024-01-02T03:04:05.0000000Z|74be27de-1e4e-49d9-b579-fe0b331d3642|00:00:01|{\"a\":[1]}\nfalse|-3|2.0|y|2024-01-03T00:00:00.0000000Z|74be27de-1e4e-49d9-b579-fe0b331d3642|1.00:00:00|[]",
		},
		{name: "keys in first-seen order, missing ones null", file: "a.jsonl", text: "{\"b\":1}\n\n{\"a\":\"x\",\"b\":2}\r\n{}\n", want: "b:long|a:string\n1|\n2|x\n∅|"},
		{name: "an array", file: "a.json", text: " [ {\"a\":1} ,\n {\"a\":2}\n] \n", want: "a:long\n1\n2"},
		{name: "an object over several lines", file: "a.json", text: "{\n  \"a\": 1,\n  \"b\": [1,\n 2]\n}\n", want: "a:long|b:dynamic\n1|[1,2]"},
		{name: "objects one after the other", file: "a.json", text: "{\"a\":\n1}{\"a\":2} {\"a\":3}", want: "a:long\n1\n2\n3"},
		{name: "text of digits stays text", file: "a.json", text: `{"a":"12"}`, want: "a:string\n12"},
		{name: "values of several types stay what they are", file: "a.json", text: "{\"a\":1}\n{\"a\":\"1\"}\n{\"a\":null}\n{\"a\":{}}\n", want: "a:dynamic\n1\n\"1\"\n∅\n{}"},
		{name: "whole numbers beyond 64 bits are what dynamic makes of them", file: "a.json", text: "{\"a\":12345678901234567890}\n", want: "a:dynamic\n12345678901234568000.0"},
		{name: "escapes", file: "a.json", text: `{"a\u0062":"x\n\"é\u00e9\ud83d\ude00"}`, want: "ab:string\nx\n\"éé😀"},
		{name: "the last of a key given twice", file: "a.json", text: `{"a":1,"b":2,"a":3}`, want: "a:long|b:long\n3|2"},
		{name: "given types", file: "a.json", text: "{\"n\":\"12\",\"x\":9}\n{\"n\":true}\n", options: Options{Columns: []value.Column{{Name: "n", Kind: value.Long}}}, want: "n:long\n12\n∅"},
		{name: "gzip", file: "a.json.gz", text: `{"a":1}`, want: "a:long\n1"},
		{name: "a line that is cut off", file: "a.ndjson", text: "{\"a\":1}\n{\"a\":\n{\"a\":2}\n", want: "error: a.ndjson:2: not a JSON object: each line must hold one whole object"},
		{name: "two objects on a line", file: "a.ndjson", text: "{\"a\":1}\n{\"a\":1}{\"a\":2}\n", want: "error: a.ndjson:2: not a JSON object: each line must hold one whole object"},
		{name: "no object", file: "a.ndjson", text: "hello\n", want: "error: a.ndjson:1: not a JSON object; a JSON file holds objects, one a line or in an array"},
		{name: "HTML", file: "a.json", text: "<html>\n", want: "error: a.json:1: not a JSON object; a JSON file holds objects, one a line or in an array"},
		{name: "an array of numbers", file: "a.json", text: "[1,2]", want: "error: a.json:1: not a JSON object; the elements of the array must be objects"},
		{name: "an array that isn't closed", file: "a.json", text: "[{\"a\":1},\n{\"a\":2}\n", want: "error: a.json:3: the array isn't closed; the file may be cut off"},
		{name: "an array cut within an element", file: "a.json", text: "[{\"a\":1},\n{\"a\":", want: "error: a.json:2: not a JSON object; check the brackets, quotes and commas here"},
		{name: "no comma between elements", file: "a.json", text: "[{\"a\":1}\n{\"a\":2}]", want: "error: a.json:2: a comma or ] is missing between the array's elements"},
		{name: "text after the array", file: "a.json", text: "[{\"a\":1}]\n[{\"a\":1}]", want: "error: a.json:2: text follows the array; keep one array in a file"},
		{name: "nested too deep", file: "a.json", text: `{"a":` + deep + `}`, want: "error: a.json:1: not a JSON object; check the brackets, quotes and commas here"},
		{name: "keys without end", file: "a.ndjson", text: wide.String(), want: "error: a.ndjson:2001: more than 2000 different top-level keys; put them into one object under a single key"},
		{name: "an empty key", file: "a.json", text: `{"":1}`, want: "error: a.json: holds an empty key, which can't name a column; give it a name"},
		{name: "no keys", file: "a.json", text: `[{},{}]`, want: "error: a.json: holds no object with a key; a table needs at least one column"},
		{name: "empty", file: "a.json", text: " \n", want: "error: a.json: is empty; a table needs at least one JSON object"},
		{name: "bad UTF-8", file: "a.json", text: "{\"a\":\"x\"}\n{\"a\":\"\xff\"}\n", want: "error: a.json:2: byte 0xff isn't UTF-8; convert the file, for example with iconv -f WINDOWS-1252 -t UTF-8"},
		{name: "a raw control character", file: "a.json", text: "{\"a\":\"x\ty\"}", want: "error: a.json:1: not a JSON object; check the brackets, quotes and commas here"},
		{
			name: "one endless line", file: "a.json", text: "[{\"a\":\"" + strings.Repeat("x", 5000), options: Options{block: 512, record: 4096},
			want: "error: a.json:1: the record that starts here doesn't end within 4096 bytes; look for a quote or bracket that isn't closed, or split the file",
		},
	})
}

// An array on a single line is read element by element, in little memory.
func TestJSONArrayOnOneLine(t *testing.T) {
	var text strings.Builder
	text.WriteString("[")
	for i := range 20_000 {
		if i > 0 {
			text.WriteString(", ")
		}
		fmt.Fprintf(&text, `{"n":%d,"s":"}]{[\\\""}`, i)
	}
	text.WriteString("]")
	table, err := loadJSON(context.Background(), "a.json", fromBytes([]byte(text.String())), Options{block: 1000, record: 4000})
	if err != nil {
		t.Fatal(err)
	}
	if table.Rows() != 20_000 || len(table.segments) < 100 {
		t.Errorf("%d rows in %d segments", table.Rows(), len(table.segments))
	}
}

// Keys and types that first come up far behind the sample are found, in the order of the file.
func TestJSONLearnsLate(t *testing.T) {
	var text strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&text, "{\"n\":%d}\n", i)
	}
	text.WriteString("{\"z\":\"2024-01-01\",\"y\":1}\n{\"n\":0.5,\"y\":true}\n")
	table, err := loadJSON(context.Background(), "a.json", fromBytes([]byte(text.String())), Options{block: 500})
	if err != nil {
		t.Fatal(err)
	}
	got := show(t, table)
	if !strings.HasPrefix(got, "n:real|z:datetime|y:dynamic\n0.0|∅|∅\n") || !strings.HasSuffix(got, "\n∅|2024-01-01T00:00:00.0000000Z|1\n0.5|∅|true\n") {
		t.Errorf("%.80s … %s", got, got[len(got)-80:])
	}
}

// Random objects come back as encoding/json wrote them, wherever the blocks are cut and however the file is laid out.
func TestJSONAgreesWithEncodingJSON(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	words := []string{"", "a", "}", "\"", "\\", "é", "{[", "\n", "\u2028", "日本語 and more than eight bytes"}
	for n := range 400 {
		var rows []map[string]any
		for range 1 + r.IntN(12) {
			rows = append(rows, map[string]any{
				"s": words[r.IntN(len(words))] + words[r.IntN(len(words))], "n": r.IntN(1000),
				"j": map[string]any{words[r.IntN(len(words))]: []any{1.5, nil, words[r.IntN(len(words))]}},
			})
		}
		var text []byte
		switch n % 3 {
		case 0:
			text, _ = json.Marshal(rows)
		case 1:
			text, _ = json.MarshalIndent(rows, "", "  ")
		default:
			for _, row := range rows {
				line, _ := json.Marshal(row)
				text = append(append(text, line...), '\n')
			}
		}
		table, err := loadJSON(context.Background(), "a.json", fromBytes(text), Options{block: 1 + r.IntN(200)})
		if err != nil {
			t.Fatalf("case %d: %v\n%s", n, err, text)
		}
		s, j := wholeColumn(t, table, "s"), wholeColumn(t, table, "j")
		if s.N != len(rows) {
			t.Fatalf("case %d: %d rows of %d", n, s.N, len(rows))
		}
		for i, row := range rows {
			var got any
			json.Unmarshal([]byte(j.Dynamics[i].String()), &got)
			if s.Strings[i] != row["s"] || fmt.Sprint(got) != fmt.Sprint(row["j"]) {
				t.Fatalf("case %d, row %d: %q %v", n, i, s.Strings[i], got)
			}
		}
	}
}

func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{"a":1}`, "{\"a\":1}\n{\"b\":\"x\"}\n", `[{"a":[1,{"b":null}]},{"a":2}]`, `[`, `{"a":"\ud83d"}`, "\xef\xbb\xbf{}", `{"a":1}{"a":`} {
		f.Add([]byte(seed), 7)
	}
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		options := Options{block: 1 + (size&0xff+256)%256, record: 1 << 16}
		table, err := loadJSON(context.Background(), "a.json", fromBytes(data), options)
		if err != nil {
			return
		}
		whole, err := loadJSON(context.Background(), "a.json", fromBytes(data), Options{})
		if err != nil {
			t.Fatalf("only whole: %v", err)
		}
		if show(t, table) != show(t, whole) {
			t.Fatal("the cut changes the table")
		}
	})
}
