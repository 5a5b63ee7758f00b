package config

// Where keys stand in the text. The TOML library tells places of syntax errors only, so this walks over a text that it found to be
// fine; of one that isn't, it finds the keys up to the mistake.

import (
	"fmt"
	"strings"
)

// place is a line and a column, both from 1; 0 when not known.
type place struct{ line, column int }

// in gives the place as compilers write it.
func (p place) in(path string) string {
	switch {
	case p.line == 0:
		return path
	case p.column == 0:
		return fmt.Sprintf("%s:%d", path, p.line)
	}
	return fmt.Sprintf("%s:%d:%d", path, p.line, p.column)
}

// places has the place of each key, by its dotted path. Of a table that stands several times it is the first.
type places map[string]place

// of gives a key's place, or that of the table around it.
func (p places) of(key string) place {
	for {
		if at, ok := p[key]; ok {
			return at
		}
		i := strings.LastIndexByte(key, '.')
		if i < 0 {
			return place{}
		}
		key = key[:i]
	}
}

// column finds the column of a key by its line and last part.
func (p places) column(line int, last string) int {
	for key, at := range p {
		if at.line == line && (key == last || strings.HasSuffix(key, "."+last) || strings.HasSuffix(last, "."+key)) {
			return at.column
		}
	}
	return 1
}

// locator walks over a text.
type locator struct {
	text   string
	at     int
	line   int
	start  int // of the line
	found  places
	prefix string // of the table whose keys are read
	depth  int
}

func locate(body string) places {
	l := &locator{text: body, line: 1, found: places{}}
	for l.blank(true); l.at < len(l.text); l.blank(true) {
		before := l.at
		if l.text[l.at] == '[' {
			l.header()
		} else {
			l.pair()
		}
		if l.at == before {
			break // no TOML
		}
	}
	return l.found
}

// blank skips white space and comments, over line ends too where lines is set.
func (l *locator) blank(lines bool) {
	for l.at < len(l.text) {
		switch c := l.text[l.at]; {
		case c == ' ', c == '\t', c == '\r':
			l.at++
		case c == '\n' && lines:
			l.newline()
		case c == '#':
			for l.at < len(l.text) && l.text[l.at] != '\n' {
				l.at++
			}
		default:
			return
		}
	}
}

func (l *locator) newline() {
	l.at++
	l.line++
	l.start = l.at
}

func (l *locator) here() place { return place{l.line, l.at - l.start + 1} }

func (l *locator) note(key string, at place) {
	if _, known := l.found[key]; !known {
		l.found[key] = at
	}
}

// header reads [a.b] or [[a.b]].
func (l *locator) header() {
	at := l.here()
	for l.at < len(l.text) && l.text[l.at] == '[' {
		l.at++
	}
	l.prefix = ""
	l.prefix = l.key()
	l.note(l.prefix, at)
	for l.at < len(l.text) && l.text[l.at] == ']' {
		l.at++
	}
}

// pair reads key = value.
func (l *locator) pair() {
	at := l.here()
	key := l.key()
	if l.at >= len(l.text) || l.text[l.at] != '=' {
		l.at = len(l.text)
		return
	}
	l.note(key, at)
	l.at++
	l.value(key)
}

// key reads a dotted key and gives it with what it is below.
func (l *locator) key() string {
	var parts []string
	if l.prefix != "" {
		parts = append(parts, l.prefix)
	}
	for {
		l.blank(false)
		from := l.at
		if l.at < len(l.text) && (l.text[l.at] == '"' || l.text[l.at] == '\'') {
			l.str()
			parts = append(parts, strings.Trim(l.text[from:l.at], `"'`))
		} else {
			for l.at < len(l.text) && !strings.ContainsRune(" \t\r\n.=]#,{}[\"'", rune(l.text[l.at])) {
				l.at++
			}
			parts = append(parts, l.text[from:l.at])
		}
		l.blank(false)
		if l.at >= len(l.text) || l.text[l.at] != '.' {
			return strings.Join(parts, ".")
		}
		l.at++
	}
}

// value skips a value; the keys of inline tables are noted.
func (l *locator) value(key string) {
	l.blank(true)
	if l.at >= len(l.text) {
		return
	}
	switch l.text[l.at] {
	case '"', '\'':
		l.str()
	case '[':
		l.list(']', func() { l.value(key) })
	case '{':
		outer := l.prefix
		l.prefix = key
		l.list('}', l.pair)
		l.prefix = outer
	default:
		for l.at < len(l.text) && !strings.ContainsRune("\n#,]}", rune(l.text[l.at])) {
			l.at++
		}
	}
}

// list reads entries up to a closing mark.
func (l *locator) list(end byte, entry func()) {
	if l.depth++; l.depth > 100 {
		l.at = len(l.text)
	}
	defer func() { l.depth-- }()
	l.at++
	for l.at < len(l.text) {
		l.blank(true)
		switch {
		case l.at >= len(l.text):
			return
		case l.text[l.at] == end:
			l.at++
			return
		case l.text[l.at] == ',':
			l.at++
		default:
			before := l.at
			if entry(); l.at == before {
				l.at = len(l.text)
			}
		}
	}
}

// str skips a string of one or several lines.
func (l *locator) str() {
	quote := l.text[l.at]
	long := strings.Repeat(string(quote), 3)
	end := long[:1]
	if strings.HasPrefix(l.text[l.at:], long) {
		end = long
	}
	l.at = min(l.at+len(end), len(l.text))
	for l.at < len(l.text) {
		switch {
		case strings.HasPrefix(l.text[l.at:], end):
			l.at += len(end)
			return
		case l.text[l.at] == '\\' && quote == '"' && l.at+1 < len(l.text) && l.text[l.at+1] != '\n':
			l.at += 2
		case l.text[l.at] == '\n':
			l.newline()
		default:
			l.at++
		}
	}
}
