package fix_test

import (
	"testing"

	"calypso/kql/fix"
	"calypso/kql/lint"
	"calypso/kql/script"
	"calypso/kql/text"
)

// FuzzActions: at any place of any text, actions have edits in order that lie in the text.
func FuzzActions(f *testing.F) {
	known := schemas(f)
	for _, s := range []string{
		"Events | where Count > 1 and State == \"x\" | sort by Count | take 5", "let x = 1; Events | take x", "Events | where State contains 'a",
		"let f = (n:long) { Events | where Count > n }; f(1) | join (People) on $left.State == $right.State", "Events | summarize arg_max(Time, *) by State | distinct *",
		"Events where State = 'x' && tolower(State) == \"y\" // calypso: ignore CAL5001\n", "print isnull('a'), tobool(1)",
		".create function f(n:long = 3) { let a = 5; Events | where Stat == 'x' | take a }\n\n.alter table Events policy update '[{\"Query\":\"Events | project Stat\"}]'",
	} {
		f.Add(s, 5, 3)
		f.Add(s, len(s)/2, 0)
	}
	f.Fuzz(func(t *testing.T, src string, at, size int) {
		if at < 0 || size < 0 || at > len(src) || size > len(src)-at || len(src) > 2000 {
			return
		}
		s := script.Analyze(src, known, nil)
		actions := fix.Refactor(s, text.Span{Start: at, End: at + size})
		for _, d := range lint.Check(s, all()).Diagnostics {
			actions = append(actions, fix.Quick(s, d)...)
		}
		for _, a := range actions {
			end := 0
			for _, e := range a.Edits {
				if e.Span.Start < end || e.Span.End < e.Span.Start || e.Span.End > len(src) {
					t.Fatalf("%s: edits %v", a.Title, a.Edits)
				}
				end = e.Span.End
			}
		}
	})
}
