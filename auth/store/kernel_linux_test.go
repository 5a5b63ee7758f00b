package store

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestKernel(t *testing.T) {
	h := kernelHolder{fmt.Sprintf("calypso-test:%d", os.Getpid())}
	first, _, err := fetch(t.Context(), HolderKernel, h)
	if err != nil {
		t.Skipf("no kernel keyring here: %v", err)
	}
	t.Cleanup(func() {
		if id, err := unix.KeyctlSearch(unix.KEY_SPEC_USER_KEYRING, kernelType, h.name, 0); err == nil {
			_, _ = unix.KeyctlInt(unix.KEYCTL_UNLINK, id, unix.KEY_SPEC_USER_KEYRING, 0, 0)
		}
	})
	again, holder, err := fetch(t.Context(), HolderKernel, h)
	if err != nil || holder != HolderKernel || string(again) != string(first) {
		t.Errorf("%s, %v", holder, err)
	}
}

// Another program that holds the file's lock, and never lets go, costs two seconds once and no sign-in.
func TestLockThatIsNeverLetGo(t *testing.T) {
	o := Options{Folder: t.TempDir(), Identity: "x", Storage: HolderFile}
	var said []string
	o.Say = func(s string) { said = append(said, s) }
	first := Open(t.Context(), o)
	put(t, first, "session")
	lock, err := os.OpenFile(first.Path+".lockfile", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	again := Open(t.Context(), o)
	if got := get(t, again); got != "session" { // reading needs no lock
		t.Errorf("read %q", got)
	}
	began := time.Now()
	const writes = 10
	for range writes {
		put(t, again, "newer")
	}
	if took := time.Since(began); took > writes*lockPatience/2 {
		t.Errorf("took %v", took)
	}
	if got := get(t, again); got != "newer" || len(said) != 1 || !strings.Contains(said[0], "another program holds") {
		t.Errorf("kept %q, said %q", got, said)
	}
	if got := get(t, Open(t.Context(), o)); got != "session" {
		t.Errorf("others read %q", got)
	}
}

// A pipe in the place of a file never ends; nothing waits for it.
func TestPipesAreNoFiles(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"key", "azure_devops_auth.json"} {
		if err := unix.Mkfifo(filepath.Join(folder, name), 0o600); err != nil {
			t.Skip(err)
		}
	}
	if _, err := ReadCodex(filepath.Join(folder, "azure_devops_auth.json")); err == nil {
		t.Error("a pipe was read")
	}
	if s := Open(t.Context(), Options{Folder: folder, Identity: "x", Storage: HolderFile}); s.Holder != HolderMemory {
		t.Errorf("kept with %s", s.Holder)
	}
}
