// Package script is a model that answers from a text, for tests of the loop and of its screens. It never stands in for a real
// model: nothing but tests makes one.
//
// A script has a section for each call, in order; its lines are
//
//	expect: TEXT          the items that are new since the last call must hold TEXT, else the call fails
//	reasoning: TEXT       a reasoning item with this summary
//	text: TEXT            a message, streamed word by word; \n stands for a line end
//	call: NAME JSON       a call of a tool
//	error: KIND [retryAfter=2s]   the call fails, after what the lines above it streamed
//	wait                  until the context ends or Go is called
//	stop: cut|filtered    how the answer ends
//	usage: IN OUT         tokens
package script

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"calypso/agent/model"
)

// Model answers from its sections. It is safe for many goroutines, though calls are meant to come one by one.
type Model struct {
	// Prices of its tokens; nil for none. Set before it is used.
	Prices *model.Prices

	mu       sync.Mutex
	sections []string
	next     int
	seen     map[string]bool // items of earlier requests
	requests []model.Request
	gate     chan struct{}
}

// New makes a model that answers the first call from the first section.
func New(sections ...string) *Model {
	return &Model{sections: sections, seen: map[string]bool{}, gate: make(chan struct{}, 1024)}
}

// Info names the script.
func (m *Model) Info() model.Info {
	return model.Info{Provider: "script", Deployment: "script", Host: "localhost", Auth: "none", Window: 100_000, Prices: m.Prices}
}

// Requests gives what was asked so far.
func (m *Model) Requests() []model.Request {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.requests)
}

// Left gives how many sections no call has used.
func (m *Model) Left() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.sections) - m.next
}

// Go lets one wait line pass.
func (m *Model) Go() { m.gate <- struct{}{} }

// Stream answers from the next section.
func (m *Model) Stream(ctx context.Context, r model.Request, on func(model.Event)) (model.Result, error) {
	section, fresh, err := m.take(r)
	if err != nil {
		return model.Result{}, err
	}
	a := &answer{model: m, ctx: ctx, on: on, fresh: fresh}
	on(model.Event{Kind: model.Headers})
	for line := range strings.Lines(section) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := context.Cause(ctx); err != nil {
			return model.Result{}, err
		}
		if err := a.line(line); err != nil {
			return model.Result{}, err
		}
	}
	return a.result, nil
}

// take notes a request and gives its section and the items that came with it.
func (m *Model) take(r model.Request) (section, fresh string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests = append(m.requests, r)
	for _, item := range r.Items {
		if !m.seen[string(item)] {
			m.seen[string(item)] = true
			fresh += string(item) + "\n"
		}
	}
	if m.next >= len(m.sections) {
		return "", "", &model.Error{Kind: model.Internal, Message: fmt.Sprintf("the script has %d calls and this is one more", len(m.sections))}
	}
	m.next++
	return m.sections[m.next-1], fresh, nil
}

// answer is one call's answer on its way.
type answer struct {
	model  *Model
	ctx    context.Context
	on     func(model.Event)
	fresh  string
	result model.Result
	items  int
}

func (a *answer) line(line string) error {
	if line == "wait" {
		select {
		case <-a.ctx.Done():
			return context.Cause(a.ctx)
		case <-a.model.gate:
			return nil
		}
	}
	verb, rest, _ := strings.Cut(line, ":")
	rest = strings.ReplaceAll(strings.TrimSpace(rest), `\n`, "\n")
	switch verb {
	case "expect":
		if !strings.Contains(a.fresh, rest) {
			return &model.Error{Kind: model.Internal, Message: fmt.Sprintf("the script expects %q in the new items, which are:\n%s", rest, a.fresh)}
		}
	case "reasoning":
		a.stream(model.SummaryDelta, rest)
		a.item(map[string]any{
			"type": "reasoning", "id": a.id("rs"), "encrypted_content": "c2NyaXB0",
			"summary": []any{map[string]any{"type": "summary_text", "text": rest}},
		})
	case "text":
		a.stream(model.TextDelta, rest)
		a.result.Text += rest
		a.item(map[string]any{
			"type": "message", "role": "assistant", "id": a.id("msg"), "status": "completed",
			"content": []any{map[string]any{"type": "output_text", "text": rest, "annotations": []any{}}},
		})
	case "call":
		name, arguments, _ := strings.Cut(rest, " ")
		call := model.Call{ID: a.id("call"), Name: name, Arguments: arguments}
		a.result.Calls = append(a.result.Calls, call)
		a.item(map[string]any{"type": "function_call", "id": a.id("fc"), "call_id": call.ID, "name": name, "arguments": arguments})
	case "error":
		return failure(rest)
	case "stop":
		a.result.Stop = map[string]model.Stop{"cut": model.Cut, "filtered": model.Filtered}[rest]
	case "usage":
		_, err := fmt.Sscan(rest, &a.result.Usage.Input, &a.result.Usage.Output)
		return err
	default:
		return &model.Error{Kind: model.Internal, Message: fmt.Sprintf("the script can't be read at %q", line)}
	}
	return nil
}

// id makes an id that no other call of the script has.
func (a *answer) id(prefix string) string {
	a.model.mu.Lock()
	defer a.model.mu.Unlock()
	return prefix + "_" + strconv.Itoa(a.model.next) + "_" + strconv.Itoa(a.items)
}

// stream sends a text in pieces, as endpoints do.
func (a *answer) stream(kind model.EventKind, s string) {
	for _, piece := range strings.SplitAfter(s, " ") {
		a.on(model.Event{Kind: kind, Item: strconv.Itoa(a.items), Text: piece})
	}
}

func (a *answer) item(fields map[string]any) {
	raw, err := json.Marshal(fields)
	if err != nil {
		panic(fmt.Sprintf("an item of a script can't be written: %v", err))
	}
	a.result.Items = append(a.result.Items, raw)
	a.on(model.Event{Kind: model.ItemDone, Item: strconv.Itoa(a.items), Raw: raw})
	a.items++
}

// failure reads an error line: KIND [retryAfter=2s].
func failure(rest string) error {
	words := strings.Fields(rest)
	if len(words) == 0 {
		return &model.Error{Kind: model.Internal, Message: "the script's error has no kind"}
	}
	e := &model.Error{Kind: model.Kind(words[0]), Message: "the script says " + words[0]}
	for _, word := range words[1:] {
		if after, ok := strings.CutPrefix(word, "retryAfter="); ok {
			e.RetryAfter, _ = time.ParseDuration(after)
		}
	}
	return e
}
