package server

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"calypso/agent/tool"
)

// The extension offers the tools to the editor's own models under the descriptions and schemas that the agent's model is given.
func TestEditorOffersTheSameTools(t *testing.T) {
	body, err := os.ReadFile("../editor-client/package.json")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Contributes struct {
			Tools []struct {
				Name             string          `json:"name"`
				ModelDescription string          `json:"modelDescription"`
				InputSchema      json.RawMessage `json:"inputSchema"`
			} `json:"languageModelTools"`
		} `json:"contributes"`
	}
	if err := json.Unmarshal(body, &manifest); err != nil {
		t.Fatal(err)
	}
	offered := manifest.Contributes.Tools
	for i, want := range tool.Tools() {
		if i >= len(offered) {
			t.Fatalf("package.json lacks %s", want.Name)
		}
		got := offered[i]
		name := strings.Replace(want.Name, "kusto_", "calypso_", 1)
		if got.Name != name || got.ModelDescription != want.Description || compacted(t, got.InputSchema) != compacted(t, want.Parameters) {
			t.Errorf("package.json has\n%s %q %s\nand should have\n%s %q %s", got.Name, got.ModelDescription, compacted(t, got.InputSchema), name, want.Description, want.Parameters)
		}
	}
}

func compacted(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
