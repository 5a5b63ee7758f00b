package main

import (
	"testing"
	"time"
)

// TestConstants: what a hover shows as the value of an expression.
func TestConstants(t *testing.T) {
	fold := constants(time.Minute)
	for _, c := range []struct{ in, want string }{
		{"print Value = 1.5d", "1.12:00:00"},
		{"let a = 2h;\nprint Value = a * 3", "06:00:00"},
		{"print Value = toupper(strcat('a', 'b'))", "AB"},
		{"print Value = dynamic({'a': [1, 2]}).a[1]", "2"},
		{"print Value = todatetime('x')", "null"},
		{"print Value = datetime(2020-02-29) + 1d", "2020-03-01T00:00:00.0000000Z"},
		{"print Value = Nope", ""},
		{"Nope | count", ""},
		{"", ""},
	} {
		got, ok := fold(t.Context(), c.in)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%s: got %q, %v; want %q", c.in, got, ok, c.want)
		}
	}
}
