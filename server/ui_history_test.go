package server

import (
	"path/filepath"
	"testing"
	"time"

	"calypso/history"
	"calypso/server/protocol"
)

// Runs that begin alike are called by what tells them apart, in whole words; those that are the same, or differ at once, by how they begin.
func TestApart(t *testing.T) {
	for _, c := range []struct{ text, beside, want string }{
		{"StormEvents | where State == \"OHIO\" | count", "StormEvents | where State == \"TEXAS\" | count", "StormEvents … \"OHIO\" | count"},
		{"StormEvents | where State == \"OHIO\" | count", "StormEvents | where State == \"OHIO\" | take 10", "StormEvents … count"},
		{"StormEvents | where State == \"OHIO\" | top 10 by Damage", "StormEvents | where State == \"OHIO\" | top 15 by Damage", "StormEvents … top 10 by Damage"},
		{"AzureDiagnosticsOfOurs | where Category == \"A\"", "AzureDiagnosticsOfOurs | where Category == \"B\"", "… \"A\""},
		{"StormEvents | where State == \"OHIO\" | count", "StormEvents | where State == \"OHIO\" | count", "StormEvents | where State == \"OHIO\" | c…"},
		{"StormEvents | where State in (\"OHIO\", \"TEXAS\", \"KANSAS\") | count", "PopulationData", "StormEvents | where State in (\"OHIO\", \"…"},
		{"StormEvents | take 1", "StormEvents | take 10", "StormEvents | take 1"},
		{"print é = 1", "print è = 1", "print é = 1"},
		{"", "T", ""},
	} {
		for at, texts := range [][]string{{c.text, c.beside}, {c.beside, c.text}, {c.beside, c.text, c.text}} {
			if got := apart(texts, min(at, 1)); got != c.want {
				t.Errorf("%s beside %s: %s", c.text, c.beside, got)
			}
		}
	}
}

// A run in the tree says when, what, how it ended and where, in this order; a screen reader hears the whole query, and that the chat asked.
func TestHistoryNodes(t *testing.T) {
	place := &keptPlace{t: t, dir: t.TempDir()}
	at := time.Date(2026, 3, 9, 9, 5, 0, 0, time.Local)
	long := "StormEvents\n| where State == \"OHIO\" and EventType == \"Hail\"\n| summarize count() by Source"
	log := history.Open(filepath.Join(place.dir, "history.jsonl"), 100)
	for _, e := range []history.Entry{
		{At: at, Text: long, Name: "Help", Database: "Samples", By: "user", Status: "done", Rows: 1204, Ms: 1250},
		{At: at.Add(time.Minute), Text: "// a note", Name: "Help", By: "agent", Status: "failed", Error: "query SEM0100", Ms: 12},
	} {
		if _, err := log.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	p := place.dial()
	var got protocol.UITreeResult
	p.ask("ui/tree", map[string]any{"view": historyView, "node": "d/2026-03-09"}, &got)
	want := [][3]string{
		{"09:06 (no query)", "failed, query SEM0100, 12 ms · Help", "(no query), failed, query SEM0100, 12 ms, 09:06, Help, asked by the chat"},
		{
			"09:05 StormEvents | where State == \"OHIO\" and…", "1,204 rows, 1.25 s · Help/Samples",
			"StormEvents | where State == \"OHIO\" and EventType == \"Hail\" | summarize count() by Source, 1,204 rows, 1.25 s, 09:05, Help/Samples",
		},
	}
	if len(got.Nodes) != len(want) {
		t.Fatalf("%d runs", len(got.Nodes))
	}
	for i, n := range got.Nodes {
		if has := [3]string{n.Label, n.Description, n.Spoken}; has != want[i] {
			t.Errorf("run %d: %q", i, has)
		}
	}
}
