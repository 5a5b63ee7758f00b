package httpauth

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"calypso/auth"
)

// Tokens is a Broker, as far as requests need one.
type Tokens interface {
	Token(ctx context.Context, r auth.Req) (auth.Token, error)
	Renew(ctx context.Context, r auth.Req, rejected auth.Secret) (auth.Token, error)
}

// Target says which token a host gets.
type Target struct {
	Tokens Tokens // of the identity that the connection or service is set to
	Scope  string // "<resource>/.default"
	Tenant string // "" is the identity's own
	Reason string // for a prompt: "to query help.kusto.windows.net"
}

// Lookup finds a host's Target. An error, best one from Untrusted, means that the host gets no token and the request isn't sent. It is
// asked for https addresses with names only.
type Lookup func(ctx context.Context, u *url.URL) (Target, error)

// Untrusted is the error for a host that no token is for.
func Untrusted(host, what string) error {
	return &auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseUntrusted, Msg: host + " isn't a known " + what + "; token not sent"}
}

// Transport is a RoundTripper that adds tokens.
type Transport struct {
	Base   http.RoundTripper // nil is http.DefaultTransport
	Lookup Lookup
}

// Client is an HTTP client over t that hands redirects to its caller instead of following them.
func Client(t *Transport) *http.Client {
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

type askKey struct{}

// Ask is how a request may ask a person.
type Ask struct {
	Interactive bool // a prompt may be shown
	Explicit    bool // the person wants it, whatever they refused a moment ago
}

// With gives a context whose requests may ask a person; without it they never do.
func With(ctx context.Context, a Ask) context.Context { return context.WithValue(ctx, askKey{}, a) }

// Asked gives what With put into a context.
func Asked(ctx context.Context) Ask {
	ask, _ := ctx.Value(askKey{}).(Ask)
	return ask
}

// RoundTrip sends a request with its token. Errors about tokens are *auth.Error.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if bare(r) {
		return t.base().RoundTrip(r)
	}
	target, err := t.Lookup(r.Context(), r.URL)
	if err != nil {
		closeBody(r)
		return nil, err
	}
	if target.Tokens == nil || target.Scope == "" {
		closeBody(r)
		return nil, Untrusted(r.URL.Hostname(), "endpoint")
	}
	body, err := keep(r)
	if err != nil {
		return nil, err
	}
	return t.send(r, body, target)
}

func (t *Transport) send(r *http.Request, body body, target Target) (*http.Response, error) {
	ask := Asked(r.Context())
	req := auth.Req{Scope: target.Scope, Tenant: target.Tenant, Reason: target.Reason, Interactive: ask.Interactive, Explicit: ask.Explicit}
	token, err := target.Tokens.Token(r.Context(), req)
	if err != nil {
		body.close()
		return nil, err
	}
	resp, err := t.once(r, body, token)
	if err != nil || resp.StatusCode != http.StatusUnauthorized || !body.again {
		return resp, err
	}
	challenge := Read(resp.Header)
	if challenge.Claims != "" {
		req.Claims = challenge.Claims
		token, err = target.Tokens.Token(r.Context(), req)
	} else {
		token, err = target.Tokens.Renew(r.Context(), req, token.Secret)
	}
	drain(resp.Body)
	if err != nil {
		return nil, err
	}
	return t.once(r, body, token)
}

// once sends a copy: a RoundTripper leaves its request alone.
func (t *Transport) once(r *http.Request, body body, token auth.Token) (*http.Response, error) {
	content, err := body.open()
	if err != nil {
		return nil, err
	}
	out := r.Clone(r.Context())
	out.Body = content
	out.Header.Set("Authorization", "Bearer "+token.Secret.Reveal())
	return t.base().RoundTrip(out)
}

func (t *Transport) base() http.RoundTripper {
	if t.Base == nil {
		return http.DefaultTransport
	}
	return t.Base
}

// CloseIdleConnections passes the wish on.
func (t *Transport) CloseIdleConnections() {
	if c, ok := t.base().(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// metadataPath tells how to sign in to a cluster, and so needs no sign-in.
const metadataPath = "/v1/rest/auth/metadata"

// bare says whether a request goes out without a token.
func bare(r *http.Request) bool {
	return Bare(r.URL) || r.Method == http.MethodGet && r.URL.Path == metadataPath
}

// Bare says whether nothing at an address ever gets a token: this machine, in the clear, by a number instead of a name.
func Bare(u *url.URL) bool {
	host := u.Hostname()
	if u.Scheme != "https" || u.User != nil || net.ParseIP(host) != nil {
		return true
	}
	host = strings.ToLower(host)
	return host == "" || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// drain reads what is left of an answer, within reason, so that its connection can be used again.
func drain(b io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, b, 64<<10)
	_ = b.Close()
}
