package kusto

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"calypso/auth/httpauth"
	"calypso/kusto/wire"
)

// Answers that are no result: what they mean, and how long to wait when a cluster asks for patience.

// maxWait is how long the door waits for a busy cluster; longer is for the person to decide.
const maxWait = 10 * time.Second

// waitFor tells whether an answer asks to come back within maxWait, and when. Only 429 counts: there nothing has run yet.
func waitFor(resp *http.Response) (time.Duration, bool) {
	if resp == nil || resp.StatusCode != http.StatusTooManyRequests {
		return 0, false
	}
	wait := retryAfter(resp)
	return wait, wait <= maxWait
}

// retryAfter reads Retry-After, seconds or a date; a second when there is none that makes sense.
func retryAfter(resp *http.Response) time.Duration {
	text := resp.Header.Get("Retry-After")
	if n, err := strconv.Atoi(text); err == nil && n >= 0 {
		return time.Duration(min(n, 86400)) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(time.Until(at), 0)
	}
	return time.Second
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// unpack undoes the answer's encoding. The header is asked for by hand, so net/http leaves it to us.
func unpack(resp *http.Response) error {
	switch encoding := strings.ToLower(resp.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		resp.Body = &gzipBody{packed: resp.Body}
	default:
		return &Failure{
			Kind: NotKusto, Message: "the answer is packed as " + quote(encoding) + ", which wasn't asked for",
			Hint: "check the proxy between here and the cluster",
		}
	}
	resp.Header.Del("Content-Encoding")
	resp.Header.Del("Content-Length")
	resp.ContentLength = -1
	return nil
}

// gzipBody unpacks as it is read: its header may come much later than the answer's.
type gzipBody struct {
	packed io.ReadCloser
	plain  *gzip.Reader
}

// Read gives unpacked bytes.
func (b *gzipBody) Read(p []byte) (int, error) {
	if b.plain == nil {
		var err error
		if b.plain, err = gzip.NewReader(b.packed); err != nil {
			return 0, err
		}
	}
	return b.plain.Read(p)
}

// Close closes the packed body: unlike the reader's own Close, it never fails because of an earlier error.
func (b *gzipBody) Close() error { return b.packed.Close() }

// refuse makes a Failure of an answer that is no result, and closes it.
func (d *door) refuse(resp *http.Response) error {
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	host := d.where.Host()
	if e, ok := wire.ParseErrorBody(body); ok {
		f := fromRemote(e, "")
		switch {
		case resp.StatusCode == http.StatusTooManyRequests:
			f.Kind, f.Hint = Throttled, patience(resp)
		case f.Kind == SignIn:
			f.Hint = d.signIn()
		case f.Kind != Server && f.Kind != BadQuery: // the error itself says more than the status
		case resp.StatusCode == http.StatusUnauthorized, resp.StatusCode == http.StatusForbidden:
			f.Kind, f.Hint = SignIn, d.signIn()
		case resp.StatusCode == http.StatusGatewayTimeout:
			f.Kind, f.Hint = Timeout, timeoutHint
		}
		return f
	}
	switch code := resp.StatusCode; {
	case code == http.StatusUnauthorized:
		return &Failure{Kind: SignIn, Message: host + " wants you to sign in", Hint: d.signIn()}
	case code == http.StatusForbidden:
		return &Failure{Kind: SignIn, Message: host + " doesn't let you in", Hint: "ask for access to the database; " + d.signIn()}
	case code == http.StatusProxyAuthRequired:
		return &Failure{Kind: Unreachable, Message: "the proxy before " + host + " wants you to sign in", Hint: "put its user into HTTPS_PROXY"}
	case code == http.StatusTooManyRequests:
		return &Failure{Kind: Throttled, Message: host + " has too many requests to answer", Hint: patience(resp)}
	case code >= 300 && code < 400:
		return &Failure{Kind: NotKusto, Message: fmt.Sprintf("%s sends requests on to %s", d.where.URL, destination(resp)), Hint: "use the address of the cluster itself"}
	case code == http.StatusGatewayTimeout, code == http.StatusRequestTimeout:
		return &Failure{Kind: Timeout, Message: host + " gave no answer within the time limit", Hint: timeoutHint}
	case isPage(resp) && (code < 500 || code == http.StatusNotImplemented):
		return &Failure{Kind: NotKusto, Message: d.where.URL + " answers with a web page, not as a Kusto cluster", Hint: addressHint}
	case code >= 500:
		return &Failure{Kind: Server, Message: fmt.Sprintf("%s failed with HTTP %d%s", host, code, excerpt(body)), Hint: "try again later"}
	default:
		return &Failure{Kind: NotKusto, Message: fmt.Sprintf("%s answers with HTTP %d, which no Kusto cluster does here", d.where.URL, code), Hint: addressHint}
	}
}

// The next steps that several failures share.
const (
	addressHint = "check the cluster's address"
	signInHint  = "sign in with an account that may read it: calypso login"
	timeoutHint = "narrow the query, or raise the time limit"
)

// signIn is the next step after a refusal. Where no token is ever sent, signing in to Azure would change nothing.
func (d *door) signIn() string {
	if u, err := url.Parse(d.where.URL); err != nil || httpauth.Bare(u) {
		return "no sign-in is sent there, as it isn't https to a name: let it take requests without one, or use the cluster's own address"
	}
	return signInHint
}

func patience(resp *http.Response) string {
	if resp.Header.Get("Retry-After") == "" {
		return "try again in a minute"
	}
	return "try again in " + cmp.Or(retryAfter(resp).Round(time.Second), time.Second).String()
}

// destination is where a redirect leads, without what may be secret in it.
func destination(resp *http.Response) string {
	u, err := resp.Location()
	if err != nil {
		return "an address that can't be read"
	}
	return quote(u.Scheme + "://" + u.Host + u.EscapedPath())
}

// excerpt is the start of a plain text body, for a person.
func excerpt(body []byte) string {
	text := strings.Join(strings.Fields(string(bytes.ToValidUTF8(body, nil))), " ")
	if text == "" || strings.HasPrefix(text, "<") || strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		return ""
	}
	return ": " + shorten(text)
}
