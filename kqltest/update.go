// Writing what came into the test file: sections change, all else stays as it was, byte for byte.

package kqltest

import (
	"path/filepath"
	"slices"
	"strings"

	"calypso/kusto/value"
)

// edit replaces bytes of the test file's text, or the whole of another file.
type edit struct {
	start, end int
	text       string
	path       string // the other file; "" for the test file
}

// Rewrite is a file's new contents.
type Rewrite struct {
	Path string
	Text string
}

// Rewrites gives the files that change when the cases want what came, the test file last. The results that this makes pass become
// Updated.
func (f *File) Rewrites(results []*Result) []Rewrite {
	var own []edit
	var out []Rewrite
	for _, r := range results {
		if len(r.edits) > 0 {
			r.Status = Updated
		}
		for _, e := range r.edits {
			if e.path != "" {
				out = append(out, Rewrite{e.path, e.text})
			} else {
				own = append(own, e)
			}
		}
	}
	if len(own) == 0 {
		return out
	}
	slices.SortStableFunc(own, func(a, b edit) int { return a.start - b.start })
	var text strings.Builder
	at := 0
	for _, e := range own {
		text.WriteString(f.outline.text[at:e.start])
		if before := text.String(); before != "" && !strings.HasSuffix(before, "\n") {
			text.WriteByte('\n')
		}
		text.WriteString(e.text)
		at = e.end
	}
	text.WriteString(f.outline.text[at:])
	body := text.String()
	if f.crlf {
		body = strings.ReplaceAll(body, "\n", "\r\n")
	}
	if f.bom {
		body = "\ufeff" + body
	}
	return append(out, Rewrite{f.Path, body})
}

// wantAll makes the case want all of its query's tables in place of what it wants.
func (c *Case) wantAll(results []*result) []edit {
	var text strings.Builder
	for _, r := range results {
		text.WriteString(rowsSection(r, false, "csv"))
	}
	return c.replaceWants(text.String())
}

func (c *Case) wantError(message string) []edit {
	return c.replaceWants("-- error --\n" + strings.Join(strings.Fields(message), " ") + "\n")
}

// replaceWants puts sections in the place of the first one, and takes the others away.
func (c *Case) replaceWants(sections string) []edit {
	if len(c.wants) == 0 {
		return []edit{{start: c.end, end: c.end, text: sections}}
	}
	var out []edit
	for i, s := range c.wants {
		e := edit{start: s.start, end: s.bodyEnd}
		if i == 0 {
			e.text = sections
		}
		out = append(out, e)
	}
	return out
}

// wantTable makes one section want a table that came.
func (c *Case) wantTable(s *section, old *records, r *result) []edit {
	typed := old != nil && slices.ContainsFunc(old.types, func(k value.Kind) bool { return k != value.Invalid })
	whole := edit{start: s.start, end: s.bodyEnd}
	switch {
	case s.keyword == sectionColumns:
		whole.text = "-- columns --\n" + headerText(r.columns, typed, ", ") + "\n"
	case s.from != "":
		format := s.rowFormat()
		path, m := c.beside(s)
		ext := strings.ToLower(filepath.Ext(path))
		if m != nil || !slices.Contains([]string{".csv", ".ndjson", ".jsonl"}, ext) || format == "csv" && !csvKeeps(r) || format != "csv" && r.rows.N == 0 {
			return nil
		}
		return []edit{{path: path, text: rowsText(r, typed, format)}}
	case s.keyword == sectionRows:
		whole.text = rowsSection(r, typed, s.rowFormat())
	default:
		whole.text = rowsSection(r, false, "csv")
	}
	return []edit{whole}
}

// rowsSection writes a table as a section.
func rowsSection(r *result, typed bool, format string) string {
	if format == "csv" && !csvKeeps(r) {
		format = "ndjson"
	}
	switch {
	case format == "csv":
		return "-- rows --\n" + rowsText(r, typed, format)
	case r.rows.N == 0:
		return "-- empty --\n"
	}
	return "-- rows ndjson --\n" + rowsText(r, typed, format)
}

// csvKeeps tells whether CSV keeps all texts as they are: readers of CSV drop carriage returns, and a line of a text could look like
// a section's first.
func csvKeeps(r *result) bool {
	for k, v := range r.rows.Cols {
		if strings.ContainsAny(r.columns[k].Name, "\r\n") {
			return false
		}
		if v.Kind != value.String && v.Kind != value.Dynamic {
			continue
		}
		for i := range v.N {
			if text := cellText(v, i); strings.ContainsRune(text, '\r') || strings.Contains(text, "\n--") {
				return false
			}
		}
	}
	return true
}

func rowsText(r *result, typed bool, format string) string {
	var out strings.Builder
	if format == "csv" {
		out.WriteString(headerText(r.columns, typed, ",") + "\n")
		for i := range r.rows.N {
			out.WriteString(rowText(r.rows, i) + "\n")
		}
		return out.String()
	}
	for i := range r.rows.N {
		out.WriteString(jsonRow(r, i) + "\n")
	}
	return out.String()
}

// headerText writes names, with types where one of them is wanted or a name would read as one with a type.
func headerText(columns []value.Column, typed bool, comma string) string {
	typed = typed || slices.ContainsFunc(columns, func(c value.Column) bool { return strings.Contains(c.Name, ":") })
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i] = c.Name
		if typed {
			cells[i] += ":" + c.Kind.String()
		}
		cells[i] = csvCell(cells[i], false)
	}
	return strings.Join(cells, comma)
}

// jsonRow writes a row as a JSON object; numbers that JSON has no form for are strings, as Kusto writes them.
func jsonRow(r *result, i int) string {
	out := []byte{'{'}
	for k, v := range r.rows.Cols {
		if k > 0 {
			out = append(out, ", "...)
		}
		out = value.AppendQuoted(out, r.columns[k].Name)
		out = append(out, ": "...)
		switch {
		case v.IsNull(i) && v.Kind != value.String:
			out = append(out, nullWord...)
		case v.Kind == value.Dynamic, v.Kind == value.Bool, v.Kind == value.Int, v.Kind == value.Long:
			out = value.DynAt(v, i).AppendJSON(out)
		case v.Kind == value.Real && value.ValidJSON(cellText(v, i)):
			out = append(out, cellText(v, i)...)
		default:
			out = value.AppendQuoted(out, cellText(v, i))
		}
	}
	return string(append(out, '}'))
}
