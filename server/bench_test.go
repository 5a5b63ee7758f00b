package server

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/uri"
)

// echo is a client that only counts: benchmarks measure the server, not the client.
type echo struct {
	server *Server
	in     io.WriteCloser
	conn   jsonrpc2.Conn
}

type duplex struct {
	io.Reader
	io.WriteCloser
}

func bench(b *testing.B) *echo {
	b.Helper()
	return benchIn(b, "null")
}

// benchIn is bench with a folder, as JSON.
func benchIn(b *testing.B, root string) *echo {
	b.Helper()
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	e := &echo{server: New(Options{Backend: newFake()}), in: inW}
	go e.server.Serve(context.Background(), inR, outW)
	e.conn = jsonrpc2.NewConn(jsonrpc2.NewStream(duplex{outR, inW}), jsonrpc2.WithCodec(codec{}))
	e.conn.Go(context.Background(), func(context.Context, *jsonrpc2.Request) (any, error) { return nil, nil })
	e.call(b, "initialize", `{"processId":null,"rootUri":`+root+`,"capabilities":{}}`)
	b.Cleanup(func() { _ = inW.Close(); _ = outR.Close() })
	return e
}

func (e *echo) call(b *testing.B, method, params string) {
	b.Helper()
	var result json.RawMessage
	if _, err := e.conn.Call(context.Background(), method, jsonrpc2.RawMessage(params), &result); err != nil {
		b.Fatal(err)
	}
}

func (e *echo) tell(b *testing.B, method, params string) {
	b.Helper()
	if err := e.conn.Notify(context.Background(), method, jsonrpc2.RawMessage(params)); err != nil {
		b.Fatal(err)
	}
}

func longScript(lines int) string {
	var out strings.Builder
	for i := 0; i < lines; i += 4 {
		fmt.Fprintf(&out, "StormEvents\n| where State == 'TEXAS' and StartTime > ago(%dd)\n| summarize n = count() by State\n\n", i)
	}
	return out.String()
}

func BenchmarkHover(b *testing.B) {
	e := bench(b)
	e.tell(b, "textDocument/didOpen", `{"textDocument":{"uri":"file:///a.kql","languageId":"kql","version":1,"text":`+quote(longScript(2000))+`}}`)
	for b.Loop() {
		e.call(b, "textDocument/hover", `{"textDocument":{"uri":"file:///a.kql"},"position":{"line":1001,"character":9}}`)
	}
}

func BenchmarkDidChange(b *testing.B) {
	e := bench(b)
	e.tell(b, "textDocument/didOpen", `{"textDocument":{"uri":"file:///a.kql","languageId":"kql","version":1,"text":`+quote(longScript(100))+`}}`)
	version := 1
	for b.Loop() {
		version++
		e.tell(b, "textDocument/didChange", fmt.Sprintf(`{"textDocument":{"uri":"file:///a.kql","version":%d},"contentChanges":[{"range":{"start":{"line":1,"character":3},"end":{"line":1,"character":4}},"text":"x"}]}`, version))
	}
}

// BenchmarkKey is a key press: a change, then completion and findings of the new text.
func BenchmarkKey(b *testing.B) {
	for _, lines := range []int{32, 544} {
		b.Run(fmt.Sprint(lines), func(b *testing.B) {
			e := bench(b)
			e.tell(b, "textDocument/didOpen", `{"textDocument":{"uri":"file:///a.kql","languageId":"kql","version":1,"text":`+quote(longScript(lines))+`}}`)
			version := 1
			for b.Loop() {
				version++
				e.tell(b, "textDocument/didChange", fmt.Sprintf(`{"textDocument":{"uri":"file:///a.kql","version":%d},"contentChanges":[{"range":{"start":{"line":1,"character":9},"end":{"line":1,"character":9}},"text":"S"}]}`, version))
				e.call(b, "textDocument/completion", `{"textDocument":{"uri":"file:///a.kql"},"position":{"line":1,"character":10}}`)
			}
		})
	}
}

// BenchmarkKeyInWorkspace is a key press in a body of a function, in a workspace of 500 files that create functions and tables, with two
// other documents open.
func BenchmarkKeyInWorkspace(b *testing.B) {
	dir := b.TempDir()
	for i := range 500 {
		src := fmt.Sprintf(".create-or-alter function F%d(n:long) {\n    StormEvents\n    | where State == 'TEXAS'\n    | take n\n}\n\n.create table T%d (a:long, b:string)\n", i, i)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%d.kql", i)), []byte(src), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	e := benchIn(b, quote(string(uri.File(dir))))
	name := func(i int) string { return string(uri.File(filepath.Join(dir, fmt.Sprintf("f%d.kql", i)))) }
	for i := range 2 {
		e.tell(b, "textDocument/didOpen", `{"textDocument":{"uri":"`+name(i+1)+`","languageId":"kql","version":1,"text":`+quote(longScript(100)+"F0(3) | count")+`}}`)
	}
	e.tell(b, "textDocument/didOpen", `{"textDocument":{"uri":"`+name(0)+`","languageId":"kql","version":1,"text":".create function F0(n:long) {\n    StormEvents\n    | where S\n}\n"}}`)
	e.call(b, "kusto/query/list", "null")
	done := make(chan struct{})
	ix := e.server.index
	ix.mu.Lock()
	ix.waiting = append(ix.waiting, done)
	ix.mu.Unlock()
	ix.nudge()
	<-done
	version := 1
	for b.Loop() {
		version++
		e.tell(b, "textDocument/didChange", fmt.Sprintf(`{"textDocument":{"uri":"%s","version":%d},"contentChanges":[{"range":{"start":{"line":2,"character":13},"end":{"line":2,"character":13}},"text":"S"}]}`, name(0), version))
		e.call(b, "textDocument/completion", fmt.Sprintf(`{"textDocument":{"uri":"%s"},"position":{"line":2,"character":14}}`, name(0)))
	}
}
