package server

import (
	"context"
	"os"
)

// waitForProcess waits until the process ends; false: the context ended first.
func waitForProcess(ctx context.Context, pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return true // there is none
	}
	ended := make(chan bool, 1)
	go func() {
		_, err := p.Wait()
		ended <- err == nil
	}()
	select {
	case gone := <-ended:
		return gone
	case <-ctx.Done():
		return false
	}
}
