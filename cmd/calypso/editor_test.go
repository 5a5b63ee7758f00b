package main

// An editor for sessions: it sends the messages of a file, one after the answer to the other, and keeps all that the server wrote.

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// message is as much of one as the editor needs.
type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
}

// editor runs calypso lsp with the given flags: editor session.in --log debug. lsp.out and lsp.err hold what it wrote.
func editor(ts *testscript.TestScript, _ bool, args []string) {
	program, err := lookIn(ts.Getenv("PATH"), "calypso")
	ts.Check(err)
	cmd := exec.Command(program, append([]string{"lsp"}, args[1:]...)...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"PATH", "HOME", "CODEX_HOME", "HTTPS_PROXY", "TMPDIR"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	log, err := os.Create(ts.MkAbs("lsp.err"))
	ts.Check(err)
	defer log.Close()
	cmd.Stderr = log
	in, err := cmd.StdinPipe()
	ts.Check(err)
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	stuck := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
	defer stuck.Stop()
	from, wrote := bufio.NewReader(out), ""
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		line = strings.TrimSpace(line)
		send(in, line)
		var sent message
		ts.Check(json.Unmarshal([]byte(line), &sent))
		for sent.ID != nil {
			text, got, err := receive(from)
			if err != nil {
				ts.Fatalf("no answer to %s: %v\n%s", line, err, wrote)
			}
			wrote += text + "\n"
			if got.Method != "" && got.ID != nil { // the server asks; this editor agrees to everything
				send(in, fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":null}`, got.ID))
			}
			if got.Method == "" && string(got.ID) == string(sent.ID) {
				break
			}
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs("lsp.out"), []byte(wrote), 0o600))
	ts.Check(cmd.Wait())
}

func lookIn(path, name string) (string, error) {
	for _, dir := range filepath.SplitList(path) {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && !info.IsDir() {
			return filepath.Join(dir, name), nil
		}
	}
	return "", exec.ErrNotFound
}

// ownProgram gives a path at which the tests' own program is calypso.
func ownProgram(t *testing.T) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "calypso")
	if err := os.Symlink(exe, program); err != nil {
		t.Skipf("the tests' program can't be called calypso: %v", err)
	}
	return program
}

func send(to io.Writer, text string) {
	fmt.Fprintf(to, "Content-Length: %d\r\n\r\n%s", len(text), text)
}

func receive(from *bufio.Reader) (string, message, error) {
	length := 0
	for {
		line, err := from.ReadString('\n')
		if err != nil {
			return "", message{}, err
		}
		if line = strings.TrimSpace(line); line == "" {
			break
		}
		if n, ok := strings.CutPrefix(line, "Content-Length: "); ok {
			length, _ = strconv.Atoi(n)
		}
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(from, body); err != nil {
		return "", message{}, err
	}
	var m message
	return string(body), m, json.Unmarshal(body, &m)
}
