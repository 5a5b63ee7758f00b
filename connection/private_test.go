package connection

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calypso/kql/symbol"
	"calypso/kusto/cache"
	"calypso/server"
	"calypso/server/protocol"
)

// The schema of a cluster whose data may not be stored is in no cache: neither what is loaded from then on, nor what was kept before.
func TestPrivateSchema(t *testing.T) {
	folder := t.TempDir()
	f := newCluster(t, &symbol.Database{Name: "db", State: symbol.Known, Tables: []*symbol.TableSymbol{{Name: "canary1"}}})
	b, err := Open(Options{
		Dial: func(address string) (Cluster, error) { return Remote(address, nil) }, Cache: &cache.Folder{Dir: folder}, EmbeddedDatabase: "Samples",
	})
	if err != nil {
		t.Fatal(err)
	}
	id := mustAdd(t, b, protocol.ConnectionsAddParams{URL: f.URL, Database: "db"})
	load := func() {
		if _, err := b.Load(context.Background(), server.Target{Connection: id, Database: "db"}, true, nil); err != nil {
			t.Fatal(err)
		}
	}
	load()
	if !below(t, folder, "canary1") {
		t.Fatal("the test can't fail: nothing is cached at all")
	}
	if _, err := b.Change(context.Background(), id, func(c *protocol.Connection) { c.Private = true }); err != nil {
		t.Fatal(err)
	}
	if below(t, folder, "canary1") {
		t.Error("what was cached is still there")
	}
	load()
	if below(t, folder, "canary1") {
		t.Error("it is cached again")
	}
}

// below tells whether any file of a folder holds a word.
func below(t *testing.T, folder, word string) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		found = found || strings.Contains(string(body)+path, word)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
