// Package rest serves an engine by Kusto's own REST protocol on the loopback interface, so that every Kusto client can read it.
// It has no logic that the engine lacks: requests become engine.Request, results become frames.
//
// Web pages must not reach it: a Host that isn't loopback, or an Origin not on the list, is refused. Start at New.
package rest

import (
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"calypso/engine"
	"calypso/kusto/value"
	"calypso/kusto/wire"

	"go.uber.org/zap"
)

// Options is how the server runs; the zero value works.
type Options struct {
	// Origins are the web origins that may ask, as "http://localhost:3000". Programs other than browsers send none.
	Origins []string
	// Log gets one line for each request, without query text; nil means none.
	Log *zap.Logger
}

// Server is the handler of all endpoints.
type Server struct {
	engine *engine.Engine
	opts   Options
	log    *zap.Logger
}

// New makes the handler. Serve it on a loopback address only; Listen gives such a listener.
func New(e *engine.Engine, opts Options) *Server {
	log := opts.Log
	if log == nil {
		log = zap.NewNop()
	}
	return &Server{engine: e, opts: opts, log: log}
}

// Listen opens a listener, which must be on a loopback address: "127.0.0.1:0", "localhost:8080", "[::1]:8080".
func Listen(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w; write host:port, as 127.0.0.1:8080", address, err)
	}
	if !loopback(host) {
		return nil, fmt.Errorf("listen on %q: only loopback addresses are served, as there is no sign-in; use 127.0.0.1", address)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w; choose another port, or 0 for any", address, err)
	}
	return l, nil
}

// loopback tells whether a host name or address is this machine's own.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}

// admit tells why a request is refused at the door; "" lets it in.
func (s *Server) admit(r *http.Request) string {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if !loopback(host) {
		return fmt.Sprintf("host %q isn't loopback; use localhost or 127.0.0.1 in the URL", r.Host)
	}
	origin := r.Header.Get("Origin")
	if origin != "" && !slices.Contains(s.opts.Origins, origin) {
		return fmt.Sprintf("origin %q isn't allowed here", origin)
	}
	if site := r.Header.Get("Sec-Fetch-Site"); origin == "" && site == "cross-site" {
		return "requests of other web sites aren't allowed here"
	}
	return ""
}

// ServeHTTP serves one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{server: s, w: w, r: r, client: clientID(r), activity: newGUID()}
	defer c.recover()
	header := w.Header()
	header.Set("x-ms-client-request-id", c.client)
	header.Set("x-ms-activity-id", string(value.AppendGuid(nil, c.activity)))
	header.Set("X-Content-Type-Options", "nosniff")
	if why := s.admit(r); why != "" {
		c.fail(http.StatusForbidden, &wire.Error{Code: "Forbidden", Message: why, Detail: why, Permanent: true})
		return
	}
	if origin := r.Header.Get("Origin"); origin != "" && s.preflight(w, r, origin) {
		return
	}
	if target, ok := strings.CutPrefix(r.URL.Path, "/v1/rest/ingest/"); ok && target != "" {
		c.ingest(target)
		return
	}
	switch strings.TrimSuffix(r.URL.Path, "/") {
	case "/v1/rest/auth/metadata":
		c.metadata()
	case "/v2/rest/query":
		c.run(c.queryV2)
	case "/v1/rest/query":
		c.run(c.queryV1)
	case "/v1/rest/mgmt":
		c.run(c.mgmt)
	default:
		w.WriteHeader(http.StatusNotFound) // with an empty body: azkustodata reads any text here as broken metadata
	}
}

// preflight answers a browser's question before a request; it tells whether this was one.
func (s *Server) preflight(w http.ResponseWriter, r *http.Request, origin string) bool {
	w.Header().Set("Access-Control-Allow-Origin", origin)
	w.Header().Set("Vary", "Origin")
	w.Header().Set("Access-Control-Expose-Headers", "x-ms-client-request-id, x-ms-activity-id")
	if r.Method != http.MethodOptions {
		return false
	}
	w.Header().Set("Access-Control-Allow-Methods", "GET, POST")
	w.Header().Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
	w.WriteHeader(http.StatusNoContent)
	return true
}

// clientID is the id that the client gave its request, or a new one.
func clientID(r *http.Request) string {
	id := r.Header.Get("x-ms-client-request-id")
	if id == "" || len(id) > 500 || strings.ContainsFunc(id, func(c rune) bool { return c < ' ' || c > '~' }) {
		return "unspecified;" + string(value.AppendGuid(nil, newGUID()))
	}
	return id
}

func newGUID() (g [16]byte) {
	_, _ = rand.Read(g[:]) // never fails
	g[6], g[8] = g[6]&0x0f|0x40, g[8]&0x3f|0x80
	return g
}

// URL is the address of a listener as clients take it.
func URL(l net.Listener) string {
	return (&url.URL{Scheme: "http", Host: l.Addr().String()}).String()
}
