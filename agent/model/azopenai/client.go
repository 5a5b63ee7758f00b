// Package azopenai is a model.Model over the Responses API, as Azure OpenAI's v1 endpoint and other servers speak it: one streamed
// call a time, nothing stored on the other side, reasoning replayed as it came.
//
// It sends and reads the protocol itself, by net/http: the vendor's library takes 5 MB of the binary, ends a stream at any event
// with an "error" key, even null, and loses a last event that no blank line follows.
//
// Its HTTP client comes from outside and decides on tokens; this package adds only an api key that it was given. It doesn't
// retry, but for a parameter that the deployment refuses. No key, prompt or raw body is in an error.
//
// Start at New; request.go is what is sent, sse.go and stream.go what comes back, failure.go what went wrong.
package azopenai

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"calypso/agent/model"
	"calypso/config"
)

// Options say where a model is and how it is reached.
type Options struct {
	Provider   string        // the key in the settings
	Deployment string        // on Azure the deployment's name
	BaseURL    string        // up to /openai/v1 on Azure
	Window     int           // tokens of context; 0 when not known
	Prices     *model.Prices // nil when none are set
	// HTTP sends the requests; where the endpoint wants a bearer token it adds it. It must have no time limit of its own.
	HTTP *http.Client
	// APIKey goes into the header api-key on Azure, as a bearer token elsewhere; "" sends none.
	APIKey      string
	KeyAsBearer bool
	KeySource   string // where the key comes from, for messages: AZURE_OPENAI_API_KEY
	Headers     map[string]string
	Query       map[string]string
	Auth        string        // how it signs in, for people
	Idle        time.Duration // without a byte of the stream; 0 means 5 minutes
}

// Model is one deployment. It is safe for many goroutines.
type Model struct {
	opts Options
	host string
	url  string
	http *http.Client

	mu      sync.Mutex // guards dropped
	dropped []string   // parameters that the deployment refused
}

// New makes a model; it contacts nothing.
func New(o Options) (*Model, error) {
	u, err := url.Parse(o.BaseURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, &model.Error{Kind: model.Config, Message: fmt.Sprintf("base_url of model provider %q is no address", o.Provider), Hint: "set it as https://NAME.openai.azure.com/openai/v1"}
	}
	if u.Scheme == "http" && !config.Loopback(u.Hostname()) {
		return nil, &model.Error{Kind: model.Config, Message: "base_url " + u.Redacted() + " isn't encrypted", Hint: "use https; http is for this machine only"}
	}
	if o.Deployment == "" {
		return nil, &model.Error{Kind: model.Config, Message: "no model is set", Hint: "set model in config.toml; on Azure it is the deployment's name"}
	}
	if o.Idle <= 0 {
		o.Idle = 5 * time.Minute
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{}
	}
	client := *o.HTTP
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	u = u.JoinPath("responses")
	query := u.Query()
	for name, v := range o.Query {
		query.Set(name, v)
	}
	u.RawQuery = query.Encode()
	return &Model{opts: o, host: u.Host, url: u.String(), http: &client}, nil
}

// post makes a request. No header tells of this machine, and no variable of the environment is asked.
func (m *Model) post(ctx context.Context, r model.Request) (*http.Request, error) {
	body, err := m.encode(r)
	if err != nil {
		return nil, &model.Error{Kind: model.Internal, Message: "the request can't be written: " + err.Error()}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, m.url, bytes.NewReader(body))
	if err != nil {
		return nil, &model.Error{Kind: model.Config, Message: "base_url is no address", Cause: err}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("User-Agent", "calypso")
	switch {
	case m.opts.APIKey == "":
	case m.opts.KeyAsBearer:
		req.Header.Set("Authorization", "Bearer "+m.opts.APIKey)
	default:
		req.Header.Set("api-key", m.opts.APIKey)
	}
	for name, v := range m.opts.Headers {
		req.Header.Set(name, v)
	}
	return req, nil
}

// Info names the deployment.
func (m *Model) Info() model.Info {
	return model.Info{Provider: m.opts.Provider, Deployment: m.opts.Deployment, Host: m.host, Auth: m.opts.Auth, Window: m.opts.Window, Prices: m.opts.Prices}
}

// Stream makes one call. A parameter that the deployment doesn't know is left out from then on, and the call made again: nothing
// of its answer had come.
func (m *Model) Stream(ctx context.Context, r model.Request, on func(model.Event)) (model.Result, error) {
	for {
		result, err := m.once(ctx, r, on)
		var refused *model.Error
		if !errors.As(err, &refused) || refused.Kind != model.UnsupportedParameter || !m.drop(refused.Code) {
			return result, err
		}
		on(model.Event{Kind: model.Dropped, Text: refused.Code})
	}
}

// droppable are the parameters that an answer is as right without. Tools, store and the input are not.
var droppable = []string{
	"reasoning", "reasoning.effort", "reasoning.summary", "text.verbosity", "include", "prompt_cache_key", "parallel_tool_calls", "max_output_tokens",
}

// drop leaves a parameter out from now on; false when that was done already or mustn't be.
func (m *Model) drop(name string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !slices.Contains(droppable, name) || slices.Contains(m.dropped, name) {
		return false
	}
	m.dropped = append(m.dropped, name)
	return true
}

func (m *Model) sends(name string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return !slices.Contains(m.dropped, name)
}

// errIdle is the cause of a call that nothing came of for too long.
var errIdle = errors.New("idle")

// once makes the call and reads its stream to the end.
func (m *Model) once(ctx context.Context, r model.Request, on func(model.Event)) (model.Result, error) {
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(m.opts.Idle, func() { cancel(errIdle) })
	defer watchdog.Stop()
	a := &answer{on: on}
	err := m.exchange(inner, r, a, func() { watchdog.Reset(m.opts.Idle) })
	switch {
	case err == nil && a.ended:
		return a.result(), nil
	case ctx.Err() != nil:
		return model.Result{}, context.Cause(ctx)
	case errors.Is(context.Cause(inner), errIdle):
		return model.Result{}, &model.Error{Kind: model.Idle, Message: fmt.Sprintf("%s sent nothing for %s", m.host, m.opts.Idle), Hint: "try again"}
	}
	return model.Result{}, m.broken(err)
}

// exchange sends the request and reads the stream.
func (m *Model) exchange(ctx context.Context, r model.Request, a *answer, beat func()) error {
	req, err := m.post(ctx, r)
	if err != nil {
		return err
	}
	res, err := m.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if err := m.refusal(res); err != nil {
		return err
	}
	return events(res.Body, beat, func(data []byte) (bool, error) {
		if string(data) == "[DONE]" {
			return false, nil
		}
		err := a.event(data)
		return !a.ended, err
	})
}
