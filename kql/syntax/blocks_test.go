package syntax_test

import (
	"fmt"
	"strings"
	"testing"

	"calypso/internal/golden"
	"calypso/kql/syntax"
)

// TestBlocks prints each block's kind and text; line breaks show as ⏎.
func TestBlocks(t *testing.T) {
	golden.Run(t, "testdata/blocks/*.txtar", func(t *testing.T, c *golden.Case) {
		src := strings.TrimSuffix(c.Text("in.kql"), "\n")
		var b strings.Builder
		for _, block := range syntax.Blocks(src) {
			fmt.Fprintf(&b, "%s", block.Kind)
			if block.Glued {
				b.WriteString(" glued")
			}
			for _, d := range block.Directives {
				fmt.Fprintf(&b, " #%s[%s]", d.Name, d.Arg)
			}
			text := strings.NewReplacer("\r\n", "⏎", "\n", "⏎").Replace(block.Span.Of(src))
			fmt.Fprintf(&b, " %s\n", text)
		}
		c.Want(t, "want", b.String())
	})
}

func TestConnect(t *testing.T) {
	tests := []struct{ src, want string }{
		{"#connect \"https://c/db\"", "https://c/db"},
		{"#connect cluster('x').database('y')", "cluster('x').database('y')"},
		{"#CONNECT 'a'", "a"},
		{"#crp x=1", "none"},
	}
	for _, tt := range tests {
		got, ok := syntax.Blocks(tt.src)[0].Directives[0].Connect()
		if !ok {
			got = "none"
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.src, got, tt.want)
		}
	}
}
