package selection

import (
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/internal/golden"
	"calypso/kql/script"
	"calypso/kql/symbol"
)

func nothing(string) *symbol.Schema { return &symbol.Schema{} }

// TestAround: in case.kql the caret is at $0. case.want has a line for each span, the smallest first.
func TestAround(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		c.Each(".kql", func(name, in string) {
			query, at, _ := golden.Caret(in)
			s := script.Analyze(query, nothing, nil)
			var out strings.Builder
			for _, span := range Around(s, at) {
				out.WriteString(strings.ReplaceAll(span.Of(s.Text), "\n", "⏎") + "\n")
			}
			c.Want(t, name+".want", out.String())
		})
	})
}

// TestEverywhere asks at every offset of a query, whole and cut off: each span holds the caret and the span before.
func TestEverywhere(t *testing.T) {
	for at := 0; at <= len(bench.Query); at++ {
		for _, src := range []string{bench.Query, bench.Query[:at], strings.ReplaceAll(bench.Query, "\n", "\n\n")} {
			last := at
			spans := Around(script.Analyze(src, nothing, nil), at)
			start, end := at, at
			for _, s := range spans {
				if s.Start > start || s.End < end {
					t.Fatalf("at %d: %v of %v", at, s, spans)
				}
				start, end, last = s.Start, s.End, s.End
			}
			if len(spans) == 0 || last > len(src) {
				t.Fatalf("at %d: %v", at, spans)
			}
		}
	}
}
