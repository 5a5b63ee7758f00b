package complete

import (
	"os"
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/internal/corpus"
	"calypso/kql/script"
	"calypso/kql/symbol"
)

// BenchmarkCompletion asks for columns in the middle of a 30-line query, after an edit.
func BenchmarkCompletion(b *testing.B) {
	schemas := bench.Known(b, bench.Schema)
	src := strings.Replace(bench.Query, "| where isnotnull(PerHead)", "| where Po", 1)
	at := strings.Index(src, "| where Po") + len("| where Po")
	bench.Percentiles(b, func() {
		if len(At(script.Analyze(src, schemas, nil), at).Items) == 0 {
			b.Fatal("no items")
		}
	})
}

// BenchmarkCompletionLarge asks in the largest query of the corpora, under the schema of the samples, after an edit near its middle
// and at its end.
func BenchmarkCompletionLarge(b *testing.B) {
	data, err := os.ReadFile(corpus.File(b, "corpus", "bench", "large.kql"))
	if err != nil {
		b.Fatal(err)
	}
	known, err := os.ReadFile(corpus.File(b, "schema", "help.Samples.json"))
	if err != nil {
		b.Fatal(err)
	}
	schemas := bench.Known(b, string(known))
	whole := string(data)
	middle := strings.Index(whole[len(whole)/2:], "\n|") + len(whole)/2
	for name, src := range map[string]string{
		"middle": whole[:middle] + "\n| where St" + whole[middle:],
		"end":    strings.TrimRight(whole, " \n;") + "\n| where St",
	} {
		at := len(src)
		if name == "middle" {
			at = middle + len("\n| where St")
		}
		b.Run(name, func(b *testing.B) {
			bench.Percentiles(b, func() { At(script.Analyze(src, schemas, nil), at) })
		})
		b.Run(name+"/analyzed", func(b *testing.B) {
			s := script.Analyze(src, schemas, nil)
			bench.Percentiles(b, func() { At(s, at) })
		})
	}
}

// BenchmarkCompletionMany asks where any of 36,000 tables fits: with nothing typed, the start of most of their names, and letters
// that are in all of them.
func BenchmarkCompletionMany(b *testing.B) {
	schema := bench.ManySchema()
	schemas := func(string) *symbol.Schema { return schema }
	for _, typed := range []string{"", "Ev", "r42"} {
		src := "StormEvents | union " + typed
		b.Run("typed="+typed, func(b *testing.B) {
			bench.Percentiles(b, func() { At(script.Analyze(src, schemas, nil), len(src)) })
		})
	}
}
