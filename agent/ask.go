package agent

// One call of the model, with its repeats. A stream that broke is void: its items are taken back from the screen and nothing of it
// runs.

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"calypso/agent/model"
	"calypso/agent/prompt"
)

// tries counts the repeats of one call.
type tries struct {
	request, stream, attempt int
}

// ask makes one call of the model; last asks for an answer without tools.
func (u *turn) ask(last bool) (model.Result, error) {
	var n tries
	for {
		n.attempt++
		result, err := u.stream(last, n.attempt)
		if err == nil {
			u.calls++
			u.spent(result.Usage)
			return result, nil
		}
		if err := u.again(err, &n); err != nil {
			return model.Result{}, err
		}
	}
}

// stream makes one attempt and shows what comes.
func (u *turn) stream(last bool, attempt int) (model.Result, error) {
	show := &screen{turn: u, attempt: attempt, open: map[string]*Item{}}
	result, err := u.model.Stream(u.ctx, u.request(last), show.event)
	if err != nil {
		show.void(context.Cause(u.ctx) != nil)
		return model.Result{}, err
	}
	show.close(result.Stop != model.Done)
	return result, nil
}

func (u *turn) request(last bool) model.Request {
	return model.Request{
		Instructions: prompt.System(u.info.Connection, u.info.Database),
		Items:        replay(u.history(), u.ladder), Tools: u.toolSet().Tools(), NoTools: last,
		Effort: u.settings.Effort, Summary: u.settings.Summary, CacheKey: u.info.ID,
	}
}

// again tells what to do about a failed attempt: nil to make another, after waiting where that is needed.
func (u *turn) again(err error, n *tries) error {
	if cause := context.Cause(u.ctx); cause != nil {
		return cause
	}
	var m *model.Error
	if !errors.As(err, &m) {
		return err
	}
	switch m.Kind {
	case model.Context:
		if u.packed {
			return m
		}
		return u.pack("the model's context is full")
	case model.ReasoningItems:
		if u.ladder >= dropReasoning {
			return m
		}
		u.ladder++
		u.warn(string(m.Kind), "the model doesn't take back its own reasoning; going on without")
		return nil
	case model.ContentFilter:
		return u.filtered(m)
	}
	if !m.Again() {
		return m
	}
	return u.wait(m, n)
}

// wait waits before a repeat and says so; the error is m itself when there is none.
func (u *turn) wait(m *model.Error, n *tries) error {
	count, of := &n.request, u.limits.RequestTries
	if m.Kind == model.Disconnected || m.Kind == model.Idle {
		count, of = &n.stream, u.limits.StreamTries
	}
	if *count >= of {
		return m
	}
	*count++
	pause := m.RetryAfter
	if pause <= 0 {
		pause = backoff(*count)
	}
	e := Event{Method: "error", TurnID: u.id, Kind: string(m.Kind), Message: m.Message, Hint: m.Hint, WillRetry: true, Attempt: *count, Of: of, RetryInMs: pause.Milliseconds()}
	if pause > u.limits.RateLimitWait {
		return &Failure{
			Kind: string(m.Kind), Message: m.Message,
			Hint: fmt.Sprintf("the endpoint asks to wait until %s; ask again then", u.agent.opts.Now().Add(pause).Format("15:04:05")),
		}
	}
	u.emit(e)
	return u.agent.opts.Sleep(u.ctx, pause)
}

// backoff gives the pause before the nth repeat: 200 ms, doubling, at most 8 s, give or take a fifth.
func backoff(n int) time.Duration {
	pause := min(200*time.Millisecond<<min(n-1, 10), 8*time.Second)
	return time.Duration(float64(pause) * (0.8 + 0.4*rand.Float64())) //nolint:gosec // no secret hangs on it
}

// screen shows one attempt's answer as it comes.
type screen struct {
	turn    *turn
	attempt int
	open    map[string]*Item // by the event's item
	order   []*Item
	done    []Item
}

// event shows one event of the stream.
func (s *screen) event(e model.Event) {
	switch e.Kind {
	case model.TextDelta:
		s.delta(e, AgentMessage, "text")
	case model.SummaryDelta:
		s.delta(e, Reasoning, "summary")
	case model.ItemDone:
		if item := s.open[e.Item]; item != nil {
			s.complete(e.Item, item)
		}
	case model.Dropped:
		s.turn.warn(string(model.UnsupportedParameter), "the model doesn't know "+strconv.Quote(e.Text)+"; going on without")
	}
}

func (s *screen) delta(e model.Event, kind, part string) {
	item := s.open[e.Item]
	if item == nil {
		item = &Item{ID: s.turn.itemID(), Type: kind}
		s.open[e.Item], s.order = item, append(s.order, item)
		s.turn.emit(Event{Method: "item/started", TurnID: s.turn.id, Item: &Item{ID: item.ID, Type: kind}})
	}
	item.Text += e.Text
	s.turn.emit(Event{Method: "item/delta", TurnID: s.turn.id, ItemID: item.ID, Attempt: s.attempt, Kind: part, Delta: e.Text})
}

// complete ends an item on the screen; the transcript gets it when the whole answer is there.
func (s *screen) complete(key string, item *Item) {
	delete(s.open, key)
	s.done = append(s.done, *item)
	s.turn.finished(s.turn.id, *item)
}

// close ends what is still open; cut marks it.
func (s *screen) close(cut bool) {
	for _, item := range s.order {
		for key, open := range s.open {
			if open == item {
				item.Cut = cut
				s.complete(key, item)
			}
		}
	}
}

// void takes back what a failed attempt showed. An interrupted one stays, marked as cut: the person saw it and stopped it.
func (s *screen) void(interrupted bool) {
	if interrupted {
		s.close(true)
		return
	}
	var ids []string
	for _, item := range s.order {
		ids = append(ids, item.ID)
	}
	if len(ids) == 0 {
		return
	}
	s.turn.unshow(ids)
	s.turn.emit(Event{Method: "item/reset", TurnID: s.turn.id, ItemIDs: ids, Attempt: s.attempt})
}
