// The lock that keeps a second process out: a file that nobody else may open; the system closes it when the process ends.

package store

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

func takeLock(root *os.Root) (io.Closer, error) {
	path := filepath.Join(root.Name(), lockFile)
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, fmt.Errorf("another process has it open (%w); stop that one, or ask it", err)
	}
	return os.NewFile(uintptr(h), path), nil
}

// syncDir does nothing: Windows brings the names of a folder to disk on its own.
func syncDir(*os.Root) error { return nil }
