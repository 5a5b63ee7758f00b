package server

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"calypso/history"
	"calypso/server/protocol"
	"calypso/server/result"
	"calypso/server/session"
	"calypso/wholefile"
)

// keptPlace is what several servers keep their things in.
type keptPlace struct {
	t        *testing.T
	dir      string
	settings session.Settings
}

func (k *keptPlace) dial() *peer { return k.dialAs("") }

// dialAs is dial of a client whose window has a name.
func (k *keptPlace) dialAs(window string) *peer {
	k.t.Helper()
	p := dial(k.t, Options{
		History: history.Open(filepath.Join(k.dir, "history.jsonl"), 100), ResultsFolder: filepath.Join(k.dir, "results"),
		handover:  time.Hour,
		Configure: func([]byte) (session.Settings, error) { return k.settings, nil },
	})
	p.hello(`{"experimental":{"kusto":{"version":1,"window":"` + window + `"},"ui":{"version":1}}}`)
	return p
}

// leave ends a server as an editor does.
func leave(p *peer) {
	p.t.Helper()
	p.ask("shutdown", nil, nil)
	p.notify("exit", nil)
	p.exited()
}

// eventually waits for what happens in the background.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not so: %s", what)
		}
	}
}

func (k *keptPlace) files(pattern string) []string {
	files, err := filepath.Glob(filepath.Join(k.dir, "results", pattern))
	if err != nil {
		k.t.Fatal(err)
	}
	return files
}

func (k *keptPlace) rows() int { return len(k.files("*.rows")) }

// window is what the first window's file says.
func (k *keptPlace) window() string {
	for _, path := range k.files("windows/*/1.json") {
		body, _ := os.ReadFile(path) // "" while there is none
		return string(body)
	}
	return ""
}

func tabsOf(p *peer) protocol.TabsChanged {
	p.t.Helper()
	var state protocol.TabsChanged
	p.ask("kusto/tabs/list", nil, &state)
	return state
}

func run(p *peer, text string) protocol.QueryRunResult {
	p.t.Helper()
	var out protocol.QueryRunResult
	p.ask("kusto/query/run", map[string]any{"text": text}, &out)
	return out
}

func sheetOf(p *peer, tab protocol.ResultTab, change string) protocol.SheetState {
	p.t.Helper()
	params := map[string]any{"result": tab.Result, "table": tab.Table}
	if change != "" {
		params["change"] = json.RawMessage(change)
	}
	var sheet protocol.SheetState
	p.ask("kusto/result/sheet", params, &sheet)
	return sheet
}

func footText(sheet protocol.SheetState) string {
	var parts []string
	for _, part := range sheet.Foot {
		parts = append(parts, part.Text)
	}
	return strings.Join(parts, " · ")
}

// A server that ends, or dies, leaves its tabs to the next: rows, how they are looked at, what was drawn, and from when they are.
func TestTabsAgain(t *testing.T) {
	k := &keptPlace{t: t, dir: t.TempDir()}
	p := k.dial()
	run(p, "rows 20")
	first := tabsOf(p).Tabs[0]
	p.ask("kusto/tabs/act", map[string]any{"tab": first.Tab, "action": "pin"}, nil)
	sheet := sheetOf(p, first, `{"action":"sort.desc","column":0}`)
	p.ask("kusto/result/chart", map[string]any{"view": sheet.View, "width": 100, "change": map[string]any{"control": "kind", "value": []string{"areachart"}}}, nil)
	run(p, "types")
	p.call("kusto/query/run", map[string]any{"text": "fail"})
	eventually(t, "both are kept, with the sort", func() bool {
		return k.rows() == 2 && strings.Contains(k.window(), `"Descending":true`) && strings.Contains(k.window(), "areachart") && strings.Contains(k.window(), "SEM0100")
	})
	before := tabsOf(p)
	p.begin("kusto/query/run", map[string]any{"text": "hang"})
	eventually(t, "the running one is known", func() bool { return strings.Contains(k.window(), `"status":"running"`) })
	crashed := k.window()
	leave(p)
	// What a server leaves that is killed while a query runs.
	if err := os.WriteFile(k.files("windows/*/1.json")[0], []byte(crashed), 0o600); err != nil {
		t.Fatal(err)
	}

	p = k.dial()
	after := tabsOf(p)
	if len(after.Tabs) != 2 || after.Tabs[0].Tab != before.Tabs[0].Tab || !after.Tabs[0].Pinned || after.Tabs[0].Result == first.Result {
		t.Fatalf("before %+v\nafter %+v", before, after)
	}
	if lost := after.Tabs[1]; lost.Status != protocol.TabFailed || lost.Error.Message != "the server ended before the query did" || lost.Again.Text != "hang" {
		t.Errorf("the run that was cut off is %+v", lost)
	}
	kept := after.Tabs[0]
	if !strings.Contains(kept.Tip, "Kept result from 20") {
		t.Errorf("the tip is %q", kept.Tip)
	}
	sheet = sheetOf(p, kept, "")
	if foot := footText(sheet); !strings.HasPrefix(foot, "Kept result from 20") || !strings.Contains(foot, "20 rows") || sheet.Columns[0].Sort != "desc" {
		t.Errorf("below stands %q, the sort is %q", foot, sheet.Columns[0].Sort)
	}
	var page protocol.ResultReadResult
	p.ask("kusto/result/read", map[string]any{"view": sheet.View, "start": 0, "count": 1}, &page)
	if got := encode(t, page.Values); got != `[["19"],["row 5"]]` {
		t.Errorf("the first row is %s", got)
	}
	if drawn := string(p.call("kusto/result/chart", map[string]any{"view": sheet.View, "width": 100}).Result); !strings.Contains(drawn, "areachart") {
		t.Errorf("it is drawn as %.200s", drawn)
	}
	if strings.Contains(p.log.String(), "row 5") || strings.Contains(crashed, "row 5") {
		t.Error("the log, or what is kept of a window, holds rows")
	}

	// The one that wasn't pinned gave way to the next run; the history has it still.
	var list protocol.HistoryListResult
	p.ask("kusto/history/list", map[string]any{"search": "types"}, &list)
	var info protocol.ResultInfo
	p.ask("kusto/result/info", map[string]any{"result": list.Entries[0].Result}, &info)
	if len(info.Tables) != 1 || len(info.Tables[0].Columns) != 10 || info.Title != "types" {
		t.Errorf("the history gives %+v", info)
	}
	if err := os.Truncate(filepath.Join(k.dir, "results", list.Entries[0].ID+".rows"), 60); err != nil {
		t.Fatal(err)
	}
	leave(p)
	p = k.dial()
	p.ask("kusto/history/list", map[string]any{"search": "types"}, &list)
	m := p.call("kusto/result/info", map[string]any{"result": list.Entries[0].Result})
	if m.Error == nil || !strings.Contains(m.Error.Message, "put aside as") || !strings.Contains(string(m.Error.Data), "run the query again") {
		t.Errorf("a cut file gives %+v", m)
	}
	p.ask("kusto/history/clear", nil, nil)
	if left := k.files("*.rows*"); len(left) > 0 {
		t.Errorf("the history is deleted, and left are %v", left)
	}
	leave(p)
	if left := tabsOf(k.dial()); len(left.Tabs) > 0 {
		t.Errorf("the history is deleted, and shown is %+v", left)
	}
}

// Each window of a workspace has its own tabs; what is reloaded gets those that it had.
func TestTwoWindows(t *testing.T) {
	k := &keptPlace{t: t, dir: t.TempDir()}
	a := k.dial()
	run(a, "rows 1")
	b := k.dial()
	if shown := tabsOf(b); len(shown.Tabs) > 0 {
		t.Errorf("the second window begins with %+v", shown)
	}
	eventually(t, "the first window's tab is kept", func() bool { return k.rows() == 1 && strings.Contains(k.window(), `"title":"rows 1"`) })
	leave(a) // b has shown nothing yet: as far as it knows it is a's reload
	eventually(t, "the tabs came over", func() bool { return len(tabsOf(b).Tabs) == 1 })
	if shown := sheetOf(b, tabsOf(b).Tabs[0], ""); shown.Rows != 1 {
		t.Errorf("it shows %+v", shown)
	}
}

// Windows that have names get their own tabs, in whatever order they come back, and wait for nobody.
func TestWindowsByName(t *testing.T) {
	k := &keptPlace{t: t, dir: t.TempDir()}
	a, b := k.dialAs("a"), k.dialAs("b")
	run(a, "rows 1")
	run(b, "rows 2")
	eventually(t, "both are kept", func() bool { return k.rows() == 2 && len(k.files("windows/*/1.json")) == 2 })
	leave(a)
	leave(b)
	b, a = k.dialAs("b"), k.dialAs("a")
	for want, p := range map[string]*peer{"rows 1": a, "rows 2": b} {
		if tabs := tabsOf(p).Tabs; len(tabs) != 1 || tabs[0].Title != want {
			t.Errorf("the window of %q has %+v", want, tabs)
		}
	}
	c := k.dialAs("c")
	if fresh := tabsOf(c).Tabs; len(fresh) > 0 {
		t.Errorf("a new window begins with %+v", fresh)
	}
	for _, p := range []*peer{a, b, c} {
		leave(p)
	}
}

func TestSecondWindowsPlace(t *testing.T) {
	dir := t.TempDir()
	one, lock := holdWindow(dir, maxWindows)
	two, other := holdWindow(dir, maxWindows)
	if one != 1 || two != 2 {
		t.Skipf("this system has no locks: %d, %d", one, two)
	}
	if none, _ := holdWindow(dir, 1); none != 0 {
		t.Errorf("got %d", none)
	}
	_, _ = lock.Close(), other.Close()
	if again, _ := holdWindow(dir, maxWindows); again != 1 {
		t.Errorf("got %d", again)
	}
}

// Nothing is kept of a cluster whose data may not be stored, and a mark deletes what was; a secret in a text isn't kept either.
func TestNeverKept(t *testing.T) {
	k := &keptPlace{t: t, dir: t.TempDir()}
	p := k.dial()
	mark := func(private bool) {
		_, err := p.backend.Change(t.Context(), "embedded", func(c *protocol.Connection) { c.Private = private })
		if err != nil {
			t.Fatal(err)
		}
	}
	run(p, `rows 3 // h"hidden"`)
	eventually(t, "it is kept", func() bool { return k.rows() == 1 && strings.Contains(k.window(), "rows 3") })
	for _, path := range append(k.files("*.rows"), k.files("windows/*/*.json")...) {
		if body, err := os.ReadFile(path); err != nil || strings.Contains(string(body), "hidden") {
			t.Errorf("%s holds the secret, or can't be read: %v", path, err)
		}
	}
	mark(true)
	if err := p.server.forgetPrivate(); err != nil {
		t.Fatal(err)
	}
	run(p, "rows 4")
	leave(p)
	if left := append(k.files("*.rows*"), k.files("windows/*/*.json")...); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
}

// Switched off, nothing is kept, and what was is deleted.
func TestKeepOff(t *testing.T) {
	k := &keptPlace{t: t, dir: t.TempDir()}
	p := k.dial()
	run(p, "rows 3")
	eventually(t, "it is kept", func() bool { return k.rows() == 1 && k.window() != "" })
	p.server.setSettings(session.Settings{KeepOff: true, History: 100})
	eventually(t, "all is gone", func() bool { return len(append(k.files("*.rows*"), k.files("windows/*/*.json")...)) == 0 })
	run(p, "rows 4")
	p.server.setSettings(session.Settings{History: 100})
	eventually(t, "on again, the list of the tabs is kept", func() bool { return strings.Contains(k.window(), "rows 4") })
	leave(p)
	if left := k.files("*.rows*"); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
}

// What isn't kept says so: at once at the result, and after a reload.
func TestUnkept(t *testing.T) {
	k := &keptPlace{t: t, dir: t.TempDir()}
	p := k.dial()
	p.server.kept.folder.SetBudget(100)
	run(p, "rows 2000")
	eventually(t, "the tab says it", func() bool {
		return strings.Contains(tabsOf(p).Tabs[0].Tip, "Not kept over a reload: it takes more than 50 bytes on disk")
	})
	if foot := footText(sheetOf(p, tabsOf(p).Tabs[0], "")); !strings.HasSuffix(foot, "Not kept over a reload") {
		t.Errorf("below stands %q", foot)
	}
	leave(p)
	again := tabsOf(k.dial()).Tabs
	if len(again) != 1 || again[0].Status != protocol.TabFailed || !strings.Contains(again[0].Error.Message, "weren't kept: it takes more than 50 bytes") {
		t.Errorf("got %+v", again)
	}
}

// A disk that takes nothing is told once, and the rows stay in memory.
func TestKeepFails(t *testing.T) {
	k := &keptPlace{t: t, dir: t.TempDir()}
	if err := os.WriteFile(filepath.Join(k.dir, "results"), nil, 0o600); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	p := k.dial()
	run(p, "rows 2")
	if m := p.wait(func(m message) bool { return m.Method == "window/showMessage" }); m == nil || !strings.Contains(string(m.Params), "Results aren't kept over a reload: ") {
		t.Errorf("told is %+v", m)
	}
	if rows := sheetOf(p, tabsOf(p).Tabs[0], "").Rows; rows != 2 {
		t.Errorf("%d rows", rows)
	}
}

// A window's file that can't be read is put aside and told; its rows are in the history.
func TestBrokenWindow(t *testing.T) {
	k := &keptPlace{t: t, dir: t.TempDir()}
	p := k.dial()
	run(p, "rows 2")
	leave(p)
	path := k.files("windows/*/1.json")[0]
	if err := wholefile.Write(path, []byte(`{"tabs":[{`), 0o600); err != nil {
		t.Fatal(err)
	}
	p = k.dial()
	if m := p.wait(func(m message) bool { return m.Method == "window/showMessage" }); m == nil || !strings.Contains(string(m.Params), "can't be read; it was put aside") {
		t.Errorf("told is %+v", m)
	}
	if len(k.files("windows/*/1.json.broken")) != 1 || k.rows() != 1 {
		t.Error("it isn't put aside")
	}
}

// Without the history nobody knows which results may still be shown: that is told, and they are there when it can be read again.
func TestTabsWithoutHistory(t *testing.T) {
	k := &keptPlace{t: t, dir: t.TempDir()}
	p := k.dial()
	run(p, "rows 2")
	eventually(t, "it is kept", func() bool { return k.rows() == 1 && strings.Contains(k.window(), "rows 2") })
	leave(p)
	file := filepath.Join(k.dir, "history.jsonl")
	if err := errors.Join(os.Rename(file, file+".away"), os.Mkdir(file, 0o700)); err != nil {
		t.Fatal(err)
	}
	p = k.dial()
	if m := p.wait(func(m message) bool { return m.Method == "window/showMessage" }); m == nil || !strings.Contains(string(m.Params), "aren't shown: the history can't be read: ") {
		t.Errorf("told is %+v", m)
	}
	leave(p)
	if err := errors.Join(os.Remove(file), os.Rename(file+".away", file)); err != nil {
		t.Fatal(err)
	}
	p = k.dial()
	if tabs := tabsOf(p).Tabs; len(tabs) != 1 || tabs[0].Title != "rows 2" {
		t.Errorf("got %+v", tabs)
	}
	leave(p)
}

// A window's file may come from anywhere: no tab of it breaks the server.
func FuzzKeptWindow(f *testing.F) {
	f.Add([]byte(`{"front":"p","tabs":[{"tab":"p","status":"done","result":"r","table":-1,"entry":"A"},{"tab":"q","status":"running","entry":"A"}],"looks":{"A":[{"Sheet":{"Sort":[{"Column":9}]}}]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var w keptWindow
		if json.Unmarshal(body, &w) != nil {
			return
		}
		s := New(Options{Backend: newFake(), ResultsFolder: t.TempDir()})
		for _, tab := range w.Tabs {
			if tab.Result != "" {
				_ = s.kept.folder.Keep(t.Context(), tab.Entry, &result.Result{}, nil) // names that can't be are refused
			}
		}
		ids := map[string]bool{}
		for _, tab := range w.Tabs {
			ids[tab.Entry] = true
		}
		s.restore(&w, ids)
		for _, tab := range s.tabs.state(s.kept.why).Tabs {
			if r, err := s.results.Result(tab.Result); err == nil && (tab.Table >= 0 && tab.Table < len(r.Tables)) {
				_, _, _ = s.results.Sheet(t.Context(), r, tab.Table, nil)
			}
		}
		s.windowNow(ids)
	})
}
