// Package history keeps what was run, by a person or a model: text, place, time, how it ended; never a row. It lies in one local file, a
// JSON record a line, bounded in number and bytes, readable by its owner only. Rows of runs lie elsewhere, under the ids of entries, and
// go with them: see IDs.
//
// Secrets in a text, h'…' strings before all, are masked before it is kept: such an entry can be looked at, but not run again as it is.
// What may be kept at all is the caller's to decide: a connection whose data may not be stored never gets here.
//
// A run is kept from its beginning, Begin, and seen from its end on, End: one that its process's end cut off is in the list too.
//
// Start at Open. Several processes may have one file open: each change is made to what the file holds at that moment.
package history

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"calypso/kusto/schemafile"
	"calypso/wholefile"
)

const (
	// DefaultLimit is how many entries are kept when nothing else is said.
	DefaultLimit = 1000
	// MaxLimit is the most that may be asked for.
	MaxLimit = 50_000

	maxText  = 128 << 10 // bytes of a text; longer ones are cut
	maxLine  = 1 << 20   // bytes of a line; longer ones aren't ours
	maxBytes = 32 << 20  // of the file
	slack    = 200       // entries over the limit before the file is written anew
	fileMode = 0o600
	dirMode  = 0o700
)

// Entry is one run.
type Entry struct {
	ID         string    `json:"id"` // made by Add
	At         time.Time `json:"at"` // when it began
	Text       string    `json:"text"`
	Masked     bool      `json:"masked,omitempty"`   // secrets were taken out of Text
	Cut        bool      `json:"cut,omitempty"`      // Text is only the beginning
	Connection string    `json:"connection"`         // id
	Name       string    `json:"name"`               // of the connection, as it was shown
	Database   string    `json:"database,omitempty"` //
	By         string    `json:"by"`                 // who asked: user, agent, command
	Status     string    `json:"status"`             // done, failed, cancelled
	Error      string    `json:"error,omitempty"`    // class of the error, as "query SEM0100", or ServerEnded; never its text, which may quote rows
	Ms         int64     `json:"ms"`                 // milliseconds
	Rows       int64     `json:"rows"`
	Process    int       `json:"process,omitempty"` // number of the process that runs it, until it has ended
}

// commented finds h'…' strings where the language has none, as in a comment: what was commented out is as secret as before.
var commented = regexp.MustCompile(`(\b[hH]@?['"])([^'"\n*][^'"\n]*)(['"]|$)`)

// Mask takes the secrets out of a text.
func Mask(text string) string { return commented.ReplaceAllString(schemafile.Mask(text), `$1*****$3`) }

// Whole tells whether an entry's text is what ran, so that it can run again.
func (e Entry) Whole() bool { return !e.Masked && !e.Cut }

// Log is the file. It is safe for many goroutines. Make it with Open.
type Log struct {
	path string

	mu      sync.Mutex      // guards what follows
	limit   int             // 0: nothing is kept
	entries []Entry         // the oldest first
	size    int64           // of the file when it was read or written last; -1 before that
	changed time.Time       // its time then
	running map[string]bool // ids of the runs that Begin kept here and End didn't end yet
}

// Open names the file, which needn't be there; "" keeps entries in memory only. limit is how many are kept; 0 keeps none.
func Open(path string, limit int) *Log {
	return &Log{path: path, limit: min(max(limit, 0), MaxLimit), size: -1, running: map[string]bool{}}
}

// SetLimit keeps another number from now on. With 0, what was kept is deleted.
func (l *Log) SetLimit(limit int) error {
	limit = min(max(limit, 0), MaxLimit)
	l.mu.Lock()
	before := l.limit
	l.limit = limit
	l.mu.Unlock()
	switch {
	case limit == 0 && before != 0:
		return l.Clear()
	case limit < before:
		return l.rewrite(func(Entry) bool { return true })
	}
	return nil
}

// Add keeps a run and gives it an id; "" when nothing is kept.
func (l *Log) Add(e Entry) (string, error) {
	e.ID = rand.Text()[:16]
	e.Text = strings.ToValidUTF8(e.Text, "\uFFFD")
	masked := Mask(e.Text)
	e.Masked, e.Text = e.Masked || masked != e.Text, masked
	if len(e.Text) > maxText {
		e.Text, e.Cut = strings.ToValidUTF8(e.Text[:maxText], ""), true
	}
	line, err := json.Marshal(e)
	if err != nil {
		return "", err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.limit == 0 {
		return "", nil
	}
	if e.Process != 0 {
		l.running[e.ID] = true
	}
	if l.path == "" {
		l.entries = append(l.entries, e)
		l.entries = l.entries[max(0, len(l.entries)-l.limit):]
		return e.ID, nil
	}
	return e.ID, l.locked(func() error {
		if err := l.read(); err != nil {
			return err
		}
		if len(l.entries) >= l.limit+slack || l.size+int64(len(line)) > maxBytes {
			return l.write(append(slices.Clone(l.entries), e))
		}
		if err := l.append(line); err != nil {
			return err
		}
		l.entries = append(l.entries, e)
		return nil
	})
}

// append writes one line behind the others. A torn last line, of a process that was killed, is ended first.
func (l *Log) append(line []byte) error {
	file, err := os.OpenFile(l.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, fileMode)
	if err != nil {
		return failed(err)
	}
	last := []byte{'\n'}
	if l.size > 0 {
		_, err = file.ReadAt(last, l.size-1)
	}
	body := append(slices.Clone(line), '\n')
	if last[0] != '\n' {
		body = append([]byte{'\n'}, body...)
	}
	if err == nil {
		_, err = file.Write(body)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return failed(err)
	}
	return l.seen()
}

// List gives the newest entries whose text or place contains search, letter case ignored, from the one numbered from on, count at most;
// more tells whether there are others.
func (l *Log) List(search string, from, count int) (list []Entry, more bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.read(); err != nil {
		return nil, false, err
	}
	search = strings.ToLower(search)
	kept := l.entries[max(0, len(l.entries)-l.limit):]
	for _, e := range slices.Backward(kept) {
		if e.Process != 0 {
			continue // it runs
		}
		if search != "" && !strings.Contains(strings.ToLower(e.Text+"\n"+e.Name+"\n"+e.Database+"\n"+e.Error), search) {
			continue
		}
		if from > 0 {
			from--
			continue
		}
		if len(list) == count {
			return list, true, nil
		}
		list = append(list, e)
	}
	return list, false, nil
}

// Find gives an entry by its id.
func (l *Log) Find(id string) (Entry, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.read() // what can't be read isn't there
	i := slices.IndexFunc(l.entries, func(e Entry) bool { return e.ID == id && e.Process == 0 })
	if i < 0 {
		return Entry{}, false
	}
	return l.entries[i], true
}

// IDs are those of all entries, of runs that haven't ended too: what is kept elsewhere about others can be deleted.
func (l *Log) IDs() (map[string]bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.read(); err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for _, e := range l.entries[max(0, len(l.entries)-l.limit):] {
		ids[e.ID] = true
	}
	return ids, nil
}

// Remove deletes entries, from the disk too. Those that aren't there are deleted already.
func (l *Log) Remove(ids ...string) error {
	return l.rewrite(func(e Entry) bool { return !slices.Contains(ids, e.ID) })
}

// Forget deletes the entries that don't pass.
func (l *Log) Forget(keep func(Entry) bool) error { return l.rewrite(keep) }

// Clear deletes all.
func (l *Log) Clear() error { return l.rewrite(func(Entry) bool { return false }) }

func (l *Log) rewrite(keep func(Entry) bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.path == "" {
		l.entries = slices.DeleteFunc(l.entries, func(e Entry) bool { return !keep(e) })
		return nil
	}
	if _, err := os.Stat(l.path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return l.locked(func() error {
		if err := l.read(); err != nil {
			return err
		}
		left := slices.DeleteFunc(slices.Clone(l.entries), func(e Entry) bool { return !keep(e) })
		if len(left) == len(l.entries) && len(left) <= l.limit {
			return nil
		}
		return l.write(left)
	})
}

func (l *Log) locked(f func() error) error {
	if err := os.MkdirAll(filepath.Dir(l.path), dirMode); err != nil {
		return failed(err)
	}
	return wholefile.Locked(l.path, f)
}

// write replaces the file; the newest that fit stay.
func (l *Log) write(entries []Entry) error {
	entries = entries[max(0, len(entries)-l.limit):]
	lines := make([][]byte, 0, len(entries))
	total := 0
	for i, e := range slices.Backward(entries) {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if total += len(line) + 1; total > maxBytes/2 {
			entries = entries[i+1:]
			break
		}
		lines = append(lines, line)
	}
	slices.Reverse(lines)
	body := bytes.Join(lines, []byte{'\n'})
	if len(lines) > 0 {
		body = append(body, '\n')
	}
	if err := wholefile.Write(l.path, body, fileMode); err != nil {
		return failed(err)
	}
	l.entries = slices.Clone(entries)
	return l.seen()
}

// read takes what the file holds, unless it is as it was, and sees which runs were cut off.
func (l *Log) read() error {
	if l.path == "" {
		return nil
	}
	defer l.settle()
	info, err := os.Stat(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		l.entries, l.size = nil, 0
		return nil
	}
	if err != nil {
		return unread(err)
	}
	if info.Size() == l.size && info.ModTime().Equal(l.changed) {
		return nil
	}
	file, err := os.Open(l.path)
	if err != nil {
		return unread(err)
	}
	defer file.Close()
	body, err := io.ReadAll(io.LimitReader(file, 2*maxBytes))
	if err != nil {
		return unread(err)
	}
	l.entries = parse(body)
	return l.seen()
}

// parse reads the lines of a file; what can't be one is left out, as a line that a killed process left torn.
func parse(body []byte) []Entry {
	var list []Entry
	runs := map[string]int{} // places in the list of those that have no end yet
	for line := range bytes.Lines(body) {
		if len(line) > maxLine {
			continue
		}
		var e Entry
		var end ending
		if json.Unmarshal(line, &e) == nil && e.ID != "" && e.Text != "" {
			if e.Process != 0 {
				runs[e.ID] = len(list)
			}
			list = append(list, e)
		} else if json.Unmarshal(line, &end) == nil {
			if at, ok := runs[end.ID]; ok {
				end.to(&list[at])
			}
		}
	}
	return list
}

// seen notes how the file is now.
func (l *Log) seen() error {
	info, err := os.Stat(l.path)
	if err != nil {
		return failed(err)
	}
	l.size, l.changed = info.Size(), info.ModTime()
	return nil
}

func failed(err error) error { return fmt.Errorf("the history can't be kept: %w", err) }

func unread(err error) error { return fmt.Errorf("the history can't be read: %w", err) }
