package script

import (
	"strings"
	"testing"

	"calypso/internal/bench"
)

// BenchmarkDiagnosticsAfterEdit edits one of 20 blocks and asks for all diagnostics.
func BenchmarkDiagnosticsAfterEdit(b *testing.B) {
	schemas := bench.Known(b, bench.Schema)
	src := strings.Repeat(bench.Query+"\n\n", 20)
	s := Analyze(src, schemas, nil)
	edits := []string{strings.Replace(src, "take 20", "take 21", 1), src}
	i := 0
	bench.Percentiles(b, func() {
		s = Analyze(edits[i%2], schemas, s)
		_ = s.Diagnostics()
		i++
	})
}
