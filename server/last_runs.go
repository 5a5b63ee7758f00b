package server

import (
	"crypto/sha256"
	"sync"

	"calypso/server/protocol"
	"calypso/server/session"
)

// maxLastRuns are remembered; beyond it all are forgotten, which only costs lenses.
const maxLastRuns = 500

// lastRuns knows what the last run of each text of a document gave. The zero value is ready.
type lastRuns struct {
	mu   sync.Mutex // guards list
	list map[runText]lastRun
}

// runText is what ran, and where: changed text has no last run, nor has the same one at another place.
type runText struct {
	document session.Key
	target   Target
	text     [sha256.Size]byte
}

// lastRun is what one run gave.
type lastRun struct {
	result string // id
	rows   int64
}

func (l *lastRuns) put(k session.Key, t Target, text string, r protocol.ResultInfo) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.list == nil || len(l.list) >= maxLastRuns {
		l.list = map[runText]lastRun{}
	}
	l.list[runText{k, t, sha256.Sum256([]byte(text))}] = lastRun{result: r.Result, rows: r.Stats.Rows}
}

func (l *lastRuns) find(k session.Key, t Target, text string) (lastRun, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, ok := l.list[runText{k, t, sha256.Sum256([]byte(text))}]
	return r, ok
}
