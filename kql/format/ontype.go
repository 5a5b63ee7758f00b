// Layout while typing: only what the typed character makes certain.

package format

import (
	"strings"

	"calypso/kql/script"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// OnType gives the edits for a character that was just typed; offset is behind it. A "|" that begins its line goes to the level of its
// pipeline: below the pipes above it, or below the source. Every other character changes nothing.
func OnType(s *script.Script, offset int, typed string, o Options) []text.Edit {
	b, at := s.Innermost(offset)
	at -= len(typed)
	src := b.Bound.Tree.Text
	if typed != "|" || at < 0 || at >= len(src) || src[at] != '|' || b.Quoted() {
		return nil
	}
	had, first := indentOf(s.Text, at+b.Start)
	if !first || strings.Contains(src, "fmt: off") {
		return nil
	}
	for _, n := range syntax.PathAt(b.Bound.Tree, at) {
		pipe, ok := n.(*syntax.Pipe)
		if !ok {
			continue
		}
		for i, bar := range pipe.Bars {
			if bar != at {
				continue
			}
			want := level(s, b, pipe, pipe.Bars[:i], o)
			if want == had {
				return nil
			}
			line := at - len(had)
			return []text.Edit{{Span: b.Shift(text.Span{Start: line, End: at}), NewText: want}}
		}
	}
	return nil
}

// level gives the white space before a pipeline's pipes: as before the last one above that begins a line; else as before the source,
// one step further in where the source doesn't begin its line and stands behind a bracket or "let x =".
func level(s *script.Script, b *script.Block, pipe *syntax.Pipe, above []int, o Options) string {
	for i := len(above) - 1; i >= 0; i-- {
		if indent, first := indentOf(s.Text, b.Start+above[i]); first {
			return indent
		}
	}
	indent, first := indentOf(s.Text, b.Start+pipe.Span().Start)
	if first {
		return indent
	}
	return indent + strings.Repeat(" ", o.indent())
}

// indentOf gives the white space at the start of the line of an offset, and whether nothing else stands before the offset.
func indentOf(src string, at int) (string, bool) {
	line := src[strings.LastIndexAny(src[:at], "\r\n")+1 : at]
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	return indent, len(indent) == len(line)
}
