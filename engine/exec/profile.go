// A profile: rows and time of each step of a plan, for explain. Without one a query runs none of this. With one, steps that would be
// run as one are run apart, so that each can be measured.

package exec

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

// Profile collects what the steps of a query did. The zero value is ready; it is safe for concurrent use.
type Profile struct {
	mu    sync.Mutex
	steps map[plan.Node]*Step
}

// Step is what one step did.
type Step struct {
	rows, nanos atomic.Int64
	// whole tells that the time is that of the step with all that it reads: of one that waits for its input.
	whole bool
}

// Rows is the number of rows that came out.
func (s *Step) Rows() int64 { return s.rows.Load() }

// Time is how long it took, added up over all cores; whole tells that the time of what it reads is in it.
func (s *Step) Time() (took time.Duration, whole bool) {
	return time.Duration(s.nanos.Load()), s.whole
}

// Step finds what a node did; nil for one that wasn't measured: a source, whose rows the next step counts, or one that never ran.
func (p *Profile) Step(n plan.Node) *Step {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.steps[n]
}

func (p *Profile) step(n plan.Node, whole bool) *Step {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.steps == nil {
		p.steps = map[plan.Node]*Step{}
	}
	s := p.steps[n]
	if s == nil {
		s = &Step{whole: whole}
		p.steps[n] = s
	}
	return s
}

// watch measures the last step of a pipe: the node's.
func (p *Profile) watch(n plan.Node, of *pipe) {
	switch n.(type) {
	case *plan.Scan, *plan.Values, *plan.Range, *plan.Hole, *plan.Share:
		return
	}
	if last := len(of.maps) - 1; last >= 0 {
		of.maps[last] = &measured{of.maps[last], p.step(n, false)}
	} else if of.in != nil {
		of.in = &measuredStream{of.in, p.step(n, true)}
	}
}

// measured is a mapper with a clock: it runs while the mapper does, and stands while the rows go on.
type measured struct {
	mapper
	step *Step
}

func (m *measured) apply(c *fn.Context, b *value.Batch, emit func(*value.Batch) error) error {
	start := time.Now()
	err := m.mapper.apply(c, b, func(out *value.Batch) error {
		m.step.nanos.Add(int64(time.Since(start)))
		m.step.rows.Add(int64(out.N))
		err := emit(out)
		start = time.Now()
		return err
	})
	m.step.nanos.Add(int64(time.Since(start)))
	return err
}

// measuredStream is a stream with a clock.
type measuredStream struct {
	stream
	step *Step
}

func (m *measuredStream) next(ctx context.Context) (*value.Batch, error) {
	start := time.Now()
	b, err := m.stream.next(ctx)
	m.step.nanos.Add(int64(time.Since(start)))
	if b != nil {
		m.step.rows.Add(int64(b.N))
	}
	return b, err
}
