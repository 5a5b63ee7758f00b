package session

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"

	"calypso/kql/script"
)

// Stamp names what an analysis depends on besides the text. Equal stamps give equal analyses.
type Stamp struct {
	Schemas int64
	Target  Target
}

// analyses shares the analyses of one document version: the first who asks starts one, all who ask for the same get it, and it
// is dropped when nobody waits any more.
type analyses struct {
	mu      sync.Mutex     // guards what follows
	current *future        // the newest; others of this version are of older schemas
	before  *script.Script // the newest of an earlier version: what didn't change is taken from it
}

// future is an analysis that is under way or done.
type future struct {
	stamp   Stamp
	done    chan struct{}  // closed when script is set
	script  *script.Script // nil after done: abandoned, or it panicked
	panic   string         // what it panicked with, and where; "" for nothing
	waiters int            // guarded by analyses.mu
	leave   chan struct{}  // closed when the last waiter left before a slot was free
}

// Analyzer runs analyses, as many at a time as there are processors. The zero value isn't ready; use NewAnalyzer.
type Analyzer struct{ slots chan struct{} }

// NewAnalyzer makes an Analyzer.
func NewAnalyzer() *Analyzer {
	return &Analyzer{slots: make(chan struct{}, runtime.GOMAXPROCS(0))}
}

// Analyze gives the analysis of a document, or the context's error if that ends first. schemas must give the same for the same
// stamp.
func (a *Analyzer) Analyze(ctx context.Context, d *Document, stamp Stamp, schemas script.Schemas) (*script.Script, error) {
	for {
		f := a.join(d, stamp, schemas)
		select {
		case <-f.done:
			d.analyses.release(f)
			if f.panic != "" {
				panic(f.panic) // in the request that waits, which has a recover
			}
			if f.script != nil {
				return f.script, nil
			}
			// It was abandoned between our joining and its start: ask again.
		case <-ctx.Done():
			d.analyses.release(f)
			return nil, context.Cause(ctx)
		}
	}
}

// join finds the analysis of that stamp or starts it.
func (a *Analyzer) join(d *Document, stamp Stamp, schemas script.Schemas) *future {
	s := &d.analyses
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.current; f != nil && f.stamp == stamp && !f.abandoned() {
		f.waiters++
		return f
	}
	prev := s.before
	if f := s.current; f != nil && f.finished() && f.script != nil {
		prev = f.script
	}
	f := &future{stamp: stamp, done: make(chan struct{}), waiters: 1, leave: make(chan struct{})}
	s.current = f
	go a.run(d, f, schemas, prev)
	return f
}

func (a *Analyzer) run(d *Document, f *future, schemas script.Schemas, prev *script.Script) {
	select {
	case a.slots <- struct{}{}:
	case <-f.leave:
		close(f.done)
		return
	}
	defer func() { <-a.slots }()
	defer close(f.done)
	defer func() {
		if r := recover(); r != nil {
			f.panic = fmt.Sprintf("analysis: %v\n%s", r, debug.Stack())
		}
	}()
	f.script = script.Analyze(d.File.Text(), schemas, prev)
}

// release says that somebody waits no more.
func (s *analyses) release(f *future) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.waiters--; f.waiters == 0 && !f.finished() {
		close(f.leave)
	}
}

// latest gives the newest finished analysis, of this version or an earlier one.
func (s *analyses) latest() *script.Script {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.current; f != nil && f.finished() && f.script != nil {
		return f.script
	}
	return s.before
}

func (f *future) finished() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}

func (f *future) abandoned() bool {
	select {
	case <-f.leave:
		return true
	default:
		return false
	}
}
