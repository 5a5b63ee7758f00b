// Rows written in a test: CSV with a header of names or name:type, or a JSON object a line.

package kqltest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"calypso/kql/text"
	"calypso/kusto/value"
)

// records are rows as text, before the types of their columns are known.
type records struct {
	place   Place // of the text: its path, and the line that it begins on
	names   []string
	types   []value.Kind // Invalid where none is written
	rows    [][]field
	ordered bool // the order of names is the order of columns: true for CSV
}

// field is one cell. Absent ones are null, or "".
type field struct {
	text         string
	json         bool // the text is JSON
	line, column int  // of its first character, from 1
}

// readRecords reads rows; format is csv, ndjson, or "" for csv.
func readRecords(text, format string, place Place) (*records, *Mistake) {
	r := &records{place: place, ordered: format != "ndjson"}
	if format == "ndjson" {
		return r, r.readJSON(text)
	}
	return r, r.readCSV(text)
}

func (r *records) wrong(line, column int, text string) *Mistake {
	return &Mistake{r.place.Path, line, column, text}
}

func (r *records) readCSV(body string) *Mistake {
	in := csv.NewReader(strings.NewReader(body))
	in.FieldsPerRecord = -1
	for {
		cells, err := in.Read()
		if err == io.EOF {
			break
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return r.wrong(r.place.Line+bad.Line-1, bad.Column, csvProblem(bad))
		}
		if err != nil {
			return r.wrong(r.place.Line, 0, err.Error())
		}
		row := make([]field, len(cells))
		for i, cell := range cells {
			line, column := in.FieldPos(i)
			row[i] = field{text: cell, line: r.place.Line + line - 1, column: column}
		}
		if r.names == nil {
			if m := r.header(row); m != nil {
				return m
			}
			continue
		}
		if len(row) != len(r.names) {
			return r.wrong(row[0].line, 0, text.Count(len(row), "cell")+", but the header names "+text.Count(len(r.names), "column"))
		}
		r.rows = append(r.rows, row)
	}
	if r.names == nil {
		return r.wrong(r.place.Line, 0, "there is no header; the first line holds the columns' names, such as 'User,Count' or 'User:string,Count:long'")
	}
	return nil
}

func csvProblem(bad *csv.ParseError) string {
	switch {
	case errors.Is(bad.Err, csv.ErrBareQuote):
		return `a quote (") stands inside an unquoted cell; put the cell in quotes and double the quotes in it`
	case errors.Is(bad.Err, csv.ErrQuote):
		return `a quoted cell doesn't end before a comma or the end of its line; double the quotes inside it ("")`
	}
	return bad.Err.Error()
}

// header reads names, each with a type behind a colon where one is wanted.
func (r *records) header(cells []field) *Mistake {
	seen := map[string]bool{}
	for _, c := range cells {
		name, kind := c.text, value.Invalid
		if at := strings.LastIndexByte(c.text, ':'); at >= 0 {
			if k, ok := value.KindOf(strings.TrimSpace(c.text[at+1:])); ok {
				name, kind = strings.TrimSpace(c.text[:at]), k
			} else if !strings.ContainsAny(c.text[at+1:], " \"'") {
				return r.wrong(c.line, c.column, "column '"+c.text+"' has no known type behind its colon; types are "+kindNames)
			}
		}
		if name == "" {
			return r.wrong(c.line, c.column, "a column of the header has no name")
		}
		if seen[name] {
			return r.wrong(c.line, c.column, "the header names column '"+name+"' twice")
		}
		seen[name] = true
		r.names, r.types = append(r.names, name), append(r.types, kind)
	}
	return nil
}

const kindNames = "bool, int, long, real, decimal, string, datetime, timespan, guid, dynamic"

func (r *records) readJSON(text string) *Mistake {
	places := map[string]int{}
	var lines []int // of the rows
	for i, line := range strings.Split(text, "\n") {
		here := r.place.Line + i
		if strings.TrimSpace(line) == "" {
			continue
		}
		d := value.ParseDyn(line)
		if !value.ValidJSON(line) || d.Kind() != value.DynBag {
			return r.wrong(here, 1, `this line is no JSON object such as {"User": "ann", "Count": 3}`)
		}
		row := make([]field, len(r.names))
		for k, key := range d.Keys() {
			at, known := places[key]
			if !known {
				at = len(r.names)
				places[key] = at
				r.names, r.types = append(r.names, key), append(r.types, value.Invalid)
				row = append(row, field{})
			}
			row[at] = field{text: d.Items()[k].String(), json: true}
		}
		r.rows, lines = append(r.rows, row), append(lines, here)
	}
	for i, row := range r.rows {
		row = append(row, make([]field, len(r.names)-len(row))...)
		for k := range row {
			row[k].line = lines[i]
		}
		r.rows[i] = row
	}
	if len(r.names) == 0 {
		return r.wrong(r.place.Line, 0, "there are no cells; where none are wanted, write '-- empty --'")
	}
	return nil
}

// add adds the cell to a column; ok is false when it is no value of the type.
func (f field) add(b *value.Builder) (ok bool) {
	if !f.json {
		return appendCell(b, f.text)
	}
	d := value.ParseDyn(f.text)
	switch {
	case d.IsNull():
		b.AppendNull()
		return true
	case b.Kind() == value.Dynamic:
		b.AppendDyn(d)
		return true
	case b.Kind() == value.String && d.Kind() != value.DynString, d.Kind() == value.DynBag, d.Kind() == value.DynArray:
		b.AppendNull()
		return false
	case d.Text() == "" && b.Kind() != value.String:
		b.AppendNull()
		return false
	}
	return appendCell(b, d.Text())
}

// shown is the cell as a report shows it.
func (f field) shown() string {
	if f.text == "" && f.json {
		return nullWord
	}
	return f.text
}

// check reads the cells of columns whose type is written.
func (r *records) check() *Mistake {
	for i, kind := range r.types {
		if kind == value.Invalid {
			continue
		}
		b := value.NewBuilder(kind, len(r.rows))
		for _, row := range r.rows {
			if !row[i].add(b) {
				return r.wrong(row[i].line, row[i].column, fmt.Sprintf("%q is no %s, the type of column '%s'", row[i].text, kind, r.names[i]))
			}
		}
	}
	return nil
}
