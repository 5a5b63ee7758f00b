package agent

// What a person sees beside answers and calls: notices and failures, which stay with the thread.

import (
	"errors"

	"calypso/agent/model"
)

// show puts a whole item on the screen and keeps it.
func (u *turn) show(item Item) { u.whole(u.id, item) }

// warn tells what the person should know.
func (u *turn) warn(kind, message string) {
	u.emit(Event{Method: "warning", TurnID: u.id, Kind: kind, Message: message})
	u.show(Item{Type: Notice, Text: message})
}

// The buttons beside a failure, by what stands on them. Those of a sign-in come from Options.Actions.
const (
	ActSetUp = "Set up a model"
	ActAgain = "Ask again"
)

// failureOf makes of any error what a person reads.
func (u *turn) failureOf(err error) *Failure {
	var f *Failure
	var m *model.Error
	switch {
	case errors.As(err, &f):
		copied := *f
		f = &copied
	case errors.As(err, &m):
		f = &Failure{Kind: string(m.Kind), Message: m.Message, Hint: m.Hint}
	default:
		f = &Failure{Kind: "internal", Message: err.Error()}
	}
	if u.agent.opts.Actions != nil {
		f.Actions = u.agent.opts.Actions(err)
	}
	if len(f.Actions) == 0 {
		f.Actions = ActionsOf(f.Kind)
	}
	return f
}

// ActionsOf gives what helps with a failure of a kind.
func ActionsOf(kind string) []string {
	switch model.Kind(kind) {
	case "noModel", model.Config, model.NotFound, model.APIVersion, model.Unauthorized, model.NotModelEndpoint:
		return []string{ActSetUp, ActAgain}
	}
	return []string{ActAgain}
}
