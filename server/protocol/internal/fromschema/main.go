// Command fromschema writes the Go types of the agent's messages from server/protocol/agent.schema.json, which is their source. It is
// run by `go generate ./server/protocol` before the generator that goes on from Go to TypeScript; a test beside it fails when a
// written file is stale.
//
// It knows the part of JSON Schema that the file uses and refuses the rest. Start at generate.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// source is the schema, and targets are the written files by their package, both seen from server/protocol. Threads, items and events
// are the agent's own: they go out as they are there.
const source = "agent.schema.json"

var targets = map[string]string{
	"protocol": "agent.gen.go",
	"agent":    "../../agent/message.gen.go",
	"tool":     "../../agent/tool/finding.gen.go",
	"model":    "../../agent/model/usage.gen.go",
}

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "fromschema:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	files, err := generate(dir)
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
