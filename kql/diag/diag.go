// Package diag is the list of everything Calypso may say about a query: each code with its severity, its message, the
// official codes it stands for and a tested example. A diagnostic is plain data; nothing here parses or prints.
package diag

import "calypso/kql/text"

// Severity orders findings; Error is the gravest.
type Severity uint8

// The severities, as editors know them.
const (
	Error Severity = iota + 1
	Warning
	Info
	Hint
)

// String gives the lower-case name: error, warning, info, hint.
func (s Severity) String() string {
	return [...]string{"", "error", "warning", "info", "hint"}[min(int(s), 4)]
}

// Code names a kind of finding, as CAL2001. Rows holds its row.
type Code string

// Diagnostic is one finding in a text.
type Diagnostic struct {
	Code     Code
	Severity Severity
	Span     text.Span
	Message  string
	Official string    // the official library's code for the same finding, as KS142; "" when it has none
	Related  []Related // other places that explain it
	Unneeded bool      // the text has no effect: editors fade it
}

// Related is a second place that explains a finding, as "declared here".
type Related struct {
	Span    text.Span
	Message string
}
