package server

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"calypso/auth"
	"calypso/server/protocol"

	"go.lsp.dev/jsonrpc2"
	lsp "go.lsp.dev/protocol"
)

// prompts shows prompts of sign-in at the client, one at a time: the accounts' brokers share a gate.
type prompts struct {
	server *Server

	mu   sync.Mutex // guards what follows
	next int
	open string // id of the prompt on the screen, "" for none
	// instead is the sign-in in place of a prompt that was given up, while that is under way.
	instead *replacement
}

// replacement is a sign-in that others wait for.
type replacement struct {
	done   chan struct{}
	worked bool // set before done is closed
}

// replace says that another sign-in takes the place of the open prompt, until the function that it gives is called.
func (p *prompts) replace() (over func(worked bool)) {
	r := &replacement{done: make(chan struct{})}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.instead = r
	return func(worked bool) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.instead == r {
			p.instead = nil
		}
		r.worked = worked
		close(r.done)
	}
}

// replaced waits for the sign-in in place of a prompt; false when there is none, or it didn't work.
func (p *prompts) replaced(ctx context.Context) bool {
	p.mu.Lock()
	r := p.instead
	p.mu.Unlock()
	if r == nil {
		return false
	}
	select {
	case <-r.done:
		return r.worked
	case <-ctx.Done():
		return false
	}
}

// showing is how long a client may take to put a prompt on its screen.
const showing = 30 * time.Second

// Show has the client show a prompt.
func (p *prompts) Show(ctx context.Context, what auth.Prompt) error {
	if !p.server.can.AuthPrompt {
		return &auth.Error{Kind: auth.SignInRequired, Cause: auth.CauseNoUI, Msg: "nobody can be asked to sign in here; run: calypso login"}
	}
	if what.Flow == auth.FlowBrowser && !p.server.can.AuthBrowser {
		return &auth.Error{Kind: auth.Declined, Cause: auth.CauseNoBrowser, Msg: "the editor can't open a browser of this machine; sign in with a code"}
	}
	p.mu.Lock()
	p.next++
	id := "p" + strconv.Itoa(p.next)
	p.open = id
	p.mu.Unlock()
	ask := protocol.AuthPrompt{
		ID: id, Kind: what.Flow, UserCode: what.UserCode, URL: what.URL, Message: what.Message, Resource: what.Resource, Reason: what.Reason,
	}
	if !what.Expires.IsZero() {
		ask.ExpiresAt = what.Expires.UTC().Format(time.RFC3339)
	}
	var shown protocol.AuthPromptResult
	if err := p.server.askClient(ctx, showing, protocol.MethodAuthPrompt, ask, &shown); err != nil {
		return err
	}
	switch {
	case shown.Accepted:
		return nil
	case shown.NoBrowser:
		return &auth.Error{Kind: auth.Declined, Cause: auth.CauseNoBrowser, Msg: "the editor can't open a browser of this machine; sign in with a code"}
	}
	return &auth.Error{Kind: auth.Declined, Cause: auth.CauseCancelled, Msg: "sign-in was cancelled"}
}

// Hide takes the prompt away.
func (p *prompts) Hide(outcome error) {
	p.mu.Lock()
	id := p.open
	p.open = ""
	p.mu.Unlock()
	if id == "" {
		return
	}
	var e *auth.Error
	how := "failed"
	switch {
	case outcome == nil:
		how = "done"
	case errors.Is(outcome, context.Canceled):
		how = "cancelled"
	case errors.As(outcome, &e) && (e.Cause == auth.CauseExpired || e.Cause == auth.CauseCancelled):
		how = string(e.Cause)
	}
	p.server.tell(protocol.MethodAuthPromptClosed, protocol.AuthPromptClosed{ID: id, Outcome: how})
}

func (p *prompts) isOpen(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open == id
}

// askClient sends a request of sign-in. Its error holds nothing that the client said: that may be a secret, or about one.
func (s *Server) askClient(ctx context.Context, limit time.Duration, method string, params, result any) error {
	if !s.gate.serving() {
		return errNotServing
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := lsp.Call(ctx, s.conn, method, params, result); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var refused *jsonrpc2.Error
		if errors.As(err, &refused) {
			return errRefused
		}
		return errNotServing
	}
	return nil
}

var (
	errNotServing = errors.New("no editor is connected")
	errRefused    = errors.New("the editor refused")
)
