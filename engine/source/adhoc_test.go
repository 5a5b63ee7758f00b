package source

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calypso/kusto/value"
)

func TestAdhocParquet(t *testing.T) {
	root := "/root/go/pkg/mod/github.com/parquet-go/parquet-go@v0.32.0"
	filepath.Walk(root, func(p string, info os.FileInfo, err error) error {
		if err != nil || !strings.HasSuffix(p, ".parquet") {
			return nil
		}
		tab, err := OpenFile(context.Background(), p, Options{})
		if err != nil {
			t.Logf("OPEN %v", err)
			return nil
		}
		out := filepath.Base(p) + ": "
		for c, col := range tab.Columns() {
			for s := range tab.Segments() {
				b, err := tab.Segment(context.Background(), s, []int{c})
				if err != nil {
					t.Logf("READ %v", err)
					continue
				}
				if b.Cols[0].N != b.N {
					t.Errorf("%s N", p)
				}
				tab.Stats(s, c)
				if s == 0 && b.N > 0 && !strings.Contains(p, "variant") {
					out += col.Name + ":" + col.Kind.String() + "=" + value.DynAt(b.Cols[0], b.N/2).Text() + " "
				}
			}
		}
		if len(out) > 700 {
			out = out[:700]
		}
		t.Log(out)
		return nil
	})
}
