package auth_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"calypso/auth"
	"calypso/auth/httpauth"
	"calypso/auth/source"
	"calypso/auth/store"
	"calypso/internal/fakeentra"

	"github.com/zalando/go-keyring"
)

// This file joins the parts as a program does: a store for the session, a source, a Broker, a transport. It is also the shortest
// account of how they fit.

// program is one run of a program; two of them share a home and a keyring.
type program struct {
	broker  *auth.Broker
	client  *http.Client
	store   *store.Store
	prompts int
}

type ring struct {
	mu   sync.Mutex
	held map[string]string
}

func (r *ring) Get(service, user string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if text, ok := r.held[service+user]; ok {
		return text, nil
	}
	return "", keyring.ErrNotFound
}

func (r *ring) Set(service, user, secret string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held[service+user] = secret
	return nil
}

func (p *program) Show(context.Context, auth.Prompt) error { p.prompts++; return nil }
func (p *program) Hide(error)                              {}

func start(t *testing.T, fake *fakeentra.Server, home string, keys store.Keyring) *program {
	t.Helper()
	p := &program{}
	p.store = store.Open(t.Context(), store.Options{
		Folder: filepath.Join(home, "auth"), Identity: store.Identity(auth.Public().Authority, "organizations", source.AzureCLIClient), Keyring: keys,
	})
	src, err := source.New(source.Config{Mode: auth.ModeDeviceCode}, source.Env{HTTP: fake.Client(), Cache: p.store.Cache})
	if err != nil {
		t.Fatal(err)
	}
	p.broker = auth.New(src, auth.Options{Mode: auth.ModeDeviceCode, UI: p})
	p.client = httpauth.Client(&httpauth.Transport{Base: fake.Transport(), Lookup: func(_ context.Context, u *url.URL) (httpauth.Target, error) {
		if strings.HasSuffix(u.Hostname(), ".kusto.windows.net") { // the true list is kusto's
			return httpauth.Target{Tokens: p.broker, Scope: "https://" + u.Hostname() + "/.default", Reason: "to query " + u.Hostname()}, nil
		}
		if s, ok := auth.Public().ServiceOf(u.Hostname()); ok {
			return httpauth.Target{Tokens: p.broker, Scope: auth.Public().Scope(s)}, nil
		}
		return httpauth.Target{}, httpauth.Untrusted(u.Hostname(), "service")
	}})
	return p
}

func (p *program) get(ctx context.Context, address string, ask bool) (int, error) {
	req, err := http.NewRequestWithContext(httpauth.With(ctx, httpauth.Ask{Interactive: ask}), http.MethodPost, address, strings.NewReader("query"))
	if err != nil {
		return 0, err
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}

var services = []string{
	"https://help.kusto.windows.net/v2/rest/query", "https://other.westeurope.kusto.windows.net/v2/rest/query", "https://team.openai.azure.com/openai/v1/responses",
	"https://dev.azure.com/team/_apis/x", "https://team.vault.azure.net/certificates/x",
}

func TestOneSignInForEverything(t *testing.T) {
	fake, err := fakeentra.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	home, keys := t.TempDir(), &ring{held: map[string]string{}}
	visit := func(p *program, ask bool) {
		t.Helper()
		for _, address := range services {
			if status, err := p.get(t.Context(), address, ask); err != nil || status != http.StatusOK {
				t.Errorf("%s: %d, %v", address, status, err)
			}
		}
	}
	first := start(t, fake, home, keys)
	visit(first, true)
	second := start(t, fake, home, keys)
	visit(second, false)
	if first.prompts != 1 || second.prompts != 0 {
		t.Errorf("%d and %d prompts, want 1 and 0", first.prompts, second.prompts)
	}

	fake.RevokeAccess() // each service says 401 once, and gets a fresh token
	fake.Forget()
	visit(second, false)
	if n := fake.Grants("refresh_token"); n != len(services) {
		t.Errorf("%d refreshes, want %d", n, len(services))
	}

	claims := `{"access_token":{"acrs":{"essential":true,"value":"c1"}}}`
	fake.Set(func(k *fakeentra.Knobs) { k.Claims = map[string]string{"help.kusto.windows.net": claims} })
	if status, err := second.get(t.Context(), services[0], false); err != nil || status != http.StatusOK {
		t.Errorf("a challenge: %d, %v", status, err)
	}

	fake.RevokeSessions()
	dead := start(t, fake, home, keys)
	if _, err := dead.get(t.Context(), "https://new.kusto.windows.net/v2/rest/query", false); auth.KindOf(err) != auth.SignInRequired {
		t.Errorf("a dead session: %v", err)
	}
	visit(dead, false) // what is still good is used
	if _, err := dead.get(t.Context(), "https://new.kusto.windows.net/v2/rest/query", true); err != nil {
		t.Error(err)
	}
	visit(dead, true)
	if dead.prompts != 1 {
		t.Errorf("%d prompts, want 1", dead.prompts)
	}
	noSecretIn(t, home)
	if err := dead.broker.SignOut(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := start(t, fake, home, keys).get(t.Context(), services[0], false); auth.KindOf(err) != auth.SignInRequired {
		t.Errorf("signed out: %v", err)
	}
}

// What one window has under way when another signs out brings nobody back.
func TestSignOutOfAnotherWindowLasts(t *testing.T) {
	fake, err := fakeentra.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	home, keys := t.TempDir(), &ring{held: map[string]string{}}
	first, second := start(t, fake, home, keys), start(t, fake, home, keys)
	if _, err := first.get(t.Context(), services[0], true); err != nil {
		t.Fatal(err)
	}
	asked, out := make(chan struct{}), make(chan struct{})
	fake.Set(func(k *fakeentra.Knobs) {
		k.Fault = func(c fakeentra.Call) *fakeentra.Reply {
			if c.Grant == "refresh_token" {
				close(asked)
				<-out
			}
			return nil
		}
	})
	got := make(chan error, 1)
	go func() { _, err := first.get(t.Context(), services[1], false); got <- err }()
	<-asked
	err = second.broker.SignOut(t.Context())
	close(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := <-got; auth.KindOf(err) != auth.SignInRequired {
		t.Errorf("what was under way: %v", err)
	}
	fake.Set(func(k *fakeentra.Knobs) { k.Fault = nil })
	if who := second.broker.Status().Account.User; who != "" {
		t.Errorf("%q is back", who)
	}
	if _, err := start(t, fake, home, keys).get(t.Context(), services[0], false); auth.KindOf(err) != auth.SignInRequired {
		t.Errorf("signed out: %v", err)
	}
	if _, err := first.get(t.Context(), services[1], true); err != nil {
		t.Errorf("signing in again: %v", err)
	}
	if _, err := start(t, fake, home, keys).get(t.Context(), services[0], false); err != nil {
		t.Errorf("signed in again: %v", err)
	}
}

// noSecretIn searches every file of a home for the fake's markers, plain and in base64.
func noSecretIn(t *testing.T, home string) {
	t.Helper()
	plain := regexp.MustCompile("(?i)" + fakeentra.Markers)
	coded := base64.StdEncoding.EncodeToString([]byte("FAKE-RT"))
	err := filepath.WalkDir(home, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil && (plain.Match(data) || strings.Contains(string(data), coded)) {
			err = fmt.Errorf("%s holds a secret", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestThreatsGetNothing(t *testing.T) {
	fake, err := fakeentra.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	p := start(t, fake, t.TempDir(), &ring{held: map[string]string{}})
	for _, address := range []string{"https://help.kusto.windows.net.evil.example/", "https://evil.example/", "https://xn--hlp-pla.kusto.windows.net.example/"} {
		if _, err := p.get(t.Context(), address, true); auth.KindOf(err) != auth.Misconfigured {
			t.Errorf("%s: %v", address, err)
		}
	}
	if p.prompts != 0 || len(fake.Calls()) != 0 {
		t.Errorf("%d prompts, calls %v", p.prompts, fake.Calls())
	}
}
