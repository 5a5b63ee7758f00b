package hover

import (
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/internal/golden"
	"calypso/kql/script"
	"calypso/kql/symbol"
)

func schemas(t testing.TB) script.Schemas { return bench.Known(t, bench.Schema) }

// testOptions fold by showing what is asked for; tables have a thousand rows.
var testOptions = Options{
	Fold: func(query string) (string, bool) {
		return "‹" + strings.ReplaceAll(query, "\n", " ") + "›", query != "print Value = 5"
	},
	Facts: func(t *symbol.TableSymbol, _, _ string) Facts {
		return Facts{Known: t.Name == "StormEvents", Rows: 59066, Bytes: 60 << 20}
	},
}

// TestHover: in case.kql the pointer is at $0; case.want is the text hovered and what is shown.
func TestHover(t *testing.T) {
	known := schemas(t)
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		c.Each(".kql", func(name, in string) {
			query, at, _ := golden.Caret(in)
			s := script.Analyze(query, known, nil)
			got := "nothing"
			if h, ok := At(s, at, testOptions); ok {
				got = h.Span.Of(s.Text) + "\n" + h.Markdown
			}
			c.Want(t, name+".want", got)
		})
	})
}

// TestEverywhere hovers over every byte of a query: no panic, and what is shown is about the byte.
func TestEverywhere(t *testing.T) {
	commands := ".create function f(n:long) { let lim = n * 2d; StormEvents | take lim }\n\n.set U <| f(1) | where State has 'x'\n\nU | count\n"
	for _, src := range []string{bench.Query, commands} {
		for at := range len(src) {
			for _, cut := range []string{src, src[:at]} {
				if h, ok := At(script.Analyze(cut, schemas(t), nil), at, testOptions); ok && !h.Span.Touches(at) {
					t.Fatalf("at %d: about %v", at, h.Span)
				}
			}
		}
	}
}
