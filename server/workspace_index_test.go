package server

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"calypso/internal/golden"
	"calypso/server/session"

	"go.lsp.dev/uri"
)

// TestWorkspace: sections other than in, hello and want are files of a workspace. in has a line for each step:
//
//	open FILE                    as it is on disk
//	change FILE TEXT             of an open document, whole; TEXT is a JSON string
//	write FILE TEXT              on disk, and the client tells
//	remove FILE                  likewise
//	close FILE
//	findings FILE                waits for findings; they are written to want
//	at FILE LINE:CHARACTER what  definition, references, prepare, or "rename NAME"
//	symbols QUERY
//	folder NAME                  adds a folder to the workspace; "-NAME" removes it
//	building on                  as before the folders are read; "off" as after
//
// want has the answers, with FILE for its URI.
func TestWorkspace(t *testing.T) {
	golden.Run(t, "testdata/workspace/*.txtar", func(t *testing.T, c *golden.Case) {
		w := &workspacePlay{t: t, dir: t.TempDir(), peer: dial(t, Options{CacheDir: t.TempDir()})}
		for _, name := range c.Sections() {
			if filepath.Ext(name) == ".kql" {
				w.onDisk(name, c.Text(name))
			}
		}
		capabilities := `{"workspace":{"workspaceEdit":{"documentChanges":true},"textDocumentContent":{}},"textDocument":{"rename":{"prepareSupport":true}}}`
		w.ask("initialize", json.RawMessage(fmt.Sprintf(`{"processId":null,"rootUri":%q,"capabilities":%s}`, w.root(c), capabilities)), nil)
		w.notify("initialized", struct{}{})
		w.built()
		for _, line := range strings.Split(strings.TrimSpace(c.Text("in")), "\n") {
			w.step(line)
		}
		c.Want(t, "want", w.out.String())
	})
}

type workspacePlay struct {
	*peer
	t   *testing.T
	dir string
	out strings.Builder
}

// root is the workspace's folder: "root" if the case has files in it.
func (w *workspacePlay) root(c *golden.Case) uri.URI {
	if slices.ContainsFunc(c.Sections(), func(name string) bool { return strings.HasPrefix(name, "root/") }) {
		return uri.File(filepath.Join(w.dir, "root"))
	}
	return uri.File(w.dir)
}

func (w *workspacePlay) uri(name string) string { return string(uri.File(filepath.Join(w.dir, name))) }

func (w *workspacePlay) onDisk(name, body string) {
	path := filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// built waits until the index has done all that it was told.
func (w *workspacePlay) built() {
	ix, done := w.server.index, make(chan struct{})
	ix.mu.Lock()
	for k := range ix.due {
		ix.due[k] = time.Now()
	}
	ix.waiting = append(ix.waiting, done)
	ix.mu.Unlock()
	ix.nudge()
	select {
	case <-done:
	case <-time.After(patience):
		w.t.Fatal("the index doesn't come to rest")
	}
}

func (w *workspacePlay) step(line string) {
	word, rest, _ := strings.Cut(line, " ")
	name, rest, _ := strings.Cut(rest, " ")
	watched := func(kind int) {
		w.notify("workspace/didChangeWatchedFiles", json.RawMessage(fmt.Sprintf(`{"changes":[{"uri":%q,"type":%d}]}`, w.uri(name), kind)))
	}
	body := func() (src string) {
		if err := json.Unmarshal([]byte(rest), &src); err != nil {
			w.t.Fatal(err)
		}
		return src
	}
	switch word {
	case "open":
		src, err := os.ReadFile(filepath.Join(w.dir, name))
		if err != nil {
			w.t.Fatal(err)
		}
		w.open(w.uri(name), string(src))
	case "change":
		w.notify("textDocument/didChange", map[string]any{
			"textDocument": map[string]any{"uri": w.uri(name), "version": 2}, "contentChanges": []any{map[string]any{"text": body()}},
		})
	case "close":
		w.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": w.uri(name)}})
	case "write":
		w.onDisk(name, body())
		watched(2)
	case "remove":
		if err := os.Remove(filepath.Join(w.dir, name)); err != nil {
			w.t.Fatal(err)
		}
		watched(3)
	case "findings":
		w.findings(name)
	case "folder":
		event := `{"event":{"added":[{"uri":%q,"name":"x"}],"removed":[]}}`
		if strings.HasPrefix(name, "-") {
			event = `{"event":{"added":[],"removed":[{"uri":%q,"name":"x"}]}}`
		}
		w.notify("workspace/didChangeWorkspaceFolders", json.RawMessage(fmt.Sprintf(event, w.uri(strings.TrimPrefix(name, "-")))))
	case "building":
		w.server.index.mu.Lock()
		w.server.index.building = name == "on"
		w.server.index.mu.Unlock()
		w.server.state.swap(func(old *session.Snapshot) *session.Snapshot { return old.WithSchemas() })
		w.findings("use.kql")
		return
	case "symbols":
		w.print(line, w.call("workspace/symbol", map[string]any{"query": name}))
	case "at":
		w.at(line, name, rest)
	default:
		w.t.Fatalf("no step %q", word)
	}
	w.call("kusto/query/list", nil) // what was told before is read
	w.built()
}

func (w *workspacePlay) at(line, name, rest string) {
	place, what, _ := strings.Cut(rest, " ")
	var row, column int
	if _, err := fmt.Sscanf(place, "%d:%d", &row, &column); err != nil {
		w.t.Fatal(err)
	}
	params := map[string]any{
		"textDocument": map[string]any{"uri": w.uri(name)}, "position": map[string]any{"line": row, "character": column},
		"context": map[string]any{"includeDeclaration": true},
	}
	method := what
	if to, ok := strings.CutPrefix(what, "rename "); ok {
		method, params["newName"] = "rename", to
	} else if what == "prepare" {
		method = "prepareRename"
	}
	w.print(line, w.call("textDocument/"+method, params))
}

// findings writes what the server says of a document now.
func (w *workspacePlay) findings(name string) {
	s := w.server
	snap := s.state.current()
	d := snap.Document(w.uri(name))
	sc, err := s.analyze(w.t.Context(), d, snap)
	if err != nil {
		w.t.Fatal(err)
	}
	list := s.diagnostics(d, sc, snap.Settings)
	var all []string
	for _, f := range list {
		b, err := json.Marshal(f.Message)
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, string(b))
	}
	slices.Sort(all)
	fmt.Fprintf(&w.out, "findings %s: %s\n", name, strings.Join(all, ", "))
}

// told takes the notifications of a method that came.
func (w *workspacePlay) told(method string) (all []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inbox = slices.DeleteFunc(w.inbox, func(m message) bool {
		if m.Method == method {
			all = append(all, string(m.Params))
		}
		return m.Method == method
	})
	return all
}

func (w *workspacePlay) print(line string, m message) {
	for _, n := range w.told("window/showMessage") {
		fmt.Fprintf(&w.out, "~ %s\n", n)
	}
	answer := string(m.Result)
	if m.Error != nil {
		answer = "error: " + m.Error.Message
	}
	base := string(uri.File(w.dir)) + "/"
	answer = strings.NewReplacer(base, "", filepath.ToSlash(w.dir)+"/", "").Replace(answer)
	fmt.Fprintf(&w.out, "%s\n  %s\n", line, answer)
}
