package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"calypso/history"
	"calypso/server/protocol"
	"calypso/server/session"
	"calypso/wholefile"
)

// Each file that couldn't be read is told, and the one that is chosen opens; a client that opens nothing gets no button for it.
func TestFaults(t *testing.T) {
	faults := []Fault{{File: "/home/me/config.toml", Message: "config.toml counts for nothing now"}, {Message: "Your connections aren't here"}}
	asks := func(p *peer, text string) *message {
		return p.wait(func(m message) bool { return m.ID != nil && strings.Contains(string(m.Params), text) })
	}
	p := dial(t, Options{Faults: faults})
	p.hello(`{"window":{"showDocument":{"support":true}}}`)
	if m := asks(p, "connections aren't"); m == nil || strings.Contains(string(m.Params), "Open File") {
		t.Errorf("got %+v", m)
	}
	m := asks(p, "config.toml counts")
	if m == nil {
		t.Fatal("nothing was told")
	}
	id, _ := json.Marshal(m.ID)
	p.frame(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":{"title":"Open File"}}`, id))
	if m := asks(p, "file:///home/me/config.toml"); m == nil || m.Method != "window/showDocument" {
		t.Errorf("got %+v", m)
	}
	p = dial(t, Options{Faults: faults})
	p.hello(`{}`)
	if m := asks(p, "config.toml counts"); m == nil || strings.Contains(string(m.Params), "Open File") {
		t.Errorf("got %+v", m)
	}
}

// A history that can't be written is told at the first run, and at no other; what ran has its rows.
func TestUnkeptHistory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x")
	if err := wholefile.Write(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := dial(t, Options{History: history.Open(filepath.Join(file, "history.jsonl"), 10)})
	p.hello(ours)
	told := func(m message) bool { return strings.Contains(string(m.Params), "A run isn't in the history") }
	for range 2 {
		var got protocol.QueryRunResult
		p.ask(protocol.MethodQueryRun, map[string]any{"text": "rows 3", "connection": "embedded", "database": "Samples"}, &got)
		if got.Stats.Rows != 3 {
			t.Errorf("got %+v", got)
		}
	}
	if p.wait(told) == nil {
		t.Fatal("nothing was told")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if slices.ContainsFunc(p.inbox, told) {
		t.Error("it was told twice")
	}
}

// Settings that can't be are told once as long as they stay the same; those that can count all the same.
func TestWrongSettings(t *testing.T) {
	wrong := errors.New("calypso.a: x\ncalypso.b: x\ncalypso.c: x\ncalypso.d: x")
	p := dial(t, Options{Configure: func(section []byte) (session.Settings, error) {
		if strings.Contains(string(section), "a") {
			return session.Settings{LintOff: true}, wrong
		}
		return session.Settings{}, nil
	}})
	p.hello(`{}`)
	told := func(m message) bool {
		return strings.Contains(string(m.Params), "calypso.b: x; calypso.c: x; and 1 more")
	}
	count := func() (n int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, m := range p.inbox {
			if told(m) {
				n++
			}
		}
		return n
	}
	p.server.configure([]byte(`{"a":1}`))
	p.server.configure([]byte(`{"a":1}`))
	if p.wait(told) == nil || !p.server.state.current().Settings.LintOff {
		t.Fatal("nothing was told, or nothing taken")
	}
	p.server.configure([]byte(`{}`))
	if n := count(); n > 1 {
		t.Errorf("told %d times", n)
	}
}
