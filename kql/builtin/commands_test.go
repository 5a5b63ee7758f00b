package builtin

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// TestCommandTable holds the table to the facts: each command of the engine has a row with the same result columns, reading is
// told from writing, and the two texts stay small in the binary.
func TestCommandTable(t *testing.T) {
	if n := len(commandText) + len(moreCommandText); n > 150_000 {
		t.Errorf("the table has %d bytes", n)
	}
	dir := os.Getenv("CALYPSO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	data, err := os.ReadFile(filepath.Join(dir, "facts", "signatures.json"))
	if err != nil {
		t.Skipf("no facts at %s: set CALYPSO_SHARED to the folder that holds them", dir)
	}
	var f struct {
		Commands struct {
			EngineCommands []struct {
				Name          string
				ResultColumns [][2]string
			}
		}
	}
	if err := json.Unmarshal(data, &f); err != nil {
		t.Fatal(err)
	}
	for _, want := range f.Commands.EngineCommands {
		c := FindCommand(want.Name)
		if c == nil {
			t.Errorf("%s has no row", want.Name)
			continue
		}
		columns := c.Columns()
		if columns.Open != (len(want.ResultColumns) == 0) || len(columns.List) != len(want.ResultColumns) {
			t.Errorf("%s gives %s", want.Name, columns.String())
			continue
		}
		for i, col := range columns.List {
			if col.Name != want.ResultColumns[i][0] || col.Type.String() != want.ResultColumns[i][1] {
				t.Errorf("%s: column %d is %s: %s, not %v", want.Name, i, col.Name, col.Type, want.ResultColumns[i])
			}
		}
	}
	if c := FindCommand("ShowTables"); c == nil || !c.Reads {
		t.Error(".show tables counts as writing")
	}
	if c := FindCommand("DropTable"); c == nil || c.Reads {
		t.Error(".drop table counts as reading")
	}
	if len(CommandsFrom("show")) < 200 || len(CommandsFrom("load")) == 0 || CommandsFrom("nothing") != nil && len(CommandsFrom("nothing")) > 0 {
		t.Error("commands aren't found by their first word")
	}
}

func BenchmarkCommandTable(b *testing.B) {
	for b.Loop() {
		t := &commandTable{byWord: map[string][]int{}, byName: map[string]int{}, results: map[string]string{}}
		t.read(commandText, false)
		t.read(moreCommandText, true)
	}
}
