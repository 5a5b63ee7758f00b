// Package agent answers questions in words: a model writes queries, the tools check and run them, a person approves. It holds the
// loop, the transcript, the limits and the retries. It parses no KQL (agent/tool does), knows no wire format (agent/model does)
// and draws nothing: screens follow its events.
//
// The transcript is the only state of a thread: what the next request says is what it holds. Start at Agent for what can be
// asked, then loop.go, which is the whole of a turn; ask.go is one call of the model with its retries, call.go one tool call,
// transcript.go the file.
package agent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"calypso/agent/model"
	"calypso/agent/tool"
	"calypso/kusto"

	"github.com/google/uuid"
)

// Options are what an Agent works with. Model, Tools and Sink are needed.
type Options struct {
	// Model gives the model to ask now; the error says why there is none, for a person.
	Model func() (model.Model, error)
	// Tools gives the tools of a place. It may load a schema. It is asked at each turn, since what they may do can change.
	Tools    func(ctx context.Context, connection, database string) (*tool.Set, error)
	Sink     Sink
	Approver Approver // nil: nobody can be asked, so what needs a yes is refused
	Settings
	// Current gives the settings where they may change while the agent works: each turn takes those of its beginning, approval those
	// of the moment. Nil for the ones above.
	Current func() Settings
	// Examples are the person's own queries on a place, the newest first; nil for none.
	Examples func(connection, database string) []Example
	// Ran is told each query of a turn that ran; nil tells nobody.
	Ran func(connection, database, query string)
	// Running is told of a query before it runs: with the context that it gives the query runs, and the end is told by what it gives
	// too. Nil for nobody.
	Running func(ctx context.Context, connection, database, query string) (context.Context, func(Ended))
	// Private tells connections whose rows are in no transcript, whatever the settings say; nil for none.
	Private func(connection string) bool
	// Actions gives the buttons that help with a failure, by what stands on them; nil for none.
	Actions func(error) []string
	// Keep takes a person's rows and gives the id under which they are paged; nil keeps none.
	Keep func(query string, rows *kusto.QueryResult) string
	// Folder is where transcripts lie; "" keeps threads in memory only.
	Folder  string
	Version string // of the program, for the transcript

	Now   func() time.Time                           // the clock; nil is the real one
	Sleep func(context.Context, time.Duration) error // waits before a repeat; nil really waits
}

// Settings are what a person sets. The zero value is the default of each.
type Settings struct {
	Approval string // ApproveAsk (also ""), ApproveAuto, ApproveNever
	Limits   Limits
	// Effort and Summary go to models that reason; "" sends nothing.
	Effort, Summary string
	History         string // how much a transcript holds: full (also ""), no_rows or off
}

// Ended says how a query ended.
type Ended struct {
	Rows   int64
	Result string // id of its rows, as Options.Keep gave it
	Failed string // kind of the failure, "" for none
}

// Example is one query of the person's that worked.
type Example struct {
	Query string
	About string // what it is for, in words; may be ""
}

// Agent has the threads of one person. It is safe for many goroutines.
type Agent struct {
	opts  Options
	store *store
	ctx   context.Context
	stop  context.CancelCauseFunc
	turns sync.WaitGroup

	mu      sync.Mutex // guards threads
	threads map[string]*thread
}

// New makes an agent; it contacts nothing and reads no file.
func New(o Options) *Agent {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	ctx, stop := context.WithCancelCause(context.Background())
	return &Agent{opts: o, store: &store{folder: o.Folder}, ctx: ctx, stop: stop, threads: map[string]*thread{}}
}

// settings are those that hold now.
func (a *Agent) settings() Settings {
	s := a.opts.Settings
	if a.opts.Current != nil {
		s = a.opts.Current()
	}
	s.Limits = s.Limits.filled()
	s.Approval = cmp.Or(s.Approval, ApproveAsk)
	return s
}

// kept is how much of a thread's transcript is kept, where the settings say history.
func (a *Agent) kept(connection, history string) string {
	if history != off && a.opts.Private != nil && a.opts.Private(connection) {
		return "no_rows"
	}
	return history
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// errInterrupted is the cause of a turn that a person stopped.
var errInterrupted = errors.New("interrupted")

// Close interrupts all turns and waits for their ends.
func (a *Agent) Close() {
	a.stop(errInterrupted)
	a.turns.Wait()
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, t := range a.threads {
		t.log.close()
	}
	a.threads = map[string]*thread{}
}

// Start begins a thread on a place.
func (a *Agent) Start(ctx context.Context, connection, database string) (Info, error) {
	tools, err := a.opts.Tools(ctx, connection, database)
	if err != nil {
		return Info{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Info{}, err
	}
	now := a.opts.Now().UnixMilli()
	t := &thread{agent: a, tools: tools, accepted: map[tool.Purpose]bool{}, info: Info{
		ID: id.String(), Created: now, Updated: now, Connection: connection, Database: database, Deployment: a.deployment(),
	}}
	if t.log, err = a.store.create(t.info, a.opts.Version, a.kept(connection, a.settings().History)); err != nil {
		return Info{}, err
	}
	a.mu.Lock()
	a.threads[t.info.ID] = t
	a.mu.Unlock()
	t.emit(Event{Method: "thread/started", Thread: t.snapshot()})
	t.emit(Event{Method: "thread/status", Status: "idle"})
	return *t.snapshot(), nil
}

func (a *Agent) deployment() string {
	m, err := a.opts.Model()
	if err != nil {
		return ""
	}
	return m.Info().Deployment
}

// find gives a thread, reading its transcript when it isn't open. Nothing is contacted: a thread can be read and deleted when its
// connection is gone. Its tools come with its next turn.
func (a *Agent) find(id string) (*thread, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if t := a.threads[id]; t != nil {
		return t, nil
	}
	saved, log, err := a.store.open(id, a.settings().History)
	if err != nil {
		return nil, err
	}
	t := &thread{agent: a, accepted: map[tool.Purpose]bool{}, log: log, info: saved.info, items: saved.items, shown: saved.shown, seq: saved.seq}
	if deployment := a.deployment(); deployment != "" && deployment != saved.info.Deployment {
		t.items = withoutReasoning(t.items) // another model can't read it
		t.info.Deployment = deployment
	}
	t.info.ReadOnly = log.readOnly()
	a.threads[id] = t
	return t, nil
}

// Resume gives a thread and what its screen shows.
func (a *Agent) Resume(_ context.Context, id string) (Info, []Item, error) {
	t, err := a.find(id)
	if err != nil {
		return Info{}, nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.info, slices.Clone(t.shown), nil
}

// List gives the threads, the one used last first; cursor is where the last page ended, "" for the first.
func (a *Agent) List(cursor string, limit int) (page []Info, next string, err error) {
	all, err := a.all(a.settings().History)
	if err != nil {
		return nil, "", err
	}
	return pageOf(all, cursor, limit)
}

// On gives all threads on some connections, those too that were kept before the settings kept none.
func (a *Agent) On(connections ...string) ([]Info, error) {
	all, err := a.all("")
	maps.DeleteFunc(all, func(_ string, i Info) bool { return !slices.Contains(connections, i.Connection) })
	return slices.Collect(maps.Values(all)), err
}

// all gives the threads by their ids: those on disk, unless history is off, and those that are open.
func (a *Agent) all(history string) (map[string]Info, error) {
	all, err := a.store.list(history)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for id, t := range a.threads {
		all[id] = *t.snapshot()
	}
	return all, nil
}

// Rename gives a thread another name.
func (a *Agent) Rename(_ context.Context, id, name string) error {
	t, err := a.find(id)
	if err != nil {
		return err
	}
	t.mu.Lock()
	if t.info.ReadOnly {
		t.mu.Unlock()
		return errElsewhere()
	}
	t.info.Name = clip(name, 200)
	t.mu.Unlock()
	return t.log.write(record{T: recordInfo, Info: t.snapshot()})
}

// Delete forgets a thread and removes its transcript. A running turn is interrupted first.
func (a *Agent) Delete(_ context.Context, id string) error {
	t, err := a.find(id)
	if err != nil {
		return err
	}
	if t.snapshot().ReadOnly {
		return errElsewhere()
	}
	t.interrupt("")
	t.wait()
	a.mu.Lock()
	delete(a.threads, id)
	a.mu.Unlock()
	t.log.close()
	return a.store.remove(id)
}

// Fork makes a thread that goes on from what another holds now.
func (a *Agent) Fork(ctx context.Context, id string) (Info, error) {
	from, err := a.find(id)
	if err != nil {
		return Info{}, err
	}
	from.mu.Lock()
	items, shown, was := slices.Clone(from.items), slices.Clone(from.shown), from.info
	from.mu.Unlock()
	info, err := a.Start(ctx, was.Connection, was.Database)
	if err != nil {
		return Info{}, err
	}
	t, err := a.find(info.ID)
	if err != nil {
		return Info{}, err
	}
	t.mu.Lock()
	t.items, t.shown, t.info.Name, t.info.Turns = items, shown, was.Name, was.Turns
	t.mu.Unlock()
	err = t.log.write(record{T: recordCompacted, Items: items}, record{T: recordShown, ShownList: shown}, record{T: recordInfo, Info: t.snapshot()})
	return *t.snapshot(), err
}

// Turn asks a question in a thread. It returns at once; what comes of it are events.
func (a *Agent) Turn(_ context.Context, id string, in Input) (turnID string, err error) {
	t, err := a.find(id)
	if err != nil {
		return "", err
	}
	m, err := a.opts.Model()
	if err != nil {
		return "", &Failure{Kind: "noModel", Message: err.Error()}
	}
	return t.start(m, in)
}

// Steer adds to a running turn: the model reads it before its next call.
func (a *Agent) Steer(_ context.Context, id, turnID, text string) error {
	t, err := a.find(id)
	if err != nil {
		return err
	}
	return t.steer(turnID, text)
}

// Interrupt stops a running turn; turnID "" means whichever runs. Its end comes as an event.
func (a *Agent) Interrupt(_ context.Context, id, turnID string) error {
	t, err := a.find(id)
	if err != nil {
		return err
	}
	if !t.interrupt(turnID) {
		return &Failure{Kind: "staleTurn", Message: "this turn doesn't run any more"}
	}
	return nil
}

// Compact summarises a thread now.
func (a *Agent) Compact(ctx context.Context, id string) error {
	t, err := a.find(id)
	if err != nil {
		return err
	}
	m, err := a.opts.Model()
	if err != nil {
		return &Failure{Kind: "noModel", Message: err.Error()}
	}
	return t.compactNow(ctx, m)
}

func errElsewhere() error {
	return &Failure{Kind: "busy", Message: "another window has this thread open", Hint: "close it there, or fork the thread"}
}

func unknownThread(id string) error {
	return &Failure{Kind: "unknownThread", Message: fmt.Sprintf("there is no thread %q", id), Hint: "choose one of the list"}
}
