//go:build unix

package wholefile

import (
	"os"
	"syscall"
)

// hold takes a lock file for this process, for as long as it is open; false when another has it.
func hold(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
