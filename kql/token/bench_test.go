package token

import (
	"os"
	"path/filepath"
	"testing"

	"calypso/internal/bench"
	"calypso/kql/script"
	"calypso/kql/symbol"
)

// BenchmarkClassify colours a query of 544 lines that is analysed already.
func BenchmarkClassify(b *testing.B) {
	dir := os.Getenv("CALYPSO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	src, err := os.ReadFile(filepath.Join(dir, "corpus", "bench", "large.kql"))
	if err != nil {
		b.Skipf("SKIPPED: %v; set CALYPSO_SHARED to the folder that has it", err)
	}
	s := script.Analyze(string(src), func(string) *symbol.Schema { return nil }, nil)
	bench.Percentiles(b, func() {
		if len(Classify(s)) == 0 {
			b.Fatal("no tokens")
		}
	})
}
