package agent

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calypso/agent/model/script"
)

// Of a connection whose data may not be stored no row is in a transcript, whatever the settings say, and the mark holds from the next
// turn on.
func TestPrivateConnection(t *testing.T) {
	for name, private := range map[string]bool{"kept": false, "not kept": true} {
		folder := t.TempDir()
		query := "call: kusto_execute_query {\"query\":\"StormEvents | take 1\"}"
		s := newStage(t, script.New(query, "text: one"), func(o *Options) {
			o.Folder, o.Approval = folder, ApproveAuto
			o.Private = func(string) bool { return private }
		})
		s.say(s.thread(), "first")
		paths, err := filepath.Glob(filepath.Join(folder, "*", "*", "*", "*.jsonl"))
		if err != nil || len(paths) != 1 {
			t.Fatalf("%s: %v %v", name, paths, err)
		}
		text, err := os.ReadFile(paths[0])
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(text), "TEXAS"); got == private {
			t.Errorf("%s: the transcript says %s", name, text)
		}
	}
}
