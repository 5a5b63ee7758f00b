package main

import (
	"os"
	"path/filepath"
	"testing"
)

// The client's types must be those of the Go structs: a stale file makes a client that reads members that aren't sent.
func TestGeneratedFilesAreFresh(t *testing.T) {
	for _, f := range files {
		want, err := f.make("../..")
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("..", "..", f.target))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is stale: run go generate ./server/protocol", f.target)
		}
	}
}
