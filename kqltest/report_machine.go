// The reports that programs read: JSON, and JUnit's XML.

package kqltest

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

type jsonReport struct {
	Cases   []jsonCase     `json:"cases"`
	Summary map[string]int `json:"summary"`
}

type jsonCase struct {
	Path        string        `json:"path"`
	Line        int           `json:"line,omitempty"`
	Name        string        `json:"name"`
	Status      Status        `json:"status"`
	Seconds     float64       `json:"seconds"`
	Notes       []jsonNote    `json:"notes,omitempty"`
	Differences []*Difference `json:"differences,omitempty"`
}

type jsonNote struct {
	Path   string `json:"path,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Text   string `json:"text"`
}

// WriteJSON writes all results as one JSON object.
func WriteJSON(w io.Writer, results []*Result) error {
	report := jsonReport{Cases: []jsonCase{}, Summary: map[string]int{"total": len(results)}}
	for status, n := range Of(results) {
		report.Summary[string(status)] = n
	}
	for _, r := range results {
		c := jsonCase{Path: r.Path, Line: r.Line, Name: r.Name, Status: r.Status, Seconds: r.Elapsed.Seconds(), Differences: r.Differences}
		for _, n := range r.Notes {
			c.Notes = append(c.Notes, jsonNote{n.At.Path, n.At.Line, n.At.Column, n.Text})
		}
		report.Cases = append(report.Cases, c)
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(report)
}

type junitSuites struct {
	XMLName  xml.Name      `xml:"testsuites"`
	Name     string        `xml:"name,attr"`
	Tests    int           `xml:"tests,attr"`
	Failures int           `xml:"failures,attr"`
	Errors   int           `xml:"errors,attr"`
	Time     string        `xml:"time,attr"`
	Suites   []*junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
	seconds  float64
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr,omitempty"`
	Time    string        `xml:"time,attr"`
	Failure *junitProblem `xml:"failure"`
	Error   *junitProblem `xml:"error"`
}

type junitProblem struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes all results as JUnit's XML: a suite a file. A query that gives something else is a failure; all that kept a case
// from being judged (a refusal, its time, a broken file) is an error, of the status's type.
func WriteJUnit(w io.Writer, results []*Result) error {
	top := junitSuites{Name: "calypso test"}
	var suite *junitSuite
	total := 0.0
	for _, r := range results {
		if suite == nil || suite.Name != r.Path {
			suite = &junitSuite{Name: r.Path}
			top.Suites = append(top.Suites, suite)
		}
		suite.add(r)
		total += r.Elapsed.Seconds()
	}
	for _, s := range top.Suites {
		s.Time = seconds(s.seconds)
		s.Name = plain(s.Name)
		top.Tests, top.Failures, top.Errors = top.Tests+s.Tests, top.Failures+s.Failures, top.Errors+s.Errors
	}
	top.Time = seconds(total)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	out := xml.NewEncoder(w)
	out.Indent("", "  ")
	if err := out.Encode(top); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuite) add(r *Result) {
	c := junitCase{
		Name: plain(r.Name), Class: plain(strings.TrimSuffix(r.Path, Extension)), File: plain(r.Path), Line: r.Line,
		Time: seconds(r.Elapsed.Seconds()),
	}
	if c.Name == "" {
		c.Name = "(file)"
	}
	s.Tests++
	s.seconds += r.Elapsed.Seconds()
	if r.Status != Passed && r.Status != Updated {
		var text strings.Builder
		r.write(&text)
		first := strings.SplitN(strings.TrimSpace(text.String()), "\n", 3)
		p := &junitProblem{Message: plain(strings.TrimSpace(first[min(1, len(first)-1)])), Type: string(r.Status), Text: plain(text.String())}
		if r.Status == Failed {
			c.Failure = p
			s.Failures++
		} else {
			c.Error = p
			s.Errors++
		}
	}
	s.Cases = append(s.Cases, c)
}

func seconds(s float64) string { return strconv.FormatFloat(s, 'f', 3, 64) }

// plain takes out what XML 1.0 has no form for.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD && r != utf8.RuneError || r >= 0x10000:
			return r
		}
		return '?'
	}, text)
}
