package server

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	lsp "go.lsp.dev/protocol"
)

// Each language method over the wire, in its shape. Whether an answer is right for the text is the features' own tests' matter;
// here it must come out at the right place, in the form that the client asked for.

const (
	full = `{"textDocument":{"completion":{"completionItem":{"snippetSupport":true,"labelDetailsSupport":true,"documentationFormat":["markdown"]}},
		"hover":{"contentFormat":["markdown"]},"documentSymbol":{"hierarchicalDocumentSymbolSupport":true},
		"foldingRange":{"lineFoldingOnly":true},"diagnostic":{}}}`
	storms = "let n = 3;\nStormEvents // 😀\n| where State == '😀' and State has 'T'\n| take n\n"
	docURI = "file:///s.kql"
)

func place(line, char int) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"textDocument":{"uri":%q},"position":{"line":%d,"character":%d}}`, docURI, line, char))
}

var doc = json.RawMessage(fmt.Sprintf(`{"textDocument":{"uri":%q}}`, docURI))

func TestHover(t *testing.T) {
	for _, c := range []struct {
		name, can, kind string
		char, from, to  uint32
	}{
		{"markdown, UTF-16", full, "markdown", 26, 26, 31},
		{"plain text, UTF-8", `{"general":{"positionEncodings":["utf-8"]}}`, "plaintext", 28, 28, 33},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := dial(t, Options{})
			p.hello(c.can)
			p.open(docURI, storms)
			var h struct {
				Contents lsp.MarkupContent `json:"contents"`
				Range    lsp.Range         `json:"range"`
			}
			p.ask("textDocument/hover", place(2, int(c.char)+1), &h)
			if string(h.Contents.Kind) != c.kind || !strings.Contains(h.Contents.Value, "State: string") {
				t.Errorf("got %+v", h.Contents)
			}
			if h.Range.Start.Character != c.from || h.Range.End.Character != c.to || h.Range.Start.Line != 2 {
				t.Errorf("range %+v", h.Range)
			}
			if strings.Contains(h.Contents.Value, "```") == (c.kind == "plaintext") {
				t.Errorf("fences: %q", h.Contents.Value)
			}
		})
	}
}

func TestCompletion(t *testing.T) {
	p := dial(t, Options{})
	p.hello(full)
	p.open(docURI, "StormEvents\n| where Sta")
	var list lsp.CompletionList
	p.ask("textDocument/completion", place(1, 11), &list)
	var item *lsp.CompletionItem
	for i := range list.Items {
		if list.Items[i].Label == "State" {
			item = &list.Items[i]
		}
	}
	if item == nil || item.Kind != lsp.CompletionItemKindField || len(item.Data) == 0 {
		t.Fatalf("got %+v of %d items", item, len(list.Items))
	}
	edit, ok := item.TextEdit.(*lsp.TextEdit)
	if !ok || edit.Range != *area(1, 8, 1, 11) {
		t.Errorf("edit %+v", item.TextEdit)
	}
	b, err := lsp.Marshal(item)
	if err != nil {
		t.Fatal(err)
	}
	m := p.call("completionItem/resolve", json.RawMessage(b))
	if m.Error != nil || !strings.Contains(string(m.Result), "State: string") {
		t.Errorf("resolved to %s %+v", m.Result, m.Error)
	}
	p.ask("completionItem/resolve", json.RawMessage(`{"label":"x","data":{"uri":"file:///gone.kql"}}`), nil)
	p.ask("completionItem/resolve", json.RawMessage(`{"label":"x","data":5}`), nil)
}

func TestSemanticTokens(t *testing.T) {
	p := dial(t, Options{})
	p.hello(full)
	p.open(docURI, storms)
	var tokens lsp.SemanticTokens
	p.ask("textDocument/semanticTokens/full", doc, &tokens)
	if len(tokens.Data) == 0 || len(tokens.Data)%5 != 0 || tokens.ResultID == nil {
		t.Fatalf("got %+v", tokens)
	}
	p.notify("textDocument/didChange", json.RawMessage(fmt.Sprintf(`{"textDocument":{"uri":%q,"version":2},"contentChanges":[{"range":{"start":{"line":1,"character":0},"end":{"line":1,"character":0}},"text":"// new\n"}]}`, docURI)))
	var delta lsp.SemanticTokensDelta
	p.ask("textDocument/semanticTokens/full/delta", map[string]any{"textDocument": map[string]any{"uri": docURI}, "previousResultId": *tokens.ResultID}, &delta)
	if len(delta.Edits) != 1 {
		t.Fatalf("got %+v", delta)
	}
	var now lsp.SemanticTokens
	p.ask("textDocument/semanticTokens/full", doc, &now)
	e := delta.Edits[0]
	got := append(append(append([]uint32{}, tokens.Data[:e.Start]...), e.Data...), tokens.Data[e.Start+e.DeleteCount:]...)
	if fmt.Sprint(got) != fmt.Sprint(now.Data) {
		t.Errorf("the delta gives %v, want %v", got, now.Data)
	}
	p.ask("textDocument/semanticTokens/full/delta", map[string]any{"textDocument": map[string]any{"uri": docURI}, "previousResultId": "old"}, &now)
	if len(now.Data) == 0 {
		t.Error("an unknown result id must give all tokens")
	}
	var part lsp.SemanticTokens
	p.ask("textDocument/semanticTokens/range", json.RawMessage(fmt.Sprintf(`{"textDocument":{"uri":%q},"range":{"start":{"line":4,"character":0},"end":{"line":5,"character":0}}}`, docURI)), &part)
	if len(part.Data) == 0 || part.Data[0] != 4 || len(part.Data) >= len(now.Data) {
		t.Errorf("range: %v", part.Data)
	}
}

func TestSymbolsAndFolding(t *testing.T) {
	for name, can := range map[string]string{"nested": full, "flat": `{}`} {
		t.Run(name, func(t *testing.T) {
			p := dial(t, Options{})
			p.hello(can)
			p.open(docURI, storms)
			m := p.call("textDocument/documentSymbol", doc)
			if nested := strings.Contains(string(m.Result), "selectionRange"); nested != (name == "nested") || m.Error != nil {
				t.Errorf("got %s %+v", m.Result, m.Error)
			}
			if !strings.Contains(string(m.Result), `"name":"n"`) {
				t.Errorf("no symbol n in %s", m.Result)
			}
			var folds []lsp.FoldingRange
			p.ask("textDocument/foldingRange", doc, &folds)
			if len(folds) == 0 || (folds[0].EndCharacter == nil) != (name == "nested") {
				t.Errorf("folds %+v", folds)
			}
		})
	}
}

// An answer about a text that has changed since is worse than none.
func TestAnswersAboutAnOldText(t *testing.T) {
	p := dial(t, Options{})
	p.hello(full)
	p.open(docURI, storms)
	s := p.server
	c := &call{Context: t.Context(), Server: s, snapshot: s.state.current()}
	for c.snapshot.Document(docURI) == nil {
		p.call("x/y", nil)
		c.snapshot = s.state.current()
	}
	p.notify("textDocument/didChange", json.RawMessage(fmt.Sprintf(`{"textDocument":{"uri":%q,"version":2},"contentChanges":[{"text":"x"}]}`, docURI)))
	p.call("x/y", nil)
	_, err := semanticTokensFull(c, &lsp.SemanticTokensParams{TextDocument: lsp.TextDocumentIdentifier{URI: docURI}})
	if err == nil || wire(err, nil).Code != codeModified {
		t.Errorf("tokens: %v", err)
	}
	_, err = diagnosticPull(c, &lsp.DocumentDiagnosticParams{TextDocument: lsp.TextDocumentIdentifier{URI: docURI}})
	if err == nil || wire(err, nil).Code != codeServerCancelled || !strings.Contains(string(wire(err, nil).Data), "retriggerRequest") {
		t.Errorf("findings: %v", err)
	}
}

// Every method that looks at a place is asked at every place of a query, whole and cut off: it answers or refuses, and never fails
// inside.
func TestEveryPlace(t *testing.T) {
	p := dial(t, Options{CacheDir: t.TempDir()})
	p.hello(full)
	whole := "let f = (n:long, s:string = 'x') { StormEvents | where State has s | take n };\n" +
		"f(3, s = 'é')\n| summarize c = count(), max(StartTime) by State, bin(StartTime, 1h)\n| join kind=inner (Top(3)) on State\n"
	version := 1
	p.open(docURI, whole)
	methods := []string{
		"completion", "hover", "definition", "documentHighlight", "signatureHelp", "prepareRename", "prepareCallHierarchy",
	}
	for line, text := range strings.Split(whole, "\n") {
		for char := 0; char <= len(text); char += 2 {
			at := string(place(line, char))
			for _, m := range methods {
				answered(t, m, p.call("textDocument/"+m, json.RawMessage(at)))
			}
			with := func(more string) json.RawMessage { return json.RawMessage(strings.TrimSuffix(at, "}") + more + "}") }
			answered(t, "references", p.call("textDocument/references", with(`,"context":{"includeDeclaration":true}`)))
			answered(t, "rename", p.call("textDocument/rename", with(`,"newName":"new name"`)))
			answered(t, "onTypeFormatting", p.call("textDocument/onTypeFormatting", with(`,"ch":"|","options":{"tabSize":4,"insertSpaces":true}`)))
			answered(t, "selectionRange", p.call("textDocument/selectionRange", json.RawMessage(fmt.Sprintf(
				`{"textDocument":{"uri":%q},"positions":[{"line":%d,"character":%d}]}`, docURI, line, char))))
		}
		version++
		cut := strings.Join(strings.Split(whole, "\n")[:line+1], "\n")
		b, _ := json.Marshal(cut[:len(cut)-min(len(cut), 3)])
		p.notify("textDocument/didChange", json.RawMessage(fmt.Sprintf(
			`{"textDocument":{"uri":%q,"version":%d},"contentChanges":[{"text":%s}]}`, docURI, version, b)))
		area := fmt.Sprintf(`{"textDocument":{"uri":%q},"range":{"start":{"line":0,"character":0},"end":{"line":99,"character":0}}}`, docURI)
		answered(t, "inlayHint", p.call("textDocument/inlayHint", json.RawMessage(area)))
		answered(t, "documentLink", p.call("textDocument/documentLink", doc))
		answered(t, "symbol", p.call("workspace/symbol", json.RawMessage(`{"query":"s"}`)))
	}
}

// answered fails on an error that isn't a refusal with a reason.
func answered(t *testing.T, method string, m message) {
	t.Helper()
	if m.Error != nil && m.Error.Code != int(codeFailed) {
		t.Errorf("%s: %d %s", method, m.Error.Code, m.Error.Message)
	}
}
