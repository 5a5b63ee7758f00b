package server

import (
	"sync"
	"sync/atomic"

	"calypso/server/session"
)

// state holds the newest snapshot. Readers take it without waiting; a change is made under a lock, because settings and schemas
// change outside the read loop too.
type state struct {
	mu     sync.Mutex // held while the next snapshot is made
	newest atomic.Pointer[session.Snapshot]
}

func (s *state) current() *session.Snapshot {
	if n := s.newest.Load(); n != nil {
		return n
	}
	return &session.Snapshot{}
}

func (s *state) swap(next func(*session.Snapshot) *session.Snapshot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.newest.Store(next(s.current()))
}
