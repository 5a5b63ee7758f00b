//go:build !linux

package result

import "testing"

// smallDisk gives a folder; no small disk is made here.
func smallDisk(t *testing.T) (dir string, real bool) { return t.TempDir(), false }
