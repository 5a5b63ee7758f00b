package store

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/cache"
)

// writerFolder makes this test binary a second process that writes sessions into a folder.
const writerFolder = "CALYPSO_TEST_WRITER"

// TestWriters runs several processes that write one file: every state that anyone reads is whole, and the last one is somebody's.
func TestWriters(t *testing.T) {
	if folder := os.Getenv(writerFolder); folder != "" {
		s := Open(t.Context(), Options{Folder: folder, Storage: HolderFile})
		for i := range 20 {
			text := fmt.Sprintf("session of %d, %d%s", os.Getpid(), i, strings.Repeat(".", 5000))
			if err := s.Cache.Export(t.Context(), &content{[]byte(text)}, cache.ExportHints{}); err != nil {
				t.Fatal(err)
			}
			if got := get(t, s); !strings.HasPrefix(got, "session of ") || !strings.HasSuffix(got, ".") {
				t.Fatalf("read %q", got)
			}
		}
		return
	}
	folder := t.TempDir()
	first := Open(t.Context(), Options{Folder: folder, Storage: HolderFile, Say: func(m string) { t.Error(m) }}) // makes the key
	var running []*exec.Cmd
	for range 3 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWriters$")
		cmd.Env = append(os.Environ(), writerFolder+"="+folder)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, cmd)
	}
	for _, cmd := range running {
		if err := cmd.Wait(); err != nil {
			t.Errorf("a writer failed: %v", err)
		}
	}
	if got := get(t, first); !strings.HasPrefix(got, "session of ") {
		t.Errorf("left %.40q", got)
	}
	if entries, _ := os.ReadDir(folder); len(entries) > 3 { // the session, its lock, the key
		t.Errorf("%d files are left", len(entries))
	}
}
