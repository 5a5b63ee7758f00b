package server

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"calypso/server/protocol"
	"calypso/server/result"

	lsp "go.lsp.dev/protocol"
)

// tabs are the results that a person has open: tables, and runs that have none, yet or at all. A client shows them as they are. A new
// run takes the place of those before it, but for what is pinned.
type tabs struct {
	salt string // so that an id of an earlier process never means a tab of this one

	telling sync.Mutex // held from reading the tabs to sending them: what is sent last is what is so

	mu       sync.Mutex // guards what follows
	next     int64
	list     []*tab
	front    string    // the tab that came last, or was brought to the front
	told     time.Time // when progress was told last
	selected chosenCells
}

// tab is one of them.
type tab struct {
	protocol.ResultTab
	started time.Time
	own     string // a title that the person gave; "" for none
	entry   string // id in the history of the run that it shows, of one without a result; "" for none
	kept    bool   // it was there before this process
	unkept  string // why the rows that it had then aren't there
	// first is how its table looks first, until that is told. Rows are in it: it isn't what is kept of a tab.
	first *protocol.SheetState
}

// chosenCells is what is selected in the view that is in front.
type chosenCells struct {
	view  string
	areas []result.Area
}

func newTabs() *tabs { return &tabs{salt: rand.Text()[:6]} }

// add puts a tab at the end. mu is held.
func (t *tabs) add(one protocol.ResultTab, started time.Time) *tab {
	t.next++
	one.Tab = "p" + t.salt + "-" + strconv.FormatInt(t.next, 10)
	made := &tab{ResultTab: one, started: started}
	t.list = append(t.list, made)
	return made
}

// begin makes the tab of a run. Tabs that ended and aren't pinned make room.
func (t *tabs) begin(one protocol.ResultTab, started time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.list = slices.DeleteFunc(t.list, func(old *tab) bool { return !old.Pinned && old.Status != protocol.TabRunning })
	t.front = t.add(one, started).Tab
}

// record says which entry of the history a run has.
func (t *tabs) record(query, entry string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, one := range t.list {
		if one.Query == query {
			one.entry = entry
		}
	}
}

// all gives copies of all tabs, and which is in front.
func (t *tabs) all() (list []tab, front string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, one := range t.list {
		list = append(list, *one)
	}
	return list, t.front
}

// restore shows the tabs of an earlier process. Where the person has run something since, only the pinned ones come back, as they would
// have stayed.
func (t *tabs) restore(list []*tab, front string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.list) > 0 {
		list, front = slices.DeleteFunc(list, func(one *tab) bool { return !one.Pinned }), t.front
	}
	t.list, t.front = append(list, t.list...), front
}

// progress says how far a run is; false when that was told a moment ago, or the run has just begun.
func (t *tabs) progress(query, text string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.IndexFunc(t.list, func(one *tab) bool { return one.Query == query })
	if i < 0 || time.Since(t.told) < 2*reportGap || time.Since(t.list[i].started) < 2*reportGap {
		return false
	}
	t.told, t.list[i].Text = time.Now(), text
	return true
}

// end puts what a run gave in the place of its tab: a tab for each table, then one for what went wrong, if that isn't said with the rows
// that came before it, or for a run without tables.
func (t *tabs) end(query string, results []protocol.ResultInfo, status protocol.TabStatus, failure *protocol.FailureInfo, ms int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.IndexFunc(t.list, func(one *tab) bool { return one.Query == query })
	if i < 0 {
		return
	}
	old := t.list[i]
	t.list = slices.Delete(t.list, i, i+1)
	front := ""
	told := false
	for _, r := range results {
		for n := range r.Tables {
			one := old.ResultTab
			one.Query, one.Text, one.Ms, one.Status = "", "", ms, protocol.TabDone
			one.Title, one.Result, one.Table = titleOf(r, n), r.Result, n
			if r.Error != nil {
				one.Status, told = status, true
			}
			made := t.add(one, old.started)
			if front == "" || r.Error != nil {
				front = made.Tab
			}
		}
	}
	if !told && (status != protocol.TabDone || front == "") {
		one := old.ResultTab
		one.Query, one.Ms, one.Status, one.Error = "", ms, status, failure
		switch status {
		case protocol.TabCancelled:
			one.Text, one.Error = "The query was stopped after "+durationText(ms)+".", nil
		case protocol.TabDone:
			one.Text = "The query ran in " + durationText(ms) + " and gave no table."
		default:
			one.Text = ""
		}
		made := t.add(one, old.started)
		made.entry, front = old.entry, made.Tab
	}
	t.front = front
}

// primary is what clusters call a table that the query gives no name.
const primary = "PrimaryResult"

// titleOf is what a table's tab is called: its name where it has one, else the query, and which of several tables it is.
func titleOf(r protocol.ResultInfo, table int) string {
	name := r.Tables[table].Name
	again := func(t protocol.ResultTable) bool { return t.Name == name }
	switch {
	case len(r.Tables) == 1:
		return r.Title
	case name == "" || name == primary || slices.IndexFunc(r.Tables, again) != table:
		return fmt.Sprintf("%s (%d)", r.Title, table+1)
	}
	return name
}

// show brings a result to the front, whoever made it; at is when, of one of an earlier process.
func (t *tabs) show(r protocol.ResultInfo, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	front := ""
	for _, one := range t.list {
		if one.Result == r.Result && front == "" {
			front = one.Tab
		}
	}
	for n := range r.Tables {
		if front != "" {
			break
		}
		for ; n < len(r.Tables); n++ {
			made := t.add(protocol.ResultTab{Title: titleOf(r, n), Status: protocol.TabDone, Ms: r.Stats.Ms, Result: r.Result, Table: n}, time.Now())
			if !at.IsZero() {
				made.started, made.kept = at, true
			}
			if front == "" {
				front = made.Tab
			}
		}
	}
	t.front = front
}

// find gives a copy of a tab; "" is the one in front.
func (t *tabs) find(id string) (tab, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if id == "" {
		id = t.front
	}
	for _, one := range t.list {
		if one.Tab == id {
			return *one, nil
		}
	}
	return tab{}, failf(protocol.ErrorNotFound, "run a query", "there are no results to do that with")
}

// change changes a tab.
func (t *tabs) change(id string, how func(*tab)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, one := range t.list {
		if one.Tab == id {
			how(one)
		}
	}
}

// bring says which tab is in front.
func (t *tabs) bring(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.front, t.selected = id, chosenCells{}
}

// close takes tabs away and gives the results that no tab shows any more. Tabs whose query runs stay.
func (t *tabs) close(gone func(*tab) bool) (results []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var left, out []*tab
	at := 0
	for i, one := range t.list {
		if one.Tab == t.front {
			at = i
		}
		if one.Status != protocol.TabRunning && gone(one) {
			out = append(out, one)
		} else {
			left = append(left, one)
		}
	}
	for _, one := range out {
		shown := func(other *tab) bool { return other.Result == one.Result }
		if one.Result != "" && !slices.ContainsFunc(left, shown) {
			results = append(results, one.Result)
		}
		if one.Tab == t.front {
			t.front = ""
		}
	}
	if t.list = left; t.front == "" && len(left) > 0 {
		t.front = left[min(at, len(left)-1)].Tab
	}
	return results
}

// state is what a client shows; unkept says why a result isn't kept.
func (t *tabs) state(unkept func(result string) string) protocol.TabsChanged {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := protocol.TabsChanged{Tabs: []protocol.ResultTab{}, Front: t.front}
	for _, one := range t.list {
		shown := one.ResultTab
		shown.Sheet, one.first = one.first, nil
		if one.own != "" {
			shown.Title = one.own
		}
		if one.Status == protocol.TabRunning {
			shown.Ms = time.Since(one.started).Milliseconds()
		}
		if one.kept {
			shown.Tip = joinedLines(shown.Tip, keptText(one.started))
		}
		if why := unkept(one.Result); why != "" {
			shown.Tip = joinedLines(shown.Tip, "Not kept over a reload: "+why)
		}
		out.Tabs = append(out.Tabs, shown)
	}
	return out
}

// keptText says that rows are of an earlier run, and of which.
func keptText(at time.Time) string { return "Kept result from " + at.Local().Format(time.DateTime) }

func joinedLines(a, b string) string { return strings.TrimPrefix(a+"\n"+b, "\n") }

// tabsChanged tells a client that shows them.
func (s *Server) tabsChanged() {
	s.windowChanged()
	if !s.can.UI {
		return
	}
	s.tabs.telling.Lock()
	defer s.tabs.telling.Unlock()
	s.tellOurs(protocol.MethodTabsChanged, s.tabs.state(s.kept.why))
}

// tabsList is kusto/tabs/list.
func tabsList(c *call) (any, error) { return c.tabs.state(c.kept.why), nil }

// tabsAct is kusto/tabs/act: what a person does to a tab.
func tabsAct(c *call, p *protocol.TabActParams) (any, error) {
	return nil, quietly(c.actOn(c, p.Tab, p.Action))
}

func (c *call) actOn(ctx context.Context, id, action string) error {
	one, err := c.tabs.find(id)
	if err != nil {
		return err
	}
	switch action {
	case "front":
		c.tabs.bring(one.Tab)
		c.windowChanged()
		return nil
	case "close":
		c.closed(c.tabs.close(func(t *tab) bool { return t.Tab == one.Tab }))
	case "closeOthers":
		c.closed(c.tabs.close(func(t *tab) bool { return t.Tab != one.Tab && !t.Pinned }))
	case "closeAll":
		c.closed(c.tabs.close(func(t *tab) bool { return !t.Pinned }))
	case "pin":
		c.tabs.change(one.Tab, func(t *tab) { t.Pinned = !t.Pinned })
		c.results.Pin(one.Result, !one.Pinned)
	case "rename":
		err = c.renameTab(ctx, one)
	case "stop":
		c.queries.stop(one.Query, errStopped)
		return nil
	case "place":
		return c.goTo(ctx, one.Error)
	default:
		return badParams("there is no action %q on a tab", action)
	}
	c.tabsChanged()
	return err
}

func (c *call) closed(results []string) {
	for _, r := range results {
		c.results.CloseResult(r)
	}
}

func (c *call) renameTab(ctx context.Context, one tab) error {
	title := one.own
	if title == "" {
		title = one.Title
	}
	name, err := c.input(ctx, protocol.UIInputParams{Title: "Rename result", Value: title, Prompt: "Empty: its own name again"}, nil)
	if err == nil {
		c.tabs.change(one.Tab, func(t *tab) { t.own = name })
	}
	return err
}

// tabsMenu is kusto/tabs/menu.
func tabsMenu(c *call, p *protocol.TabMenuParams) (any, error) {
	one, err := c.tabs.find(p.Tab)
	if err != nil {
		return nil, err
	}
	items := []protocol.MenuItem{
		{Action: "pin", Label: "Pin: Keep for the Next Run", Checked: one.Pinned},
		{Action: "rename", Label: "Rename…", Keys: "F2"},
		{},
		{Action: "close", Label: "Close", Keys: "Delete"},
		{Action: "closeOthers", Label: "Close Others"},
		{Action: "closeAll", Label: "Close All but Pinned"},
	}
	if one.Status == protocol.TabRunning {
		items = []protocol.MenuItem{{Action: "stop", Label: "Stop the Query"}}
	}
	return protocol.MenuResult{Items: items}, nil
}

// goTo shows the place of a fault in its document.
func (s *Server) goTo(ctx context.Context, f *protocol.FailureInfo) error {
	if f == nil || f.Data.Range == nil || !s.can.ShowDocument {
		return failf(protocol.ErrorNotFound, "look at the message", "the error has no place in a document")
	}
	var shown lsp.ShowDocumentResult
	p := map[string]any{"uri": f.Data.URI, "takeFocus": true, "selection": f.Data.Range}
	return s.callClient(ctx, lsp.MethodWindowShowDocument, p, &shown)
}
