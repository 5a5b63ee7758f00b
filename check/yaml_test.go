package check

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestYAMLPlaces: in every style of scalar the word MARK is found where it stands in the file.
func TestYAMLPlaces(t *testing.T) {
	for name, body := range map[string]string{
		"literal":           "id: 1\nquery: |\n  T\n  | where a\n\n  | take MARK\nname: x\n",
		"literal keep":      "query: |+\n    T\n      | where MARK == 1\n\n\nx: 1\n",
		"literal strip":     "query: |-\n  T | take MARK",
		"literal indented":  "query: |2\n    T\n   | take MARK\n",
		"literal CRLF":      "a: 1\r\nquery: |\r\n  T\r\n  | take MARK\r\n",
		"leading blank":     "query: |\n\n\n  T | take MARK\n",
		"folded":            "query: >\n  T\n  | where a\n\n  | take MARK\n",
		"folded more":       "query: >-\n  T\n    | where a\n    | take MARK\n  | count\n",
		"plain":             "query: T | take MARK\n",
		"plain lines":       "query: T\n  | where b\n\n  | take MARK\n",
		"double":            `query: "T | where a == \"x\\n\" | take MARK"` + "\n",
		"double lines":      "query: \"T\n  | where b \\\n  | take\\\n  \\ \\u0041\\x41 MARK\"\n",
		"double break":      `query: "T\n| where b\n| take MARK"` + "\n",
		"single":            "query: 'T | where a == ''x'' | take MARK'\n",
		"single lines":      "query: 'T\n\n  | where a\n  | take MARK'\n",
		"deep":              "a:\n  - b: {query: 'T | take MARK'}\n",
		"characters":        "ä: ö\nü: {query: 'Tä | take MARK'}\n",
		"second document":   "a: 1\n---\nquery: |\n  T | take MARK\n",
		"comment after key": "query: | # here\n  T | take MARK\n",
	} {
		list, err := yamlQueries(body, nil)
		if err != nil || len(list) != 1 {
			t.Errorf("%s: %d queries, %v", name, len(list), err)
			continue
		}
		q := list[0]
		at := strings.Index(q.Text, "MARK")
		if at < 0 {
			t.Errorf("%s: the query is %q", name, q.Text)
			continue
		}
		span := q.span(textSpan(at, at+4))
		if q.rough || span.Start != strings.Index(body, "MARK") || span.Len() != 4 {
			t.Errorf("%s: found at %d, stands at %d (rough: %v)", name, span.Start, strings.Index(body, "MARK"), q.rough)
		}
		if len(q.offsets) != len(q.Text)+1 {
			t.Errorf("%s: %d offsets for %d bytes", name, len(q.offsets), len(q.Text))
		}
	}
}

func TestYAMLRefuses(t *testing.T) {
	if _, err := yamlQueries("query: [", nil); err == nil || !strings.Contains(err.Error(), "line") {
		t.Errorf("broken YAML: %v", err)
	}
	if list, err := yamlQueries("other: [", nil); err != nil || len(list) != 0 {
		t.Errorf("YAML without a query isn't ours: %v", err)
	}
	if list, _ := yamlQueries("a: &q T\nquery: *q\n", nil); len(list) != 0 {
		t.Errorf("an alias: %v", list)
	}
}

// FuzzYAML: whatever the file, each byte of a query has a place in it.
func FuzzYAML(f *testing.F) {
	for _, s := range []string{"query: |\n T\n  | x\n", "query: >\n  a\n\n\n  b", "query: \"a\\\n  b\\u0041\"", "query: 'a''\n\n b'", "query: a\n  b", "? query\n: b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		late := time.AfterFunc(3*time.Second, func() { panic("takes too long: " + strconv.Quote(body)) })
		defer late.Stop()
		list, _ := yamlQueries(body, nil)
		for _, q := range list {
			if len(q.offsets) != len(q.Text)+1 {
				t.Fatalf("%d offsets for %d bytes", len(q.offsets), len(q.Text))
			}
			for _, o := range q.offsets {
				if o < 0 || o > len(body) {
					t.Fatalf("offset %d of %d", o, len(body))
				}
			}
		}
	})
}
