package server

import (
	"context"
	"strings"
	"testing"
	"time"

	"calypso/server/protocol"
)

func TestAgo(t *testing.T) {
	for age, want := range map[time.Duration]string{
		-time.Hour: "just now", 0: "just now", 59 * time.Second: "just now", time.Minute: "1 min ago", 59*time.Minute + 59*time.Second: "59 min ago",
		time.Hour: "1 h ago", 3*time.Hour + 59*time.Minute: "3 h ago", 47 * time.Hour: "47 h ago", 48 * time.Hour: "2 days ago", 800 * time.Hour: "33 days ago",
	} {
		if got := Ago(age); got != want {
			t.Errorf("%v: got %q, want %q", age, got, want)
		}
	}
}

// offline is a backend that has an old schema of a cluster it can't reach.
type offline struct{ *fakeBackend }

const offlineNote = "schema of 3 h ago; cluster not reachable"

func (o offline) List() []protocol.Connection {
	list := o.fakeBackend.List()
	list[0].Note = offlineNote
	return list
}

func (o offline) Load(_ context.Context, t Target, fresh bool, _ func(string)) (SchemaFacts, error) {
	if fresh {
		return SchemaFacts{}, &Failure{Kind: protocol.ErrorNetwork, Message: "nothing listens there", Hint: "the schema of 3 h ago stays in use"}
	}
	old := SchemaAge{Loaded: time.Now().Add(-3*time.Hour - time.Minute), Reason: "cluster not reachable"}
	young := SchemaAge{Loaded: time.Now().Add(-5*time.Minute - time.Second)}
	return SchemaFacts{Schema: o.Schema(t), SchemaAge: old, Databases: map[string]SchemaAge{"Samples": old, "Other db": young}}, nil
}

// Wherever a schema's place is shown, an old schema says that it is one, and why.
func TestAgeIsShown(t *testing.T) {
	p := dial(t, Options{Backend: offline{newFake()}})
	p.hello(`{"experimental":{"kusto":{"version":1}}}`)
	var list protocol.ConnectionsListResult
	p.ask("kusto/connections/list", nil, &list)
	if list.Connections[0].Note != offlineNote || list.Connections[1].Note != "" {
		t.Errorf("list: %+v", list)
	}
	var active protocol.ActiveConnectionResult
	p.ask("kusto/activeConnection", protocol.ActiveConnectionParams{URI: "file:///a.kql"}, &active)
	if active.Note != offlineNote {
		t.Errorf("active connection: %+v", active)
	}
	var read protocol.SchemaReadResult
	p.ask("kusto/schema/read", protocol.SchemaReadParams{Connection: "embedded"}, &read)
	if read.Note != offlineNote || read.Age < 3*3600 {
		t.Errorf("schema: %+v", read)
	}
	var children protocol.SchemaChildrenResult
	p.ask("kusto/schema/children", protocol.SchemaChildrenParams{Connection: "embedded"}, &children)
	byName := map[string]protocol.SchemaNode{}
	for _, n := range children.Nodes {
		byName[n.Label] = n
	}
	if n := byName["Samples"]; n.Detail != offlineNote || n.Docs != offlineNote {
		t.Errorf("tree, old: %+v", n)
	}
	if n := byName["Other db"]; n.Detail != "" || n.Docs != "schema of 5 min ago" {
		t.Errorf("tree, young: %+v", n)
	}
	if m := p.call("kusto/schema/refresh", protocol.SchemaReadParams{Connection: "embedded"}); m.Error == nil || !strings.Contains(string(m.Error.Data), "stays in use") {
		t.Errorf("refresh: %+v", m)
	}
}

// What changes nothing must not have every text judged anew: each try to reach a cluster would.
func TestAgeAloneIsNoChange(t *testing.T) {
	var events Events
	p := dial(t, Options{Subscribe: func(e Events) { events = e }})
	p.hello(`{"textDocument":{"diagnostic":{}},"workspace":{"diagnostics":{"refreshSupport":true}},"experimental":{"kusto":{"version":1}}}`)
	refresh := func(m message) bool { return m.Method == "workspace/diagnostic/refresh" }
	stamp := func() int64 { return p.server.state.current().Schemas }
	change := protocol.SchemaChanged{Connection: "embedded", Database: "Samples", Version: 7, State: protocol.StateKnown}
	events.SchemaChanged(change)
	if p.wait(refresh) == nil {
		t.Fatal("no refresh after a change")
	}
	before := stamp()
	change.State = protocol.StateLoading
	events.SchemaChanged(change)
	change.State, change.Note = protocol.StateFailed, offlineNote
	events.SchemaChanged(change)
	told := p.wait(func(m message) bool {
		return m.Method == "kusto/schema/changed" && strings.Contains(string(m.Params), offlineNote)
	})
	if told == nil || stamp() != before {
		t.Errorf("told %v; texts are judged anew: %v", told, stamp() != before)
	}
	change.State, change.Version, change.Note = protocol.StateKnown, 8, ""
	events.SchemaChanged(change)
	if p.wait(refresh) == nil || stamp() == before {
		t.Error("no refresh after the second change")
	}
}

// An editor without our client has a log, at least.
func TestAgeInTheLog(t *testing.T) {
	var events Events
	p := dial(t, Options{Subscribe: func(e Events) { events = e }})
	p.hello(`{}`)
	events.SchemaChanged(protocol.SchemaChanged{Connection: "embedded", Version: 1, State: protocol.StateFailed, Note: offlineNote})
	if p.wait(func(m message) bool {
		return m.Method == "window/logMessage" && strings.Contains(string(m.Params), offlineNote)
	}) == nil {
		t.Error("nothing in the log")
	}
}
