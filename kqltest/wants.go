// What a case wants, read from its sections or from the files that they name.

package kqltest

import (
	"path/filepath"
	"strings"
)

// readWants reads the sections of rows and columns, in step with the case's sections; nil for those that have none. An update takes
// a section of rows without any, to fill it.
func (c *Case) readWants(update bool) ([]*records, error) {
	out := make([]*records, len(c.wants))
	for i, s := range c.wants {
		var m *Mistake
		switch s.keyword {
		case sectionRows:
			if update && s.from == "" && strings.TrimSpace(s.body) == "" {
				out[i] = &records{place: Place{c.path, s.line, 0}}
				continue
			}
			out[i], m = c.readRows(s)
		case sectionColumns:
			out[i], m = c.readColumns(s)
		}
		if m != nil {
			return nil, m
		}
	}
	return out, nil
}

func (c *Case) readRows(s *section) (*records, *Mistake) {
	if s.from == "" && strings.TrimSpace(s.body) == "" {
		return nil, c.wrong(s.line, 4, "write the wanted rows below this line, '-- empty --' for none, or run with --update to write those that come")
	}
	body, from, m := c.content(s)
	if m != nil {
		return nil, m
	}
	r, m := readRecords(body, s.rowFormat(), from)
	if m != nil {
		return nil, m
	}
	// A cell of a written type that can't be read is a mistake of the test, whatever the query gives.
	return r, r.check()
}

// rowFormat is the format of a rows section: as it says, else by the name of the file that it names.
func (s *section) rowFormat() string {
	if s.format != "" {
		return s.format
	}
	if ext := strings.ToLower(filepath.Ext(s.from)); ext == ".ndjson" || ext == ".jsonl" {
		return "ndjson"
	}
	return "csv"
}

// readColumns reads names, with types where they matter, over one line or several: 'User:string, Count:long'.
func (c *Case) readColumns(s *section) (*records, *Mistake) {
	all := &records{place: Place{c.path, s.bodyLine(), 0}, ordered: true}
	var cells []field
	for i, line := range strings.Split(s.body, "\n") {
		for _, name := range strings.Split(line, ",") {
			if name = strings.TrimSpace(name); name != "" {
				cells = append(cells, field{text: name, line: s.bodyLine() + i, column: 1})
			}
		}
	}
	if len(cells) == 0 {
		return nil, c.wrong(s.line, 4, "write the columns' names below this line, such as 'User:string, Count:long'")
	}
	return all, all.header(cells)
}
