// Package assistant joins settings, sign-in and clusters to what the agent and the MCP server work with: the model that is set, the
// tools over a cluster, the limits.
//
// It holds no loop (agent), no tool (agent/tool) and no screen. Start at Model and Tools; Options puts both into an agent's options.
package assistant

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"calypso/agent"
	"calypso/agent/example"
	"calypso/agent/model"
	"calypso/agent/model/azopenai"
	"calypso/agent/tool"
	"calypso/auth"
	"calypso/config"
	"calypso/identity"
)

// Model makes the model that the settings choose; it contacts nothing. The error says what to set, for a person. The settings may
// differ from those of ids in what is chosen: another model, another of the same providers.
func Model(s config.Settings, ids *identity.Identities, getenv func(string) string) (model.Model, error) {
	name, p, err := s.Chosen()
	if err != nil {
		return nil, err
	}
	o := azopenai.Options{Provider: name, Deployment: s.Model, BaseURL: p.BaseURL, Window: s.ContextWindow, Query: p.QueryParams, Headers: headers(p, getenv)}
	if o.Prices, err = prices(s); err != nil {
		return nil, err
	}
	if p.StreamIdleMs != nil {
		o.Idle = time.Duration(*p.StreamIdleMs) * time.Millisecond
	}
	switch way := p.SignIn(); way {
	case config.WayAPIKey, config.WayKey:
		o.APIKey, o.KeySource, o.Auth, o.KeyAsBearer = getenv(p.EnvKey), p.EnvKey, string(config.WayAPIKey), way == config.WayKey
		if o.APIKey == "" {
			message := fmt.Sprintf("the variable %s, which holds the key of model provider %q, isn't set", p.EnvKey, name)
			if p.EnvKeyInstructions != "" {
				message += "; " + p.EnvKeyInstructions
			}
			return nil, fmt.Errorf("%s", message)
		}
	case config.WayToken:
		o.APIKey, o.KeySource, o.Auth, o.KeyAsBearer = p.BearerToken.Reveal(), "experimental_bearer_token", "bearer", true
	case config.WayAzure:
		o.Auth = "bearer"
	default:
		o.Auth = string(way)
	}
	if o.HTTP, err = ids.Model(p); err != nil {
		return nil, err
	}
	return azopenai.New(o)
}

// prices are those of the chosen model, nil where none are set.
func prices(s config.Settings) (*model.Prices, error) {
	p, err := s.Price()
	if p == nil {
		return nil, err
	}
	out := &model.Prices{Input: p.Input, Cached: p.Input, Output: p.Output, Currency: p.Currency}
	if p.CachedInput != nil {
		out.Cached = *p.CachedInput
	}
	return out, err
}

// headers are those of every request; one whose variable is empty isn't sent.
func headers(p config.Provider, getenv func(string) string) map[string]string {
	out := map[string]string{}
	for name, v := range p.HTTPHeaders {
		out[name] = v.Reveal()
	}
	for name, variable := range p.EnvHTTPHeaders {
		if v := getenv(variable); v != "" {
			out[name] = v
		}
	}
	return out
}

// maxRetries is the most that a provider's retries may be set to.
const maxRetries = 100

// Options are an agent's, as the settings have them. Model and tools are asked for when they are needed, so that a change of settings
// or of the sign-in is seen by the next question. Sink, Approver and Keep are the caller's. book has the person's own queries, as examples
// unless they are switched off.
func Options(ids *identity.Identities, getenv func(string) string, book *example.Book, tools func(ctx context.Context, connection, database string) (*tool.Set, error)) agent.Options {
	return agent.Options{
		Model: func() (model.Model, error) { return Model(ids.Settings(), ids, getenv) },
		Tools: tools, Current: func() agent.Settings { return settings(ids.Settings()) }, Folder: Folder(getenv),
		Actions: func(err error) (buttons []string) {
			var about *auth.Error
			if !errors.As(err, &about) {
				return nil
			}
			for _, a := range auth.Describe(err, auth.Situation{CanAsk: true}).Actions {
				buttons = append(buttons, string(a))
			}
			return buttons
		},
		Examples: func(connection, database string) []agent.Example {
			if !shows(ids.Settings()) {
				return nil
			}
			return book.Of(connection, database)
		},
		Ran: func(connection, database, query string) {
			if shows(ids.Settings()) {
				_ = book.Add(connection, database, query) // kept for this process at least
			}
		},
	}
}

// settings are an agent's.
func settings(s config.Settings) agent.Settings {
	out := agent.Settings{
		Approval: s.Agent.Approval, History: s.Agent.History, Effort: s.ReasoningEffort, Summary: s.ReasoningSummary,
		Limits: agent.Limits{
			ModelCalls: s.Agent.MaxModelCalls, ToolCalls: s.Agent.MaxToolCalls, Turn: time.Duration(s.Agent.MaxTurnSeconds) * time.Second,
			Tokens: s.Agent.MaxTurnTokens, TurnCost: s.Agent.MaxTurnCost, ThreadCost: s.Agent.MaxThreadCost, Window: s.ContextWindow, CompactAt: s.CompactAt,
		},
	}
	if _, p, err := s.Chosen(); err == nil {
		out.Limits.RequestTries, out.Limits.StreamTries = retries(p.RequestMaxRetries), retries(p.StreamMaxRetries)
	}
	return out
}

// shows tells whether queries of the person's own may be kept and shown to a model.
func shows(s config.Settings) bool { return s.Agent.FewShots != "off" && s.Agent.History != "off" }

// Book is where the person's own queries are kept: beside the conversations.
func Book(getenv func(string) string) *example.Book {
	folder := Folder(getenv)
	if folder == "" {
		return example.Open("")
	}
	return example.Open(filepath.Join(filepath.Dir(folder), "queries.jsonl"))
}

// retries gives a limit of the agent: 0 is its default, and what is set to none is below that.
func retries(n *int) int {
	switch {
	case n == nil:
		return 0
	case *n == 0:
		return -1
	}
	return min(*n, maxRetries)
}

// Limits are those of the tools.
func Limits(s config.Settings) tool.Limits {
	return tool.Limits{Rows: s.Kusto.MaxRows, Seconds: s.Kusto.TimeoutS, NoRows: s.Agent.ShareRows == "none"}
}

// Folder is where conversations are kept; "" when there is no place for them.
func Folder(getenv func(string) string) string {
	if folder := StateFolder(getenv); folder != "" {
		return filepath.Join(folder, "agent")
	}
	return ""
}

// StateFolder is the system's place for what this program remembers of its use; "" when there is none.
func StateFolder(getenv func(string) string) string {
	if dir := getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "calypso")
	}
	if runtime.GOOS == "linux" {
		if home := getenv("HOME"); home != "" {
			return filepath.Join(home, ".local", "state", "calypso")
		}
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "calypso")
}

// Authorize adds a provider's key and headers to a request that isn't a question, as those of a question have them. Tokens are added by
// the client.
func Authorize(r *http.Request, p config.Provider, getenv func(string) string) {
	for name, v := range headers(p, getenv) {
		r.Header.Set(name, v)
	}
	switch p.SignIn() {
	case config.WayAPIKey:
		r.Header.Set("api-key", getenv(p.EnvKey))
	case config.WayKey:
		r.Header.Set("Authorization", "Bearer "+getenv(p.EnvKey))
	case config.WayToken:
		r.Header.Set("Authorization", "Bearer "+p.BearerToken.Reveal())
	}
	q := r.URL.Query()
	for name, v := range p.QueryParams {
		q.Set(name, v)
	}
	r.URL.RawQuery = q.Encode()
}
