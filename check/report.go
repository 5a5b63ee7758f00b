package check

import (
	"fmt"
	"io"

	"calypso/kql/text"
)

// Report is what a run found.
type Report struct {
	Findings []Finding // of all files, in the order they were checked
	Files    int
	Score    int
	// Problems are the files that couldn't be read.
	Problems []Problem
	// Version of the program, for reports that name it.
	Version string
}

// Problem is a file that couldn't be read.
type Problem struct {
	Path string
	Err  error
}

// Active gives the findings that count.
func (r *Report) Active() []Finding {
	list := []Finding{}
	for _, f := range r.Findings {
		if f.Active() {
			list = append(list, f)
		}
	}
	return list
}

// WriteText writes a line for each finding that counts: path:line:column: severity CODE (official code): message.
func (r *Report) WriteText(w io.Writer) error {
	for _, f := range r.Active() {
		official := ""
		if f.Official != "" {
			official = " (" + f.Official + ")"
		}
		if _, err := fmt.Fprintf(w, "%s:%d:%d: %s %s%s: %s\n", f.Path, f.Line, f.Column, f.Severity, f.Code, official, f.Message); err != nil {
			return err
		}
	}
	return nil
}

// WriteJSON writes the findings that count as one array.
func (r *Report) WriteJSON(w io.Writer) error { return indented(w, r.Active()) }

// Summary says in a line how much was found.
func (r *Report) Summary() string {
	errors, others, suppressed, known := 0, 0, 0, 0
	for _, f := range r.Findings {
		switch {
		case f.Suppressed:
			suppressed++
		case f.Known:
			known++
		case f.Severity == "error":
			errors++
		default:
			others++
		}
	}
	line := fmt.Sprintf("%s checked, %s, %s", text.Count(r.Files, "file"), text.Count(errors, "error"), text.Count(others, "other finding"))
	if suppressed > 0 {
		line += fmt.Sprintf(", %d suppressed", suppressed)
	}
	if known > 0 {
		line += fmt.Sprintf(", %d in the baseline", known)
	}
	if r.Score > 0 {
		line += fmt.Sprintf(", cost score %d", r.Score)
	}
	return line
}
