package wholefile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"calypso/wholefile"
)

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.json")
	if err := wholefile.Write(path, []byte("one"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := wholefile.Write(path, []byte("two"), 0o600); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(path)
	info, _ := os.Stat(path)
	if err != nil || string(body) != "two" || runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
		t.Errorf("got %q, %v, %v", body, info.Mode(), err)
	}
	left, _ := os.ReadDir(dir)
	if len(left) != 1 {
		t.Errorf("left over: %v", left)
	}
}

func TestWriteRefuses(t *testing.T) {
	dir := t.TempDir()
	if err := wholefile.Write(dir, []byte("x"), 0o600); err == nil || !strings.Contains(err.Error(), "no regular file") {
		t.Errorf("got %v", err)
	}
	err := wholefile.Write(filepath.Join(dir, "none", "a"), []byte("x"), 0o600)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), filepath.Join("none", "a")) {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left over: %v", left)
	}
}

func TestWriteThroughLink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skipf("this system makes no links here: %v", err)
	}
	if err := wholefile.Write(link, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	body, _ := os.ReadFile(target)
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 || string(body) != "new" {
		t.Errorf("got %q, %v", body, err)
	}
}

// Writers at once: a reader sees one of the texts, whole.
func TestWritersAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 20 {
				if err := wholefile.Write(path, bytes.Repeat(fmt.Appendf(nil, "%d", i), 10_000), 0o600); err != nil && runtime.GOOS != "windows" {
					t.Error(err)
				}
				body, err := os.ReadFile(path)
				if err == nil && (len(body) != 10_000 || bytes.Count(body, body[:1]) != len(body)) {
					t.Error("a reader saw a mix")
				}
			}
		})
	}
	all.Wait()
}

// A place that somebody holds is nobody else's until they let go.
func TestHold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "1.held")
	held, err := wholefile.Hold(path)
	if err != nil || held == nil {
		t.Fatal(held, err)
	}
	other, err := wholefile.Hold(path)
	if err != nil || other != nil && (runtime.GOOS == "linux" || runtime.GOOS == "darwin" || runtime.GOOS == "windows") {
		t.Errorf("a second one gets %v, %v", other, err)
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	if again, err := wholefile.Hold(path); err != nil || again == nil {
		t.Errorf("after it is let go: %v, %v", again, err)
	} else if err := again.Close(); err != nil {
		t.Error(err)
	}
	if _, err := wholefile.Hold(filepath.Join(path, "no folder")); err == nil {
		t.Error("a place that can't be is held")
	}
}
