package example

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBook: queries stay, newest first, each once; the comment above says what for.
func TestBook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "queries.jsonl")
	b := Open(path)
	for _, q := range []string{"// storms by state\n// of 2007\nStormEvents | count", "StormEvents | take 1", "StormEvents | count"} {
		if err := b.Add("help", "Samples", q); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range []*Book{b, Open(path)} {
		got := b.Of("help", "Samples")
		if len(got) != 2 || got[0].Query != "StormEvents | count" || got[1].Query != "StormEvents | take 1" {
			t.Errorf("%+v", got)
		}
	}
	if got := Open(path).Of("help", "Other"); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
}

// TestKeptOut: commands, hidden literals and very long texts aren't kept.
func TestKeptOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queries.jsonl")
	b := Open(path)
	for _, q := range []string{".drop table T", "T | where a == h'CANARY'", "", "// only a comment", "T | where a == '" + strings.Repeat("x", maxQuery) + "'"} {
		if err := b.Add("help", "Samples", q); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(path); err == nil {
		body, _ := os.ReadFile(path)
		t.Errorf("the file holds %s", body)
	}
}

// TestBounds: neither the list nor the file grows without end; damaged lines do no harm.
func TestBounds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queries.jsonl")
	if err := os.WriteFile(path, []byte("not JSON\n{\"query\":5}\n{\"query\":\"T\"}\n{\"query"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := Open(path)
	for i := range maxLines + 10 {
		if err := b.Add("help", "Samples", fmt.Sprintf("T | take %d", i)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(b.Of("help", "Samples")); n != perPlace {
		t.Errorf("%d queries", n)
	}
	body, err := os.ReadFile(path)
	if err != nil || strings.Count(string(body), "\n") > perPlace+100 {
		t.Errorf("%v, %d lines", err, strings.Count(string(body), "\n"))
	}
	if got := Open(path).Of("help", "Samples"); len(got) != perPlace || got[0].Query != fmt.Sprintf("T | take %d", maxLines+9) {
		t.Errorf("%d, %v", len(got), got[0])
	}
}

// FuzzLoad: whatever the file holds, the book works.
func FuzzLoad(f *testing.F) {
	f.Add([]byte("{\"connection\":\"c\",\"database\":\"d\",\"query\":\"T\"}\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		path := filepath.Join(t.TempDir(), "q")
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Open(path).Add("c", "d", "T | count"); err != nil {
			t.Fatal(err)
		}
		if got := Open(path).Of("c", "d"); len(got) == 0 || got[0].Query != "T | count" {
			t.Fatalf("what was kept is gone: %v", got)
		}
	})
}

// What is forgotten of a connection is gone from the disk, and nothing of the others is.
func TestForget(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queries.jsonl")
	b := Open(path)
	for _, connection := range []string{"a", "b", "ab"} {
		if err := b.Add(connection, "db", connection+"canary | count"); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Forget("a"); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(body), `"acanary`) || !strings.Contains(string(body), "bcanary") || !strings.Contains(string(body), "abcanary") {
		t.Errorf("left: %s %v", body, err)
	}
	if len(b.Of("a", "db")) != 0 || len(Open(path).Of("ab", "db")) != 1 {
		t.Error("the wrong ones were forgotten")
	}
}

// TestTwoWindows: what another window kept since this one read the file is forgotten with the rest, and stays with the rest.
func TestTwoWindows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "examples.jsonl")
	one, two := Open(path), Open(path)
	for _, err := range []error{
		one.Add("help", "Samples", "T | count"), two.Add("private", "Db", "Secret | count"), two.Add("help", "Samples", "U | count"), one.Forget("private"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := Open(path)
	if list := got.Of("private", "Db"); len(list) != 0 {
		t.Errorf("%v is still kept", list)
	}
	if list := got.Of("help", "Samples"); len(list) != 2 {
		t.Errorf("%v is left", list)
	}
}

// TestLongComment: a comment of any length above a query takes nothing from those that come after it.
func TestLongComment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "examples.jsonl")
	b := Open(path)
	if err := errors.Join(b.Add("help", "Db", "// "+strings.Repeat("word ", 30_000)+"\nT | count"), b.Add("help", "Db", "U | count")); err != nil {
		t.Fatal(err)
	}
	if list := Open(path).Of("help", "Db"); len(list) != 2 || len(list[1].About) > 1100 {
		t.Errorf("%d are left", len(list))
	}
}
