package builtin

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestTablesAreGenerated runs the generator in a folder of its own and compares: nobody changed a table by hand, and the facts are
// those that the tables were made of.
func TestTablesAreGenerated(t *testing.T) {
	shared := os.Getenv("CALYPSO_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	shared, err := filepath.Abs(shared)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(shared, "facts", "signatures.json")); err != nil {
		t.Skipf("no facts at %s; set CALYPSO_SHARED to the folder that holds facts/signatures.json", shared)
	}
	generator, err := filepath.Abs("gen.go")
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "gen")
	if out, err := exec.Command("go", "build", "-o", program, generator).CombinedOutput(); err != nil {
		t.Fatalf("build the generator: %v\n%s", err, out)
	}
	fresh := t.TempDir()
	gen := exec.Command(program)
	gen.Dir = fresh
	gen.Env = append(os.Environ(), "CALYPSO_SHARED="+shared)
	if out, err := gen.CombinedOutput(); err != nil {
		t.Fatalf("run the generator: %v\n%s", err, out)
	}
	made, _ := filepath.Glob(filepath.Join(fresh, "*.go"))
	if len(made) == 0 {
		t.Fatal("the generator wrote nothing")
	}
	for _, path := range made {
		want, _ := os.ReadFile(path)
		have, _ := os.ReadFile(filepath.Base(path))
		if !bytes.Equal(want, have) {
			t.Errorf("%s is stale; run go generate ./kql/builtin", filepath.Base(path))
		}
	}
}
