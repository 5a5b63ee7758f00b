package connection

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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
	Chosen   string // where it is kept which document uses which; "" keeps nothing
	// EmbeddedDatabase is the embedded engine's own default database.
	EmbeddedDatabase string
	// Cache keeps schemas of clusters between two starts; nil for none. Settings.Schema says from which age on they are read again.
	Cache *cache.Folder
	Log   *zap.Logger      // nil for none
	Now   func() time.Time // nil means time.Now
	// Patience is how long the first look at a schema may take when no network is needed: opening the engine, or reading the cache,
	// takes a few milliseconds. So the first hover already knows. 0 means 100 ms.
	Patience time.Duration
}

// Book is all connections. It is safe for many goroutines. Make one with Open.
type Book struct {
	dial   Dial
	file   string
	chosen string // see Options.Chosen
	cache  *cache.Folder
	maxAge time.Duration // of a schema that is in use
	log    *zap.Logger
	now    func() time.Time
	look   time.Duration // see Options.Patience

	mu      sync.Mutex // guards what follows
	list    []*entry
	kept    saved         // what the file held last
	size    int64         // of the file when it was looked at last
	written time.Time     // its time then
	choices []chosenPlace // of documents, the newest last; made anew with each change
	target  server.Target // the default
	events  server.Events
}

// entry is one saved connection. Its address never changes: a connection to another address is another.
type entry struct {
	protocol.Connection // guarded by the book's mu, but for ID, URL and Fixed, which stay
	address             string
	passing             bool        // made by a line #connect: of this process only
	private             atomic.Bool // as Connection.Private, for those who don't hold the lock
	cluster             dialled
	schemas             schemas
}

// dialled is the cluster of a connection.
type dialled struct {
	mu    sync.Mutex // guards what follows
	make  func() (Cluster, error)
	done  bool
	is    Cluster
	err   error
	stamp uint64 // of a folder's files when its engine was made
}

// dial gives the cluster, the same each time; it contacts nothing.
func (e *entry) dial() (Cluster, error) {
	d := &e.cluster
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.done {
		d.stamp = stampOf(e.address)
		d.is, d.err = d.make()
		d.done = true
	}
	return d.is, d.err
}

// anew has the next dial make another cluster: a folder's files are looked for when its engine is opened.
func (d *dialled) anew() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done = false
}

// local tells an engine in this process, whose schema needs no network and no cache.
func (e *entry) local() bool { return e.address == config.Embedded || isFolder(e.address) }

// Open makes the book: the embedded engine, the configured clusters, then what the file holds. A file that can't be read is an error
// beside a book that works without it.
func Open(o Options) (*Book, error) {
	b := &Book{dial: o.Dial, file: o.File, chosen: o.Chosen, cache: o.Cache, maxAge: o.Settings.Schema.MaxAge(), log: o.Log, now: o.Now, look: cmp.Or(o.Patience, patience)}
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
	kept, err := readFile(o.File)
	b.take(kept)
	chosen, unread := readChosen(o.Chosen)
	b.choices = chosen.Documents
	return b, errors.Join(err, unread)
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
	if m, marked := b.kept.Marks[c.ID]; marked && c.Fixed {
		m.on(&c)
	}
	e := &entry{Connection: c, address: c.URL}
	e.private.Store(c.Private)
	e.cluster.make = func() (Cluster, error) { return b.dial(e.address) }
	b.list = append(b.list, e)
	return e
}

// take makes the list what the file holds, beside what doesn't come from it; the caller holds the lock or is alone.
func (b *Book) take(kept saved) {
	b.kept = kept
	b.list = slices.DeleteFunc(b.list, func(e *entry) bool {
		return !e.Fixed && !slices.ContainsFunc(kept.Connections, func(c protocol.Connection) bool { return c.ID == e.ID })
	})
	for _, e := range b.list {
		if e.Fixed {
			kept.Marks[e.ID].on(&e.Connection)
			e.private.Store(e.Private)
		}
	}
	for _, c := range kept.Connections {
		switch e := b.find(c.ID); {
		case e == nil:
			b.put(c)
		case !e.Fixed:
			e.say(c)
		}
	}
	b.sort()
}

// say gives a connection what the file says about it.
func (e *entry) say(c protocol.Connection) {
	e.Name, e.Database, e.Tenant = c.Name, c.Database, c.Tenant
	markOf(c).on(&e.Connection)
	e.private.Store(c.Private)
}

// sort puts added connections into the order of the file, behind the others.
func (b *Book) sort() {
	at := map[string]int{}
	for i, c := range b.kept.Connections {
		at[c.ID] = i + 1
	}
	slices.SortStableFunc(b.list, func(x, y *entry) int { return at[x.ID] - at[y.ID] })
}

func (b *Book) find(id string) *entry {
	i := slices.IndexFunc(b.list, func(e *entry) bool { return e.ID == id })
	if i < 0 {
		return nil
	}
	return b.list[i]
}

// about gives what is known of a connection now.
func (b *Book) about(e *entry) protocol.Connection {
	b.mu.Lock()
	defer b.mu.Unlock()
	return e.Connection
}

// Cluster gives the cluster of a connection by its id.
func (b *Book) Cluster(id string) (Cluster, error) {
	e, err := b.entry(id)
	if err != nil {
		return nil, err
	}
	return e.dial()
}

// entry finds a connection or says that it isn't there.
func (b *Book) entry(id string) (*entry, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e := b.find(id); e != nil {
		return e, nil
	}
	return nil, unknown(id)
}

// follow takes what another window has written; the caller holds the lock.
func (b *Book) follow() {
	if b.file == "" {
		return
	}
	info, err := os.Stat(b.file)
	if err != nil || info.Size() == b.size && info.ModTime().Equal(b.written) {
		return
	}
	b.size, b.written = info.Size(), info.ModTime()
	if kept, err := readFile(b.file); err == nil { // one that can't be read is told of when it is to be changed
		b.take(kept)
	}
}

// List gives all connections in the order in which they are shown.
func (b *Book) List() []protocol.Connection {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.follow()
	all := make([]protocol.Connection, len(b.list))
	for i, e := range b.list {
		all[i] = e.Connection
		if !e.local() {
			all[i].Note = e.schemas.note(e.Database, now)
		}
	}
	return all
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
	b.freshen(e)
	cluster, err := e.dial()
	if err != nil {
		return protocol.QueryStats{}, err
	}
	known := b.about(e)
	if q.Database == "" {
		q.Database = known.Database
	}
	if q.ReadOnly = q.ReadOnly || known.ReadOnly; known.ReadOnly && q.Command && !showing(q.Text) {
		return protocol.QueryStats{}, &server.Failure{
			Kind: protocol.ErrorLimit, Message: "the connection " + known.Name + " is for reading only, and this command may change something",
			Hint: "run a .show command, or take the mark off with Edit Connection",
		}
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
		e.passing = true
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
	if dir, ok := Folder(address); ok {
		return filepath.Base(dir)
	}
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host
	}
	return address
}

// idOf is the id of an address: the address itself, since it is unique and opaque to clients.
func idOf(address string) string {
	if isFolder(address) {
		return address // letter case counts
	}
	return symbol.ClusterHost(address) + "|" + strings.ToLower(address)
}
