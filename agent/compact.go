package agent

// Making room: a conversation that nears the model's window is replaced by a summary that the model writes, the last things the
// person said, and facts word for word.

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"calypso/agent/model"
	"calypso/agent/prompt"
	"calypso/agent/tool"
)

// saidTokens bounds the person's own words that a compacted history keeps.
const saidTokens = 20_000

// estimate guesses the tokens of items: four bytes each.
func estimate(items []json.RawMessage) int {
	bytes := 0
	for _, raw := range items {
		bytes += len(raw)
	}
	return bytes / 4
}

func (u *turn) window() int {
	if w := u.model.Info().Window; w > 0 {
		return w
	}
	return u.limits.Window
}

// makeRoom summarises the thread when it grew too long.
func (u *turn) makeRoom() error {
	if u.packed || estimate(u.history()) <= u.limits.compactAt(u.window()) {
		return nil
	}
	return u.pack("the conversation grew long")
}

// pack replaces the history. It is done once a turn at most: what is too long right after a summary stays so.
func (u *turn) pack(reason string) error {
	u.packed = true
	item := Item{ID: u.itemID(), Type: Compaction}
	u.emit(Event{Method: "item/started", TurnID: u.id, Item: &item})
	summary, err := u.summary()
	item.Text = summary
	if err != nil {
		item.Cut = true
		u.finished(u.id, item)
		return err
	}
	u.grounded = "" // what the model was told of the schema went with the rest
	items := append(said(u.history()), developerMessage(prompt.SummaryPrefix+summary+"\n\n"+u.facts()))
	if err := u.replace(items); err != nil {
		return err
	}
	if ground := u.ground(); ground != "" {
		if err := u.add(developerMessage(ground)); err != nil {
			return err
		}
	}
	u.base = len(u.history())
	u.finished(u.id, item)
	u.emit(Event{Method: "warning", TurnID: u.id, Kind: string(model.Context), Message: reason + "; made room by a summary"}) // the item says it too
	return nil
}

// summary asks the model for one. Where even that doesn't fit, the oldest half is left out and it is asked again.
func (u *turn) summary() (string, error) {
	items := replay(u.history(), u.ladder)
	for range 5 {
		r := model.Request{
			Instructions: prompt.System(u.info.Connection, u.info.Database), CacheKey: u.info.ID,
			Items: append(slices.Clone(items), model.UserMessage(prompt.Compact())), Tools: u.toolSet().Tools(), NoTools: true,
		}
		result, err := u.model.Stream(u.ctx, r, func(model.Event) {})
		var m *model.Error
		if errors.As(err, &m) && m.Kind == model.Context && len(items) > 1 {
			items = laterHalf(items)
			continue
		}
		if err != nil {
			return "", err
		}
		u.calls++
		u.spent(result.Usage)
		if strings.TrimSpace(result.Text) == "" {
			return "", &Failure{Kind: string(model.Context), Message: "the model wrote no summary", Hint: "start a new thread"}
		}
		return result.Text, nil
	}
	return "", &Failure{Kind: string(model.Context), Message: "the conversation doesn't fit the model's context", Hint: "start a new thread"}
}

// laterHalf leaves out the first half, cut where a person speaks, so that no output loses its call.
func laterHalf(items []json.RawMessage) []json.RawMessage {
	for i := len(items) / 2; i < len(items); i++ {
		if roleOf(items[i]) == "user" {
			return items[i:]
		}
	}
	return items[len(items)-1:]
}

// said gives the person's own messages, the newest within the bound, in order. The last is kept even where it must be cut.
func said(items []json.RawMessage) []json.RawMessage {
	var kept []json.RawMessage
	room := saidTokens * 4
	for _, raw := range slices.Backward(items) {
		if roleOf(raw) != "user" {
			continue
		}
		if len(raw) > room {
			if len(kept) == 0 {
				kept = append(kept, model.UserMessage(clip(textOf(raw), room/2)))
			}
			break
		}
		room -= len(raw)
		kept = append(kept, raw)
	}
	slices.Reverse(kept)
	return kept
}

// facts are what a summary may not get wrong.
func (u *turn) facts() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	out := fmt.Sprintf("Queries run on the database %s of %s.", u.info.Database, u.info.Connection)
	for _, item := range slices.Backward(u.shown) {
		if item.Type == ToolCall && item.ClientRequestID != "" && item.Status == Completed {
			return out + "\nThe last query that ran:\n" + clip(item.Query, 8000)
		}
	}
	return out
}

func roleOf(raw json.RawMessage) string {
	var item struct {
		Type string `json:"type"`
		Role string `json:"role"`
	}
	if json.Unmarshal(raw, &item) != nil || item.Type != "message" {
		return ""
	}
	return item.Role
}

// textOf gives the text of a message.
func textOf(raw json.RawMessage) string {
	var item struct {
		Content []struct {
			Text string `json:"text"`
		} `json:"content"`
	}
	_ = json.Unmarshal(raw, &item)
	var out strings.Builder
	for _, c := range item.Content {
		out.WriteString(c.Text)
	}
	return out.String()
}

// compactNow summarises a thread in which no turn runs, as a turn of its own without a question.
func (t *thread) compactNow(ctx context.Context, m model.Model) error {
	u := t.newTurn(ctx, m, "compact")
	defer u.cancel(nil)
	defer close(u.done)
	if err := t.keep(u.settings.History); err != nil {
		return err
	}
	t.mu.Lock()
	switch {
	case t.running != nil:
		t.mu.Unlock()
		return &Failure{Kind: "busy", Message: "this thread works on a question", Hint: "wait, or stop it"}
	case t.info.ReadOnly:
		t.mu.Unlock()
		return errElsewhere()
	}
	t.running = u
	t.mu.Unlock()
	err := u.renew()
	if err == nil {
		err = u.pack("summarised on request")
	}
	t.mu.Lock()
	t.running = nil
	t.spend(u.usage, u.currency())
	t.mu.Unlock()
	return err
}

func interruptedOutput(callID string) json.RawMessage {
	out := tool.Refuse(&tool.Failure{Kind: tool.Interrupted, Message: "the program ended before this call did"})
	return model.CallOutput(callID, out.Output)
}

// clip cuts a text to so many bytes, at a character's end, with a mark.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && s[limit]&0xc0 == 0x80 {
		limit--
	}
	return s[:limit] + "…"
}
