package server

import "testing"

// Runs that begin alike are called by what tells them apart, in whole words; those that are the same, or differ at once, by how they begin.
func TestApart(t *testing.T) {
	for _, c := range []struct{ text, beside, want string }{
		{"StormEvents | where State == \"OHIO\" | count", "StormEvents | where State == \"TEXAS\" | count", "…\"OHIO\" | count"},
		{"StormEvents | where State == \"OHIO\" | count", "StormEvents | where State == \"OHIO\" | count", "StormEvents | whe…"},
		{"StormEvents | take 1", "PopulationData", "StormEvents | tak…"},
		{"StormEvents", "StormEvents | take 1", "StormEvents"},
		{"print é = 1", "print è = 1", "print é = 1"},
		{"", "T", ""},
	} {
		if got := apart(c.text, []string{c.beside}); got != c.want {
			t.Errorf("%s beside %s: %s", c.text, c.beside, got)
		}
	}
}
