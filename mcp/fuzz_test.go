package mcp

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"
	"time"

	"calypso/agent/tool"
	"calypso/agent/tool/tooltest"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type sink struct{ bytes.Buffer }

func (*sink) Close() error { return nil }

// FuzzFrames sends any line behind a proper beginning, as a host could: the server ends with its input, and each line that it writes
// is JSON.
func FuzzFrames(f *testing.F) {
	for _, s := range []string{
		`{"jsonrpc":"2.0","id":2,"method":"tools/list"}`,
		`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"kusto_execute_query","arguments":{"query":"StormEvents | count"}}}`,
		`{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"kusto_sample_table","arguments":{"table_name":3,"rows":-1}}}`,
		`{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"kusto_read_result","arguments":{"result_id":"r1","start":1e99}},"x":null}`,
		`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}`, `[]`, `{}`, "{\"jsonrpc\":\"2.0\"\n", "\x00",
	} {
		f.Add([]byte(s))
	}
	const begin = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
`
	tools := tooltest.New().Tools(tool.Limits{PreviewRows: 2}, "mcp")
	f.Fuzz(func(t *testing.T, line []byte) {
		late := time.AfterFunc(20*time.Second, func() { panic("the server doesn't end") })
		defer late.Stop()
		out := new(sink)
		in := io.NopCloser(io.MultiReader(bytes.NewReader([]byte(begin)), bytes.NewReader(line), bytes.NewReader([]byte("\n"))))
		_ = New(tools, Auto, "test").Run(t.Context(), &mcp.IOTransport{Reader: in, Writer: out})
		for written := range bytes.Lines(out.Bytes()) {
			if !json.Valid(written) {
				t.Errorf("wrote %q", written)
			}
		}
	})
}
