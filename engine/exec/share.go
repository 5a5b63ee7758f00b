// Shared rows: what materialize and as name runs once and is kept for all who read it.

package exec

import (
	"context"
	"sync"

	"calypso/engine/plan"
	"calypso/kusto/value"
)

// share is one node's rows; the first reader runs it.
type share struct {
	q    *Query
	pipe *pipe

	mu   sync.Mutex // guards what follows
	done bool
	rows held
	err  error
}

// share builds the reader of a shared node.
func (q *Query) share(n *plan.Share, h holes) (*pipe, error) {
	if q.single[n] || len(h) > 0 && readsHole(n.In) {
		// One reader needs nothing kept; what a subquery makes of the rows handed to it differs from run to run.
		return q.build(n.In, h)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	s := q.shares[n]
	if s == nil {
		q.mu.Unlock()
		p, err := q.build(n.In, h)
		q.mu.Lock()
		if err != nil {
			return nil, err
		}
		if s = q.shares[n]; s == nil {
			s = &share{q: q, pipe: p}
			q.shares[n] = s
		}
	}
	return &pipe{in: &sharedRows{share: s}}, nil
}

func (s *share) fetch(ctx context.Context) (held, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		return s.rows, s.err
	}
	in := s.pipe.stream(s.q)
	defer in.close()
	m := s.q.account.meter("materialize")
	for {
		b, err := in.next(ctx)
		if err == nil && b != nil {
			err = m.grow(b.Bytes())
		}
		if err != nil {
			// Another reader with a living context may try again.
			if ctx.Err() == nil {
				s.done, s.err = true, err
			}
			m.release()
			return nil, err
		}
		if b == nil {
			s.done = true
			return s.rows, nil
		}
		s.rows = append(s.rows, b)
	}
}

// sharedRows reads shared rows from their start.
type sharedRows struct {
	share *share
	rows  held
	began bool
}

func (r *sharedRows) next(ctx context.Context) (*value.Batch, error) {
	if !r.began {
		rows, err := r.share.fetch(ctx)
		if err != nil {
			return nil, err
		}
		r.rows, r.began = rows, true
	}
	if len(r.rows) == 0 {
		return nil, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	b := r.rows[0]
	r.rows = r.rows[1:]
	return b, nil
}

func (r *sharedRows) close() {}

// readsHole tells whether a node reads rows that are handed in.
func readsHole(n plan.Node) bool {
	if _, ok := n.(*plan.Hole); ok {
		return true
	}
	for _, in := range n.Inputs() {
		if readsHole(in) {
			return true
		}
	}
	return false
}
