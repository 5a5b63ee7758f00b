package print

import (
	"bufio"
	"strings"
	"unicode"
	"unicode/utf8"

	"calypso/kusto/value"
)

const (
	widthSample = 1000 // rows that decide on the widths
	maxWidth    = 60   // a wider cell is cut in the plain form
)

// aligned writes columns of equal width: plain text, or a Markdown table.
type aligned struct {
	out      *bufio.Writer
	markdown bool
	columns  []value.Column
	widths   []int
	pending  [][]string // rows kept until the widths are known
	started  bool       // the head is written
	tables   int
}

func (a *aligned) Table(_ string, columns []value.Column) error {
	if a.tables++; a.tables > 1 {
		a.out.WriteByte('\n')
	}
	a.columns, a.started, a.pending = columns, false, nil
	a.widths = make([]int, len(columns))
	for i, c := range columns {
		a.widths[i] = max(utf8.RuneCountInString(a.clean(c.Name)), 3)
	}
	return nil
}

func (a *aligned) Rows(b *value.Batch) error {
	for r := range b.N {
		row := make([]string, len(b.Cols))
		for c, v := range b.Cols {
			row[c] = a.clean(string(appendText(nil, v, r)))
			if !a.started {
				a.widths[c] = max(a.widths[c], utf8.RuneCountInString(row[c]))
			}
		}
		if a.started {
			a.row(row)
		} else if a.pending = append(a.pending, row); len(a.pending) == widthSample {
			a.start()
		}
	}
	return nil
}

func (a *aligned) End() error {
	a.start()
	return nil
}

func (a *aligned) Flush() error { return a.out.Flush() }

// start writes the head and the rows kept so far.
func (a *aligned) start() {
	if a.started {
		return
	}
	a.started = true
	names, rules := make([]string, len(a.columns)), make([]string, len(a.columns))
	for i, c := range a.columns {
		names[i] = a.clean(c.Name)
		rules[i] = strings.Repeat("-", a.widths[i])
		if a.markdown && rightAligned(c.Kind) {
			rules[i] = rules[i][1:] + ":"
		}
	}
	a.row(names)
	a.row(rules)
	for _, row := range a.pending {
		a.row(row)
	}
	a.pending = nil
}

func (a *aligned) row(cells []string) {
	for i, cell := range cells {
		switch {
		case a.markdown:
			a.out.WriteString("| ")
		case i > 0:
			a.out.WriteString("  ")
		}
		pad := strings.Repeat(" ", max(a.widths[i]-utf8.RuneCountInString(cell), 0))
		if rightAligned(a.columns[i].Kind) {
			a.out.WriteString(pad + cell)
		} else if a.out.WriteString(cell); a.markdown || i < len(cells)-1 {
			a.out.WriteString(pad)
		}
		if a.markdown {
			a.out.WriteByte(' ')
		}
	}
	if a.markdown {
		a.out.WriteByte('|')
	}
	a.out.WriteByte('\n')
}

func rightAligned(k value.Kind) bool {
	return k == value.Int || k == value.Long || k == value.Real || k == value.Decimal
}

// clean keeps a cell on its line: what would move the cursor or break the table is written out or dropped.
func (a *aligned) clean(s string) string {
	if a.markdown {
		return strings.NewReplacer("|", `\|`, "\r\n", "<br>", "\n", "<br>", "\r", "<br>", "<", "&lt;").Replace(s)
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
	if utf8.RuneCountInString(s) > maxWidth {
		s = string([]rune(s)[:maxWidth-1]) + "…"
	}
	return s
}
