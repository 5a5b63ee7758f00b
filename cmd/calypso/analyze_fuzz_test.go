package main

import (
	"bytes"
	"encoding/json"
	"testing"
)

// FuzzAnalyze: each line that isn't empty has one answer, a JSON object, whatever stands in it.
func FuzzAnalyze(f *testing.F) {
	schema, err := readSchema("")
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"{\"id\": 1, \"query\": \"T | count\"}\n\n{\"query\": null}", `{"id": {"a": [1]}, "query": "let x"}`, "{", "[]\n\"\"\nnull\r\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		var out bytes.Buffer
		if err := analyzeLines(bytes.NewReader(in), &out, schema); err != nil {
			return // a line over the limit
		}
		want := 0
		for line := range bytes.Lines(in) {
			if len(bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))) > 0 {
				want++
			}
		}
		for line := range bytes.Lines(out.Bytes()) {
			want--
			if !json.Valid(line) || line[0] != '{' {
				t.Errorf("%q is no answer", line)
			}
		}
		if want != 0 {
			t.Errorf("%d lines without an answer", want)
		}
	})
}
