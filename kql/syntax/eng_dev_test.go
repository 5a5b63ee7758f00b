package syntax

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestDevEngine(t *testing.T) {
	files, _ := filepath.Glob("/work/shared/corpus/engine/*.jsonl")
	for _, f := range files {
		in, _ := os.Open(f)
		a := bufio.NewScanner(in)
		a.Buffer(nil, 1<<26)
		n, bad := 0, 0
		for a.Scan() {
			var q struct {
				ID, Query, Setup string
				Expected         struct{ Columns []any }
			}
			json.Unmarshal(a.Bytes(), &q)
			n++
			tr := Parse(q.Query)
			if len(tr.Diagnostics) > 0 {
				bad++
				d := tr.Diagnostics[0]
				e := min(len(q.Query), d.Span.Start+60)
				fmt.Printf("%s cols=%d %s %q…%q\n", q.ID, len(q.Expected.Columns), d.Message, q.Query[max(0, d.Span.Start-60):d.Span.Start], q.Query[d.Span.Start:e])
			}
		}
		fmt.Println(f, n, bad)
	}
}
