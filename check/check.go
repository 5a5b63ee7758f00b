// Package check is what `calypso check` does to one file after another: find the queries in it, analyse and lint them, put each
// finding at its place in the file, and write reports as text, JSON and SARIF. It reads no file and no setting by itself, and asks no
// network: the same input gives the same report everywhere.
//
// Queries lie in query files, YAML detections (yaml.go) and Markdown fences (markdown.go); input.go maps their bytes back. A
// baseline (baseline.go) holds what is known already. Start at File.
package check

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"calypso/kql/diag"
	"calypso/kql/fix"
	"calypso/kql/lint"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Options say how files are checked.
type Options struct {
	// Schema that names are looked up in; an empty one makes no name an error.
	Schema *symbol.Schema
	// Beside is what files that are checked together create, added before the first is checked; nil for none.
	Beside *Beside
	// Severity gives the severities that are set for a file; nil for none.
	Severity func(path string) map[diag.Code]diag.Severity
	// Rows has the number of rows of tables, for the rules that compare sizes.
	Rows map[string]int64
	// Keys are the YAML keys whose values are queries; none means "query".
	Keys []string
	// Fixes asks for the edits that would remove a finding.
	Fixes bool
}

// Region is a part of a file. Lines and columns count from 1, columns in characters; the end is behind the last character.
type Region struct {
	Line      int `json:"line"`
	Column    int `json:"column"`
	EndLine   int `json:"endLine"`
	EndColumn int `json:"endColumn"`
}

// Finding is a diagnostic at its place in a file.
type Finding struct {
	Path string `json:"path"`
	Region
	Severity string    `json:"severity"`
	Code     diag.Code `json:"code"`
	Rule     string    `json:"rule"` // the slug
	Official string    `json:"official,omitempty"`
	Message  string    `json:"message"`
	// Hash is of the tokens of the statement: the same when the statement moves or is laid out anew.
	Hash string `json:"hash"`
	// Suppressed tells that a comment silences it, Reason what the comment says; Known that it is in the baseline.
	Suppressed bool   `json:"suppressed,omitempty"`
	Reason     string `json:"reason,omitempty"`
	Known      bool   `json:"known,omitempty"`

	Related []Related `json:"related,omitempty"`
	Fixes   []Fix     `json:"fixes,omitempty"`
}

// Related is another place that explains a finding.
type Related struct {
	Region
	Message string `json:"message"`
}

// Fix is a change that removes a finding.
type Fix struct {
	Title string `json:"title"`
	Edits []Edit `json:"edits"`
}

// Edit replaces a region by a text.
type Edit struct {
	Region
	NewText string `json:"newText"`
}

// Active tells whether a finding counts: neither silenced nor known.
func (f Finding) Active() bool { return !f.Suppressed && !f.Known }

// Result is what a file gives.
type Result struct {
	Findings []Finding // in the order of the file, silenced ones among them
	Queries  int
	Score    int
}

// File checks the queries of one file. The error is for a file that can't be read as what its name says.
func File(path, body string, o Options) (Result, error) {
	queries, err := Queries(path, body, o.Keys)
	if err != nil {
		return Result{}, err
	}
	r := Result{Queries: len(queries)}
	file := text.NewFile(body)
	options := lint.Options{Rows: o.Rows}
	if o.Severity != nil {
		options.Severity = o.Severity(path)
	}
	schema := o.Beside.schema(path, o.Schema)
	for _, q := range queries {
		c := &checker{path: path, file: file, query: q, options: options, fixes: o.Fixes}
		c.run(schema)
		r.Findings = append(r.Findings, c.found...)
		r.Score += c.score
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return r, nil
}

// checker checks one query of a file.
type checker struct {
	path    string
	file    *text.File
	query   Query
	options lint.Options
	fixes   bool
	script  *script.Script
	found   []Finding
	score   int
}

func (c *checker) run(schema *symbol.Schema) {
	if schema == nil {
		schema = &symbol.Schema{}
	}
	c.script = script.Analyze(c.query.Text, func(string) *symbol.Schema { return schema }, nil)
	c.options.Timed = c.query.Timed
	r := lint.Check(c.script, c.options)
	c.score = r.Score
	for _, d := range r.Diagnostics {
		c.add(d, false, "")
	}
	for _, d := range r.Suppressed {
		c.add(d.Diagnostic, true, d.Reason)
	}
	c.entities()
}

func (c *checker) add(d diag.Diagnostic, suppressed bool, reason string) {
	f := c.finding(d, c.query.span(d.Span))
	f.Suppressed, f.Reason = suppressed, reason
	for _, r := range d.Related {
		f.Related = append(f.Related, Related{Region: c.region(c.query.span(r.Span)), Message: r.Message})
	}
	if c.fixes && !suppressed {
		f.Fixes = c.edits(d)
	}
	c.found = append(c.found, f)
}

func (c *checker) finding(d diag.Diagnostic, at text.Span) Finding {
	return Finding{
		Path: c.path, Region: c.region(at), Severity: d.Severity.String(), Code: d.Code, Rule: d.Code.Row().Slug,
		Official: d.Official, Message: d.Message, Hash: c.hash(d.Span),
	}
}

func (c *checker) region(s text.Span) Region {
	line, column := c.place(s.Start)
	endLine, endColumn := c.place(max(s.End, s.Start))
	return Region{line, column, endLine, endColumn}
}

// place gives line and column of an offset of the file.
func (c *checker) place(offset int) (line, column int) {
	line = c.file.LineAt(offset)
	start := c.file.Line(line).Start
	return line + 1, len([]rune(c.file.Text()[start:max(offset, start)])) + 1
}

// hash makes a text of the tokens of the statement at a span, without white space and comments.
func (c *checker) hash(at text.Span) string {
	b, offset := c.script.At(at.Start)
	tree := b.Bound.Tree
	within := text.Span{Start: 0, End: len(tree.Text)}
	for _, st := range tree.Statements {
		if st.Span().Touches(offset) {
			within = st.Span()
		}
	}
	h := sha256.New()
	for _, t := range tree.Tokens {
		if t.Start >= within.Start && t.End <= within.End && t.Kind != syntax.TokEnd {
			h.Write([]byte(t.Span().Of(tree.Text)))
			h.Write([]byte{0})
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// edits gives the fixes whose edits can be written in the file: in a quoted scalar or where lines are indented a change could need
// other bytes than the query's.
func (c *checker) edits(d diag.Diagnostic) []Fix {
	var list []Fix
	for _, a := range fix.Quick(c.script, d) {
		if a.Ignores {
			continue
		}
		f := Fix{Title: a.Title}
		for _, e := range a.Edits {
			span, ok := c.query.exact(e.Span)
			if !ok || c.query.offsets != nil && strings.ContainsAny(e.NewText, "\r\n") {
				f.Edits = nil
				break
			}
			f.Edits = append(f.Edits, Edit{Region: c.region(span), NewText: e.NewText})
		}
		if len(f.Edits) > 0 {
			list = append(list, f)
		}
	}
	return list
}

// entities checks the columns that a detection maps against those that its query returns.
func (c *checker) entities() {
	level, set := c.options.Severity[diag.UnmappedEntity]
	if level == lint.Off || len(c.query.Entities) == 0 {
		return
	}
	var last *script.Block
	for _, b := range c.script.Blocks {
		if b.Bound.Result != nil {
			last = b
		}
	}
	if last == nil || last.Bound.Result.Open {
		return
	}
	for _, e := range c.query.Entities {
		if last.Bound.Result.Find(e.Column) != nil {
			continue
		}
		d := diag.New(diag.UnmappedEntity, text.Span{}, e.Column, names(last.Bound.Result.List))
		if set {
			d.Severity = level
		}
		f := c.finding(d, e.At)
		c.found = append(c.found, f)
	}
}

func names(columns []*symbol.Column) string {
	var list []string
	for i, c := range columns {
		if i == 8 {
			return strings.Join(list, ", ") + fmt.Sprintf(" and %d more", len(columns)-i)
		}
		list = append(list, c.Name)
	}
	return strings.Join(list, ", ")
}
