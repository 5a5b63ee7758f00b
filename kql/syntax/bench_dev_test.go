package syntax

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func corpusText(t testing.TB) []string {
	files, _ := filepath.Glob("/work/shared/corpus/kql/hunting*.jsonl")
	var out []string
	for _, f := range files {
		in, _ := os.Open(f)
		a := bufio.NewScanner(in)
		a.Buffer(nil, 1<<26)
		for a.Scan() {
			var q struct{ Query string }
			json.Unmarshal(a.Bytes(), &q)
			if !strings.HasPrefix(strings.TrimSpace(q.Query), ".") {
				out = append(out, q.Query)
			}
		}
	}
	return out
}

func BenchmarkDevParse(b *testing.B) {
	qs := corpusText(b)
	n := 0
	for _, q := range qs {
		n += len(q)
	}
	b.SetBytes(int64(n))
	b.ReportAllocs()
	for b.Loop() {
		for _, q := range qs {
			Parse(q)
		}
	}
}
func BenchmarkDevScan(b *testing.B) {
	qs := corpusText(b)
	n := 0
	for _, q := range qs {
		n += len(q)
	}
	b.SetBytes(int64(n))
	b.ReportAllocs()
	for b.Loop() {
		for _, q := range qs {
			Scan(q)
		}
	}
}
