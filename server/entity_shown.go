package server

import (
	"sort"
	"strings"

	"calypso/kql/format"
	"calypso/kql/navigate"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// A stored function that the database keeps on one line is shown laid out, as the editor lays out what a person writes. That changes
// white space only, so that a place in what the database has is found in what is shown by its token.

// shownText is the text of an entity as it is shown.
type shownText struct {
	navigate.Source        // as the database has it
	shown           string // as it is shown
	// kept and laid are the tokens of both, one for one; nil where the texts are the same.
	kept, laid []syntax.Token
}

// shown lays out what is on one line; what has lines of its own, or a fault, stays as it is.
func (s *Server) shown(e entity) shownText {
	src := e.source()
	same := shownText{Source: src, shown: src.Text}
	if e.function == nil || strings.Contains(strings.TrimSpace(e.function.Body), "\n") {
		return same
	}
	sc := script.Analyze(src.Text, func(string) *symbol.Schema { return &symbol.Schema{} }, nil)
	laid := format.Apply(src.Text, format.Document(sc, s.state.current().Settings.Format))
	out := shownText{Source: src, shown: laid, kept: syntax.Scan(src.Text), laid: syntax.Scan(laid)}
	if laid == src.Text || len(out.kept) != len(out.laid) {
		return same
	}
	return out
}

// place gives where a span of what the database has stands in what is shown.
func (t shownText) place(span text.Span) text.Span {
	if t.kept == nil {
		return span
	}
	// The token that the span begins in or before, and the one that it ends in or behind.
	first := sort.Search(len(t.kept)-1, func(i int) bool { return t.kept[i].End > span.Start })
	last := sort.Search(len(t.kept)-1, func(i int) bool { return t.kept[i+1].Start >= span.End })
	out := text.Span{
		Start: t.laid[first].Start + max(span.Start-t.kept[first].Start, 0),
		End:   t.laid[last].Start + min(span.End, t.kept[last].End) - t.kept[last].Start,
	}
	out.End = max(out.Start, out.End)
	return out
}
