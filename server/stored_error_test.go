package server

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calypso/kql/symbol"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// An error inside a stored function is named as such at the call, and leads to its place in the body: in the document's own command, in
// another file, in the text of what the database has, and through functions that call others.
func TestStoredErrors(t *testing.T) {
	dir := t.TempDir()
	beside := ".create function with (docstring='x') Beside() {\n    StormEvents\n    | project Nope\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "beside.kql"), []byte(beside), 0o600); err != nil {
		t.Fatal(err)
	}
	fake := newFake()
	schema := fake.Schema(fake.Default())
	db := schema.Database.WithAll(nil, []*symbol.Function{
		{Name: "Kept", Parameters: "(n:long)", Body: "\n{ StormEvents | where Nope > n }", Doc: "two\nlines"},
		{Name: "Outer", Parameters: "()", Body: "{ let x = 1; Kept(x) }"},
	})
	fake.schemas[fake.Default()] = schema.WithDatabase("", db)
	for _, c := range []struct{ name, src, file, span, message string }{
		{"its own", ".create function with (skipvalidation=true) G() { StormEvents | project Nope }\n\nG | count", "a.kql", "Nope }", `in the stored function G: column "Nope" not found`},
		{"another file", "Beside | count", "beside.kql", "Nope\n", "in the stored function Beside: "},
		{"the database", "Kept(3) | count", "calypso:", "Nope > n", "in the stored function Kept: "},
		{"through another", "Outer | count", "calypso:", "Nope > n", "in the stored function Kept: "},
		{"through a let", "let f = () { Kept(1) }; f | count", "calypso:", "Nope > n", "in the stored function Kept: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &workspacePlay{t: t, dir: dir, peer: dial(t, Options{Backend: fake})}
			p.ask("initialize", json.RawMessage(fmt.Sprintf(`{"processId":null,"rootUri":%q,"capabilities":{"textDocument":{"publishDiagnostics":{"relatedInformation":true}},"workspace":{"textDocumentContent":{}}}}`, uri.File(dir))), nil)
			p.notify("initialized", struct{}{})
			name := p.uri("a.kql")
			p.open(name, c.src)
			p.call("kusto/query/list", nil)
			p.built()
			snap := p.server.state.current()
			d := snap.Document(name)
			sc, err := p.server.analyze(t.Context(), d, snap)
			if err != nil {
				t.Fatal(err)
			}
			var related []lsp.DiagnosticRelatedInformation
			for _, f := range p.server.diagnostics(d, sc, snap.Settings) {
				related = append(related, f.RelatedInformation...)
			}
			if len(related) == 0 {
				t.Fatalf("no place: %v", sc.Diagnostics())
			}
			at := related[0]
			text := map[string]string{"a.kql": c.src, "beside.kql": beside}[c.file]
			if text == "" {
				var content lsp.TextDocumentContentResult
				p.ask("workspace/textDocumentContent", map[string]any{"uri": at.Location.URI}, &content)
				text = content.Text
			}
			lines := strings.SplitAfter(text, "\n")
			shown := strings.Join(lines[at.Location.Range.Start.Line:], "")[at.Location.Range.Start.Character:]
			if !strings.Contains(string(at.Location.URI), c.file) || !strings.HasPrefix(shown, c.span) || !strings.HasPrefix(at.Message, c.message) {
				t.Errorf("got %+v, %q", at, shown)
			}
		})
	}
}
