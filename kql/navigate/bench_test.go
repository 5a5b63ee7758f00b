package navigate

import (
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/kql/script"
)

// BenchmarkReferences is what an editor asks at each move of the caret.
func BenchmarkReferences(b *testing.B) {
	s := script.Analyze(bench.Query, schemas(b), nil)
	at := strings.LastIndex(bench.Query, "PerHead")
	bench.Percentiles(b, func() {
		if len(References(s, at, true)) < 3 {
			b.Fatal("too few references")
		}
	})
}
