package main

import (
	"syscall"
	"time"
)

// cpuTime is the CPU time that this process has used, of all threads.
func cpuTime() time.Duration {
	self, err := syscall.GetCurrentProcess()
	if err != nil {
		panic(err) // it is a constant
	}
	var created, exited, kernel, user syscall.Filetime
	if err := syscall.GetProcessTimes(self, &created, &exited, &kernel, &user); err != nil {
		panic(err) // of our own process, it has no way to fail
	}
	return span(kernel) + span(user)
}

// span turns a Filetime that is a length, in units of 100 ns, into a Duration.
func span(f syscall.Filetime) time.Duration {
	return time.Duration(int64(f.HighDateTime)<<32+int64(f.LowDateTime)) * 100
}
