package azopenai

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"calypso/agent/model"
)

// The bounds of one item of an answer, and of all that comes of one call.
const (
	maxItem   = 4 << 20
	maxAnswer = 64 << 20
)

// answer is what came of one call so far.
type answer struct {
	on    func(model.Event)
	items []json.RawMessage
	calls []model.Call
	text  string
	usage model.Usage
	stop  model.Stop
	id    string
	ended bool // the terminal event came
	size  int  // bytes of events
}

// event is what is read of the stream's events; what else they hold stays in Item's raw text.
type event struct {
	Type        string          `json:"type"`
	Delta       string          `json:"delta"`
	OutputIndex int             `json:"output_index"`
	Item        json.RawMessage `json:"item"`
	Response    *response       `json:"response"`
	apiError
	// Error is the other place for what an error event says.
	Error *apiError `json:"error"`
}

type response struct {
	ID                string    `json:"id"`
	Status            string    `json:"status"`
	Error             *apiError `json:"error"`
	IncompleteDetails *struct {
		Reason string `json:"reason"`
	} `json:"incomplete_details"`
	Usage *struct {
		InputTokens        int `json:"input_tokens"`
		OutputTokens       int `json:"output_tokens"`
		InputTokensDetails struct {
			CachedTokens int `json:"cached_tokens"`
		} `json:"input_tokens_details"`
		OutputTokensDetails struct {
			ReasoningTokens int `json:"reasoning_tokens"`
		} `json:"output_tokens_details"`
	} `json:"usage"`
}

// item is what is read of an item.
type item struct {
	Type      string `json:"type"`
	CallID    string `json:"call_id"`
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
	Content   []struct {
		Type    string `json:"type"`
		Text    string `json:"text"`
		Refusal string `json:"refusal"`
	} `json:"content"`
}

// event takes one event of the stream. Events that this program doesn't know are skipped.
func (a *answer) event(raw []byte) error {
	if a.size += len(raw); a.size > maxAnswer {
		return tooLong("the model's answer is too long")
	}
	var e event
	if err := json.Unmarshal(raw, &e); err != nil {
		return &model.Error{Kind: model.Disconnected, Message: "the model's answer has an event that can't be read"}
	}
	key := fmt.Sprint(e.OutputIndex)
	switch e.Type {
	case "response.created":
		a.on(model.Event{Kind: model.Headers})
	case "response.output_text.delta", "response.refusal.delta":
		a.on(model.Event{Kind: model.TextDelta, Item: key, Text: e.Delta})
	case "response.reasoning_summary_text.delta":
		a.on(model.Event{Kind: model.SummaryDelta, Item: key, Text: e.Delta})
	case "response.output_item.done":
		return a.done(key, e.Item)
	case "response.completed", "response.incomplete", "response.failed":
		return a.end(e.Type, e.Response)
	case "error":
		if e.Error != nil {
			return e.Error.failure(0)
		}
		return e.failure(0)
	}
	return nil
}

func tooLong(message string) error {
	return &model.Error{Kind: model.BadRequest, Message: message, Hint: "ask for less at once"}
}

// done takes a whole item.
func (a *answer) done(key string, raw json.RawMessage) error {
	if len(raw) > maxItem {
		return tooLong("the model's answer has an item that is too long")
	}
	var it item
	if err := json.Unmarshal(raw, &it); err != nil {
		return &model.Error{Kind: model.Disconnected, Message: "the model's answer has an item that can't be read"}
	}
	raw = bytes.Clone(raw)
	a.items = append(a.items, raw)
	switch it.Type {
	case "function_call":
		a.calls = append(a.calls, model.Call{ID: it.CallID, Name: it.Name, Arguments: it.Arguments})
	case "message":
		for _, c := range it.Content {
			a.text += c.Text + c.Refusal
		}
	}
	a.on(model.Event{Kind: model.ItemDone, Item: key, Raw: raw})
	return nil
}

// end takes the terminal event. A completed event whose response says failed counts as failed.
func (a *answer) end(kind string, r *response) error {
	if r == nil {
		return &model.Error{Kind: model.Disconnected, Message: "the model's answer ends without saying how"}
	}
	if r.Status == "failed" || kind == "response.failed" {
		if r.Error == nil {
			return &model.Error{Kind: model.Overloaded, Message: "the model failed and didn't say why", Hint: "try again"}
		}
		return r.Error.failure(0)
	}
	if r.IncompleteDetails != nil && (kind == "response.incomplete" || r.Status == "incomplete") {
		a.stop = model.Cut
		if r.IncompleteDetails.Reason == "content_filter" {
			a.stop = model.Filtered
		}
	}
	if u := r.Usage; u != nil {
		a.usage = model.Usage{Input: u.InputTokens, Cached: u.InputTokensDetails.CachedTokens, Output: u.OutputTokens, Reasoning: u.OutputTokensDetails.ReasoningTokens}
	}
	a.ended, a.id = true, r.ID
	return nil
}

func (a *answer) result() model.Result {
	return model.Result{Items: slices.Clip(a.items), Calls: a.calls, Text: a.text, Usage: a.usage, Stop: a.stop, RequestID: a.id}
}
