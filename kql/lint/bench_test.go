package lint_test

import (
	"testing"

	"calypso/internal/bench"
	"calypso/kql/lint"
	"calypso/kql/script"
)

// BenchmarkCheck lints a query of 30 lines that is bound already.
func BenchmarkCheck(b *testing.B) {
	schemas := bench.Known(b, bench.Schema)
	s := script.Analyze(bench.Query, schemas, nil)
	bench.Percentiles(b, func() { _ = lint.Check(s, lint.Options{}) })
}
