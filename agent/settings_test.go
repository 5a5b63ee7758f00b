package agent

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calypso/agent/model/script"
	"calypso/agent/tool"
)

// What a person sets while threads are open holds from the next turn on: how much the model sees, what it is told of effort, what is
// kept on disk.
func TestSettingsTakeEffect(t *testing.T) {
	folder := t.TempDir()
	query := "call: kusto_execute_query {\"query\":\"StormEvents | take 1\"}"
	m := script.New(query, "text: one", query, "text: two", query, "text: three", query, "text: four")
	now := Settings{Approval: ApproveAuto, History: off}
	s := newStage(t, m, func(o *Options) {
		o.Folder, o.Current = folder, func() Settings { return now }
	})
	id := s.thread()
	written := func() string {
		paths, _ := filepath.Glob(filepath.Join(folder, "*", "*", "*", "*.jsonl"))
		if len(paths) == 0 {
			return ""
		}
		text, err := os.ReadFile(paths[0])
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	s.say(id, "first")
	if got := written(); got != "" {
		t.Errorf("with history off there is %s", got)
	}
	now.History, now.Effort = "no_rows", "high"
	s.say(id, "second")
	if got := written(); !strings.Contains(got, "first") || !strings.Contains(got, "second") || strings.Contains(got, "TEXAS") {
		t.Errorf("with no_rows: %s", got)
	}
	if r := m.Requests(); r[0].Effort != "" || r[2].Effort != "high" {
		t.Errorf("effort %q, then %q", r[0].Effort, r[2].Effort)
	}
	now.History = "full"
	s.limits = tool.Limits{NoRows: true}
	s.say(id, "third")
	if last := m.Requests()[5].Items; strings.Contains(string(last[len(last)-1]), "TEXAS") {
		t.Error("rows are shared though they aren't any more")
	}
	now.History = off
	s.say(id, "fourth")
	if strings.Contains(written(), "fourth") {
		t.Error("with history off something was written")
	}
	now.History = "full"
	s.agent.Close()
	again := newStage(t, script.New("text: five"), func(o *Options) { o.Folder = folder })
	_, items, err := again.agent.Resume(context.Background(), id)
	if err != nil || len(items) != 9 {
		t.Errorf("%d items, %v", len(items), err)
	}
	again.say(id, "go on")
}
