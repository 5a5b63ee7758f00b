// Package model says what the agent wants of a language model: stream one answer to a list of items. It knows neither tools nor
// Kusto nor the network.
//
// An implementation (azopenai, script) turns a Request into one call and its stream into Events and a Result. It doesn't retry:
// the loop does, and tells the person each time. Start at Model.
package model

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Model is one language model behind one endpoint. It is safe for many goroutines.
type Model interface {
	// Stream makes one call. on gets the events in order, from one goroutine, before Stream returns; it must not block for long. The
	// error is an *Error, or the context's cause.
	Stream(ctx context.Context, r Request, on func(Event)) (Result, error)
	// Info tells where requests go; it contacts nothing and holds no secret.
	Info() Info
}

// Info names a model and how it is reached.
type Info struct {
	Provider   string `json:"provider"`   // the key of [model_providers]
	Deployment string `json:"deployment"` // on Azure the deployment's name
	Host       string `json:"host"`
	Auth       string `json:"auth"`   // how it signs in: "api key", "bearer", "command", "none"
	Window     int    `json:"window"` // tokens of context; 0 when not known
	// Prices is nil where none are set: then nothing is said of costs.
	Prices *Prices `json:"-"`
}

// Prices are those of a model, each for a million tokens.
type Prices struct {
	Input, Cached, Output float64
	Currency              string // as text, such as USD
}

// Of gives what tokens cost. Cached ones are among the input's; reasoning is output.
func (p Prices) Of(u Usage) float64 {
	return (float64(u.Input-u.Cached)*p.Input + float64(u.Cached)*p.Cached + float64(u.Output)*p.Output) / 1e6
}

// Request is one call. The model keeps nothing: all that it should know is here.
type Request struct {
	Instructions string
	// Items are the conversation as the Responses API has it, oldest first; the model's own are replayed byte for byte.
	Items []json.RawMessage
	Tools []Tool // in fixed order
	// NoTools asks for an answer without calling one, with Tools still listed.
	NoTools bool
	// Effort and Summary are sent only when set: models without reasoning refuse them.
	Effort, Summary string
	CacheKey        string // the thread's id
	MaxOutput       int    // tokens; 0 means the model's own bound
}

// Tool is what a model is told of a tool.
type Tool struct {
	Name        string
	Description string
	Parameters  json.RawMessage // JSON Schema, strict: all required, optional is nullable
}

// EventKind tells events apart.
type EventKind uint8

// The events of a stream. What they showed is void when Stream ends with an error.
const (
	TextDelta    EventKind = iota + 1 // a piece of the answer
	SummaryDelta                      // a piece of the reasoning's summary
	ItemDone                          // an item is complete
	Headers                           // the endpoint answered; the stream begins
	Dropped                           // a parameter was left out, since the endpoint refuses it; Text names it
)

// Event is one step of a stream.
type Event struct {
	Kind EventKind
	Item string          // the item's place in the answer, as an id of its own; stable within one Stream
	Text string          // of a delta; the parameter of Dropped
	Raw  json.RawMessage // of ItemDone
}

// Stop says why an answer ended.
type Stop uint8

// The reasons. Cut and Filtered answers keep their text; their calls aren't run.
const (
	Done     Stop = iota
	Cut           // the bound of output tokens
	Filtered      // the content filter, in the answer
)

// Result is a whole answer.
type Result struct {
	Items []json.RawMessage // in the order in which they began; replayed unchanged
	Calls []Call            // the tools that it wants, in order
	Text  string            // what it said, all messages joined
	Usage Usage
	Stop  Stop
	// RequestID is the endpoint's name for the request, for its support.
	RequestID string
}

// Call is one wish for a tool.
type Call struct {
	ID        string // call_id: its output names it
	Name      string
	Arguments string // JSON as the model wrote it, which may be none
}

// Add adds another call's tokens and cost.
func (u Usage) Add(v Usage) Usage {
	return Usage{u.Input + v.Input, u.Cached + v.Cached, u.Output + v.Output, u.Reasoning + v.Reasoning, u.Cost + v.Cost}
}

// Kind sorts failures by what the loop and the person do about them.
type Kind string

// The kinds of failure.
const (
	Config               Kind = "config"         // settings that can't work
	Unauthorized         Kind = "unauthorized"   // 401 that a fresh token didn't cure
	SignInRequired       Kind = "signInRequired" // nobody is signed in
	Forbidden            Kind = "forbidden"      // 403
	NotFound             Kind = "notFound"       // no such deployment or path
	APIVersion           Kind = "apiVersion"     // api-version on a v1 address
	RateLimited          Kind = "rateLimited"    // 429; RetryAfter may say when
	QuotaUsed            Kind = "quotaUsed"      // 429 that waiting doesn't cure
	Overloaded           Kind = "overloaded"     // 408, 409, 5xx
	Network              Kind = "network"        // nothing answers
	Disconnected         Kind = "disconnected"   // the stream broke off
	Idle                 Kind = "idle"           // nothing came for too long
	Context              Kind = "context"        // more tokens than the window
	ContentFilter        Kind = "contentFilter"  // refused for what it says
	UnsupportedParameter Kind = "unsupportedParameter"
	ReasoningItems       Kind = "reasoningItems"   // replayed reasoning that the endpoint doesn't take
	BadRequest           Kind = "badRequest"       // another 400
	NotModelEndpoint     Kind = "notModelEndpoint" // a web page, a redirect
	Internal             Kind = "internal"
)

// Error is every failure of a call. It holds no key, token, prompt or raw body.
type Error struct {
	Kind       Kind
	Status     int    // of HTTP; 0 when there was none
	Code       string // the endpoint's own word
	Message    string // what, on what; for a person
	Hint       string // what next
	RequestID  string
	RetryAfter time.Duration // 0 when the endpoint didn't say
	Cause      error         // for errors.Is; never shown
}

// Error gives the message with its next step.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return fmt.Sprintf("%s; %s", e.Message, e.Hint)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Again tells whether the same call may work later.
func (e *Error) Again() bool {
	switch e.Kind {
	case RateLimited, Overloaded, Network, Disconnected, Idle:
		return true
	}
	return false
}

// UserMessage makes the item of what a person said.
func UserMessage(text string) json.RawMessage {
	return marshal(map[string]any{
		"type": "message", "role": "user", "content": []any{map[string]any{"type": "input_text", "text": text}},
	})
}

// CallOutput makes the item that answers a call.
func CallOutput(callID, output string) json.RawMessage {
	return marshal(map[string]any{"type": "function_call_output", "call_id": callID, "output": output})
}

// marshal writes what can't fail: maps of texts.
func marshal(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("an item can't be written: %v", err))
	}
	return b
}
