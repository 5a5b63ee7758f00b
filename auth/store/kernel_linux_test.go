package store

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

func TestKernel(t *testing.T) {
	h := kernelHolder{fmt.Sprintf("calypso-test:%d", os.Getpid())}
	first, _, err := fetch(t.Context(), HolderKernel, h)
	if err != nil {
		t.Skipf("no kernel keyring here: %v", err)
	}
	t.Cleanup(func() {
		if id, err := unix.KeyctlSearch(unix.KEY_SPEC_USER_KEYRING, kernelType, h.name, 0); err == nil {
			_, _ = unix.KeyctlInt(unix.KEYCTL_UNLINK, id, unix.KEY_SPEC_USER_KEYRING, 0, 0)
		}
	})
	again, holder, err := fetch(t.Context(), HolderKernel, h)
	if err != nil || holder != HolderKernel || string(again) != string(first) {
		t.Errorf("%s, %v", holder, err)
	}
}
