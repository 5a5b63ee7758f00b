package lint_test

import (
	"testing"

	"calypso/kql/lint"
	"calypso/kql/script"
)

// FuzzCheck: whatever the text, all rules end, and what they say lies in the text.
func FuzzCheck(f *testing.F) {
	schemas := testSchema(f)
	for _, rule := range lint.Rules() {
		f.Add(rule.Row().Bad)
		f.Add(rule.Row().Good + " // calypso: ignore " + string(rule.Code) + " x\n")
	}
	for _, s := range []string{
		"let x = x; x | where x", "let f = () { f() }; f() | where c > 1", "T | where a > 1 and a < 0 and (b == 'x' and b == \"y\")",
		"let x = T; let y = x; union x, y, (y | where c > now()), T*", "T | where c between (now() - 1d - 1h .. -1)", "// calypso: ignore\n// calypso:\n//calypso: ignore-file all",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		r := lint.Check(script.Analyze(src, schemas, nil), everything())
		for _, d := range r.Diagnostics {
			if d.Span.Start < 0 || d.Span.End < d.Span.Start || d.Span.End > len(src) {
				t.Fatalf("%s at %v of %d bytes", d.Code, d.Span, len(src))
			}
		}
	})
}
