package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.lsp.dev/jsonrpc2"
)

// Raw frames, each with what comes back and whether the server still lives. Section 11.2 of the editor's design.
func TestRawFrames(t *testing.T) {
	hover := `{"jsonrpc":"2.0","id":7,"method":"textDocument/hover","params":{"textDocument":{"uri":"file:///a.kql"},"position":{"line":0,"character":1}}}`
	odd := `{"jsonrpc":"2.0","id":4,"method":"la/la"}`
	cases := []struct {
		name  string
		send  string // a whole frame, or a body when it begins with { or [
		want  []string
		alive bool
	}{
		{"unknown request", `{"jsonrpc":"2.0","id":1,"method":"x/y"}`, []string{`"id":1`, `-32601`}, true},
		{"unknown notification", `{"jsonrpc":"2.0","method":"$/x"}`, nil, true},
		{"unknown notification with bad params", `{"jsonrpc":"2.0","method":"textDocument/didOpen","params":5}`, nil, true},
		{"a later issue's method", `{"jsonrpc":"2.0","id":1,"method":"kusto/later/method","params":{}}`, []string{`-32601`}, true},
		{"bad params", `{"jsonrpc":"2.0","id":1,"method":"textDocument/hover","params":[1]}`, []string{`-32602`}, true},
		{"no params", `{"jsonrpc":"2.0","id":1,"method":"textDocument/hover"}`, []string{`-32602`}, true},
		{"null position", `{"jsonrpc":"2.0","id":1,"method":"textDocument/hover","params":{"textDocument":{"uri":"file:///a.kql"},"position":null}}`, []string{`-32602`, `position.line is missing`}, true},
		{"string id", `{"jsonrpc":"2.0","id":"a\"b","method":"x"}`, []string{`"id":"a\"b"`}, true},
		{"large id", `{"jsonrpc":"2.0","id":9007199254740993,"method":"x"}`, []string{`"id":9007199254740993`}, true},
		{"odd but right headers", fmt.Sprintf("content-LENGTH:%d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n%s", len(odd), odd), []string{`-32601`}, true},
		{"second initialize", `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}`, []string{`-32600`}, true},
		{"JSON that is no request", `{"a":1}`, []string{`"id":null`, `-32600`}, true},
		{"a request with a fraction as id", `{"jsonrpc":"2.0","id":1.5,"method":"x"}`, []string{`"id":null`, `-32600`}, true},
		{"a request whose method is no text", `{"jsonrpc":"2.0","id":3,"method":5}`, []string{`"id":3`, `-32600`}, true},
		{"an answer nobody waits for", `{"jsonrpc":"2.0","id":99,"result":null}`, nil, true},
		{"a batch", `[` + hover + `,{"jsonrpc":"2.0","method":"$/x"},{"jsonrpc":"2.0","id":8,"method":"x"}]`, []string{`[{`, `"id":7`, `"id":8`}, true},
		{"an empty batch", `[]`, []string{`-32600`}, true},
		{"cancel of nothing", `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}`, nil, true},
		{"cancel of nonsense", `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{}}}`, nil, true},
		{"a panic", `{"jsonrpc":"2.0","id":1,"method":"test/panic"}`, []string{`-32603`}, true},
		{"a panic in a notification", `{"jsonrpc":"2.0","method":"test/panicToo"}`, nil, true},
		{"no JSON", `{"jsonrpc":`, []string{`-32700`}, false},
		{"no header", "nonsense\r\n\r\n{}", nil, false},
		{"no length", "Content-Type: x\r\n\r\n{}", nil, false},
		{"negative length", "Content-Length: -5\r\n\r\n{}", nil, false},
		{"endless header", strings.Repeat("x", 20<<10), nil, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := dial(t, Options{methods: hidden()})
			p.hello(`{}`)
			p.open("file:///a.kql", "StormEvents")
			if strings.HasPrefix(c.send, "{") || strings.HasPrefix(c.send, "[") {
				p.frame(c.send)
			} else {
				go fmt.Fprint(p.in, c.send)
			}
			if len(c.want) > 0 {
				p.wait(func(m message) bool { return m.Error != nil || (m.Method == "" && m.Result == nil) })
				got := p.last()
				for _, w := range c.want {
					if !strings.Contains(got, w) {
						t.Errorf("answer %s lacks %s", got, w)
					}
				}
			}
			if !c.alive {
				if code := p.exited(); code != exitFraming {
					t.Errorf("exit code %d, want %d", code, exitFraming)
				}
				return
			}
			if m := p.call("textDocument/hover", json.RawMessage(`{"textDocument":{"uri":"file:///a.kql"},"position":{"line":0,"character":1}}`)); m.Error != nil {
				t.Errorf("no longer alive: %+v", m.Error)
			}
		})
	}
}

// last gives the newest body that isn't a notification.
func (p *peer) last() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := len(p.raw) - 1; i >= 0; i-- {
		if !strings.Contains(p.raw[i], `"method"`) {
			return p.raw[i]
		}
	}
	return ""
}

// hidden are methods that misbehave.
func hidden() []method {
	return []method{
		plain("test/panic", 0, func(*call) (any, error) { panic("broken") }),
		{name: "test/panicToo", note: func(*Server, jsonrpc2.RawMessage) error { panic("broken") }},
		plain("test/hang", 0, func(*call) (any, error) { select {} }),
		plain("test/slow", 20*time.Millisecond, func(*call) (any, error) { select {} }),
		plain("test/error", 0, func(*call) (any, error) { return nil, errors.New("plain") }),
	}
}

func TestAHugeMessageIsRefused(t *testing.T) {
	p := dial(t, Options{})
	p.hello(`{}`)
	body := `{"jsonrpc":"2.0","id":5,"method":"textDocument/hover","params":"` + strings.Repeat("x", maxFrame) + `"}`
	p.frame(body)
	if m := p.end("5"); m.Error == nil || m.Error.Code != -32600 {
		t.Errorf("got %+v", m)
	}
	p.open("file:///a.kql", "x")
	if m := p.call("textDocument/hover", json.RawMessage(`{"textDocument":{"uri":"file:///a.kql"},"position":{"line":0,"character":1}}`)); m.Error != nil {
		t.Errorf("no longer alive: %+v", m.Error)
	}
}

func TestALargeDocument(t *testing.T) {
	p := dial(t, Options{})
	p.hello(`{}`)
	src := strings.Repeat("// 30 MB of comments, as a log opened by mistake may be\n", 30<<20/56)
	p.open("file:///big.kql", src)
	p.notify("textDocument/didChange", json.RawMessage(`{"textDocument":{"uri":"file:///big.kql","version":2},"contentChanges":[{"range":{"start":{"line":1,"character":0},"end":{"line":1,"character":2}},"text":"T"}]}`))
	if m := p.call("x/y", nil); m.Error == nil || m.Error.Code != -32601 {
		t.Errorf("got %+v", m)
	}
	if d := p.document("file:///big.kql"); d == nil || d.Version != 2 || d.File.Len() != len(src)-1 {
		t.Errorf("the copy differs")
	}
}

// A request is answered once, soon after its cancel, even if its work never ends.
func TestCancel(t *testing.T) {
	p := dial(t, Options{methods: hidden()})
	p.hello(`{}`)
	id := p.begin("test/hang", nil)
	p.notify("$/cancelRequest", map[string]any{"id": json.RawMessage(id)})
	if m := p.end(id); m.Error == nil || m.Error.Code != -32800 {
		t.Errorf("by number: %+v", m)
	}
	p.frame(`{"jsonrpc":"2.0","id":"s","method":"test/hang"}`)
	p.notify("$/cancelRequest", map[string]any{"id": "s"})
	if m := p.end(`"s"`); m.Error == nil || m.Error.Code != -32800 {
		t.Errorf("by text: %+v", m)
	}
	if m := p.call("test/slow", nil); m.Error == nil || m.Error.Code != -32803 || !strings.Contains(string(m.Error.Data), `"timeout"`) {
		t.Errorf("deadline: %+v", m.Error)
	}
	if m := p.call("test/error", nil); m.Error == nil || m.Error.Code != -32803 || !strings.Contains(string(m.Error.Data), `"other"`) {
		t.Errorf("plain error: %+v", m.Error)
	}
	// A request behind a hanging one isn't held up.
	p.begin("test/hang", nil)
	if m := p.call("test/error", nil); m.Error == nil {
		t.Error("no answer behind a hanging request")
	}
}

func TestAnIDInUse(t *testing.T) {
	p := dial(t, Options{methods: hidden()})
	p.hello(`{}`)
	p.frame(`{"jsonrpc":"2.0","id":50,"method":"test/hang"}`)
	p.frame(`{"jsonrpc":"2.0","id":50,"method":"test/hang"}`)
	if m := p.end("50"); m.Error == nil || m.Error.Code != -32600 {
		t.Errorf("got %+v", m)
	}
}

// Requests out of season, and the exit codes.
func TestLifeCycle(t *testing.T) {
	t.Run("before initialize", func(t *testing.T) {
		p := dial(t, Options{})
		if m := p.call("textDocument/hover", struct{}{}); m.Error == nil || m.Error.Code != -32002 {
			t.Errorf("got %+v", m)
		}
		p.notify("exit", nil)
		if code := p.exited(); code != exitAbrupt {
			t.Errorf("exit code %d", code)
		}
	})
	t.Run("after shutdown", func(t *testing.T) {
		p := dial(t, Options{})
		p.hello(`{}`)
		if m := p.call("shutdown", nil); m.Error != nil || string(m.Result) != "null" {
			t.Errorf("shutdown: %+v", m)
		}
		if m := p.call("textDocument/hover", struct{}{}); m.Error == nil || m.Error.Code != -32600 {
			t.Errorf("got %+v", m)
		}
		p.notify("exit", nil)
		if code := p.exited(); code != exitClean {
			t.Errorf("exit code %d", code)
		}
	})
	t.Run("closed stdin", func(t *testing.T) {
		p := dial(t, Options{methods: hidden()})
		p.hello(`{}`)
		p.begin("test/hang", nil)
		_ = p.in.Close()
		if code := p.exited(); code != exitAbrupt {
			t.Errorf("exit code %d", code)
		}
	})
	t.Run("shutdown stops queries", func(t *testing.T) {
		p := dial(t, Options{})
		p.hello(ours)
		id := p.begin("kusto/query/run", map[string]any{"text": "hang"})
		p.wait(func(m message) bool { return m.Method == "kusto/query/started" })
		p.ask("shutdown", nil, nil)
		if m := p.end(id); m.Error == nil || m.Error.Code != -32803 {
			t.Errorf("got %+v", m)
		}
		p.backend.mu.Lock()
		defer p.backend.mu.Unlock()
		if p.backend.stopped != 1 {
			t.Errorf("stopped %d", p.backend.stopped)
		}
	})
}
