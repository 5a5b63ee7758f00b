package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"go.uber.org/zap"
)

func framed(body string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body) }

// FuzzReadFrame: whatever comes in, reading ends, and a message that is handed on is read the same when it is framed anew.
func FuzzReadFrame(f *testing.F) {
	call := `{"jsonrpc":"2.0","id":1,"method":"x/y"}`
	for _, in := range []string{
		framed(call) + framed(call), "content-length:5\r\n\r\n{}", "Content-Length: -1\r\n\r\n", "Content-Length: 99999999999\r\n\r\n{}",
		framed("[]") + framed("["+call+"]"), framed(`{"a":1}`) + framed(call), "nonsense\r\n\r\n", "Content-Length: 3\nX\n\n{}", strings.Repeat("x", 20<<10),
	} {
		f.Add([]byte(in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if bytes.Contains(in, []byte("0000000")) {
			return // megabytes to be read that aren't there
		}
		open := func(in []byte) *stream {
			return newStream(bytes.NewReader(in), io.Discard, func() error { return nil }, nil, zap.NewNop())
		}
		for s, left := open(in), len(in); ; left-- {
			body, n, err := s.ReadFrame(context.Background())
			if err != nil {
				return
			}
			if left < 0 || n != int64(len(body)) {
				t.Fatalf("%d bytes are told as %d", len(body), n)
			}
			again, _, err := open([]byte(framed(string(body)))).ReadFrame(context.Background())
			if err != nil || !bytes.Equal(again, body) {
				t.Fatalf("%q is read as %q: %v", body, again, err)
			}
		}
	})
}

// FuzzTrace: any message is one line in a trace, and no text of it stands there but ids and kinds.
func FuzzTrace(f *testing.F) {
	for _, body := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"kusto/query/run","params":{"text":"canary","connection":"help"}}`, `{"method":"a\nb"}`, `[{}]`, `{"id":"x","result":{"rows":["canary"]}}`, "{", `{"error":{"message":"canary","data":{"kind":"query"}}}`,
	} {
		f.Add([]byte(body), "text")
	}
	f.Fuzz(func(t *testing.T, body []byte, member string) {
		var out bytes.Buffer
		trace := newTracer(&out)
		trace.received(body)
		trace.sent(body)
		if got := strings.Count(out.String(), "\n"); got != 2 {
			t.Errorf("two messages are %d lines: %q", got, out.String())
		}
		if plainIDs[member] {
			return
		}
		out.Reset()
		trace.received(fmt.Appendf(nil, `{"method":"x","params":{"data":{%q:["canary",{%q:"canary"}]},%q:"canary"}}`, "rows", member, member))
		if strings.Contains(out.String(), "canary") {
			t.Errorf("%q is shown: %s", member, out.String())
		}
	})
}
