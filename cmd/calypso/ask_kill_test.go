package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"calypso/internal/fakeopenai"
)

// TestAskKilled kills the process while an answer streams, behind a query that ran. The conversation goes on from what was kept: the
// model gets the call with its output, and takes it.
func TestAskKilled(t *testing.T) {
	home, program := t.TempDir(), ownProgram(t)
	endpoint, err := fakeopenai.New("killed")
	if err != nil {
		t.Fatal(err)
	}
	defer endpoint.Close()
	settings := fmt.Sprintf("model = \"gpt\"\nmodel_provider = \"local\"\n[model_providers.local]\nbase_url = %q\nenv_key = \"KEY\"\nis_azure = true\n", endpoint.URL)
	if err := os.WriteFile(filepath.Join(home, "config.toml"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	ask := func(arguments ...string) *exec.Cmd {
		cmd := exec.Command(program, append([]string{"ask", "--approval", "auto"}, arguments...)...)
		cmd.Env = append(os.Environ(), "HOME="+home, "CODEX_HOME="+home, "XDG_STATE_HOME="+home, "KEY=key")
		return cmd
	}
	id := killedInAnswer(t, ask("--json", "how many storms?"))
	var stderr bytes.Buffer
	again := ask("--resume", id, "go on")
	again.Stderr = &stderr
	out, err := again.Output()
	if err != nil || !strings.Contains(string(out), "There are 100.") {
		t.Fatalf("%v: %s%s", err, out, stderr.String())
	}
	if faults := endpoint.Faults(); len(faults) > 0 {
		t.Errorf("requests to the model are wrong: %v", faults)
	}
	if last := endpoint.Requests()[2].Body; !bytes.Contains(last, []byte("function_call_output")) || !bytes.Contains(last, []byte("how many storms?")) {
		t.Errorf("the conversation didn't go on: %s", last)
	}
}

// killedInAnswer runs a question until its answer streams, kills the process, and gives the conversation's id.
func killedInAnswer(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Wait() }()
	id := ""
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if found := regexp.MustCompile(`"threadId":"([^"]+)"`).FindStringSubmatch(lines.Text()); found != nil {
			id = found[1]
		}
		if strings.Contains(lines.Text(), "There are") {
			_ = cmd.Process.Kill()
			return id
		}
	}
	t.Fatalf("the answer never streamed: %v %s", lines.Err(), stderr.String())
	return ""
}
