package history

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"syscall"
	"time"
)

// A run is kept as it begins, so that it isn't lost with the process that runs it: a line as it begins, a short one as it ends. Nobody sees
// it in between. One whose process is gone, without the second line, was cut off, and is shown as such.

// ServerEnded is the Error of a run that was cut off because its process ended.
const ServerEnded = "server ended"

// longest is how long a run can take: one that began before that was cut off, whoever has its process's number by now.
const longest = 24 * time.Hour

// ending is the line of a run's end.
type ending struct {
	ID       string `json:"ends"`
	Database string `json:"database,omitempty"` // where it turned out which it is
	Status   string `json:"status"`
	Error    string `json:"error,omitempty"`
	Ms       int64  `json:"ms"`
	Rows     int64  `json:"rows"`
}

// Begin keeps a run that has only begun, and gives it an id for End; "" when nothing is kept.
func (l *Log) Begin(e Entry) (string, error) {
	e.Process = os.Getpid()
	return l.Add(e)
}

// End keeps how a run ended: status, error, duration, rows, and the database when there is one. A run that was deleted stays so.
func (l *Log) End(id string, as Entry) error {
	if id == "" {
		return nil
	}
	end := ending{ID: id, Database: as.Database, Status: as.Status, Error: as.Error, Ms: as.Ms, Rows: as.Rows}
	line, err := json.Marshal(end)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.running, id)
	if l.path == "" {
		end.apply(l.entries)
		return nil
	}
	return l.locked(func() error {
		if err := l.read(); err != nil || !end.apply(l.entries) {
			return err
		}
		return l.append(line)
	})
}

// apply ends its run; false when the run isn't there.
func (end ending) apply(list []Entry) bool {
	i := slices.IndexFunc(list, func(e Entry) bool { return e.ID == end.ID })
	if i < 0 {
		return false
	}
	end.to(&list[i])
	return true
}

func (end ending) to(e *Entry) {
	if end.Database != "" {
		e.Database = end.Database
	}
	e.Process, e.Status, e.Error, e.Ms, e.Rows = 0, end.Status, end.Error, end.Ms, end.Rows
}

// settle tells those runs as cut off whose process is gone.
func (l *Log) settle() {
	for i := range l.entries {
		e := &l.entries[i]
		if e.Process == 0 || l.running[e.ID] {
			continue
		}
		// Our own number without a run of ours was another process's before us.
		if e.Process == os.Getpid() || time.Since(e.At) > longest || gone(e.Process) {
			e.Process, e.Status, e.Error = 0, "failed", ServerEnded
		}
	}
}

// gone tells that no process has this number. One that may not be asked is there.
func gone(process int) bool {
	p, err := os.FindProcess(process)
	if err != nil {
		return true
	}
	defer func() { _ = p.Release() }() // the answer is known
	return errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}
