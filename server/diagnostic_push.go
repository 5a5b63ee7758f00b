package server

import (
	"context"
	"sync"
	"time"

	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// settle is how long a text must stand still before its findings are pushed: squiggles that come and go within a word disturb.
const settle = 60 * time.Millisecond

// pusher publishes findings to clients that can't pull them. One goroutine does it all, so that the publications of a document
// come in the order of its versions.
type pusher struct {
	server *Server
	wake   chan struct{} // one place: something is due

	mu   sync.Mutex // guards both
	due  map[session.Key]time.Time
	gone map[session.Key]*session.Document // closed: publish nothing, once
}

func newPusher(s *Server) *pusher {
	return &pusher{
		server: s, wake: make(chan struct{}, 1),
		due: map[session.Key]time.Time{}, gone: map[session.Key]*session.Document{},
	}
}

// touch says that a document changed.
func (p *pusher) touch(k session.Key) { p.put(k, nil) }

// closed says that a document was closed.
func (p *pusher) closed(d *session.Document) { p.put(d.Key, d) }

// all says that every open document must be judged anew.
func (p *pusher) all() {
	for d := range p.server.state.current().Documents {
		p.touch(d.Key)
	}
}

func (p *pusher) put(k session.Key, gone *session.Document) {
	if p.server.can.PullDiagnostics || !p.server.gate.serving() {
		return
	}
	p.mu.Lock()
	if gone != nil {
		delete(p.due, k)
		p.gone[k] = gone
	} else {
		delete(p.gone, k)
		p.due[k] = time.Now().Add(settle)
	}
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *pusher) run(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
		case <-timer.C:
		}
		ready, gone, wait := p.take(time.Now())
		for _, d := range gone {
			p.publish(d, []lsp.Diagnostic{})
		}
		for _, k := range ready {
			p.judge(ctx, k)
		}
		timer.Reset(wait)
	}
}

// take gives what is due now, and how long until the next is.
func (p *pusher) take(now time.Time) (ready []session.Key, gone []*session.Document, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	wait = time.Hour
	for k, d := range p.gone {
		gone = append(gone, d)
		delete(p.gone, k)
	}
	for k, at := range p.due {
		if left := at.Sub(now); left > 0 {
			wait = min(wait, left)
			continue
		}
		ready = append(ready, k)
		delete(p.due, k)
	}
	return ready, gone, wait
}

// judge analyses a document and publishes what was found, unless it changed meanwhile: then it is due again anyway.
func (p *pusher) judge(ctx context.Context, k session.Key) {
	s := p.server
	defer s.recovered(lsp.MethodTextDocumentPublishDiagnostics, func(error) {})
	snap := s.state.current()
	d := snap.Document(string(k))
	if d == nil {
		return
	}
	sc, err := s.analyze(ctx, d, snap)
	if err != nil || s.state.current().Document(d.URI) != d {
		return
	}
	p.publish(d, s.diagnostics(d, sc, snap.Settings))
}

func (p *pusher) publish(d *session.Document, list []lsp.Diagnostic) {
	params := &lsp.PublishDiagnosticsParams{URI: uri.URI(d.URI), Diagnostics: list}
	if p.server.can.DiagnosticVersion {
		params.Version = lsp.NewOptional(d.Version)
	}
	p.server.tell(lsp.MethodTextDocumentPublishDiagnostics, params)
}
