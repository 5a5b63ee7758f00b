package assistant

import (
	"strings"
	"testing"

	"calypso/config"
	"calypso/connection"
	"calypso/identity"
	"calypso/server"
)

func editor(t *testing.T, s config.Settings, env map[string]string) *Editor {
	t.Helper()
	getenv := func(name string) string { return env[name] }
	ids := identity.New(identity.Options{Settings: s, Getenv: getenv})
	dial := func(string) (connection.Cluster, error) {
		t.Error("a cluster is contacted")
		return nil, nil
	}
	return NewEditor(EditorOptions{Identities: ids, Getenv: getenv, Dial: dial})
}

// The status says what answers, or why nothing does and what to set; it contacts nothing and tells no key.
func TestEditorStatus(t *testing.T) {
	local := config.Provider{BaseURL: "http://127.0.0.1:1/openai/v1", EnvKey: "KEY", AuthHeaderType: config.HeaderAPIKey}
	settings := config.Settings{Model: "gpt", ModelProvider: "a", Providers: map[string]config.Provider{"a": local, "b": local}, Path: "/home/x/config.toml"}
	for _, c := range []struct {
		name   string
		s      config.Settings
		env    map[string]string
		model  string
		reason string
	}{
		{"nothing set", config.Settings{Path: "/home/x/config.toml"}, nil, "", "config.toml"},
		{"no key", settings, nil, "", "KEY"},
		{"all set", settings, map[string]string{"KEY": "canary"}, "gpt", ""},
	} {
		status := editor(t, c.s, c.env).Status()
		switch {
		case c.model == "" && (status.Model != nil || !strings.Contains(status.Reason, c.reason)):
			t.Errorf("%s: %+v", c.name, status)
		case c.model != "" && (status.Model == nil || status.Model.Deployment != c.model || status.Model.Host != "127.0.0.1:1" || status.Reason != ""):
			t.Errorf("%s: %+v", c.name, status)
		case status.Approval != "ask" || status.Limits.PreviewRows != 50 || status.ConfigFile == "":
			t.Errorf("%s: %+v", c.name, status)
		case len(status.Models) != len(c.s.Providers):
			t.Errorf("%s: %d models", c.name, len(status.Models))
		}
	}
}

// Another provider is taken from then on; one that can't work isn't.
func TestEditorChoose(t *testing.T) {
	good := config.Provider{BaseURL: "http://127.0.0.1:1/openai/v1", EnvKey: "KEY", AuthHeaderType: config.HeaderAPIKey}
	bad := config.Provider{BaseURL: "http://127.0.0.1:1/openai/v1", EnvKey: "NONE", AuthHeaderType: config.HeaderAPIKey}
	e := editor(t, config.Settings{Model: "gpt", ModelProvider: "a", Providers: map[string]config.Provider{"a": good, "b": good, "c": bad}}, map[string]string{"KEY": "canary"})
	for _, c := range []struct{ provider, answers string }{{"b", "b"}, {"c", "b"}, {"d", "b"}, {"a", "a"}} {
		err := e.Choose(t.Context(), c.provider)
		if (err == nil) != (c.provider == c.answers) {
			t.Errorf("choose %s: %v", c.provider, err)
		}
		if m := e.Status().Model; m == nil || m.Provider != c.answers {
			t.Errorf("after %s: %+v", c.provider, m)
		}
	}
	var _ server.Agents = e
}
