//go:build unix

package agent

import (
	"os"
	"syscall"
)

// lock takes a file for this process, for as long as it is open; false when another has it.
func lock(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
