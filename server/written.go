package server

// Where texts are written for clients without a view of ours: in a folder of this process, which nobody else can foresee or read, as
// the system's folder for temporary files is everybody's. It goes with the server, rows and all.

import (
	"os"
	"sync"
)

// written is that folder. Its zero value has made none.
type written struct {
	mu  sync.Mutex // guards dir
	dir string
}

// folder gives the folder, and makes it the first time. where is the one that the options name, "" for one of the process's own.
func (w *written) folder(where string) (string, error) {
	if where != "" {
		return where, os.MkdirAll(where, 0o700)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dir != "" {
		return w.dir, os.MkdirAll(w.dir, 0o700) // somebody may have tidied up
	}
	dir, err := os.MkdirTemp("", "calypso-results-") // made with 0700
	w.dir = dir
	return dir, err
}

// made gives the folder if there is one by now.
func (w *written) made(where string) (string, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if where != "" {
		return where, true
	}
	return w.dir, w.dir != ""
}

// remove takes away the process's own folder.
func (w *written) remove() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dir != "" {
		_ = os.RemoveAll(w.dir) // only this user can read what stays
	}
}
