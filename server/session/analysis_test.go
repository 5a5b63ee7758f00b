package session

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"calypso/kql/symbol"
)

// All who ask for one text get one analysis, and it is made once.
func TestAnalysisIsShared(t *testing.T) {
	a := NewAnalyzer()
	d := NewDocument("file:///a.kql", "kql", 1, "T | take 1")
	var made atomic.Int32
	known := &symbol.Schema{}
	schemas := func(string) *symbol.Schema {
		made.Add(1)
		return known
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if s, err := a.Analyze(context.Background(), d, Stamp{}, schemas); err != nil || len(s.Blocks) != 1 {
				t.Errorf("got %v, %v", s, err)
			}
		})
	}
	all.Wait()
	if made.Load() != 1 {
		t.Errorf("made %d times", made.Load())
	}
	if _, err := a.Analyze(context.Background(), d, Stamp{Schemas: 1}, schemas); err != nil || made.Load() != 2 {
		t.Errorf("another stamp: made %d times, %v", made.Load(), err)
	}
}

// Who gives up isn't kept waiting, and an analysis that nobody waits for isn't started; it can be asked for again.
func TestAnalysisIsDropped(t *testing.T) {
	a := &Analyzer{slots: make(chan struct{}, 1)}
	a.slots <- struct{}{} // busy
	d := NewDocument("file:///a.kql", "kql", 1, "T")
	schemas := func(string) *symbol.Schema { return &symbol.Schema{} }
	ctx, cancel := context.WithCancelCause(context.Background())
	why := errors.New("enough")
	cancel(why)
	if _, err := a.Analyze(ctx, d, Stamp{}, schemas); !errors.Is(err, why) {
		t.Errorf("got %v", err)
	}
	<-a.slots
	if s, err := a.Analyze(context.Background(), d, Stamp{}, schemas); err != nil || s == nil {
		t.Errorf("asked again: %v", err)
	}
}

// A broken invariant of the language ends the requests that wait for it, not the process.
func TestAnalysisPanics(t *testing.T) {
	a := NewAnalyzer()
	d := NewDocument("file:///a.kql", "kql", 1, "T")
	defer func() {
		if recover() == nil {
			t.Error("no panic came through")
		}
	}()
	_, _ = a.Analyze(context.Background(), d, Stamp{}, func(string) *symbol.Schema { panic("broken") })
}

// What an edit didn't touch keeps its analysis.
func TestAnalysisIsKept(t *testing.T) {
	a := NewAnalyzer()
	known := &symbol.Schema{}
	schemas := func(string) *symbol.Schema { return known }
	d := NewDocument("file:///a.kql", "kql", 1, "T | take 1\n\nU | take 2\n")
	before, err := a.Analyze(context.Background(), d, Stamp{}, schemas)
	if err != nil {
		t.Fatal(err)
	}
	d = d.Edit(2, []Change{{Range: nil, Text: "T | take 9\n\nU | take 2\n"}}, UTF16)
	after, err := a.Analyze(context.Background(), d, Stamp{}, schemas)
	if err != nil {
		t.Fatal(err)
	}
	if len(after.Blocks) != 2 || after.Blocks[1].Bound != before.Blocks[1].Bound || after.Blocks[0].Bound == before.Blocks[0].Bound {
		t.Error("the wrong blocks were analysed again")
	}
}
