// What is known of each connection's cluster: one growing snapshot, and for each database of it a view with that database as the
// current one. Nothing here waits for a cluster except Load. load.go fills it.

package connection

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"calypso/kql/symbol"
	"calypso/server"
	"calypso/server/protocol"
)

// schemas is what is known of one connection's cluster. Databases are named in lower case in its maps, as asked for; "" is the
// cluster's own default while nobody knows which that is.
type schemas struct {
	mu      sync.Mutex // guards what follows
	all     *symbol.Schema
	views   map[string]*symbol.Schema         // made of all
	loads   map[string]*load                  // under way
	held    map[string]*held                  // loaded, from the cluster or from the cache
	trouble map[string]trouble                // whose last load failed
	told    map[string]protocol.SchemaChanged // the last of each
	version int64
	// standard is the database that "" means, once it is known.
	standard string
	// names are the cluster's databases as it listed them last; nil while it hasn't.
	names []string

	looked time.Time // when a folder's files were looked at last because somebody wrote a query

	sizes map[string]sizes // of databases whose tables were asked for; see size.go

	slots chan struct{} // one for each load that may ask the cluster at a time
}

// held is what is known beside the schema of a database that is loaded.
type held struct {
	name    string // the database's own
	fetched time.Time
	sum     string // cache.Sum of it
}

// trouble is a load that failed.
type trouble struct {
	at  time.Time // by itself it isn't tried again for a while
	err error
}

const (
	// retryAfter is how long a failed load isn't tried again unless a person asks.
	retryAfter = 30 * time.Second
	// loadsAtOnce bounds what a text that names many databases asks of a cluster.
	loadsAtOnce = 3
	// patience is that of Options, where it says nothing.
	patience = 100 * time.Millisecond
)

// nothing is the schema of a place that doesn't exist: under it no name is an error.
var nothing = &symbol.Schema{}

// ready makes the maps at the first use; the caller holds the lock.
func (s *schemas) ready(e *entry) {
	if s.all != nil {
		return
	}
	host := ""
	if c, err := e.dial(); err == nil {
		host = c.Host()
	}
	s.all = symbol.New(&symbol.Cluster{Name: host, State: symbol.NotLoaded}, nil)
	s.views = make(map[string]*symbol.Schema)
	s.loads = make(map[string]*load)
	s.held = make(map[string]*held)
	s.trouble = make(map[string]trouble)
	s.told = make(map[string]protocol.SchemaChanged)
	s.sizes = make(map[string]sizes)
	s.slots = make(chan struct{}, loadsAtOnce)
}

// key is a database's name in the maps; the caller holds the lock.
func (s *schemas) key(database string) string {
	if database == "" {
		database = s.standard
	}
	return strings.ToLower(database)
}

// view gives the current snapshot with a database as the current one; the caller holds the lock.
func (s *schemas) view(database string) *symbol.Schema {
	key := s.key(database)
	if v := s.views[key]; v != nil {
		return v
	}
	name := database
	if name == "" {
		name = s.standard
	}
	v := s.all.WithCurrent(s.all.Clusters[0].Name, name)
	v.Version = s.version
	s.views[key] = v
	return v
}

// resting tells whether a load failed so lately that it isn't tried by itself; the caller holds the lock.
func (s *schemas) resting(key string, now time.Time) bool {
	t, failed := s.trouble[key]
	return failed && now.Sub(t.at) < retryAfter
}

// Schema gives the snapshot for a target. What isn't known is loaded, and what is too old is loaded again, both in the background.
func (b *Book) Schema(t server.Target) *symbol.Schema {
	e, err := b.entry(t.Connection)
	if err != nil {
		return nothing
	}
	s := &e.schemas
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready(e)
	now := b.now()
	if isFolder(e.address) && now.Sub(s.looked) > lookAgain {
		s.looked = now
		go b.freshen(e)
	}
	key := s.key(t.Database)
	switch h := s.held[key]; {
	case h == nil && !s.resting(key, now):
		l := b.start(e, t.Database, false)
		if e.local() || b.cacheOf(e) != nil {
			s.mu.Unlock()
			l.soon(b.look)
			s.mu.Lock()
		}
	case h != nil && len(s.loads) == 0 && !e.local():
		if old := s.oldest(key, now, b.maxAge); old != nil && !s.resting(strings.ToLower(old.name), now) {
			b.start(e, old.name, false)
		}
	}
	return s.view(t.Database)
}

// oldest gives what is too old: of a target's own database, else of the one that is oldest among those that texts named. The caller
// holds the lock.
func (s *schemas) oldest(key string, now time.Time, limit time.Duration) *held {
	if h := s.held[key]; tooOld(h.fetched, now, limit) {
		return h
	}
	var old *held
	for _, h := range s.held {
		if tooOld(h.fetched, now, limit) && !s.resting(strings.ToLower(h.name), now) && (old == nil || h.fetched.Before(old.fetched)) {
			old = h
		}
	}
	return old
}

// tooOld also counts what comes from the future: a clock was wrong.
func tooOld(fetched, now time.Time, limit time.Duration) bool {
	age := now.Sub(fetched)
	return age >= limit || age < -time.Minute
}

// Want loads a further database that a text names. Only the target's own cluster is asked: another one's name in a text is no
// leave to contact it, so its names stay unknown, and nothing about them is an error.
func (b *Book) Want(t server.Target, cluster, database string) {
	e, err := b.entry(t.Connection)
	if err != nil || database == "" {
		return
	}
	s := &e.schemas
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready(e)
	if cluster != "" && !symbol.SameCluster(s.all.Clusters[0], cluster) {
		return
	}
	if key := s.key(database); s.held[key] == nil && !s.resting(key, b.now()) {
		b.start(e, database, false)
	}
}

// put takes a database into the snapshot and tells whether that changed anything; the caller holds the lock. asked is the name it
// was asked for, "" for the cluster's own default; names are the cluster's databases, nil when they aren't known.
func (s *schemas) put(asked string, got *symbol.Database, names []string, fetched time.Time, sum string) bool {
	key := strings.ToLower(got.Name)
	before := s.held[key]
	changed := before == nil || before.sum != sum || names != nil && !slices.Equal(names, s.names)
	h := &held{name: got.Name, fetched: fetched, sum: sum}
	s.held[key], s.held[strings.ToLower(asked)] = h, h
	delete(s.trouble, key)
	delete(s.trouble, strings.ToLower(asked))
	if asked == "" {
		s.standard = got.Name
	}
	if names != nil {
		s.names = names
	}
	if changed {
		s.place(got)
	}
	return changed
}

// place makes the next snapshot: the databases that the cluster lists, those that are loaded as they are, and got in its place. The
// caller holds the lock.
func (s *schemas) place(got *symbol.Database) {
	was := s.all.Clusters[0]
	next := &symbol.Cluster{Name: was.Name, State: was.State}
	if s.names == nil {
		next.Databases = slices.DeleteFunc(slices.Clone(was.Databases), func(d *symbol.Database) bool { return d.Is(got.Name) })
		next.Databases = append(next.Databases, got)
	} else {
		next.State = symbol.Known
		placed := false
		for _, name := range s.names {
			db := was.Find(name)
			switch {
			case strings.EqualFold(name, got.Name):
				db, placed = got, true
			case db == nil:
				db = &symbol.Database{Name: name, State: symbol.NotLoaded}
			}
			next.Databases = append(next.Databases, db)
		}
		if !placed {
			next.Databases = append(next.Databases, got)
		}
	}
	s.renew(next)
}

func (s *schemas) renew(next *symbol.Cluster) {
	s.all = symbol.New(next, nil)
	s.version++
	clear(s.views)
}

// drop forgets a database that the cluster says isn't there; the caller holds the lock.
func (s *schemas) drop(name string) {
	for key, h := range s.held {
		if h.name == name {
			delete(s.held, key)
		}
	}
	was := s.all.Clusters[0]
	next := &symbol.Cluster{Name: was.Name, State: was.State}
	for _, d := range was.Databases {
		if d.Is(name) {
			d = &symbol.Database{Name: d.Name, State: symbol.NotLoaded}
		}
		next.Databases = append(next.Databases, d)
	}
	s.renew(next)
}

// age says how old a database's schema is, and why it isn't younger; the caller holds the lock.
func (s *schemas) age(key string) server.SchemaAge {
	var a server.SchemaAge
	if h := s.held[key]; h != nil {
		a.Loaded = h.fetched
	}
	if t, failed := s.trouble[key]; failed {
		a.Reason = reason(t.err)
	}
	return a
}

// note is what the list of connections says about the schema: that it is an old one, since no newer can be had. The default
// database counts first, then any.
func (s *schemas) note(database string, now time.Time) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		return ""
	}
	if text := s.age(s.key(database)).Note(now); text != "" {
		return text
	}
	var worst server.SchemaAge
	for key := range s.held {
		if a := s.age(key); a.Reason != "" && (worst.Reason == "" || a.Loaded.Before(worst.Loaded)) {
			worst = a
		}
	}
	return worst.Note(now)
}

// reason says in few words why a schema couldn't be loaded.
func reason(err error) string {
	var f *server.Failure
	if errors.As(err, &f) {
		switch f.Kind {
		case protocol.ErrorNetwork:
			return "cluster not reachable"
		case protocol.ErrorAuth:
			return "the cluster wants a sign-in"
		case protocol.ErrorTimeout:
			return "the cluster doesn't answer in time"
		case protocol.ErrorLimit:
			return "the cluster has too many requests to answer"
		}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "the cluster doesn't answer in time"
	}
	return "the cluster answers with an error"
}

// Load gives a schema's facts, waiting for it. What the cache has is enough unless fresh is wanted.
func (b *Book) Load(ctx context.Context, t server.Target, fresh bool, progress func(string)) (server.SchemaFacts, error) {
	e, err := b.entry(t.Connection)
	if err != nil {
		return server.SchemaFacts{}, err
	}
	name := b.about(e).Name
	if !fresh {
		b.freshen(e)
	}
	if fresh && isFolder(e.address) {
		e.cluster.anew() // there may be other files now
	}
	s := &e.schemas
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready(e)
	for told := false; fresh || s.held[s.key(t.Database)] == nil; told = true {
		if !told && progress != nil {
			progress("loading " + strings.Trim(name+"/"+t.Database, "/"))
		}
		l := b.start(e, t.Database, fresh)
		s.mu.Unlock()
		err := l.wait(ctx, !fresh)
		s.mu.Lock()
		switch {
		case err != nil:
			return server.SchemaFacts{}, b.loadFailure(e, name, t.Database, err)
		case fresh && !l.asked:
			continue // it was under way, and the cache may have been enough for it
		}
		break
	}
	return s.facts(t.Database), nil
}

// facts gives what is known of a target; the caller holds the lock.
func (s *schemas) facts(database string) server.SchemaFacts {
	out := server.SchemaFacts{Schema: s.view(database), SchemaAge: s.age(s.key(database)), Complete: true, Databases: make(map[string]server.SchemaAge)}
	for key, h := range s.held {
		out.Databases[h.name] = s.age(key)
	}
	return out
}

// loadFailure says what couldn't be loaded, and what there is in its place; the caller holds the schemas' lock.
func (b *Book) loadFailure(e *entry, name, database string, err error) error {
	s := &e.schemas
	err = fmt.Errorf("load the schema of %s: %w", name, err)
	h := s.held[s.key(database)]
	var f *server.Failure
	if h == nil || !errors.As(err, &f) {
		return err
	}
	out := *f
	stays := "the schema of " + server.Ago(b.now().Sub(h.fetched)) + " stays in use"
	out.Hint = strings.TrimPrefix(f.Hint+"; "+stays, "; ")
	out.Err = err
	return &out
}
