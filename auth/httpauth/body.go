package httpauth

import (
	"bytes"
	"io"
	"net/http"
)

// This file keeps a request's body, so that it can be sent twice.

// most is the largest body that is kept in memory for a second try.
const most = 8 << 20

// body is a request's content; again says whether it can be opened more than once.
type body struct {
	open  func() (io.ReadCloser, error)
	close func()
	again bool
}

// keep takes over a request's body.
func keep(r *http.Request) (body, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return body{open: func() (io.ReadCloser, error) { return r.Body, nil }, close: func() {}, again: true}, nil
	}
	if r.GetBody != nil {
		return fromGetBody(r), nil
	}
	head, err := io.ReadAll(io.LimitReader(r.Body, most+1))
	if err != nil {
		closeBody(r)
		return body{}, err
	}
	if len(head) > most { // too large to keep: send it as it comes, once
		rest := io.MultiReader(bytes.NewReader(head), r.Body)
		whole := struct {
			io.Reader
			io.Closer
		}{rest, r.Body}
		return body{open: func() (io.ReadCloser, error) { return whole, nil }, close: func() { closeBody(r) }}, nil
	}
	closeBody(r)
	return body{open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(head)), nil }, close: func() {}, again: true}, nil
}

// fromGetBody sends the body that came first, then copies.
func fromGetBody(r *http.Request) body {
	sent := false
	return body{
		open: func() (io.ReadCloser, error) {
			if !sent {
				sent = true
				return r.Body, nil
			}
			return r.GetBody()
		},
		close: func() { closeBody(r) }, again: true,
	}
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
}
