package server

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"calypso/server/protocol"

	lsp "go.lsp.dev/protocol"
)

// progress shows the person that something is under way: begin, reports, and always an end. Its zero value shows nothing.
type progress struct {
	server *Server
	token  lsp.ProgressToken
	unbind func()

	mu    sync.Mutex // guards last
	last  time.Time
	ended bool
}

// reportGap keeps reports to ten a second.
const reportGap = 100 * time.Millisecond

// progress begins to show under the token that came with the request; without one nothing is shown.
func (c *call) progress(token any, title string) *progress {
	return c.progressUnder(tokenOf(token), title)
}

func (c *call) progressUnder(t lsp.ProgressToken, title string) *progress {
	return c.progressBegun(t, protocol.ProgressBegin{Title: title})
}

func (c *call) progressBegun(t lsp.ProgressToken, begin protocol.ProgressBegin) *progress {
	if t == nil {
		return &progress{}
	}
	ctx, cancel := context.WithCancelCause(c.Context)
	c.Context = ctx
	p := &progress{server: c.Server, token: t, unbind: c.inflight.bind(t, cancel)}
	begin.Kind, begin.Cancellable = "begin", true
	p.send(begin)
	return p
}

// tokenOf reads a progress token as it was decoded from JSON; nil for none.
func tokenOf(token any) lsp.ProgressToken {
	switch t := token.(type) {
	case lsp.ProgressToken:
		return t
	case string:
		return lsp.String(t)
	case float64:
		if n := int32(t); float64(n) == t {
			return lsp.Integer(n)
		}
	}
	return nil
}

func (p *progress) report(message string) {
	if p.token == nil {
		return
	}
	p.mu.Lock()
	early := p.ended || time.Since(p.last) < reportGap
	if !early {
		p.last = time.Now()
	}
	p.mu.Unlock()
	if !early {
		p.send(lsp.WorkDoneProgressReport{Kind: "report", Message: &message})
	}
}

func (p *progress) end() {
	if p.token == nil {
		return
	}
	p.mu.Lock()
	p.ended = true
	p.mu.Unlock()
	p.unbind()
	p.send(lsp.WorkDoneProgressEnd{Kind: "end"})
}

func (p *progress) send(value any) {
	raw, err := json.Marshal(value)
	if err != nil {
		return
	}
	p.server.tell(lsp.MethodProgress, &lsp.ProgressParams{Token: p.token, Value: raw})
}
