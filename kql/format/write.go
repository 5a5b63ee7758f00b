// Putting pieces on lines.

package format

import (
	"strings"
	"unicode/utf8"
)

// writer lays out statements in a row.
type writer struct {
	marks   *marks
	options Options
	out     strings.Builder
	column  int  // of the next character
	lines   int  // begun so far
	fresh   bool // at the start of a line
	comment bool // the line ends with a comment: a new one must begin
}

// statements lays out the pieces of statements in a row.
func (w *writer) statements(items []piece) string {
	w.fresh = true
	w.sequence(items, 0)
	return strings.TrimRight(w.out.String(), " \n")
}

// line begins a new line at an indentation, unless the line is fresh already.
func (w *writer) line(indent int) {
	if !w.fresh {
		w.out.WriteByte('\n')
	}
	w.lines++
	w.out.WriteString(strings.Repeat(" ", indent))
	w.column, w.fresh, w.comment = indent, true, false
}

// put writes a piece's token with the comments around it; indent is that of lines that comments force.
func (w *writer) put(p piece, indent int) {
	for _, c := range p.before {
		if c == "" { // an empty line between comments
			w.out.WriteByte('\n')
			continue
		}
		w.openLine(indent)
		w.out.WriteString(c)
		w.fresh, w.comment = false, true
	}
	if w.comment {
		w.line(indent)
	}
	if p.space && !w.fresh {
		w.out.WriteByte(' ')
		w.column++
	}
	w.out.WriteString(p.text)
	w.column += utf8.RuneCountInString(p.text[strings.LastIndexByte(p.text, '\n')+1:])
	w.fresh = false
	w.trail(p.behind)
}

// openLine makes sure that the line is fresh.
func (w *writer) openLine(indent int) {
	if !w.fresh || w.comment {
		w.fresh = false
		w.line(indent)
	}
}

// trail writes a comment at the end of a line.
func (w *writer) trail(comment string) {
	if comment != "" {
		w.out.WriteString(" " + comment)
		w.comment = true
	}
}

// sequence writes statements or a pipeline: a line for each pipe and statement.
func (w *writer) sequence(items []piece, indent int) {
	for len(items) > 0 {
		n := statementEnd(items)
		w.pipeline(items[:n], indent)
		items = items[n:]
		if len(items) > 0 {
			if items[0].blank && !w.comment {
				w.out.WriteByte('\n')
				w.fresh = false
			}
			w.line(indent)
		}
	}
}

// statementEnd gives the number of pieces up to and with the first ";".
func statementEnd(items []piece) int {
	for i, p := range items {
		if p.text == ";" {
			return i + 1
		}
	}
	return len(items)
}

// pipeline writes one statement: "let x =" on its own line when a pipeline of several lines follows it.
func (w *writer) pipeline(items []piece, indent int) {
	lines, end := w.lines, len(items)
	if w.options.OwnSemicolon && items[end-1].text == ";" && end > 1 {
		end--
	}
	segments := split(items[:end])
	step := w.options.indent()
	begins := w.linedUp(segments, items[:end])
	broken := false
	for i := 1; i < len(segments); i++ {
		broken = broken || begins(i)
	}
	if n := letHead(segments[0]); n > 0 && broken {
		w.segment(segments[0][:n], indent)
		indent += step
		w.line(indent)
		segments[0] = segments[0][n:]
	}
	for i, s := range segments {
		if i > 0 && begins(i) {
			w.line(indent)
		}
		w.segment(s, indent)
	}
	if end < len(items) {
		if w.lines > lines {
			w.line(indent)
		}
		w.put(items[end], indent)
	}
}

// linedUp tells which segments begin a line.
func (w *writer) linedUp(segments [][]piece, items []piece) func(int) bool {
	switch w.options.Pipes {
	case PipesSeveral:
		width, ok := flat(items)
		lines := len(segments) > 2 || !ok || w.column+width > w.options.width()
		return func(int) bool { return lines }
	case PipesKeep:
		return func(i int) bool { return segments[i][0].breaks || len(segments[i][0].before) > 0 }
	}
	return func(int) bool { return true }
}

// letHead gives the number of pieces of "let name =", 0 when the statement is none.
func letHead(items []piece) int {
	if len(items) > 3 && items[0].text == "let" {
		for i, p := range items[:min(len(items)-1, 6)] {
			if p.text == "=" {
				return i + 1
			}
		}
	}
	return 0
}

// split cuts at pipes; each segment but the first starts with one.
func split(items []piece) [][]piece {
	var segments [][]piece
	from := 0
	for i, p := range items {
		if p.text == "|" && i > 0 {
			segments = append(segments, items[from:i])
			from = i
		}
	}
	return append(segments, items[from:])
}

// segment writes an operator: on one line if it fits, else broken at its commas and by, or at and and or.
func (w *writer) segment(items []piece, indent int) {
	step := w.options.indent()
	width, ok := flat(items)
	fits := ok && w.column+width <= w.options.width()
	head := w.headEnd(items)
	if head > 0 && w.listBreaks(items[head:]) {
		fits = false
	}
	switch {
	case fits, head == 0 && !hasLogic(items):
		w.inline(items, indent, indent+step)
	case commas(items) > 0 && head > 0:
		w.inline(items[:head], indent, indent+step)
		w.list(items[head:], indent+step, 1)
	case !ok && !longFlat(items, w.options.width()-indent):
		w.inline(items, indent, indent+step)
	case hasLogic(items):
		w.logic(items, indent, indent+step)
	default:
		w.inline(items, indent, indent+step)
	}
}

// listBreaks tells whether items have a line each though they would fit on one.
func (w *writer) listBreaks(items []piece) bool {
	if commas(items) == 0 {
		return false
	}
	if w.options.Lists == ListsKeep {
		for i, p := range items {
			if p.breaks && (i == 0 || items[i-1].text == ",") {
				return true
			}
		}
	}
	return w.options.Lists == ListsSeveral
}

// longFlat tells whether the pieces outside of wide groups are longer than a line.
func longFlat(items []piece, width int) bool {
	n := 0
	for _, p := range items {
		if p.group != nil && p.group.wide {
			if n > width {
				return true
			}
			n = 0
			continue
		}
		one, _ := flat([]piece{p})
		n += one + 1
	}
	return n > width
}

// headEnd gives the number of pieces of an operator's keyword and parameters, 0 when no operator stands here.
func (w *writer) headEnd(items []piece) int {
	start := 0
	if len(items) > 0 && items[0].text == "|" {
		start = 1
	}
	if start >= len(items) {
		return 0
	}
	end, ok := w.marks.heads[items[start].start]
	if !ok {
		return 0
	}
	n := start
	for n < len(items) && items[n].start < end {
		n++
	}
	if n < len(items) && items[n].text == "by" { // sort by
		n++
	}
	if n == len(items) {
		return 0
	}
	return n
}

// inline writes pieces one after the other; groups break by themselves. indent is the line's own, more that of lines that
// comments force.
func (w *writer) inline(items []piece, indent, more int) {
	for i, p := range items {
		at := more
		if i == 0 {
			at = indent
		}
		w.own(p, indent)
		w.put(p, at)
		if p.group != nil {
			w.group(p.group, indent)
		}
	}
}

// own begins a line for a bracket that is to have one of its own: of a query, or of a function's body. One that touches what is
// before it, as a call's, stays there.
func (w *writer) own(p piece, indent int) {
	if p.group == nil || !p.space || !p.group.wide {
		return
	}
	if p.text == "{" && p.group.body && w.options.OwnBraces || p.text == "(" && hasPipe(p.group.items) && w.options.OwnBrackets {
		w.line(indent)
	}
}

// list writes items a line each; by starts a line as well. rows is the number of items on a line.
func (w *writer) list(items []piece, indent, rows int) {
	w.line(indent)
	n := 0
	for i, p := range items {
		if p.text == "by" && i > 0 && p.group == nil {
			w.line(indent)
			n = 0
		}
		w.put(p, indent)
		if p.group != nil {
			w.group(p.group, indent)
		}
		if p.text == "," && i < len(items)-1 {
			if n++; n%rows == 0 {
				w.line(indent)
			}
		}
	}
}

// logic breaks before and and or.
func (w *writer) logic(items []piece, indent, more int) {
	for _, p := range items {
		if p.text == "and" || p.text == "or" {
			w.line(more)
		}
		w.put(p, more)
		if p.group != nil {
			w.group(p.group, w.lineIndent(indent, more))
		}
	}
}

// lineIndent is the indentation of a group's closing bracket in a broken condition.
func (w *writer) lineIndent(indent, more int) int {
	text := w.out.String()
	line := text[strings.LastIndexByte(text, '\n')+1:]
	if len(line)-len(strings.TrimLeft(line, " ")) >= more {
		return more
	}
	return indent
}

func hasLogic(items []piece) bool {
	for _, p := range items {
		if p.text == "and" || p.text == "or" {
			return true
		}
	}
	return false
}

// group writes what stands in brackets, after the opening one.
func (w *writer) group(g *group, indent int) {
	width, ok := flat(g.items)
	step := w.options.indent()
	switch {
	case !g.wide && ok && w.column+width+2 <= w.options.width(), len(g.items) == 0:
		w.inline(g.items, indent, indent+step)
	case g.rows > 0:
		w.list(g.items, indent+step, g.rows)
		w.line(indent)
	case g.body || hasPipe(g.items):
		w.line(indent + step)
		w.sequence(g.items, indent+step)
		w.line(indent)
	case commas(g.items) > 0 || g.wide:
		w.list(g.items, indent+step, 1)
		w.line(indent)
	case hasLogic(g.items):
		w.line(indent + step)
		w.logic(g.items, indent+step, indent+step)
		w.line(indent)
	default:
		w.inline(g.items, indent, indent+step)
	}
	w.put(g.close, indent)
}

func hasPipe(items []piece) bool {
	for _, p := range items {
		if p.text == "|" {
			return true
		}
	}
	return false
}
