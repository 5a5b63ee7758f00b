// Package format lays queries out: a pipe a line, nested queries indented, long lists broken. It only ever changes white space:
// the tokens and comments of the result are those of the input, which Document checks before it gives a result. Formatting
// twice changes nothing.
//
// The way: marks.go asks the tree where tokens touch and what a bracket holds; piece.go cuts a statement into pieces and groups;
// write.go puts them on lines; command.go finds what commands hold. Start at Document. A statement with syntax
// errors, a management command but for the function or query in it, and what stands between "// fmt: off" and "// fmt: on" stay as they are.
package format

import (
	"strings"

	"calypso/kql/diag"
	"calypso/kql/script"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Options say how to lay out; the zero value is the house style.
type Options struct {
	Indent int // spaces a level; 0 means 4
	Width  int // a line longer than this is broken where it can be; 0 means 100

	Pipes Pipes // when a pipe begins a line
	Lists Lists // when an operator's items have a line each
	// OwnBrackets puts the "(" of a query in brackets on a line of its own, OwnBraces the "{" of a function's body.
	OwnBrackets, OwnBraces bool
	// OwnSemicolon puts the ";" behind a statement of several lines on a line of its own.
	OwnSemicolon bool
	// TightEquals leaves out the spaces round the "=" that names a column or argument.
	TightEquals bool
}

// Pipes says when a pipe begins a line.
type Pipes uint8

// The choices.
const (
	PipesAlways  Pipes = iota
	PipesSeveral       // when the pipeline has more than one, or doesn't fit on a line
	PipesKeep          // where it does already
)

// Lists says when the items of an operator have a line each.
type Lists uint8

// The choices.
const (
	ListsLong    Lists = iota // when they don't fit on one
	ListsSeveral              // when there is more than one
	ListsKeep                 // when one of them begins a line already, or they don't fit
)

func (o Options) indent() int {
	if o.Indent <= 0 {
		return 4
	}
	return min(o.Indent, 16)
}

func (o Options) width() int {
	if o.Width <= 0 {
		return 100
	}
	return max(o.Width, 20)
}

// Document gives the edits that format a whole document, in order.
func Document(s *script.Script, o Options) []text.Edit {
	return Range(s, text.Span{Start: 0, End: len(s.Text)}, o)
}

// Range gives the edits for the statements that touch a span.
func Range(s *script.Script, within text.Span, o Options) []text.Edit {
	newline := "\n"
	if strings.Contains(s.Text, "\r\n") {
		newline = "\r\n"
	}
	var edits []text.Edit
	for b := range s.All() {
		found := []text.Edit(nil)
		if !b.Inner() {
			found = blockEdits(b.Bound.Tree, o)
		} else {
			found = commandEdits(s, b, o)
		}
		for _, e := range found {
			e.Span = b.Shift(e.Span)
			if e.Span.End < within.Start || e.Span.Start > within.End {
				continue
			}
			e.NewText = strings.ReplaceAll(e.NewText, "\n", newline)
			if e.Span.Of(s.Text) != e.NewText {
				edits = append(edits, e)
			}
		}
	}
	return edits
}

// Apply gives a text with edits made; they are in order and don't overlap.
func Apply(src string, edits []text.Edit) string {
	var out strings.Builder
	at := 0
	for _, e := range edits {
		out.WriteString(src[at:e.Span.Start])
		out.WriteString(e.NewText)
		at = e.Span.End
	}
	out.WriteString(src[at:])
	return out.String()
}

// blockEdits formats each run of faultless statements of a block.
func blockEdits(tree *syntax.Tree, o Options) []text.Edit {
	if tree.Command != nil || strings.Contains(tree.Text, "fmt: off") {
		return nil
	}
	m := mark(tree, o)
	var edits []text.Edit
	for _, span := range runs(tree) {
		first, last := tokensIn(tree, span)
		if first == last {
			continue
		}
		span = text.Span{Start: tree.Tokens[first].Start, End: tree.Tokens[last-1].End}
		w := &writer{marks: m, options: o}
		result := w.statements(pieces(tree, m, o, first, last))
		result = strings.ReplaceAll(result, "\r\n", "\n")
		if sameTokens(span.Of(tree.Text), result) {
			edits = append(edits, text.Edit{Span: span, NewText: result})
		}
	}
	return edits
}

// runs gives the spans of statements in a row that have no fault, with their semicolons.
func runs(tree *syntax.Tree) []text.Span {
	var all []text.Span
	open := false
	for _, st := range tree.Statements {
		span := st.Span()
		if _, bad := st.(*syntax.BadStatement); bad || faulty(tree, span) || span.Len() == 0 {
			open = false
			continue
		}
		end := semicolon(tree, span.End)
		if end > 0 {
			span.End = end
		}
		if open {
			all[len(all)-1].End = span.End
		} else {
			all = append(all, span)
		}
		open = end > 0 // else only the line end parts it from the next
	}
	return all
}

// semicolon gives the end of the ";" that directly follows an offset, 0 when another token does.
func semicolon(tree *syntax.Tree, from int) int {
	for _, t := range tree.Tokens {
		if t.Start >= from {
			if t.Span().Of(tree.Text) == ";" {
				return t.End
			}
			return 0
		}
	}
	return 0
}

// faulty tells whether a syntax error lies in a span.
func faulty(tree *syntax.Tree, span text.Span) bool {
	for _, d := range tree.Diagnostics {
		if d.Severity == diag.Error && d.Span.Start <= span.End && d.Span.End >= span.Start {
			return true
		}
	}
	return false
}

// tokensIn gives the range of tokens that a span holds.
func tokensIn(tree *syntax.Tree, span text.Span) (first, last int) {
	for first < len(tree.Tokens) && tree.Tokens[first].Start < span.Start {
		first++
	}
	last = first
	for last < len(tree.Tokens) && tree.Tokens[last].Kind != syntax.TokEnd && tree.Tokens[last].End <= span.End {
		last++
	}
	return first, last
}

// sameTokens is the last guard: what was laid out must read as what was there, comments included.
func sameTokens(before, after string) bool {
	a, b := syntax.Scan(before), syntax.Scan(after)
	if len(a) != len(b) {
		return false
	}
	endA, endB := 0, 0
	for i := range a {
		if a[i].Kind != b[i].Kind || !sameText(a[i].Span().Of(before), b[i].Span().Of(after)) {
			return false
		}
		if comments(before[endA:a[i].Start]) != comments(after[endB:b[i].Start]) {
			return false
		}
		endA, endB = a[i].End, b[i].End
	}
	return true
}

// sameText compares tokens; line ends inside strings may differ in form, as the document's are put back later.
func sameText(a, b string) bool {
	return a == b || strings.ReplaceAll(a, "\r\n", "\n") == strings.ReplaceAll(b, "\r\n", "\n")
}

// comments gives the comments of some trivia, without the white space around them.
func comments(trivia string) string {
	var out []string
	for line := range strings.Lines(trivia) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}
