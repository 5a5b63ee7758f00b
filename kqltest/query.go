// The query of a case: its text, of which file and line each line of it comes, and what it must not lean on.

package kqltest

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"calypso/kql/syntax"
	"calypso/kql/text"
)

// maxText bounds a file with a query or wanted rows, in bytes: more is data.
const maxText = 64 << 20

// queryText is what the engine runs, and where it comes from.
type queryText struct {
	text  string
	tree  *syntax.Tree
	parts []textPart // in their order
}

// textPart is some lines of the query that stand together in a file.
type textPart struct {
	lines int // how many
	from  Place
}

// add puts a text behind what is there, on a line of its own.
func (q *queryText) add(body string, from Place) {
	if !strings.HasSuffix(body, "\n") {
		body += "\n"
	}
	q.text += body
	q.parts = append(q.parts, textPart{strings.Count(body, "\n"), from})
}

// at gives the place in its file of a line and column of the query, both from 1, the column in bytes.
func (q *queryText) at(line, column int) Place {
	if line < 1 {
		return Place{}
	}
	column = q.characters(line, column)
	for i, p := range q.parts {
		if line <= p.lines || i == len(q.parts)-1 {
			return Place{p.from.Path, p.from.Line + min(line, p.lines) - 1, column}
		}
		line -= p.lines
	}
	return Place{}
}

// characters makes a column in bytes one in characters.
func (q *queryText) characters(line, column int) int {
	f := text.NewFile(q.text)
	if line > f.LineCount() || column < 1 {
		return 0
	}
	span := f.Line(line - 1)
	return len([]rune(q.text[span.Start:min(span.Start+column-1, span.End)])) + 1
}

// queryText puts the query together: the let section, then the query.
func (c *Case) queryText() (*queryText, *Mistake) {
	q := &queryText{}
	if c.let != nil {
		body, from, m := c.content(c.let)
		if m != nil {
			return nil, m
		}
		if trimmed := strings.TrimSpace(body); trimmed != "" && !strings.HasSuffix(trimmed, ";") {
			body = strings.TrimRight(body, " \t\r\n") + ";\n"
		}
		q.add(body, from)
	}
	body, from, m := c.content(c.query)
	if m == nil && c.query.from != "" {
		body, from, m = c.pick(body, from)
	}
	if m != nil {
		return nil, m
	}
	if strings.TrimSpace(body) == "" {
		return nil, c.wrong(c.query.line, 0, "the query is empty; write it below this line")
	}
	q.add(body, from)
	if q.tree = syntax.Parse(q.text); q.tree.Command != nil {
		return nil, &Mistake{from.Path, from.Line, 0, "this is a management command; only queries can be tested"}
	}
	return q, nil
}

// content gives a section's text: its body, or the file that it names.
func (c *Case) content(s *section) (string, Place, *Mistake) {
	if s.from == "" {
		return s.body, Place{c.path, s.bodyLine(), 0}, nil
	}
	path, m := c.beside(s)
	if m != nil {
		return "", Place{}, m
	}
	body, err := readText(path)
	if err != nil {
		return "", Place{}, c.wrong(s.line, 4, "%v", err)
	}
	return body, Place{path, 1, 0}, nil
}

// readText reads a text file; line ends become \n.
func readText(path string) (string, error) {
	body, err := readRaw(path)
	return strings.ReplaceAll(strings.TrimPrefix(body, "\ufeff"), "\r\n", "\n"), err
}

// readRaw reads a text file as it is; what can't be one is an error.
func readRaw(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("%s can't be read: no such file, or no right to it", path)
	}
	if !info.Mode().IsRegular() || info.Size() > maxText {
		return "", fmt.Errorf("%s is no regular file or larger than %d MB", path, maxText>>20)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("%s can't be read: %w", path, err)
	}
	return string(body), nil
}

// pick gives the query that is meant of a file with several.
func (c *Case) pick(body string, from Place) (string, Place, *Mistake) {
	s := c.query
	if s.which == "all" {
		return body, from, nil
	}
	var found []text.Span
	for _, b := range syntax.Blocks(body) {
		tree := syntax.Parse(b.Span.Of(body))
		if tree.Command != nil || len(tree.Statements) > 0 || len(tree.Diagnostics) > 0 {
			found = append(found, b.Span)
		}
	}
	n := 1
	switch {
	case s.which != "":
		n, _ = strconv.Atoi(s.which)
	case len(found) > 1:
		return "", from, c.wrong(s.line, 4, "%s has %d queries, parted by empty lines; name one, '-- query 2 from %s --', or take all as one query, '-- query all from %s --'",
			s.from, len(found), s.from, s.from)
	}
	if n > len(found) {
		return "", from, c.wrong(s.line, 4, "%s has no query %d; queries in it: %d", s.from, n, len(found))
	}
	span := found[n-1]
	return span.Of(body), Place{from.Path, 1 + strings.Count(body[:span.Start], "\n"), 0}, nil
}

// clock gives the first call of now() or ago() in the query; ok is false when there is none.
func (q *queryText) clock() (at Place, name string, ok bool) {
	for i, t := range q.tree.Tokens[:max(0, len(q.tree.Tokens)-1)] {
		name := t.Span().Of(q.text)
		next := q.tree.Tokens[i+1]
		if t.Kind == syntax.TokName && (name == "now" || name == "ago") && next.Span().Of(q.text) == "(" {
			p := text.NewFile(q.text).UTF8(t.Start)
			return q.at(p.Line+1, p.Column+1), name, true
		}
	}
	return Place{}, "", false
}

// values reads the section of query parameters: a line 'name: value' for each that the query declares.
func (c *Case) values(q *queryText) (map[string]any, *Mistake) {
	if c.parameters == nil {
		return nil, nil
	}
	declared := map[string]bool{}
	for _, s := range q.tree.Statements {
		if d, ok := s.(*syntax.DeclareParams); ok {
			for _, p := range d.Params {
				if p.Name != nil {
					declared[p.Name.Text] = true
				}
			}
		}
	}
	out := map[string]any{}
	for i, line := range strings.Split(c.parameters.body, "\n") {
		line, here := strings.TrimSpace(line), c.parameters.bodyLine()+i
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, v, ok := strings.Cut(line, ":")
		name = strings.TrimSpace(name)
		switch {
		case !ok || name == "":
			return nil, c.wrong(here, 1, "a parameter is written 'name: value'")
		case !declared[name]:
			return nil, c.wrong(here, 1, "the query declares no parameter '%s'; it would begin with 'declare query_parameters(%s: …);'", name, name)
		}
		if _, twice := out[name]; twice {
			return nil, c.wrong(here, 1, "parameter '%s' is given twice", name)
		}
		out[name] = strings.TrimSpace(v)
	}
	return out, nil
}
