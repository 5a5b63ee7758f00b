package fakeentra

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// The tenant and the person of the fake.
const (
	Tenant  = "11111111-1111-1111-1111-111111111111"
	User    = "ann@contoso.example"
	UserID  = "22222222-2222-2222-2222-222222222222"
	Markers = "FAKE-|FAKESIG|FAKEPASS" // what must never be seen outside, as a regular expression
)

// Server is the authority and what stands beside it. Its knobs may be changed while it runs, through Set.
type Server struct {
	tls, plain, proxy net.Listener
	servers           []*http.Server
	ca                *authority
	state
}

type state struct {
	mu    sync.Mutex // guards all below
	knobs Knobs
	calls []Call

	serial  int
	devices map[string]*deviceGrant  // by device code
	codes   map[string]*codeGrant    // by authorization code
	refresh map[string]*refreshGrant // by refresh token
	access  map[string]accessGrant   // by access token
	secrets map[string]string        // of Key Vault: "vault/name" → value
	seen    map[string]bool          // credentials handed out and shown
}

// Knobs is how the fake behaves; the zero value approves everything at once.
type Knobs struct {
	// Polls are the answers to polls for a device code, in order: "authorization_pending", "slow_down", "expired_token",
	// "authorization_declined", …, or "ok". When they are used up, the answer is ok.
	Polls []string
	// Manual makes device codes wait for Approve or Decline, and the browser page for a press of its button.
	Manual bool
	// Lifetime is of access tokens, an hour by default. Clients refresh at every call when it is below five minutes.
	Lifetime time.Duration
	// CodeLifetime is of device codes, 15 minutes by default.
	CodeLifetime time.Duration
	// RefreshIn, if set, is the refresh_in of answers.
	RefreshIn time.Duration
	// Apps are the applications that sign in by themselves.
	Apps map[string]App
	// Passwords are of users, by name.
	Passwords map[string]string
	// Identities are the user-assigned identities of the machine, by client, object or resource id.
	Identities []string
	// NoSystemIdentity takes the machine's own identity away.
	NoSystemIdentity bool
	// Fault, if set, sees each call before it is answered and may answer instead. It runs with the fake locked.
	Fault func(Call) *Reply
	// Edit, if set, changes the JSON of answers that are fine.
	Edit func(Call, map[string]any)
	// Claims are what resources demand once, by host, as JSON: a request whose token wasn't asked for with them gets a challenge.
	Claims map[string]string
	// Tenants are those that clusters are in, by host: they take no token of another, and name theirs.
	Tenants map[string]string
	// Keys are those that models take in the header api-key, in place of a token.
	Keys map[string]bool
	// Backend, if set, answers for hosts that ask for a token, once it is good.
	Backend http.Handler
}

// App is an application.
type App struct {
	Secret string
	Certs  []*x509.Certificate
	// Federated is the assertion that is accepted, "" for none.
	Federated string
}

// Call is one request as tests see it; it holds no secret.
type Call struct {
	Host, Path, Method string
	Tenant             string
	Grant              string // "device_code", "refresh_token", "client_credentials", …; "devicecode" and "authorize" for those ends
	Scope, Client      string
	Claims             string
	Identity           string // asked of IMDS
	Authorized         bool   // of resources: a good token came
}

// String is a line for golden files.
func (c Call) String() string {
	parts := []string{c.Method, c.Host + c.Path}
	for _, p := range [][2]string{{"grant", c.Grant}, {"scope", c.Scope}, {"claims", c.Claims}, {"identity", c.Identity}} {
		if p[1] != "" {
			parts = append(parts, p[0]+"="+p[1])
		}
	}
	return strings.Join(parts, " ")
}

// Reply is an answer that a fault gives.
type Reply struct {
	Status int
	Header http.Header
	Body   string
	Reset  bool // cut the connection instead
}

// New starts the fake on free ports of loopback.
func New() (*Server, error) {
	ca, err := newAuthority()
	if err != nil {
		return nil, err
	}
	s := &Server{ca: ca, state: state{
		devices: map[string]*deviceGrant{}, codes: map[string]*codeGrant{}, refresh: map[string]*refreshGrant{},
		access: map[string]accessGrant{}, secrets: map[string]string{},
	}}
	for _, l := range []*net.Listener{&s.tls, &s.plain, &s.proxy} {
		if *l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			s.Close()
			return nil, fmt.Errorf("start the fake authority: %w", err)
		}
	}
	s.serve(tls.NewListener(s.tls, &tls.Config{GetCertificate: ca.forHello, NextProtos: []string{"h2", "http/1.1"}}), http.HandlerFunc(s.dispatch))
	s.serve(s.plain, http.HandlerFunc(s.dispatch))
	s.serve(s.proxy, http.HandlerFunc(s.tunnel))
	return s, nil
}

func (s *Server) serve(l net.Listener, h http.Handler) {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	s.servers = append(s.servers, server)
	go func() { _ = server.Serve(l) }() // ends with Close
}

// Close ends everything.
func (s *Server) Close() {
	for _, server := range s.servers {
		_ = server.Close()
	}
	for _, l := range []net.Listener{s.tls, s.plain, s.proxy} {
		if l != nil {
			_ = l.Close()
		}
	}
}

// URL is the authority's address.
func (s *Server) URL() string { return "https://" + s.tls.Addr().String() }

// PlainURL is where IMDS, App Service and the controls are, without TLS.
func (s *Server) PlainURL() string { return "http://" + s.plain.Addr().String() }

// ProxyURL is a proxy that leads every host to the fake.
func (s *Server) ProxyURL() string { return "http://" + s.proxy.Addr().String() }

// CA is the certificate to trust, as PEM.
func (s *Server) CA() []byte { return s.ca.pem }

// Transport trusts the fake and dials every host to it: port 80 to the plain end, all else to the TLS end.
func (s *Server) Transport() *http.Transport {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(s.ca.pem)
	return &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool},
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, s.route(addr))
		},
	}
}

// Client is a client over Transport that follows no redirect.
func (s *Server) Client() *http.Client {
	return &http.Client{Transport: s.Transport(), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (s *Server) route(addr string) string {
	host, port, _ := net.SplitHostPort(addr)
	switch {
	case host == "127.0.0.1" || host == "localhost":
		return addr
	case port == "80":
		return s.plain.Addr().String()
	}
	return s.tls.Addr().String()
}

// Set changes knobs.
func (s *Server) Set(change func(*Knobs)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.knobs)
}

// Calls gives what was asked since the last Forget.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

// Grants counts the token requests of a kind since the last Forget.
func (s *Server) Grants(grant string) int {
	n := 0
	for _, c := range s.Calls() {
		if c.Grant == grant {
			n++
		}
	}
	return n
}

// Forget empties the log of calls.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = nil
}

// note logs a call and gives a fault's answer, if there is one.
func (s *Server) note(c Call) *Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
	if s.knobs.Fault == nil {
		return nil
	}
	return s.knobs.Fault(c)
}

func (s *Server) look() Knobs {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.knobs
}

func (r *Reply) write(w http.ResponseWriter) {
	if r.Reset {
		if h, ok := w.(http.Hijacker); ok {
			if conn, _, err := h.Hijack(); err == nil {
				_ = conn.Close()
				return
			}
		}
		panic(http.ErrAbortHandler)
	}
	for k, v := range r.Header {
		w.Header()[k] = v
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(r.Status)
	_, _ = io.WriteString(w, r.Body)
}

// dispatch finds who answers, by host and path.
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request) {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	switch {
	case strings.HasPrefix(r.URL.Path, "/fake/"):
		s.control(w, r)
	case strings.HasPrefix(r.URL.Path, "/metadata/identity/"), host == "169.254.169.254":
		s.imds(w, r)
	case r.URL.Path == "/msi/token":
		s.appService(w, r)
	case isAuthority(host):
		s.authority(w, r, host)
	default:
		s.resource(w, r, host)
	}
}

func isAuthority(host string) bool {
	return host == "127.0.0.1" || host == "localhost" || strings.HasPrefix(host, "login.") || host == "microsoft.com"
}

// tunnel is the proxy's end: CONNECT to any host ends at the fake.
func (s *Server) tunnel(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		s.dispatch(w, r)
		return
	}
	var d net.Dialer
	out, err := d.DialContext(r.Context(), "tcp", s.route(r.Host))
	if err != nil {
		http.Error(w, "unreachable", http.StatusBadGateway)
		return
	}
	hijack, ok := w.(http.Hijacker)
	if !ok {
		_ = out.Close()
		return
	}
	in, _, err := hijack.Hijack()
	if err != nil {
		_ = out.Close()
		return
	}
	_, _ = io.WriteString(in, "HTTP/1.1 200 OK\r\n\r\n")
	go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
	_, _ = io.Copy(in, out)
	_ = in.Close()
}

// Deny is the JSON of a refusal as Entra writes it.
func Deny(status int, oauth, aadsts, text, claims string) *Reply {
	body := map[string]any{"error": oauth}
	if aadsts != "" {
		body["error_description"] = aadsts + ": " + text + " Trace ID: 00000000-aaaa Correlation ID: 00000000-bbbb Timestamp: 2026-01-01 00:00:00Z"
		var n int
		_, _ = fmt.Sscanf(aadsts, "AADSTS%d", &n)
		body["error_codes"] = []int{n}
	} else if text != "" {
		body["error_description"] = text
	}
	if claims != "" {
		body["claims"] = claims
	}
	return &Reply{Status: status, Body: encode(body)}
}

func formOf(r *http.Request) url.Values {
	_ = r.ParseForm()
	return r.Form
}
