// The format's outer shape: settings, then sections that begin with a line '-- keyword … --', as in txtar.

package kqltest

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Extension is what names of test files end in.
const Extension = ".kqltest"

// Mistake is something wrong with a test file or a file that it names. Line and Column count from 1, Column in characters; 0 when
// there is none.
type Mistake struct {
	Path         string
	Line, Column int
	Text         string
}

// Error gives place and text: "a.kqltest:3:5: …".
func (m *Mistake) Error() string {
	return Place{m.Path, m.Line, m.Column}.String() + ": " + m.Text
}

// Place is a position in a file; Line and Column count from 1, 0 when there is none.
type Place struct {
	Path         string
	Line, Column int
}

func (p Place) String() string {
	switch {
	case p.Line == 0:
		return p.Path
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.Path, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.Path, p.Line, p.Column)
}

// keyword says what a section is.
type keyword string

const (
	sectionCase       keyword = "case"
	sectionTable      keyword = "table"
	sectionLet        keyword = "let"
	sectionQuery      keyword = "query"
	sectionParameters keyword = "parameters"
	sectionRows       keyword = "rows"
	sectionColumns    keyword = "columns"
	sectionEmpty      keyword = "empty"
	sectionError      keyword = "error"
)

// expects tells whether a section says what is to come.
func (k keyword) expects() bool {
	return k == sectionRows || k == sectionColumns || k == sectionEmpty || k == sectionError
}

var keywords = []keyword{
	sectionCase, sectionTable, sectionLet, sectionQuery, sectionParameters, sectionRows, sectionColumns,
	sectionEmpty, sectionError,
}

// section is one section as it stands in the file.
type section struct {
	keyword keyword
	name    string // of a case or table
	schema  string // of a table: "(a: long, b: string)", "" without one
	from    string // the file named after from, "" when the body is the content
	format  string // csv or ndjson; "" when it isn't said
	which   string // of a query from a file with several: a number, or all
	line    int    // of its first line
	body    string // without the lines that end it and are empty
	// Where it stands in the file, in bytes: its first line, then its body, of which empty lines at the end are not part.
	start, bodyStart, bodyEnd int
}

// bodyLine is the line at which the body begins.
func (s *section) bodyLine() int { return s.line + 1 }

// outline is a file cut into settings and sections.
type outline struct {
	path     string
	text     string // with \n line ends
	preamble string // what stands before the first section
	sections []*section
	mistakes []*Mistake
}

func (o *outline) wrong(line, column int, format string, args ...any) {
	o.mistakes = append(o.mistakes, &Mistake{o.path, line, column, fmt.Sprintf(format, args...)})
}

// cut finds the sections of a file. Line ends become \n; a byte order mark at the start is left out.
func cut(path, text string) *outline {
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
	o := &outline{path: path, text: text}
	if !utf8.ValidString(text) {
		at := strings.ToValidUTF8(text, "\x00")
		o.wrong(1+strings.Count(at[:max(0, strings.IndexByte(at, 0))], "\n"), 0, "this isn't UTF-8 text; save the file as UTF-8")
		return o
	}
	first, line := len(text), 0
	var open *section
	for at := 0; at < len(text); {
		end := at + strings.IndexByte(text[at:], '\n') + 1
		if end == at {
			end = len(text)
		}
		line++
		if words, ok := o.marker(text[at:end], line); ok {
			open.close(text, at)
			open = &section{line: line, start: at, bodyStart: end, bodyEnd: end}
			o.header(open, words)
			o.sections = append(o.sections, open)
			first = min(first, at)
		}
		at = end
	}
	open.close(text, len(text))
	o.preamble = text[:first]
	return o
}

// close ends a section where the next one begins.
func (s *section) close(text string, at int) {
	if s == nil {
		return
	}
	s.bodyEnd = at
	for rest := text[s.bodyStart:s.bodyEnd]; ; rest = text[s.bodyStart:s.bodyEnd] {
		last := strings.LastIndexByte(strings.TrimSuffix(rest, "\n"), '\n') + 1
		if rest == "" || strings.TrimSpace(rest[last:]) != "" {
			break
		}
		s.bodyEnd = s.bodyStart + last
	}
	s.body = text[s.bodyStart:s.bodyEnd]
}

// marker gives what stands between the dashes of a line that begins a section.
func (o *outline) marker(line string, number int) (words string, ok bool) {
	line = strings.TrimRightFunc(line, unicode.IsSpace)
	if !strings.HasPrefix(line, "--") || !strings.HasSuffix(line, "--") || strings.Trim(line, "- ") == "" {
		return "", false
	}
	if len(line) < 7 || !strings.HasPrefix(line, "-- ") || !strings.HasSuffix(line, " --") {
		o.wrong(number, 1, "a section begins with a line such as '-- rows --', with a space inside the dashes")
		return "", false
	}
	return strings.TrimSpace(line[3 : len(line)-3]), true
}

// header reads the words of a section's first line.
func (o *outline) header(s *section, words string) {
	word, rest := nextWord(words)
	s.keyword = keyword(word)
	switch s.keyword {
	case sectionCase:
		s.name = rest
		if rest == "" {
			o.wrong(s.line, 4, "a case needs a name: '-- case what it shows --'")
		}
		return
	case sectionTable:
		rest = o.tableName(s, rest)
		s.format, rest = nextFormat(rest)
		s.from, rest = nextFrom(rest)
	case sectionQuery:
		if word, after := nextWord(rest); word == "all" || isNumber(word) {
			s.which, rest = word, after
		}
		s.from, rest = nextFrom(rest)
		if s.which != "" && s.from == "" && rest == "" {
			o.wrong(s.line, 4, "'%s' needs a file: '-- query %s from FILE --'", s.which, s.which)
		}
	case sectionRows:
		s.format, rest = nextFormat(rest)
		s.from, rest = nextFrom(rest)
	case sectionLet:
		s.from, rest = nextFrom(rest)
	case sectionParameters, sectionColumns, sectionEmpty, sectionError:
	default:
		o.wrong(s.line, 4, "there is no section %q; there are %s", word, listed(keywords))
		return
	}
	if rest != "" {
		o.wrong(s.line, 4, "%q isn't understood here; %s", rest, usage[s.keyword])
	}
}

var usage = map[keyword]string{
	sectionTable: "write '-- table NAME --', '-- table NAME (column: type, …) ndjson --' or '-- table NAME from FILE --'",
	sectionQuery: "write '-- query --', '-- query from FILE --' or '-- query 2 from FILE --'",
	sectionRows:  "write '-- rows --', '-- rows ndjson --' or '-- rows from FILE --'",
	sectionLet:   "write '-- let --' or '-- let from FILE --'", sectionParameters: "write '-- parameters --'",
	sectionColumns: "write '-- columns --'", sectionEmpty: "write '-- empty --'", sectionError: "write '-- error --'",
}

// tableName takes a table's name and schema off the words. A name with unusual characters stands in [”] as in a query.
func (o *outline) tableName(s *section, words string) string {
	rest := words
	if quoted, ok := strings.CutPrefix(words, "['"); ok {
		name, after, found := strings.Cut(quoted, "']")
		if !found {
			o.wrong(s.line, 4, "the table's name has no closing ']")
			return ""
		}
		s.name, rest = name, strings.TrimSpace(after)
	} else if at := strings.IndexFunc(words, func(r rune) bool { return unicode.IsSpace(r) || r == '(' }); at >= 0 {
		s.name, rest = words[:at], strings.TrimSpace(words[at:])
	} else {
		s.name, rest = words, ""
	}
	if s.name == "" {
		o.wrong(s.line, 4, "a table needs a name: '-- table NAME --'")
	}
	if !strings.HasPrefix(rest, "(") {
		return rest
	}
	end := strings.IndexByte(rest, ')')
	if end < 0 {
		o.wrong(s.line, 4, "the list of columns has no closing bracket")
		return ""
	}
	s.schema = rest[:end+1]
	return strings.TrimSpace(rest[end+1:])
}

func nextWord(words string) (word, rest string) {
	at := strings.IndexFunc(words, unicode.IsSpace)
	if at < 0 {
		return words, ""
	}
	return words[:at], strings.TrimSpace(words[at:])
}

// nextFormat takes the name of a format off the words.
func nextFormat(words string) (format, rest string) {
	if word, after := nextWord(words); word == "csv" || word == "ndjson" {
		return word, after
	}
	return "", words
}

// nextFrom takes "from FILE" off the words; the file's name is all that is left, so it may have spaces.
func nextFrom(words string) (from, rest string) {
	if word, after := nextWord(words); word == "from" && after != "" {
		return after, ""
	}
	return "", words
}

func isNumber(word string) bool {
	n, err := strconv.Atoi(word)
	return err == nil && n > 0
}

func listed[T ~string](words []T) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}
