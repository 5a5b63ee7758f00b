package server

import (
	"encoding/json"
	"strings"
	"testing"

	"calypso/server/protocol"
	"calypso/server/session"
)

// Findings are pushed or pulled, never both, and a schema's arrival has them judged anew.
func TestFindings(t *testing.T) {
	t.Run("pushed", func(t *testing.T) {
		var events Events
		p := dial(t, Options{Subscribe: func(e Events) { events = e }})
		p.hello(`{"textDocument":{"publishDiagnostics":{"versionSupport":true,"relatedInformation":true}}}`)
		p.open("file:///a.kql", "T | where Stat > 1")
		first := p.wait(pushed)
		if first == nil || !strings.Contains(string(first.Params), `"version":1`) || !strings.Contains(string(first.Params), `"line":0`) {
			t.Fatalf("got %+v", first)
		}
		events.SchemaChanged(protocol.SchemaChanged{Connection: "embedded", Database: "Samples", State: protocol.StateKnown})
		if p.wait(pushed) == nil {
			t.Error("nothing came after the schema did")
		}
		p.call("x/y", nil)
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, body := range p.raw {
			if strings.Contains(body, `"method":"kusto/`) {
				t.Errorf("a client that isn't ours got %s", body)
			}
		}
	})
	t.Run("pulled", func(t *testing.T) {
		var events Events
		p := dial(t, Options{Subscribe: func(e Events) { events = e }})
		p.hello(`{"textDocument":{"diagnostic":{}},"workspace":{"diagnostics":{"refreshSupport":true}},"experimental":{"kusto":{"version":1}}}`)
		p.open("file:///a.kql", "T | where Stat > 1")
		var report struct {
			Kind     string     `json:"kind"`
			ResultID string     `json:"resultId"`
			Items    []struct{} `json:"items"`
		}
		pull := func(previous string) {
			t.Helper()
			report.Items = nil
			params := map[string]any{"textDocument": map[string]any{"uri": "file:///a.kql"}}
			if previous != "" {
				params["previousResultId"] = previous
			}
			p.ask("textDocument/diagnostic", params, &report)
		}
		pull("")
		if report.Kind != "full" || len(report.Items) == 0 {
			t.Fatalf("got %+v", report)
		}
		id := report.ResultID
		if pull(id); report.Kind != "unchanged" || report.ResultID != id {
			t.Errorf("again: %+v", report)
		}
		events.SchemaChanged(protocol.SchemaChanged{Connection: "embedded", State: protocol.StateKnown})
		if p.wait(func(m message) bool { return m.Method == "kusto/schema/changed" }) == nil {
			t.Error("no kusto/schema/changed")
		}
		if p.wait(func(m message) bool { return m.Method == "workspace/diagnostic/refresh" }) == nil {
			t.Error("no refresh")
		}
		if pull(id); report.Kind != "full" {
			t.Errorf("after a schema came: %+v", report)
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, body := range p.raw {
			if strings.Contains(body, "publishDiagnostics") {
				t.Error("pushed to a client that pulls")
			}
		}
	})
}

func pushed(m message) bool { return m.Method == "textDocument/publishDiagnostics" }

// Settings are asked for, never taken from what a notification carries; a refusal changes nothing.
func TestSettings(t *testing.T) {
	configure := func(raw []byte) (session.Settings, error) {
		var s struct{ Off bool }
		err := json.Unmarshal(raw, &s)
		return session.Settings{DiagnosticsOff: s.Off}, err
	}
	p := dial(t, Options{Configure: configure})
	p.hello(`{"workspace":{"configuration":true,"didChangeConfiguration":{"dynamicRegistration":true}},"textDocument":{"diagnostic":{}}}`)
	reply := func(method, body string) {
		t.Helper()
		m := p.wait(func(m message) bool { return m.Method == method })
		if m == nil {
			t.Fatalf("%s wasn't asked", method)
		}
		p.frame(`{"jsonrpc":"2.0","id":` + string(*m.ID) + `,` + body + `}`)
	}
	off := func(want bool) {
		t.Helper()
		for range 1000 {
			p.call("x/y", nil)
			if p.server.state.current().Settings.DiagnosticsOff == want {
				return
			}
		}
		t.Errorf("DiagnosticsOff isn't %v", want)
	}
	reply("client/registerCapability", `"result":null`)
	reply("workspace/configuration", `"result":[{"off":true}]`)
	off(true)
	p.notify("workspace/didChangeConfiguration", json.RawMessage(`{"settings":{"calypso":{"off":false}}}`))
	reply("workspace/configuration", `"error":{"code":-32603,"message":"no"}`)
	off(true)
	p.notify("workspace/didChangeConfiguration", json.RawMessage(`{"settings":null}`))
	reply("workspace/configuration", `"result":[{"off":false}]`)
	off(false)
}

// A trace says what was sent and hides what anybody wrote.
func TestTraceHoldsNoText(t *testing.T) {
	trace := &syncBuffer{}
	p := dial(t, Options{Trace: trace})
	p.hello(ours)
	p.open("file:///secret-file.kql", "secret_text | where secret_column == 1")
	p.ask("textDocument/hover", json.RawMessage(`{"textDocument":{"uri":"file:///secret-file.kql"},"position":{"line":0,"character":1}}`), nil)
	p.call("workspace/symbol", json.RawMessage(`{"query":"secret_symbol"}`))
	p.call("auth/signIn", json.RawMessage(`{"id":"secret_id","code":"secret_code"}`))
	p.ask("kusto/query/run", json.RawMessage(`{"text":"rows 3 // secret_query"}`), nil)
	p.call("kusto/query/run", json.RawMessage(`{"text":"fail secret_failure"}`))
	for _, want := range []string{"<- request initialize", "-> answer initialize", "<- notification textDocument/didOpen", `"character":1`, "kusto/query/finished", "auth/signIn"} {
		if !strings.Contains(trace.String(), want) {
			t.Errorf("the trace lacks %s", want)
		}
	}
	for name, text := range map[string]string{"trace": trace.String(), "log": p.log.String()} {
		if i := strings.Index(text, "secret"); i >= 0 {
			t.Errorf("the %s holds %q", name, text[i:min(len(text), i+40)])
		}
	}
}

// A panic's stack is in the log, and the log only.
func TestAPanicIsLogged(t *testing.T) {
	p := dial(t, Options{methods: hidden()})
	p.hello(`{}`)
	if m := p.call("test/panic", nil); m.Error == nil || strings.Contains(m.Error.Message, "broken") {
		t.Errorf("got %+v", m.Error)
	}
	if !strings.Contains(p.log.String(), "frames_test.go") {
		t.Error("no stack in the log")
	}
}
