package script

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"calypso/internal/corpus"
	"calypso/kql/symbol"
)

// TestIncremental: after an edit anywhere, what is kept and what is made anew are together what a fresh analysis gives. The text is
// made of real commands and queries, so that what commands create comes and goes.
func TestIncremental(t *testing.T) {
	data, err := os.ReadFile(corpus.File(t, "schema", "help.Samples.json"))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := symbol.ParseFile(data)
	if err != nil {
		t.Fatal(err)
	}
	schemas := func(string) *symbol.Schema { return schema }
	blocks := commands(t, corpus.File(t, "corpus", "kql", "delta-kusto-commands.jsonl"))
	for from := 0; from+12 < len(blocks); from += 6 {
		src := strings.Join(blocks[from:from+12], "\n\n") + "\n\nT | count\n\nStormEvents | take 5\n"
		s := Analyze(src, schemas, nil)
		for i := 0; i < 12; i++ {
			edited := src[:s.Blocks[i%len(s.Blocks)].Start] + strings.Replace(src[s.Blocks[i%len(s.Blocks)].Start:], "string", "long", 1)
			after := Analyze(edited, schemas, s)
			if got, want := show(after), show(Analyze(edited, schemas, nil)); got != want {
				t.Fatalf("text %d, edit %d:\n%s\nwant\n%s\nof\n%s", from, i, got, want, edited)
			}
			if len(after.overlays) > len(after.Created)+40 {
				t.Fatalf("%d schemas are kept", len(after.overlays))
			}
		}
	}
}

func commands(t *testing.T, path string) (list []string) {
	t.Helper()
	for _, row := range corpus.Lines[struct{ Query string }](t, path) {
		list = append(list, strings.TrimSpace(row.Query))
	}
	return list
}

func show(s *Script) string {
	var out strings.Builder
	for _, d := range s.Diagnostics() {
		fmt.Fprintf(&out, "%d-%d %s %s\n", d.Span.Start, d.Span.End, d.Code, d.Message)
	}
	for _, c := range s.Created {
		fmt.Fprintf(&out, "%d %s %v %v\n", c.Span.Start, c.Span.Of(s.Text), c.Table != nil, c.Function != nil)
		if c.Table != nil {
			fmt.Fprintf(&out, "  %s\n", c.Table.Columns.String())
		}
	}
	return out.String()
}
