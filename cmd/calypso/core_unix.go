//go:build unix

package main

import "syscall"

// noCore keeps a crash from writing the process's memory to a file. Where that is refused, the limit was set by somebody who may.
func noCore() {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_CORE, &limit) == nil {
		limit.Cur = 0 // the other half stays: a program that is started from here may want its own
		_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &limit)
	}
}
