package main

// Commands for sessions that sign in: a local authority before local clusters, a local model, and a search for what must not be seen.

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"calypso/engine"
	"calypso/engine/rest"
	"calypso/engine/source"
	"calypso/internal/fakeentra"
	"calypso/internal/fakeopenai"
)

// exits runs a command and wants an exit code: exits 4 calypso whoami.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var e *exec.ExitError
		if !errors.As(err, &e) {
			ts.Fatalf("%v", err)
		}
		got = e.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d\n%s%s", got, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// behind answers for hosts that a good token was shown to: clusters by the embedded engine with the samples, models by the scenarios.
type behind struct{ kusto, model http.Handler }

func (b behind) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.Contains(r.Host, ".kusto.") {
		r.Host = "127.0.0.1" // the emulator answers to no other name
		b.kusto.ServeHTTP(w, r)
		return
	}
	if r.Method == http.MethodGet { // the list of models, which doctor asks for
		_, _ = w.Write([]byte(`{"object":"list","data":[]}`))
		return
	}
	b.model.ServeHTTP(w, r)
}

// startAuthority starts the fake authority and leads every host to it: fakeentra [scenario of the model…]. CA is its certificate.
func startAuthority(ts *testscript.TestScript, _ bool, scenarios []string) {
	s, err := fakeentra.New()
	ts.Check(err)
	ts.Defer(s.Close)
	e, err := engine.Open(engine.Options{})
	ts.Check(err)
	ts.Check(e.Load("", source.Samples()...))
	if len(scenarios) == 0 {
		scenarios = []string{"text"}
	}
	m, err := fakeopenai.New(scenarios...)
	ts.Check(err)
	ts.Defer(m.Close)
	s.Set(func(k *fakeentra.Knobs) { k.Backend = behind{rest.New(e, rest.Options{}), m.Handler()} })
	s.PutSecret("kv", "app", "FAKE-VAULT-SECRET")
	ca := filepath.Join(ts.Getenv("WORK"), "ca.pem")
	ts.Check(os.WriteFile(ca, s.CA(), 0o600))
	ts.Setenv("CA", ca)
	ts.Setenv("HTTPS_PROXY", s.ProxyURL())
	ts.Setenv("PLAIN", s.PlainURL())
	ts.Setenv("TENANT", fakeentra.Tenant)
	h := ts.Value(authorityKey{}).(*held)
	h.Server, h.model = s, m
}

// held is the authority and the model of one session; sessions run side by side.
type held struct {
	*fakeentra.Server
	model *fakeopenai.Server
}

type authorityKey struct{}

// authority turns the fake's knobs, or counts: entra grants devicecode 1; entra revoke-sessions; entra app ID SECRET.
func authority(ts *testscript.TestScript, _ bool, args []string) {
	s := ts.Value(authorityKey{}).(*held).Server
	switch args[0] {
	case "revoke-sessions":
		s.RevokeSessions()
	case "manual":
		s.Set(func(k *fakeentra.Knobs) { k.Manual = true })
	case "deny-data": // the cluster knows who asks, and doesn't let them in
		s.Set(func(k *fakeentra.Knobs) {
			k.Backend = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusForbidden)
				_, _ = w.Write([]byte(`{"error":{"code":"Forbidden","message":"Principal 'aaduser=x' is not authorized"}}`))
			})
		})
	case "claims": // entra claims HOST: the host wants more than a token
		s.Set(func(k *fakeentra.Knobs) {
			k.Claims = map[string]string{args[1]: `{"access_token":{"acrs":{"essential":true}}}`}
		})
	case "az":
		ts.Check(s.InstallAz(ts.Getenv("WORK"), fakeentra.Az(args[1])))
	case "revoke-access":
		s.RevokeAccess()
	case "forget":
		s.Forget()
	case "app":
		s.Set(func(k *fakeentra.Knobs) { k.Apps = map[string]fakeentra.App{args[1]: {Secret: args[2]}} })
	case "fault": // entra fault GRANT CODE: the authority refuses
		s.Set(func(k *fakeentra.Knobs) {
			k.Fault = func(c fakeentra.Call) *fakeentra.Reply {
				if c.Grant != args[1] {
					return nil
				}
				return fakeentra.Deny(400, "invalid_grant", args[2], "refused here", "")
			}
		})
	case "codex":
		path := filepath.Join(ts.Getenv("CODEX_HOME"), "azure_devops_auth.json")
		ts.Check(os.WriteFile(path, []byte(`{"access_token":"`+s.Issue("499b84ac-1321-427f-aa17-267ca6975798")+`","refresh_token":"`+
			s.IssueRefresh("04b07795-8ddb-461a-bbee-02f9e1bf7b46")+`","expires_at":"2030-01-01T00:00:00Z","other":1}`), 0o600))
	case "grants":
		if want, got := args[2], strconv.Itoa(s.Grants(args[1])); got != want {
			ts.Fatalf("%s grants of %s, want %s\n%v", got, args[1], want, s.Calls())
		}
	default:
		ts.Fatalf("entra %s: there is no such knob", args[0])
	}
}

// startModel starts a model endpoint without sign-in but a key: fakeopenai scenario…; its address is put into config.toml.
func startModel(ts *testscript.TestScript, _ bool, scenarios []string) {
	m, err := fakeopenai.New(scenarios...)
	ts.Check(err)
	ts.Defer(m.Close)
	ts.Value(authorityKey{}).(*held).model = m
	path := filepath.Join(ts.Getenv("CODEX_HOME"), "config.toml")
	body, err := os.ReadFile(path)
	ts.Check(err)
	ts.Check(os.WriteFile(path, regexp.MustCompile(`http://127.0.0.1:[^"]*`).ReplaceAll(body, []byte(m.URL)), 0o600))
}

// secret is what must be seen nowhere but in sealed files, and in the file that other programs share.
var secret = regexp.MustCompile(fakeentra.Markers + "|CANARY")

// waitFor waits for something to have happened at the other end: waitfor request, waitfor devicecode.
func waitFor(ts *testscript.TestScript, _ bool, args []string) {
	h := ts.Value(authorityKey{}).(*held)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if args[0] == "request" && len(h.model.Requests()) > 0 || args[0] != "request" && h.Grants(args[0]) > 0 {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("there was no %s", args[0])
		}
	}
}

// clean wants no marker of a secret in the output of the last command, in what the model was sent, nor in any file below the session's
// folder, and no fault in the model's requests.
func clean(ts *testscript.TestScript, _ bool, _ []string) {
	for _, stream := range []string{"stdout", "stderr"} {
		if found := secret.FindString(ts.ReadFile(stream)); found != "" {
			ts.Fatalf("%s holds %q", stream, found)
		}
	}
	if m := ts.Value(authorityKey{}).(*held).model; m != nil {
		for _, r := range m.Requests() {
			if found := secret.Find(r.Body); found != nil {
				ts.Fatalf("the model was sent %q", found)
			}
		}
		if faults := m.Faults(); len(faults) > 0 {
			ts.Fatalf("requests to the model are wrong: %v", faults)
		}
	}
	root := ts.Getenv("WORK")
	ts.Check(filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "config.toml" || strings.Contains(path, "/data/") || strings.HasPrefix(d.Name(), "az") {
			return err
		}
		body, err := os.ReadFile(path)
		if err == nil && secret.Match(body) && !strings.HasSuffix(path, ".in") {
			ts.Fatalf("%s holds %q", path, secret.Find(body))
		}
		return err
	}))
}
