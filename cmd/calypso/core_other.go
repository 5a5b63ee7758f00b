//go:build !unix

package main

// noCore has nothing to do: here a process writes no image of itself.
func noCore() {}
