package agent

// One turn: a person's question, then calls of the model and of tools until there is an answer. This file is the whole of it;
// turn.go has what comes before and between.

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

	settings Settings
	limits   Limits // of settings
	began    time.Time
	waited   time.Duration // for people to approve: the clock stands still
	base     int           // length of the history before this turn
	calls    int           // of the model
	tools    int           // of tools
	usage    model.Usage
	warned   bool // of tokens
	same     map[string]int
	failed   int // checks in a row
	packed   bool
	steered  []string
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
		u.show(Item{Type: Notice, Text: "Stopped."})
	default:
		end.Status, end.Error = "failed", u.failureOf(err)
		u.show(Item{Type: ErrorItem, Error: end.Error})
	}
	u.cancel(nil)
	end.Usage, end.DurationMs = u.usage, u.agent.opts.Now().Sub(u.began).Milliseconds()
	u.touched(u.agent.opts.Now(), u.usage, u.currency())
	_ = u.log.write(record{T: recordTurn, Turn: &end}, record{T: recordInfo, Info: u.snapshot()})
	u.emit(Event{Method: "thread/status", Status: "idle"})
	u.emit(Event{Method: "turn/completed", TurnID: u.id, Turn: &end})
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
	if err := u.withinBudget(); err != nil {
		return false, err
	}
	if u.calls >= u.limits.ModelCalls || u.tools >= u.limits.ToolCalls {
		if err := u.add(developerMessage(prompt.OutOfCalls)); err != nil {
			return false, err
		}
		return true, nil
	}
	return false, u.makeRoom()
}
