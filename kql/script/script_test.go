package script

import (
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/kql/symbol"
)

// TestReuse: an edit binds its own block anew and keeps the others, moved; the findings are those of a fresh analysis.
func TestReuse(t *testing.T) {
	schemas := bench.Known(t, bench.Schema)
	src := "StormEvents | where Stat == 1\n\nPopulationData | take 1\n\nStormEvents | where Nope == 2\n"
	before := Analyze(src, schemas, nil)
	edited := strings.Replace(src, "take 1", "where State == 'longer'", 1)
	after := Analyze(edited, schemas, before)
	fresh := Analyze(edited, schemas, nil)
	if len(after.Blocks) != 3 {
		t.Fatalf("got %d blocks; want 3", len(after.Blocks))
	}
	for i, same := range []bool{true, false, true} {
		if kept := after.Blocks[i].Bound == before.Blocks[i].Bound; kept != same {
			t.Errorf("block %d: kept its binding %v; want %v", i, kept, same)
		}
	}
	got, want := after.Diagnostics(), fresh.Diagnostics()
	if len(got) != len(want) || len(got) != 2 {
		t.Fatalf("got %v; want %v", got, want)
	}
	for i := range got {
		if got[i].Span != want[i].Span || got[i].Message != want[i].Message {
			t.Errorf("got %v; want %v", got[i], want[i])
		}
		if name := got[i].Span.Of(edited); name != "Stat" && name != "Nope" {
			t.Errorf("the finding is about %q", name)
		}
	}
}

// TestConnect: a #connect line decides on the schema of its block and those after it.
func TestConnect(t *testing.T) {
	var asked []string
	Analyze("T | take 1\n\n#connect cluster('c').database('d')\nT | take 2\n\nT | take 3\n", func(connect string) *symbol.Schema {
		asked = append(asked, connect)
		return &symbol.Schema{}
	}, nil)
	if got := strings.Join(asked, " · "); got != " · cluster('c').database('d') · cluster('c').database('d')" {
		t.Errorf("asked for %q", got)
	}
}

// TestEmpty: an empty document has one empty block, so that there is a place for completion.
func TestEmpty(t *testing.T) {
	s := Analyze("", func(string) *symbol.Schema { return &symbol.Schema{} }, nil)
	if b, at := s.At(0); len(s.Blocks) != 1 || b == nil || at != 0 || len(s.Diagnostics()) != 0 {
		t.Errorf("got %d blocks", len(s.Blocks))
	}
}
