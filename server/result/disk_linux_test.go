package result

import (
	"syscall"
	"testing"
)

// smallDisk gives a folder on a disk of one megabyte where one can be made, else false.
func smallDisk(t *testing.T) (dir string, real bool) {
	dir = t.TempDir()
	if syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m") != nil {
		return dir, false
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, 0) })
	return dir, true
}
