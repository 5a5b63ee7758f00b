//go:build unix

// The lock that keeps a second process out; the system lets go of it when the process ends, however it ends.

package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

func takeLock(root *os.Root) (io.Closer, error) {
	f, err := root.OpenFile(lockFile, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			pid, _ := io.ReadAll(io.LimitReader(f, 20))
			return nil, fmt.Errorf("another process (%s) has it open; stop that one, or ask it", strings.TrimSpace(string(pid)))
		}
		return nil, fmt.Errorf("it can't be locked: %w", err)
	}
	// Who holds it is only told for people's sake.
	if err := f.Truncate(0); err == nil {
		_, _ = fmt.Fprintln(f, os.Getpid())
	}
	return f, nil
}

// syncDir brings a folder's list of names to disk. Some file systems have no such thing for folders and say so.
func syncDir(root *os.Root) error {
	d, err := root.Open(".")
	if err != nil {
		return err
	}
	defer d.Close()
	if err = d.Sync(); errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		return nil
	}
	return err
}
