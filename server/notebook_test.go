package server

import (
	"strings"
	"testing"

	"calypso/server/protocol"
)

// What a private connection gave never gets into a notebook's file, nor into another form of it: not what was run while it was private,
// and not what is in the notebook when it became so.
func TestNotebookPrivate(t *testing.T) {
	p := dial(t, Options{})
	p.hello(`{"experimental":{"kusto":{"version":1}}}`)
	const cell = "vscode-notebook-cell:/w/a.kqlnb#W0"
	p.open(cell, "rows 3")
	shown := func() protocol.NotebookOutput {
		t.Helper()
		var ran protocol.QueryRunResult
		p.ask(protocol.MethodQueryRun, map[string]any{"uri": cell, "aside": true, "range": map[string]any{"start": map[string]int{"line": 0, "character": 0}, "end": map[string]int{"line": 0, "character": 6}}}, &ran)
		var out protocol.NotebookOutput
		p.ask(protocol.MethodNotebookOutput, protocol.NotebookOutputParams{Result: ran.Results[0].Result}, &out)
		return out
	}
	written := func(cluster, text string, output protocol.NotebookOutput) string {
		t.Helper()
		var out protocol.NotebookWriteResult
		p.ask(protocol.MethodNotebookWrite, protocol.NotebookWriteParams{Notebook: protocol.NotebookFile{
			Place: protocol.NotebookPlace{Cluster: cluster}, Cells: []protocol.NotebookCell{{Kind: protocol.NotebookKQL, Text: text, Outputs: []protocol.NotebookOutput{output}}},
		}}, &out)
		return out.Text
	}
	public := shown()
	if public.Private || !strings.Contains(written("embedded", "rows 3", public), `"row 2"`) {
		t.Fatalf("what isn't private isn't kept: %+v", public)
	}
	mark := func(id string, private bool) {
		t.Helper()
		if _, err := p.backend.Change(t.Context(), id, func(c *protocol.Connection) { c.Private = private }); err != nil {
			t.Fatal(err)
		}
	}
	mark("embedded", true)
	secret := shown()
	gone := map[string]string{
		"run while it is private":         written("", "rows 3", secret),
		"run before, the notebook's":      written("embedded", "rows 3", public),
		"run before, by default":          written("", "rows 3", public),
		"run while it was, now another's": written("https://help.kusto.windows.net", "rows 3", secret),
	}
	mark("embedded", false)
	mark("help", true)
	gone["run before, named by a cell"] = written("embedded", "cluster('help').database('x').T", public)
	gone["run before, by its address"] = written("https://help.kusto.windows.net", "T", public)
	for name, text := range gone {
		if strings.Contains(text, "row 2") || strings.Contains(text, "outputs") {
			t.Errorf("%s: it is in the file: %s", name, text)
		}
	}
}

// A let holds for its own cell: the finding in another cell says so, in another notebook it doesn't.
func TestNotebookLets(t *testing.T) {
	p := dial(t, Options{})
	p.hello(`{"textDocument":{"diagnostic":{}},"experimental":{"kusto":{"version":1}}}`)
	p.open("vscode-notebook-cell:/w/a.kqlnb#W0", "let limit = 3;\nlet twice = (x: long) { x * 2 };\nprint twice(limit)")
	for _, c := range []struct {
		cell, src string
		told      int
	}{
		{"vscode-notebook-cell:/w/a.kqlnb#W1", "print a = limit, b = twice(1), c = other", 2},
		{"vscode-notebook-cell:/w/b.kqlnb#W0", "print a = limit, b = twice(1)", 0},
		{"file:///w/a.kql", "print a = limit", 0},
	} {
		p.open(c.cell, c.src)
		m := p.call("textDocument/diagnostic", map[string]any{"textDocument": map[string]string{"uri": c.cell}})
		if got := strings.Count(string(m.Result), "which holds for that cell only: repeat it here"); got != c.told {
			t.Errorf("%s: told %d times, not %d: %s", c.cell, got, c.told, m.Result)
		}
	}
}

// A cell without a query runs, and gives nothing: it is no mistake.
func TestNotebookEmptyCell(t *testing.T) {
	p := dial(t, Options{})
	p.hello(`{"experimental":{"kusto":{"version":1}}}`)
	for cell, src := range map[string]string{"#W0": "", "#W1": "// a remark"} {
		p.open("vscode-notebook-cell:/w/a.kqlnb"+cell, src)
		var ran protocol.QueryRunResult
		p.ask(protocol.MethodQueryRun, map[string]any{"uri": "vscode-notebook-cell:/w/a.kqlnb" + cell, "aside": true, "range": map[string]any{"start": map[string]int{"line": 0, "character": 0}, "end": map[string]int{"line": 1, "character": 0}}}, &ran)
		if ran.Error != nil || len(ran.Results) != 0 {
			t.Errorf("%q: %+v", src, ran)
		}
	}
}
