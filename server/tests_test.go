package server

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	lsp "go.lsp.dev/protocol"
)

// A file of tests has a lens over each case that runs it, its mistakes are findings, and nothing else looks at it.
func TestQueryTests(t *testing.T) {
	p := dial(t, Options{})
	p.hello(`{"textDocument":{"diagnostic":{}}}`)
	const uri = "file:///w/a.kqltest"
	p.open(uri, "-- case good --\n-- query --\nprint x = 1\n-- rows --\nx\n1\n-- case bad --\n-- query --\nprint x = 1\n-- rows --\nx\n2\n-- case empty --\n-- rows --\nx\n")
	document := json.RawMessage(fmt.Sprintf(`{"textDocument":{"uri":%q}}`, uri))
	var lenses []lsp.CodeLens
	p.ask("textDocument/codeLens", document, &lenses)
	if len(lenses) != 3 || lenses[1].Range.Start.Line != 6 || lenses[1].Command.Command != "calypso.server.runTest" {
		t.Fatalf("lenses %+v", lenses)
	}
	for i, want := range []string{"passed", "failed", "broken"} {
		var got testResult
		p.ask("workspace/executeCommand", &lsp.ExecuteCommandParams{Command: lenses[i].Command.Command, Arguments: lenses[i].Command.Arguments}, &got)
		if got.Status != want || (got.Text == "") != (want == "passed") {
			t.Errorf("case %d: %+v, want %s", i, got, want)
		}
		shown := p.wait(func(m message) bool {
			return m.Method == "window/showMessage" && strings.Contains(strings.ToLower(string(m.Params)), want)
		})
		if shown == nil {
			t.Errorf("case %d: no message shown", i)
		}
	}
	var report struct {
		Items []struct {
			Message string `json:"message"`
		} `json:"items"`
	}
	p.ask("textDocument/diagnostic", document, &report)
	if len(report.Items) != 1 || !strings.Contains(report.Items[0].Message, "no query") {
		t.Errorf("findings %+v", report.Items)
	}
	at := json.RawMessage(fmt.Sprintf(`{"textDocument":{"uri":%q},"position":{"line":2,"character":1},"options":{"tabSize":4,"insertSpaces":true}}`, uri))
	for _, method := range []string{"textDocument/hover", "textDocument/completion", "textDocument/formatting", "textDocument/semanticTokens/full"} {
		var nothing json.RawMessage
		p.ask(method, at, &nothing)
		if s := string(nothing); s != "null" && s != "" {
			t.Errorf("%s: %s", method, s)
		}
	}
	p.open("file:///w/a.kql", "print x = 1")
	var hover json.RawMessage
	p.ask("textDocument/hover", json.RawMessage(`{"textDocument":{"uri":"file:///w/a.kql"},"position":{"line":0,"character":1}}`), &hover)
	if len(hover) < 10 {
		t.Errorf("hover over a query beside it: %s", hover)
	}
}
