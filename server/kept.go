package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"calypso/history"
	"calypso/server/protocol"
	"calypso/server/result"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.uber.org/zap"
)

// Rows on disk: what a run gave is kept beside the history, under the id of its entry, and goes with that. So what isn't in the history,
// because its cluster's data may not be stored or nothing is kept at all, has no rows there either. Files are written in the background.

// keepPatience is how long the end of the server waits for what is being written.
const keepPatience = time.Second

// firstLook is how long the rows of a run aren't written: first they are shown, and both want the same processors.
const firstLook = 500 * time.Millisecond

// restShare is how many times as long as a piece of a file took the next one waits, and longestRest how long at most: nobody waits for
// the file, and those who look at its rows want the processors.
const (
	restShare   = 3
	longestRest = 20 * time.Millisecond
)

// keeping is what one window keeps.
type keeping struct {
	folder  *result.Folder // nil: nowhere
	windows string         // folder of the windows' own files, see keptWindow

	mu       sync.Mutex        // guards what follows
	entries  map[string]string // by id of a result: that of its entry in the history
	unkept   map[string]string // by id of a result: why its rows aren't on the disk
	waiting  []string          // results that are to be written
	came     time.Time         // the last of them
	sweep    bool              // what isn't wanted any more is to be deleted
	window   string            // this window's file; "" until there is one
	changed  bool              // what that file should hold
	saved    []byte            // what it holds
	lock     io.Closer         // holds its place, for as long as the process lives
	told     bool              // the person knows that the disk takes nothing
	warning  string            // what is shown once the client can be told
	restored bool              // there are tabs of an earlier process that it wasn't told of

	news  chan struct{} // there is something to write
	close chan struct{}
	done  chan struct{}
}

func newKeeping(folder string) *keeping {
	k := &keeping{
		entries: map[string]string{}, unkept: map[string]string{},
		news: make(chan struct{}, 1), close: make(chan struct{}), done: make(chan struct{}),
	}
	if folder != "" {
		k.folder, k.windows = result.OpenFolder(folder), filepath.Join(folder, "windows")
		k.folder.Rest = k.rest
	}
	return k
}

// aboutKept is what is kept of a run with its rows.
type aboutKept struct {
	Stats   protocol.QueryStats   `json:"stats"`
	Failure *protocol.FailureInfo `json:"failure,omitempty"`
	Started time.Time             `json:"started"`
}

// keeps tells whether rows are kept at all.
func (s *Server) keeps() bool { return s.kept.folder != nil && !s.state.current().Settings.KeepOff }

// setKeeping takes settings: what was kept goes where nothing is to be.
func (s *Server) setKeeping(set session.Settings) {
	if s.kept.folder == nil {
		return
	}
	s.kept.folder.SetBudget(set.DiskBudget)
	if set.KeepOff {
		s.sweepQuietly(true)
	} else {
		s.windowChanged()
	}
}

// keepResult has the rows of a run written.
func (s *Server) keepResult(entry, id string) {
	keeps := s.keeps()
	s.kept.mu.Lock()
	s.kept.entries[id] = entry
	if keeps {
		s.kept.waiting, s.kept.came = append(s.kept.waiting, id), time.Now()
	}
	s.kept.mu.Unlock()
	s.kept.wake()
}

func (k *keeping) wake() {
	select {
	case k.news <- struct{}{}:
	default:
	}
}

// keepAll writes what there is to write, until the server ends; then what is left, for as long as ctx allows.
func (s *Server) keepAll(ctx context.Context) {
	defer close(s.kept.done)
	for ended := false; !ended; {
		select {
		case <-s.kept.news:
		case <-s.kept.close:
			ended = true
		}
		for s.sweepNext() || s.saveWindow() || s.keepNext(ctx) {
			continue
		}
	}
}

// sweepSoon has deleted what isn't wanted any more.
func (s *Server) sweepSoon() {
	s.kept.mu.Lock()
	s.kept.sweep = true
	s.kept.mu.Unlock()
	s.kept.wake()
}

func (s *Server) sweepNext() (swept bool) {
	defer s.recovered("deleting what was kept", func(error) {})
	s.kept.mu.Lock()
	wanted := s.kept.sweep
	s.kept.sweep = false
	s.kept.mu.Unlock()
	if wanted {
		s.sweepQuietly(false)
	}
	return wanted
}

// closeKept ends keepAll; stop ends what it writes.
func (s *Server) closeKept(stop func()) {
	close(s.kept.close)
	late := time.AfterFunc(keepPatience, stop)
	defer late.Stop()
	<-s.kept.done
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	if s.kept.lock != nil {
		_ = s.kept.lock.Close() // the process ends
	}
}

// keepNext writes the next result; false when there is none that it is time for.
func (s *Server) keepNext(ctx context.Context) (more bool) {
	defer s.recovered("keeping results", func(error) {})
	k := s.kept
	k.mu.Lock()
	if len(k.waiting) == 0 || ctx.Err() != nil {
		k.mu.Unlock()
		return false
	}
	if wait := firstLook - time.Since(k.came); wait > 0 && !k.closing() {
		k.mu.Unlock()
		time.AfterFunc(wait, k.wake)
		return false
	}
	id := k.waiting[0]
	k.waiting = k.waiting[1:]
	entry := k.entries[id]
	k.mu.Unlock()
	r := s.results.Awake(id)
	e, known := s.opt.History.Find(entry)
	if r == nil || !known || !s.keeps() {
		return true
	}
	err := s.writeResult(ctx, r, e)
	if _, known = s.opt.History.Find(entry); !known || !s.keeps() {
		err = errors.Join(err, s.sweepKept(true)) // it was deleted while it was written
	} else if err == nil {
		s.results.Lasts(id, s.wakeOf(entry))
	}
	if err != nil && ctx.Err() == nil {
		s.tellUnkept(id, err)
	}
	return true
}

// rest leaves the processors to others, unless the server ends.
func (k *keeping) rest(worked time.Duration) {
	select {
	case <-k.close:
	case <-time.After(min(restShare*worked, longestRest)):
	}
}

// closing tells whether the server ends.
func (k *keeping) closing() bool {
	select {
	case <-k.close:
		return true
	default:
		return false
	}
}

func (s *Server) writeResult(ctx context.Context, r *result.Result, e history.Entry) error {
	about := aboutKept{Started: e.At}
	switch ran := r.Stats().(type) {
	case ranPart:
		about.Stats, about.Failure = ran.QueryStats, ran.failure
	case protocol.QueryStats:
		about.Stats = ran
	}
	body, err := json.Marshal(about)
	if err != nil {
		return err
	}
	return s.kept.folder.Keep(ctx, e.ID, &result.Result{Title: history.Mask(r.Title), Tables: r.Tables}, body)
}

// tellUnkept says at a result why it isn't kept, and once in a window that the disk takes nothing.
func (s *Server) tellUnkept(id string, err error) {
	why := err.Error()
	var file *fs.PathError
	switch {
	case errors.Is(err, result.ErrShare):
		why = fmt.Sprintf("it takes more than %s on disk, half of calypso.results.diskMB", bytesText(s.kept.folder.Share()))
	case errors.As(err, &file):
		why = file.Err.Error()
	}
	s.kept.mu.Lock()
	s.kept.unkept[id] = why
	first := file != nil && !s.kept.told
	s.kept.told = s.kept.told || first
	s.kept.mu.Unlock()
	s.log.Warn("a result isn't kept", zap.String("why", why))
	if first {
		s.warn("Results aren't kept over a reload: " + why + ". Make room in the state folder, or set calypso.results.keep to false.")
	}
	s.tabsChanged()
}

// warn shows a warning.
func (s *Server) warn(message string) {
	s.tell(lsp.MethodWindowShowMessage, &lsp.ShowMessageParams{Type: lsp.MessageTypeWarning, Message: message})
}

// warnLater shows a warning, as soon as there is a client to show it.
func (s *Server) warnLater(message string) {
	s.kept.mu.Lock()
	s.kept.warning = message
	s.kept.mu.Unlock()
	if s.gate.serving() {
		s.greetKept()
	}
}

// greetKept tells a client what it couldn't be told before.
func (s *Server) greetKept() {
	s.kept.mu.Lock()
	warning, restored := s.kept.warning, s.kept.restored
	s.kept.warning, s.kept.restored = "", false
	s.kept.mu.Unlock()
	if warning != "" {
		s.warn(warning)
	}
	if restored {
		s.tabsChanged()
	}
}

// why says why a result isn't kept; "" when it is, or is still to be.
func (k *keeping) why(id string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.unkept[id]
}

// entryOf is the id in the history of the run that gave a result.
func (k *keeping) entryOf(id string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.entries[id]
}

// wakeOf reads a result from the disk.
func (s *Server) wakeOf(entry string) result.Wake {
	return func(most int64) (string, []*result.Table, any, error) {
		c, err := s.kept.folder.Read(entry, most)
		var broken *result.Broken
		var about aboutKept
		switch {
		case errors.Is(err, result.ErrExpired):
			return "", nil, nil, err
		case errors.As(err, &broken):
			s.log.Warn("a kept result is broken", zap.Error(err))
			return "", nil, nil, &Failure{Kind: protocol.ErrorExpired, Message: err.Error(), Hint: "run the query again", Err: err}
		case err != nil:
			return "", nil, nil, &Failure{Kind: protocol.ErrorExpired, Message: err.Error(), Hint: "raise calypso.results.memoryMB, or run the query again", Err: err}
		}
		if err := json.Unmarshal(c.About, &about); err != nil {
			s.log.Warn("a kept result doesn't say how it ran")
		}
		return c.Title, c.Tables, ranPart{QueryStats: about.Stats, failure: about.Failure, kept: about.Started}, nil
	}
}

// asleep gives an id to the rows that are on disk of a run; "" when there are none. looks is how they are looked at.
func (s *Server) asleep(entry string, looks []result.Look) string {
	if !s.keeps() || !s.kept.folder.Has(entry) {
		return ""
	}
	id := s.results.Sleep(s.wakeOf(entry), looks)
	s.kept.mu.Lock()
	s.kept.entries[id] = entry
	s.kept.mu.Unlock()
	return id
}

// ranAt is when a run was whose rows were read from the disk; zero for one of this process.
func ranAt(r *result.Result) time.Time {
	ran, _ := r.Stats().(ranPart)
	return ran.kept
}

// sweepKept deletes rows, and tabs of all windows, whose entries aren't in the history any more. What can't be read is of nobody knows
// what: it goes too where something is to be forgotten.
func (s *Server) sweepKept(forget bool) error {
	if s.kept.folder == nil {
		return nil
	}
	wanted := func() (map[string]bool, error) { // also what has come since
		ids, err := s.opt.History.IDs()
		if s.state.current().Settings.KeepOff {
			clear(ids)
		}
		return ids, err
	}
	err := s.kept.folder.Sweep(wanted)
	files, _ := filepath.Glob(filepath.Join(s.kept.windows, "*", "*"+windowEnding))
	for _, path := range files {
		one := sweepWindow(path, wanted)
		if forget && errors.Is(one, errBrokenWindow) {
			one = os.Remove(path)
		}
		err = errors.Join(err, one)
	}
	if forget {
		aside, _ := filepath.Glob(filepath.Join(s.kept.windows, "*", "*"+windowEnding+windowAside))
		for _, path := range aside {
			err = errors.Join(err, os.Remove(path))
		}
	}
	s.kept.mu.Lock()
	s.kept.saved = nil // it may be gone
	s.kept.mu.Unlock()
	s.windowChanged()
	return err
}

// sweepQuietly is sweepKept where nobody waits for it.
func (s *Server) sweepQuietly(forget bool) {
	if err := s.sweepKept(forget); err != nil && (forget || !errors.Is(err, errBrokenWindow)) {
		s.log.Warn("kept results aren't deleted", zap.String("error", s.quiet(err)))
	}
}
