package format

import (
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/internal/golden"
	"calypso/kql/script"
	"calypso/kql/symbol"
)

// TestOnType: in case.kql the character before $0 was just typed; case.want is the text after.
func TestOnType(t *testing.T) {
	golden.Run(t, "testdata/ontype/*.txtar", func(t *testing.T, c *golden.Case) {
		c.Each(".kql", func(name, in string) {
			before, after, _ := strings.Cut(in, "$0")
			s := script.Analyze(before+after, func(string) *symbol.Schema { return nil }, nil)
			c.Want(t, name+".want", Apply(s.Text, OnType(s, len(before), before[len(before)-1:], Options{})))
		})
	})
}

// TestOnTypeEverywhere types every character of a laid-out query anew: nothing moves.
func TestOnTypeEverywhere(t *testing.T) {
	for at := 1; at <= len(bench.Query); at++ {
		for _, src := range []string{bench.Query, bench.Query[:at]} {
			s := script.Analyze(src, func(string) *symbol.Schema { return nil }, nil)
			if edits := OnType(s, at, src[at-1:at], Options{}); len(edits) > 0 {
				t.Fatalf("at %d: %+v", at, edits)
			}
		}
	}
}
