package main

// Commands for sessions that sign in: a local authority before local clusters, a local model, and a search for what must not be seen.

import (
	"bufio"
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
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
	case "tenant": // entra tenant HOST TENANT: where a cluster is
		s.Set(func(k *fakeentra.Knobs) { k.Tenants = map[string]string{args[1]: args[2]} })
	case "key": // entra key KEY: models take this key beside tokens
		s.Set(func(k *fakeentra.Knobs) { k.Keys = map[string]bool{args[1]: true} })
	case "vault": // entra vault VAULT NAME VALUE
		s.PutSecret(args[1], args[2], args[3])
	case "federated": // entra federated APP TEXT FILE: what a workload shows in place of a secret, which is put into a file
		ts.Check(os.WriteFile(ts.MkAbs(args[3]), []byte(args[2]), 0o600))
		s.Set(func(k *fakeentra.Knobs) { k.Apps = map[string]fakeentra.App{args[1]: {Federated: args[2]}} })
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

// browse runs a command and follows the page that it prints, as a browser does: browse approve login. What it printed is the next stdout
// and stderr.
func browse(ts *testscript.TestScript, _ bool, args []string) {
	program, err := lookIn(ts.Getenv("PATH"), "calypso")
	ts.Check(err)
	cmd := exec.Command(program, args[1:]...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"PATH", "HOME", "CODEX_HOME", "HTTPS_PROXY", "TMPDIR"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	out := ts.Stdout()
	cmd.Stdout = out
	from, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	stuck := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
	defer stuck.Stop()
	s := ts.Value(authorityKey{}).(*held).Server
	answer := map[string]func(string) error{"approve": s.Consent, "refuse": s.Refuse}[args[0]]
	for lines := bufio.NewScanner(from); lines.Scan(); {
		fmt.Fprintln(ts.Stderr(), lines.Text())
		if page := strings.TrimSpace(lines.Text()); strings.HasPrefix(page, "https://") {
			ts.Check(answer(page))
		}
	}
	_ = cmd.Wait() // a refusal ends it with a code of its own
}

// certificate makes the certificate of an app, in a file with its key under a password: certificate app-1 app.pem PASSWORD.
func certificate(ts *testscript.TestScript, _ bool, args []string) {
	made, _, text, err := newCertificate(args[2])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), text, 0o600))
	ts.Value(authorityKey{}).(*held).Set(func(k *fakeentra.Knobs) {
		k.Apps = map[string]fakeentra.App{args[0]: {Certs: []*x509.Certificate{made}}}
	})
}

// newCertificate makes a certificate and its key, and the file that holds both, the key under a password.
func newCertificate(password string) (*x509.Certificate, *rsa.PrivateKey, []byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil, nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "app"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, nil, nil, err
	}
	//lint:ignore SA1019 the old form, which is still met
	block, err := x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key), []byte(password), x509.PEMCipherAES256)
	if err != nil {
		return nil, nil, nil, err
	}
	made, err := x509.ParseCertificate(der)
	return made, key, append(pem.EncodeToMemory(block), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...), err
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
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if args[0] == "request" && len(h.model.Requests()) > 0 || args[0] != "request" && h.Grants(args[0]) > 0 {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("there was no %s", args[0])
		}
	}
}

// clean wants no marker of a secret, and nothing that the authority gave away or was shown, in the output of the last command, in what the model was sent, nor in any file below the session's
// folder, and no fault in the model's requests.
func clean(ts *testscript.TestScript, _ bool, _ []string) {
	h := ts.Value(authorityKey{}).(*held)
	leaks := func(text string) string { return secret.FindString(text) }
	if h.Server != nil {
		hunt := h.Hunt()
		leaks = func(text string) string {
			found, _ := hunt.Find(text)
			return cmp.Or(secret.FindString(text), found)
		}
	}
	for _, stream := range []string{"stdout", "stderr"} {
		if found := leaks(ts.ReadFile(stream)); found != "" {
			ts.Fatalf("%s holds %q", stream, found)
		}
	}
	if m := h.model; m != nil {
		for _, r := range m.Requests() {
			if found := leaks(string(r.Body)); found != "" {
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
		if found := leaks(string(body)); err == nil && found != "" && !strings.HasSuffix(path, ".in") {
			ts.Fatalf("%s holds %q", path, found)
		}
		return err
	}))
}
