package auth

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync/atomic"
	"time"
)

// This file opens prompts: one at a time, shared by all who wait for the person, with quiet after a refusal.

// Gate lets one prompt through at a time; brokers of several identities share one.
type Gate struct{ free chan struct{} }

// NewGate makes an open gate.
func NewGate() *Gate {
	g := &Gate{free: make(chan struct{}, 1)}
	g.free <- struct{}{}
	return g
}

func (g *Gate) enter(ctx context.Context) error {
	select {
	case <-g.free:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *Gate) leave() { g.free <- struct{}{} }

// promptRun is one prompt and those who wait for it.
type promptRun struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiters int  // guarded by Broker.mu
	closed  bool // the person closed it; guarded by Broker.mu

	err error // set before done is closed
}

// always is a number of sign-ins that is never current: the prompt is wanted whatever happened before.
const always = -1

// outdated says whether somebody signed in since an answer was sought.
func (b *Broker) outdated(seen int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return seen != b.signIns
}

// prompt joins the open prompt or opens one, and waits for it. joined says which. Where somebody signed in since the caller's answer
// was sought, it does nothing: the caller asks again first.
func (b *Broker) prompt(ctx context.Context, r Req, seen int) (joined bool, err error) {
	b.mu.Lock()
	if b.leaving {
		b.mu.Unlock()
		return false, &Error{Kind: SignInRequired, Msg: "signing out"}
	}
	p := b.open
	joined = p != nil
	if p == nil && seen != always && seen != b.signIns {
		b.mu.Unlock()
		return true, nil
	}
	if p == nil {
		if b.opt.Clock.Now().Before(b.quiet) && !r.Explicit {
			err := b.quietErr
			b.mu.Unlock()
			return false, err
		}
		work, cancel := context.WithTimeout(context.WithoutCancel(ctx), promptLimit)
		p = &promptRun{done: make(chan struct{}), cancel: cancel}
		b.open, b.running[p.done] = p, struct{}{}
		go b.runPrompt(work, p, r, b.epoch)
	}
	p.waiters++
	b.mu.Unlock()

	select {
	case <-p.done:
		return joined, p.err
	case <-ctx.Done():
	}
	b.mu.Lock()
	if p.waiters--; p.waiters == 0 {
		p.cancel()
		if b.open == p { // the gate makes the next prompt wait for the end of this one
			b.open = nil
		}
	}
	b.mu.Unlock()
	return joined, asError(ctx.Err())
}

func (b *Broker) runPrompt(ctx context.Context, p *promptRun, r Req, epoch int) {
	defer p.cancel()
	before := b.src.Account()
	err := b.opt.Gate.enter(ctx)
	if err == nil {
		err = b.ask(ctx, r)
		b.opt.Gate.leave()
	}
	after := b.src.Account()

	b.mu.Lock()
	p.err = b.outcome(ctx, p, err)
	if epoch == b.epoch {
		b.afterPrompt(p.err, before != (Account{}) && before != after)
	}
	if b.open == p {
		b.open = nil
	}
	delete(b.running, p.done)
	b.mu.Unlock()
	close(p.done)
	b.tell()
}

// ask lets the source prompt and hides whatever it showed.
func (b *Broker) ask(ctx context.Context, r Req) error {
	ui := &shown{UI: b.opt.UI}
	err := b.src.SignIn(ctx, r, ui)
	if ui.any.Load() {
		ui.Hide(asError(err))
	}
	return err
}

// shown remembers whether anything was put on the screen.
type shown struct {
	UI
	any atomic.Bool
}

func (s *shown) Show(ctx context.Context, p Prompt) error {
	s.any.Store(true)
	if err := s.UI.Show(ctx, p); err != nil {
		if e, ours := err.(*Error); ours {
			return e
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &Error{Kind: Declined, Cause: CauseCancelled, Msg: "sign-in was cancelled"}
	}
	return nil
}

// outcome makes the waiters' error of a prompt's end. The caller holds mu.
func (b *Broker) outcome(ctx context.Context, p *promptRun, err error) error {
	switch {
	case err == nil:
		return nil
	case p.closed:
		return &Error{Kind: Declined, Cause: CauseClosed, Msg: "sign-in was cancelled"}
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &Error{Kind: Declined, Cause: CauseExpired, Msg: "nobody signed in within 20 minutes"}
	}
	return asError(err)
}

// afterPrompt sets the quiet time and forgets tokens of another account. The caller holds mu.
func (b *Broker) afterPrompt(err error, changed bool) {
	var e *Error
	switch {
	case err == nil:
		b.signIns++
		b.quiet, b.quietErr, b.lastErr = time.Time{}, nil, nil
		clear(b.mistakes)
	case errors.As(err, &e):
		b.lastErr = e
		if e.Kind == Declined || e.Kind == Blocked {
			later := *e
			if e.Cause == CauseClosed { // they did that before, not just now
				later.Cause = CauseCancelled
			}
			b.quiet, b.quietErr = b.opt.Clock.Now().Add(coolDown), &later
		}
	}
	if changed {
		for k := range b.tokens {
			b.drop(k)
		}
	}
}

// CancelPrompt ends the open prompt as the person's refusal; without one it does nothing.
func (b *Broker) CancelPrompt() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open != nil {
		b.open.closed = true
		b.open.cancel()
	}
}

// SignIn prompts on the person's wish, whatever was refused before, and then gets the token to prove it. Where the source can't
// prompt, it only gets the token.
func (b *Broker) SignIn(ctx context.Context, r Req) error {
	r.Interactive, r.Explicit = true, true
	if err := b.check(r); err != nil {
		return err
	}
	if b.src.CanPrompt() {
		if b.opt.UI == nil {
			return &Error{Kind: SignInRequired, Cause: CauseNoUI, Msg: "nobody can be asked to sign in here; run: calypso login"}
		}
		if _, err := b.prompt(ctx, r, always); err != nil {
			return err
		}
	}
	_, err := b.Token(ctx, r)
	b.tell()
	return err
}

// SignOut stops timers, prompts and silent calls, forgets all tokens and then lets the source forget its own. A failure of the source
// is returned; the tokens in memory are gone either way.
func (b *Broker) SignOut(ctx context.Context) error {
	b.mu.Lock()
	b.leaving = true
	b.epoch++
	for k := range b.tokens {
		b.drop(k)
	}
	clear(b.mistakes)
	b.quiet, b.quietErr, b.lastErr = time.Time{}, nil, nil
	for _, f := range b.flights {
		f.cancel()
	}
	if b.open != nil {
		b.open.closed = true
		b.open.cancel()
	}
	ending := slices.Collect(maps.Keys(b.running))
	b.mu.Unlock()

	for _, done := range ending { // what still runs could write after the source has forgotten
		select {
		case <-done:
		case <-ctx.Done():
		}
	}
	err := asError(b.src.SignOut(ctx))
	b.mu.Lock()
	b.leaving = false
	b.mu.Unlock()
	b.tell()
	return err
}
