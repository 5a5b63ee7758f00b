package token

import (
	"fmt"
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/internal/golden"
	"calypso/kql/script"
)

var names = [...]string{
	"comment", "keyword", "operator", "string", "number", "function", "variable", "parameter", "column", "table",
	"namespace", "type", "option", "directive",
}

func schemas(t testing.TB) script.Schemas { return bench.Known(t, bench.Schema) }

// TestClassify: want lists each token with its type.
func TestClassify(t *testing.T) {
	known := schemas(t)
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		s := script.Analyze(c.Text("in.kql"), known, nil)
		var out strings.Builder
		for _, tok := range Classify(s) {
			fmt.Fprintf(&out, "%-12s %s", names[tok.Type], strings.ReplaceAll(tok.Span.Of(s.Text), "\n", "⏎"))
			if tok.Mods&Declaration != 0 {
				out.WriteString("   (declared)")
			}
			out.WriteByte('\n')
		}
		c.Want(t, "want", out.String())
	})
}

// TestOrder: tokens come in order and don't overlap, also in text that is cut off anywhere.
func TestOrder(t *testing.T) {
	known := schemas(t)
	for cut := 0; cut <= len(bench.Query); cut += 5 {
		s := script.Analyze(bench.Query[:cut], known, nil)
		end := 0
		for _, tok := range Classify(s) {
			if tok.Span.Start < end || tok.Span.Len() <= 0 {
				t.Fatalf("cut at %d: token %v after one that ends at %d", cut, tok.Span, end)
			}
			end = tok.Span.End
		}
	}
}
