package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The schema is the source: Go types that differ from it would be sent to clients that were built from the schema.
func TestGoTypesAreThoseOfTheSchema(t *testing.T) {
	files, err := generate("../..")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is stale: run go generate ./server/protocol", name)
		}
	}
}

// What the generator doesn't know it says, with its place.
func TestWhatIsNotKnownIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		`{"$defs":{"A":{"description":"Is a.","properties":{"x":{"type":"tuple"}}}}}`:                      "A: x: no Go type",
		`{"$defs":{"A":{"description":"Is a.","properties":{"x":{"$ref":"#/$defs/B"}}}}}`:                  `there is no definition "B"`,
		`{"$defs":{"A":{"description":"Is a.","x-go":"elsewhere.A","properties":{}}}}`:                     `"elsewhere" isn't one of ours`,
		`{"$defs":{"A":{"properties":{}}}}`:                                                                "no description",
		`{"$defs":[]}`:                                                                                     "an object is wanted",
		`{"$defs":{"A":{"description":"Is a.","properties":{"x":{"anyOf":[{"type":"a"},{"type":"b"}]}}}}}`: "no Go type",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, source), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := generate(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}
