package agent

// One turn: a person's question, then calls of the model and of tools until there is an answer. This file is the whole of it.

import (
	"context"
	"errors"
	"time"

	"calypso/agent/model"
	"calypso/agent/prompt"
)

// turn is one question on its way. Only steered is touched by other goroutines, under the thread's lock.
type turn struct {
	*thread
	model  model.Model
	id     string
	input  Input
	ctx    context.Context //nolint:containedctx // it is the turn's own, cancelled by Interrupt
	cancel context.CancelCauseFunc
	done   chan struct{}

	limits  Limits
	began   time.Time
	waited  time.Duration // for people to approve: the clock stands still
	base    int           // length of the history before this turn
	calls   int           // of the model
	tools   int           // of tools
	usage   model.Usage
	warned  bool // of tokens
	same    map[string]int
	failed  int // checks in a row
	packed  bool
	steered []string
}

// run goes from the question to the end of the turn, and tells it.
func (u *turn) run() {
	u.emit(Event{Method: "thread/status", Status: "active"})
	u.emit(Event{Method: "turn/started", TurnID: u.id, Turn: &Turn{ID: u.id, Status: "inProgress"}})
	end := Turn{ID: u.id, Status: "completed"}
	err := u.begin()
	if err == nil {
		err = u.loop()
	}
	switch {
	case err == nil:
	case errors.Is(err, errInterrupted), errors.Is(context.Cause(u.ctx), errInterrupted):
		end.Status = "interrupted"
	default:
		end.Status, end.Error = "failed", failureOf(err)
	}
	u.cancel(nil)
	end.Usage, end.DurationMs = u.usage, u.agent.opts.Now().Sub(u.began).Milliseconds()
	u.touched(u.agent.opts.Now(), u.usage)
	_ = u.log.write(record{T: recordTurn, Turn: &end}, record{T: recordInfo, Info: u.snapshot()})
	u.emit(Event{Method: "thread/status", Status: "idle"})
	u.emit(Event{Method: "turn/completed", TurnID: u.id, Turn: &end})
}

// begin puts the question, and what the model should know for it, into the history.
func (u *turn) begin() error {
	item := Item{ID: u.itemID(), Type: UserMessage, Text: u.input.Text}
	u.emit(Event{Method: "item/started", TurnID: u.id, Item: &item})
	u.finished(u.id, item)
	if ground := u.ground(); ground != "" {
		if err := u.add(developerMessage(ground)); err != nil {
			return err
		}
	}
	text := u.input.Text
	if u.input.Document != "" {
		text += "\n\nThe editor shows " + u.input.Name + ":\n```kusto\n" + clip(u.input.Document, 16_000) + "\n```"
	}
	return u.add(model.UserMessage(text))
}

// loop asks the model and runs the tools that it wants, until it wants none.
func (u *turn) loop() error {
	for {
		last, err := u.withinLimits()
		if err != nil {
			return err
		}
		result, err := u.ask(last)
		if err != nil {
			return err
		}
		if err := u.add(result.Items...); err != nil {
			return err
		}
		if err := u.stopped(result); err != nil {
			return err
		}
		if len(result.Calls) == 0 || last {
			if more, err := u.takeSteered(); err != nil || !more {
				return err
			}
			continue
		}
		if err := u.callAll(result.Calls, result.Stop == model.Cut); err != nil {
			return err
		}
		if _, err := u.takeSteered(); err != nil {
			return err
		}
	}
}

// withinLimits tells whether the turn may go on, and whether with one more answer only.
func (u *turn) withinLimits() (last bool, err error) {
	if err := context.Cause(u.ctx); err != nil {
		return false, err
	}
	if used := u.agent.opts.Now().Sub(u.began) - u.waited; used > u.limits.Turn {
		return false, &Failure{Kind: "limit", Message: "this question took longer than " + u.limits.Turn.String(), Hint: "ask for less at once"}
	}
	tokens := u.usage.Input + u.usage.Output
	if tokens > u.limits.Tokens {
		return false, &Failure{Kind: "limit", Message: "this question used up its tokens", Hint: "ask for less at once, or raise max_turn_tokens"}
	}
	if !u.warned && tokens > u.limits.Tokens*8/10 {
		u.warned = true
		u.emit(Event{Method: "warning", TurnID: u.id, Kind: "limit", Message: "most of this question's tokens are used"})
	}
	if u.calls >= u.limits.ModelCalls || u.tools >= u.limits.ToolCalls {
		if err := u.add(developerMessage(prompt.OutOfCalls)); err != nil {
			return false, err
		}
		return true, nil
	}
	return false, u.makeRoom()
}

// stopped handles an answer that ended early.
func (u *turn) stopped(r model.Result) error {
	switch r.Stop {
	case model.Filtered:
		return u.filtered(&model.Error{Kind: model.ContentFilter, Message: "the content filter stopped the answer", Hint: "ask in other words, or without rows"})
	case model.Cut:
		u.emit(Event{Method: "warning", TurnID: u.id, Kind: "limit", Message: "the answer was cut: it reached the model's bound of tokens"})
	}
	return nil
}

// filtered leaves this turn out of later requests: replayed, it would be refused each time.
func (u *turn) filtered(cause error) error {
	u.grounded = "" // it went with the rest
	if err := u.cutBack(u.base); err != nil {
		return err
	}
	return cause
}

// takeSteered adds what the person said meanwhile.
func (u *turn) takeSteered() (bool, error) {
	u.mu.Lock()
	texts := u.steered
	u.steered = nil
	u.mu.Unlock()
	for _, text := range texts {
		item := Item{ID: u.itemID(), Type: UserMessage, Text: text}
		u.emit(Event{Method: "item/started", TurnID: u.id, Item: &item})
		u.finished(u.id, item)
		if err := u.add(model.UserMessage(text)); err != nil {
			return false, err
		}
	}
	return len(texts) > 0, nil
}

// failureOf makes of any error what a person reads.
func failureOf(err error) *Failure {
	var f *Failure
	var m *model.Error
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &m):
		return &Failure{Kind: string(m.Kind), Message: m.Message, Hint: m.Hint}
	}
	return &Failure{Kind: "internal", Message: err.Error()}
}
