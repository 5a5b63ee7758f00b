// The schema cache: for each connection one growing snapshot, for each database of it a view with that database as the current
// one. Nothing here waits for a cluster except Load.

package connection

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"calypso/kql/symbol"
	"calypso/server"
	"calypso/server/protocol"
)

// loadTimeout bounds a load that nobody waits for.
const loadTimeout = 2 * time.Minute

// schemas is what is known of one connection's cluster.
type schemas struct {
	mu      sync.Mutex // guards what follows
	all     *symbol.Schema
	views   map[string]*symbol.Schema // by database name as asked for; made of all
	loads   map[string]*load          // under way
	loaded  map[string]time.Time
	failed  map[string]time.Time // when a load failed last: not tried again by itself for a while
	version int64
	// standard is the database that "" means, once it is known.
	standard string
}

// retryAfter is how long a failed load isn't tried again unless a person asks.
const retryAfter = 30 * time.Second

// load is one load under way.
type load struct {
	done chan struct{}
	err  error // set before done is closed
}

// Schema gives the snapshot for a target; loading starts when it isn't known.
func (b *Book) Schema(t server.Target) *symbol.Schema {
	e, err := b.entry(t.Connection)
	if err != nil {
		return nothing
	}
	view, known := e.view(t.Database)
	if !known {
		e.schemas.mu.Lock()
		recent := time.Since(e.schemas.failed[t.Database]) < retryAfter
		e.schemas.mu.Unlock()
		if !recent {
			l := b.start(e, t.Database)
			if e.ID == EmbeddedID && l.soon() {
				view, _ = e.view(t.Database)
			}
		}
	}
	return view
}

// soon waits for a load that needs no network, so that the first hover already knows the embedded tables.
func (l *load) soon() bool {
	select {
	case <-l.done:
		return true
	case <-time.After(embeddedPatience):
		return false
	}
}

// embeddedPatience is how long the first look at the embedded schema may take: opening the engine takes a few milliseconds.
const embeddedPatience = 100 * time.Millisecond

// Want loads a further database that a text names. Only the target's own cluster is asked: another one's name in a text is no
// leave to contact it, so its names stay unknown, and nothing about them is an error.
func (b *Book) Want(t server.Target, cluster, database string) {
	e, err := b.entry(t.Connection)
	if err != nil || database == "" {
		return
	}
	view, _ := e.view(t.Database)
	if cluster != "" && !symbol.SameCluster(view.Cluster, cluster) {
		return
	}
	e.schemas.mu.Lock()
	_, known := e.schemas.loaded[database]
	recent := time.Since(e.schemas.failed[database]) < retryAfter
	e.schemas.mu.Unlock()
	if !known && !recent {
		b.start(e, database)
	}
}

// nothing is the schema of a place that doesn't exist: under it no name is an error.
var nothing = &symbol.Schema{}

// view gives the current snapshot with a database as the current one, and whether that database is known.
func (e *entry) view(database string) (*symbol.Schema, bool) {
	s := &e.schemas
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.reset(e)
	}
	_, known := s.loaded[database]
	if v := s.views[database]; v != nil {
		return v, known
	}
	name := database
	if name == "" {
		name = s.standard
	}
	v := s.all.WithCurrent(s.all.Clusters[0].Name, name)
	v.Version = s.version
	s.views[database] = v
	return v, known
}

func (s *schemas) reset(e *entry) {
	host := ""
	if c, err := e.dial(); err == nil {
		host = c.Host()
	}
	s.all = symbol.New(&symbol.Cluster{Name: host, State: symbol.NotLoaded}, nil)
	s.views = make(map[string]*symbol.Schema)
	s.loads = make(map[string]*load)
	s.loaded = make(map[string]time.Time)
	s.failed = make(map[string]time.Time)
}

// start loads a database in the background, or joins the load that is under way.
func (b *Book) start(e *entry, database string) *load {
	s := &e.schemas
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.reset(e)
	}
	if l := s.loads[database]; l != nil {
		return l
	}
	l := &load{done: make(chan struct{})}
	s.loads[database] = l
	go b.load(e, database, l)
	return l
}

func (b *Book) load(e *entry, database string, l *load) {
	ctx, cancel := context.WithTimeout(context.Background(), loadTimeout)
	defer cancel()
	b.tell(e, database, protocol.StateLoading)
	got, names, err := fetch(ctx, e, database)
	state := protocol.StateKnown
	s := &e.schemas
	s.mu.Lock()
	if err == nil {
		s.put(database, got, names)
	} else {
		state, l.err = protocol.StateFailed, err
		s.failed[database] = time.Now()
	}
	delete(s.loads, database)
	s.mu.Unlock()
	close(l.done)
	b.tell(e, database, state)
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
	return got, names, err
}

// put takes a loaded database into the snapshot; the caller holds the lock. asked is the name it was asked for, "" for the
// cluster's own default.
func (s *schemas) put(asked string, got *symbol.Database, names []string) {
	was := s.all.Clusters[0]
	cluster := &symbol.Cluster{Name: was.Name, State: symbol.Known}
	placed := false
	for _, name := range names {
		db := was.Find(name)
		switch {
		case strings.EqualFold(name, got.Name):
			db, placed = got, true
		case db == nil:
			db = &symbol.Database{Name: name, State: symbol.NotLoaded}
		}
		cluster.Databases = append(cluster.Databases, db)
	}
	if !placed {
		cluster.Databases = append(cluster.Databases, got)
	}
	s.all = symbol.New(cluster, nil)
	s.version++
	clear(s.views)
	if asked == "" {
		s.standard = got.Name
	}
	now := time.Now()
	s.loaded[asked], s.loaded[got.Name] = now, now
	delete(s.failed, asked)
}

// tell passes a change on.
func (b *Book) tell(e *entry, database string, state protocol.State) {
	b.mu.Lock()
	e.State = state
	events := b.events
	b.mu.Unlock()
	e.schemas.mu.Lock()
	version := e.schemas.version
	e.schemas.mu.Unlock()
	if events.SchemaChanged != nil {
		events.SchemaChanged(protocol.SchemaChanged{Connection: e.ID, Database: database, Version: version, State: state})
	}
}

// Load gives a schema's facts, waiting for it.
func (b *Book) Load(ctx context.Context, t server.Target, fresh bool, progress func(string)) (server.SchemaFacts, error) {
	e, err := b.entry(t.Connection)
	if err != nil {
		return server.SchemaFacts{}, err
	}
	if _, known := e.view(t.Database); !known || fresh {
		if progress != nil {
			progress("loading " + strings.Trim(e.Name+"/"+t.Database, "/"))
		}
		l := b.start(e, t.Database)
		select {
		case <-l.done:
		case <-ctx.Done():
			return server.SchemaFacts{}, context.Cause(ctx)
		}
		if l.err != nil {
			return server.SchemaFacts{}, fmt.Errorf("load the schema of %s: %w", e.Name, l.err)
		}
	}
	view, _ := e.view(t.Database)
	e.schemas.mu.Lock()
	defer e.schemas.mu.Unlock()
	return server.SchemaFacts{Schema: view, Loaded: e.schemas.loaded[t.Database], Complete: true}, nil
}
