package assistant

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"calypso/agent"
	"calypso/agent/example"
	"calypso/agent/model"
	"calypso/auth"
	"calypso/config"
	"calypso/identity"
	"calypso/internal/fakeopenai"
)

func wired(t *testing.T, text string, env map[string]string, transport *http.Transport) (config.Settings, *identity.Identities, func(string) string) {
	t.Helper()
	s, _, err := config.Parse("config.toml", text)
	if err != nil {
		t.Fatal(err)
	}
	getenv := func(name string) string { return env[name] }
	return s, identity.New(identity.Options{Settings: s, Getenv: getenv, Transport: transport}), getenv
}

func say(m model.Model) (model.Result, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return m.Stream(ctx, model.Request{Instructions: "x", Items: []json.RawMessage{model.UserMessage("hello")}}, func(model.Event) {})
}

// What a request carries follows from the settings alone: no variable of OpenAI's own changes it.
func TestModelRequests(t *testing.T) {
	for _, name := range []string{"OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"} {
		t.Setenv(name, "CANARY")
	}
	fake, err := fakeopenai.New("text")
	if err != nil {
		t.Fatal(err)
	}
	defer fake.Close()
	base := "model = \"gpt\"\nmodel_provider = \"x\"\n[model_providers.x]\nbase_url = \"" + fake.URL + "\"\n"
	env := map[string]string{"KEY": "k-1", "EMPTY": ""}
	for text, want := range map[string]map[string]string{
		"env_key = \"KEY\"\nis_azure = true":                                                  {"api-key": "k-1"},
		"env_key = \"KEY\"":                                                                   {"authorization": "Bearer k-1"},
		"experimental_bearer_token = \"k-2\"":                                                 {"authorization": "Bearer k-2"},
		"env_http_headers = { \"api-key\" = \"KEY\", \"x-empty\" = \"EMPTY\" }":               {"api-key": "k-1", "x-empty": ""},
		"http_headers = { \"x-team\" = \"t\" }\nenv_key = \"KEY\"\nis_azure = true":           {"api-key": "k-1", "x-team": "t"},
		"query_params = { \"q\" = \"1\" }\nauth_header_type = \"api_key\"\nenv_key = \"KEY\"": {"api-key": "k-1"},
	} {
		s, ids, getenv := wired(t, base+text, env, nil)
		m, err := Model(s, ids, getenv)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		before := len(fake.Requests())
		if r, err := say(m); err != nil || r.Text != "There are 100." {
			t.Fatalf("%s: %q %v", text, r.Text, err)
		}
		sent := fake.Requests()[before]
		for name, v := range want {
			if sent.Header.Get(name) != v {
				t.Errorf("%s: header %s is %q, want %q", text, name, sent.Header.Get(name), v)
			}
		}
		if all := fmt.Sprint(sent.Header) + string(sent.Body); strings.Contains(all, "CANARY") || want["api-key"] != "" && sent.Header.Get("Authorization") != "" {
			t.Errorf("%s: sent %s", text, all)
		}
		if strings.Contains(fmt.Sprint(m.Info()), "k-") {
			t.Error("a key is in what is told of the model")
		}
	}
	if faults := fake.Faults(); len(faults) > 0 {
		t.Error(faults)
	}
}

// Where there is no model, the error says what to set.
func TestNoModel(t *testing.T) {
	base := "model = \"gpt\"\nmodel_provider = \"x\"\n[model_providers.x]\nbase_url = \"https://m.openai.azure.com/openai/v1\"\n"
	for text, want := range map[string]string{
		"": "no model provider is configured",
		base + "env_key = \"KEY\"\nenv_key_instructions = \"ask Ann\"":                                          `the variable KEY, which holds the key of model provider "x", isn't set; ask Ann`,
		base + "requires_openai_auth = true\n":                                                                  "Calypso can't (requires_openai_auth)",
		base + "azure_auth = { mode = \"client_secret\" }":                                                      "client_secret needs",
		base + "azure_auth = { mode = \"azure_cli\", scope = \"https://cognitiveservices.azure.us/.default\" }": "belongs to the usgovernment cloud",
	} {
		s, ids, getenv := wired(t, text, nil, nil)
		if _, err := Model(s, ids, getenv); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A program's token is run for once, and once more when it is refused; it goes to the endpoint's host alone.
func TestCommandToken(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "token")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho x >> "+dir+"/runs\nprintf 'token-%s\\n' $(wc -l < "+dir+"/runs)\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	fake, err := fakeopenai.New("text")
	if err != nil {
		t.Fatal(err)
	}
	defer fake.Close()
	var seen []string
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		if r.Header.Get("Authorization") == "Bearer token-1" && len(seen) > 1 {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fake.Handler().ServeHTTP(w, r)
	}))
	defer server.Close()
	transport := server.Client().Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.ServerName = "example.com" // of httptest's certificate
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	s, ids, getenv := wired(t, "model = \"gpt\"\nmodel_provider = \"x\"\n[model_providers.x]\nbase_url = \"https://models.contoso.com/v1\"\nauth = { command = \""+script+"\" }\n", nil, transport)
	m, err := Model(s, ids, getenv)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := say(m); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(seen, ","); got != "Bearer token-1,Bearer token-1,Bearer token-2" {
		t.Errorf("sent %s", got)
	}
	if m.Info().Auth != "command" {
		t.Errorf("%+v", m.Info())
	}
}

// The settings' numbers reach the agent.
func TestOptions(t *testing.T) {
	s, ids, getenv := wired(t, `
model = "gpt"
model_provider = "x"
model_context_window = 1000
model_auto_compact_token_limit = 900
model_reasoning_effort = "low"
[model_providers.x]
base_url = "http://localhost:1/v1"
request_max_retries = 0
stream_max_retries = 500
[agent]
approval = "never"
history = "off"
max_model_calls = 3
max_turn_seconds = 5
share_rows = "none"
[kusto]
timeout_s = 7
max_rows = 8
`, map[string]string{"XDG_STATE_HOME": t.TempDir()}, nil)
	o := Options(ids, getenv, example.Open(""), nil)
	want := agent.Limits{ModelCalls: 3, Turn: 5 * time.Second, RequestTries: -1, StreamTries: 100, Window: 1000, CompactAt: 900}
	if now := o.Current(); now.Limits != want || now.Approval != "never" || now.Effort != "low" || now.History != "off" {
		t.Errorf("%+v", now)
	}
	if l := Limits(s); l.Rows != 8 || l.Seconds != 7 || !l.NoRows {
		t.Errorf("%+v", l)
	}
	if _, err := o.Model(); err != nil {
		t.Error(err)
	}
	_, ids, getenv = wired(t, "", map[string]string{"XDG_STATE_HOME": "/state"}, nil)
	if o := Options(ids, getenv, example.Open(""), nil); o.Folder != filepath.Join("/state", "calypso", "agent") {
		t.Error(o.Folder)
	}
	var config *model.Error
	s, ids, getenv = wired(t, "model = \"gpt\"\nmodel_provider = \"x\"\n[model_providers.x]\nbase_url = \"http://localhost:1/v1\"\n", nil, nil)
	if m, err := Model(s, ids, getenv); err != nil || m.Info().Auth != "none" {
		t.Error(err)
	} else if _, err := say(m); !errors.As(err, &config) || config.Kind != model.Network {
		t.Errorf("%v", err)
	}
}

// What a person ran is an example for the model, unless a setting keeps it from that.
func TestExamplesBySetting(t *testing.T) {
	for set, want := range map[string]int{"": 1, "[agent]\nfew_shots = \"off\"\n": 0, "[agent]\nhistory = \"off\"\n": 0} {
		_, ids, getenv := wired(t, set, nil, nil)
		book := example.Open("")
		if err := book.Add("c", "db", "StormEvents | count"); err != nil {
			t.Fatal(err)
		}
		o := Options(ids, getenv, book, nil)
		o.Ran("other", "db", "StormEvents | take 1")
		if shown, kept := len(o.Examples("c", "db")), len(book.Of("other", "db")); shown != want || kept != want {
			t.Errorf("%q: %d shown, %d kept, not %d", set, shown, kept, want)
		}
	}
}

// A model that wants a sign-in is answered with the buttons of one; other failures have none of those.
func TestActions(t *testing.T) {
	_, ids, getenv := wired(t, "", nil, nil)
	o := Options(ids, getenv, example.Open(""), nil)
	signIn := &model.Error{Kind: model.SignInRequired, Message: "nobody is signed in", Cause: &auth.Error{Kind: auth.SignInRequired}}
	if got := o.Actions(signIn); !slices.Contains(got, "Sign in") {
		t.Errorf("got %q", got)
	}
	if got := o.Actions(&model.Error{Kind: model.RateLimited}); got != nil {
		t.Errorf("got %q", got)
	}
}
