package server

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"calypso/kql/diag"
	"calypso/kql/lint"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
)

// findingsOf pulls a document's findings: code and severity of each.
func findingsOf(p *peer, uri string) string {
	var report struct {
		Items []struct {
			Code     string `json:"code"`
			Severity int    `json:"severity"`
		} `json:"items"`
	}
	p.ask("textDocument/diagnostic", json.RawMessage(fmt.Sprintf(`{"textDocument":{"uri":%q}}`, uri)), &report)
	var out []string
	for _, d := range report.Items {
		out = append(out, fmt.Sprintf("%s:%d", d.Code, d.Severity))
	}
	return strings.Join(out, " ")
}

// The severities of config.toml hold for the file's path within the workspace, and the editor's win over them. A rule that is off by
// itself in an editor, as the one about time filters, is on when it is named.
func TestSeverities(t *testing.T) {
	rules := map[diag.Code]diag.Severity{}
	var asked []string
	p := dial(t, Options{
		Severity: func(path string) map[diag.Code]diag.Severity {
			asked = append(asked, path)
			if strings.HasPrefix(path, "detections/") {
				return map[diag.Code]diag.Severity{diag.NoTimeFilter: diag.Error, diag.JoinWithoutKind: diag.Info}
			}
			return nil
		},
		Configure: func([]byte) (session.Settings, error) { return session.Settings{Rules: rules}, nil },
	})
	p.ask("initialize", json.RawMessage(`{"processId":null,"rootUri":"file:///w","capabilities":{"textDocument":{"diagnostic":{}},"workspace":{"configuration":true}}}`), nil)
	src := "StormEvents | join (StormEvents | take 1) on State"
	for _, uri := range []string{"file:///w/a.kql", "file:///w/detections/a.kql", "untitled:a"} {
		p.open(uri, src)
	}
	plain, named, untitled := findingsOf(p, "file:///w/a.kql"), findingsOf(p, "file:///w/detections/a.kql"), findingsOf(p, "untitled:a")
	if strings.Contains(plain, string(diag.NoTimeFilter)) || !strings.Contains(plain, string(diag.JoinWithoutKind)+":2") || untitled != plain {
		t.Errorf("without settings: %s; %s", plain, untitled)
	}
	if !strings.Contains(named, string(diag.NoTimeFilter)+":1") || !strings.Contains(named, string(diag.JoinWithoutKind)+":3") {
		t.Errorf("with those of config.toml: %s", named)
	}
	if got := strings.Join(asked, " "); got != "a.kql detections/a.kql " {
		t.Errorf("asked for %q", got)
	}
	rules = map[diag.Code]diag.Severity{diag.NoTimeFilter: lint.Off, diag.JoinWithoutKind: diag.Error}
	p.server.configure([]byte(`{}`))
	if got := findingsOf(p, "file:///w/detections/a.kql"); strings.Contains(got, string(diag.NoTimeFilter)) || !strings.Contains(got, string(diag.JoinWithoutKind)+":1") {
		t.Errorf("with the editor's: %s", got)
	}
}

// Without the linter the language's own findings stay, and a comment that silences the linter isn't called useless.
func TestLintOff(t *testing.T) {
	p := dial(t, Options{Configure: func([]byte) (session.Settings, error) { return session.Settings{LintOff: true}, nil }})
	p.hello(full)
	p.server.configure([]byte(`{}`))
	p.open(docURI, "StormEvents | join (StormEvents) on State // calypso: ignore CAL5001\n| where Stat == 1")
	if got := findingsOf(p, docURI); got != "CAL2001:1" {
		t.Errorf("got %q", got)
	}
}

// A hover has the value that the engine gives a constant, and how large a table is.
func TestHoverAsks(t *testing.T) {
	fake := newFake()
	p := dial(t, Options{
		Backend: sizedBackend{fake},
		Fold:    func(_ context.Context, query string) (string, bool) { return "‹" + query + "›", true },
	})
	p.hello(full)
	p.open(docURI, "StormEvents\n| where StartTime > datetime(2020-01-01) + 1d")
	hover := func(line, char int) string {
		var h struct {
			Contents lsp.MarkupContent `json:"contents"`
		}
		p.ask("textDocument/hover", place(line, char), &h)
		return h.Contents.Value
	}
	if got := hover(0, 2); !strings.Contains(got, "59,066 rows · 60.0 MB") {
		t.Errorf("table: %s", got)
	}
	if got := hover(1, 41); !strings.Contains(got, "= `‹print Value = datetime(2020-01-01) + 1d›`") {
		t.Errorf("value: %s", got)
	}
}

type sizedBackend struct{ *fakeBackend }

func (sizedBackend) TableSize(_ Target, cluster, database, table string) (TableSize, bool) {
	return TableSize{Rows: 59066, Bytes: 60 << 20}, cluster == "" && database == "" && table == "StormEvents"
}

func (sizedBackend) AskSizes(Target) {}

func (sizedBackend) SizesUnknown(Target) string { return "" }

// An editor without a picker of ours asks by a message with a button for each connection.
func TestChooseConnection(t *testing.T) {
	for _, c := range []struct{ answer, from string }{
		{`{"title":"Embedded"}`, "document"},
		{`null`, "default"},
	} {
		p := dial(t, Options{})
		p.hello(`{}`)
		p.open(docURI, "T")
		id := p.begin("workspace/executeCommand", json.RawMessage(fmt.Sprintf(`{"command":"calypso.server.chooseConnection","arguments":[{"uri":%q}]}`, docURI)))
		q := p.wait(func(m message) bool { return m.Method == "window/showMessageRequest" })
		if q == nil || !strings.Contains(string(q.Params), `"title":"Embedded"`) {
			t.Fatalf("asked %+v", q)
		}
		p.frame(`{"jsonrpc":"2.0","id":` + string(*q.ID) + `,"result":` + c.answer + `}`)
		if m := p.end(id); m.Error != nil || !strings.Contains(string(m.Result), `"from":"`+c.from+`"`) {
			t.Errorf("%s: %s %+v", c.answer, m.Result, m.Error)
		}
	}
}

// A default that was chosen without a document in front holds for the workspace, also in the server's next process.
func TestDefaultIsRemembered(t *testing.T) {
	backend := newFake()
	for _, c := range []struct{ root, choose, want string }{
		{"file:///w", `{"connection":"help","database":"Samples"}`, `"connection":"help"`},
		{"file:///w", "", `"connection":"help"`},
		{"file:///other", "", `"connection":"embedded"`},
	} {
		backend.def = Target{Connection: "embedded", Database: "Samples"} // as a new process begins
		p := dial(t, Options{Backend: backend})
		p.ask("initialize", json.RawMessage(fmt.Sprintf(`{"processId":null,"rootUri":%q,"capabilities":%s}`, c.root, ours)), nil)
		p.notify("initialized", struct{}{})
		if c.choose != "" {
			p.call("kusto/setActiveConnection", json.RawMessage(c.choose))
		}
		if m := p.call("kusto/activeConnection", json.RawMessage(`{"uri":"file:///w/a.kql"}`)); !strings.Contains(string(m.Result), c.want) {
			t.Errorf("%+v: %s %+v", c, m.Result, m.Error)
		}
	}
}

// What an extraction made up is renamed next, where the client has a command for it: its caret is where the name stands afterwards.
func TestRenameAfterExtract(t *testing.T) {
	for can, want := range map[string]string{ours: `"line":0,"character":4`, `{}`: ""} {
		p := dial(t, Options{})
		p.hello(strings.Replace(strings.Replace(can, `{`, `{"textDocument":{"codeAction":{"codeActionLiteralSupport":{"codeActionKind":{"valueSet":["quickfix"]}}}},`, 1), `,}`, `}`, 1))
		p.open(docURI, "StormEvents\n| take 5")
		m := p.call("textDocument/codeAction", json.RawMessage(fmt.Sprintf(
			`{"textDocument":{"uri":%q},"range":{"start":{"line":1,"character":7},"end":{"line":1,"character":8}},"context":{"diagnostics":[],"only":["refactor.extract"]}}`, docURI)))
		got := strings.Contains(string(m.Result), "calypso.renameAt")
		if m.Error != nil || got != (want != "") || want != "" && !strings.Contains(string(m.Result), want) {
			t.Errorf("%s: %s %+v", can, m.Result, m.Error)
		}
	}
}
