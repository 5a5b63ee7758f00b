package fakeentra

import (
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func start(t *testing.T) *Server {
	t.Helper()
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// TestMicrosoftsOwnClient signs in with @azure/msal-node, unchanged, so that the fake isn't only our own idea of Entra.
func TestMicrosoftsOwnClient(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node on PATH: Microsoft's client for Node.js can't be asked")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "node_modules", "@azure", "msal-node")); err != nil {
		t.Skip("@azure/msal-node isn't installed; run npm ci")
	}
	s := start(t)
	const app = "33333333-3333-3333-3333-333333333333"
	s.Set(func(k *Knobs) {
		k.Polls = []string{"authorization_pending"}
		k.Apps = map[string]App{app: {Secret: "FAKE-SECRET"}}
	})
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, s.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "testdata/msal.mjs", s.URL(), Tenant, app, filepath.Join(root, "package.json"))
	cmd.Env = append(os.Environ(), "NODE_EXTRA_CA_CERTS="+ca, "HTTPS_PROXY=", "https_proxy=")
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := "code true\ndevice ann@contoso.example true\ncached true true\nother resource false true\nforced true\nsecret true\nwrong secret invalid_client true\n"
	if got := string(out); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// A browser of our own does the code flow by hand, and PKCE is checked.
func TestCodeFlowChecksItsProof(t *testing.T) {
	s := start(t)
	client := s.Client()
	ask := func(challenge string) string {
		q := url.Values{
			"client_id": {"app"}, "redirect_uri": {"http://localhost:1/"}, "scope": {"https://vault.azure.net/.default offline_access"}, "code_challenge": {challenge},
			"code_challenge_method": {"S256"}, "state": {"x"},
		}
		resp, err := client.Get("https://login.microsoftonline.com/common/oauth2/v2.0/authorize?" + q.Encode())
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		to, err := url.Parse(resp.Header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		return to.Query().Get("code")
	}
	redeem := func(code, verifier string) int {
		resp, err := client.PostForm("https://login.microsoftonline.com/common/oauth2/v2.0/token", url.Values{
			"grant_type": {"authorization_code"}, "client_id": {"app"}, "redirect_uri": {"http://localhost:1/"}, "code": {code}, "code_verifier": {verifier},
		})
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	const verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" // RFC 7636, appendix B
	code := ask(challenge)
	if got := redeem(code, "another"); got != http.StatusBadRequest {
		t.Errorf("another proof: %d", got)
	}
	code = ask(challenge)
	if got := redeem(code, verifier); got != http.StatusOK {
		t.Errorf("the proof: %d", got)
	}
	if got := redeem(code, verifier); got != http.StatusBadRequest {
		t.Errorf("twice: %d", got)
	}
}

// The proxy leads other programs here, under the names that they ask for.
func TestProxy(t *testing.T) {
	s := start(t)
	proxy, err := url.Parse(s.ProxyURL())
	if err != nil {
		t.Fatal(err)
	}
	transport := s.Transport()
	transport.DialContext, transport.Proxy = nil, http.ProxyURL(proxy)
	client := &http.Client{Transport: transport}
	resp, err := client.Get("https://help.kusto.windows.net/v1/rest/auth/metadata")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("%d", resp.StatusCode)
	}
	resp, err = client.Get("https://help.kusto.windows.net/v1/rest/query")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized || !strings.HasPrefix(resp.Header.Get("WWW-Authenticate"), "Bearer ") {
		t.Errorf("without a token: %d %v", resp.StatusCode, resp.Header)
	}
}

func TestControls(t *testing.T) {
	s := start(t)
	for path, want := range map[string]int{
		"/fake/approve?code=none": 404, "/fake/revoke-sessions": 200, "/fake/revoke-access": 200, "/fake/nothing": 404, "/fake/knobs": 400,
	} {
		resp, err := http.Post(s.PlainURL()+path, "application/json", nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, resp.StatusCode, want)
		}
	}
	resp, err := http.Post(s.PlainURL()+"/fake/knobs", "application/json", strings.NewReader(`{"manual":true,"fault":{"grant":"devicecode","status":503,"body":"{}"}}`))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if !s.look().Manual {
		t.Error("the knob wasn't turned")
	}
}
