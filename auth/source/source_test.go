package source

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"calypso/auth"
	"calypso/internal/fakeentra"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/cache"
)

// memory is a session's file, in memory, that outlives a Broker.
type memory struct {
	mu   sync.Mutex
	data []byte
}

func (m *memory) Replace(_ context.Context, c cache.Unmarshaler, _ cache.ReplaceHints) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return c.Unmarshal(m.data)
}

func (m *memory) Export(_ context.Context, c cache.Marshaler, _ cache.ExportHints) (err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.data, err = c.Marshal()
	return err
}

// person is the UI of someone who does what decide says.
type person struct {
	decide func(auth.Prompt) error
	mu     sync.Mutex
	seen   []auth.Prompt
	hidden []error
}

func (p *person) Show(_ context.Context, prompt auth.Prompt) error {
	p.mu.Lock()
	p.seen = append(p.seen, prompt)
	p.mu.Unlock()
	if p.decide != nil {
		return p.decide(prompt)
	}
	return nil
}

func (p *person) Hide(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hidden = append(p.hidden, err)
}

func (p *person) prompts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.seen)
}

// site is a fake authority with what a test needs around it.
type site struct {
	*fakeentra.Server
	env  Env
	vars map[string]string
	ui   *person
}

func newSite(t testing.TB) *site {
	t.Helper()
	fake, err := fakeentra.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	for _, name := range []string{"IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT", "IMDS_ENDPOINT", "AZURE_POD_IDENTITY_AUTHORITY_HOST"} {
		t.Setenv(name, "")
	}
	s := &site{Server: fake, vars: map[string]string{}, ui: &person{}}
	s.env = Env{HTTP: fake.Client(), Direct: fake.Client(), Getenv: func(n string) string { return s.vars[n] }, Cache: &memory{}}
	return s
}

func (s *site) broker(t testing.TB, cfg Config) *auth.Broker {
	t.Helper()
	src, err := New(cfg, s.env)
	if err != nil {
		t.Fatal(err)
	}
	return auth.New(src, auth.Options{Mode: cfg.Mode, UI: s.ui})
}

const (
	kustoA  = "https://help.kusto.windows.net/.default"
	kustoB  = "https://other.westeurope.kusto.windows.net/.default"
	openAI  = "https://cognitiveservices.azure.com/.default"
	devOps  = "499b84ac-1321-427f-aa17-267ca6975798/.default"
	vaults  = "https://vault.azure.net/.default"
	foundry = "https://ai.azure.com/.default"
	appID   = "33333333-3333-3333-3333-333333333333"
)

var six = []string{kustoA, kustoB, openAI, devOps, vaults, foundry}

func want(t *testing.T, b *auth.Broker, scope string, interactive bool) auth.Token {
	t.Helper()
	token, err := b.Token(t.Context(), auth.Req{Scope: scope, Interactive: interactive})
	if err != nil {
		t.Fatalf("%s: %v", scope, err)
	}
	return token
}

func TestOneSignInServesAll(t *testing.T) {
	for _, mode := range []string{auth.ModeDeviceCode, auth.ModeBrowser, auth.ModeDefault} {
		t.Run(mode, func(t *testing.T) {
			s := newSite(t)
			t.Setenv("PATH", t.TempDir())
			s.ui.decide = func(p auth.Prompt) error {
				if p.Flow == auth.FlowBrowser {
					go func() {
						if err := s.Consent(p.URL); err != nil {
							t.Error(err)
						}
					}()
				}
				return nil
			}
			s.Set(func(k *fakeentra.Knobs) {
				k.Polls = []string{"authorization_pending", "slow_down", "ok"}
				k.Fault = noIMDS
			})
			b := s.broker(t, Config{Mode: mode})
			for _, scope := range six {
				want(t, b, scope, true)
			}
			if n := s.ui.prompts(); n != 1 {
				t.Errorf("%d prompts, want 1", n)
			}
			if who := b.Status().Account; who.User != fakeentra.User || who.Tenant != fakeentra.Tenant {
				t.Errorf("account %+v", who)
			}
			again := s.broker(t, Config{Mode: mode}) // another process with the same file
			for _, scope := range six {
				want(t, again, scope, false)
			}
			if _, err := again.Token(t.Context(), auth.Req{Scope: kustoA, Tenant: "44444444-4444-4444-4444-444444444444"}); err != nil {
				t.Errorf("another tenant: %v", err)
			}
			s.RevokeSessions()
			dead := s.broker(t, Config{Mode: mode})
			if _, err := dead.Token(t.Context(), auth.Req{Scope: "https://new.kusto.windows.net/.default"}); auth.KindOf(err) != auth.SignInRequired {
				t.Errorf("dead session: %v", err)
			}
			want(t, dead, "https://new.kusto.windows.net/.default", true)
			if n := s.ui.prompts(); n != 2 {
				t.Errorf("%d prompts, want 2", n)
			}
			if err := dead.SignOut(t.Context()); err != nil {
				t.Fatal(err)
			}
			if held := string(s.env.Cache.(*memory).data); regexp.MustCompile(fakeentra.Markers).MatchString(held) {
				t.Error("sign-out leaves a token behind")
			}
		})
	}
}

// noIMDS is a network without a metadata service.
func noIMDS(c fakeentra.Call) *fakeentra.Reply {
	if c.Host == "imds" {
		return &fakeentra.Reply{Reset: true}
	}
	return nil
}

func TestRenewAsksTheAuthority(t *testing.T) {
	s := newSite(t)
	b := s.broker(t, Config{Mode: auth.ModeDeviceCode})
	first := want(t, b, vaults, true)
	second, err := b.Renew(t.Context(), auth.Req{Scope: vaults}, first.Secret)
	if err != nil || second.Secret.Equal(first.Secret) {
		t.Errorf("renewed to the same, or %v", err)
	}
	if s.ui.prompts() != 1 {
		t.Error("asked again")
	}
}

func TestChallengePromptsWithItsClaims(t *testing.T) {
	s := newSite(t)
	b := s.broker(t, Config{Mode: auth.ModeDeviceCode})
	want(t, b, vaults, true)
	claims := `{"access_token":{"acrs":{"essential":true,"value":"c1"}}}`
	s.Set(func(k *fakeentra.Knobs) {
		k.Fault = func(c fakeentra.Call) *fakeentra.Reply {
			if c.Grant == "refresh_token" && s.ui.prompts() == 1 {
				return fakeentra.Deny(400, "interaction_required", "AADSTS50076", "Due to a configuration change …", claims)
			}
			return nil
		}
	})
	r := auth.Req{Scope: kustoA}
	_, err := b.Token(t.Context(), r)
	var e *auth.Error
	if !errors.As(err, &e) || e.Kind != auth.ClaimsChallenge || e.Claims != claims {
		t.Fatalf("%#v", err)
	}
	r.Interactive = true
	if _, err := b.Token(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, c := range s.Calls() {
		found = found || c.Grant == "devicecode" && strings.Contains(c.Claims, `"acrs"`)
	}
	if !found {
		t.Error("the prompt lacked the claims")
	}
}

// Two hundred callers of one scope cost one prompt and one redemption.
func TestManyCallers(t *testing.T) {
	s := newSite(t)
	s.Set(func(k *fakeentra.Knobs) { k.Polls = []string{"authorization_pending"} })
	b := s.broker(t, Config{Mode: auth.ModeDeviceCode})
	var group sync.WaitGroup
	for i := range 200 {
		group.Go(func() {
			if _, err := b.Token(t.Context(), auth.Req{Scope: six[i%3], Interactive: true}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if s.ui.prompts() != 1 || s.Grants("refresh_token") > 3 {
		t.Errorf("%d prompts, %d refreshes", s.ui.prompts(), s.Grants("refresh_token"))
	}
}

// host is a sign-in without a person: its configuration, and what is around it.
type host struct {
	name string
	cfg  Config
	vars map[string]string
	file string // of the federated token; "" is none
}

// equip sets the host's variables; those of the app go along with any.
func (m host) equip(t *testing.T, s *site) {
	t.Helper()
	maps.Copy(s.vars, m.vars)
	if m.vars != nil || m.file != "" {
		s.vars["AZURE_TENANT_ID"], s.vars["AZURE_CLIENT_ID"] = fakeentra.Tenant, appID
	}
	if m.file == "" {
		return
	}
	path := t.TempDir() + "/token"
	if err := os.WriteFile(path, []byte(m.file), 0o600); err != nil {
		t.Fatal(err)
	}
	s.vars["AZURE_FEDERATED_TOKEN_FILE"] = path
}

func TestMachines(t *testing.T) {
	good := func(s *site) {
		s.Set(func(k *fakeentra.Knobs) {
			k.Apps = map[string]fakeentra.App{appID: {Secret: "FAKE-SECRET", Federated: "FAKE-FEDERATED"}}
			k.Passwords = map[string]string{fakeentra.User: "FAKEPASS"}
			k.Identities = []string{appID, "object", "/subscriptions/x"}
		})
	}
	app := Config{TenantID: fakeentra.Tenant, ClientID: appID}
	with := func(mode string, change func(*Config)) Config {
		c := app
		c.Mode = mode
		if change != nil {
			change(&c)
		}
		return c
	}
	cases := []host{
		{name: "secret", cfg: with(auth.ModeClientSecret, func(c *Config) { c.ClientSecret = auth.NewSecret("FAKE-SECRET") })},
		{name: "secret from the environment", cfg: with(auth.ModeClientSecret, nil), vars: map[string]string{"AZURE_CLIENT_SECRET": "FAKE-SECRET"}},
		{name: "environment secret", cfg: Config{Mode: auth.ModeEnvironment}, vars: map[string]string{"AZURE_CLIENT_SECRET": "FAKE-SECRET"}},
		{name: "environment password", cfg: Config{Mode: auth.ModeEnvironment}, vars: map[string]string{"AZURE_USERNAME": fakeentra.User, "AZURE_PASSWORD": "FAKEPASS"}},
		{name: "workload", cfg: Config{Mode: auth.ModeWorkload}, file: "FAKE-FEDERATED"},
		{name: "system identity", cfg: Config{Mode: auth.ModeManagedIdentity}},
		{name: "identity by client", cfg: Config{Mode: auth.ModeManagedIdentity, ClientID: appID}},
		{name: "identity by object", cfg: Config{Mode: auth.ModeManagedIdentity, ObjectID: "object"}},
		{name: "identity by resource", cfg: Config{Mode: auth.ModeManagedIdentity, ResourceID: "/subscriptions/x"}},
		{name: "default by environment", cfg: Config{Mode: auth.ModeDefault}, vars: map[string]string{"AZURE_CLIENT_SECRET": "FAKE-SECRET"}},
		{name: "default by identity", cfg: Config{Mode: auth.ModeDefault}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t)
			good(s)
			c.equip(t, s)
			b := s.broker(t, c.cfg)
			scope := "https://" + strings.ReplaceAll(c.name, " ", "-") + ".kusto.windows.net/.default" // identities' tokens are kept process-wide
			token := want(t, b, scope, false)
			next, err := b.Renew(t.Context(), auth.Req{Scope: scope}, token.Secret)
			if err != nil || next.Secret.Equal(token.Secret) {
				t.Errorf("renewed to the same, or %v", err)
			}
			if b.Status().Account.User == "" {
				t.Error("nobody is named")
			}
		})
	}
}

func TestAppService(t *testing.T) {
	s := newSite(t)
	for k, v := range map[string]string{"IDENTITY_ENDPOINT": s.PlainURL() + "/msi/token", "IDENTITY_HEADER": fakeentra.AppServiceHeader} {
		t.Setenv(k, v)
		s.vars[k] = v
	}
	want(t, s.broker(t, Config{Mode: auth.ModeManagedIdentity}), "https://appservice.kusto.windows.net/.default", false)
	if s.Grants("appservice") != 1 {
		t.Error("App Service wasn't asked")
	}
}

func TestAzureCLI(t *testing.T) {
	s := newSite(t)
	folder := t.TempDir()
	t.Setenv("PATH", folder+":/usr/bin:/bin")
	if err := s.InstallAz(folder, fakeentra.AzWorks); err != nil {
		t.Fatal(err)
	}
	b := s.broker(t, Config{Mode: auth.ModeAzureCLI, TenantID: fakeentra.Tenant})
	want(t, b, vaults, false)
	want(t, b, vaults, false)
	log, err := os.ReadFile(folder + "/az.log")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(log)); got != "account get-access-token -o json --resource https://vault.azure.net --tenant "+fakeentra.Tenant {
		t.Errorf("az was called with\n%s", got)
	}
}

func TestVSCode(t *testing.T) {
	s := newSite(t)
	signedIn := false
	s.env.VSCode = func(_ context.Context, r VSCodeRequest) (VSCodeSession, error) {
		if !r.Silent {
			signedIn = true
		}
		if !signedIn {
			return VSCodeSession{}, nil
		}
		return VSCodeSession{Token: auth.NewSecret(s.Issue("https://vault.azure.net")), User: fakeentra.User}, nil
	}
	b := s.broker(t, Config{Mode: auth.ModeVSCode})
	if _, err := b.Token(t.Context(), auth.Req{Scope: vaults}); auth.KindOf(err) != auth.SignInRequired {
		t.Error(err)
	}
	token := want(t, b, vaults, true)
	if left := time.Until(token.ExpiresOn); left < 50*time.Minute {
		t.Errorf("%v left, want an hour", left)
	}
}

func TestKeyVaultReference(t *testing.T) {
	s := newSite(t)
	s.PutSecret("team", "app", "FAKE-SECRET")
	s.Set(func(k *fakeentra.Knobs) { k.Apps = map[string]fakeentra.App{appID: {Secret: "FAKE-SECRET"}} })
	reader := s.broker(t, Config{Mode: auth.ModeManagedIdentity})
	vault := Vault{Credential: reader.Credential(auth.Req{}), Cloud: auth.Public(), HTTP: s.Client()}
	s.env.Resolve = vault.Secret
	cfg := Config{
		Mode: auth.ModeClientSecret, TenantID: fakeentra.Tenant, ClientID: appID,
		ClientSecret: auth.NewSecret("keyvault:https://team.vault.azure.net/secrets/app"),
	}
	b := s.broker(t, cfg)
	want(t, b, kustoA, false)

	// The secret is rotated: the refusal makes the reference be read once more.
	s.PutSecret("team", "app", "FAKE-SECRET-2")
	s.Set(func(k *fakeentra.Knobs) { k.Apps = map[string]fakeentra.App{appID: {Secret: "FAKE-SECRET-2"}} })
	want(t, b, kustoB, false)

	for _, bad := range []string{
		"keyvault:https://team.vault.azure.net.evil.example/secrets/app", "keyvault:http://team.vault.azure.net/secrets/app", "keyvault:https://team.vault.azure.net/keys/app",
		"keyvault:https://team.vault.azure.net:8443/secrets/app", "keyvault:https://127.0.0.1/secrets/app", "keyvault:", "keyvault:https://team.vault.azure.cn/secrets/app",
	} {
		if _, err := vault.Secret(t.Context(), bad); auth.KindOf(err) != auth.Misconfigured {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if _, err := vault.Secret(t.Context(), "keyvault:https://team.vault.azure.net/secrets/none"); err == nil || !strings.Contains(err.Error(), "isn't in") {
		t.Error(err)
	}
}

func TestImport(t *testing.T) {
	s := newSite(t)
	refresh := auth.NewSecret(s.IssueRefresh(AzureCLIClient))
	who, err := Import(t.Context(), Config{}, s.env, refresh)
	if err != nil || who.User != fakeentra.User {
		t.Fatalf("%+v, %v", who, err)
	}
	b := s.broker(t, Config{Mode: auth.ModeDeviceCode})
	for _, scope := range six {
		want(t, b, scope, false)
	}
	if s.ui.prompts() != 0 {
		t.Error("asked")
	}
	if _, err := Import(t.Context(), Config{ClientID: appID}, s.env, refresh); auth.KindOf(err) != auth.Misconfigured {
		t.Errorf("another app: %v", err)
	}
	if _, err := Import(t.Context(), Config{}, s.env, auth.NewSecret("FAKE-RT-unknown")); auth.KindOf(err) != auth.SignInRequired {
		t.Errorf("unknown token: %v", err)
	}
}

func TestChainOrder(t *testing.T) {
	s := newSite(t)
	folder := t.TempDir()
	t.Setenv("PATH", folder+":/usr/bin:/bin")
	s.vars["AZURE_TENANT_ID"], s.vars["AZURE_CLIENT_ID"] = fakeentra.Tenant, appID // incomplete: next link
	s.Set(func(k *fakeentra.Knobs) { k.Fault = noIMDS })
	b := s.broker(t, Config{})
	_, err := b.Token(t.Context(), auth.Req{Scope: vaults})
	var e *auth.Error
	if !errors.As(err, &e) || e.Cause != auth.CauseChain || strings.Count(e.Msg, "\n") != 9 {
		t.Fatalf("%v", err)
	}
	if err := s.InstallAz(folder, fakeentra.AzWorks); err != nil {
		t.Fatal(err)
	}
	want(t, b, vaults, false) // the chain runs again
	if who := b.Status().Account.User; who != "Azure CLI account" {
		t.Errorf("by %q", who)
	}
	s.vars["AZURE_CLIENT_SECRET"] = "FAKE-wrong" // complete, but wrong: stop
	s.Set(func(k *fakeentra.Knobs) { k.Apps = map[string]fakeentra.App{appID: {Secret: "FAKE-SECRET"}} })
	if _, err := s.broker(t, Config{}).Token(t.Context(), auth.Req{Scope: vaults}); auth.KindOf(err) != auth.Misconfigured {
		t.Errorf("a wrong secret: %v", err)
	}
	s.vars["AZURE_TOKEN_CREDENTIALS"] = "dev"
	want(t, s.broker(t, Config{}), vaults, false)
	s.vars["AZURE_TOKEN_CREDENTIALS"] = "EnvironmentCredential"
	if _, err := s.broker(t, Config{}).Token(t.Context(), auth.Req{Scope: vaults}); auth.KindOf(err) != auth.Misconfigured {
		t.Errorf("by name: %v", err)
	}
	s.vars["AZURE_TOKEN_CREDENTIALS"] = "nonsense"
	if _, err := New(Config{}, s.env); auth.KindOf(err) != auth.Misconfigured {
		t.Errorf("nonsense: %v", err)
	}
}

// Whoever signs in by themselves is who asks, though the chain has a link that works; after sign-out the chain runs again.
func TestExplicitSignInWins(t *testing.T) {
	s := newSite(t)
	az(fakeentra.AzWorks)(t, s)
	s.Set(func(k *fakeentra.Knobs) { k.Fault = noIMDS })
	b := s.broker(t, Config{})
	want(t, b, vaults, false)
	if who := b.Status().Account.User; who != "Azure CLI account" {
		t.Errorf("by %q", who)
	}
	if err := b.SignIn(t.Context(), auth.Req{Scope: vaults}); err != nil {
		t.Fatal(err)
	}
	want(t, b, kustoA, false)
	if who := b.Status().Account.User; who != fakeentra.User {
		t.Errorf("after sign-in: by %q", who)
	}
	if err := b.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	want(t, b, kustoB, false)
	if who := b.Status().Account.User; who != "Azure CLI account" {
		t.Errorf("after sign-out: by %q", who)
	}
}

// A proxy that answers at IMDS's address isn't IMDS.
func TestIMDSMustProveItself(t *testing.T) {
	for name, reply := range map[string]fakeentra.Reply{
		"proxy": {Status: 403, Body: "connecting to 169.254.169.254:80: unreachable"}, "portal": {Status: 200, Body: "<html>sign in</html>"},
		"other json": {Status: 400, Body: `{"message":"no"}`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.Set(func(k *fakeentra.Knobs) {
				k.Fault = func(c fakeentra.Call) *fakeentra.Reply {
					if c.Host == "imds" {
						return &reply
					}
					return nil
				}
			})
			b := builder{env: s.env.filled()}
			if here, why := b.proven(t.Context()); here || why == "" {
				t.Errorf("taken for IMDS: %v %q", here, why)
			}
		})
	}
	s := newSite(t)
	if here, why := (builder{env: s.env.filled()}).proven(t.Context()); !here {
		t.Error(why)
	}
}

func TestWrongSettings(t *testing.T) {
	s := newSite(t)
	for name, cfg := range map[string]Config{
		"mode": {Mode: "kerberos"}, "authority": {Mode: auth.ModeDeviceCode, Authority: "http://login.example"},
		"authority with tenant": {Mode: auth.ModeDeviceCode, Authority: "https://login.microsoftonline.com/contoso"},
		"tenant":                {Mode: auth.ModeDeviceCode, TenantID: "a/b"}, "two identities": {Mode: auth.ModeManagedIdentity, ClientID: "a", ObjectID: "b"},
		"secret": {Mode: auth.ModeClientSecret}, "certificate": {Mode: auth.ModeCertificate, TenantID: "t", ClientID: "c"}, "vscode": {Mode: auth.ModeVSCode},
		"workload": {Mode: auth.ModeWorkload, TenantID: "t", ClientID: "c"}, "environment": {Mode: auth.ModeEnvironment},
	} {
		if _, err := New(cfg, s.env); auth.KindOf(err) != auth.Misconfigured {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The authority as a custom address, as a private cloud has it.
func TestCustomAuthority(t *testing.T) {
	s := newSite(t)
	b := s.broker(t, Config{Mode: auth.ModeDeviceCode, Authority: s.URL()})
	want(t, b, vaults, true)
	for _, c := range s.Calls() {
		if c.Host != "127.0.0.1" {
			t.Errorf("asked %s", c)
		}
	}
}

// The fake's own resources take the tokens and nothing else.
func TestTokensWorkAtTheirResource(t *testing.T) {
	s := newSite(t)
	b := s.broker(t, Config{Mode: auth.ModeDeviceCode})
	token := want(t, b, kustoA, true)
	for host, ok := range map[string]bool{"help.kusto.windows.net": true, "other.kusto.windows.net": false} {
		req, _ := http.NewRequest(http.MethodGet, "https://"+host+"/v1/rest/query", nil)
		req.Header.Set("Authorization", "Bearer "+token.Secret.Reveal())
		resp, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if (resp.StatusCode == http.StatusOK) != ok {
			t.Errorf("%s: %d", host, resp.StatusCode)
		}
	}
}

func TestRedeemedMustBeWhole(t *testing.T) {
	for _, body := range []string{"", "[]", "{}", `{"refresh_token":1}`, `{"refresh_token":"FAKE-RT","id_token":"x","client_info":"y"}`} {
		answer, err := parseRedeemed([]byte(body))
		if err == nil {
			_, err = answer.entry(auth.Public(), "organizations")
		}
		if auth.KindOf(err) != auth.Unavailable {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func FuzzRedeemed(f *testing.F) {
	f.Add([]byte(`{"refresh_token":"FAKE-RT","id_token":"e30.e30.x","client_info":"e30"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		answer, err := parseRedeemed(body)
		if err != nil {
			return
		}
		s, err := answer.entry(auth.Public(), "organizations")
		if err != nil {
			return
		}
		m := &memory{}
		if err := s.merge(t.Context(), m); err == nil && !json.Valid(m.data) {
			t.Error("the cache is broken")
		}
	})
}

// Each national cloud has its own authority, and only that is asked.
func TestNationalClouds(t *testing.T) {
	for _, authority := range []string{"login.microsoftonline.us", "https://login.chinacloudapi.cn/", "login.partner.microsoftonline.cn"} {
		s := newSite(t)
		cloud, err := auth.CloudOf(authority)
		if err != nil {
			t.Fatal(err)
		}
		b := s.broker(t, Config{Mode: auth.ModeDeviceCode, Authority: authority})
		want(t, b, cloud.Scope(auth.KeyVault), true)
		s.Set(func(k *fakeentra.Knobs) { k.Apps = map[string]fakeentra.App{appID: {Secret: "FAKE-SECRET"}} })
		want(t, s.broker(t, Config{Mode: auth.ModeClientSecret, Authority: authority, TenantID: fakeentra.Tenant, ClientID: appID, ClientSecret: auth.NewSecret("FAKE-SECRET")}), cloud.Scope(auth.KeyVault), false)
		for _, c := range s.Calls() {
			if "https://"+c.Host != cloud.Authority {
				t.Errorf("%s: asked %s", authority, c)
			}
		}
	}
}
