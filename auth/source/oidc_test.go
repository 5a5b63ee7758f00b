package source

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"calypso/auth"
)

// This file signs in at oidc-provider, a strict OAuth server that isn't ours. It can't stand in for Entra, whose refresh tokens serve
// every resource, but it has its own opinion of the device flow's answers. Between it and MSAL stands what differs by name only: where
// the ends are, what the grant is called, and scopes of resources, which it doesn't know.

// oidcHome is the file next to which node_modules is found; CALYPSO_OIDC names another one.
func oidcHome(t *testing.T) string {
	t.Helper()
	home := os.Getenv("CALYPSO_OIDC")
	if home == "" {
		home = filepath.Join("..", "..", "package.json")
	}
	home, err := filepath.Abs(home)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(home), "node_modules", "oidc-provider")); err != nil {
		t.Skip("npm's oidc-provider isn't installed; install it and set CALYPSO_OIDC to its package.json")
	}
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("no node on PATH")
	}
	return home
}

// startOIDC runs the provider and gives its address, for as long as the test runs.
func startOIDC(t *testing.T, life time.Duration) *url.URL {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", "testdata/oidc.mjs", oidcHome(t), strconv.Itoa(int(life.Seconds())))
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	base, err := url.Parse(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return base
}

// entraLike is the provider behind the addresses and names that MSAL wants.
// polled is closed after the second poll.
func entraLike(base *url.URL, polled chan struct{}) http.Handler {
	var polls atomic.Int32
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		here := "https://" + r.Host + "/organizations"
		end := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
		if end == "openid-configuration" {
			_ = json.NewEncoder(w).Encode(map[string]string{
				"issuer": here + "/v2.0", "authorization_endpoint": here + "/oauth2/v2.0/authorize", "token_endpoint": here + "/oauth2/v2.0/token",
			})
			return
		}
		_ = r.ParseForm()
		form := url.Values{"client_id": r.PostForm["client_id"], "scope": {"openid offline_access"}}
		for _, name := range []string{"device_code", "refresh_token"} {
			if v := r.PostForm.Get(name); v != "" {
				form.Set(name, v)
			}
		}
		if grant := r.PostForm.Get("grant_type"); grant == "device_code" {
			form.Set("grant_type", "urn:ietf:params:oauth:grant-type:device_code")
			if polls.Add(1) == 2 {
				defer close(polled)
			}
		} else if grant != "" {
			form.Set("grant_type", grant)
		}
		resp, err := http.PostForm(base.String()+"/"+end, form)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer resp.Body.Close()
		var answer map[string]any
		if json.NewDecoder(resp.Body).Decode(&answer) != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		delete(answer, "scope") // it doesn't know the resource's
		w.WriteHeader(resp.StatusCode)
		_ = json.NewEncoder(w).Encode(answer)
	})
}

func TestAnotherServersDeviceFlow(t *testing.T) {
	for name, c := range map[string]struct {
		life   time.Duration
		decide string
		kind   auth.Kind
		cause  auth.Cause
	}{
		"approved": {life: time.Minute, decide: "approve"}, "declined": {life: time.Minute, decide: "decline", kind: auth.Declined, cause: auth.CauseCancelled},
		"expired": {life: time.Second, kind: auth.Declined, cause: auth.CauseExpired},
	} {
		t.Run(name, func(t *testing.T) {
			base := startOIDC(t, c.life)
			polled := make(chan struct{})
			front := httptest.NewTLSServer(entraLike(base, polled))
			defer front.Close()
			ui := &person{decide: func(p auth.Prompt) error {
				if c.decide != "" {
					go func() {
						<-polled // a person is slower than the first polls: those must be "pending"
						resp, err := http.Post(base.String()+"/test/"+c.decide+"?code="+url.QueryEscape(p.UserCode), "", nil)
						if err != nil {
							t.Error(err)
							return
						}
						if body, _ := io.ReadAll(resp.Body); string(body) != "done" {
							t.Errorf("%s", body)
						}
						_ = resp.Body.Close()
					}()
				}
				return nil
			}}
			src, err := New(Config{Mode: auth.ModeDeviceCode, Authority: front.URL}, Env{HTTP: front.Client()})
			if err != nil {
				t.Fatal(err)
			}
			b := auth.New(src, auth.Options{UI: ui})
			_, err = b.Token(t.Context(), auth.Req{Scope: vaults, Interactive: true})
			var e *auth.Error
			if c.kind == "" && err != nil {
				t.Fatal(err)
			}
			if e, _ = err.(*auth.Error); c.kind != "" && (e == nil || e.Kind != c.kind || e.Cause != c.cause) {
				t.Fatalf("%#v", err)
			}
			if ui.prompts() != 1 {
				t.Errorf("%d prompts", ui.prompts())
			}
			if c.kind == "" { // the refresh token it gave serves again
				if _, err := b.Renew(t.Context(), auth.Req{Scope: vaults}, auth.NewSecret("none")); err != nil {
					t.Errorf("refresh: %v", err)
				}
			}
		})
	}
}
