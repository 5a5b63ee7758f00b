// The report that a person reads.

package kqltest

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"calypso/kql/text"
)

// WriteText writes results that didn't pass, each with what is wrong; verbose adds a line for each other.
func WriteText(w io.Writer, results []*Result, verbose bool) error {
	var out strings.Builder
	for _, r := range results {
		switch {
		case r.Status == Passed || r.Status == Updated:
			if verbose || r.Status == Updated {
				fmt.Fprintf(&out, "%-8s %s\n", r.Status, r.title())
			}
		default:
			r.write(&out)
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// title is place and name of a case.
func (r *Result) title() string {
	if r.Name == "" {
		return Place{r.Path, r.Line, 0}.String()
	}
	return Place{r.Path, r.Line, 0}.String() + ": " + visible(r.Name)
}

func (r *Result) write(out *strings.Builder) {
	fmt.Fprintf(out, "%-8s %s\n", strings.ToUpper(string(r.Status)), r.title())
	for _, n := range r.Notes {
		if n.At.Path == "" {
			fmt.Fprintf(out, "    %s\n", visible(n.Text))
		} else {
			fmt.Fprintf(out, "    %s: %s\n", n.At, visible(n.Text))
		}
	}
	if r.Status == Refused {
		out.WriteString("    the embedded engine can't run this query yet; that says nothing about the query itself\n")
	}
	for _, d := range r.Differences {
		d.write(out)
	}
}

// write tells of one table, indented.
func (d *Difference) write(out *strings.Builder) {
	table := ""
	if d.Table > 0 {
		table = fmt.Sprintf("table %d: ", d.Table)
	}
	for _, c := range d.Columns {
		fmt.Fprintf(out, "    %s%s\n", table, visible(c))
	}
	if len(d.Columns) > 0 {
		return
	}
	fmt.Fprintf(out, "    %s%s, want %d\n", table, text.Count(d.GotRows, "row"), d.WantRows)
	for _, r := range d.Rows {
		r.write(out)
	}
	if d.Left > 0 {
		fmt.Fprintf(out, "      … and %s more\n", text.Count(d.Left, "row"))
	}
}

func (r *RowDiff) write(out *strings.Builder) {
	at := ""
	if r.Line > 0 {
		at = fmt.Sprintf(" %s:%d", r.Path, r.Line)
	}
	switch r.Kind {
	case "missing":
		fmt.Fprintf(out, "      - missing%s: %s\n", at, oneLine(r.Text))
	case "extra":
		fmt.Fprintf(out, "      + extra, row %d: %s\n", r.Row, oneLine(r.Text))
	case "moved":
		fmt.Fprintf(out, "      ! order: row %d is %s\n        want there%s: %s\n", r.Row, oneLine(r.Text), at, oneLine(r.Instead))
		out.WriteString("        the query sorts its rows, so their order counts\n")
	case "changed":
		fmt.Fprintf(out, "      ~ changed%s: row %d is %s\n", at, r.Row, oneLine(r.Text))
		for _, c := range r.Cells {
			fmt.Fprintf(out, "          %s: got %s, want %s\n", visible(c.Column), oneLine(c.Got), oneLine(c.Want))
		}
	}
}

// longest is the length, in characters, at which a row or cell is cut in the text report; the others have it whole.
const longest = 400

// oneLine makes a text fit a line of the report.
func oneLine(text string) string {
	text = visible(text)
	if runes := []rune(text); len(runes) > longest {
		text = string(runes[:longest]) + "…"
	}
	return text
}

// visible shows control characters as pictures: rows and names must not steer the terminal.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return '⏎'
		case r < 0x20:
			return 0x2400 + r
		case unicode.IsControl(r):
			return 0xFFFD
		}
		return r
	}, text)
}

// Summary counts in a sentence: "12 cases: 10 passed, 2 failed".
func (c Count) Summary() string {
	var parts []string
	for _, s := range Statuses {
		if c[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c[s], s))
		}
	}
	return text.Count(c.Total(), "case") + ": " + strings.Join(parts, ", ")
}
