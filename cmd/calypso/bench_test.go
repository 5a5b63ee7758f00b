package main

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"calypso/internal/bench"
)

// binary builds the program as it is shipped and reports its size.
func binary(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "calypso")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, ".")
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// BenchmarkStart measures process start to the answer of initialize.
func BenchmarkStart(b *testing.B) {
	path := binary(b)
	const body = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}`
	bench.Percentiles(b, func() {
		cmd := exec.Command(path, "lsp")
		cmd.Env = append(cmd.Environ(), "CODEX_HOME="+b.TempDir())
		in, _ := cmd.StdinPipe()
		out, _ := cmd.StdoutPipe()
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		fmt.Fprintf(in, "Content-Length: %d\r\n\r\n%s", len(body), body)
		head, err := bufio.NewReader(out).ReadString('\n')
		if err != nil || !strings.HasPrefix(head, "Content-Length") {
			b.Fatalf("got %q, %v", head, err)
		}
		in.Close()
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
	})
}

// BenchmarkColdQuery measures a whole `calypso query` on the sample data.
func BenchmarkColdQuery(b *testing.B) {
	path := binary(b)
	bench.Percentiles(b, func() {
		out, err := exec.Command(path, "query", "--cluster", "embedded", "StormEvents | summarize count() by State").CombinedOutput()
		if err != nil || !strings.Contains(string(out), "TEXAS") {
			b.Fatalf("%v\n%s", err, out)
		}
	})
}
