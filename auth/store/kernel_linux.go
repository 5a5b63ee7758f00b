package store

import (
	"errors"

	"golang.org/x/sys/unix"
)

// kernelHolder is the kernel's keyring of the user: it outlives processes and not a reboot. Default containers forbid it.
type kernelHolder struct{ name string }

const (
	kernelType = "user"
	// kernelRights let any process of the user read and replace the key.
	kernelRights = 0x3f3f0000
)

var errKernel = errors.New("the kernel keyring can't be used here; containers forbid it by default")

func (h kernelHolder) load() ([]byte, error) {
	id, err := unix.KeyctlSearch(unix.KEY_SPEC_USER_KEYRING, kernelType, h.name, 0)
	switch {
	case errors.Is(err, unix.ENOKEY):
		return nil, errNoKey
	case err != nil:
		return nil, errKernel
	}
	key := make([]byte, keySize)
	n, err := unix.KeyctlBuffer(unix.KEYCTL_READ, id, key, 0)
	if err != nil {
		return nil, errKernel
	}
	if n != keySize {
		return nil, errors.New("what the kernel keyring keeps for calypso is no key")
	}
	return key, nil
}

func (h kernelHolder) save(key []byte) error {
	id, err := unix.AddKey(kernelType, h.name, key, unix.KEY_SPEC_USER_KEYRING)
	if err != nil {
		return errKernel
	}
	if err := unix.KeyctlSetperm(id, kernelRights); err != nil {
		return errKernel
	}
	return nil
}
