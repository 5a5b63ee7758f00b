// Command gen writes the messages of server/protocol as TypeScript. It is run by `go generate ./server/protocol`; the test beside it fails
// when the written file is stale.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// target is where the client expects the file, seen from server/protocol.
const target = "../../editor-client/generated/protocol.ts"

// files are all that is written, and by what.
var files = []struct {
	target string
	make   func(dir string) (string, error)
}{{target, typescript}}

func main() {
	for _, f := range files {
		text, err := f.make(".")
		if err == nil {
			err = os.MkdirAll(filepath.Dir(f.target), 0o755)
		}
		if err == nil {
			err = os.WriteFile(f.target, []byte(text), 0o644)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "gen:", err)
			os.Exit(1)
		}
	}
}
