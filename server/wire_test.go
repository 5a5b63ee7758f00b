package server

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"calypso/server/session"

	lsp "go.lsp.dev/protocol"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// patience is how long a test waits for what must come.
const patience = time.Minute

// TestMain makes the test binary a language server when it is told so: lspcheck and the tests of exit codes start it.
func TestMain(m *testing.M) {
	if os.Getenv("CALYPSO_TEST_SERVER") == "" {
		os.Exit(m.Run())
	}
	config := zap.NewProductionConfig()
	config.Sampling = nil
	log, err := config.Build()
	if err != nil {
		panic(err)
	}
	o := Options{Backend: newFake(), Log: log, Version: "test"}
	os.Exit(New(o).Serve(context.Background(), os.Stdin, os.Stdout))
}

// message is anything on the wire.
type message struct {
	ID     *json.RawMessage `json:"id,omitempty"`
	Method string           `json:"method,omitempty"`
	Params json.RawMessage  `json:"params,omitempty"`
	Result json.RawMessage  `json:"result,omitempty"`
	Error  *struct {
		Code    int             `json:"code"`
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data,omitempty"`
	} `json:"error,omitempty"`

	at int // which message of the server's it is
}

// peer is the client's end of a server under test.
type peer struct {
	t       *testing.T
	backend *fakeBackend
	server  *Server
	log     *syncBuffer
	in      io.WriteCloser // to the server
	code    chan int

	mu      sync.Mutex // guards what follows
	arrived *sync.Cond
	inbox   []message
	raw     []string // every body
	next    int
	closed  bool
}

// syncBuffer is a log that may be read while it is written.
type syncBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// dial starts a server on pipes.
func dial(t *testing.T, o Options) *peer {
	t.Helper()
	fake := newFake()
	if o.Backend == nil {
		o.Backend = fake
	}
	log := &syncBuffer{}
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(log), zap.DebugLevel)
	o.Log, o.Version = zap.New(core), "test"
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	p := &peer{t: t, backend: fake, log: log, in: inW, code: make(chan int, 1)}
	p.arrived = sync.NewCond(&p.mu)
	p.server = New(o)
	go func() { p.code <- p.server.Serve(context.Background(), inR, outW) }()
	go p.read(outR)
	t.Cleanup(func() {
		_ = inW.Close()
		p.exited()
		_ = outR.Close()
		if t.Failed() && testing.Verbose() {
			t.Log(log.String())
		}
	})
	return p
}

func (p *peer) read(r io.Reader) {
	in := bufio.NewReader(r)
	for {
		body, err := readFrame(in)
		p.mu.Lock()
		if err != nil {
			p.closed = true
			p.arrived.Broadcast()
			p.mu.Unlock()
			return
		}
		var m message
		if body[0] == '[' || json.Unmarshal(body, &m) == nil {
			m.at = len(p.raw)
			p.inbox = append(p.inbox, m)
			p.raw = append(p.raw, string(body))
		}
		p.arrived.Broadcast()
		p.mu.Unlock()
	}
}

func readFrame(in *bufio.Reader) ([]byte, error) {
	length := 0
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		if line = strings.TrimSpace(line); line == "" {
			break
		}
		if n, ok := strings.CutPrefix(line, "Content-Length: "); ok {
			length, _ = strconv.Atoi(n)
		}
	}
	body := make([]byte, length)
	_, err := io.ReadFull(in, body)
	return body, err
}

// wait gives the first message that fits and takes it out of the inbox; nil when none came.
func (p *peer) wait(fits func(message) bool) *message {
	deadline := time.AfterFunc(patience, func() {
		p.mu.Lock()
		p.closed = true
		p.arrived.Broadcast()
		p.mu.Unlock()
	})
	defer deadline.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		for i, m := range p.inbox {
			if fits(m) {
				p.inbox = append(p.inbox[:i:i], p.inbox[i+1:]...)
				return &m
			}
		}
		if p.closed {
			return nil
		}
		p.arrived.Wait()
	}
}

func (p *peer) frame(body string) {
	p.t.Helper()
	if _, err := fmt.Fprintf(p.in, "Content-Length: %d\r\n\r\n%s", len(body), body); err != nil {
		p.t.Logf("write: %v", err)
	}
}

func (p *peer) notify(method string, params any) {
	p.t.Helper()
	p.frame(`{"jsonrpc":"2.0","method":` + quote(method) + `,"params":` + encode(p.t, params) + `}`)
}

// begin sends a request and gives its id.
func (p *peer) begin(method string, params any) string {
	p.t.Helper()
	p.next++
	id := strconv.Itoa(p.next)
	body := `{"jsonrpc":"2.0","id":` + id + `,"method":` + quote(method)
	if params != nil {
		body += `,"params":` + encode(p.t, params)
	}
	p.frame(body + `}`)
	return id
}

// end waits for the answer.
func (p *peer) end(id string) message {
	p.t.Helper()
	m := p.wait(func(m message) bool { return m.Method == "" && m.ID != nil && string(*m.ID) == id })
	if m == nil {
		p.t.Fatalf("no answer to request %s", id)
	}
	return *m
}

func (p *peer) call(method string, params any) message {
	p.t.Helper()
	return p.end(p.begin(method, params))
}

// ask calls and wants a result.
func (p *peer) ask(method string, params, result any) {
	p.t.Helper()
	m := p.call(method, params)
	if m.Error != nil {
		p.t.Fatalf("%s: %d %s %s", method, m.Error.Code, m.Error.Message, m.Error.Data)
	}
	if result != nil {
		if err := lsp.Unmarshal(m.Result, result); err != nil {
			p.t.Fatalf("%s: %v", method, err)
		}
	}
}

// hello initializes with these capabilities.
func (p *peer) hello(capabilities string) {
	p.t.Helper()
	p.ask("initialize", json.RawMessage(`{"processId":null,"rootUri":null,"capabilities":`+capabilities+`}`), nil)
	p.notify("initialized", struct{}{})
}

func (p *peer) open(uri, src string) {
	p.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": uri, "languageId": "kql", "version": 1, "text": src}})
}

// document gives the server's copy.
func (p *peer) document(uri string) *session.Document { return p.server.state.current().Document(uri) }

func (p *peer) exited() int {
	select {
	case code := <-p.code:
		p.code <- code
		return code
	case <-time.After(patience):
		p.t.Error("the server doesn't end")
		return -1
	}
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func encode(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const ours = `{"experimental":{"kusto":{"version":1}}}`
