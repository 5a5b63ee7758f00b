// History: the queries and commands that run and that ran, for .show queries and its like, and for stopping one.

package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"

	"calypso/engine/exec"
)

// kept is the number of finished queries and commands that are remembered.
const kept = 1000

// longestShown is the number of bytes of a text that are remembered.
const longestShown = 16 << 10

// The states of an activity, as Kusto names them.
const (
	InProgress = "InProgress"
	Completed  = "Completed"
	Failed     = "Failed"
	Stopped    = "Cancelled"
)

// Activity is one query or command, as it stood at one moment.
type Activity struct {
	ID                         [16]byte
	ClientID                   string // as the client named it, or "" where it didn't
	Text, Database             string
	Command                    string // which command it is: CreateTable; "" for a query
	Application, User          string
	Started, Updated, Duration int64 // ticks
	State                      string
	Failure                    string // why it failed or was stopped
}

// history remembers activities. Its zero value works.
type history struct {
	mu       sync.Mutex // guards what follows
	running  []*activity
	done     []Activity         // the oldest first
	failures []IngestionFailure // the oldest first
	outcomes []outcome          // the oldest first
	purges   []Purge            // the oldest first
}

// Purge is a purge that was done.
type Purge struct {
	ID                              [16]byte
	Database, Table, ClientID, User string
	At, Took                        int64 // ticks
}

// NotePurge remembers a purge.
func (e *Engine) NotePurge(p Purge) { remember(&e.history, &e.history.purges, p, kept) }

// Purges gives the purges so far, the oldest first.
func (e *Engine) Purges() []Purge { return recall(&e.history, &e.history.purges) }

// outcome is the table of a command that answered with its identity only.
type outcome struct {
	id    [16]byte
	table exec.Table
}

// keptOutcomes is the number of such tables that are remembered.
const keptOutcomes = 100

// KeepOutcome remembers a command's table by the command's identity.
func (e *Engine) KeepOutcome(id [16]byte, t exec.Table) {
	remember(&e.history, &e.history.outcomes, outcome{id, t}, keptOutcomes)
}

// Outcome gives a command's table, nil for none.
func (e *Engine) Outcome(id [16]byte) exec.Table {
	for _, o := range recall(&e.history, &e.history.outcomes) {
		if o.id == id {
			return o.table
		}
	}
	return nil
}

// IngestionFailure is rows that didn't get into a table, while the command that brought them went on.
type IngestionFailure struct {
	ID                       [16]byte
	Database, Table, Details string
	At                       int64 // ticks
	Update                   bool  // an update policy failed
	User                     string
}

// NoteFailure remembers a failure; its identity and instant are filled in.
func (e *Engine) NoteFailure(f IngestionFailure) {
	_, _ = rand.Read(f.ID[:]) // never fails
	f.At = systemTicks()
	remember(&e.history, &e.history.failures, f, kept)
}

// remember adds to a list of the history, of which so many of the latest stay.
func remember[T any](h *history, list *[]T, x T, most int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if *list = append(*list, x); len(*list) > most {
		*list = slices.Delete(*list, 0, len(*list)-most)
	}
}

// recall gives a list of the history as it is now.
func recall[T any](h *history, list *[]T) []T {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(*list)
}

// Failures gives the failures so far, the oldest first.
func (e *Engine) Failures() []IngestionFailure { return recall(&e.history, &e.history.failures) }

// activity is a running one. A nil one is of a query that isn't listed.
type activity struct {
	Activity
	history *history
	cancel  context.CancelCauseFunc
	once    sync.Once
}

// Cancellation is the cause of an activity's end by .cancel.
type Cancellation struct{ Reason string }

// Error says that it was cancelled, and why.
func (c *Cancellation) Error() string {
	if c.Reason == "" {
		return "the query was cancelled by .cancel query"
	}
	return "the query was cancelled by .cancel query: " + c.Reason
}

// begin lists an activity; the context ends with it, or when it is cancelled.
func (h *history) begin(ctx context.Context, r *Request, command string) (context.Context, *activity) {
	ctx, cancel := context.WithCancelCause(ctx)
	a := &activity{history: h, cancel: cancel, Activity: Activity{
		ClientID: r.ClientID, Database: r.Database, Command: command, Application: r.Application, User: r.User,
		Text: r.Text[:min(len(r.Text), longestShown)], Started: systemTicks(), State: InProgress,
	}}
	_, _ = rand.Read(a.ID[:]) // never fails
	a.Updated = a.Started
	h.mu.Lock()
	defer h.mu.Unlock()
	h.running = append(h.running, a)
	return ctx, a
}

// end moves an activity to those that are done. Only the first call counts.
func (a *activity) end(err error) {
	if a == nil {
		return
	}
	a.once.Do(func() {
		a.cancel(nil)
		h := a.history
		h.mu.Lock()
		defer h.mu.Unlock()
		h.running = slices.DeleteFunc(h.running, func(other *activity) bool { return other == a })
		out := a.Activity
		out.Updated = systemTicks()
		out.Duration = out.Updated - out.Started
		out.State = Completed
		var e *Error
		if err != nil {
			out.State, out.Failure = Failed, err.Error()
			if errors.As(err, &e) && e.Kind == Cancelled {
				out.State = Stopped
			}
		}
		if h.done = append(h.done, out); len(h.done) > kept {
			h.done = slices.Delete(h.done, 0, len(h.done)-kept)
		}
	})
}

// explained gives the error of an activity that was stopped the reason for it.
func explained(ctx context.Context, err error) error {
	var why *Cancellation
	var e *Error
	if err == nil || !errors.As(context.Cause(ctx), &why) || errors.As(err, &e) && e.Kind != Cancelled {
		return err
	}
	out := wrap(context.Canceled).(*Error)
	out.Message, out.Cause = why.Error(), err
	return out
}

// Running gives what runs, the oldest first.
func (e *Engine) Running() []Activity {
	h := &e.history
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]Activity, len(h.running))
	now := systemTicks()
	for i, a := range h.running {
		out[i] = a.Activity
		out[i].Duration = now - a.Started
	}
	return out
}

// Done gives what ran last, the oldest first.
func (e *Engine) Done() []Activity { return recall(&e.history, &e.history.done) }

// Cancel stops the queries and commands of a client's request id, and tells how many there were.
func (e *Engine) Cancel(clientID, reason string) int {
	h := &e.history
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, a := range h.running {
		if a.ClientID == clientID && clientID != "" {
			a.cancel(&Cancellation{reason})
			n++
		}
	}
	return n
}

// Track lists a command while run goes on; the context ends when it is cancelled.
// The identity is what .show operations calls it.
func (e *Engine) Track(ctx context.Context, r Request, command string, run func(ctx context.Context, id [16]byte) error) error {
	ctx, a := e.history.begin(ctx, &r, command)
	defer func() {
		if p := recover(); p != nil {
			a.end(fmt.Errorf("internal error: %v", p))
			panic(p)
		}
	}()
	err := explained(ctx, run(ctx, a.ID))
	a.end(err)
	return err
}
