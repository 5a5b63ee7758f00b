package account_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"calypso/account"
	"calypso/auth"
	"calypso/auth/source"
	"calypso/auth/store"
	"calypso/config"
	"calypso/connection"
	"calypso/engine"
	"calypso/engine/rest"
	samples "calypso/engine/source"
	"calypso/identity"
	"calypso/internal/fakeentra"
	"calypso/server"
	"calypso/server/protocol"
)

const (
	cluster = "https://help.kusto.windows.net"
	all     = `{"kusto":{"version":1},"auth":{"prompt":true,"vscodeAccount":true,"storageKey":true,"browser":true}}`
)

// The environment's proxy is read once for a process: one authority serves all tests.
var (
	fake   *fakeentra.Server
	caFile string
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	if fake, err = fakeentra.New(); err != nil {
		panic(err)
	}
	defer fake.Close()
	folder, err := os.MkdirTemp("", "calypso-account-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	caFile = filepath.Join(folder, "ca.pem")
	if err := os.WriteFile(caFile, fake.CA(), 0o600); err != nil {
		panic(err)
	}
	os.Setenv("HTTPS_PROXY", fake.ProxyURL())
	os.Setenv("NO_PROXY", "127.0.0.1")
	e, err := engine.Open(engine.Options{})
	if err == nil {
		err = e.Load("", samples.Samples()...)
	}
	if err != nil {
		panic(err)
	}
	kusto := rest.New(e, rest.Options{})
	backend = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = "127.0.0.1" // the emulator answers to no other name
		kusto.ServeHTTP(w, r)
	})
	return m.Run()
}

var backend http.Handler

// noRing is a machine without keyring.
type noRing struct{}

func (noRing) Get(string, string) (string, error) { return "", keyring.ErrUnsupportedPlatform }
func (noRing) Set(string, string, string) error   { return keyring.ErrUnsupportedPlatform }

// desk is an editor's whole world, over restarts.
type desk struct {
	t        *testing.T
	folder   string
	settings config.Settings
	env      map[string]string
	key      string        // of saved sign-ins, as the editor keeps it
	locked   *lockedWriter // log and trace
	secrets  map[string]string
	vscode   func(protocol.AuthVSCodeTokenParams) protocol.AuthVSCodeTokenResult
	onPrompt func(protocol.AuthPrompt) protocol.AuthPromptResult
}

func newDesk(t *testing.T, mode string) *desk {
	t.Helper()
	fake.Set(func(k *fakeentra.Knobs) { *k = fakeentra.Knobs{Backend: backend, Manual: true} })
	fake.Forget()
	d := &desk{t: t, folder: t.TempDir(), env: map[string]string{"HOME": t.TempDir()}, secrets: map[string]string{}, locked: &lockedWriter{}}
	d.env["CODEX_HOME"] = d.env["HOME"]
	d.key = base64.StdEncoding.EncodeToString([]byte("KEY-OF-32-BYTES-NEVER-TO-BE-SEEN"))
	d.settings = config.Settings{
		AzureAuth: &config.AzureAuth{Mode: mode, CAFile: caFile}, Kusto: config.Kusto{ClusterURL: cluster, Database: "Samples"},
	}
	t.Cleanup(d.noSecrets)
	return d
}

// open starts the server, as a window that opens does.
func (d *desk) open(experimental string) *peer {
	d.t.Helper()
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), d.locked, zap.DebugLevel)
	log := zap.New(core)
	accounts := account.New(identity.Options{
		Settings: d.settings, Getenv: func(name string) string { return d.env[name] }, Folder: d.folder, Keyring: noRing{}, Log: log,
	})
	book, err := connection.Open(connection.Options{
		Settings: d.settings, EmbeddedDatabase: engine.DefaultDatabase, Log: log, File: filepath.Join(d.folder, "connections.json"),
		Dial: func(address string) (connection.Cluster, error) {
			transport, err := accounts.Cluster(address)
			if err != nil {
				return nil, err
			}
			return connection.Remote(address, transport)
		},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	accounts.Identities().Tenants(book.Tenant)
	o := server.Options{Backend: book, Subscribe: book.Subscribe, Log: log, Trace: d.locked, Accounts: accounts}
	return connect(d.t, o, experimental, map[string]func(json.RawMessage) any{
		protocol.MethodAuthPrompt: func(raw json.RawMessage) any {
			var p protocol.AuthPrompt
			d.read(raw, &p)
			if d.onPrompt == nil {
				return protocol.AuthPromptResult{Accepted: true}
			}
			return d.onPrompt(p)
		},
		protocol.MethodAuthVSCodeToken: func(raw json.RawMessage) any {
			var p protocol.AuthVSCodeTokenParams
			d.read(raw, &p)
			if d.vscode == nil {
				return protocol.AuthVSCodeTokenResult{}
			}
			return d.vscode(p)
		},
		protocol.MethodAuthStorageKey: func(json.RawMessage) any { return protocol.AuthStorageKeyResult{Key: d.key} },
		protocol.MethodAuthSecret: func(raw json.RawMessage) any {
			var p protocol.AuthSecretParams
			d.read(raw, &p)
			return protocol.AuthSecretResult{Value: d.secrets[p.Name]}
		},
	})
}

func (d *desk) read(raw json.RawMessage, into any) {
	if err := json.Unmarshal(raw, into); err != nil {
		d.t.Error(err)
	}
}

// noSecrets searches logs, traces and files for the fake's markers and for the key.
func (d *desk) noSecrets() {
	marks := regexp.MustCompile(`(?i)` + fakeentra.Markers + `|FK\d{4}XY|KEY-OF-32|SECRET-IN-ERROR|` + regexp.QuoteMeta(d.key))
	if found := marks.FindString(d.locked.String()); found != "" {
		d.t.Errorf("%s stands in a log or trace", found)
	}
	_ = filepath.WalkDir(d.folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil && marks.Match(data) {
			d.t.Errorf("%s holds a secret", path)
		}
		return err
	})
}

// approving says yes to every code.
func approving(p protocol.AuthPrompt) protocol.AuthPromptResult {
	fake.Approve(p.UserCode)
	return protocol.AuthPromptResult{Accepted: true}
}

var query = map[string]any{"text": "StormEvents | count"}

func rows(t *testing.T, p *peer) {
	t.Helper()
	var out protocol.QueryRunResult
	p.call(protocol.MethodQueryRun, query, &out)
	if len(out.Results) == 0 || out.Stats.Rows != 1 {
		t.Errorf("got %+v", out)
	}
}

func status(p *peer) protocol.AuthStatus {
	p.t.Helper()
	var s protocol.AuthStatus
	p.call(protocol.MethodAuthStatus, struct{}{}, &s)
	return s
}

func TestRunSignsIn(t *testing.T) {
	d := newDesk(t, auth.ModeDeviceCode)
	var asked []protocol.AuthPrompt
	d.onPrompt = func(p protocol.AuthPrompt) protocol.AuthPromptResult {
		asked = append(asked, p)
		return approving(p)
	}
	p := d.open(all)
	if s := status(p); s.State != protocol.AuthSignedOut || s.Resource != "help.kusto.windows.net" || !s.Prompts || s.Storage != "client" {
		t.Errorf("before: %+v", s)
	}
	rows(t, p)
	p.until(protocol.MethodAuthPromptClosed, `"outcome":"done"`)
	p.until(protocol.MethodAuthDidChange, fakeentra.User)
	if len(asked) != 1 || asked[0].Kind != "device" || asked[0].Reason != "to query help.kusto.windows.net" || asked[0].ExpiresAt == "" {
		t.Errorf("asked %+v", asked)
	}
	s := status(p)
	if s.State != protocol.AuthSignedIn || s.Account != fakeentra.User || s.Tenant != fakeentra.Tenant || len(s.Services) != 1 {
		t.Errorf("after: %+v", s)
	}

	again := d.open(all) // another window, later
	rows(t, again)
	if len(asked) != 1 {
		t.Errorf("%d prompts, want 1", len(asked))
	}

	for _, line := range []string{"<- answer auth/storageKey", "-> request auth/prompt", "<- answer auth/prompt"} { // they are traced, without what is in them
		if !strings.Contains(d.locked.String(), line) {
			t.Errorf("the trace has no %q", line)
		}
	}
	again.call(protocol.MethodAuthSignOut, struct{}{}, nil)
	if s := status(again); s.State != protocol.AuthSignedOut || s.Account != "" {
		t.Errorf("signed out: %+v", s)
	}
}

// replying has the fake give one answer to the calls that it is for.
func replying(to func(fakeentra.Call) bool, answer *fakeentra.Reply) func(*fakeentra.Knobs) {
	return func(k *fakeentra.Knobs) {
		k.Fault = func(c fakeentra.Call) *fakeentra.Reply {
			if !to(c) {
				return nil
			}
			return answer
		}
	}
}

func isQuery(c fakeentra.Call) bool { return c.Path == "/v2/rest/query" }

func TestWhatGoesWrongHasButtons(t *testing.T) {
	deny := func(grant, oauth, code, text string) func(*fakeentra.Knobs) {
		return replying(func(c fakeentra.Call) bool { return c.Grant == grant }, fakeentra.Deny(http.StatusBadRequest, oauth, code, text, ""))
	}
	query403 := &fakeentra.Reply{Status: http.StatusForbidden, Body: `{"error":{"code":"Forbidden","message":"Caller is not authorized"}}`}
	for _, c := range []struct {
		name, mode string
		knobs      func(*fakeentra.Knobs)
		prompt     func(protocol.AuthPrompt) protocol.AuthPromptResult
		message    string
		actions    string
	}{
		{
			"authority down", auth.ModeDeviceCode,
			replying(func(c fakeentra.Call) bool { return c.Grant == "devicecode" }, &fakeentra.Reply{Status: http.StatusServiceUnavailable}),
			nil, "Can't reach https://login.microsoftonline.com; will retry.", "",
		},
		{
			"declined", auth.ModeDeviceCode, nil, func(p protocol.AuthPrompt) protocol.AuthPromptResult {
				fake.Decline(p.UserCode)
				return protocol.AuthPromptResult{Accepted: true}
			}, "Sign-in was cancelled.", "Sign in",
		},
		{"not shown", auth.ModeDeviceCode, nil, func(protocol.AuthPrompt) protocol.AuthPromptResult { return protocol.AuthPromptResult{} }, "Sign-in was cancelled.", "Sign in"},
		{"expired", auth.ModeDeviceCode, func(k *fakeentra.Knobs) { k.Polls, k.Manual = []string{"expired_token"}, false }, nil, "The code expired.", "New code"},
		{
			"no browser", auth.ModeBrowser, nil, func(protocol.AuthPrompt) protocol.AuthPromptResult { return protocol.AuthPromptResult{NoBrowser: true} },
			"Can't open a browser here.", "VS Code account,Code",
		},
		{"vscode", auth.ModeVSCode, nil, nil, "VS Code wasn't allowed to share your Microsoft account.", "Browser,Code"},
		{
			"policy", auth.ModeDeviceCode, deny("devicecode", "access_denied", "AADSTS53003", "Blocked."), nil,
			"Sign-in with a code isn't allowed (AADSTS53003).", "VS Code account,Browser,az login",
		},
		{
			"consent", auth.ModeDeviceCode, deny("device_code", "invalid_grant", "AADSTS65001", "No consent."), approving,
			"04b07795-8ddb-461a-bbee-02f9e1bf7b46 isn't approved for help.kusto.windows.net in your tenant (AADSTS65001); an administrator can approve it.", "",
		},
		{"refused", auth.ModeDeviceCode, replying(isQuery, query403), approving, "Signed in as ann@contoso.example (tenant " + fakeentra.Tenant + "), but help.kusto.windows.net refused it.", "Switch tenant"},
		{"401 again", auth.ModeDeviceCode, replying(isQuery, &fakeentra.Reply{Status: http.StatusUnauthorized}), approving, "Signed in as ann@contoso.example (tenant " + fakeentra.Tenant + "), but help.kusto.windows.net refused it.", "Switch tenant"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, c.mode)
			if c.knobs != nil {
				fake.Set(c.knobs)
			}
			d.onPrompt = c.prompt
			e := d.open(all).fails(protocol.MethodQueryRun, query)
			if got := strings.Join(e.Data.Actions, ","); e.Message != c.message || got != c.actions || (e.Data.Kind == "auth") == (c.name == "authority down") {
				t.Errorf("%q [%s] %s, want %q [%s]", e.Message, got, e.Data.Kind, c.message, c.actions)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	d := newDesk(t, auth.ModeDeviceCode)
	shown := make(chan string, 1)
	d.onPrompt = func(p protocol.AuthPrompt) protocol.AuthPromptResult {
		shown <- p.ID
		return protocol.AuthPromptResult{Accepted: true}
	}
	p := d.open(all)
	wait := p.begin(protocol.MethodQueryRun, query)
	p.call(protocol.MethodAuthCancel, protocol.AuthCancelParams{ID: "another"}, nil) // an old prompt's button
	p.call(protocol.MethodAuthCancel, protocol.AuthCancelParams{ID: <-shown}, nil)
	if a := wait(); a.Error == nil || a.Error.Message != "Sign-in was cancelled." || !a.Error.Data.Shown {
		t.Errorf("got %+v", a)
	}
	p.until(protocol.MethodAuthPromptClosed, `"outcome":"cancelled"`)
	if e := p.fails(protocol.MethodAuthCancel, struct{}{}); e.Code != -32602 {
		t.Errorf("without an id: %+v", e)
	}
}

// A client that says nothing of sign-in is asked nothing, and told what to run.
func TestClientThatCannotAsk(t *testing.T) {
	d := newDesk(t, auth.ModeDeviceCode)
	for _, experimental := range []string{`{}`, `{"kusto":{"version":1}}`, `{"kusto":{"version":1},"auth":{}}`} {
		p := d.open(experimental)
		if e := p.fails(protocol.MethodQueryRun, query); e.Message != "Sign in to Azure to query help.kusto.windows.net; run: calypso login" || e.Data.Actions != nil {
			t.Errorf("%s: %+v", experimental, e)
		}
		if e := p.fails(protocol.MethodAuthSignIn, struct{}{}); !strings.Contains(e.Message, "calypso login") {
			t.Errorf("%s: %+v", experimental, e)
		}
		if asked := p.wasAsked("auth/"); asked != nil {
			t.Errorf("%s: asked %v", experimental, asked)
		}
	}
}

// In mode default a session that the person opened goes before what the machine has, in later windows too, until they sign out.
func TestOpenedSessionWins(t *testing.T) {
	d := newDesk(t, "")
	d.env["AZURE_TENANT_ID"], d.env["AZURE_CLIENT_ID"], d.env["AZURE_CLIENT_SECRET"] = fakeentra.Tenant, "app", "FAKEPASS-of-the-app"
	fake.Set(func(k *fakeentra.Knobs) { k.Apps = map[string]fakeentra.App{"app": {Secret: "FAKEPASS-of-the-app"}} })
	d.onPrompt = approving
	p := d.open(all)
	rows(t, p)
	if s := status(p); s.Account != "app app" || s.Way != auth.ModeEnvironment {
		t.Errorf("the machine's: %+v", s)
	}
	p.call(protocol.MethodAuthSignIn, struct{}{}, nil)
	for _, window := range []*peer{p, d.open(all)} {
		fake.Forget()
		rows(t, window)
		if s := status(window); s.Account != fakeentra.User || s.Way != source.LinkSession || s.Bar.Text != fakeentra.User+" (own sign-in)" {
			t.Errorf("the person's: %+v", s)
		}
		if fake.Grants("client_credentials")+fake.Grants("devicecode") > 0 {
			t.Errorf("asked %v", fake.Calls())
		}
	}
	p.call(protocol.MethodAuthSignOut, struct{}{}, nil)
	again := d.open(all)
	rows(t, again)
	if s := status(again); s.Account != "app app" {
		t.Errorf("after signing out: %+v", s)
	}
}

// The mode that a person chose holds in the next window too, until they sign out.
func TestAnotherWay(t *testing.T) {
	d := newDesk(t, auth.ModeDeviceCode)
	var silent []bool
	d.vscode = func(p protocol.AuthVSCodeTokenParams) protocol.AuthVSCodeTokenResult {
		silent = append(silent, p.Silent)
		return protocol.AuthVSCodeTokenResult{Token: fake.Issue(cluster), Account: "bea@contoso.example"}
	}
	p := d.open(all)
	var s protocol.AuthStatus
	p.call(protocol.MethodAuthSignIn, protocol.AuthSignInParams{Mode: auth.ModeVSCode}, &s)
	if s.Mode != auth.ModeVSCode || s.Account != "bea@contoso.example" || s.State != protocol.AuthSignedIn {
		t.Errorf("got %+v", s)
	}
	rows(t, p)
	rows(t, d.open(all))
	if !slices.Contains(silent, false) || !silent[len(silent)-1] {
		t.Errorf("asked %v, want one dialog and silence afterwards", silent)
	}
	other := *d.settings.AzureAuth
	before := d.settings.AzureAuth
	other.Mode, d.settings.AzureAuth = auth.ModeBrowser, &other
	if s := status(d.open(all)); s.Mode != auth.ModeBrowser {
		t.Errorf("the settings name another way: %+v", s)
	}
	d.settings.AzureAuth = before
	p.call(protocol.MethodAuthSignOut, struct{}{}, nil)
	if s := status(d.open(all)); s.Mode != auth.ModeDeviceCode {
		t.Errorf("after signing out: %+v", s)
	}
	if e := p.fails(protocol.MethodAuthSignIn, protocol.AuthSignInParams{Mode: "client_secret"}); !strings.Contains(e.Message, "client_secret") {
		t.Errorf("got %+v", e)
	}
}

// Another tenant of the same sign-in needs no prompt, and one that doesn't exist isn't kept.
func TestTenant(t *testing.T) {
	d := newDesk(t, auth.ModeDeviceCode)
	prompts := 0
	d.onPrompt = func(p protocol.AuthPrompt) protocol.AuthPromptResult {
		prompts++
		return approving(p)
	}
	p := d.open(all)
	rows(t, p)
	tenant := "fabrikam.example"
	var s protocol.AuthStatus
	p.call(protocol.MethodAuthSignIn, protocol.AuthSignInParams{Tenant: &tenant}, &s)
	rows(t, p)
	if s.Tenant != tenant || prompts != 1 || !slices.ContainsFunc(fake.Calls(), func(c fakeentra.Call) bool { return c.Tenant == tenant && c.Grant == "refresh_token" }) {
		t.Errorf("%+v after %d prompts", s, prompts)
	}
	bad := "not a tenant"
	if e := p.fails(protocol.MethodAuthSignIn, protocol.AuthSignInParams{Tenant: &bad}); !strings.Contains(e.Message, bad) {
		t.Errorf("got %+v", e)
	}
	fake.Set(func(k *fakeentra.Knobs) {
		k.Fault = func(c fakeentra.Call) *fakeentra.Reply {
			if c.Tenant != "nobody.example" || c.Grant == "" {
				return nil
			}
			return fakeentra.Deny(http.StatusBadRequest, "invalid_request", "AADSTS90002", "Tenant not found.", "")
		}
	})
	unknown := "nobody.example"
	if e := p.fails(protocol.MethodAuthSignIn, protocol.AuthSignInParams{Tenant: &unknown}); !strings.Contains(e.Message, "unknown") {
		t.Errorf("got %+v", e)
	}
	if s := status(p); s.Tenant != tenant {
		t.Errorf("kept %+v", s)
	}
}

// A connection that was added with a tenant gets its tokens from there, in later windows too, with the sign-in that is there.
func TestTenantOfAConnection(t *testing.T) {
	d := newDesk(t, auth.ModeDeviceCode)
	prompts := 0
	d.onPrompt = func(p protocol.AuthPrompt) protocol.AuthPromptResult {
		prompts++
		return approving(p)
	}
	const guest = "44444444-4444-4444-4444-444444444444"
	fake.Set(func(k *fakeentra.Knobs) { k.Tenants = map[string]string{"guest.kusto.windows.net": guest} })
	p := d.open(all)
	rows(t, p)
	if e := p.fails(protocol.MethodConnectionsAdd, protocol.ConnectionsAddParams{URL: "https://guest.kusto.windows.net", Tenant: "no tenant"}); !strings.Contains(e.Message, "no tenant") {
		t.Errorf("got %+v", e)
	}
	var added protocol.ConnectionsAddResult
	p.call(protocol.MethodConnectionsAdd, protocol.ConnectionsAddParams{URL: "https://guest.kusto.windows.net"}, &added)
	there := map[string]any{"text": "StormEvents | count", "connection": added.ID, "database": "Samples"}
	want := "Signed in as " + fakeentra.User + " (tenant " + fakeentra.Tenant + "), but guest.kusto.windows.net refused it. It names the tenant " + guest + "."
	if e := p.fails(protocol.MethodQueryRun, there); e.Message != want || !slices.Equal(e.Data.Actions, []string{"Switch tenant"}) {
		t.Errorf("got %+v, want %s", e, want)
	}
	p.call(protocol.MethodConnectionsAdd, protocol.ConnectionsAddParams{URL: "https://guest.kusto.windows.net", Tenant: guest}, nil)
	for _, window := range []*peer{p, d.open(all)} {
		var out protocol.QueryRunResult
		window.call(protocol.MethodQueryRun, there, &out)
		if out.Stats.Rows != 1 {
			t.Errorf("got %+v", out)
		}
		rows(t, window) // the other cluster is asked in its own tenant as before
	}
	if prompts != 1 {
		t.Errorf("%d prompts, want 1", prompts)
	}
}

// An app's secret may be VS Code's.
func TestSecretOfTheEditor(t *testing.T) {
	d := newDesk(t, auth.ModeClientSecret)
	fake.Set(func(k *fakeentra.Knobs) { k.Apps = map[string]fakeentra.App{"app": {Secret: "FAKEPASS-of-the-app"}} })
	a := d.settings.AzureAuth
	a.TenantID, a.ClientID = fakeentra.Tenant, "app"
	a.ClientSecret = config.Secret{Secret: auth.NewSecret("vscode:prod")}
	if e := d.open(all).fails(protocol.MethodQueryRun, query); !strings.Contains(e.Message, "Store Secret") {
		t.Errorf("without the secret: %+v", e)
	}
	d.secrets["prod"] = "FAKEPASS-of-the-app"
	p := d.open(all)
	rows(t, p)
	if s := status(p); s.Prompts || s.State != protocol.AuthSignedIn || s.Account != "app app" {
		t.Errorf("got %+v", s)
	}
}

// Schemas are loaded when the sign-in that they wanted is there.
func TestSchemaAfterSignIn(t *testing.T) {
	d := newDesk(t, auth.ModeDeviceCode)
	d.onPrompt = approving
	p := d.open(all)
	p.write(map[string]any{"method": "textDocument/didOpen", "params": map[string]any{"textDocument": map[string]any{
		"uri": "file:///a.kql", "languageId": "kql", "version": 1, "text": "StormEvents",
	}}})
	p.call("textDocument/hover", map[string]any{"textDocument": map[string]any{"uri": "file:///a.kql"}, "position": map[string]any{"line": 0, "character": 1}}, nil)
	p.until(protocol.MethodSchemaChanged, `"state":"denied"`)
	p.call(protocol.MethodAuthSignIn, struct{}{}, nil)
	p.until(protocol.MethodSchemaChanged, `"state":"known"`)
}

func TestUntrustedHost(t *testing.T) {
	d := newDesk(t, auth.ModeDeviceCode)
	d.settings.Kusto.ClusterURL = "https://kusto.contoso.example"
	e := d.open(all).fails(protocol.MethodQueryRun, query)
	if e.Message != "kusto.contoso.example isn't a known Kusto endpoint; token not sent" || len(e.Data.Actions) != 1 || e.Data.Actions[0] != "Trust host" {
		t.Errorf("got %+v", e)
	}
	d.settings.AzureAuth = &config.AzureAuth{Mode: auth.ModeDeviceCode, CAFile: caFile, TrustedHosts: map[string]string{"kusto.contoso.example": "kusto"}}
	d.onPrompt = approving
	if e := d.open(all).fails(protocol.MethodQueryRun, query); strings.Contains(e.Message, "known Kusto endpoint") {
		t.Errorf("trusted: %+v", e) // the fake's hosts that aren't .kusto. are no clusters: the query fails, but not for want of trust
	}
}

// The Codex CLI's sign-in to Azure DevOps serves clusters too.
func TestImport(t *testing.T) {
	d := newDesk(t, auth.ModeDeviceCode)
	p := d.open(all)
	if s := status(p); s.Import != "" {
		t.Errorf("without a file: %+v", s)
	}
	if e := p.fails(protocol.MethodAuthImport, struct{}{}); !strings.Contains(e.Message, "no sign-in to import") {
		t.Errorf("got %+v", e)
	}
	path := store.CodexPath(d.env["CODEX_HOME"])
	if err := os.WriteFile(path, []byte(`{"access_token":"x","refresh_token":"`+fake.IssueRefresh(source.AzureCLIClient)+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if s := status(p); s.Import != path {
		t.Errorf("with a file: %+v", s)
	}
	var s protocol.AuthStatus
	p.call(protocol.MethodAuthImport, struct{}{}, &s)
	if s.Account != fakeentra.User {
		t.Errorf("got %+v", s)
	}
	rows(t, p)
	if asked := p.wasAsked(protocol.MethodAuthPrompt); asked != nil {
		t.Errorf("asked %v", asked)
	}
}
