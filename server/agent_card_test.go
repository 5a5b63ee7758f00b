package server

import (
	"encoding/json"
	"testing"

	"calypso/agent"
	"calypso/agent/model"
)

// What a screen is told is in words: how long until the next try, what a thread took, who declined, and what a question asks.
func TestTold(t *testing.T) {
	s := New(Options{Backend: newFake()})
	if got := s.told(agent.Event{Method: "error", Message: "busy", WillRetry: true, Attempt: 1, Of: 3, RetryInMs: 1800}).Message; got != "busy. Trying again (1 of 3) in 2 s…" {
		t.Error(got)
	}
	total := model.Usage{Input: 12_000, Cached: 8000, Output: 1, Cost: 0.0421}
	got := s.told(agent.Event{Method: "usage", Total: &total, Currency: "EUR", Estimated: 6001, ContextWindow: 100_000}).Used
	if got == nil || got.Text != "12,001 tokens · 0.0421 EUR · 7% of context" || got.Tooltip != "12,000 tokens in (8,000 of them cached), 1 out; the model's context holds 100,000" {
		t.Errorf("%+v", got)
	}
	if got := used(model.Usage{}, "", 0, 0); got != nil {
		t.Errorf("of nothing: %+v", got)
	}
	for result, want := range map[string]string{
		`{"error":{"message":"the person declined this query","hint":"too dear"}}`: "You declined this query: too dear",
		`{"error":{"message":"it calls out"}}`:                                     "it calls out.",
	} {
		run := s.carded(agent.Item{Type: agent.ToolCall, Query: "T", Status: agent.Declined, Result: json.RawMessage(result)}).Run
		if len(run.Blocks) != 1 || run.Blocks[0].Text != want {
			t.Errorf("%s: %+v", result, run)
		}
	}
	if got := s.carded(agent.Item{Type: agent.ToolCall, Tool: "kusto_sample_table", Arguments: json.RawMessage(`{"table_name":"T"}`)}).Card.Title; got != "Sample of T" {
		t.Error(got)
	}
}

func TestWorded(t *testing.T) {
	for name, c := range map[string]struct {
		asked agent.Approval
		want  string
		edit  bool
	}{
		"policy":       {agent.Approval{Reason: "policy"}, "Run this query?", true},
		"cost":         {agent.Approval{Reason: "cost"}, "This query may be dear. Run it?", true},
		"a new editor": {agent.Approval{Reason: "editor"}, "Open this query in an editor?", true},
		"a document":   {agent.Approval{Reason: "editor", Document: "a.kql"}, "Insert this query into a.kql?", true},
		"first rows":   {agent.Approval{Reason: "policy", Tool: "kusto_read_result", WillSend: agent.WillSend{Rows: 10}}, "Let the model read rows 1 to 10 of this query's result?", false},
	} {
		if got := worded(c.asked); got.Question != c.want || got.Edited != "" != c.edit || got.Always != (name != "cost") || got.Sends == "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
