package server

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// The folder is of one process, for one person, made when it is needed, and goes with what is in it.
func TestWritten(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var a, b written
	if _, made := a.made(""); made {
		t.Error("a folder is there before anything is written")
	}
	first, err := a.folder("")
	if err != nil {
		t.Fatal(err)
	}
	again, _ := a.folder("")
	other, _ := b.folder("")
	if again != first || other == first {
		t.Errorf("got %s, then %s, and %s for another server", first, again, other)
	}
	if info, err := os.Stat(first); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info, err)
	}
	if err := os.WriteFile(filepath.Join(first, "r.md"), []byte("rows"), 0o400); err != nil {
		t.Fatal(err)
	}
	a.remove()
	b.remove()
	if _, err := os.Stat(first); !os.IsNotExist(err) {
		t.Errorf("the folder is still there: %v", err)
	}
	named := filepath.Join(t.TempDir(), "named")
	if dir, err := a.folder(named); err != nil || dir != named {
		t.Errorf("got %q, %v", dir, err)
	}
	var c written
	c.remove()
	if _, err := os.Stat(named); err != nil {
		t.Error("a folder that the options name was removed")
	}
}
