package diag

import (
	"fmt"
	"sort"

	"calypso/kql/text"
)

// Row says all there is to say about one code. The rows lie in a file for each group: syntax.go, names.go, lint.go, limits.go.
type Row struct {
	Code     Code
	Slug     string // a short name for settings and links: lower case with dashes, unique
	Severity Severity
	Message  string   // what the user reads; a fmt format for the arguments of New
	Official []string // the official library's codes for the same finding; the first is put in the diagnostic
	// Bad is a query that must give the code, Good a close one that mustn't. Both are run by the tests of the package that
	// reports the code. Bad is empty only where no short text can show it, as for size limits.
	Bad, Good string
}

// tables are the groups of rows, by the hundreds and thousands of their codes.
var tables = [][]Row{syntaxRows, nameRows, commandRows, lintRows, limitRows}

// byCode finds a row; it is made once from tables and never written again.
var byCode = indexRows()

func indexRows() map[Code]*Row {
	index := map[Code]*Row{}
	for _, table := range tables {
		for i := range table {
			row := &table[i]
			if index[row.Code] != nil {
				panic("diag: two rows for " + string(row.Code))
			}
			index[row.Code] = row
		}
	}
	return index
}

// Rows gives every row, in the order of the codes. Treat them as read-only.
func Rows() []*Row {
	rows := make([]*Row, 0, len(byCode))
	for _, row := range byCode {
		rows = append(rows, row)
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i].Code < rows[j].Code })
	return rows
}

// Row finds the row of a code; nil when there is none.
func (c Code) Row() *Row { return byCode[c] }

// New makes a diagnostic from its row; args fill the row's message. A code without a row is a broken invariant and panics.
func New(code Code, span text.Span, args ...any) Diagnostic {
	row := byCode[code]
	if row == nil {
		panic("diag: no row for " + string(code))
	}
	d := Diagnostic{Code: code, Severity: row.Severity, Span: span, Message: row.Message}
	if len(args) > 0 {
		d.Message = fmt.Sprintf(row.Message, args...)
	}
	if len(row.Official) > 0 {
		d.Official = row.Official[0]
	}
	return d
}
