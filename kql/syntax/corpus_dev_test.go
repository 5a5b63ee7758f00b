package syntax

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestDev(t *testing.T) {
	files, _ := filepath.Glob("/work/shared/corpus/kql/*.jsonl")
	okBoth, ok, badBoth, bad := 0, 0, 0, 0
	for _, f := range files {
		in, _ := os.Open(f)
		or, _ := os.Open("/tmp/syn/o." + filepath.Base(f))
		a, b := bufio.NewScanner(in), bufio.NewScanner(or)
		a.Buffer(nil, 1<<26)
		b.Buffer(nil, 1<<26)
		for a.Scan() && b.Scan() {
			var q struct{ Query, ID string }
			var o struct {
				Kind   string
				Syntax []struct {
					Code, Message string
					Start         int
				}
			}
			json.Unmarshal(a.Bytes(), &q)
			json.Unmarshal(b.Bytes(), &o)
			if o.Kind != "Query" {
				continue
			}
			tr := Parse(q.Query)
			if len(o.Syntax) == 0 {
				ok++
				if len(tr.Diagnostics) == 0 {
					okBoth++
				} else if os.Getenv("V") == "ok" {
					d := tr.Diagnostics[0]
					e := min(len(q.Query), d.Span.Start+40)
					fmt.Printf("%s %s %q…%q\n", q.ID, d.Message, q.Query[max(0, d.Span.Start-60):d.Span.Start], q.Query[d.Span.Start:e])
				}
			} else {
				bad++
				if len(tr.Diagnostics) > 0 {
					badBoth++
				} else if os.Getenv("V") == "bad" {
					d := o.Syntax[0]
					e := min(len(q.Query), d.Start+60)
					fmt.Printf("%s %s %q…%q\n", q.ID, d.Message, q.Query[max(0, d.Start-60):d.Start], q.Query[d.Start:e])
				}
			}
		}
	}
	fmt.Println("accepted", okBoth, ok, "rejected", badBoth, bad)
}
