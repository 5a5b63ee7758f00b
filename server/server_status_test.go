package server

import (
	"testing"
	"time"
)

func TestMemory(t *testing.T) {
	if got := memory(); got < 1<<20 || got > 64<<30 {
		t.Errorf("the process takes %d bytes", got)
	}
}

func TestRoughly(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0 s", 59 * time.Second: "59 s", time.Minute: "1 min", 90 * time.Minute: "1 h", 50 * time.Hour: "50 h"} {
		if got := roughly(d); got != want {
			t.Errorf("%s: got %q, want %q", d, got, want)
		}
	}
}
