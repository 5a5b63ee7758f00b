package main

import (
	"bufio"
	"context"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"calypso/internal/fakeentra"
)

const (
	appID     = "33333333-3333-3333-3333-333333333333"
	toCluster = "[kusto]\ncluster_url = \"https://one.kusto.windows.net\"\n"
	toModel   = "[model_providers.azure]\nbase_url = \"https://m.openai.azure.com/openai/v1\"\nauth_header_type = \"bearer\"\n"
)

// TestCanary lets real processes sign in by every way, use what they get, fail in every manner and crash for real, with each log, trace
// and debug switch on that there is, and then searches for every credential that went over the wire: in what the processes wrote, in
// stack dumps, in all files of their home. Only the sealed session may hold any, and it can't be read.
func TestCanary(t *testing.T) {
	c := newCage(t)
	t.Run("ways", c.ways)
	t.Run("browser", c.browser)
	t.Run("import", c.imports)
	t.Run("editor", c.editors)
	t.Run("crashes", c.crashes)
	c.search()
}

// flow is one way to sign in.
type flow struct {
	block   string // of azure_auth
	env     []string
	prepare func(k *fakeentra.Knobs)
	fails   bool
}

func (c *cage) flows(certificate *x509.Certificate) map[string]flow {
	app := "tenant_id = \"" + fakeentra.Tenant + "\"\nclient_id = \"" + appID + "\"\n"
	variables := []string{"AZURE_TENANT_ID=" + fakeentra.Tenant, "AZURE_CLIENT_ID=" + appID}
	apps := func(a fakeentra.App) func(*fakeentra.Knobs) {
		return func(k *fakeentra.Knobs) {
			k.Apps = map[string]fakeentra.App{appID: a}
			k.Passwords = map[string]string{fakeentra.User: "FAKEPASS-of-a-person"}
		}
	}
	secret := apps(fakeentra.App{Secret: "FAKE-CANARY-secret/with+signs="})
	return map[string]flow{
		"device code":   {block: "mode = \"device_code\"\nstorage = \"file\"\n", prepare: func(k *fakeentra.Knobs) { k.Polls = []string{"authorization_pending", "slow_down"} }},
		"secret":        {block: "mode = \"client_secret\"\nclient_secret = \"FAKE-CANARY-secret/with+signs=\"\n" + app, prepare: secret},
		"wrong secret":  {block: "mode = \"client_secret\"\nclient_secret = \"FAKE-CANARY-wrong/with+signs=\"\n" + app, prepare: secret, fails: true},
		"secret by env": {block: "mode = \"client_secret\"\n" + app, env: []string{"AZURE_CLIENT_SECRET=FAKE-CANARY-secret/with+signs="}, prepare: secret},
		"from a vault": {
			block: "mode = \"client_secret\"\nclient_secret = \"keyvault:https://kv.vault.azure.net/secrets/app\"\n" + app, prepare: secret,
			env: []string{"IDENTITY_ENDPOINT=" + c.fake.PlainURL() + "/msi/token", "IDENTITY_HEADER=" + fakeentra.AppServiceHeader},
		},
		"certificate": {
			block:   "mode = \"client_certificate\"\ncertificate_path = \"GIVEN/app.pem\"\ncertificate_password = \"FAKEPASS-of-a-key\"\n" + app,
			prepare: apps(fakeentra.App{Certs: []*x509.Certificate{certificate}}),
		},
		"workload": {
			block: "mode = \"workload_identity\"\n" + app, env: []string{"AZURE_FEDERATED_TOKEN_FILE=" + filepath.Join(c.given, "federated")},
			prepare: apps(fakeentra.App{Federated: federated}),
		},
		"machine":        {block: "mode = \"managed_identity\"\n", env: []string{"IDENTITY_ENDPOINT=" + c.fake.PlainURL() + "/msi/token", "IDENTITY_HEADER=" + fakeentra.AppServiceHeader}},
		"az":             {block: "mode = \"azure_cli\"\n"},
		"password":       {block: "mode = \"environment_credential\"\n", env: append(variables, "AZURE_USERNAME="+fakeentra.User, "AZURE_PASSWORD=FAKEPASS-of-a-person"), prepare: secret},
		"wrong password": {block: "mode = \"environment_credential\"\n", env: append(variables, "AZURE_USERNAME="+fakeentra.User, "AZURE_PASSWORD=FAKEPASS-not-of-a-person"), prepare: secret, fails: true},
		"default":        {block: "storage = \"file\"\n"},
	}
}

const federated = "FAKE-FEDERATED.eyJhdWQiOiJhcGk6Ly9BenVyZUFEVG9rZW5FeGNoYW5nZSJ9.FAKESIG"

// ways signs in by each way, and lets each go wrong.
func (c *cage) ways(t *testing.T) {
	certificate := c.certificate()
	must(t, os.WriteFile(filepath.Join(c.given, "federated"), []byte(federated), 0o600))
	c.fake.PutSecret("kv", "app", "FAKE-CANARY-secret/with+signs=")
	c.more = append(c.more, federated, "FAKEPASS-of-a-key", "FAKE-CANARY-wrong/with+signs=", "FAKEPASS-not-of-a-person", fakeentra.AppServiceHeader)
	for name, f := range c.flows(certificate) {
		must(t, c.fake.InstallAz(c.given, fakeentra.AzWorks)) // its token was taken back by the flow before
		c.settings("model = \"gpt\"\nmodel_provider = \"azure\"\n" + toModel + toCluster + "[azure_auth]\nca_file = \"GIVEN/ca.pem\"\n" + f.block)
		if f.prepare != nil {
			c.fake.Set(f.prepare)
		}
		if out := c.run(f.env, "login"); strings.Contains(out, "Signed in") == f.fails {
			t.Errorf("%s: %s", name, out)
		}
		if out := c.run(f.env, "query", "StormEvents | count"); strings.Contains(out, "59066") == f.fails {
			t.Errorf("%s: %s", name, out)
		}
		c.run(f.env, "whoami")
		c.run(f.env, "doctor")
		c.run(f.env, "ask", "--approval", "auto", "how many storms?")
		c.run(f.env, "schema", "pull", "--cluster", "https://one.kusto.windows.net", "--out", "schema.json")
		if out := c.tools(f.env); strings.Contains(out, "59066") == f.fails {
			t.Errorf("%s, by MCP: %s", name, out)
		}
		c.troubles(f.env)
		c.run(f.env, "logout")
	}
}

// tools speaks the Model Context Protocol with calypso mcp, its log at its most talkative, and asks for a query.
func (c *cage) tools(env []string) string {
	ctx, stop := context.WithTimeout(c.t.Context(), patience)
	defer stop()
	cmd := c.command(ctx, "calypso", env, "mcp", "--approval", "auto", "--log", "debug")
	cmd.Stdin = strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"kusto_execute_query","arguments":{"query":"StormEvents | count"}}}
`)
	out, _ := cmd.CombinedOutput()
	c.note("mcp", string(out))
	return string(out)
}

// troubles are tokens that are refused, challenges, answers that hold tokens and make no sense, and sessions that ended.
func (c *cage) troubles(env []string) {
	c.fake.RevokeAccess()
	c.fake.Set(func(k *fakeentra.Knobs) {
		k.Claims = map[string]string{"one.kusto.windows.net": `{"access_token":{"x":{"essential":true}}}`}
	})
	c.run(env, "query", "print 1")
	for _, edit := range []func(fakeentra.Call, map[string]any){
		func(_ fakeentra.Call, m map[string]any) { m["expires_in"] = "soon" },
		func(_ fakeentra.Call, m map[string]any) { m["scope"] = m["access_token"] },
		func(_ fakeentra.Call, m map[string]any) {
			m["id_token"], m["client_info"] = m["refresh_token"], m["access_token"]
		},
		func(_ fakeentra.Call, m map[string]any) {
			m["error"], m["error_description"] = "invalid_grant", m["refresh_token"]
		},
		func(_ fakeentra.Call, m map[string]any) { m["token_type"], m["access_token"] = m["access_token"], 7 },
	} {
		c.fake.Set(func(k *fakeentra.Knobs) { k.Claims, k.Edit = nil, edit })
		c.fake.RevokeAccess()
		c.run(env, "query", "print 1")
		c.run(env, "doctor")
	}
	// A refusal that quotes what was sent, as some proxies do.
	c.fake.Set(func(k *fakeentra.Knobs) {
		k.Edit = nil
		k.Fault = func(call fakeentra.Call) *fakeentra.Reply {
			if call.Grant == "" {
				return nil
			}
			return fakeentra.Deny(400, "invalid_grant", "AADSTS9002313", "client_secret=FAKE-CANARY-secret/with+signs= refresh_token="+c.fake.IssuedRefresh(), "")
		}
	})
	c.run(env, "query", "print 1")
	c.fake.Set(func(k *fakeentra.Knobs) { k.Fault = nil })
	c.fake.RevokeSessions()
	c.run(env, "query", "print 1")
}

// certificate makes the app's, with its key in a file under a password.
func (c *cage) certificate() *x509.Certificate {
	certificate, key, text, err := newCertificate("FAKEPASS-of-a-key")
	must(c.t, err)
	must(c.t, os.WriteFile(filepath.Join(c.given, "app.pem"), text, 0o600))
	c.more = append(c.more, base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(key)), base64.StdEncoding.EncodeToString(key.D.Bytes()))
	return certificate
}

// browser signs in by the page that the command names: once with a yes, once with a no.
func (c *cage) browser(t *testing.T) {
	c.settings(toCluster + "[azure_auth]\nca_file = \"GIVEN/ca.pem\"\nmode = \"browser\"\nstorage = \"file\"\n")
	for answer, want := range map[string]string{"yes": "Signed in as " + fakeentra.User, "no": "isn't approved"} {
		ctx, stop := context.WithTimeout(t.Context(), patience)
		cmd := c.command(ctx, "calypso", nil, "login")
		out, in, err := os.Pipe()
		must(t, err)
		cmd.Stdout, cmd.Stderr = in, in
		must(t, cmd.Start())
		_ = in.Close()
		from, text, page := bufio.NewReader(out), "", regexp.MustCompile(`https://\S+`)
		for line, err := from.ReadString('\n'); err == nil; line, err = from.ReadString('\n') {
			if address := page.FindString(line); address != "" && strings.HasPrefix(strings.TrimSpace(line), "https://") {
				if answer == "yes" {
					must(t, c.fake.Consent(address))
				} else {
					must(t, c.fake.Refuse(address))
				}
			}
			text += line
		}
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
		stop()
		c.note("browser "+answer, text)
		if !strings.Contains(text, want) {
			t.Errorf("%s: %s", answer, text)
		}
	}
	c.run(nil, "query", "print 1")
	c.run(nil, "logout")
}

// imports takes over a sign-in of another program, once of a file that is broken.
func (c *cage) imports(t *testing.T) {
	c.settings(toCluster + "[azure_auth]\nca_file = \"GIVEN/ca.pem\"\nmode = \"device_code\"\nstorage = \"file\"\ncodex_file = \"share\"\n")
	whole := fmt.Sprintf(`{"access_token":%q,"refresh_token":%q,"expires_at":"2030-01-01T00:00:00Z","other":1}`,
		c.fake.Issue("499b84ac-1321-427f-aa17-267ca6975798"), c.fake.IssueRefresh("04b07795-8ddb-461a-bbee-02f9e1bf7b46"))
	for _, text := range []string{whole[:len(whole)-30], strings.Replace(whole, `"expires_at":"2030`, `"expires_at":"x`, 1), whole} {
		must(t, os.WriteFile(filepath.Join(c.home, "codex", "azure_devops_auth.json"), []byte(text), 0o600))
		c.run(nil, "login", "--import")
	}
	if out := c.run(nil, "whoami"); !strings.Contains(out, "signed in as "+fakeentra.User) {
		t.Error(out)
	}
}

// editors is a language server whose client keeps key, secret and account, through prompts, refusals and a fault behind a request.
func (c *cage) editors(t *testing.T) {
	key := base64.StdEncoding.EncodeToString([]byte("FAKE-CANARY-storage-key-32-bytes"))
	account, secret := c.fake.Issue("https://one.kusto.windows.net"), "FAKE-CANARY-secret-of-the-editor"
	c.more = append(c.more, key, "FAKE-CANARY-storage-key-32-bytes", secret)
	answers := map[string]string{
		"auth/prompt": `{"accepted":true}`, "auth/storageKey": fmt.Sprintf(`{"key":%q}`, key), "auth/getSecret": fmt.Sprintf(`{"value":%q}`, secret),
		"auth/getVSCodeToken": fmt.Sprintf(`{"token":%q,"account":"ann@contoso.example"}`, account),
	}
	c.fake.Set(func(k *fakeentra.Knobs) { k.Apps = map[string]fakeentra.App{appID: {Secret: secret}} })
	trace := filepath.Join(c.home, "tmp", "trace")
	for _, block := range []string{
		"mode = \"device_code\"\n", "mode = \"vscode\"\n", "mode = \"client_secret\"\ntenant_id = \"" + fakeentra.Tenant + "\"\nclient_id = \"" + appID + "\"\nclient_secret = \"vscode:mine\"\n",
	} {
		c.settings(toCluster + "[azure_auth]\nca_file = \"GIVEN/ca.pem\"\n" + block)
		for _, program := range []string{"calypso", "calypso-faulty"} {
			e := c.editor(program, answers, "--trace", trace)
			out := e.call("workspace/executeCommand", runQuery)
			if works := strings.Contains(out, `"rows"`) || !strings.Contains(out, `"error"`); program == "calypso" && !works {
				t.Errorf("%s: %s", block, out)
			}
			e.call("auth/status", `{}`)
			c.fake.RevokeAccess()
			e.call("workspace/executeCommand", runQuery)
			e.call("auth/signOut", `{}`)
			e.call("shutdown", "null")
			e.tell("exit", "null")
			log := e.end(block + program)
			if program == "calypso-faulty" && !strings.Contains(log, "nil map") {
				t.Errorf("there was no fault: %s", log)
			}
			account = c.fake.Issue("https://one.kusto.windows.net")
			answers["auth/getVSCodeToken"] = fmt.Sprintf(`{"token":%q,"account":"ann@contoso.example"}`, account)
		}
	}
	if text, err := os.ReadFile(trace); err != nil || !strings.Contains(string(text), "auth/getVSCodeToken") {
		t.Errorf("the trace has no sign-in: %v", err)
	}
}

// crashes ends processes for real while a token is in use: by signals, by a fault of the program, with all stacks dumped.
func (c *cage) crashes(t *testing.T) {
	c.settings(toCluster + "[azure_auth]\nca_file = \"GIVEN/ca.pem\"\nmode = \"device_code\"\nstorage = \"file\"\n")
	c.run(nil, "login")
	for _, signal := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGABRT, syscall.SIGSEGV} {
		if out := c.killed(signal, "query", "print 1"); !strings.Contains(out, "net/http.(*") || !strings.Contains(out, "goroutine 1 ") {
			t.Errorf("%v left no dump: %s", signal, out)
		}
	}
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	out, _ := c.command(ctx, "calypso-faulty", nil, "query", "print 1").CombinedOutput()
	c.note("a fault", string(out))
	if text := string(out); !strings.Contains(text, "panic: assignment to entry in nil map") || !strings.Contains(text, "httpauth") {
		t.Errorf("no panic: %s", text)
	}

	release := c.holding()
	e := c.editor("calypso", map[string]string{})
	e.start("workspace/executeCommand", runQuery)
	<-c.held
	if limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", e.cmd.Process.Pid)); err != nil || !regexp.MustCompile(`(?m)^Max core file size +0 `).Match(limits) {
		t.Errorf("a core file could be written: %v %s", err, limits)
	}
	must(t, e.cmd.Process.Signal(syscall.SIGABRT))
	if log := e.end("editor killed"); !strings.Contains(log, "goroutine 1 ") {
		t.Errorf("no dump: %s", log)
	}
	release()
}
