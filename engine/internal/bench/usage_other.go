//go:build !unix

// What the system says of this process: nothing, here.

package main

import (
	"fmt"
	"os"
)

func cpuSeconds() float64 {
	fmt.Fprintln(os.Stderr, "bench:", "CPU time is measured on Unix only; run it on Linux or macOS")
	os.Exit(2)
	return 0
}

func peakMemory() int64 { return 0 }
