package connection

// Loading the schema of one database, in the background: first what the cache has, then, when that is too old or more is wanted,
// what the cluster says.

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"calypso/kql/symbol"
	"calypso/kusto/cache"
	"calypso/server"
	"calypso/server/protocol"
)

// loadTimeout bounds what a cluster may take over one database.
const loadTimeout = 2 * time.Minute

// load is one load under way.
type load struct {
	forced bool          // the cluster is asked whatever the cache has
	looked chan struct{} // closed when the cache was looked into; where there is none, done itself
	done   chan struct{} // closed at the end
	cached bool          // set before looked is closed: the cache had it
	asked  bool          // set before done is closed: the cluster was asked
	err    error         // set before done is closed
}

// soon waits a moment for what needs no network.
func (l *load) soon(patience time.Duration) {
	select {
	case <-l.looked:
	case <-l.done:
	case <-time.After(patience):
	}
}

// wait waits for the end, or only for the cache where that has the schema.
func (l *load) wait(ctx context.Context, cacheWillDo bool) error {
	looked := l.looked
	if !cacheWillDo {
		looked = nil
	}
	for {
		select {
		case <-looked:
			if l.cached {
				return nil
			}
			looked = nil
		case <-l.done:
			return l.err
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// start loads a database in the background, or joins the load that is under way. The caller holds the schemas' lock.
func (b *Book) start(e *entry, database string, forced bool) *load {
	s := &e.schemas
	key := s.key(database)
	if l := s.loads[key]; l != nil {
		return l
	}
	l := &load{forced: forced, done: make(chan struct{})}
	l.looked = l.done
	if b.cacheOf(e) != nil {
		l.looked = make(chan struct{})
	}
	s.loads[key] = l
	go b.load(e, key, database, l)
	return l
}

func (b *Book) load(e *entry, key, database string, l *load) {
	s := &e.schemas
	fresh := false
	if kept := b.cacheOf(e); kept != nil {
		l.cached, fresh = b.readCache(e, kept, database)
		close(l.looked)
		if l.cached {
			b.tell(e, database, protocol.StateKnown)
		}
	}
	if !fresh || l.forced {
		s.slots <- struct{}{}
		l.asked, l.err = true, b.ask(e, database)
		<-s.slots
	}
	s.mu.Lock()
	delete(s.loads, key)
	s.mu.Unlock()
	close(l.done)
}

// cacheOf is where a connection's schemas are kept; nil for none.
func (b *Book) cacheOf(e *entry) *cache.Folder {
	if e.local() || e.private.Load() {
		return nil
	}
	return b.cache
}

// readCache takes what the cache has into the snapshot, if that is newer than what is there. had tells that it did, fresh that it is
// young enough.
func (b *Book) readCache(e *entry, kept *cache.Folder, database string) (had, fresh bool) {
	names := b.read(kept, cache.KeyOf(e.URL, ""))
	name := database
	if name == "" {
		if names == nil || len(names.Databases) == 0 {
			return false, false
		}
		name = names.Databases[0]
	}
	s := &e.schemas
	key := cache.KeyOf(e.URL, name)
	s.mu.Lock()
	h := s.held[s.key(name)]
	s.mu.Unlock()
	if h != nil && !kept.Fetched(key).After(h.fetched) {
		return false, false
	}
	found := b.read(kept, key)
	if found == nil || found.Schema == nil {
		return false, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []string
	if s.names == nil && names != nil { // what the cluster said itself is younger
		list = names.Databases
	}
	s.put(database, found.Schema, list, found.Fetched, found.Sum)
	return true, !tooOld(found.Fetched, b.now(), b.maxAge)
}

func (b *Book) read(kept *cache.Folder, key cache.Key) *cache.Entry {
	found, err := kept.Read(key)
	if err != nil {
		b.warn(err)
	}
	return found
}

func (b *Book) warn(err error) {
	b.log.Warn("the schema cache doesn't work as it should", zap.Error(err))
}

// ask loads from the cluster. While it asks for what is known already, nothing is told: nothing changes yet.
func (b *Book) ask(e *entry, database string) error {
	s := &e.schemas
	s.mu.Lock()
	known := s.held[s.key(database)] != nil
	s.mu.Unlock()
	if !known {
		b.tell(e, database, protocol.StateLoading)
	}
	ctx, cancel := context.WithTimeout(context.Background(), loadTimeout)
	defer cancel()
	got, names, err := fetch(ctx, e, database)
	now := b.now()
	if err == nil {
		sum := cache.Sum(got)
		s.mu.Lock()
		s.put(database, got, names, now, sum)
		s.mu.Unlock()
		b.tell(e, database, protocol.StateKnown)
		b.keep(e, database, got, names, now)
		return nil
	}
	s.mu.Lock()
	key := s.key(database)
	s.trouble[key] = trouble{at: now, err: err}
	if h := s.held[key]; h != nil && names != nil && gone(err) {
		b.forget(e, database, h.name)
		s.drop(h.name)
	}
	s.mu.Unlock()
	b.tell(e, database, failedState(err))
	return err
}

// keep writes a schema into the cache, where there is one. names is the cluster's list of databases.
func (b *Book) keep(e *entry, asked string, got *symbol.Database, names []string, now time.Time) {
	kept := b.cacheOf(e)
	if _, removed := b.entry(e.ID); kept == nil || removed != nil {
		return
	}
	if asked == "" {
		asked = got.Name
	}
	err := kept.Write(cache.Entry{Key: cache.KeyOf(e.URL, asked), Fetched: now, Schema: got})
	if err == nil && len(names) > 0 {
		err = kept.Write(cache.Entry{Key: cache.KeyOf(e.URL, ""), Fetched: now, Databases: names})
	}
	if err != nil {
		b.warn(err)
	}
}

// forget takes a database out of the cache, by the name it was asked for and its own.
func (b *Book) forget(e *entry, asked, name string) {
	kept := b.cacheOf(e)
	if kept == nil {
		return
	}
	kept.Remove(cache.KeyOf(e.URL, name))
	if asked != "" {
		kept.Remove(cache.KeyOf(e.URL, asked))
	}
}

// gone tells that the cluster has no such database: what was known of it is wrong, not old.
func gone(err error) bool {
	var f *server.Failure
	return errors.As(err, &f) && f.Kind == protocol.ErrorNotFound
}

func failedState(err error) protocol.State {
	var f *server.Failure
	if errors.As(err, &f) && f.Kind == protocol.ErrorAuth {
		return protocol.StateDenied
	}
	return protocol.StateFailed
}

// fetch asks the cluster for a database and for the names of the others.
func fetch(ctx context.Context, e *entry, database string) (*symbol.Database, []string, error) {
	cluster, err := e.dial()
	if err != nil {
		return nil, nil, err
	}
	names, err := cluster.Databases(ctx)
	if err != nil {
		return nil, nil, err
	}
	if database == "" {
		if len(names) == 0 {
			return nil, nil, errors.New("the cluster has no database that you can see")
		}
		database = names[0]
	}
	got, err := cluster.Database(ctx, database)
	return got, names, err // with the names, for the error is about this database then
}

// tell passes a change on. What was told last for a database isn't told again: as long as a cluster can't be reached, each try would.
func (b *Book) tell(e *entry, database string, state protocol.State) {
	now := b.now()
	b.mu.Lock()
	e.State = state
	events := b.events
	b.mu.Unlock()
	s := &e.schemas
	s.mu.Lock()
	key := s.key(database)
	change := protocol.SchemaChanged{Connection: e.ID, Database: database, Version: s.version, State: state, Note: s.age(key).Note(now)}
	known := s.told[key] == change
	s.told[key] = change
	s.mu.Unlock()
	if events.SchemaChanged != nil && !known {
		events.SchemaChanged(change)
	}
}
