package complete

import (
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/kql/script"
	"calypso/kql/symbol"
)

// BenchmarkCompletion asks for columns in the middle of a 30-line query, after an edit.
func BenchmarkCompletion(b *testing.B) {
	schema, err := symbol.ParseFile([]byte(bench.Schema))
	if err != nil {
		b.Fatal(err)
	}
	schemas := func(string) *symbol.Schema { return schema }
	src := strings.Replace(bench.Query, "| where isnotnull(PerHead)", "| where Po", 1)
	at := strings.Index(src, "| where Po") + len("| where Po")
	bench.Percentiles(b, func() {
		if len(At(script.Analyze(src, schemas, nil), at).Items) == 0 {
			b.Fatal("no items")
		}
	})
}
