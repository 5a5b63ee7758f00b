package main

// This file makes the sample that go test compares without Node: the library's verdicts on some hundred queries and commands, by
// the hash of the text, without the text itself.

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
	Columns string `json:"columns,omitempty"` // hash of the columns that both gave; "" where the library gave no table
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
	if c.skipped || c.engine || len(c.found) > 0 || s.seen[key]%sampleEvery != 0 || s.taken[key] >= sampleLimit {
		return
	}
	s.taken[key]++
	line := sampleLine{Query: hash(c.query.Query), Syntax: c.syntaxBad[0], Error: len(c.theirs) > 0, Schema: c.schema, Corpus: path.Base(c.corpus)}
	if c.judged {
		line.Columns = hash(c.columns[1])
	}
	s.lines = append(s.lines, line)
}

func (s *sampler) write(path string) error {
	if path == "" {
		return nil
	}
	return writeJSONLines(path, s.lines)
}
