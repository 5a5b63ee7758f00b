package account_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"calypso/server"
)

// peer is an editor at the other end of a server: it answers what it is asked and keeps what it is told.
type peer struct {
	t       *testing.T
	in      io.WriteCloser
	answers map[string]func(params json.RawMessage) any // requests of the server's; nil params are refused

	mu      sync.Mutex // guards below, and in
	next    int
	waiting map[string]chan answer
	told    []note
	asked   []string // methods that the server asked
	news    *sync.Cond
}

type answer struct {
	Result json.RawMessage
	Error  *rpcError
}

type rpcError struct {
	Code    int
	Message string
	Data    struct {
		Kind, Hint, Code, Detail string
		Shown                    bool
		Actions                  []string
	}
}

type note struct {
	method string
	params json.RawMessage
}

const patience = time.Minute

// connect starts a server on pipes and greets it.
func connect(t *testing.T, o server.Options, experimental string, answers map[string]func(json.RawMessage) any) *peer {
	t.Helper()
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	p := &peer{t: t, in: inW, answers: answers, waiting: map[string]chan answer{}}
	p.news = sync.NewCond(&p.mu)
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.New(o).Serve(context.Background(), inR, outW)
	}()
	go p.read(outR)
	t.Cleanup(func() {
		_ = inW.Close()
		select {
		case <-done:
		case <-time.After(patience):
			t.Error("the server doesn't end")
		}
		_ = outR.Close()
	})
	p.call("initialize", json.RawMessage(`{"processId":null,"rootUri":null,"capabilities":{"window":{"showDocument":{"support":true}},"experimental":`+experimental+`}}`), nil)
	p.write(map[string]any{"method": "initialized", "params": struct{}{}})
	return p
}

func (p *peer) write(m map[string]any) {
	m["jsonrpc"] = "2.0"
	body, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = fmt.Fprintf(p.in, "Content-Length: %d\r\n\r\n%s", len(body), body)
}

func (p *peer) read(r io.Reader) {
	in := bufio.NewReader(r)
	for {
		header, err := textproto.NewReader(in).ReadMIMEHeader()
		if err != nil {
			return
		}
		length, _ := strconv.Atoi(header.Get("Content-Length"))
		body := make([]byte, length)
		if _, err := io.ReadFull(in, body); err != nil {
			return
		}
		var m struct {
			ID     json.RawMessage
			Method string
			Params json.RawMessage
			answer
		}
		if err := json.Unmarshal(body, &m); err != nil {
			panic(err)
		}
		p.take(m.ID, m.Method, m.Params, m.answer)
	}
}

func (p *peer) take(id json.RawMessage, method string, params json.RawMessage, a answer) {
	p.mu.Lock()
	switch {
	case method == "":
		p.waiting[string(id)] <- a
		p.mu.Unlock()
		return
	case id == nil:
		p.told = append(p.told, note{method, params})
	default:
		p.asked = append(p.asked, method)
	}
	p.news.Broadcast()
	reply := p.answers[method]
	p.mu.Unlock()
	if id == nil {
		return
	}
	go func() {
		var result any
		if reply != nil {
			result = reply(params)
		}
		if result == nil {
			p.write(map[string]any{"id": id, "error": map[string]any{"code": -32601, "message": "not answered: SECRET-IN-ERROR"}})
			return
		}
		p.write(map[string]any{"id": id, "result": result})
	}()
}

// begin sends a request; what it gives waits for the answer.
func (p *peer) begin(method string, params any) func() answer {
	p.t.Helper()
	p.mu.Lock()
	p.next++
	id := strconv.Itoa(p.next)
	came := make(chan answer, 1)
	p.waiting[id] = came
	p.mu.Unlock()
	p.write(map[string]any{"id": json.RawMessage(id), "method": method, "params": params})
	return func() answer {
		p.t.Helper()
		select {
		case a := <-came:
			return a
		case <-time.After(patience):
			p.t.Fatalf("no answer to %s", method)
		}
		return answer{}
	}
}

// call wants a result.
func (p *peer) call(method string, params, result any) {
	p.t.Helper()
	a := p.begin(method, params)()
	if a.Error != nil {
		p.t.Fatalf("%s: %d %s %+v", method, a.Error.Code, a.Error.Message, a.Error.Data)
	}
	if result != nil {
		if err := json.Unmarshal(a.Result, result); err != nil {
			p.t.Fatal(err)
		}
	}
}

// fails wants an error.
func (p *peer) fails(method string, params any) *rpcError {
	p.t.Helper()
	a := p.begin(method, params)()
	if a.Error == nil {
		p.t.Fatalf("%s: no error but %s", method, a.Result)
	}
	return a.Error
}

// until waits for a notification that fits.
func (p *peer) until(method, fits string) json.RawMessage {
	p.t.Helper()
	late := time.AfterFunc(patience, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.told = append(p.told, note{"late", nil})
		p.news.Broadcast()
	})
	defer late.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	for seen := 0; ; seen++ {
		for seen >= len(p.told) {
			p.news.Wait()
		}
		switch n := p.told[seen]; {
		case n.method == "late":
			p.t.Fatalf("no %s with %s", method, fits)
		case n.method == method && strings.Contains(string(n.params), fits):
			return n.params
		}
	}
}

func (p *peer) wasAsked(prefix string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []string
	for _, m := range p.asked {
		if strings.HasPrefix(m, prefix) {
			all = append(all, m)
		}
	}
	return all
}

// lockedWriter is a log that may be read while it is written.
type lockedWriter struct {
	mu sync.Mutex // guards b
	b  strings.Builder
}

func (w *lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

func (w *lockedWriter) Sync() error { return nil }

func (w *lockedWriter) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}
