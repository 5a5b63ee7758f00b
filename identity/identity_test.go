package identity

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"calypso/auth"
	"calypso/auth/httpauth"
	"calypso/config"
	"calypso/internal/fakeentra"
)

// asked is a UI that lets everything be approved at once, and counts.
type asked struct{ prompts []auth.Prompt }

func (a *asked) Show(_ context.Context, p auth.Prompt) error {
	a.prompts = append(a.prompts, p)
	return nil
}

func (*asked) Hide(error) {}

// start makes identities of a config.toml over the fake authority, to which every host leads.
func start(t *testing.T, text string, change func(*Options)) (*Identities, *fakeentra.Server, *asked) {
	t.Helper()
	fake, err := fakeentra.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	settings, _, err := config.Parse("config.toml", text)
	if err != nil {
		t.Fatal(err)
	}
	ui := &asked{}
	home := t.TempDir()
	o := Options{
		Settings: settings, UI: ui, Folder: filepath.Join(home, "sessions"), Transport: fake.Transport(),
		Getenv: func(name string) string { return map[string]string{"CODEX_HOME": home, "HOME": home}[name] },
	}
	if change != nil {
		change(&o)
	}
	return New(o), fake, ui
}

func get(t *testing.T, client *http.Client, address string) (int, error) {
	t.Helper()
	ctx := httpauth.With(context.Background(), httpauth.Ask{Interactive: true})
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, nil
}

func cluster(t *testing.T, ids *Identities, address string) *http.Client {
	t.Helper()
	transport, err := ids.Cluster(address)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Transport: transport}
}

// One prompt gives tokens for two clusters, the model and whatever else the identity serves.
func TestOneSignIn(t *testing.T) {
	ids, fake, ui := start(t, `
model = "m"
model_provider = "azure"
[azure_auth]
mode = "device_code"
storage = "file"
[kusto]
cluster_url = "https://one.kusto.windows.net/Samples"
tenant_id = "22222222-2222-2222-2222-222222222222"
[kusto.clusters.two]
cluster_url = "https://two.kusto.windows.net"
[model_providers.azure]
base_url = "https://m.openai.azure.com/openai/v1"
auth_header_type = "bearer"
`, nil)
	for _, address := range []string{"https://one.kusto.windows.net", "https://two.kusto.windows.net", "https://three.westeurope.kusto.windows.net"} {
		if code, err := get(t, cluster(t, ids, address), address+"/v2/rest/query"); err != nil || code != 200 {
			t.Fatalf("%s: %d %v", address, code, err)
		}
	}
	_, p, err := ids.Settings().Chosen()
	if err != nil {
		t.Fatal(err)
	}
	client, err := ids.Model(p)
	if err != nil {
		t.Fatal(err)
	}
	if code, err := get(t, client, "https://m.openai.azure.com/openai/v1/responses"); err != nil || code != 200 {
		t.Fatalf("model: %d %v", code, err)
	}
	if len(ui.prompts) != 1 || ui.prompts[0].Reason != "to query one.kusto.windows.net" {
		t.Errorf("prompts: %+v", ui.prompts)
	}
	tenants := map[string]bool{}
	for _, c := range fake.Calls() {
		tenants[c.Tenant] = true
	}
	if !tenants["22222222-2222-2222-2222-222222222222"] || !tenants["organizations"] {
		t.Errorf("the cluster's own tenant wasn't asked: %v", tenants)
	}
}

// Hosts that nobody trusts, look-alikes and other clusters get no token, and nothing is asked for them.
func TestUntrustedHosts(t *testing.T) {
	ids, fake, ui := start(t, "[azure_auth]\nmode = \"device_code\"\ntrusted_hosts = { \"a.kusto-contoso.com\" = \"kusto\" }\n", nil)
	for _, address := range []string{
		"https://evil.example", "https://one.kusto.windows.net.evil.example", "https://evilkusto.windows.net", "https://vault.vault.azure.net", "https://kusto.windows.net",
	} {
		_, err := get(t, cluster(t, ids, address), address+"/v2/rest/query")
		var e *auth.Error
		if !errors.As(err, &e) || e.Cause != auth.CauseUntrusted {
			t.Errorf("%s: %v", address, err)
		}
	}
	// A transport is for one cluster.
	if _, err := get(t, cluster(t, ids, "https://one.kusto.windows.net"), "https://two.kusto.windows.net/x"); err == nil {
		t.Error("a transport served another cluster")
	}
	if len(ui.prompts) > 0 || fake.Grants("devicecode") > 0 {
		t.Error("somebody was asked")
	}
	for _, c := range fake.Calls() {
		if c.Path != "/v1/rest/auth/metadata" {
			t.Errorf("asked: %s", c)
		}
	}
	if code, err := get(t, cluster(t, ids, "https://a.kusto-contoso.com"), "https://a.kusto-contoso.com/v2/rest/query"); code == 0 {
		t.Errorf("the trusted host wasn't reached: %v", err)
	}
}

// A cluster that asks for another service's token gets none.
func TestForeignResource(t *testing.T) {
	for resource, want := range map[string]string{
		"https://vault.azure.net":         "asks for a token of a service that isn't Kusto's",
		"http://one.kusto.windows.net":    "isn't Kusto's",
		"api://app":                       "isn't Kusto's",
		"https://one.kusto.windows.net":   "",
		"https://kusto.kusto.windows.net": "",
		"":                                "",
	} {
		ids, fake, _ := start(t, "[azure_auth]\nmode = \"device_code\"\n", nil)
		fake.Set(func(k *fakeentra.Knobs) {
			k.Fault = func(c fakeentra.Call) *fakeentra.Reply {
				if c.Path != "/v1/rest/auth/metadata" {
					return nil
				}
				body, _ := json.Marshal(map[string]any{"AzureAD": map[string]any{"KustoServiceResourceId": resource}})
				return &fakeentra.Reply{Status: 200, Body: string(body)}
			}
		})
		_, err := get(t, cluster(t, ids, "https://one.kusto.windows.net"), "https://one.kusto.windows.net/v2/rest/query")
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v", resource, err)
		}
	}
}

// What the metadata may be beside an answer.
func TestMetadata(t *testing.T) {
	for name, c := range map[string]struct {
		reply fakeentra.Reply
		scope string
		err   string
	}{
		"absent":  {fakeentra.Reply{Status: 404, Body: "no"}, "https://kusto.kusto.windows.net/.default", ""},
		"empty":   {fakeentra.Reply{Status: 200}, "https://kusto.kusto.windows.net/.default", ""},
		"mfa":     {fakeentra.Reply{Status: 200, Body: `{"AzureAD":{"LoginMfaRequired":true,"KustoServiceResourceId":"https://a.kusto.windows.net"}}`}, "https://a.kustomfa.windows.net/.default", ""},
		"failing": {fakeentra.Reply{Status: 503}, "", "doesn't say how to sign in to it (HTTP 503)"},
		"page":    {fakeentra.Reply{Status: 200, Body: "<html>"}, "", "isn't a Kusto cluster"},
	} {
		t.Run(name, func(t *testing.T) {
			ids, fake, _ := start(t, "", nil)
			fake.Set(func(k *fakeentra.Knobs) { k.Fault = func(fakeentra.Call) *fakeentra.Reply { return &c.reply } })
			id, err := ids.General()
			if err != nil {
				t.Fatal(err)
			}
			scope, err := id.KustoScope(context.Background(), "https://a.kusto.windows.net")
			if scope != c.scope || c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("%q %v", scope, err)
			}
		})
	}
}

// Clusters of other clouds are trusted under their own authority only.
func TestClouds(t *testing.T) {
	for authority, hosts := range map[string][2]string{
		"":                                  {"a.kusto.windows.net", "a.kusto.usgovcloudapi.net"},
		"https://login.microsoftonline.us":  {"a.kusto.usgovcloudapi.net", "a.kusto.windows.net"},
		"https://login.chinacloudapi.cn":    {"a.kusto.chinacloudapi.cn", "a.kusto.windows.net"},
		"https://login.contoso.example":     {"a.kusto.windows.net", "a.kusto.chinacloudapi.cn"},
		"login.partner.microsoftonline.cn/": {"a.kusto.chinacloudapi.cn", "a.kusto.usgovcloudapi.net"},
	} {
		ids, _, _ := start(t, "[azure_auth]\nauthority = \""+authority+"\"\n", nil)
		id, err := ids.General()
		if err != nil {
			t.Fatal(err)
		}
		if !id.trusts(hosts[0], auth.Kusto) || id.trusts(hosts[1], auth.Kusto) {
			t.Errorf("%q: %v", authority, hosts)
		}
	}
}

// Blocks that mean the same share a broker; a model's own block has its own.
func TestSharing(t *testing.T) {
	ids, _, _ := start(t, `
[azure_auth]
mode = "azure_cli"
[kusto.azure_auth]
mode = "azure_cli"
[model_providers.a.azure_auth]
mode = "azure_cli"
tenant_id = "t"
`, nil)
	general, err := ids.General()
	if err != nil {
		t.Fatal(err)
	}
	s := ids.Settings()
	same, _ := ids.Of(s.Kusto.AzureAuth)
	other, _ := ids.Of(s.Providers["a"].AzureAuth)
	if same != general || other == general || other == nil {
		t.Errorf("%p %p %p", general, same, other)
	}
	// Another scope, other hosts: the same sign-in, yet what is asked of it is the block's own.
	scoped, err := ids.Of(&config.AzureAuth{Mode: "azure_cli", Scope: "https://ai.azure.com/.default", TrustedHosts: map[string]string{"a.example": "openai"}})
	if err != nil || scoped == general || scoped.Broker != general.Broker || !scoped.trusts("a.example", auth.OpenAI) || general.trusts("a.example", auth.OpenAI) {
		t.Errorf("%+v %v", scoped, err)
	}
	if scope, err := scoped.ModelScope(); err != nil || scope != "https://ai.azure.com/.default" {
		t.Error(scope, err)
	}
	changed := s
	changed.AzureAuth = &config.AzureAuth{Mode: "managed_identity"}
	ids.Use(changed)
	if now, err := ids.General(); err != nil || now.Mode != "managed_identity" || ids.Settings().AzureAuth.Mode != "managed_identity" {
		t.Errorf("%+v %v", now, err)
	}
}

// A secret in a vault is read with the default sign-in, and with the general one where that isn't what asks.
func TestVaultReference(t *testing.T) {
	for name, text := range map[string]string{
		"the general block asks": "[azure_auth]\nmode = \"client_secret\"\ntenant_id = \"" + fakeentra.Tenant + "\"\nclient_id = \"app\"\nclient_secret = \"keyvault:https://kv.vault.azure.net/secrets/app\"\n",
		"another block asks": "[azure_auth]\nmode = \"device_code\"\n[kusto.azure_auth]\nmode = \"client_secret\"\ntenant_id = \"" + fakeentra.Tenant +
			"\"\nclient_id = \"app\"\nclient_secret = \"keyvault:https://kv.vault.azure.net/secrets/app\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			ids, fake, _ := start(t, text, nil)
			fake.PutSecret("kv", "app", "FAKE-RIGHT")
			fake.Set(func(k *fakeentra.Knobs) { k.Apps = map[string]fakeentra.App{"app": {Secret: "FAKE-RIGHT"}} })
			reader := ids
			general, err := reader.General()
			if err != nil {
				t.Fatal(err)
			}
			if general.Mode == auth.ModeClientSecret {
				if general, err = ids.Of(&config.AzureAuth{TenantID: fakeentra.Tenant}); err != nil {
					t.Fatal(err)
				}
			}
			scope := general.Cloud.Scope(auth.KeyVault)
			if err := general.Broker.SignIn(context.Background(), auth.Req{Scope: scope, Interactive: true, Explicit: true}); err != nil {
				t.Fatal(err)
			}
			if code, err := get(t, cluster(t, ids, "https://one.kusto.windows.net"), "https://one.kusto.windows.net/v2/rest/query"); err != nil || code != 200 {
				t.Errorf("%d %v", code, err)
			}
		})
	}
}

// The Codex CLI's file is kept up to date where the person agreed, and else left as it is.
func TestSharedFile(t *testing.T) {
	for _, share := range []bool{true, false} {
		text := "[azure_auth]\nmode = \"device_code\"\nstorage = \"file\"\n"
		if share {
			text += "codex_file = \"share\"\n"
		}
		ids, fake, _ := start(t, text, nil)
		id, err := ids.General()
		if err != nil {
			t.Fatal(err)
		}
		path := id.codexPath()
		before := `{"access_token":"` + fake.Issue("x") + `","refresh_token":"` + fake.IssueRefresh("04b07795-8ddb-461a-bbee-02f9e1bf7b46") + `","expires_at":"2020-01-01T00:00:00Z","mine":1}`
		if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, ok := id.Importable(); !ok {
			t.Error("not importable")
		}
		if account, err := id.Import(context.Background()); err != nil || account.User != fakeentra.User {
			t.Fatalf("%+v %v", account, err)
		}
		if _, err := id.Broker.Token(context.Background(), auth.Req{Scope: id.Cloud.Scope(auth.DevOps)}); err != nil {
			t.Fatal(err)
		}
		after, err := os.ReadFile(path)
		if err != nil || (string(after) != before) != share || !strings.Contains(string(after), `"mine":`) {
			t.Errorf("share %v: %s %v", share, auth.Redact(string(after)), err)
		}
	}
}

// A program's token is used until it is old or refused, by many at once.
func TestCommand(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "token")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho x >> "+dir+"/runs\nprintf 'token-%s\\n' $(wc -l < "+dir+"/runs)\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	zero := int64(0)
	c := &command{run: config.Command{Command: script, RefreshMs: &zero}, now: time.Now}
	ctx := context.Background()
	first, err := c.Token(ctx, auth.Req{})
	if err != nil || first.Secret.Reveal() != "token-1" {
		t.Skipf("no shell here: %v", err)
	}
	if again, _ := c.Token(ctx, auth.Req{}); !again.Secret.Equal(first.Secret) {
		t.Error("run again for nothing")
	}
	renewed, err := c.Renew(ctx, auth.Req{}, first.Secret)
	if err != nil || renewed.Secret.Reveal() != "token-2" {
		t.Errorf("not renewed: %v", err)
	}
	if late, _ := c.Renew(ctx, auth.Req{}, first.Secret); !late.Secret.Equal(renewed.Secret) {
		t.Error("renewed twice for one refusal")
	}
	for want, run := range map[string]config.Command{
		"isn't there":      {Command: "no-such-program-here"},
		"printed no token": {Command: "echo", Args: []string{"two", "words"}},
		"failed":           {Command: "false"},
		"took over 50ms":   {Command: "sleep", Args: []string{"10"}, TimeoutMs: 50},
	} {
		if _, err := (&command{run: run, now: time.Now}).Token(ctx, auth.Req{}); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "two words") {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// A model's host that nobody knows gets no token; on loopback none is ever sent.
func TestModelHosts(t *testing.T) {
	for base, want := range map[string]string{
		"https://m.openai.azure.com/openai/v1":       "",
		"https://m.services.ai.azure.com/openai/v1":  "",
		"https://models.contoso.com/v1":              "",
		"https://evil.example/openai/v1":             "isn't a known model endpoint; token not sent",
		"https://m.openai.azure.com.evil.example/v1": "isn't a known model endpoint",
		"https://one.kusto.windows.net/v1":           "isn't a known model endpoint",
	} {
		ids, _, _ := start(t, "[azure_auth]\nmode = \"device_code\"\ntrusted_hosts = { \"models.contoso.com\" = \"openai\" }\n", nil)
		_, err := ids.Model(config.Provider{BaseURL: base, AuthHeaderType: "bearer"})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v", base, err)
		}
	}
	ids, _, _ := start(t, "[azure_auth]\nmode = \"device_code\"\nscope = \"https://vault.azure.net/.default\"\n", nil)
	if _, err := ids.Model(config.Provider{BaseURL: "https://m.openai.azure.com/openai/v1", AuthHeaderType: "bearer"}); err == nil || !strings.Contains(err.Error(), "allow_scope_mismatch") {
		t.Errorf("a vault's scope for a model: %v", err)
	}
}

// Every key of a model provider may be a reference, and is read again when the endpoint refuses it.
func TestReferencesOfProviders(t *testing.T) {
	const reference = "keyvault:https://kv.vault.azure.net/secrets/model"
	for name, c := range map[string]struct {
		header, value string
		provider      config.Provider
	}{
		"variable, api-key": {"api-key", reference, config.Provider{EnvKey: "KEY", AuthHeaderType: config.HeaderAPIKey}},
		"bearer token":      {"Authorization", "Bearer " + reference, config.Provider{BearerToken: config.Secret{Secret: auth.NewSecret(reference)}}},
		"header":            {"api-key", reference, config.Provider{HTTPHeaders: map[string]config.Secret{"api-key": {Secret: auth.NewSecret(reference)}}}},
	} {
		t.Run(name, func(t *testing.T) {
			ids, fake, ui := start(t, "[azure_auth]\nmode = \"device_code\"\n", nil)
			fake.PutSecret("kv", "model", "FAKE-KEY-1")
			var got []string
			model := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				got = append(got, r.Header.Get(c.header)+" "+string(body))
				if len(got) == 2 { // the key was changed in the meantime
					w.WriteHeader(http.StatusUnauthorized)
				}
			}))
			t.Cleanup(model.Close)
			c.provider.BaseURL = model.URL + "/v1"
			ids.bases[""] = ids.opt.Transport.Clone()
			ids.bases[""].TLSClientConfig.InsecureSkipVerify = true
			client, err := ids.Model(c.provider)
			if err != nil {
				t.Fatal(err)
			}
			ask := func() {
				ctx := httpauth.With(context.Background(), httpauth.Ask{Interactive: true})
				r, err := http.NewRequestWithContext(ctx, http.MethodPost, model.URL, strings.NewReader("question"))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set(c.header, c.value)
				resp, err := client.Do(r)
				if err != nil || resp.StatusCode != http.StatusOK || r.Header.Get(c.header) != c.value {
					t.Fatalf("%v %v", resp, err)
				}
				_ = resp.Body.Close()
			}
			ask()
			fake.PutSecret("kv", "model", "FAKE-KEY-2")
			ask()
			want := strings.ReplaceAll(c.value, reference, "FAKE-KEY-1") + " question|" + strings.ReplaceAll(c.value, reference, "FAKE-KEY-1") + " question|" +
				strings.ReplaceAll(c.value, reference, "FAKE-KEY-2") + " question"
			if strings.Join(got, "|") != want || len(ui.prompts) != 1 || ui.prompts[0].Reason != "to read "+reference {
				t.Errorf("%q, prompts %+v", got, ui.prompts)
			}
		})
	}
}

// A secret that is needed to sign in can't be read with that same sign-in; what to do instead is said.
func TestReferenceThatNeedsItself(t *testing.T) {
	const block = "mode = \"client_secret\"\ntenant_id = \"" + fakeentra.Tenant + "\"\nclient_id = \"app\"\nclient_secret = \"keyvault:https://kv.vault.azure.net/secrets/app\"\n"
	t.Setenv("PATH", t.TempDir())
	for text, want := range map[string]string{
		"[azure_auth]\n" + block: "The secret keyvault:https://kv.vault.azure.net/secrets/app is read with another sign-in than that of [azure_auth], which needs it to sign in at all; make one of these work, as by az login, or set the secret's variable instead:\n  environment_credential: ",
		"[azure_auth]\nmode = \"device_code\"\n[kusto.azure_auth]\n" + block: "The secret keyvault:https://kv.vault.azure.net/secrets/app is read with the sign-in of [azure_auth], and nobody is signed in; run: calypso login",
	} {
		ids, fake, _ := start(t, text, nil)
		fake.Set(func(k *fakeentra.Knobs) { k.NoSystemIdentity = true })
		_, err := get(t, cluster(t, ids, "https://one.kusto.windows.net"), "https://one.kusto.windows.net/v2/rest/query")
		var e *auth.Error
		if !errors.As(err, &e) || !strings.HasPrefix(e.Msg, want) {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}

func FuzzMetadata(f *testing.F) {
	f.Add(200, []byte(`{"AzureAD":{"LoginMfaRequired":true,"KustoServiceResourceId":"https://kusto.kusto.windows.net"}}`))
	f.Add(404, []byte("no"))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if resource, err := resourceIn(status, body); (resource == "") == (err == nil) {
			t.Errorf("%q %v", resource, err)
		}
	})
}

func FuzzChoice(f *testing.F) {
	f.Add([]byte(`{"mode":"browser","instead":"device_code","tenant":"contoso.example","tenants":{"a":"b"},"sessions":["x"],"offered":true}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c, ok := parseChoice(body)
		if !ok && !reflect.DeepEqual(c, Choice{}) {
			t.Errorf("%+v", c)
		}
	})
}
