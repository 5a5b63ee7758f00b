package azopenai

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"calypso/agent/model"
	"calypso/internal/fakeopenai"
)

func TestNew(t *testing.T) {
	for base, want := range map[string]string{
		"": "is no address", "ftp://x": "is no address", "http://gpt.example.com/openai/v1": "isn't encrypted", "://": "is no address",
		"http://127.example.com/openai/v1": "isn't encrypted",
	} {
		_, err := New(Options{Provider: "p", Deployment: "d", BaseURL: base})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", base, err)
		}
	}
	if _, err := New(Options{BaseURL: "https://x.openai.azure.com/openai/v1"}); err == nil {
		t.Error("no deployment is no error")
	}
}

// TestRequest: what is sent says what it must and nothing of this machine, whatever OPENAI_… variables say.
func TestRequest(t *testing.T) {
	t.Setenv("OPENAI_API_KEY", "CANARY")
	t.Setenv("OPENAI_ORG_ID", "CANARY")
	t.Setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/")
	server, err := fakeopenai.New("text")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	m, err := New(Options{Provider: "p", Deployment: "gpt", BaseURL: server.URL, APIKey: "key", Headers: map[string]string{"X-Own": "1"}, Query: map[string]string{"q": "2"}})
	if err != nil {
		t.Fatal(err)
	}
	strange := json.RawMessage(`{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}],"unknown":{"kept":[1.50,null]}}`)
	r := model.Request{Instructions: "be brief", Items: []json.RawMessage{strange}, CacheKey: "thread", Tools: []model.Tool{{Name: "t", Parameters: json.RawMessage(`{"type":"object"}`)}}}
	result, err := m.Stream(context.Background(), r, func(model.Event) {})
	if err != nil || result.Text != "There are 100." || result.Usage != (model.Usage{Input: 100, Cached: 40, Output: 20, Reasoning: 5}) {
		t.Fatalf("%+v %v", result, err)
	}
	sent := server.Requests()[0]
	if string(sent.Items[0]) != string(strange) {
		t.Errorf("the item became %s", sent.Items[0])
	}
	for name, values := range sent.Header {
		if strings.Contains(strings.Join(values, " "), "CANARY") {
			t.Errorf("%s holds a variable of the environment", name)
		}
	}
	if sent.Header.Get("X-Own") != "1" || sent.Header.Get("Api-Key") != "key" {
		t.Error(sent.Header)
	}
	for _, want := range []string{`"store":false`, `"reasoning.encrypted_content"`, `"prompt_cache_key":"thread"`, `"strict":true`} {
		if !strings.Contains(string(sent.Body), want) {
			t.Errorf("the body lacks %s", want)
		}
	}
	if faults := server.Faults(); len(faults) > 0 {
		t.Error(faults)
	}
}

// TestInterrupt: a stopped call gives the reason it was stopped for, at once.
func TestInterrupt(t *testing.T) {
	for _, scenario := range []string{"slowHeaders", "stall"} {
		server, err := fakeopenai.New(scenario)
		if err != nil {
			t.Fatal(err)
		}
		m, err := New(Options{Provider: "p", Deployment: "gpt", BaseURL: server.URL, APIKey: "key"})
		if err != nil {
			t.Fatal(err)
		}
		stopped := errors.New("stopped")
		ctx, stop := context.WithCancelCause(context.Background())
		time.AfterFunc(50*time.Millisecond, func() { stop(stopped) })
		if _, err := m.Stream(ctx, model.Request{}, func(model.Event) {}); !errors.Is(err, stopped) {
			t.Errorf("%s: %v", scenario, err)
		}
		server.Close()
	}
}

// TestUnreachable: nothing that answers is told as such.
func TestUnreachable(t *testing.T) {
	m, err := New(Options{Provider: "p", Deployment: "gpt", BaseURL: "http://127.0.0.1:1/openai/v1", APIKey: "key"})
	if err != nil {
		t.Fatal(err)
	}
	var e *model.Error
	if _, err := m.Stream(context.Background(), model.Request{}, func(model.Event) {}); !errors.As(err, &e) || e.Kind != model.Network {
		t.Errorf("%v", err)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range []struct {
		header, value, message string
		want                   time.Duration
	}{
		{"Retry-After", "3", "", 3 * time.Second},
		{"Retry-After-Ms", "250", "", 250 * time.Millisecond},
		{"Retry-After", now.Add(time.Minute).Format(http.TimeFormat), "", time.Minute},
		{"Retry-After", now.Add(-time.Minute).Format(http.TimeFormat), "", 0},
		{"X", "", "Please try again in 2.5s.", 2500 * time.Millisecond},
		{"X", "", "retry after 6 seconds", 6 * time.Second},
		{"Retry-After", "soon", "later", 0},
	} {
		if got := retryAfter(http.Header{c.header: []string{c.value}}, c.message, now); got != c.want {
			t.Errorf("%s %q %q: %s, want %s", c.header, c.value, c.message, got, c.want)
		}
	}
}

// FuzzEvent: whatever a stream holds, its reading ends in events and a result or in an error that isn't one of ours to repeat.
func FuzzEvent(f *testing.F) {
	f.Add(`{"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","call_id":"c","name":"n","arguments":"{}"}}`)
	f.Add(`{"type":"response.completed","response":{"id":"r","status":"completed","usage":{"input_tokens":1}}}`)
	f.Add(`{"type":"error","code":429,"message":"x","error":{"code":null}}`)
	f.Fuzz(func(t *testing.T, raw string) {
		a := &answer{on: func(model.Event) {}}
		if err := a.event([]byte(raw)); err != nil {
			var e *model.Error
			if !errors.As(err, &e) || e.Kind == "" {
				t.Fatalf("%v", err)
			}
		}
		_ = a.result()
	})
}

// FuzzStream: whatever comes as a stream, its reading ends, and each byte of data is handed on at most once.
func FuzzStream(f *testing.F) {
	f.Add("event: x\ndata: {\"a\":1}\n\n: comment\n\ndata: two\ndata: lines\r\n\r\ndata: last")
	f.Fuzz(func(t *testing.T, raw string) {
		n := 0
		if err := events(strings.NewReader(raw), func() {}, func(data []byte) (bool, error) { n += len(data); return true, nil }); err != nil {
			t.Fatal(err)
		}
		if n > len(raw) {
			t.Fatalf("%d bytes of data in %d", n, len(raw))
		}
	})
}

// endless gives the same text again and again.
type endless struct {
	text string
	at   int
}

func (e *endless) Read(p []byte) (n int, err error) {
	for n < len(p) {
		c := copy(p[n:], e.text[e.at:])
		n, e.at = n+c, (e.at+c)%len(e.text)
	}
	return n, nil
}

// TestEndlessStream: an endpoint that never comes to an end, of an event or of its answer, is given up before memory is.
func TestEndlessStream(t *testing.T) {
	if err := events(&endless{text: "data: " + strings.Repeat("x", 60<<10) + "\n"}, func() {}, func([]byte) (bool, error) { return true, nil }); !errors.Is(err, errLine) {
		t.Errorf("an event without an end: %v", err)
	}
	a := &answer{on: func(model.Event) {}}
	item := `data: {"type":"response.output_item.done","item":{"type":"message","content":[{"text":"` + strings.Repeat("x", 1<<20) + "\"}]}}\n\n"
	err := events(&endless{text: item}, func() {}, func(data []byte) (bool, error) { return true, a.event(data) })
	var m *model.Error
	if !errors.As(err, &m) || m.Kind != model.BadRequest {
		t.Errorf("an answer without an end: %v", err)
	}
}

// TestStream: events over several lines, with either line end, and a last one without its blank line.
func TestStream(t *testing.T) {
	var got []string
	err := events(strings.NewReader("data: a\ndata: b\n\ndata:c\r\n\r\n: beat\n\nevent: x\ndata: d"), func() {}, func(data []byte) (bool, error) {
		got = append(got, string(data))
		return true, nil
	})
	if err != nil || strings.Join(got, "|") != "a\nb|c|d" {
		t.Errorf("%q %v", got, err)
	}
}
