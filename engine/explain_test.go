package engine

import (
	"context"
	"strings"
	"testing"

	"calypso/engine/source"
)

// Analyze counts what comes out of each step, on one core and on several.
func TestAnalyzeCountsRows(t *testing.T) {
	for _, workers := range []int{1, 4} {
		e, err := Open(Options{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Load("", source.Samples()...); err != nil {
			t.Fatal(err)
		}
		text, err := e.Analyze(context.Background(), Request{Text: "StormEvents | where State == 'OHIO' | extend x = 1 | sort by StartTime asc | take 600000; print 1"})
		if err != nil {
			t.Fatal(err)
		}
		n := rowsText(e, "StormEvents | where State == 'OHIO' | count")
		n = strings.TrimSpace(n[strings.Index(n, "\n"):])
		for _, want := range []string{"filter ==(#4, \"OHIO\")", "[" + n + " rows, ", n + " rows\n", "1 rows\n", " in all\n"} {
			if !strings.Contains(text, want) {
				t.Errorf("%d workers: no %q in\n%s", workers, want, text)
			}
		}
		for _, line := range strings.Split(text, "\n") {
			if strings.Contains(line, "filter") && !strings.Contains(line, "["+n+" rows") {
				t.Errorf("%d workers: %s; want %s rows", workers, line, n)
			}
		}
	}
}
