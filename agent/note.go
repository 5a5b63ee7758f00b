package agent

// What a thread's screen keeps beside turns: the person's own commands with what they gave, and questions of which no turn came. The
// model is told of none of it.

import (
	"context"
	"strings"
)

// Command keeps a line that a person typed in a thread, and what it gives: run carries it out, where the thread asks.
func (a *Agent) Command(_ context.Context, id, line string, run func(at Info) CommandResult) (CommandResult, error) {
	t, err := a.find(id)
	if err != nil {
		return CommandResult{}, err
	}
	if err := t.said(line); err != nil {
		return CommandResult{}, err
	}
	item := Item{ID: t.itemID(), Type: Command}
	t.emit(Event{Method: "item/started", Item: &item})
	out := run(*t.snapshot())
	item.Run = &out
	t.finished("", item)
	return out, nil
}

// Refused keeps a question of which no turn came, and why.
func (a *Agent) Refused(_ context.Context, id, question string, why *Failure) error {
	t, err := a.find(id)
	if err != nil {
		return err
	}
	if err := t.said(question); err != nil {
		return err
	}
	t.whole("", Item{Type: ErrorItem, Error: why})
	return nil
}

// said shows what the person typed, in a thread that is called so until a question is answered.
func (t *thread) said(line string) error {
	s := t.agent.settings()
	if err := t.keep(s.History); err != nil {
		return err
	}
	t.mu.Lock()
	t.titled(line)
	t.info.Updated = t.agent.opts.Now().UnixMilli()
	t.mu.Unlock()
	t.whole("", Item{Type: UserMessage, Text: line})
	return t.log.write(record{T: recordInfo, Info: t.snapshot()})
}

// titled names a thread by what was typed first; a question takes the place of a command. The lock is held.
func (t *thread) titled(line string) {
	if t.info.Name == "" || t.info.Turns == 0 && strings.HasPrefix(t.info.Name, "/") && !strings.HasPrefix(line, "/") {
		t.info.Name = clip(oneLine(line), 60)
	}
}

// whole puts a finished item on the screen and keeps it; turnID "" is none.
func (t *thread) whole(turnID string, item Item) {
	item.ID = t.itemID()
	t.emit(Event{Method: "item/started", TurnID: turnID, Item: &item})
	t.finished(turnID, item)
}
