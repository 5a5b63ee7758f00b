package server

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"calypso/history"
	"calypso/server/protocol"
	"calypso/server/result"
	"calypso/wholefile"

	"go.uber.org/zap"
)

// The tabs of a window over a reload, a crash or a restart: which were open, in what order, and how their tables were looked at. Each
// window has a file of its own: by its workspace, the name that its client knows it by, and a place that it holds by a lock, for a client
// may not tell its windows apart, as a browser's tabs. Rows lie elsewhere and are read when their tab is shown.

const (
	windowEnding = ".json"
	windowAside  = ".broken"
	windowMode   = 0o600
	maxWindows   = 64 // with one name at once
	// handover is how long a window waits for the one that it may be a reload of, whose server may end a while after this one began.
	handover = 10 * time.Second
	// handoverGap is between two tries.
	handoverGap = 100 * time.Millisecond
)

// errBrokenWindow says that a window's file can't be read.
var errBrokenWindow = errors.New("it is broken")

// keptWindow is the file of a window.
type keptWindow struct {
	Front string                   `json:"front"`
	Tabs  []keptTab                `json:"tabs"`
	Looks map[string][]result.Look `json:"looks,omitempty"` // by id in the history
}

// keptTab is a tab in it.
type keptTab struct {
	protocol.ResultTab
	Own     string    `json:"own,omitempty"`
	Started time.Time `json:"started"`
	Entry   string    `json:"entry"`            // id in the history: a tab goes with it
	Unkept  string    `json:"unkept,omitempty"` // why its rows aren't kept
}

// windowChanged has the window's file written anew.
func (s *Server) windowChanged() {
	s.kept.mu.Lock()
	s.kept.changed = true
	s.kept.mu.Unlock()
	s.kept.wake()
}

// saveWindow writes the window's file; false when it holds what it should, or there is none yet.
func (s *Server) saveWindow() (written bool) {
	defer s.recovered("keeping tabs", func(error) {})
	k := s.kept
	k.mu.Lock()
	path, changed, saved := k.window, k.changed, k.saved
	if path != "" {
		k.changed = false
	}
	k.mu.Unlock()
	if path == "" || !changed || !s.keeps() {
		return false
	}
	ids, err := s.opt.History.IDs()
	if err != nil {
		return true
	}
	w := s.windowNow(ids)
	body, err := json.Marshal(w)
	if err != nil || bytes.Equal(body, saved) {
		return true
	}
	if len(w.Tabs) == 0 {
		err = gone(os.Remove(path))
	} else {
		err = wholefile.Locked(path, func() error { return wholefile.Write(path, body, windowMode) })
	}
	if err != nil {
		s.log.Warn("the tabs of the results aren't kept", zap.Error(err))
		return true
	}
	k.mu.Lock()
	k.saved = body
	k.mu.Unlock()
	if !s.keeps() {
		s.sweepQuietly(true) // it was switched off while this was written
	}
	return true
}

// windowNow is what the file should hold: the tabs of runs that are in the history. Secrets are masked as they are there.
func (s *Server) windowNow(ids map[string]bool) keptWindow {
	list, front := s.tabs.all()
	w := keptWindow{Front: front, Tabs: []keptTab{}, Looks: map[string][]result.Look{}}
	for _, one := range list {
		k := keptTab{ResultTab: one.ResultTab, Own: one.own, Started: one.started, Entry: one.entry, Unkept: one.unkept}
		if one.Result != "" {
			k.Entry, k.Unkept = s.kept.entryOf(one.Result), s.kept.why(one.Result)
		}
		if !ids[k.Entry] {
			continue
		}
		k.Title, k.Text = history.Mask(k.Title), ""
		if one.Status != protocol.TabRunning {
			k.Text = history.Mask(one.Text)
		}
		if k.Again != nil && history.Mask(k.Again.Text) != k.Again.Text {
			k.Again = nil
		}
		if k.Error != nil {
			masked := *k.Error
			masked.Message, masked.Data.Detail = history.Mask(masked.Message), history.Mask(masked.Data.Detail)
			k.Error = &masked
		}
		if looks := s.results.Looks(one.Result); looks != nil {
			w.Looks[k.Entry] = looks
		}
		w.Tabs = append(w.Tabs, k)
	}
	return w
}

// readWindow reads a window's file; nil when there is none.
func readWindow(path string) (*keptWindow, error) {
	body, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var w keptWindow
	if err == nil && json.Unmarshal(body, &w) != nil {
		err = &fs.PathError{Op: "read", Path: path, Err: errBrokenWindow}
	}
	if err != nil {
		return nil, err
	}
	return &w, nil
}

// gone is the error of a removal: what another took away is away.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// sweepWindow takes the tabs out of a window's file that aren't wanted any more. It asks what is once it has read them: another window may
// have just begun a run.
func sweepWindow(path string, ask func() (map[string]bool, error)) error {
	return wholefile.Locked(path, func() error {
		w, err := readWindow(path)
		if w == nil || err != nil {
			return err
		}
		wanted, err := ask()
		if err != nil {
			return err
		}
		before := len(w.Tabs)
		w.Tabs = slices.DeleteFunc(w.Tabs, func(t keptTab) bool { return !wanted[t.Entry] })
		for entry := range w.Looks {
			if !wanted[entry] {
				delete(w.Looks, entry)
			}
		}
		body, err := json.Marshal(w)
		switch {
		case err != nil || len(w.Tabs) == before:
			return err
		case len(w.Tabs) == 0:
			return gone(os.Remove(path))
		}
		return wholefile.Write(path, body, windowMode)
	})
}

// claimWindow finds the file of this window: the first that no other window of the workspace and name has. Where that isn't the very first,
// the one before may be of the window that this is a reload of, and its server about to end: it is waited for.
func (s *Server) claimWindow(ctx context.Context, roots []string) {
	if s.kept.folder == nil {
		return
	}
	of := append(slices.Sorted(slices.Values(roots)), "", s.can.Window)
	sum := sha256.Sum256([]byte(strings.Join(of, "\n")))
	dir := filepath.Join(s.kept.windows, hex.EncodeToString(sum[:8]))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		s.log.Warn("the tabs of the results aren't kept", zap.Error(err))
		return
	}
	n, lock := holdWindow(dir, maxWindows)
	if n <= 1 {
		s.openWindow(dir, n, lock)
		return
	}
	go func() {
		until, stop := context.WithTimeout(ctx, cmp.Or(s.opt.handover, handover))
		defer stop()
		n, lock := waitForWindow(until, dir, n, lock)
		if ctx.Err() == nil {
			s.openWindow(dir, n, lock)
		}
	}()
}

// holdWindow holds the first place that is free, of so many; 0 for none. The system lets go of it when the process ends.
func holdWindow(dir string, places int) (int, io.Closer) {
	for n := 1; n <= places; n++ {
		lock, err := wholefile.Hold(filepath.Join(dir, strconv.Itoa(n)+".held"))
		if err != nil {
			return 0, nil
		}
		if lock != nil {
			return n, lock
		}
	}
	return 0, nil
}

// waitForWindow waits for a place before the one that is held, and gives that up for it.
func waitForWindow(until context.Context, dir string, n int, held io.Closer) (int, io.Closer) {
	again := time.NewTicker(handoverGap)
	defer again.Stop()
	for {
		select {
		case <-until.Done():
			return n, held
		case <-again.C:
		}
		if better, lock := holdWindow(dir, n-1); better > 0 {
			_ = held.Close()
			return better, lock
		}
	}
}

// openWindow takes a place's file for this window's, and shows the tabs that it lists.
func (s *Server) openWindow(dir string, n int, lock io.Closer) {
	if n == 0 {
		return
	}
	path := filepath.Join(dir, strconv.Itoa(n)+windowEnding)
	w, err := readWindow(path)
	if err != nil {
		s.log.Warn("the tabs of the results can't be read", zap.Error(err))
		_ = os.Rename(path, path+windowAside) // what can't be moved is written anew
		s.warnLater("The list of the results that were open can't be read; it was put aside as " + path + windowAside + ". Their rows are in the history: Show Result.")
	}
	ids, err := s.opt.History.IDs()
	switch {
	case w == nil:
	case err != nil:
		s.warnLater("The results that were open aren't shown: " + err.Error() + ". Mend that file or put it aside, then restart the server.")
	default:
		s.restore(w, ids)
	}
	s.kept.mu.Lock()
	s.kept.window, s.kept.lock, s.kept.restored = path, lock, w != nil
	s.kept.mu.Unlock()
	s.windowChanged() // what changed before there was a file
	if s.gate.serving() {
		s.greetKept()
	}
}

// restore shows the tabs of a file.
func (s *Server) restore(w *keptWindow, ids map[string]bool) {
	asleep := map[string]string{} // by entry
	var list []*tab
	for _, k := range w.Tabs {
		if k.Tab == "" || !ids[k.Entry] {
			continue
		}
		if _, known := asleep[k.Entry]; !known && k.Result != "" {
			asleep[k.Entry] = s.resultAgain(k.Entry, w.Looks[k.Entry])
		}
		one := &tab{ResultTab: k.ResultTab, own: k.Own, started: k.Started, entry: k.Entry, unkept: k.Unkept, kept: true}
		one.Query = ""
		switch {
		case k.Status == protocol.TabRunning:
			one.fails(protocol.ErrorData{Kind: protocol.ErrorOther}, "the server ended before the query did")
		case k.Result == "":
		case asleep[k.Entry] == "":
			one.Result = ""
			why := "the rows of this result aren't kept any more"
			if k.Unkept != "" {
				why = "the rows of this result weren't kept: " + k.Unkept
			}
			one.fails(protocol.ErrorData{Kind: protocol.ErrorExpired, Hint: "run again"}, why)
		default:
			one.Result, one.unkept = asleep[k.Entry], ""
			s.results.Pin(one.Result, one.Pinned)
		}
		list = append(list, one)
	}
	s.tabs.restore(list, w.Front)
}

// fails makes a tab say why there are no rows.
func (t *tab) fails(data protocol.ErrorData, why string) {
	t.Status, t.Text = protocol.TabFailed, ""
	t.Error = &protocol.FailureInfo{Message: why, Data: data}
}
