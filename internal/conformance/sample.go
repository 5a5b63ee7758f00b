package main

// This file makes the sample that go test compares without Node: the library's verdicts on some hundred queries, by the hash of
// the text, without the text itself.

import "path"

// sampleEvery and sampleLimit choose the sample: every so many texts of a corpus under the first schema, so many at most.
const (
	sampleEvery = 11
	sampleLimit = 60
)

// sampleLine is what the library said about one text.
type sampleLine struct {
	Query   string `json:"q"` // hash of the text
	Syntax  bool   `json:"syntax"`
	Error   bool   `json:"error"`
	Columns string `json:"columns,omitempty"` // "" where it gave no table
	Schema  string `json:"schema"`
	Corpus  string `json:"corpus"`
}

type sampler struct {
	seen  map[string]int
	taken map[string]int
	lines []sampleLine
}

func newSampler() *sampler { return &sampler{seen: map[string]int{}, taken: map[string]int{}} }

func (s *sampler) add(c *comparison) {
	key := c.schema + " " + c.corpus
	s.seen[key]++
	if c.skipped || c.command || len(c.found) > 0 || s.seen[key]%sampleEvery != 0 || s.taken[key] >= sampleLimit || len(c.answer.columns()) > 4000 {
		return
	}
	s.taken[key]++
	s.lines = append(s.lines, sampleLine{Query: hash(c.query.Query), Syntax: c.syntaxBad[0], Error: len(c.theirs) > 0,
		Columns: c.columns[0], Schema: c.schema, Corpus: path.Base(c.corpus)})
}

func (s *sampler) write(path string) error {
	if path == "" {
		return nil
	}
	return writeJSONLines(path, s.lines)
}
