package server

import (
	"context"
	"sync"

	"go.lsp.dev/jsonrpc2"
	lsp "go.lsp.dev/protocol"
)

// inflight knows the requests that aren't answered yet, so that $/cancelRequest finds them.
type inflight struct {
	mu     sync.Mutex // guards both maps
	cancel map[jsonrpc2.ID]context.CancelCauseFunc
	tokens map[lsp.ProgressToken]context.CancelCauseFunc // by progress token, for window/workDoneProgress/cancel
}

func newInflight() *inflight {
	return &inflight{
		cancel: map[jsonrpc2.ID]context.CancelCauseFunc{},
		tokens: map[lsp.ProgressToken]context.CancelCauseFunc{},
	}
}

// add registers a request; false means that its id is in use.
func (f *inflight) add(id jsonrpc2.ID, cancel context.CancelCauseFunc) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, used := f.cancel[id]; used {
		return false
	}
	f.cancel[id] = cancel
	return true
}

func (f *inflight) remove(id jsonrpc2.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.cancel, id)
}

// stop cancels one request; one that isn't there has been answered.
func (f *inflight) stop(id jsonrpc2.ID, cause error) {
	f.mu.Lock()
	cancel := f.cancel[id]
	f.mu.Unlock()
	if cancel != nil {
		cancel(cause)
	}
}

// stopAll cancels every request.
func (f *inflight) stopAll(cause error) { f.stopOthers(jsonrpc2.ID{}, cause) }

// stopOthers cancels every request but one.
func (f *inflight) stopOthers(id jsonrpc2.ID, cause error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for other, cancel := range f.cancel {
		if other != id {
			cancel(cause)
		}
	}
}

// bind ties a progress token to a request's cancel until the returned function is called.
func (f *inflight) bind(token lsp.ProgressToken, cancel context.CancelCauseFunc) (unbind func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tokens[token] = cancel
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.tokens, token)
	}
}

func (f *inflight) stopToken(token lsp.ProgressToken, cause error) {
	f.mu.Lock()
	cancel := f.tokens[token]
	f.mu.Unlock()
	if cancel != nil {
		cancel(cause)
	}
}
