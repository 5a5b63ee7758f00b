package main

// A home for real processes of calypso whose every output is kept, and searched for what the local authority gave away.

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"calypso/engine"
	"calypso/engine/rest"
	"calypso/engine/source"
	"calypso/internal/fakeentra"
	"calypso/internal/fakeopenai"
)

// cage is a home, what is given to it, the authority that all hosts lead to, and what processes said.
type cage struct {
	t     *testing.T
	fake  *fakeentra.Server
	home  string // all that a process writes is below
	given string // files that the person made: certificate, secrets of others
	bin   string
	env   []string
	held  chan struct{} // gets one when a request with a good token is held
	more  []string      // secrets that the authority doesn't know of

	mu   sync.Mutex // guards what follows
	said map[string]string
	hold chan struct{} // requests with a good token wait for its end; nil lets them through
}

const patience = 2 * time.Minute

func newCage(t *testing.T) *cage {
	t.Helper()
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_CORE, &limit) == nil && limit.Cur < limit.Max { // or no core could come anyway
		raised := limit
		raised.Cur = limit.Max
		_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &raised)
		t.Cleanup(func() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &limit) })
	}
	fake, err := fakeentra.New()
	must(t, err)
	t.Cleanup(fake.Close)
	c := &cage{t: t, fake: fake, home: t.TempDir(), given: t.TempDir(), bin: t.TempDir(), held: make(chan struct{}, 100), said: map[string]string{}}
	exe, err := os.Executable()
	must(t, err)
	for _, name := range []string{"calypso", "calypso-faulty"} {
		must(t, os.Symlink(exe, filepath.Join(c.bin, name)))
	}
	for _, dir := range []string{"codex", "tmp", "run"} {
		must(t, os.Mkdir(filepath.Join(c.home, dir), 0o700))
	}
	must(t, os.WriteFile(filepath.Join(c.given, "ca.pem"), fake.CA(), 0o600))
	c.backend()
	c.env = []string{
		"PATH=" + c.given + ":/usr/bin:/bin", "HOME=" + c.home, "CODEX_HOME=" + filepath.Join(c.home, "codex"), "TMPDIR=" + filepath.Join(c.home, "tmp"),
		"XDG_RUNTIME_DIR=" + filepath.Join(c.home, "run"), "HTTPS_PROXY=" + fake.ProxyURL(),
		// All that talks more than it should, at its most talkative.
		"AZURE_SDK_GO_LOGGING=all", "GODEBUG=http2debug=2", "GOTRACEBACK=crash",
	}
	return c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// backend answers for clusters by the embedded engine and for models by the scenarios, and can hold requests.
func (c *cage) backend() {
	e, err := engine.Open(engine.Options{})
	must(c.t, err)
	must(c.t, e.Load("", source.Samples()...))
	m, err := fakeopenai.New("tool")
	must(c.t, err)
	c.t.Cleanup(m.Close)
	through := behind{rest.New(e, rest.Options{}), m.Handler()}
	c.fake.Set(func(k *fakeentra.Knobs) {
		k.Backend = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c.mu.Lock()
			hold := c.hold
			c.mu.Unlock()
			if hold != nil {
				c.held <- struct{}{}
				<-hold
			}
			through.ServeHTTP(w, r)
		})
	})
}

// holding makes requests with a good token wait until the function that it gives is called.
func (c *cage) holding() (release func()) {
	hold := make(chan struct{})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hold = hold
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.hold = nil
		close(hold)
	}
}

func (c *cage) settings(text string) {
	text = strings.ReplaceAll(text, "GIVEN", c.given)
	must(c.t, os.WriteFile(filepath.Join(c.home, "codex", "config.toml"), []byte(text), 0o600))
}

func (c *cage) note(name, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said[name] += text
}

// command is a process that isn't started; env is over the cage's.
func (c *cage) command(ctx context.Context, program string, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, program), args...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = filepath.Join(c.home, "tmp"), append(append([]string{}, c.env...), env...), time.Second
	return cmd
}

// run runs calypso to its end and gives what it wrote.
func (c *cage) run(env []string, args ...string) string {
	ctx, stop := context.WithTimeout(c.t.Context(), patience)
	defer stop()
	out, _ := c.command(ctx, "calypso", env, args...).CombinedOutput()
	if ctx.Err() != nil {
		c.t.Errorf("%v didn't end:\n%s", args, out)
	}
	c.note(strings.Join(args, " "), string(out))
	return string(out)
}

// killed starts calypso, sends it a signal as soon as a request with a token is under way, and gives what it wrote.
func (c *cage) killed(by os.Signal, args ...string) string {
	release := c.holding()
	defer release()
	var out bytes.Buffer
	cmd := c.command(c.t.Context(), "calypso", nil, args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	must(c.t, cmd.Start())
	select {
	case <-c.held:
		must(c.t, cmd.Process.Signal(by))
	case <-time.After(patience):
		c.t.Error("no request with a token came")
		_ = cmd.Process.Kill()
	}
	_ = cmd.Wait()
	c.note("killed by "+by.String(), out.String())
	return out.String()
}

// search looks for credentials in all that was said and written. The key of saved sign-ins may stand in its own file only.
func (c *cage) search() {
	key, _ := os.ReadFile(filepath.Join(c.home, ".config", "calypso", "sessions", "key"))
	if text := strings.TrimSpace(string(key)); text != "" {
		c.more = append(c.more, text)
	}
	hunt := c.fake.Hunt(c.more...)
	look := func(where, text string) {
		if found, at := hunt.Find(text); found != "" {
			c.t.Errorf("%s holds %s: %q", where, found, text[max(0, at-200):min(len(text), at+60)])
		}
	}
	for name, text := range c.said {
		look("output of "+name, text)
	}
	files := 0
	must(c.t, filepath.WalkDir(c.home, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "config.toml" || d.Name() == "key" || d.Name() == "azure_devops_auth.json" || d.Type()&os.ModeSocket != 0 {
			return err
		}
		if strings.HasPrefix(d.Name(), "core") {
			c.t.Errorf("%s: a crash wrote the process's memory", path)
		}
		body, err := os.ReadFile(path)
		look(path, string(body))
		files++
		return err
	}))
	c.t.Logf("%d credentials not found in %d outputs and %d files", len(c.fake.Credentials())+len(c.more), len(c.said), files)
	if len(c.fake.Credentials()) < 40 || files < 4 {
		c.t.Error("too little happened to search")
	}
}

// client is an editor at a calypso lsp of the cage: it shows prompts, and keeps a key, a secret and an account.
type client struct {
	c       *cage
	cmd     *exec.Cmd
	in      io.WriteCloser
	log     bytes.Buffer
	answers map[string]string

	mu   sync.Mutex // guards below, and in
	next int
	got  map[string]chan string
	all  strings.Builder
	done chan struct{}
}

func (c *cage) editor(program string, answers map[string]string, args ...string) *client {
	e := &client{c: c, answers: answers, got: map[string]chan string{}, done: make(chan struct{})}
	e.cmd = c.command(c.t.Context(), program, nil, append([]string{"lsp", "--log", "debug"}, args...)...)
	e.cmd.Stderr = &e.log
	var err error
	e.in, err = e.cmd.StdinPipe()
	must(c.t, err)
	out, err := e.cmd.StdoutPipe()
	must(c.t, err)
	must(c.t, e.cmd.Start())
	go e.listen(bufio.NewReader(out))
	e.call("initialize", `{"processId":null,"rootUri":null,"capabilities":{"experimental":{"kusto":{"version":1},"auth":{"prompt":true,"vscodeAccount":true,"storageKey":true}}}}`)
	e.tell("initialized", `{}`)
	e.tell("textDocument/didOpen", `{"textDocument":{"uri":"untitled:a","languageId":"kql","version":1,"text":"StormEvents | count"}}`)
	return e
}

func (e *client) listen(from *bufio.Reader) {
	defer close(e.done)
	for {
		text, m, err := receive(from)
		if err != nil {
			return
		}
		e.mu.Lock()
		switch {
		case m.Method != "" && m.ID != nil:
			answer, ok := e.answers[m.Method]
			if !ok {
				answer = "null"
			}
			send(e.in, fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":%s}`, m.ID, answer))
		case m.Method == "" && e.got[string(m.ID)] != nil:
			e.got[string(m.ID)] <- text
		}
		if m.Method != "auth/prompt" { // its code is the person's
			e.all.WriteString(text + "\n")
		}
		e.mu.Unlock()
	}
}

func (e *client) tell(method, params string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	send(e.in, fmt.Sprintf(`{"jsonrpc":"2.0","method":%q,"params":%s}`, method, params))
}

// start sends a request and gives where its answer comes.
func (e *client) start(method, params string) chan string {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.next++
	answer := make(chan string, 1)
	id, _ := json.Marshal(e.next)
	e.got[string(id)] = answer
	send(e.in, fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"method":%q,"params":%s}`, id, method, params))
	return answer
}

// call sends a request and gives its answer, "" when none came.
func (e *client) call(method, params string) string {
	select {
	case text := <-e.start(method, params):
		return text
	case <-e.done:
	case <-time.After(patience):
		e.c.t.Errorf("no answer to %s", method)
	}
	return ""
}

const runQuery = `{"command":"calypso.server.run","arguments":[{"uri":"untitled:a","position":{"line":0,"character":0}}]}`

// end waits for the process and keeps what it wrote.
func (e *client) end(name string) string {
	_ = e.cmd.Wait()
	<-e.done
	e.c.note(name+", log", e.log.String())
	e.c.note(name+", messages", e.all.String())
	return e.log.String()
}
