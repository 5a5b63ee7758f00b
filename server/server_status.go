package server

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"time"

	"calypso/server/protocol"
)

// serverStatus is kusto/server/status.
func serverStatus(c *call) (any, error) {
	bytes := memory()
	text := fmt.Sprintf("%d MB, up for %s", bytes>>20, roughly(time.Since(c.began)))
	if n := len(c.queries.list(false)); n > 0 {
		text += fmt.Sprintf(", %d running", n)
	}
	return protocol.ServerStatus{Memory: bytes, Text: text}, nil
}

// memory is what the process takes of the machine: where the system says so its resident set, else what Go got and hasn't given back.
func memory() int64 {
	if runtime.GOOS == "linux" {
		if body, err := os.ReadFile("/proc/self/statm"); err == nil {
			if fields := bytes.Fields(body); len(fields) > 1 {
				if pages, err := strconv.ParseInt(string(fields[1]), 10, 64); err == nil {
					return pages * int64(os.Getpagesize())
				}
			}
		}
	}
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64() - sample[1].Value.Uint64())
}

// roughly is a time as a person says it.
func roughly(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	}
	return fmt.Sprintf("%d h", int(d.Hours()))
}
