package server

import (
	"os"
	"path/filepath"
	"testing"

	"calypso/config"
)

// The file in which models are set is begun once: what a person wrote stays, and what we begin can be read as settings.
func TestBegun(t *testing.T) {
	path := filepath.Join(t.TempDir(), ".codex", "config.toml")
	if err := begun(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, warnings, err := config.Parse(path, string(text)); err != nil || len(warnings) > 0 {
		t.Errorf("%v %v", err, warnings)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	const own = "model = \"mine\"\n"
	if err := os.WriteFile(path, []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := begun(path); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(path); string(text) != own {
		t.Errorf("it was written over: %s", text)
	}
	if err := begun(filepath.Join(path, "below", "config.toml")); err == nil {
		t.Error("a file is taken for a folder")
	}
}
