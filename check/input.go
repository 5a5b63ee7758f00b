package check

import (
	"path/filepath"
	"strings"

	"calypso/kql/text"
)

// Query is a query or script in a file.
type Query struct {
	Text string
	// Timed tells that whoever runs the query bounds its time.
	Timed bool
	// Entities are the columns that the file maps to entities.
	Entities []Entity

	base    int   // offset in the file of the first byte, when all bytes follow each other there
	offsets []int // else the offset of each byte, and of the end
	// rough tells that the bytes couldn't be told apart: findings stand at the beginning.
	rough bool
}

// Entity is a column that a detection maps to an entity.
type Entity struct {
	Column string
	At     text.Span // in the file
}

// Reads tells whether a file's name says that it may hold queries.
func Reads(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".kql", ".csl", ".kusto", ".yaml", ".yml", ".md", ".markdown":
		return true
	}
	return false
}

// Queries finds the queries of a file by its name: YAML and Markdown files hold some, any other file is one.
func Queries(path, body string, keys []string) ([]Query, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".yaml", ".yml":
		return yamlQueries(body, keys)
	case ".md", ".markdown":
		return markdownQueries(body), nil
	}
	return []Query{{Text: body}}, nil
}

// span gives the place in the file of a span of the query.
func (q Query) span(s text.Span) text.Span {
	if q.offsets == nil {
		return text.Span{Start: q.base + s.Start, End: q.base + s.End}
	}
	s.Start, s.End = min(max(s.Start, 0), len(q.Text)), min(max(s.End, 0), len(q.Text))
	if s.End <= s.Start {
		return text.Span{Start: q.offsets[s.Start], End: q.offsets[s.Start]}
	}
	return text.Span{Start: q.offsets[s.Start], End: max(q.offsets[s.End-1]+1, q.offsets[s.Start])}
}

// exact gives the place in the file of a span whose bytes follow each other there as they do in the query.
func (q Query) exact(s text.Span) (text.Span, bool) {
	if q.offsets == nil {
		return q.span(s), true
	}
	if q.rough || s.Start < 0 || s.End > len(q.Text) {
		return text.Span{}, false
	}
	for i := s.Start; i < s.End; i++ {
		if q.offsets[i]-q.offsets[s.Start] != i-s.Start {
			return text.Span{}, false
		}
	}
	start := q.offsets[s.Start]
	if s.Len() == 0 && s.Start > 0 {
		start = q.offsets[s.Start-1] + 1 // what is put in goes behind the byte before, not at the next line's text
	}
	return text.Span{Start: start, End: start + s.Len()}, true
}
