package fakeopenai

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// writer writes one answer.
type writer struct {
	http.ResponseWriter
	server  *Server
	id      int
	started bool
	items   int
	number  int
}

// begin sends the headers of a stream and its first event.
func (w *writer) begin() {
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("x-request-id", fmt.Sprintf("req-%d", w.id))
	w.WriteHeader(http.StatusOK)
	w.started = true
	w.event("response.created", map[string]any{"response": map[string]any{"id": w.response(), "status": "in_progress"}})
}

func (w *writer) response() string { return fmt.Sprintf("resp_%d", w.id) }

// event sends one event.
func (w *writer) event(kind string, fields map[string]any) {
	fields["type"], fields["sequence_number"] = kind, w.number
	w.number++
	b, err := json.Marshal(fields)
	if err != nil {
		panic(fmt.Sprintf("an event can't be written: %v", err))
	}
	w.raw("event: " + kind + "\ndata: " + string(b) + "\n\n")
}

// raw sends bytes at once.
func (w *writer) raw(s string) {
	_, _ = w.Write([]byte(s)) // a client that left hears nothing
	if f, ok := w.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

// item sends a whole item, and remembers it: it must come back as it is.
func (w *writer) item(fields map[string]any) {
	raw, err := json.Marshal(fields)
	if err != nil {
		panic(fmt.Sprintf("an item can't be written: %v", err))
	}
	w.server.mu.Lock()
	w.server.given = append(w.server.given, raw)
	w.server.mu.Unlock()
	w.event("response.output_item.done", map[string]any{"output_index": w.items, "item": json.RawMessage(raw)})
	w.items++
}

// say streams a message in pieces.
func (w *writer) say(pieces ...string) {
	text := ""
	id := fmt.Sprintf("msg_%d_%d", w.id, w.items)
	w.event("response.output_item.added", map[string]any{"output_index": w.items, "item": map[string]any{"type": "message", "id": id}})
	for _, p := range pieces {
		w.event("response.output_text.delta", map[string]any{"item_id": id, "output_index": w.items, "content_index": 0, "delta": p})
		text += p
	}
	w.item(map[string]any{
		"type": "message", "id": id, "role": "assistant", "status": "completed",
		"content": []any{map[string]any{"type": "output_text", "text": text, "annotations": []any{}}},
	})
}

// think streams a reasoning item.
func (w *writer) think(summary string) {
	id := fmt.Sprintf("rs_%d_%d", w.id, w.items)
	w.event("response.reasoning_summary_text.delta", map[string]any{"item_id": id, "output_index": w.items, "summary_index": 0, "delta": summary})
	w.item(map[string]any{
		"type": "reasoning", "id": id, "encrypted_content": "gAAAAB" + id, "summary": []any{map[string]any{"type": "summary_text", "text": summary}},
	})
}

// call sends a function call.
func (w *writer) call(name, arguments string) {
	w.item(map[string]any{
		"type": "function_call", "id": fmt.Sprintf("fc_%d_%d", w.id, w.items), "call_id": fmt.Sprintf("call_%d_%d", w.id, w.items),
		"name": name, "arguments": arguments, "status": "completed",
	})
}

// end sends the terminal event.
func (w *writer) end() { w.endAs("response.completed", map[string]any{"status": "completed"}) }

func (w *writer) endAs(kind string, response map[string]any) {
	response["id"] = w.response()
	response["usage"] = map[string]any{
		"input_tokens": 100, "input_tokens_details": map[string]any{"cached_tokens": 40}, "output_tokens": 20,
		"output_tokens_details": map[string]any{"reasoning_tokens": 5}, "total_tokens": 120,
	}
	w.event(kind, map[string]any{"response": response})
}

// refuse answers with a status and an error object.
func (w *writer) refuse(status int, fields map[string]any, headers ...string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("apim-request-id", fmt.Sprintf("apim-%d", w.id))
	for i := 0; i+1 < len(headers); i += 2 {
		w.Header().Set(headers[i], headers[i+1])
	}
	w.WriteHeader(status)
	b, err := json.Marshal(map[string]any{"error": fields})
	if err != nil {
		panic(fmt.Sprintf("a refusal can't be written: %v", err))
	}
	_, _ = w.Write(b)
}

// page answers with HTML.
func (w *writer) page(status int) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = w.Write([]byte("<!doctype html><title>Sign in</title><p>secret-page-text"))
}

// hang keeps the answer open until the server is closed.
func (w *writer) hang() {
	select {
	case <-w.server.release:
	case <-time.After(time.Minute):
	}
}

// cut ends the connection in the middle.
func (w *writer) cut() {
	if h, ok := w.ResponseWriter.(http.Hijacker); ok {
		if c, _, err := h.Hijack(); err == nil {
			_ = c.Close()
		}
	}
}
