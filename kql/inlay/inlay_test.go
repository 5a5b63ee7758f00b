package inlay

import (
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/internal/golden"
	"calypso/kql/script"
	"calypso/kql/text"
)

var everything = Options{Names: true, LetTypes: true, Arguments: true, JoinKind: true, SortOrder: true}

func schemas(t testing.TB) script.Schemas { return bench.Known(t, bench.Schema) }

// TestHints: case.want is the text with every hint in ‹…› at its place, as an editor shows it.
func TestHints(t *testing.T) {
	known := schemas(t)
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		c.Each(".kql", func(name, in string) {
			s := script.Analyze(in, known, nil)
			c.Want(t, name+".want", show(s, Hints(s, all(s), everything)))
			writtenOut(t, s, known)
		})
	})
}

func all(s *script.Script) text.Span { return text.Span{Start: 0, End: len(s.Text)} }

func show(s *script.Script, hints []Hint) string {
	var out strings.Builder
	end := 0
	for _, h := range hints {
		out.WriteString(s.Text[end:h.At] + "‹" + h.Label + "›")
		end = h.At
	}
	return out.String() + s.Text[end:]
}

// writtenOut makes all edits of the hints: the result must have the same columns, no new findings, and need no hint again.
func writtenOut(t *testing.T, s *script.Script, known script.Schemas) {
	t.Helper()
	var edits []text.Edit
	for _, h := range Hints(s, all(s), everything) {
		if h.Edit != "" {
			edits = append(edits, text.Edit{Span: text.Span{Start: h.At, End: h.At}, NewText: h.Edit})
		}
	}
	after := script.Analyze(text.NewFile(s.Text).ApplyAll(edits).Text(), known, nil)
	for i, b := range s.Blocks {
		if before, now := b.Bound.Result, after.Blocks[i].Bound.Result; before != nil && before.String() != now.String() {
			t.Errorf("writing the hints out changes the columns from %s to %s in\n%s", &before.Columns, &now.Columns, after.Text)
		}
	}
	for _, h := range Hints(after, all(after), everything) {
		if h.Edit != "" {
			t.Errorf("the hint %q comes again in\n%s", h.Label, after.Text)
		}
	}
}

// TestEverywhere asks for every cut of a query: no panic, hints in order and within the text.
func TestEverywhere(t *testing.T) {
	known := schemas(t)
	for at := 0; at <= len(bench.Query); at++ {
		s := script.Analyze(bench.Query[:at], known, nil)
		last := 0
		for _, h := range Hints(s, all(s), everything) {
			if h.At < last || h.At > at {
				t.Fatalf("cut at %d: hint %+v after %d", at, h, last)
			}
			last = h.At
		}
		for _, h := range Hints(s, text.Span{Start: at / 2, End: at}, everything) {
			if h.At < at/2 {
				t.Fatalf("cut at %d: hint %+v lies before the span", at, h)
			}
		}
	}
}
