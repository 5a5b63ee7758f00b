package lint_test

import (
	"testing"

	"calypso/internal/bench"
	"calypso/kql/lint"
	"calypso/kql/script"
	"calypso/kql/symbol"
)

// BenchmarkCheck lints a query of 30 lines that is bound already.
func BenchmarkCheck(b *testing.B) {
	schema, err := symbol.ParseFile([]byte(bench.Schema))
	if err != nil {
		b.Fatal(err)
	}
	s := script.Analyze(bench.Query, func(string) *symbol.Schema { return schema }, nil)
	bench.Percentiles(b, func() { _ = lint.Check(s, lint.Options{}) })
}
