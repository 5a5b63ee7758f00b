package agent

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"calypso/agent/model"
	"calypso/agent/tool"

	"github.com/google/uuid"
)

// Input is what a person asks.
type Input struct {
	Text string
	// Document is what the editor shows beside the chat, with Name for people; "" when nothing goes along.
	Document, Name string
	// Editor is where queries may be put, with the person's yes; nil for nowhere: then the model isn't told that it could.
	Editor tool.Editor
}

// thread is one conversation. What it holds is what its transcript holds.
type thread struct {
	agent *Agent
	log   *transcript

	emitting sync.Mutex // held while an event is handed on, so that they stay in order

	mu    sync.Mutex // guards what follows
	info  Info
	tools *tool.Set         // nil before the first turn of a thread that was read
	items []json.RawMessage // what the next request replays
	shown []Item            // finished items, as screens show them
	seq   int64
	names int // of items
	// accepted has what the person allowed for the rest of the thread, the like of it too.
	accepted map[tool.Purpose]bool
	ladder   int // how much of replayed reasoning the deployment took: see replay.go
	grounded string
	index    *tableIndex
	running  *turn
}

func (t *thread) snapshot() *Info {
	t.mu.Lock()
	defer t.mu.Unlock()
	info := t.info
	return &info
}

// emit numbers an event and hands it on.
func (t *thread) emit(e Event) {
	t.emitting.Lock()
	defer t.emitting.Unlock()
	t.mu.Lock()
	t.seq++
	e.ThreadID, e.Seq = t.info.ID, t.seq
	t.mu.Unlock()
	if e.Item != nil {
		item := *e.Item // the maker goes on with its own
		e.Item = &item
	}
	t.agent.opts.Sink.Emit(e)
}

// itemID names an item of the screen; names rise, so that a resumed thread makes none twice.
func (t *thread) itemID() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.names++
	return "i" + strconv.Itoa(len(t.shown)) + "-" + strconv.Itoa(t.names)
}

// start begins a turn.
func (t *thread) start(m model.Model, in Input) (string, error) {
	if strings.TrimSpace(in.Text) == "" {
		return "", &Failure{Kind: "badRequest", Message: "there is no question"}
	}
	id, err := uuid.NewV7()
	if err != nil {
		return "", err
	}
	t.mu.Lock()
	switch {
	case t.running != nil:
		t.mu.Unlock()
		return "", &Failure{Kind: "busy", Message: "this thread already works on a question", Hint: "wait, or stop it"}
	case t.info.ReadOnly:
		t.mu.Unlock()
		return "", errElsewhere()
	}
	u := t.newTurn(t.agent.ctx, m, id.String())
	u.input, u.base = in, len(t.items)
	t.running = u
	t.titled(in.Text)
	t.mu.Unlock()
	t.agent.turns.Add(1)
	go func() {
		defer t.agent.turns.Done()
		defer close(u.done)
		u.run()
	}()
	return u.id, nil
}

// newTurn makes a turn, under the settings of now.
func (t *thread) newTurn(ctx context.Context, m model.Model, id string) *turn {
	ctx, cancel := context.WithCancelCause(ctx)
	s := t.agent.settings()
	return &turn{
		thread: t, model: m, id: id, ctx: ctx, cancel: cancel, done: make(chan struct{}), settings: s, limits: s.Limits,
		same: map[string]int{}, began: t.agent.opts.Now(),
	}
}

// keep has the transcript hold as much as the settings say by now.
func (t *thread) keep(history string) error {
	missing := t.log.missing()
	history = t.agent.kept(t.snapshot().Connection, history)
	t.log.keep(history)
	if !missing || history == off {
		return nil
	}
	return t.rewrite(history)
}

// rewrite puts the whole thread on disk, where nothing or not all of it is.
func (t *thread) rewrite(history string) error {
	info := t.snapshot()
	t.mu.Lock()
	items, shown := slices.Clone(t.items), slices.Clone(t.shown)
	t.mu.Unlock()
	if t.log.absent() {
		log, err := t.agent.store.create(*info, t.agent.opts.Version, history)
		if err != nil {
			return err
		}
		t.log.adopt(log)
	}
	var had []string
	for _, item := range shown {
		had = append(had, item.ID)
	}
	return t.log.write(record{T: recordCompacted, Items: items}, record{T: recordUnshown, IDs: had}, record{T: recordShown, ShownList: shown}, record{T: recordInfo, Info: info})
}

// steer adds a message to the running turn.
func (t *thread) steer(turnID, text string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.running == nil || turnID != "" && t.running.id != turnID {
		return &Failure{Kind: "staleTurn", Message: "this turn doesn't run any more", Hint: "ask anew"}
	}
	t.running.steered = append(t.running.steered, text)
	return nil
}

func (t *thread) interrupt(turnID string) bool {
	t.mu.Lock()
	u := t.running
	t.mu.Unlock()
	if u == nil || turnID != "" && u.id != turnID {
		return false
	}
	u.cancel(errInterrupted)
	return true
}

// wait waits for the end of the running turn.
func (t *thread) wait() {
	t.mu.Lock()
	u := t.running
	t.mu.Unlock()
	if u != nil {
		<-u.done
	}
}

// add appends to what the model will be told, on disk first.
func (t *thread) add(items ...json.RawMessage) error {
	if len(items) == 0 {
		return nil
	}
	records := make([]record, len(items))
	for i, raw := range items {
		records[i] = record{T: recordItem, Raw: raw}
	}
	if err := t.log.write(records...); err != nil {
		return err
	}
	t.mu.Lock()
	t.items = append(t.items, items...)
	t.mu.Unlock()
	return nil
}

// cutBack forgets all that the model would be told from some place on.
func (t *thread) cutBack(length int) error {
	t.mu.Lock()
	t.items = t.items[:min(length, len(t.items))]
	t.mu.Unlock()
	return t.log.write(record{T: recordCut, Length: length})
}

// replace puts other items in the place of all.
func (t *thread) replace(items []json.RawMessage) error {
	t.mu.Lock()
	t.items = items
	t.mu.Unlock()
	return t.log.write(record{T: recordCompacted, Items: items})
}

// finished notes an item that the screen shows to its end.
func (t *thread) finished(turnID string, item Item) {
	t.mu.Lock()
	t.shown = append(t.shown, item)
	t.mu.Unlock()
	_ = t.log.write(record{T: recordShown, Shown: &item}) // the screen's copy; what the model is told is written with care
	t.emit(Event{Method: "item/completed", TurnID: turnID, Item: &item})
}

func (t *thread) history() []json.RawMessage {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clip(t.items)
}

// touched notes when the thread was used last.
func (t *thread) touched(now time.Time, usage model.Usage, currency string) {
	t.mu.Lock()
	t.info.Updated, t.info.Turns = now.UnixMilli(), t.info.Turns+1
	t.spend(usage, currency)
	t.running = nil
	t.mu.Unlock()
}
