// A test file as cases: each with what it shares with the others of the file.

package kqltest

import (
	"fmt"
	"path/filepath"
	"strings"
)

// File is one test file.
type File struct {
	Path  string
	Cases []*Case
	// Mistakes are those of the file's shared part; a file with any has no cases to run.
	Mistakes []*Mistake

	outline *outline
	crlf    bool // the file's lines end in \r\n
	bom     bool
}

// Case is one test: tables, a query, and what is to come of it.
type Case struct {
	Name string
	// Line is where the case begins in its file, from 1.
	Line int

	settings
	path       string
	marked     bool // it begins with a line '-- case … --'
	tables     []*section
	let        *section
	query      *section
	parameters *section
	wants      []*section // one a result table, or one error
	end        int        // offset in the file's text behind its last section's body
	mistakes   []*Mistake
}

// ParseFile reads a test file's text; path is for messages, and for the folder that names of files in it start from. Any text gives
// a File; what is wrong with it is in Mistakes and becomes the result of its cases.
func ParseFile(path, text string) *File {
	o := cut(path, text)
	f := &File{Path: path, outline: o, crlf: strings.Contains(text, "\r\n"), bom: strings.HasPrefix(text, "\ufeff")}
	found := o.mistakes // of the outline
	o.mistakes = nil
	shared := &Case{path: path, settings: settings{}.read(o, o.preamble, 1)}
	rest := o.sections
	for len(rest) > 0 && rest[0].keyword != sectionCase {
		shared.add(o, rest[0])
		rest = rest[1:]
	}
	f.split(shared, rest)
	f.Mistakes = o.mistakes
	f.spread(found)
	if len(o.sections) == 0 && len(f.Mistakes) == 0 {
		f.Mistakes = []*Mistake{{Path: path, Text: "there is no test in the file; begin one with a line '-- case what it shows --'"}}
	}
	return f
}

// spread gives mistakes of the outline to the cases that they stand in.
func (f *File) spread(found []*Mistake) {
	for _, m := range found {
		var in *Case
		for _, c := range f.Cases {
			if c.marked && c.Line <= m.Line {
				in = c
			}
		}
		if in != nil {
			in.mistakes = append(in.mistakes, m)
		} else {
			f.Mistakes = append(f.Mistakes, m)
		}
	}
}

// split makes the cases of the sections behind the shared ones. A file without a line '-- case … --' is one case.
func (f *File) split(shared *Case, rest []*section) {
	o := f.outline
	if len(rest) == 0 {
		shared.Name, shared.Line = strings.TrimSuffix(filepath.Base(f.Path), Extension), 1
		f.finish(shared, len(o.text))
		return
	}
	if len(shared.wants) > 0 {
		o.wrong(shared.wants[0].line, 1, "what is wanted belongs to a case; put it behind a line '-- case … --'")
	}
	shared.mistakes, o.mistakes = o.mistakes, nil
	names := map[string]int{}
	for i := 0; i < len(rest); {
		c := shared.begin(o, rest[i])
		for i++; i < len(rest) && rest[i].keyword != sectionCase; i++ {
			c.add(o, rest[i])
		}
		if at, again := names[c.Name]; again {
			o.wrong(c.Line, 4, "line %d has a case of this name too; reports tell cases by their names", at)
		}
		names[c.Name] = c.Line
		f.finish(c, rest[i-1].bodyEnd)
		c.mistakes, o.mistakes = o.mistakes, nil
	}
	o.mistakes = shared.mistakes
}

func (f *File) finish(c *Case, end int) {
	c.end = end
	if c.query == nil && len(f.outline.sections) > 0 {
		f.outline.wrong(c.Line, 0, "the case has no query; add a section '-- query --' or '-- query from FILE --'")
	}
	c.mistakes = f.outline.mistakes
	f.Cases = append(f.Cases, c)
}

// begin makes a case that has what the file's shared part has.
func (c *Case) begin(o *outline, s *section) *Case {
	next := *c
	next.Name, next.Line, next.marked, next.mistakes = s.name, s.line, true, nil
	next.tables = append([]*section(nil), c.tables...)
	next.settings = c.settings.read(o, s.body, s.bodyLine())
	next.wants = nil
	return &next
}

// add puts a section into a case. It takes the place of a shared one, but not of another in the same case.
func (c *Case) add(o *outline, s *section) {
	twice := func(old *section) bool {
		if old != nil && old.line > c.Line {
			o.wrong(s.line, 4, "line %d has a section '%s' for this case already", old.line, s.keyword)
			return true
		}
		return false
	}
	bodiless := s.from != "" && strings.TrimSpace(s.body) != ""
	if bodiless {
		o.wrong(s.bodyLine(), 1, "the section's content comes from %s, so nothing can stand here", s.from)
	}
	switch s.keyword {
	case sectionTable:
		c.addTable(o, s)
	case sectionLet:
		if !twice(c.let) {
			c.let = s
		}
	case sectionQuery:
		if !twice(c.query) {
			c.query = s
		}
	case sectionParameters:
		if !twice(c.parameters) {
			c.parameters = s
		}
	default:
		if s.keyword.expects() {
			c.addWant(o, s)
		}
	}
}

func (c *Case) addTable(o *outline, s *section) {
	for i, old := range c.tables {
		if old.name != s.name {
			continue
		}
		if old.line > c.Line {
			o.wrong(s.line, 4, "table '%s' is on line %d already", s.name, old.line)
		}
		c.tables[i] = s
		return
	}
	c.tables = append(c.tables, s)
}

func (c *Case) addWant(o *outline, s *section) {
	if len(c.wants) > 0 && (s.keyword == sectionError || c.wants[0].keyword == sectionError) {
		o.wrong(s.line, 4, "a query gives an error or rows; keep one of this section and that on line %d", c.wants[0].line)
		return
	}
	if s.keyword == sectionError && strings.TrimSpace(s.body) == "" {
		o.wrong(s.line, 4, "write a part of the error's text below this line")
	}
	if s.keyword == sectionEmpty && strings.TrimSpace(s.body) != "" {
		o.wrong(s.bodyLine(), 1, "'empty' wants no rows, so nothing can stand here; for rows write '-- rows --'")
	}
	c.wants = append(c.wants, s)
}

// beside gives the path of a file that a test file names; a test means files of its own project, so the path is relative.
func (c *Case) beside(s *section) (string, *Mistake) {
	if filepath.IsAbs(s.from) || filepath.VolumeName(s.from) != "" || strings.HasPrefix(s.from, "/") {
		return "", c.wrong(s.line, 4, "'%s' isn't relative; name a file from the folder of this one", s.from)
	}
	return filepath.Join(filepath.Dir(c.path), filepath.FromSlash(s.from)), nil
}

func (c *Case) wrong(line, column int, format string, args ...any) *Mistake {
	return &Mistake{c.path, line, column, fmt.Sprintf(format, args...)}
}
