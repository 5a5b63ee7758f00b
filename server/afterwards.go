package server

import (
	"bytes"
	"maps"
	"sync"

	"go.lsp.dev/jsonrpc2"
)

// afterwards knows what waits until the answer to a request is written: what a request begins may speak only after its answer.
type afterwards struct {
	mu    sync.Mutex // guards after
	after map[jsonrpc2.ID]func()
}

// afterAnswer calls f once the answer to this request is written, or couldn't be.
func (s *stream) afterAnswer(id jsonrpc2.ID, f func()) {
	s.afterwards.mu.Lock()
	defer s.afterwards.mu.Unlock()
	if s.afterwards.after == nil {
		s.afterwards.after = map[jsonrpc2.ID]func(){}
	}
	s.afterwards.after[id] = f
}

// wrote says that a message is out. The library doesn't show which answer it writes, so its end is read; nobody waits most of the
// time, and then nothing is done.
func (a *afterwards) wrote(m jsonrpc2.Message) {
	a.mu.Lock()
	waits := len(a.after) > 0
	a.mu.Unlock()
	if !waits {
		return
	}
	body, err := jsonrpc2.EncodeMessage(m)
	if err != nil || bytes.HasPrefix(body, []byte(`{"jsonrpc":"2.0","method"`)) {
		return // it has no answer in it
	}
	id := idOf(body)
	a.mu.Lock()
	f := a.after[id]
	delete(a.after, id)
	a.mu.Unlock()
	if f != nil {
		f()
	}
}

// wroteBatch says that the answers to a batch are out: all that waits goes on, since which they were isn't known.
func (a *afterwards) wroteBatch() {
	a.mu.Lock()
	all := maps.Clone(a.after)
	clear(a.after)
	a.mu.Unlock()
	for _, f := range all {
		f()
	}
}
