package tool

import (
	"context"
	"encoding/json"
	"errors"

	"calypso/kusto"
)

// Kind says what went wrong with a call.
type Kind string

// The kinds.
const (
	UnknownTool  Kind = "unknownTool"
	BadArguments Kind = "badArguments"
	TooLarge     Kind = "tooLarge"
	Denied       Kind = "guard"       // the guard denies it; nobody can approve it
	Wrong        Kind = "diagnostics" // the query has errors
	UnknownTable Kind = "unknownTable"
	Declined     Kind = "declined" // a person said no
	TimedOut     Kind = "timeout"
	Kusto        Kind = "kusto" // the cluster refused or failed
	LimitReached Kind = "limit"
	Expired      Kind = "expired" // a result that isn't kept any more
	Refused      Kind = "refused" // the editor didn't do it
	Interrupted  Kind = "interrupted"
)

// Failure is why a call gave nothing. The model reads it as JSON, people read the message.
type Failure struct {
	Kind    Kind   `json:"kind"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	// Diagnostics are the query's errors, at most 20.
	Diagnostics []Diagnostic `json:"diagnostics,omitempty"`
	// Findings are the guard's.
	Findings []Finding `json:"findings,omitempty"`
	// Tables are the columns of the tables that the query names, so that a wrong name can be repaired.
	Tables []TableColumns `json:"tables,omitempty"`
	// SameTextRuns tells the model that the same text, sent again, runs unchecked.
	SameTextRuns bool `json:"sameTextRunsUnchecked,omitempty"`
	// ClientRequestID names the query in the cluster's log.
	ClientRequestID string `json:"clientRequestId,omitempty"`
	Code            string `json:"code,omitempty"` // the cluster's own
}

// Error gives the message with its next step.
func (f *Failure) Error() string {
	if f.Hint == "" {
		return f.Message
	}
	return f.Message + "; " + f.Hint
}

// Refuse makes the outcome of a call that somebody stopped: declined, interrupted, over a limit.
func Refuse(f *Failure) Outcome { return failed(f) }

func failed(f *Failure) Outcome {
	return Outcome{Output: marshal(map[string]any{"error": f}), Failure: f}
}

// kustoFailure makes a Failure of what a cluster or the engine said.
func kustoFailure(ctx context.Context, id string, err error) *Failure {
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return &Failure{Kind: TimedOut, Message: "the query took too long and was stopped", Hint: "read less: filter on time, fewer columns, summarize", ClientRequestID: id}
	}
	if ctx.Err() != nil {
		return &Failure{Kind: Interrupted, Message: "the query was stopped", ClientRequestID: id}
	}
	f := &Failure{Kind: Kusto, Message: err.Error(), ClientRequestID: id}
	var k *kusto.Failure
	if !errors.As(err, &k) {
		return f
	}
	f.Message, f.Hint, f.Code = k.Message, k.Hint, k.Code
	switch k.Kind {
	case kusto.Timeout:
		f.Kind = TimedOut
	case kusto.Cancelled:
		f.Kind = Interrupted
	case kusto.Limit:
		f.Kind = LimitReached
	}
	return f
}

// marshal writes what can't fail: our own structs and texts.
func marshal(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return `{"error":{"kind":"internal","message":"the result can't be written"}}`
	}
	return string(b)
}
