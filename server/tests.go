package server

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"calypso/kqltest"
	"calypso/server/protocol"
	"calypso/server/session"

	"go.lsp.dev/jsonrpc2"
	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// Files of query tests (*.kqltest): a lens over each case runs it, and mistakes of the form are findings. The text as a whole is no
// KQL, so that no other feature looks at it.

// isTests tells whether a document is a file of tests.
func isTests(d *session.Document) bool {
	return d.Language == "kqltest" || strings.HasSuffix(strings.ToLower(d.URI), kqltest.Extension)
}

// queriesOnly keeps a method of a document away from files of tests: they get null.
func queriesOnly(m method) method {
	if !strings.HasPrefix(m.name, "textDocument/") || m.name == lsp.MethodTextDocumentCodeLens || m.name == lsp.MethodTextDocumentDiagnostic {
		return m
	}
	run := m.run
	m.run = func(c *call, raw jsonrpc2.RawMessage) (any, error) {
		if hasTests(c.snapshot) {
			var p struct {
				TextDocument struct {
					URI string `json:"uri"`
				} `json:"textDocument"`
			}
			if json.Unmarshal(raw, &p) == nil {
				if d := c.snapshot.Document(p.TextDocument.URI); d != nil && isTests(d) {
					return nil, nil
				}
			}
		}
		return run(c, raw)
	}
	return m
}

// hasTests tells whether any file of tests is open: mostly none is, and requests needn't be looked at twice.
func hasTests(s *session.Snapshot) bool {
	for d := range s.Documents {
		if isTests(d) {
			return true
		}
	}
	return false
}

// testFile reads the tests of an open document.
func testFile(d *session.Document) *kqltest.File {
	path := d.URI
	if u := uri.URI(d.URI); strings.HasPrefix(d.URI, "file:") {
		path = filepath.FromSlash(u.FsPath())
	}
	return kqltest.ParseFile(path, d.File.Text())
}

// testLenses offers to run each case.
func testLenses(d *session.Document) []lsp.CodeLens {
	list := []lsp.CodeLens{}
	for _, m := range testFile(d).Marks() {
		at := lsp.Position{Line: uint32(m.Line - 1)}
		list = append(list, lsp.CodeLens{
			Range:   lsp.Range{Start: at, End: at},
			Command: lsp.Command{Title: "▶ Run test", Command: protocol.CommandRunTest, Arguments: arguments(testPlace{d.URI, m.Line})},
		})
	}
	return list
}

// testFindings gives the mistakes of a file of tests.
func testFindings(d *session.Document) []lsp.Diagnostic {
	list := []lsp.Diagnostic{}
	for _, m := range testFile(d).Faults() {
		if len(list) == maxDiagnostics {
			break
		}
		at := lsp.Position{Line: uint32(max(0, m.Line-1)), Character: uint32(max(0, m.Column-1))}
		end := lsp.Position{Line: at.Line + 1}
		list = append(list, lsp.Diagnostic{
			Range: lsp.Range{Start: at, End: end}, Severity: lsp.DiagnosticSeverityError, Source: lsp.NewOptional("calypso"), Message: lsp.String(m.Text),
		})
	}
	return list
}

// testPlace is the argument of calypso.server.runTest: the document, and the line of the case from 1.
type testPlace struct {
	URI  string `json:"uri"`
	Line int    `json:"line"`
}

// testResult is its answer.
type testResult struct {
	Status string `json:"status"` // passed, failed, refused …
	Text   string `json:"text"`   // what differs, as calypso test prints it; "" for a case that passed
}

// commandRunTest is calypso.server.runTest {uri, line}: the case runs on the embedded engine, with the text as it is in the editor.
func commandRunTest(c *call, p *lsp.ExecuteCommandParams) (any, error) {
	var arg testPlace
	if err := argument(p, &arg, "uri", "line"); err != nil {
		return nil, err
	}
	d, err := c.document(arg.URI)
	if err != nil {
		return nil, err
	}
	progress := c.progressUnder(p.WorkDoneToken, "Running the test")
	defer progress.end()
	got, err := kqltest.NewRunner(kqltest.Options{}).RunAt(c, testFile(d), arg.Line)
	if err != nil {
		return nil, badParams("%s", err)
	}
	var text strings.Builder
	if err := kqltest.WriteText(&text, []*kqltest.Result{got}, false); err != nil {
		return nil, err
	}
	message := &lsp.ShowMessageParams{Type: lsp.MessageTypeInfo, Message: fmt.Sprintf("%s: %s", got.Status, got.Name)}
	if got.Status != kqltest.Passed {
		message.Type, message.Message = lsp.MessageTypeError, firstLines(text.String(), shownTestLines)
	}
	c.tell(lsp.MethodWindowShowMessage, message)
	return testResult{string(got.Status), text.String()}, nil
}

// shownTestLines are the lines of a failed case that a message shows; the command's answer has them all.
const shownTestLines = 12

func firstLines(text string, most int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) > most {
		lines = append(lines[:most], fmt.Sprintf("… %d lines more; calypso test prints them", len(lines)-most))
	}
	return strings.Join(lines, "\n")
}
