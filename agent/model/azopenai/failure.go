package azopenai

// What goes wrong with a call, told so that a person can act on it.

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"calypso/agent/model"
	"calypso/auth"
	"calypso/auth/httpauth"
)

// maxBody bounds what is read of a refusal.
const maxBody = 1 << 20

// refusal makes an error of an answer that isn't a stream; nil for one that is.
func (m *Model) refusal(res *http.Response) error {
	if res.StatusCode >= 300 {
		body, _ := io.ReadAll(io.LimitReader(res.Body, maxBody)) // what came of it is told
		return m.refused(res, body)
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if kind == "text/event-stream" {
		return nil
	}
	return &model.Error{
		Kind: model.NotModelEndpoint, Status: res.StatusCode, Message: fmt.Sprintf("%s answered with %s instead of a stream", m.host, or(kind, "nothing")),
		Hint: "a proxy or sign-in page may stand between; check base_url",
	}
}

// refused makes an error of a status and what the endpoint said with it.
func (m *Model) refused(res *http.Response, body []byte) *model.Error {
	var sent struct {
		Error      json.RawMessage `json:"error"`
		StatusCode int             `json:"statusCode"`
		Message    string          `json:"message"`
	}
	_ = json.Unmarshal(body, &sent) // a page that isn't JSON says nothing
	var said apiError
	if json.Unmarshal(sent.Error, &said) != nil {
		_ = json.Unmarshal(sent.Error, &said.Message) // {"error": "text"}
	}
	e := said.failure(res.StatusCode)
	e.Status, e.RequestID = res.StatusCode, or(res.Header.Get("x-request-id"), res.Header.Get("apim-request-id"))
	if e.Message == "" {
		e.Message = fmt.Sprintf("%s answered %d", m.host, res.StatusCode)
	}
	switch {
	case res.StatusCode >= 300 && res.StatusCode < 400:
		return &model.Error{Kind: model.NotModelEndpoint, Status: res.StatusCode, Message: m.host + " sends elsewhere", Hint: "a sign-in page may stand between; check base_url"}
	case strings.Contains(strings.ToLower(said.Message), "api version not supported"):
		e.Kind, e.Hint = model.APIVersion, "remove api-version from query_params: a base_url that ends in /openai/v1 takes none"
	case res.StatusCode == http.StatusUnauthorized:
		e.Kind, e.Hint = model.Unauthorized, m.whoHint()
	case res.StatusCode == http.StatusForbidden && e.Kind != model.ContentFilter:
		e.Kind, e.Hint = model.Forbidden, "the account needs the role Cognitive Services OpenAI User, and the network must be allowed"
	case res.StatusCode == http.StatusNotFound && said.code() == "DeploymentNotFound":
		e.Kind, e.Message = model.NotFound, fmt.Sprintf("%s has no deployment %q", m.host, m.opts.Deployment)
		e.Hint = "on Azure, model in config.toml is the deployment's name"
	case res.StatusCode == http.StatusNotFound:
		e.Kind, e.Message = model.NotFound, fmt.Sprintf("nothing answers at %s%s", m.host, res.Request.URL.Path)
		e.Hint = "base_url must end in /openai/v1 on Azure"
	case res.StatusCode == http.StatusTooManyRequests:
		e.RetryAfter = retryAfter(res.Header, said.Message, time.Now())
	}
	return e
}

func (m *Model) whoHint() string {
	if m.opts.APIKey != "" {
		return fmt.Sprintf("the key of %s isn't taken by %s", or(m.opts.KeySource, "the settings"), m.host)
	}
	if u, err := url.Parse(m.opts.BaseURL); m.opts.Auth != "bearer" || err != nil || httpauth.Bare(u) { // no sign-in of Azure's goes there
		return "no key is sent to " + m.host + "; name the variable that holds one as env_key of the model provider, or have the endpoint take none"
	}
	return "sign in with an account that may use it; the scope may have to be https://ai.azure.com/.default"
}

// apiError is what endpoints say in an error object or an error event.
type apiError struct {
	Code       json.RawMessage `json:"code"`
	Kind       string          `json:"type"`
	Message    string          `json:"message"`
	Param      string          `json:"param"`
	InnerError *struct {
		Code    string                     `json:"code"`
		Results map[string]json.RawMessage `json:"content_filter_result"`
	} `json:"innererror"`
}

// code gives the word; some servers send a number.
func (e apiError) code() string { return strings.Trim(string(e.Code), `"`) }

// reasoningTexts tell that replayed reasoning isn't taken.
var reasoningTexts = regexp.MustCompile(`(?i)item with id .* not found|without its required 'reasoning' item|encrypted content .*could not be verified`)

// failure sorts an error by the endpoint's own words; status is 0 inside a stream.
func (e apiError) failure(status int) *model.Error {
	out := &model.Error{Code: e.code(), Message: e.Message, Status: status}
	word := out.Code + " " + e.Kind
	switch {
	case strings.Contains(word, "context_length_exceeded"):
		out.Kind = model.Context
	case strings.Contains(word, "content_filter"), e.InnerError != nil && strings.Contains(e.InnerError.Code, "ResponsibleAI"):
		out.Kind, out.Message = model.ContentFilter, "the content filter refused this"+e.category()
		out.Hint = "ask in other words, or try without rows (share_rows)"
	case strings.Contains(word, "insufficient_quota"):
		out.Kind, out.Hint = model.QuotaUsed, "the quota is used up; raise it or choose another deployment"
	case status == http.StatusTooManyRequests, strings.Contains(word, "rate_limit"):
		out.Kind = model.RateLimited
		out.RetryAfter = retryAfter(nil, e.Message, time.Time{})
	case status == http.StatusRequestTimeout, status == http.StatusConflict, status >= 500, strings.Contains(word, "server_error"):
		out.Kind, out.Hint = model.Overloaded, "try again"
	case reasoningTexts.MatchString(e.Message):
		out.Kind = model.ReasoningItems
	case e.Param != "" && (strings.Contains(word, "unsupported") || strings.Contains(strings.ToLower(e.Message), "unsupported")):
		out.Kind, out.Code = model.UnsupportedParameter, e.Param
	case status == 0:
		out.Kind, out.Hint = model.Overloaded, "try again"
	default:
		out.Kind = model.BadRequest
	}
	return out
}

// category names what the filter saw.
func (e apiError) category() string {
	if e.InnerError == nil {
		return ""
	}
	for _, name := range []string{"hate", "sexual", "violence", "self_harm", "jailbreak", "profanity", "indirect_attack"} {
		var result struct {
			Filtered bool `json:"filtered"`
		}
		if json.Unmarshal(e.InnerError.Results[name], &result) == nil && result.Filtered {
			return " (" + strings.ReplaceAll(name, "_", " ") + ")"
		}
	}
	return ""
}

var secondsText = regexp.MustCompile(`(?i)(?:after|in) (\d+(?:\.\d+)?) ?s(?:econds?)?\b`)

// retryAfter reads how long to wait: in milliseconds, in seconds, as a date, or as the message says; 0 when nothing does.
func retryAfter(h http.Header, message string, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil && ms > 0 {
		return time.Duration(ms * float64(time.Millisecond))
	}
	after := h.Get("Retry-After")
	if s, err := strconv.ParseFloat(after, 64); err == nil && s > 0 {
		return time.Duration(s * float64(time.Second))
	}
	if at, err := http.ParseTime(after); err == nil && at.After(now) {
		return at.Sub(now)
	}
	if found := secondsText.FindStringSubmatch(message); found != nil {
		s, _ := strconv.ParseFloat(found[1], 64)
		return time.Duration(s * float64(time.Second))
	}
	return 0
}

// named fills in who said it.
func (m *Model) named(err error) error {
	var e *model.Error
	if errors.As(err, &e) && e.Message == "" {
		e.Message = m.host + " failed and didn't say why"
	}
	return err
}

// broken makes an error of a stream that ended before its terminal event.
func (m *Model) broken(err error) error {
	var known *model.Error
	if errors.As(err, &known) {
		return m.named(known)
	}
	var signIn *auth.Error
	switch {
	case errors.As(err, &signIn):
		return &model.Error{Kind: signInKind(signIn.Kind), Message: signIn.Error(), Cause: err}
	case errors.Is(err, errLine):
		return &model.Error{Kind: model.BadRequest, Message: m.host + " sent a line that is too long", Hint: "ask for less at once"}
	case err == nil, errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), started(err):
		return &model.Error{Kind: model.Disconnected, Message: m.host + " broke off its answer", Hint: "try again", Cause: err}
	}
	return m.unreachable(err)
}

// signInKind says what a failed sign-in means for the call.
func signInKind(k auth.Kind) model.Kind {
	switch k {
	case auth.Unavailable:
		return model.Network
	case auth.Misconfigured:
		return model.Config
	}
	return model.SignInRequired
}

// started tells a connection that was lost from one that never was.
func started(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "read"
}

func (m *Model) unreachable(err error) *model.Error {
	e := &model.Error{Kind: model.Network, Message: m.host + " can't be reached", Hint: "check base_url, the network and the proxy", Cause: err}
	var unknown x509.UnknownAuthorityError
	var verification *tls.CertificateVerificationError
	var dns *net.DNSError
	switch {
	case errors.As(err, &unknown), errors.As(err, &verification):
		e.Message, e.Hint = "the certificate of "+m.host+" isn't trusted", "a proxy that inspects TLS needs ca_file"
	case errors.As(err, &dns):
		e.Message = "there is no host " + m.host
	case errors.Is(err, context.DeadlineExceeded):
		e.Message = m.host + " doesn't answer"
	}
	return e
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
