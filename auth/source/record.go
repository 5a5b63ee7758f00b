package source

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
)

// This file notes what came back from the authority, so that failures are classified by the answer and not by a library's text.

// record is the last answer of one call.
type record struct {
	mu     sync.Mutex // guards all below
	status int
	token  bool   // the token end was reached
	body   []byte // of refusals only: good answers hold tokens
	err    error
}

type recordKey struct{}

// recorded gives a context whose exchanges are noted.
func recorded(ctx context.Context) (context.Context, *record) {
	rec := &record{}
	return context.WithValue(ctx, recordKey{}, rec), rec
}

func (r *record) last() (status int, body []byte, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status, r.body, r.err
}

func (r *record) note(status int, body []byte, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status, r.body, r.err = status, body, err
}

func (r *record) reached() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.token = true
}

// answered says whether the token end or a failure was met.
func (r *record) answered() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.token || r.err != nil || r.status >= 300
}

// recording wraps a client's transport.
func recording(c *http.Client) *http.Client {
	next := c.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	if _, already := next.(recorder); already {
		return c
	}
	return &http.Client{Transport: recorder{next}, Timeout: c.Timeout, Jar: c.Jar, CheckRedirect: noRedirect}
}

// noRedirect keeps secrets and codes from following an answer to another place.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

type recorder struct{ next http.RoundTripper }

// longest is the most of an answer that is read; token answers have some kilobytes.
const longest = 1 << 20

// RoundTrip notes the answer and hands it on unchanged.
func (t recorder) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	rec, _ := r.Context().Value(recordKey{}).(*record)
	if rec == nil {
		return resp, err
	}
	if err != nil {
		rec.note(0, nil, err)
		return nil, err
	}
	if strings.HasSuffix(r.URL.Path, "/token") {
		rec.reached()
	}
	if resp.StatusCode < 300 {
		rec.note(resp.StatusCode, nil, nil)
		return resp, nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, longest))
	_ = resp.Body.Close()
	if err != nil {
		rec.note(0, nil, err)
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	rec.note(resp.StatusCode, body, nil)
	return resp, nil
}

// CloseIdleConnections passes the wish on.
func (t recorder) CloseIdleConnections() {
	if c, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
