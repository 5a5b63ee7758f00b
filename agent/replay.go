package agent

// How a conversation is told to a model again. Deployments disagree on whether they take back their own reasoning, so there is a
// ladder, kept per thread: as received, then reasoning without its ids, then no reasoning and no ids on what follows it.

import "encoding/json"

// The rungs.
const (
	dropIDs       = 1
	dropReasoning = 2
)

// replay gives the items as the next request says them.
func replay(items []json.RawMessage, ladder int) []json.RawMessage {
	if ladder == 0 {
		return items
	}
	out := make([]json.RawMessage, 0, len(items))
	for _, raw := range items {
		reasoning := typeOf(raw) == "reasoning"
		switch {
		case reasoning && ladder >= dropReasoning:
			continue
		case reasoning, ladder >= dropReasoning:
			raw = withoutID(raw)
		}
		out = append(out, raw)
	}
	return out
}

// withoutReasoning is for another model than the one that reasoned.
func withoutReasoning(items []json.RawMessage) []json.RawMessage { return replay(items, dropReasoning) }

func typeOf(raw json.RawMessage) string {
	var item struct {
		Type string `json:"type"`
	}
	_ = json.Unmarshal(raw, &item) // an item that can't be read has no type
	return item.Type
}

func withoutID(raw json.RawMessage) json.RawMessage {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || fields["id"] == nil {
		return raw
	}
	delete(fields, "id")
	out, err := json.Marshal(fields)
	if err != nil {
		return raw
	}
	return out
}

// developerMessage makes an item that speaks for Calypso rather than for the person.
func developerMessage(text string) json.RawMessage {
	b, err := json.Marshal(map[string]any{
		"type": "message", "role": "developer", "content": []any{map[string]any{"type": "input_text", "text": text}},
	})
	if err != nil {
		return nil
	}
	return b
}

// answered gives each call without an output one: a process that ended in between left it so.
func answered(items []json.RawMessage) []json.RawMessage {
	var open []string
	for _, raw := range items {
		var item struct {
			Type   string `json:"type"`
			CallID string `json:"call_id"`
		}
		if json.Unmarshal(raw, &item) != nil {
			continue
		}
		switch item.Type {
		case "function_call":
			open = append(open, item.CallID)
		case "function_call_output":
			for i, id := range open {
				if id == item.CallID {
					open = append(open[:i], open[i+1:]...)
					break
				}
			}
		}
	}
	for _, id := range open {
		items = append(items, interruptedOutput(id))
	}
	return items
}
