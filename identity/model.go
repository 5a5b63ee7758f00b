package identity

// Sign-in to model endpoints: tokens of an identity, or of a program that prints them, for the endpoint's own host and no other.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"time"

	"calypso/auth"
	"calypso/auth/httpauth"
	"calypso/config"
)

// ModelScope is the scope of a provider's tokens; an error says why it can't be.
func (id *Identity) ModelScope() (string, error) {
	scope := id.Block.Scope
	if scope == "" {
		scope = id.Cloud.Scope(auth.OpenAI)
	}
	return scope, id.Cloud.CheckScope(auth.OpenAI, scope, id.Block.AllowScopeMismatch)
}

// Model makes the HTTP client of a model provider. Where the sign-in is a key or a header, requests get nothing here.
func (s *Identities) Model(p config.Provider) (*http.Client, error) {
	id, err := s.Of(p.AzureAuth)
	if err != nil && p.SignIn() == config.WayAzure {
		return nil, err
	}
	var base http.RoundTripper = http.DefaultTransport
	if id != nil {
		base = id.base
	} else if general, err := s.base(s.Settings().Identity(nil).CAFile); err == nil {
		base = general
	}
	base = &references{next: base, read: func(ctx context.Context, reference string) (auth.Secret, error) {
		return s.reference(ctx, reference, nil)
	}}
	host := hostOf(p.BaseURL)
	switch p.SignIn() {
	case config.WayAzure:
		scope, err := id.ModelScope()
		if err != nil {
			return nil, err
		}
		if !config.Loopback(host) && !id.trusts(host, auth.OpenAI) && !id.trusts(host, auth.Foundry) {
			return nil, id.Told(httpauth.Untrusted(host, "model endpoint"), host, "")
		}
		transport := &httpauth.Transport{Base: base, Lookup: only(host, httpauth.Target{Tokens: following{s, p.AzureAuth}, Scope: scope, Reason: "to ask the model at " + host})}
		return clientOver(&wording{transport, id, host}), nil
	case config.WayCommand:
		tokens := &command{run: *p.Auth, now: time.Now}
		return clientOver(&httpauth.Transport{Base: base, Lookup: only(host, httpauth.Target{Tokens: tokens, Scope: "command"})}), nil
	}
	return clientOver(base), nil
}

// only gives a target to one host.
func only(host string, t httpauth.Target) httpauth.Lookup {
	return func(_ context.Context, u *url.URL) (httpauth.Target, error) {
		if h := strings.ToLower(u.Hostname()); h != host {
			return httpauth.Target{}, httpauth.Untrusted(h, "model endpoint")
		}
		return t, nil
	}
}

// wording is telling for endpoints whose client reads refusals itself.
type wording struct {
	next     *httpauth.Transport
	id       *Identity
	resource string
}

func (t *wording) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, t.id.Told(err, t.resource, "")
	}
	return resp, nil
}

// CloseIdleConnections passes the wish on.
func (t *wording) CloseIdleConnections() { t.next.CloseIdleConnections() }

// command gives the token that a program prints. It is run when there is none, when the last one is old, and when it was refused.
type command struct {
	run config.Command
	now func() time.Time

	mu   sync.Mutex // guards below; held while the program runs, so that it runs once
	last auth.Token
	made time.Time
}

// Token gives the last token while it is young.
func (c *command) Token(ctx context.Context, _ auth.Req) (auth.Token, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	refresh := 5 * time.Minute
	if c.run.RefreshMs != nil {
		refresh = time.Duration(*c.run.RefreshMs) * time.Millisecond
	}
	if !c.last.Secret.IsZero() && (refresh == 0 || c.now().Sub(c.made) < refresh) {
		return c.last, nil
	}
	return c.fresh(ctx)
}

// Renew runs the program again, unless somebody did since the token was handed out.
func (c *command) Renew(ctx context.Context, _ auth.Req, rejected auth.Secret) (auth.Token, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.last.Secret.IsZero() && !c.last.Secret.Equal(rejected) {
		return c.last, nil
	}
	return c.fresh(ctx)
}

// longestToken bounds what is taken of a program's output.
const longestToken = 64 << 10

// fresh runs the program. What it prints is never told.
func (c *command) fresh(ctx context.Context) (auth.Token, error) {
	timeout := time.Duration(c.run.TimeoutMs) * time.Millisecond
	if timeout <= 0 {
		timeout = 5 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.run.Command, c.run.Args...)
	cmd.Dir = c.run.Cwd
	cmd.WaitDelay = time.Second
	var out bytes.Buffer
	cmd.Stdout = &out
	err := cmd.Run()
	text := strings.TrimSpace(out.String())
	wrong := func(what string) (auth.Token, error) {
		return auth.Token{}, &auth.Error{Kind: auth.Misconfigured, Msg: fmt.Sprintf("the program of auth.command, %s, %s; run it in a terminal to see why", c.run.Command, what)}
	}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return wrong("took over " + timeout.String())
	case ctx.Err() != nil:
		return auth.Token{}, ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return wrong("isn't there")
	case err != nil:
		return wrong("failed")
	case text == "", len(text) > longestToken, strings.ContainsAny(text, " \t\r\n"):
		return wrong("printed no token")
	}
	c.last, c.made = auth.Token{Secret: auth.NewSecret(text), ExpiresOn: c.now().Add(time.Hour)}, c.now()
	return c.last, nil
}
