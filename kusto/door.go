package kusto

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"calypso/kusto/wire"
)

// door is the transport between azkustodata and the network. It turns answers that aren't ours into a Failure with a cause,
// which azkustodata would flatten into a text, and adds the query parameters, which azkustodata has no way to pass on.
type door struct {
	next  http.RoundTripper
	where Connection
}

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

// note keeps the error of a request: azkustodata turns those of its first question, for the metadata, into texts.
type note struct{ err error }

type noteKey struct{}

// RoundTrip sends one request.
func (d *door) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := d.send(r)
	if n, ok := r.Context().Value(noteKey{}).(*note); ok && err != nil {
		n.err = err
	}
	return resp, err
}

func (d *door) send(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		var err error
		if r, err = replayable(r); err != nil {
			return nil, err
		}
	}
	resp, err := d.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	metadata := r.URL.Path == "/v1/rest/auth/metadata"
	page := strings.HasPrefix(strings.ToLower(resp.Header.Get("Content-Type")), "text/html")
	switch {
	case resp.StatusCode == http.StatusOK && !page:
		return resp, nil
	case metadata && resp.StatusCode == http.StatusNotFound:
		// A cluster without sign-in has no metadata; azkustodata takes that only with an empty body.
		resp.Body.Close()
		resp.Body = http.NoBody
		resp.ContentLength = 0
		return resp, nil
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	return nil, d.refused(resp, body, page)
}

// replayable gives the request a body of known length with the parameters in it. azkustodata takes its buffer back when the
// headers are there, so the bytes are copied too.
func replayable(r *http.Request) (*http.Request, error) {
	raw, err := io.ReadAll(r.Body)
	r.Body.Close()
	if err != nil {
		return nil, err
	}
	if p, ok := r.Context().Value(parametersKey{}).(map[string]string); ok {
		if raw, err = addParameters(raw, p); err != nil {
			return nil, err
		}
	}
	r = r.Clone(r.Context())
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
	var err error
	if props["Parameters"], err = json.Marshal(p); err != nil {
		return nil, err
	}
	if body["properties"], err = json.Marshal(props); err != nil {
		return nil, err
	}
	return json.Marshal(body)
}

// refused makes a Failure of an answer that is no result.
func (d *door) refused(resp *http.Response, body []byte, page bool) error {
	if e, ok := wire.ParseErrorBody(body); ok {
		f := fromRemote(e, "")
		if resp.StatusCode == http.StatusTooManyRequests {
			f.Kind = Throttled
		}
		return f
	}
	f := &Failure{Kind: NotKusto, Message: fmt.Sprintf("%s answers with HTTP %d, which no Kusto cluster does here; check the cluster's address", d.where.URL, resp.StatusCode)}
	switch code := resp.StatusCode; {
	case code == http.StatusUnauthorized:
		f.Kind, f.Message = SignIn, fmt.Sprintf("%s wants you to sign in; signing in isn't built yet, so use the embedded engine or a cluster without sign-in", d.where.Host())
	case code == http.StatusForbidden:
		f.Kind, f.Message = SignIn, fmt.Sprintf("%s doesn't let you in; ask for access to the database", d.where.Host())
	case code == http.StatusTooManyRequests:
		f.Kind, f.Message = Throttled, fmt.Sprintf("%s has too many requests to answer; try again in a minute", d.where.Host())
	case page:
		f.Message = fmt.Sprintf("%s answers with a web page, not as a Kusto cluster; check the cluster's address", d.where.URL)
	case code >= 300 && code < 400:
		f.Message = fmt.Sprintf("%s sends requests on to %s; use the address of the cluster itself", d.where.URL, quote(resp.Header.Get("Location")))
	case code == http.StatusGatewayTimeout, code == http.StatusRequestTimeout:
		f.Kind, f.Message = Limit, "the cluster gave no answer within the time limit; narrow the query, or raise the limit"
	case code >= 500:
		f.Kind, f.Message = Server, fmt.Sprintf("%s failed with HTTP %d%s; try again later", d.where.Host(), code, excerpt(body))
	}
	return f
}

// excerpt is the start of a plain text body, for a person.
func excerpt(body []byte) string {
	text := strings.Join(strings.Fields(string(bytes.ToValidUTF8(body, nil))), " ")
	if text == "" || strings.HasPrefix(text, "<") {
		return ""
	}
	if len(text) > 200 {
		text = text[:200] + "…"
	}
	return ": " + text
}
