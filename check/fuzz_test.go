package check

import (
	"bytes"
	"maps"
	"testing"
)

// FuzzBaseline: a baseline that is read has counts that mean something, whatever was in the file.
func FuzzBaseline(f *testing.F) {
	var file bytes.Buffer
	if err := WriteBaseline(&file, []Finding{{Code: "CAL5001", Path: `a\b.kql`, Hash: "x"}, {Code: "CAL5001", Path: "a/b.kql", Hash: "x"}}); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Add([]byte(`{"version": 2, "findings": []}`))
	f.Add([]byte(`{"version": 1, "findings": [{"rule": "CAL1", "path": "a", "hash": "", "count": 9223372036854775807}, {"rule": "CAL1", "path": "a", "count": 9}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := ReadBaseline(data)
		if err != nil {
			return
		}
		before := maps.Clone(b)
		for key, n := range b {
			if n < 1 {
				t.Errorf("%v is there %d times", key, n)
			}
		}
		b.Mark([]Finding{{Code: "CAL1", Path: "a"}})
		if !maps.Equal(before, b) {
			t.Error("a baseline changed as it was used")
		}
	})
}

// FuzzMarkdown: each byte of a query has its place in the page, and is the page's byte there.
func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{"```kql\nT\n```\n", "- a\n  ~~~ {.kusto}\n    T\r\n  | take 1\n  ~~~~", "````csl,x\n```\nT", "```kql\n\n```kql\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, q := range markdownQueries(body) {
			if q.offsets != nil && len(q.offsets) != len(q.Text)+1 {
				t.Fatalf("%d offsets for %d bytes", len(q.offsets), len(q.Text))
			}
			for i := range len(q.Text) {
				at := q.base + i
				if q.offsets != nil {
					at = q.offsets[i]
				}
				if at < 0 || at >= len(body) || body[at] != q.Text[i] {
					t.Fatalf("byte %d of %q is said to be at %d", i, q.Text, at)
				}
			}
		}
	})
}
