package main

import (
	"testing"

	"calypso/kql/diag"
)

// TestLintSeverities: one rule by its slug here and by its code there. The later table wins, each time.
func TestLintSeverities(t *testing.T) {
	tables := []map[string]string{{"isnull-of-string": "error", "CAL6001": "off"}, {"CAL5002": "hint"}}
	for range 100 {
		if got := lintSeverities(tables)["CAL5002"]; got != diag.Hint {
			t.Fatalf("CAL5002: %v, want hint", got)
		}
	}
}
