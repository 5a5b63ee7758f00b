package lint

// Comments that silence findings: "// calypso: ignore CODE… reason" on the line of the finding, "ignore-next-line" on the line
// before, "ignore-file" anywhere. CODE is a code or a slug; several are parted by commas or spaces. A comment that silences nothing
// is reported itself.

import (
	"strings"

	"calypso/kql/diag"
	"calypso/kql/script"
	"calypso/kql/text"
)

// suppression is one comment.
type suppression struct {
	span   text.Span
	codes  []diag.Code
	reason string
	line   int // the line it silences; -1 for the file
	used   bool
}

// silence parts findings into those that stay and those that comments silence.
func silence(s *script.Script, all []diag.Diagnostic, o Options) Result {
	var r Result
	if !strings.Contains(s.Text, "calypso:") {
		r.Diagnostics = all
		return r
	}
	file := text.NewFile(s.Text)
	list := suppressions(s, file)
	for _, d := range all {
		if by := silencer(list, d.Code, file.LineAt(d.Span.Start)); by != nil {
			by.used = true
			r.Suppressed = append(r.Suppressed, Suppressed{d, by.reason})
			continue
		}
		r.Diagnostics = append(r.Diagnostics, d)
	}
	for _, b := range s.Blocks {
		if syntaxError(b.Bound) {
			return r // the rules didn't look, so that nobody knows what a comment would hide
		}
	}
	level, set := o.Severity[diag.UnusedSuppression]
	for _, by := range list {
		if by.used || level == Off {
			continue
		}
		d := diag.New(diag.UnusedSuppression, by.span, short(strings.TrimSpace(strings.TrimLeft(by.span.Of(s.Text), "/ "))))
		d.Unneeded = true
		if set {
			d.Severity = level
		}
		r.Diagnostics = append(r.Diagnostics, d)
	}
	return r
}

func silencer(list []*suppression, code diag.Code, line int) *suppression {
	for _, by := range list {
		if by.line >= 0 && by.line != line {
			continue
		}
		for _, c := range by.codes {
			if c == code {
				return by
			}
		}
	}
	return nil
}

// suppressions reads the comments of all blocks.
func suppressions(s *script.Script, file *text.File) []*suppression {
	var list []*suppression
	for _, b := range s.Blocks {
		end := 0
		for _, t := range b.Bound.Tree.Tokens {
			trivia := text.Span{Start: b.Start + end, End: b.Start + t.Start}
			end = t.End
			if !strings.Contains(trivia.Of(s.Text), "calypso:") {
				continue
			}
			at := trivia.Start
			for line := range strings.Lines(trivia.Of(s.Text)) {
				if by := readSuppression(line, at, file); by != nil {
					list = append(list, by)
				}
				at += len(line)
			}
		}
	}
	return list
}

// readSuppression reads one line of trivia; nil when it is no suppression.
func readSuppression(line string, at int, file *text.File) *suppression {
	comment := strings.Index(line, "//")
	if comment < 0 {
		return nil
	}
	rest, ok := strings.CutPrefix(strings.TrimSpace(line[comment+2:]), "calypso:")
	if !ok {
		return nil
	}
	words := strings.Fields(strings.ReplaceAll(rest, ",", " "))
	if len(words) == 0 || words[0] != "ignore" && words[0] != "ignore-next-line" && words[0] != "ignore-file" {
		return nil
	}
	start := at + comment
	by := &suppression{span: text.Span{Start: start, End: at + len(strings.TrimRight(line, " \t\r\n"))}, line: file.LineAt(start)}
	switch words[0] {
	case "ignore-next-line":
		by.line++
	case "ignore-file":
		by.line = -1
	}
	for i, w := range words[1:] {
		code, ok := Find(w)
		if !ok {
			by.reason = strings.Join(words[1+i:], " ")
			break
		}
		by.codes = append(by.codes, code)
	}
	return by
}

// Find gives the code that a text means: a code in any case, or a slug.
func Find(name string) (diag.Code, bool) {
	if code := diag.Code(strings.ToUpper(name)); code.Row() != nil {
		return code, true
	}
	for _, row := range diag.Rows() {
		if row.Slug == name {
			return row.Code, true
		}
	}
	return "", false
}
