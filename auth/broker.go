package auth

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// How long things take; the reasons are beside each.
const (
	shortest     = 30 * time.Second // a token that lives less may die on the way
	early        = 5 * time.Minute  // refresh before the end; MSAL gives the same token before that
	refreshPause = 30 * time.Second // between two tries behind the scenes for one key
	refreshLimit = 30 * time.Second // of one try behind the scenes
	silentLimit  = 90 * time.Second // of one silent call: az is slow to start, and authorities are asked for twice
	promptLimit  = 20 * time.Minute // of a prompt: codes live 15 minutes
	coolDown     = time.Minute      // without automatic prompts after a refusal
	mistakePause = time.Minute      // before the authority is asked again after it said that a setting is wrong
)

// Options is how a Broker works; the zero value works, without prompts.
type Options struct {
	Mode    string       // for Status
	UI      UI           // shows prompts; nil when nobody can be asked
	Gate    *Gate        // shared by all brokers, so that one prompt is open at a time; nil is one of its own
	Clock   Clock        // nil is the system's
	Log     *zap.Logger  // nil logs nothing
	Changed func(Status) // told after sign-in, sign-out and failure, without locks held; nil tells nobody
}

// Broker gives tokens of one identity. It keeps them in memory, runs one silent call per token and one prompt at a time, and refreshes
// before the end. It is safe for many goroutines; a token at hand waits for nothing, not even for an open prompt.
type Broker struct {
	src Source
	opt Options

	mu       sync.Mutex                 // guards all below; never held while the source or the UI works
	tokens   map[key]*entry             // by tenant and scope
	flights  map[flightKey]*flight      // silent calls under way
	running  map[chan struct{}]struct{} // the ends of all work under way, also of what nobody waits for any more
	mistakes map[key]mistake            // what the authority said is wrong, for a while
	open     *promptRun                 // the prompt under way
	quiet    time.Time                  // until then only an explicit request may prompt
	quietErr *Error                     // why
	lastErr  *Error                     // of the last call that failed; nil after one that worked
	signIns  int                        // counts prompts that worked
	leaving  bool                       // SignOut is at work
	epoch    int                        // counts sign-outs: what began before one isn't kept
}

type key struct{ tenant, scope string }

// entry is a token at hand.
type entry struct {
	token   Token
	due     time.Time   // refresh from then on
	nextTry time.Time   // not before
	used    atomic.Bool // since it was made: what nobody uses isn't refreshed
	stop    func() bool // of its timer; nil without one
}

type mistake struct {
	err   *Error
	until time.Time
}

// New makes a Broker over one way to sign in. It asks nobody anything yet.
func New(src Source, opt Options) *Broker {
	if opt.Clock == nil {
		opt.Clock = systemClock{}
	}
	if opt.Log == nil {
		opt.Log = zap.NewNop()
	}
	if opt.Gate == nil {
		opt.Gate = NewGate()
	}
	return &Broker{
		src: src, opt: opt, tokens: map[key]*entry{}, flights: map[flightKey]*flight{},
		running: map[chan struct{}]struct{}{}, mistakes: map[key]mistake{},
	}
}

// Token gives a token that lives at least 30 seconds more. A token at hand comes at once; otherwise the source is asked silently, and
// where that fails for want of a sign-in and r is Interactive, the person is. Errors are *Error or those of ctx.
func (b *Broker) Token(ctx context.Context, r Req) (Token, error) {
	if r.Claims == "" && !r.Force {
		if t, ok := b.atHand(key{r.Tenant, r.Scope}, r); ok {
			return t, nil
		}
	}
	return b.obtain(ctx, r, "")
}

// Renew gives another token than the one a service refused with a plain 401. Many callers with the same refused token cost one refresh.
func (b *Broker) Renew(ctx context.Context, r Req, rejected Secret) (Token, error) {
	r.Force = true
	return b.obtain(ctx, r, rejected.Reveal())
}

// atHand gives the token that is kept, and sees to its refresh.
func (b *Broker) atHand(k key, r Req) (Token, bool) {
	now := b.opt.Clock.Now()
	b.mu.Lock()
	e := b.tokens[k]
	if e == nil || e.token.ExpiresOn.Sub(now) < shortest {
		b.mu.Unlock()
		return Token{}, false
	}
	refresh := !now.Before(e.due) && !now.Before(e.nextTry)
	if refresh {
		e.nextTry = now.Add(refreshPause)
	}
	t := e.token
	e.used.Store(true)
	b.mu.Unlock()
	if refresh {
		go b.refresh(k, r)
	}
	return t, true
}

// refresh replaces a token that is still good. Its failure is nobody's business but the log's: by kind, never by text.
func (b *Broker) refresh(k key, r Req) {
	ctx, cancel := context.WithTimeout(context.Background(), refreshLimit)
	defer cancel()
	quiet := Req{Scope: k.scope, Tenant: k.tenant, Reason: r.Reason}
	if _, _, err := b.fly(ctx, quiet, flightKey{key: k}, true); err != nil {
		b.opt.Log.Debug("token not refreshed ahead of time", zap.String("kind", string(KindOf(err))), zap.String("scope", k.scope))
	}
}

// keep stores a token and sets its timer. The caller holds mu.
func (b *Broker) keep(k key, t Token, now time.Time) {
	b.drop(k)
	due := t.RefreshOn
	if due.IsZero() || due.After(t.ExpiresOn) {
		due = t.ExpiresOn.Add(-early)
	}
	e := &entry{token: t, due: due, nextTry: now}
	if !now.Before(due) { // just made and already due: don't try again at once
		e.nextTry = now.Add(refreshPause)
	} else {
		e.stop = b.opt.Clock.AfterFunc(due.Sub(now), func() { b.timer(k, e) })
	}
	b.tokens[k] = e
}

// timer refreshes a token that was used since it was made, so that an idle editor falls quiet.
func (b *Broker) timer(k key, e *entry) {
	now := b.opt.Clock.Now()
	b.mu.Lock()
	run := b.tokens[k] == e && e.used.Load() && !now.Before(e.nextTry)
	if run {
		e.nextTry = now.Add(refreshPause)
	}
	b.mu.Unlock()
	if run {
		b.refresh(k, Req{})
	}
}

// drop forgets a token. The caller holds mu.
func (b *Broker) drop(k key) {
	if e := b.tokens[k]; e != nil {
		if e.stop != nil {
			e.stop()
		}
		delete(b.tokens, k)
	}
}

// obtain gets a token from the source, with a prompt where needed and allowed.
func (b *Broker) obtain(ctx context.Context, r Req, rejected string) (Token, error) {
	if err := b.check(r); err != nil {
		return Token{}, err
	}
	k := flightKey{key: key{r.Tenant, r.Scope}, claims: r.Claims, rejected: rejected, force: r.Force}
	t, seen, err := b.fly(ctx, r, k, false)
	// Who joined another's prompt may still meet a challenge of their own, and then opens one. Others may be first again and again,
	// so there is an end.
	for range 4 {
		if err == nil || !b.mayPrompt(r, err) {
			break
		}
		joined, failed := b.prompt(ctx, withClaims(r, err), seen)
		if failed != nil {
			return Token{}, failed
		}
		t, seen, err = b.fly(ctx, r, k, false)
		// An answer that was sought before the sign-in says nothing, whoever opened the prompt: the call may have been a later caller's.
		if !b.outdated(seen) && (!joined || KindOf(err) != ClaimsChallenge) {
			break
		}
	}
	return t, err
}

// check refuses what must not be sent.
func (b *Broker) check(r Req) error {
	if err := WellFormed(r.Scope); err != nil {
		return err
	}
	if err := CheckTenant(r.Tenant); err != nil {
		return err
	}
	if r.Claims != "" && !ValidClaims(r.Claims) {
		return &Error{Kind: Misconfigured, Cause: CauseGarbage, Msg: "the service sent a challenge that can't be read"}
	}
	return nil
}

// withClaims takes a challenge of the authority over to the prompt.
func withClaims(r Req, err error) Req {
	if e, ok := err.(*Error); ok && e.Claims != "" {
		r.Claims = e.Claims
	}
	return r
}

func (b *Broker) mayPrompt(r Req, err error) bool {
	kind := KindOf(err)
	return r.Interactive && b.opt.UI != nil && b.src.CanPrompt() && (kind == SignInRequired || kind == ClaimsChallenge)
}
