package format

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"calypso/internal/corpus"
	"calypso/kql/diag"
)

// TestCorpus formats real queries, one in four in the house style, the others in the other styles by turns: nothing lost, twice is once, no new errors, and nearly all are laid out at all.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpus.File(t, "corpus", "kql"), "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus files: %v", err)
	}
	others := slices.Sorted(maps.Keys(styles))
	queries, unstable, broken := 0, 0, 0
	for _, path := range files {
		for _, row := range corpus.Lines[struct{ ID, Query string }](t, path) {
			queries++
			var o Options
			if queries%4 > 0 {
				o = styles[others[queries%len(others)]]
			}
			before := analyze(row.Query)
			once := Apply(row.Query, Document(before, o))
			after := analyze(once)
			if twice := Apply(once, Document(after, o)); twice != once {
				if unstable++; unstable <= 5 {
					t.Logf("%s: twice differs under %+v\n--- once\n%s\n--- twice\n%s", row.ID, o, once, twice)
				}
			}
			errors := func(list []diag.Diagnostic) (n int) {
				for _, d := range list {
					if d.Severity == diag.Error {
						n++
					}
				}
				return n
			}
			if errors(before.Diagnostics()) != errors(after.Diagnostics()) {
				if broken++; broken <= 5 {
					t.Logf("%s: other errors than before", row.ID)
				}
			}
		}
	}
	t.Logf("%d texts: %d unstable, %d with other errors", queries, unstable, broken)
	if unstable+broken > 0 {
		t.Errorf("%d texts change when formatted twice, %d have other errors afterwards", unstable, broken)
	}
}
