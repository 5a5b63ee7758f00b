package connection

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"calypso/config"
	"calypso/kql/symbol"
	"calypso/kusto/cache"
	"calypso/server"
	"calypso/server/protocol"
)

// EmbeddedID is the id of the embedded engine's connection.
const EmbeddedID = "embedded"

// Options say what a Book starts with.
type Options struct {
	Settings config.Settings
	Dial     Dial
	File     string // where added connections are kept; "" keeps them in memory
	// EmbeddedDatabase is the embedded engine's own default database.
	EmbeddedDatabase string
	// Cache keeps schemas of clusters between two starts; nil for none. Settings.Schema says from which age on they are read again.
	Cache *cache.Folder
	Log   *zap.Logger      // nil for none
	Now   func() time.Time // nil means time.Now
}

// Book is all connections. It is safe for many goroutines. Make one with Open.
type Book struct {
	dial   Dial
	file   string
	cache  *cache.Folder
	maxAge time.Duration // of a schema that is in use
	log    *zap.Logger
	now    func() time.Time

	mu     sync.Mutex // guards what follows
	list   []*entry
	target server.Target // the default
	events server.Events
}

// entry is one saved connection.
type entry struct {
	protocol.Connection
	dial    func() (Cluster, error) // contacts nothing; the same cluster each time
	schemas schemas
}

// local tells the embedded engine, whose schema needs no network and no cache.
func (e *entry) local() bool { return e.URL == config.Embedded }

// Open makes the book: the embedded engine, the configured clusters, then what the file holds. A file that can't be read is an error
// beside a book that works without it.
func Open(o Options) (*Book, error) {
	b := &Book{dial: o.Dial, file: o.File, cache: o.Cache, maxAge: o.Settings.Schema.MaxAge(), log: o.Log, now: o.Now}
	if b.log == nil {
		b.log = zap.NewNop()
	}
	if b.now == nil {
		b.now = time.Now
	}
	b.put(protocol.Connection{ID: EmbeddedID, Name: "Embedded", URL: config.Embedded, Database: o.EmbeddedDatabase, Fixed: true})
	b.target = server.Target{Connection: EmbeddedID, Database: o.EmbeddedDatabase}
	if k := o.Settings.Kusto; k.ClusterURL != "" && k.ClusterURL != config.Embedded {
		e := b.put(protocol.Connection{ID: idOf(k.ClusterURL), Name: hostOf(k.ClusterURL), URL: k.ClusterURL, Database: k.Database, Fixed: true})
		b.target = server.Target{Connection: e.ID, Database: k.Database}
	} else if k.Database != "" {
		b.target.Database = k.Database
	}
	for _, name := range slices.Sorted(maps.Keys(o.Settings.Kusto.Clusters)) {
		c := o.Settings.Kusto.Clusters[name]
		if b.find(idOf(c.ClusterURL)) == nil {
			b.put(protocol.Connection{ID: idOf(c.ClusterURL), Name: name, URL: c.ClusterURL, Database: c.Database, Fixed: true})
		}
	}
	saved, err := readFile(o.File)
	for _, c := range saved {
		if b.find(c.ID) == nil {
			b.put(c)
		}
	}
	return b, err
}

// Subscribe hands over who is to be told of changes.
func (b *Book) Subscribe(e server.Events) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = e
}

// put adds a connection; the caller holds the lock or is alone.
func (b *Book) put(c protocol.Connection) *entry {
	if c.State == "" {
		c.State = protocol.StateIdle
	}
	address := c.URL
	e := &entry{Connection: c}
	e.dial = sync.OnceValues(func() (Cluster, error) { return b.dial(address) })
	b.list = append(b.list, e)
	return e
}

func (b *Book) find(id string) *entry {
	i := slices.IndexFunc(b.list, func(e *entry) bool { return e.ID == id })
	if i < 0 {
		return nil
	}
	return b.list[i]
}

// entry finds a connection or says that it isn't there.
func (b *Book) entry(id string) (*entry, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e := b.find(id); e != nil {
		return e, nil
	}
	return nil, fmt.Errorf("there is no connection %q; choose one of the list", id)
}

// List gives all connections in the order in which they are shown.
func (b *Book) List() []protocol.Connection {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	all := make([]protocol.Connection, len(b.list))
	for i, e := range b.list {
		all[i] = e.Connection
		if !e.local() {
			all[i].Note = e.schemas.note(e.Database, now)
		}
	}
	return all
}

// Add saves a connection, contacting nothing; an address that is there already gives the id it has.
func (b *Book) Add(_ context.Context, p protocol.ConnectionsAddParams) (string, error) {
	address := strings.TrimRight(strings.TrimSpace(p.URL), "/")
	if address == "" {
		return "", fmt.Errorf("the address is empty; write https://host or http://localhost:8080")
	}
	if err := config.CheckURL(address); err != nil {
		return "", err
	}
	b.mu.Lock()
	id := idOf(address)
	if e := b.find(id); e != nil {
		b.mu.Unlock()
		return id, nil
	}
	name := p.Name
	if name == "" {
		name = hostOf(address)
	}
	b.put(protocol.Connection{ID: id, Name: name, Group: p.Group, URL: address, Database: p.Database})
	err := b.save()
	b.mu.Unlock()
	return id, err
}

// Remove forgets a connection, and what the cache has of its cluster.
func (b *Book) Remove(_ context.Context, id string) error {
	b.mu.Lock()
	e := b.find(id)
	switch {
	case e == nil:
		b.mu.Unlock()
		return fmt.Errorf("there is no connection %q", id)
	case e.Fixed:
		b.mu.Unlock()
		return fmt.Errorf("connection %q is built in or comes from config.toml; it can't be removed here", e.Name)
	}
	b.list = slices.DeleteFunc(b.list, func(e *entry) bool { return e.ID == id })
	if b.target.Connection == id {
		b.target = server.Target{Connection: EmbeddedID, Database: b.find(EmbeddedID).Database}
	}
	err := b.save()
	b.mu.Unlock()
	if kept := b.cacheOf(e); kept != nil {
		kept.Forget(e.URL)
	}
	return err
}

// save writes the added connections; the caller holds the lock.
func (b *Book) save() error {
	var added []protocol.Connection
	for _, e := range b.list {
		if !e.Fixed {
			added = append(added, e.Connection)
		}
	}
	return writeFile(b.file, added)
}

// Test contacts the cluster and lists its databases.
func (b *Book) Test(ctx context.Context, id string) ([]string, error) {
	e, err := b.entry(id)
	if err != nil {
		return nil, err
	}
	cluster, err := e.dial()
	if err != nil {
		return nil, err
	}
	return cluster.Databases(ctx)
}

// Default gives where queries run unless something else is said.
func (b *Book) Default() server.Target {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.target
}

// SetDefault changes that for this process.
func (b *Book) SetDefault(_ context.Context, t server.Target) error {
	e, err := b.entry(t.Connection)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if t.Database == "" {
		t.Database = e.Database
	}
	b.target = t
	return nil
}

// Run runs one block where the query says.
func (b *Book) Run(ctx context.Context, q server.Query, sink server.Sink) (protocol.QueryStats, error) {
	e, err := b.entry(q.Connection)
	if err != nil {
		return protocol.QueryStats{}, err
	}
	cluster, err := e.dial()
	if err != nil {
		return protocol.QueryStats{}, err
	}
	if q.Database == "" {
		q.Database = e.Database
	}
	stats, err := cluster.Run(ctx, q, sink)
	if q.Command && changesSchema(q.Text) {
		b.changed(e, q.Database) // one that failed may have done a part
	}
	return stats, err
}

// clusterCall reads cluster('x').database('y') with either quote; the database may be missing.
var clusterCall = regexp.MustCompile(`^cluster\(\s*['"]([^'"]+)['"]\s*\)(?:\.database\(\s*['"]([^'"]*)['"]\s*\))?$`)

// Resolve finds or makes the connection that a #connect directive means. An address that isn't saved becomes a connection of
// this process only.
func (b *Book) Resolve(connect string) (server.Target, bool) {
	address, database, ok := connectTarget(strings.TrimSpace(connect))
	if !ok || config.CheckURL(address) != nil {
		return server.Target{}, false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	id := idOf(address)
	if address == config.Embedded {
		id = EmbeddedID
	}
	e := b.find(id)
	if e == nil {
		e = b.put(protocol.Connection{ID: id, Name: hostOf(address), URL: address, Fixed: true})
	}
	if database == "" {
		database = e.Database
	}
	return server.Target{Connection: e.ID, Database: database}, true
}

// connectTarget takes a directive's argument apart: cluster('x').database('y'), or an address whose path is the database.
func connectTarget(connect string) (address, database string, ok bool) {
	if m := clusterCall.FindStringSubmatch(connect); m != nil {
		return clusterAddress(m[1]), m[2], true
	}
	connect = strings.Trim(connect, `"'`)
	if connect == config.Embedded {
		return connect, "", true
	}
	u, err := url.Parse(connect)
	if err != nil || u.Host == "" {
		return "", "", false
	}
	database = strings.Trim(u.Path, "/")
	u.Path, u.RawQuery, u.Fragment = "", "", ""
	return u.String(), database, true
}

// clusterAddress makes an address of a name as cluster() takes it: a short name belongs to the public cloud.
func clusterAddress(name string) string {
	switch {
	case name == config.Embedded, strings.Contains(name, "://"):
		return strings.TrimRight(name, "/")
	case strings.Contains(name, "."), strings.HasPrefix(name, "localhost"):
		return "https://" + name
	}
	return "https://" + name + ".kusto.windows.net"
}

func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host
	}
	return address
}

// idOf is the id of an address: the address itself, since it is unique and opaque to clients.
func idOf(address string) string { return symbol.ClusterHost(address) + "|" + strings.ToLower(address) }
