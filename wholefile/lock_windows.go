package wholefile

import (
	"os"

	"golang.org/x/sys/windows"
)

// hold takes a lock file for this process, for as long as it is open; false when another has it.
func hold(f *os.File) bool {
	const how = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	return windows.LockFileEx(windows.Handle(f.Fd()), how, 0, 1, 0, new(windows.Overlapped)) == nil
}
