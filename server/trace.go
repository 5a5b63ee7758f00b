package server

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
)

// tracer writes a line for each message: when, which way, method, id, size, and what of the params says nothing about anybody's
// data. It may be nil: then it does nothing.
type tracer struct {
	mu      sync.Mutex // guards what follows
	out     io.Writer
	methods map[string]string // by direction and id: the method of a request that waits for its answer
}

func newTracer(out io.Writer) *tracer {
	if out == nil {
		return nil
	}
	return &tracer{out: out, methods: map[string]string{}}
}

// shown are the members of params and results that stand in a trace. A list of what may be shown can't leak what it forgot.
var shown = map[string]bool{
	"line": true, "character": true, "version": true, "start": true, "end": true, "count": true, "rows": true, "bytes": true,
	"ms": true, "ok": true, "kind": true, "code": true, "status": true, "by": true, "view": true, "result": true, "query": true,
	"connection": true, "isIncomplete": true, "textDocument": true, "position": true, "range": true, "stats": true, "token": true,
	"data": true, "error": true, "from": true, "state": true, "positionEncoding": true, "id": true,
}

// plainIDs are members whose text is an id, a kind or a code of ours; any other text is left out.
var plainIDs = map[string]bool{
	"kind": true, "code": true, "status": true, "by": true, "view": true, "result": true, "query": true, "connection": true,
	"from": true, "state": true, "positionEncoding": true, "id": true, "token": true,
}

func (t *tracer) received(body []byte) { t.line("<-", body) }

func (t *tracer) sent(body []byte) { t.line("->", body) }

func (t *tracer) line(way string, body []byte) {
	if t == nil {
		return
	}
	var m struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
		Params json.RawMessage `json:"params"`
		Result json.RawMessage `json:"result"`
		Error  json.RawMessage `json:"error"`
	}
	_ = json.Unmarshal(body, &m) // a batch or a broken message has none of these, and its line says so
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	b.WriteString(time.Now().UTC().Format("15:04:05.000 ") + way + " ")
	method := m.Method
	switch {
	case method != "" && m.ID != nil:
		t.methods[way+string(m.ID)] = method
		b.WriteString("request ")
	case method != "":
		b.WriteString("notification ")
	default:
		asked := map[string]string{"->": "<-", "<-": "->"}[way] + string(m.ID)
		method = t.methods[asked]
		delete(t.methods, asked)
		b.WriteString("answer ")
	}
	b.WriteString(oneWord(method) + " " + string(m.ID) + " " + strconv.Itoa(len(body)) + " bytes")
	// What is typed to find a symbol is called query, as the ids of queries are.
	secret := method == "workspace/symbol" || strings.HasPrefix(method, "auth/") || strings.HasPrefix(method, "agent/") || strings.HasPrefix(method, "ui/")
	for _, part := range []json.RawMessage{m.Params, m.Result, m.Error} {
		if len(part) > 0 && len(part) < 64<<10 && !secret {
			b.WriteString(" " + summary(part))
		}
	}
	_, _ = io.WriteString(t.out, b.String()+"\n") // a trace that can't be written must not stop the server
}

// oneWord is a method's name as it can stand in a line: a client may send any.
func oneWord(method string) string {
	if len(method) > 100 || strings.ContainsFunc(method, func(r rune) bool { return r <= ' ' || !unicode.IsPrint(r) }) {
		return strconv.Quote(method[:min(len(method), 100)])
	}
	return method
}

// summary gives the shown members of a value as JSON.
func summary(raw []byte) string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return ""
	}
	out, err := json.Marshal(pruned(v, ""))
	if err != nil {
		return ""
	}
	return string(out)
}

func pruned(v any, name string) any {
	switch v := v.(type) {
	case map[string]any:
		kept := map[string]any{}
		for k, x := range v {
			if shown[k] {
				kept[k] = pruned(x, k)
			}
		}
		return kept
	case []any:
		return len(v) // how many; never what
	case string:
		if plainIDs[name] {
			return v
		}
		return "…"
	}
	return v
}
