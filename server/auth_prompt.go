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
}

// showing is how long a client may take to put a prompt on its screen.
const showing = 30 * time.Second

// Show has the client show a prompt.
func (p *prompts) Show(ctx context.Context, what auth.Prompt) error {
	if !p.server.can.AuthPrompt {
		return &auth.Error{Kind: auth.SignInRequired, Cause: auth.CauseNoUI, Msg: "nobody can be asked to sign in here; run: calypso login"}
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
