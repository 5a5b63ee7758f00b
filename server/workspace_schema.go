package server

import (
	"slices"

	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/server/session"
)

// The schema that a document is analysed with: the database's, with what other files of the workspace create.

// overlayPlace is for whom a schema is: a target, and the document whose own commands don't count; "" where none of its own do.
type overlayPlace struct {
	target Target
	own    session.Key
}

// overlaid is a schema with what is offered. It is made anew only when that changes.
type overlaid struct {
	base    *symbol.Schema
	version int64 // of the index when it was compared last
	schemas int64 // of the snapshot then
	open    bool
	sure    []script.Offer
	loose   []script.Offer
	schema  *symbol.Schema
}

// fit says whether what a file creates lies in a target.
type fit uint8

const (
	elsewhere fit = iota
	perhaps       // nothing says where the file's commands run
	forSure
)

// fits tells whether an offer lies in a target. Call it with the lock held.
func (ix *workspaceIndex) fits(f *indexedFile, o script.Offer, t Target, snap *session.Snapshot) fit {
	if o.Connect != "" {
		if at, ok := ix.resolved[o.Connect]; ok && at == t {
			return forSure
		}
		return elsewhere
	}
	at, chosen := snap.Target(f.key)
	switch {
	case at == t:
		return forSure
	case chosen:
		return elsewhere
	}
	return perhaps
}

// over gives a target's schema with what files other than own create. It gives the same schema while nothing changes.
func (ix *workspaceIndex) over(base *symbol.Schema, t Target, own session.Key, snap *session.Snapshot) *symbol.Schema {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if f := ix.files[own]; f == nil || len(f.offers) == 0 {
		own = ""
	}
	unsure := ix.incomplete()
	if ix.offered == 0 && !unsure {
		return base
	}
	at := overlayPlace{t, own}
	e := ix.overlays[at]
	if e != nil && e.base == base && e.version == ix.version && e.schemas == snap.Schemas && e.open == unsure {
		return e.schema
	}
	sure, loose := ix.offers(t, own, snap)
	if e == nil || e.base != base || e.open != unsure || !sameSymbols(e.sure, sure) || !sameSymbols(e.loose, loose) {
		e = &overlaid{base: base, open: unsure, sure: sure, loose: loose, schema: script.With(base, sure, loose)}
		if unsure {
			e.schema = script.Unsure(e.schema)
		}
	}
	next := *e
	next.version, next.schemas = ix.version, snap.Schemas
	ix.overlays[at] = &next
	return next.schema
}

// incomplete tells whether files may create more than is known. Call it with the lock held.
func (ix *workspaceIndex) incomplete() bool {
	return ix.partial || ix.building && ix.server.can.tellsAgain()
}

// unsure is incomplete for who doesn't hold the lock.
func (ix *workspaceIndex) unsure() bool {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	return ix.incomplete()
}

// offers lists what others than own create in a target. Call it with the lock held.
func (ix *workspaceIndex) offers(t Target, own session.Key, snap *session.Snapshot) (sure, loose []script.Offer) {
	for _, f := range ix.offering() {
		if f.key == own {
			continue
		}
		for _, o := range f.offers {
			switch ix.fits(f, o, t, snap) {
			case forSure:
				sure = append(sure, o)
			case perhaps:
				loose = append(loose, o)
			}
		}
	}
	return sure, loose
}

// sameSymbols tells whether two lists of offers make the same. Those that put kept are compared by what they are.
func sameSymbols(a, b []script.Offer) bool {
	return slices.EqualFunc(a, b, func(x, y script.Offer) bool { return x.Same(y) })
}

// resolve finds the target of a #connect directive of an open document, and keeps it for the files that have the same.
func (ix *workspaceIndex) resolve(connect string) (Target, bool) {
	t, ok := ix.server.backend.Resolve(connect)
	if !ok {
		return t, false
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if was, known := ix.resolved[connect]; !known || was != t {
		ix.resolved[connect] = t
		ix.version++
	}
	return t, true
}

// schemas gives the schema for each block of a document: its #connect directive's, else the document's own, with what other files
// create. Within one analysis it gives the same for the same directive.
func (s *Server) schemas(own Target, of session.Key) script.Schemas {
	snap := s.state.current()
	known := map[string]*symbol.Schema{}
	return func(connect string) *symbol.Schema {
		if schema := known[connect]; schema != nil {
			return schema
		}
		t, ok := own, own.Connection != ""
		if connect != "" {
			t, ok = s.index.resolve(connect)
		}
		base := nothing
		if ok {
			base = s.backend.Schema(t)
		}
		if ok || connect == "" {
			base = s.index.over(base, t, of, snap)
		}
		known[connect] = base
		return base
	}
}

// closedSchemas are those for a file that isn't open: its own commands count too, and its directives make no connections.
func (s *Server) closedSchemas(own Target) script.Schemas {
	snap := s.state.current()
	return func(connect string) *symbol.Schema {
		t := own
		if connect != "" {
			s.index.mu.Lock()
			t = s.index.resolved[connect]
			s.index.mu.Unlock()
		}
		base := nothing
		if t.Connection != "" {
			base = s.backend.Schema(t)
		} else if connect != "" {
			return nothing
		}
		return s.index.over(base, t, "", snap)
	}
}
