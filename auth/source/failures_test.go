package source

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"calypso/auth"
	"calypso/internal/fakeentra"
	"calypso/internal/golden"
)

// failure is one row of the table of failures: what goes wrong, in which mode.
type failure struct {
	mode, name string
	cfg        Config
	signedIn   bool // a person's session is there before it goes wrong
	ask        bool // a prompt may be shown
	background bool
	fault      func(fakeentra.Call) *fakeentra.Reply
	break_     func(t *testing.T, s *site) // what else goes wrong
	limit      time.Duration               // instead of a machine's own
	claims     string
}

// on answers the calls of one grant, "" for all at the authority.
func on(grant string, reply *fakeentra.Reply) func(fakeentra.Call) *fakeentra.Reply {
	return func(c fakeentra.Call) *fakeentra.Reply {
		if grant == c.Grant || grant == "" && c.Host != "imds" {
			return reply
		}
		return nil
	}
}

func deny(grant, oauth, code string) func(fakeentra.Call) *fakeentra.Reply {
	return on(grant, fakeentra.Deny(http.StatusBadRequest, oauth, code, "The authority's own words.", ""))
}

func az(how fakeentra.Az) func(*testing.T, *site) {
	return func(t *testing.T, s *site) {
		folder := t.TempDir()
		t.Setenv("PATH", folder+":/usr/bin:/bin")
		if how != "" {
			if err := s.InstallAz(folder, how); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func variables(pairs ...string) func(*testing.T, *site) {
	return func(_ *testing.T, s *site) {
		for i := 0; i < len(pairs); i += 2 {
			s.vars[pairs[i]] = pairs[i+1]
		}
	}
}

var (
	app      = Config{TenantID: fakeentra.Tenant, ClientID: appID, ClientSecret: auth.NewSecret("FAKE-SECRET")}
	acrs     = `{"access_token":{"acrs":{"essential":true,"value":"c1"}}}`
	withCert = Config{TenantID: fakeentra.Tenant, ClientID: appID, CertificatePath: "no/such/app.pfx"}
)

func certAt(password string) Config {
	return Config{TenantID: fakeentra.Tenant, ClientID: appID, CertificatePath: "app.pfx", CertificatePassword: auth.NewSecret(password)}
}

// certificate puts a file of some form into the folder that the test is in.
func certificate(form string) func(*testing.T, *site) {
	return func(t *testing.T, _ *site) {
		p, _ := pairs()
		ec := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
		cert, key := pemOf("CERTIFICATE", p.cert.Raw), pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(p.key))
		data, known := map[string][]byte{
			"ec":       []byte(pemOf("CERTIFICATE", certOf(3, ec).Raw) + pemOf("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(ec)))),
			"two keys": []byte(cert + key + key),
			"no key":   []byte(cert),
		}[form]
		if !known {
			data = forms()[form]
		}
		t.Chdir(t.TempDir())
		if err := os.WriteFile("app.pfx", data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

var failures = []failure{
	{mode: auth.ModeDeviceCode, name: "nobody signed in, background", background: true},
	{mode: auth.ModeDeviceCode, name: "nobody signed in"},
	{mode: auth.ModeDeviceCode, name: "session ended for want of use", signedIn: true, fault: deny("refresh_token", "invalid_grant", "AADSTS700082")},
	{mode: auth.ModeDeviceCode, name: "session ended by policy", signedIn: true, fault: deny("refresh_token", "invalid_grant", "AADSTS70043")},
	{mode: auth.ModeDeviceCode, name: "session revoked", signedIn: true, fault: deny("refresh_token", "invalid_grant", "AADSTS50173")},
	{mode: auth.ModeDeviceCode, name: "more is asked for", signedIn: true, fault: on("refresh_token", fakeentra.Deny(400, "interaction_required", "AADSTS50076", "Use MFA.", acrs))},
	{mode: auth.ModeDeviceCode, name: "not approved", signedIn: true, fault: deny("refresh_token", "invalid_grant", "AADSTS65001")},
	{mode: auth.ModeDeviceCode, name: "account of another tenant", signedIn: true, fault: deny("refresh_token", "invalid_grant", "AADSTS50020")},
	{mode: auth.ModeDeviceCode, name: "unknown resource", signedIn: true, fault: deny("refresh_token", "invalid_resource", "AADSTS500011")},
	{mode: auth.ModeDeviceCode, name: "blocked when the code is asked for", ask: true, fault: deny("devicecode", "access_denied", "AADSTS53003")},
	{mode: auth.ModeDeviceCode, name: "blocked when the code was entered", ask: true, fault: deny("device_code", "access_denied", "AADSTS53003")},
	{mode: auth.ModeDeviceCode, name: "device not compliant", ask: true, fault: deny("device_code", "invalid_grant", "AADSTS53000")},
	{mode: auth.ModeDeviceCode, name: "device must be known", ask: true, fault: deny("device_code", "invalid_grant", "AADSTS50097")},
	{mode: auth.ModeDeviceCode, name: "said no", ask: true, fault: deny("device_code", "authorization_declined", "AADSTS70018")},
	{mode: auth.ModeDeviceCode, name: "code expired, says the authority", ask: true, fault: deny("device_code", "expired_token", "AADSTS70020")},
	{mode: auth.ModeDeviceCode, name: "code expired, by the clock", ask: true, break_: func(_ *testing.T, s *site) {
		s.Set(func(k *fakeentra.Knobs) { k.Manual, k.CodeLifetime = true, time.Second })
	}},
	{mode: auth.ModeDeviceCode, name: "no public client flows", ask: true, cfg: Config{ClientID: appID}, fault: deny("device_code", "invalid_client", "AADSTS7000218")},
	{mode: auth.ModeDeviceCode, name: "unknown tenant", ask: true, cfg: Config{TenantID: "contoso.example"}, fault: deny("devicecode", "invalid_request", "AADSTS90002")},
	{mode: auth.ModeDeviceCode, name: "503", signedIn: true, fault: on("refresh_token", &fakeentra.Reply{Status: 503, Body: "busy"})},
	{mode: auth.ModeDeviceCode, name: "429, background", signedIn: true, background: true, fault: on("refresh_token", &fakeentra.Reply{Status: 429, Body: "{}"})},
	{mode: auth.ModeDeviceCode, name: "connection cut", signedIn: true, fault: on("refresh_token", &fakeentra.Reply{Reset: true})},
	{mode: auth.ModeDeviceCode, name: "connection cut at the first step", ask: true, fault: on("", &fakeentra.Reply{Reset: true})},
	{mode: auth.ModeDeviceCode, name: "no name for the host", ask: true, break_: func(_ *testing.T, s *site) {
		transport := s.Transport()
		transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.DNSError{Err: "no such host", Name: "login.microsoftonline.com", IsNotFound: true}
		}
		s.env.HTTP = &http.Client{Transport: transport}
	}},
	{mode: auth.ModeDeviceCode, name: "a proxy inspects TLS", ask: true, break_: func(_ *testing.T, s *site) {
		transport := s.Transport()
		transport.TLSClientConfig = nil
		s.env.HTTP = &http.Client{Transport: transport}
	}},
	{mode: auth.ModeDeviceCode, name: "a login page answers", signedIn: true, fault: on("refresh_token", &fakeentra.Reply{Status: 200, Body: "<html>FAKE-AT-1</html>"})},
	{mode: auth.ModeDeviceCode, name: "half an answer", signedIn: true, fault: on("refresh_token", &fakeentra.Reply{Status: 200, Body: `{"access_token":"FAKE-AT-1","expires_in":"x"`})},

	{mode: auth.ModeBrowser, name: "said no", ask: true, break_: func(t *testing.T, s *site) {
		s.ui.decide = func(p auth.Prompt) error {
			go func() {
				if err := s.Refuse(p.URL); err != nil {
					t.Error(err)
				}
			}()
			return nil
		}
	}},
	{mode: auth.ModeBrowser, name: "no browser", ask: true, break_: func(_ *testing.T, s *site) {
		s.ui.decide = func(auth.Prompt) error {
			return &auth.Error{Kind: auth.Declined, Cause: auth.CauseNoBrowser, Msg: "no browser"}
		}
	}},

	{mode: auth.ModeBrowser, name: "no callback", ask: true, limit: 200 * time.Millisecond, break_: func(_ *testing.T, s *site) {
		s.ui.decide = func(auth.Prompt) error { return nil } // the page is open, and nobody comes back from it
	}},

	{mode: auth.ModeVSCode, name: "refused", ask: true, break_: func(_ *testing.T, s *site) {
		s.env.VSCode = func(_ context.Context, r VSCodeRequest) (VSCodeSession, error) {
			if r.Silent {
				return VSCodeSession{}, nil
			}
			return VSCodeSession{}, fmt.Errorf("user did not consent: FAKE-AT-1")
		}
	}},
	{mode: auth.ModeVSCode, name: "no provider"},

	{mode: auth.ModeManagedIdentity, name: "no IMDS", fault: noIMDS},
	{mode: auth.ModeManagedIdentity, name: "none of its own", break_: func(_ *testing.T, s *site) { s.Set(func(k *fakeentra.Knobs) { k.NoSystemIdentity = true }) }},
	{mode: auth.ModeManagedIdentity, name: "not assigned", cfg: Config{ClientID: appID}},
	{mode: auth.ModeManagedIdentity, name: "a proxy answers", fault: on("imds", &fakeentra.Reply{Status: 403, Body: "connecting to 169.254.169.254: unreachable"})},
	{mode: auth.ModeManagedIdentity, name: "a portal answers", fault: on("imds", &fakeentra.Reply{Status: 200, Body: "<html></html>"})},
	{mode: auth.ModeManagedIdentity, name: "two ids", cfg: Config{ClientID: "a", ObjectID: "b"}},

	{mode: auth.ModeClientSecret, name: "wrong secret", cfg: app, fault: deny("client_credentials", "invalid_client", "AADSTS7000215")},
	{mode: auth.ModeClientSecret, name: "expired secret", cfg: app, fault: deny("client_credentials", "invalid_client", "AADSTS7000222")},
	{mode: auth.ModeClientSecret, name: "unknown app", cfg: app},
	{mode: auth.ModeClientSecret, name: "unknown tenant", cfg: app, fault: deny("client_credentials", "invalid_request", "AADSTS90002")},
	{mode: auth.ModeClientSecret, name: "not assigned", cfg: app, fault: deny("client_credentials", "invalid_grant", "AADSTS50105")},
	{mode: auth.ModeClientSecret, name: "no secret", cfg: Config{TenantID: fakeentra.Tenant, ClientID: appID}},
	{mode: auth.ModeClientSecret, name: "503", cfg: app, fault: on("client_credentials", &fakeentra.Reply{Status: 503})},

	{mode: auth.ModeCertificate, name: "missing", cfg: withCert},
	{mode: auth.ModeCertificate, name: "no path", cfg: Config{TenantID: fakeentra.Tenant, ClientID: appID}},
	{mode: auth.ModeCertificate, name: "wrong password", cfg: certAt("FAKEPASS2"), break_: certificate("pfx modern")},
	{mode: auth.ModeCertificate, name: "EC key", cfg: certAt(""), break_: certificate("ec")},
	{mode: auth.ModeCertificate, name: "several keys", cfg: certAt(""), break_: certificate("two keys")},
	{mode: auth.ModeCertificate, name: "no key", cfg: certAt(""), break_: certificate("no key")},
	{mode: auth.ModeCertificate, name: "not the app's", cfg: certAt(certPassword), break_: certificate("pfx modern"), fault: deny("client_credentials", "invalid_client", "AADSTS700027")},

	{mode: auth.ModeAzureCLI, name: "absent", break_: az("")},
	{mode: auth.ModeAzureCLI, name: "not logged in", break_: az(fakeentra.AzNotLoggedIn), cfg: Config{TenantID: "contoso.example"}},
	{mode: auth.ModeAzureCLI, name: "its session ended", break_: az(fakeentra.AzExpired)},
	{mode: auth.ModeAzureCLI, name: "slow", break_: az(fakeentra.AzSlow), limit: 100 * time.Millisecond},
	{mode: auth.ModeAzureCLI, name: "garbage", break_: az(fakeentra.AzGarbage)},
	{mode: auth.ModeAzureCLI, name: "more is asked for", break_: az(fakeentra.AzWorks), claims: acrs},

	{mode: auth.ModeEnvironment, name: "no tenant"},
	{mode: auth.ModeEnvironment, name: "no app", break_: variables("AZURE_TENANT_ID", fakeentra.Tenant)},
	{mode: auth.ModeEnvironment, name: "no credential", break_: variables("AZURE_TENANT_ID", fakeentra.Tenant, "AZURE_CLIENT_ID", appID)},
	{mode: auth.ModeEnvironment, name: "no password", break_: variables("AZURE_TENANT_ID", fakeentra.Tenant, "AZURE_CLIENT_ID", appID, "AZURE_USERNAME", "ann")},
	{mode: auth.ModeEnvironment, name: "wrong password", break_: variables("AZURE_TENANT_ID", fakeentra.Tenant, "AZURE_CLIENT_ID", appID, "AZURE_USERNAME", fakeentra.User, "AZURE_PASSWORD", "FAKEPASS")},

	{mode: auth.ModeWorkload, name: "no file named", cfg: app},
	{mode: auth.ModeWorkload, name: "no file", cfg: app, break_: variables("AZURE_FEDERATED_TOKEN_FILE", "no/such/file")},

	{mode: auth.ModeDefault, name: "all links fail", break_: az(""), fault: noIMDS},
	{
		mode: auth.ModeDefault, name: "a link is set up wrongly", fault: deny("client_credentials", "invalid_client", "AADSTS7000215"),
		break_: variables("AZURE_TENANT_ID", fakeentra.Tenant, "AZURE_CLIENT_ID", appID, "AZURE_CLIENT_SECRET", "FAKE-SECRET"),
	},
}

// TestFailures reads the message of every row, as an editor and as a terminal show it. The file's other sections are those of account's
// tests, where clusters and saved sign-ins are at hand.
func TestFailures(t *testing.T) {
	golden.Run(t, "../testdata/failures.txtar", func(t *testing.T, c *golden.Case) {
		text := map[string]*strings.Builder{}
		for _, f := range failures {
			if text[f.mode] == nil {
				text[f.mode] = &strings.Builder{}
			}
			t.Run(f.mode+" "+f.name, func(t *testing.T) { f.write(t, text[f.mode]) })
		}
		for _, mode := range auth.Modes() {
			if b := text[mode]; b != nil {
				c.Want(t, mode, b.String())
			}
		}
	})
}

func (f failure) write(t *testing.T, b *strings.Builder) {
	err := f.happen(t)
	if err == nil {
		t.Fatal("nothing failed")
	}
	situation := auth.Situation{
		Mode: f.mode, Resource: "help.kusto.windows.net", Tenant: f.cfg.TenantID, Client: f.cfg.ClientID, Path: f.cfg.CertificatePath,
		Authority: "login.microsoftonline.com", Background: f.background, CanAsk: true,
	}
	editor := auth.Describe(err, situation)
	situation.CanAsk = false
	terminal := auth.Describe(err, situation)
	fmt.Fprintf(b, "%s: %s\n  %s", f.name, auth.KindOf(err), editor.Text)
	for _, a := range editor.Actions {
		fmt.Fprintf(b, " [%s]", a)
	}
	if editor.Quiet {
		b.WriteString(" (status bar)")
	}
	if terminal.Text != editor.Text {
		fmt.Fprintf(b, "\n  $ %s", terminal.Text)
	}
	b.WriteString("\n")
	for _, shown := range []string{err.Error(), fmt.Sprintf("%+v", err), editor.Text, terminal.Text} {
		if found := regexp.MustCompile(fakeentra.Markers).FindString(shown); found != "" {
			t.Errorf("leaks %s", shown)
		}
	}
}

// happen makes it go wrong and gives the error.
func (f failure) happen(t *testing.T) error {
	s := newSite(t)
	t.Setenv("PATH", os.Getenv("PATH"))
	if f.signedIn {
		want(t, s.broker(t, Config{Mode: auth.ModeDeviceCode, TenantID: f.cfg.TenantID, ClientID: f.cfg.ClientID}), vaults, true)
	}
	if f.break_ != nil {
		f.break_(t, s)
	}
	s.Set(func(k *fakeentra.Knobs) { k.Fault = f.fault })
	f.cfg.Mode = f.mode
	src, err := New(f.cfg, s.env)
	if err != nil {
		return err
	}
	if m, ok := src.(*machine); ok && f.limit > 0 {
		m.limit = f.limit
	}
	if f.mode == auth.ModeBrowser && f.limit > 0 { // the broker's own limit is longer than a test
		ctx, cancel := context.WithTimeout(t.Context(), f.limit)
		defer cancel()
		return src.SignIn(ctx, auth.Req{Scope: kustoA, Interactive: true}, s.ui)
	}
	b := auth.New(src, auth.Options{Mode: f.mode, UI: s.ui})
	_, err = b.Token(t.Context(), auth.Req{Scope: kustoA, Interactive: f.ask, Claims: f.claims})
	return err
}
