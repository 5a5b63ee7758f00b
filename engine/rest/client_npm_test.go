package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Microsoft's npm client must read the endpoint. The test installs it into .cache at the repository's root; without npm or the
// registry it says so and is skipped.

// npmClient installs the client if it isn't there and gives its folder.
func npmClient(t *testing.T) string {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		without(t, "npm isn't installed: the npm client isn't tested; install Node.js 20 or later")
	}
	dir, err := filepath.Abs("../../.cache/npm-client")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	fresh := true
	for _, name := range []string{"package.json", "package-lock.json", ".npmrc", "read.mjs"} {
		want, err := os.ReadFile(filepath.Join("testdata", "npm", name))
		if err != nil {
			t.Fatal(err)
		}
		if have, err := os.ReadFile(filepath.Join(dir, name)); err == nil && string(have) == string(want) {
			continue
		}
		fresh = fresh && name == "read.mjs"
		if err := os.WriteFile(filepath.Join(dir, name), want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	done := filepath.Join(dir, "node_modules", ".package-lock.json")
	if _, err := os.Stat(done); err == nil && fresh {
		return dir
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	install := exec.CommandContext(ctx, npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		without(t, fmt.Sprintf("the npm client can't be installed: %v\n%s", err, out))
	}
	return dir
}

// without skips the test, but in CI, where a suite that doesn't run must not pass for one that did.
func without(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}

func TestNpmClient(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the npm client isn't tested")
	}
	dir := npmClient(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "read.mjs", serve(t).URL)
	cmd.Dir = dir
	raw, err := cmd.Output()
	if err != nil {
		stderr := ""
		if exit, ok := err.(*exec.ExitError); ok {
			stderr = string(exit.Stderr)
		}
		t.Fatalf("node: %v\n%s%s", err, raw, stderr)
	}
	var got map[string]json.RawMessage
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatalf("%v: %s", err, raw)
	}
	// The client keeps numbers as JavaScript has them, so a long of 17 digits is rounded by it.
	for name, want := range map[string]string{
		"allTypes": `[[true,-2147483648,9007199254740992,1.5,"123456789012.34567","text \"quoted\" ünï 😀","2020-01-01T00:00:02.400Z",-93784000.12339999,"12340000-0000-0000-0000-0000000000ff",{"a":[1,2.5,null],"b":"x"}],` +
			`[null,null,null,null,null,"",null,null,null,null],` +
			`[false,5,-1,-2,"0","","1970-01-01T00:00:00.000Z",0,"00000000-0000-0000-0000-000000000000",[]]]`,
		"v1": `[[1.5,"a"]]`, "defaultDatabase": `[[1]]`, "mgmt": `[["AllTypes"]]`, "parameter": `[["x'y"]]`,
		"create": `[["Made"]]`, "ingest": `1`, "append": `[1]`, "made": `[[1,"one"],[2,"two, and more"],[3,"three"],[4,"four"]]`, "stream": `"done"`, "drop": `[]`,
		"setup": `[0,3,[["a",4],["b",2]],[["CachingPolicy","[Samples].[SetupEvents]","Table"]]]`,
	} {
		if string(got[name]) != want {
			t.Errorf("%s\ngot  %s\nwant %s", name, got[name], want)
		}
	}
	for name, want := range map[string]string{
		"wrong": "Nowhere", "truncated": "E_QUERY_RESULT_SET_TOO_LARGE",
		"readOnly": "request_readonly", "badCommand": "don't match", "dropped": "Made",
	} {
		if !strings.Contains(string(got[name]), want) || !strings.HasPrefix(string(got[name]), `{"error"`) {
			t.Errorf("%s: got %s", name, got[name])
		}
	}
}
