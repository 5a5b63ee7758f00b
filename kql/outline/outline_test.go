package outline

import (
	"fmt"
	"strings"
	"testing"

	"calypso/internal/golden"
	"calypso/kql/script"
	"calypso/kql/symbol"
)

// TestOutline: symbols as a tree, folds by their first and last line.
func TestOutline(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		s := script.Analyze(c.Text("in.kql"), func(string) *symbol.Schema { return &symbol.Schema{} }, nil)
		var out strings.Builder
		showSymbols(&out, s, Symbols(s), "")
		c.Want(t, "symbols", out.String())
		out.Reset()
		for _, f := range Folds(s) {
			kind := ""
			if f.Comment {
				kind = " comment"
			}
			fmt.Fprintf(&out, "%d-%d%s\n", line(s.Text, f.Span.Start), line(s.Text, f.Span.End), kind)
		}
		c.Want(t, "folds", out.String())
	})
}

func showSymbols(out *strings.Builder, s *script.Script, list []Symbol, indent string) {
	for _, sym := range list {
		fmt.Fprintf(out, "%s%d %s%s lines %d-%d\n", indent, sym.Kind, sym.Name, sym.Detail, line(s.Text, sym.Span.Start), line(s.Text, sym.Span.End))
		if sym.Selection.Start < sym.Span.Start || sym.Selection.End > sym.Span.End {
			fmt.Fprintf(out, "%s  the selection lies outside\n", indent)
		}
		showSymbols(out, s, sym.Children, indent+"  ")
	}
}

func line(src string, offset int) int { return strings.Count(src[:offset], "\n") + 1 }
