package syntax_test

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"calypso/internal/corpus"
	"calypso/kql/syntax"
)

// corpusQuery is a line of a corpus file, as far as these tests read it.
type corpusQuery struct {
	ID, Query string
	Expected  struct{ Columns []any }
}

func publicQueries(t testing.TB, pattern string) []corpusQuery {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpus.File(t, "corpus"), filepath.FromSlash(pattern)))
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus files match %s", pattern)
	}
	var all []corpusQuery
	for _, file := range files {
		all = append(all, corpus.Lines[corpusQuery](t, file)...)
	}
	return all
}

// verdict is what the official library said about a query; see testdata/record-verdicts.mjs.
type verdict struct {
	Q, Kind string
	OK      bool
}

func verdicts(t testing.TB) map[string]verdict {
	t.Helper()
	all := map[string]verdict{}
	for _, v := range corpus.Lines[verdict](t, filepath.Join("testdata", "oracle-verdicts.jsonl.gz")) {
		all[v.Q] = v
	}
	return all
}

func hashOf(query string) string {
	sum := sha256.Sum256([]byte(query))
	return hex.EncodeToString(sum[:])[:16]
}

// tally counts agreement with the library on one kind of text.
type tally struct{ accepted, ofAccepted, rejected, ofRejected int }

// TestCorpus compares with the official library on every public query: what it accepts must be accepted here, and what it
// rejects mostly rejected. Each tree keeps its text, and none takes long.
func TestCorpus(t *testing.T) {
	known := verdicts(t)
	tallies := map[string]*tally{"query": {}, "command": {}}
	for _, q := range append(publicQueries(t, "kql/*.jsonl"), publicQueries(t, "engine/*.jsonl")...) {
		start := time.Now()
		tree := syntax.Parse(q.Query)
		if took := time.Since(start); took > hang {
			t.Errorf("%s: took %v", q.ID, took)
		}
		checkTree(t, tree)
		v, ok := known[hashOf(q.Query)]
		if !ok || tallies[v.Kind] == nil {
			continue
		}
		count := tallies[v.Kind]
		clean := len(tree.Diagnostics) == 0
		switch {
		case v.OK:
			count.ofAccepted++
			if clean {
				count.accepted++
			} else {
				t.Logf("%s: the library accepts it, here: %s", q.ID, diagnostics(tree))
			}
		default:
			count.ofRejected++
			if !clean {
				count.rejected++
			} else if v.Kind == "query" {
				t.Logf("%s: the library rejects it", q.ID)
			}
		}
	}
	for kind, c := range tallies {
		t.Logf("%s: %d of %d that the library accepts are accepted, %d of %d that it rejects are rejected",
			kind, c.accepted, c.ofAccepted, c.rejected, c.ofRejected)
		if c.accepted*100 < c.ofAccepted*97 || c.ofAccepted == 0 {
			t.Errorf("%s: fewer than 97%% of what the library accepts are accepted", kind)
		}
	}
	if c := tallies["query"]; c.rejected*100 < c.ofRejected*90 {
		t.Error("fewer than 90% of what the library rejects are rejected")
	}
}

// TestEngineQueries holds that no query that the engine gave rows for has an error.
func TestEngineQueries(t *testing.T) {
	for _, q := range publicQueries(t, "engine/kustainer-*.jsonl") {
		if len(q.Expected.Columns) == 0 {
			continue
		}
		if tree := syntax.Parse(q.Query); len(tree.Diagnostics) > 0 {
			t.Errorf("%s: %s", q.ID, diagnostics(tree))
		}
	}
}

// TestCorpusBlocks counts, of the public texts with blank lines that the library accepts as one query, those whose blocks are
// all accepted: no split may break a query.
func TestCorpusBlocks(t *testing.T) {
	files, good := 0, 0
	known := verdicts(t)
	blank := regexp.MustCompile(`\n\s*\n`)
	for _, q := range publicQueries(t, "kql/*.jsonl") {
		if !blank.MatchString(strings.TrimSpace(q.Query)) || !known[hashOf(q.Query)].OK {
			continue
		}
		files++
		ok := true
		for _, b := range syntax.Blocks(q.Query) {
			if tree := syntax.Parse(b.Span.Of(q.Query)); len(tree.Diagnostics) > 0 {
				ok = false
				t.Logf("%s: %s block %d: %s", q.ID, b.Kind, b.Span.Start, diagnostics(tree))
				break
			}
		}
		if ok {
			good++
		}
	}
	t.Logf("%d of %d good texts with blank lines have only good blocks", good, files)
	if good*100 < files*98 {
		t.Errorf("only %d of %d", good, files)
	}
}

// TestCorpusCut parses the corpus cut off in the middle of tokens, as when it is typed.
func TestCorpusCut(t *testing.T) {
	for i, q := range publicQueries(t, "kql/*.jsonl") {
		if i%7 != 0 {
			continue
		}
		for k := 1; k < 4; k++ {
			checkTree(t, syntax.Parse(q.Query[:len(q.Query)*k/4]))
		}
	}
}

// corpusText is about 250 KB of detection queries for the benchmarks.
func corpusText(b *testing.B) (queries []string, size int64) {
	for _, q := range publicQueries(b, "kql/hunting-*.jsonl") {
		queries = append(queries, q.Query)
		size += int64(len(q.Query))
	}
	return queries, size
}

func BenchmarkParse(b *testing.B) {
	queries, size := corpusText(b)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, q := range queries {
			syntax.Parse(q)
		}
	}
}

func BenchmarkScan(b *testing.B) {
	queries, size := corpusText(b)
	b.SetBytes(size)
	for b.Loop() {
		for _, q := range queries {
			syntax.Scan(q)
		}
	}
}

func BenchmarkBlocks(b *testing.B) {
	queries, size := corpusText(b)
	text := strings.Join(queries, "\n\n")
	b.SetBytes(size)
	for b.Loop() {
		syntax.Blocks(text)
	}
}
