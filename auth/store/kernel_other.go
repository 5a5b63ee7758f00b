//go:build !linux

package store

import "errors"

// kernelHolder exists on Linux only.
type kernelHolder struct{ name string }

var errKernel = errors.New("storage = \"kernel\" exists on Linux only; use the keyring")

func (kernelHolder) load() ([]byte, error) { return nil, errKernel }

func (kernelHolder) save([]byte) error { return errKernel }
