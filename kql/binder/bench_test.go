package binder_test

import (
	"os"
	"testing"

	"calypso/internal/corpus"
	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// BenchmarkBind binds parsed queries of 3, 32 and 544 lines, and a script, under the Samples schema.
func BenchmarkBind(b *testing.B) {
	schema := samplesSchema(b)
	for _, name := range []string{"small", "medium", "large", "script"} {
		data, err := os.ReadFile(corpus.File(b, "corpus", "bench", name+".kql"))
		if err != nil {
			b.Fatal(err)
		}
		tree := syntax.Parse(string(data))
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				binder.Bind(tree, schema)
			}
		})
	}
}

// BenchmarkAnalyze parses and binds the 544-line query; 10 ms are what an editor may spend on it.
func BenchmarkAnalyze(b *testing.B) {
	schema := samplesSchema(b)
	data, err := os.ReadFile(corpus.File(b, "corpus", "bench", "large.kql"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		binder.Bind(syntax.Parse(string(data)), schema)
	}
}

// BenchmarkSchemaFile reads the Log Analytics schema: 751 tables, 20,012 columns.
func BenchmarkSchemaFile(b *testing.B) {
	data, err := os.ReadFile(corpus.File(b, "schema", "loganalytics.json"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := symbol.ParseFile(data); err != nil {
			b.Fatal(err)
		}
	}
}
