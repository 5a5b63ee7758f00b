//go:build unix

package server

import (
	"context"
	"errors"
	"syscall"
	"time"
)

// waitForProcess waits until no process has this id; false: the context ended first. There is nothing to wait on for a process
// that isn't our child, so it looks every other second.
func waitForProcess(ctx context.Context, pid int) bool {
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			return true
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
}
