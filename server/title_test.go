package server

import "testing"

// A tab is called by what a query does, not by a line of its declarations.
func TestTitle(t *testing.T) {
	for src, want := range map[string]string{
		"// a comment\nStormEvents\n| count":                                   "StormEvents",
		"set notruncation;\ndeclare query_parameters(a: string);\nT | take 1":  "T | take 1",
		"declare query_parameters(a: string,\n    b: long = 10);\nT\n| take 1": "T",
		"declare query_parameters(a: string); // trailing\nT":                  "T",
		"declare query_parameters(a: string,\n    b: long = 10);":              "declare query_parameters(a: string,",
	} {
		if got := title(src); got != want {
			t.Errorf("%q is called %q, want %q", src, got, want)
		}
	}
}
