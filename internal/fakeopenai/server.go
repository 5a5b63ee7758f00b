// Package fakeopenai is a model endpoint on loopback for tests: it speaks the Responses API as Azure OpenAI's v1 address does, and
// misbehaves as such endpoints do. It checks each request too: a client that sends what a real endpoint would refuse, or what it
// shouldn't tell, is at fault.
//
// Start at New with the names of scenarios; scenario.go has them, stream.go what they write.
package fakeopenai

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
)

// Server answers each request with the next step of its scenario; when they are used up, with the last.
type Server struct {
	// URL is the base address, as base_url in the settings: up to /openai/v1.
	URL string

	http  *httptest.Server
	steps []step
	// release ends what a scenario holds open.
	release chan struct{}

	mu       sync.Mutex
	requests []Request
	faults   []string
	given    []json.RawMessage // items that answers held
	refused  map[string]bool   // what a conversation turned away once
}

// Request is what a client sent.
type Request struct {
	Header http.Header
	Body   []byte
	Items  []json.RawMessage
}

// step answers one request.
type step func(s *Server, w *writer, r Request)

// New starts a server for scenarios by name, one after the other. Close it.
func New(names ...string) (*Server, error) {
	var steps []step
	for _, name := range names {
		more, ok := scenarios[name]
		if !ok {
			return nil, fmt.Errorf("there is no scenario %q", name)
		}
		steps = append(steps, more...)
	}
	s := &Server{steps: steps, release: make(chan struct{}), refused: map[string]bool{}}
	s.http = httptest.NewServer(http.HandlerFunc(s.serve))
	s.URL = s.http.URL + "/openai/v1"
	return s, nil
}

// Names lists the scenarios.
func Names() []string {
	var list []string
	for name := range scenarios {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// Close ends all answers.
func (s *Server) Close() {
	close(s.release)
	s.http.CloseClientConnections()
	s.http.Close()
}

// Requests gives what was sent so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Faults gives what was wrong with requests.
func (s *Server) Faults() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.faults)
}

// Handler answers at any address, for a server of one's own.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.serve) }

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 32<<20))
	if err != nil {
		return
	}
	request := Request{Header: r.Header.Clone(), Body: body}
	var sent struct {
		Input []json.RawMessage `json:"input"`
	}
	_ = json.Unmarshal(body, &sent)
	request.Items = sent.Input
	s.mu.Lock()
	n := len(s.requests)
	s.requests = append(s.requests, request)
	s.check(r, request)
	s.mu.Unlock()
	s.steps[min(n, len(s.steps)-1)](s, &writer{ResponseWriter: w, server: s, id: n}, request)
}

// fault notes what a client did wrong; the lock is held.
func (s *Server) fault(format string, args ...any) {
	s.faults = append(s.faults, fmt.Sprintf(format, args...))
}

// check holds a request against what real endpoints want; the lock is held.
func (s *Server) check(r *http.Request, q Request) {
	if r.Method != http.MethodPost || r.URL.Path != "/openai/v1/responses" {
		s.fault("%s %s", r.Method, r.URL.Path)
	}
	key, bearer := r.Header.Get("api-key") != "", r.Header.Get("Authorization") != ""
	if key == bearer {
		s.fault("api-key %v, bearer %v: one of them is wanted", key, bearer)
	}
	for name := range r.Header {
		if strings.HasPrefix(name, "X-Stainless") {
			s.fault("the header %s tells of this machine", name)
		}
	}
	var b struct {
		Model    string
		Stream   bool
		Store    *bool
		Previous string `json:"previous_response_id"`
	}
	if err := json.Unmarshal(q.Body, &b); err != nil {
		s.fault("the body is no JSON: %v", err)
	}
	if !b.Stream || b.Store == nil || *b.Store || b.Previous != "" || b.Model == "" {
		s.fault("stream %v, store %v, previous_response_id %q, model %q", b.Stream, b.Store, b.Previous, b.Model)
	}
	s.checkItems(q.Items)
}

// checkItems wants exactly one output per call, behind it, and what the model gave as it gave it.
func (s *Server) checkItems(items []json.RawMessage) {
	open := map[string]bool{}
	for _, raw := range items {
		var item struct {
			Type   string
			ID     string
			CallID string `json:"call_id"`
		}
		_ = json.Unmarshal(raw, &item)
		switch item.Type {
		case "function_call":
			open[item.CallID] = true
		case "function_call_output":
			if !open[item.CallID] {
				s.fault("an output of %s without its call, or a second one", item.CallID)
			}
			delete(open, item.CallID)
		}
		if item.ID != "" && !slices.ContainsFunc(s.given, func(g json.RawMessage) bool { return bytes.Equal(g, raw) }) {
			s.fault("the item %s isn't what the model gave: %s", item.ID, raw)
		}
	}
	for id := range open {
		s.fault("the call %s has no output", id)
	}
}
