package kusto

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// door is the transport between azkustodata and the network. azkustodata believes that its cluster is on this machine (inside),
// and the door sends what it says to the real one. So azkustodata asks nobody for sign-in metadata, keeps nothing about a cluster
// in its global cache and refuses no host of a company's own; who may have a token is decided by the transport behind the door.
//
// The door also turns answers that aren't ours into a Failure with a cause, which azkustodata would flatten into a text, adds the
// query parameters, which azkustodata has no way to pass on, and waits once where a cluster asks for it.
type door struct {
	next  http.RoundTripper
	where Connection
	real  *url.URL
}

// inside is the address that azkustodata is given.
const inside = "http://localhost"

// metadataPath is what azkustodata asks first; an empty 404 means that there is no sign-in.
const metadataPath = "/v1/rest/auth/metadata"

// maxErrorBody bounds what is read of an answer that isn't a result.
const maxErrorBody = 1 << 20

type parametersKey struct{}

// withParameters hands query parameters, KQL literals by name, past azkustodata.
func withParameters(ctx context.Context, p map[string]string) context.Context {
	if len(p) == 0 {
		return ctx
	}
	return context.WithValue(ctx, parametersKey{}, p)
}

// RoundTrip sends one request, twice when the cluster asks to wait.
func (d *door) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == metadataPath {
		return &http.Response{
			StatusCode: http.StatusNotFound, Status: "404 Not Found", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: http.Header{}, Body: http.NoBody, Request: r,
		}, nil
	}
	r, err := d.outside(r)
	if err != nil {
		return nil, err
	}
	resp, err := d.once(r)
	wait, asked := waitFor(resp)
	if err != nil || !asked {
		return resp, err
	}
	_ = resp.Body.Close()
	if err := sleep(r.Context(), wait); err != nil {
		return nil, err
	}
	if r.GetBody != nil {
		if r.Body, err = r.GetBody(); err != nil {
			return nil, err
		}
	}
	if resp, err = d.once(r); err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusTooManyRequests {
		return nil, d.refuse(resp)
	}
	return resp, nil
}

// outside is the request as it goes to the cluster: its address, a body of known length with the parameters in it, and no more
// encodings than can be read. azkustodata takes its buffer back when the headers are there, so the bytes are copied too.
func (d *door) outside(r *http.Request) (*http.Request, error) {
	var raw []byte
	if r.Body != nil {
		var err error
		raw, err = io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	if p, ok := r.Context().Value(parametersKey{}).(map[string]string); ok {
		var err error
		if raw, err = addParameters(raw, p); err != nil {
			return nil, err
		}
	}
	r = r.Clone(r.Context())
	address := *r.URL
	address.Scheme, address.Host = d.real.Scheme, d.real.Host
	r.URL, r.Host = &address, ""
	r.Header.Set("Accept-Encoding", "gzip")
	if local(d.real.Hostname()) {
		r.Header.Set("Accept-Encoding", "identity") // packing costs more than it saves
	}
	r.ContentLength = int64(len(raw))
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil }
	r.Body, _ = r.GetBody()
	return r, nil
}

func addParameters(raw []byte, p map[string]string) ([]byte, error) {
	var body, props map[string]json.RawMessage
	if err := json.Unmarshal(raw, &body); err != nil {
		return nil, fmt.Errorf("request body: %w", err)
	}
	if err := json.Unmarshal(body["properties"], &props); err != nil {
		return nil, fmt.Errorf("request properties: %w", err)
	}
	if props == nil {
		props = map[string]json.RawMessage{} // it was null
	}
	var err error
	if props["Parameters"], err = json.Marshal(p); err != nil {
		return nil, err
	}
	if body["properties"], err = json.Marshal(props); err != nil {
		return nil, err
	}
	return json.Marshal(body)
}

// once sends one request and gives a result's body unpacked, or a Failure. A 429 that says how long to wait is a result.
func (d *door) once(r *http.Request) (*http.Response, error) {
	resp, err := d.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if err := unpack(resp); err != nil {
		resp.Body.Close()
		return nil, err
	}
	if _, wait := waitFor(resp); wait || resp.StatusCode == http.StatusOK && !isPage(resp) {
		return resp, nil
	}
	return nil, d.refuse(resp)
}

func isPage(resp *http.Response) bool {
	return strings.HasPrefix(strings.ToLower(resp.Header.Get("Content-Type")), "text/html")
}
