package auth

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"
)

// This file runs silent calls: one per token at a time, whatever the number of those who wait. A caller's context ends only its own
// wait; when the last one leaves, the work is cancelled.

type flightKey struct {
	key
	claims   string
	rejected string // the token that was refused
	force    bool
}

type flight struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiters int  // guarded by Broker.mu
	signIns int  // Broker.signIns when it started: what it found is outdated after another sign-in
	behind  bool // started behind the scenes: its failure is nobody's business

	token Token // these two are set before done is closed
	err   error
}

// fly joins or starts the silent call for a key and waits for it. behind says that the token at hand is no answer. seen
// is the number of sign-ins that the answer knows of.
func (b *Broker) fly(ctx context.Context, r Req, k flightKey, behind bool) (t Token, seen int, err error) {
	b.mu.Lock()
	if t, err, known := b.known(r, k, behind); known {
		seen = b.signIns
		b.mu.Unlock()
		return t, seen, err
	}
	f := b.flights[k]
	if f == nil {
		work, cancel := context.WithTimeout(context.WithoutCancel(ctx), silentLimit)
		f = &flight{done: make(chan struct{}), cancel: cancel, signIns: b.signIns, behind: behind}
		b.flights[k], b.running[f.done] = f, struct{}{}
		go b.run(work, f, r, k, b.epoch)
	}
	f.waiters++
	f.behind = f.behind && behind
	b.mu.Unlock()

	select {
	case <-f.done:
		return f.token, f.signIns, f.err
	case <-ctx.Done():
	}
	b.mu.Lock()
	if f.waiters--; f.waiters == 0 {
		f.cancel()
		if b.flights[k] == f {
			delete(b.flights, k)
		}
	}
	b.mu.Unlock()
	return Token{}, f.signIns, asError(ctx.Err())
}

// known answers what needs no call: a token that came in the meantime, or a mistake in the settings that was just reported. The
// caller holds mu.
func (b *Broker) known(r Req, k flightKey, behind bool) (Token, error, bool) {
	if b.leaving {
		return Token{}, &Error{Kind: SignInRequired, Msg: "signing out"}, true
	}
	now := b.opt.Clock.Now()
	if m, ok := b.mistakes[k.key]; ok && !r.Explicit && now.Before(m.until) {
		return Token{}, m.err, true
	}
	e := b.tokens[k.key]
	if e == nil || behind || k.claims != "" || k.force && k.rejected == "" || e.token.ExpiresOn.Sub(now) < shortest {
		return Token{}, nil, false
	}
	if k.rejected != "" && e.token.Secret.Reveal() == k.rejected {
		return Token{}, nil, false
	}
	e.used.Store(true)
	return e.token, nil, true
}

func (b *Broker) run(ctx context.Context, f *flight, r Req, k flightKey, epoch int) {
	defer f.cancel()
	r.Interactive = false
	began := b.opt.Clock.Now()
	t, err := b.src.Silent(ctx, r)
	now := b.opt.Clock.Now()
	if err == nil && t.ExpiresOn.Sub(now) < shortest {
		err = &Error{Kind: Unavailable, Msg: "the token that came has already ended; check this machine's clock"}
	}
	f.token, f.err = t, asError(err)
	if f.err != nil {
		f.token = Token{}
	}

	b.mu.Lock()
	if epoch != b.epoch {
		f.token, f.err = Token{}, &Error{Kind: SignInRequired, Msg: "signed out in the meantime"}
	} else {
		b.note(k, f, now)
	}
	if b.flights[k] == f {
		delete(b.flights, k)
	}
	delete(b.running, f.done)
	behind := f.behind
	b.mu.Unlock()
	close(f.done)
	if f.err != nil && !behind && !errors.Is(f.err, context.Canceled) {
		b.opt.Log.Debug("no token", zap.String("kind", string(KindOf(f.err))), zap.String("scope", r.Scope), zap.Duration("took", now.Sub(began)))
		b.tell()
	}
}

// note keeps what a call brought. The caller holds mu.
func (b *Broker) note(k flightKey, f *flight, now time.Time) {
	if f.err == nil {
		b.keep(k.key, f.token, now)
		delete(b.mistakes, k.key)
		b.lastErr = nil
		return
	}
	var e *Error
	if !errors.As(f.err, &e) || f.behind {
		return
	}
	b.lastErr = e
	if e.Kind == Misconfigured && e.Code != "" {
		b.mistakes[k.key] = mistake{e, now.Add(mistakePause)}
	}
}
