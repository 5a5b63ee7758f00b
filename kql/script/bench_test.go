package script

import (
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/kql/symbol"
)

// BenchmarkDiagnosticsAfterEdit edits one of 20 blocks and asks for all diagnostics.
func BenchmarkDiagnosticsAfterEdit(b *testing.B) {
	schema, err := symbol.ParseFile([]byte(bench.Schema))
	if err != nil {
		b.Fatal(err)
	}
	schemas := func(string) *symbol.Schema { return schema }
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
