package server

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"calypso/kusto/value"
)

// A cancelled export leaves no file, and doesn't wait for the query to end: a cluster may take its time to stop.
func TestExportCancelled(t *testing.T) {
	folder := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	s := filesOf(ctx, destination{exportFormats[0], filepath.Join(folder, "rows.csv")}, &progress{})
	long := value.NewBuilder(value.Long, 1)
	long.AppendInt(1)
	batch := &value.Batch{N: 1, Cols: []*value.Vector{long.Vector()}}
	columns := []value.Column{{Name: "n", Kind: value.Long}}
	for range 2 {
		if err := errors.Join(s.Table("", columns), s.Rows(batch)); err != nil {
			t.Fatal(err)
		}
	}
	left := func() []string {
		all, err := filepath.Glob(filepath.Join(folder, ".*"))
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if all := left(); len(all) != 2 {
		t.Fatalf("files under way: %v", all)
	}
	cancel()
	for len(left()) > 0 {
		time.Sleep(time.Millisecond)
	}
	for what, err := range map[string]error{"table": s.Table("", columns), "rows": s.Rows(batch), "finish": s.finish()} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s after the cancel: %v", what, err)
		}
	}
	s.abort()
	if all, err := filepath.Glob(filepath.Join(folder, "*")); err != nil || len(all) > 0 {
		t.Errorf("left: %v, %v", all, err)
	}
}
