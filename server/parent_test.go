package server

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// When the client's process is gone without a word, the server goes too: its pipes may be held open by somebody else.
func TestADeadParent(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	gone := exec.Command(self, "-test.run=^$")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	p := dial(t, Options{})
	p.ask("initialize", json.RawMessage(fmt.Sprintf(`{"processId":%d,"rootUri":null,"capabilities":{}}`, gone.Process.Pid)), nil)
	if code := p.exited(); code != exitAbrupt {
		t.Errorf("exit code %d", code)
	}
}
