package history

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func open(t *testing.T, limit int) (*Log, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state", "history.jsonl")
	return Open(path, limit), path
}

func add(t *testing.T, l *Log, text string) string {
	t.Helper()
	id, err := l.Add(Entry{Text: text, Connection: "c", Name: "help", Database: "Samples", Status: "done"})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func texts(t *testing.T, l *Log, search string) string {
	t.Helper()
	list, _, err := l.List(search, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range list {
		out = append(out, e.Text)
	}
	return strings.Join(out, "|")
}

// The newest come first, in pages, and what is searched for may stand in the text or the place.
func TestList(t *testing.T) {
	l, path := open(t, 10)
	for i := range 5 {
		add(t, l, fmt.Sprintf("T | take %d", i))
	}
	for search, want := range map[string]string{
		"": "T | take 4|T | take 3|T | take 2|T | take 1|T | take 0", "TAKE 3": "T | take 3", "samples": texts(t, l, ""), "nothing": "",
	} {
		if got := texts(t, l, search); got != want {
			t.Errorf("search %q: %s", search, got)
		}
	}
	page, more, err := l.List("", 2, 2)
	if err != nil || !more || len(page) != 2 || page[0].Text != "T | take 2" {
		t.Errorf("page: %v %v %v", page, more, err)
	}
	if _, more, _ := l.List("", 3, 2); more {
		t.Error("there is no further page")
	}
	if got := texts(t, Open(path, 10), ""); got != texts(t, l, "") {
		t.Errorf("another process reads %s", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v %v", info.Mode(), err)
	}
}

// No more than the limit is shown, and the file doesn't grow for ever.
func TestLimit(t *testing.T) {
	l, path := open(t, 3)
	for i := range 2*slack + 10 {
		add(t, l, fmt.Sprintf("T%d", i))
	}
	if got := texts(t, l, ""); got != "T409|T408|T407" {
		t.Error(got)
	}
	body, _ := os.ReadFile(path)
	if n := strings.Count(string(body), "\n"); n > 3+slack {
		t.Errorf("the file has %d lines", n)
	}
	if err := l.SetLimit(2); err != nil {
		t.Fatal(err)
	}
	if body, _ = os.ReadFile(path); strings.Count(string(body), "\n") != 2 {
		t.Errorf("after another limit: %s", body)
	}
	if err := l.SetLimit(0); err != nil {
		t.Fatal(err)
	}
	if id := add(t, l, "T"); id != "" || texts(t, l, "") != "" {
		t.Error("nothing should be kept")
	}
	if body, _ = os.ReadFile(path); len(body) != 0 {
		t.Errorf("switched off, the file holds %s", body)
	}
}

// What is deleted is gone from the disk, one or all.
func TestRemove(t *testing.T) {
	l, path := open(t, 10)
	add(t, l, "kept")
	gone := add(t, l, "canary")
	if err := l.Remove(gone, "nobody"); err != nil {
		t.Fatal(err)
	}
	if body, _ := os.ReadFile(path); strings.Contains(string(body), "canary") || texts(t, l, "") != "kept" {
		t.Errorf("left: %s", body)
	}
	if _, ok := l.Find(gone); ok {
		t.Error("it is found")
	}
	if err := l.Clear(); err != nil {
		t.Fatal(err)
	}
	if body, _ := os.ReadFile(path); len(body) != 0 || texts(t, l, "") != "" {
		t.Errorf("left: %s", body)
	}
}

// Secrets never reach the disk; an entry says that its text isn't what ran.
func TestSecrets(t *testing.T) {
	l, path := open(t, 10)
	for _, text := range []string{
		`externaldata(x:string)[h"https://a/canary1"]`, "print h'canary2'", "print H@'canary3'", "print h```canary4\ncanary4```",
		"externaldata(x:string)['https://a/b?sig=canary5canary5']", "print h'canary6",
		"T // | extend x = h'canary7'",
	} {
		e, _ := l.Find(add(t, l, text))
		if e.Whole() || !e.Masked {
			t.Errorf("%q counts as whole: %+v", text, e)
		}
	}
	body, _ := os.ReadFile(path)
	if strings.Contains(string(body), "canary") {
		t.Errorf("the file holds a secret: %s", body)
	}
	long, _ := l.Find(add(t, l, strings.Repeat("é", maxText)))
	if long.Whole() || !long.Cut || len(long.Text) > maxText {
		t.Errorf("a long text: %d bytes", len(long.Text))
	}
}

// A process that was killed leaves a torn line: the next entry begins on its own.
func TestTornLine(t *testing.T) {
	l, path := open(t, 10)
	add(t, l, "one")
	body, _ := os.ReadFile(path)
	for cut := range body {
		if err := os.WriteFile(path, append(body[:len(body):len(body)], body[:cut]...), 0o600); err != nil {
			t.Fatal(err)
		}
		again := Open(path, 10)
		add(t, again, "two")
		if got := texts(t, Open(path, 10), ""); got != "two|one" && got != "two|one|one" {
			t.Fatalf("cut at %d: %s", cut, got)
		}
	}
}

// Windows write at once; nobody's entry is lost, whoever rewrites.
func TestTogether(t *testing.T) {
	_, path := open(t, 10)
	var wait sync.WaitGroup
	for w := range 4 {
		wait.Go(func() {
			l := Open(path, 1000)
			for i := range 25 {
				id, err := l.Add(Entry{Text: fmt.Sprintf("w%d-%d", w, i)})
				if err != nil {
					t.Error(err)
				}
				if i%10 == 0 {
					if err := l.Remove(id); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wait.Wait()
	list, _, err := Open(path, 1000).List("", 0, 1000)
	if err != nil || len(list) != 4*22 {
		t.Errorf("%d entries, %v", len(list), err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("{\"id\":\"a\",\"text\":\"T\"}\n{\"id\":"))
	f.Add([]byte("\n\nnull\n[]\n{\"id\":1}"))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, e := range parse(body) {
			if e.ID == "" || e.Text == "" {
				t.Errorf("an empty entry: %+v", e)
			}
		}
	})
}
