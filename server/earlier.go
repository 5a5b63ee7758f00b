package server

import (
	"slices"
	"sync"

	"calypso/server/session"
)

// earlierVersions is how many texts of a document are remembered: as many as one types while a question is on its way.
const earlierVersions = 8

// earlierBytes is how long these texts of one document may be together.
const earlierBytes = 4 << 20

// earlier has the texts that documents had a moment ago. Editors send what is typed as it is typed, and a question about the text before
// that a moment later: who presses F5 and types on means what stood there at F5.
type earlier struct {
	mu    sync.Mutex // guards texts
	texts map[session.Key][]*session.Document
}

// add remembers a text that another one replaces, without what was found out about it.
func (e *earlier) add(d *session.Document) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.texts == nil {
		e.texts = map[session.Key][]*session.Document{}
	}
	list := append(e.texts[d.Key], &session.Document{URI: d.URI, Key: d.Key, Language: d.Language, Version: d.Version, File: d.File})
	from, bytes := len(list), 0
	for from > max(0, len(list)-earlierVersions) && bytes+len(list[from-1].File.Text()) <= earlierBytes {
		from--
		bytes += len(list[from].File.Text())
	}
	e.texts[d.Key] = slices.Delete(list, 0, from)
}

// version gives the text of a version; nil where it isn't known any more.
func (e *earlier) version(key session.Key, version int32) *session.Document {
	e.mu.Lock()
	defer e.mu.Unlock()
	if i := slices.IndexFunc(e.texts[key], func(d *session.Document) bool { return d.Version == version }); i >= 0 {
		return e.texts[key][i]
	}
	return nil
}

func (e *earlier) forget(key session.Key) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.texts, key)
}
