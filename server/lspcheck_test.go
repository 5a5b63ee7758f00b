package server

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// lspcheck sends thousands of generated and damaged messages and holds each answer against the protocol's own description.
func TestLspcheck(t *testing.T) {
	script := sharedFile(t, "tools/lspcheck/lspcheck.mjs")
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("SKIPPED: lspcheck needs Node.js 20 or later on the PATH")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	runs := [][]string{
		{"--seed", "1"}, {"--seed", "2"}, {"--seed", "3"}, {"--seed", "4", "--client", "min"}, {"--seed", "5", "--encoding", "utf-8"},
	}
	for i, args := range runs {
		args = append(args, "--timeout", "120000") // its own limit of an answer is for a machine that does nothing else
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(node, append(append([]string{script}, args...), "--", self)...)
			cmd.Env = append(os.Environ(), "CALYPSO_TEST_SERVER=1")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("lspcheck %v: %v\n%s", args, err, out)
			}
		})
	}
}

// sharedFile finds a file that lies beside the repository and isn't part of it; without it the test is skipped.
func sharedFile(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("CALYPSO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("SKIPPED: %s isn't there; set CALYPSO_SHARED to the folder that has %s", path, name)
	}
	return path
}
