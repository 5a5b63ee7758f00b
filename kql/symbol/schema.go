package symbol

import (
	"strings"
	"sync"
	"sync/atomic"
)

// State tells how much is known of a cluster, a database or a table. Only under Known may a missing name be an error.
type State uint8

// The states.
const (
	NotLoaded State = iota
	Loading
	Known
	Denied
	Open // known in part: more may exist
)

// Schema is one immutable snapshot of what a query can see. The zero value knows nothing, so nothing in it is an error.
// Build one from literals or with the With… methods; after the first use nobody writes to it or to what it holds.
type Schema struct {
	Clusters []*Cluster
	// Cluster and Database are the current ones; Database is nil when none is chosen.
	Cluster  *Cluster
	Database *Database
	Version  int64

	memo   sync.Map // what the binder keeps about this snapshot, by its own keys
	memoed atomic.Int64
}

// Cluster is one cluster's databases.
type Cluster struct {
	Name      string // host name, as help.kusto.windows.net; "" for the embedded one
	State     State
	Databases []*Database

	once  sync.Once
	index map[string]*Database
}

// Database is one database's entities, each list in declaration order; lookups by name go through the methods.
type Database struct {
	Name         string
	PrettyName   string
	State        State
	Tables       []*TableSymbol
	Functions    []*Function
	Graphs       []*GraphModel
	EntityGroups []*EntityGroup

	once      sync.Once
	tables    [3]map[string]*TableSymbol // by TableKind
	functions map[string]*Function
}

// New makes a snapshot whose current cluster and database are these; either may be nil.
func New(cluster *Cluster, database *Database) *Schema {
	s := &Schema{Cluster: cluster, Database: database}
	if cluster != nil {
		s.Clusters = []*Cluster{cluster}
	}
	return s
}

// ForDatabase makes a snapshot of one database in a known cluster with the name "".
func ForDatabase(database *Database) *Schema {
	return New(&Cluster{State: Known, Databases: []*Database{database}}, database)
}

// Table finds a table, materialized view or external table of the current database, in this order; nil when there is none.
func (s *Schema) Table(name string) *TableSymbol {
	if s == nil {
		return nil
	}
	return s.Database.Table(name)
}

// Function finds a stored function of the current database.
func (s *Schema) Function(name string) *Function {
	if s == nil {
		return nil
	}
	return s.Database.Function(name)
}

// FindCluster finds a cluster by name, with or without scheme and domain. "" is the current one.
func (s *Schema) FindCluster(name string) *Cluster {
	if s == nil {
		return nil
	}
	if name == "" || SameCluster(s.Cluster, name) {
		return s.Cluster
	}
	for _, c := range s.Clusters {
		if SameCluster(c, name) {
			return c
		}
	}
	return nil
}

// SameCluster tells whether name means this cluster: help, help.kusto.windows.net and https://Help.kusto.windows.net/ all mean
// the cluster help.kusto.windows.net.
func SameCluster(c *Cluster, name string) bool {
	if c == nil {
		return false
	}
	a, b := ClusterHost(c.Name), ClusterHost(name)
	if a == b {
		return true
	}
	return !strings.Contains(b, ".") && b != "" && strings.HasPrefix(a, b+".") ||
		!strings.Contains(a, ".") && a != "" && strings.HasPrefix(b, a+".")
}

// ClusterHost gives the host name in lower case that a cluster's name or URL means: no scheme, path or trailing slash.
func ClusterHost(name string) string {
	if i := strings.Index(name, "://"); i >= 0 {
		name = name[i+3:]
	}
	if i := strings.IndexAny(name, "/;?"); i >= 0 {
		name = name[:i]
	}
	return strings.ToLower(name)
}

// Find finds a database by its name or pretty name, in any case; nil when the cluster doesn't list it.
func (c *Cluster) Find(name string) *Database {
	if c == nil {
		return nil
	}
	c.once.Do(c.buildIndex)
	return c.index[strings.ToLower(name)]
}

func (c *Cluster) buildIndex() {
	c.index = make(map[string]*Database, len(c.Databases))
	for _, d := range c.Databases {
		if d.PrettyName != "" {
			c.index[strings.ToLower(d.PrettyName)] = d
		}
	}
	for _, d := range c.Databases {
		c.index[strings.ToLower(d.Name)] = d
	}
}

// Table finds a table, materialized view or external table by name, in this order. Names differ by case.
func (d *Database) Table(name string) *TableSymbol {
	if d == nil {
		return nil
	}
	d.once.Do(d.buildIndex)
	for _, kind := range []TableKind{Plain, MaterializedView, External} {
		if t := d.tables[kind][name]; t != nil {
			return t
		}
	}
	return nil
}

// TableOf finds a table of one kind by name: what external_table('…') and materialized_view('…') look for.
func (d *Database) TableOf(kind TableKind, name string) *TableSymbol {
	if d == nil || int(kind) >= len(d.tables) {
		return nil
	}
	d.once.Do(d.buildIndex)
	return d.tables[kind][name]
}

// Function finds a stored function by name.
func (d *Database) Function(name string) *Function {
	if d == nil {
		return nil
	}
	d.once.Do(d.buildIndex)
	return d.functions[name]
}

// Graph finds a graph model by name.
func (d *Database) Graph(name string) *GraphModel {
	if d == nil {
		return nil
	}
	for _, g := range d.Graphs {
		if g.Name == name {
			return g
		}
	}
	return nil
}

// EntityGroup finds a stored entity group by name.
func (d *Database) EntityGroup(name string) *EntityGroup {
	if d == nil {
		return nil
	}
	for _, g := range d.EntityGroups {
		if g.Name == name {
			return g
		}
	}
	return nil
}

func (d *Database) buildIndex() {
	for _, t := range d.Tables {
		kind := min(t.Kind, MaterializedView)
		if d.tables[kind] == nil {
			d.tables[kind] = make(map[string]*TableSymbol, len(d.Tables))
		}
		d.tables[kind][t.Name] = t
	}
	d.functions = make(map[string]*Function, len(d.Functions))
	for _, f := range d.Functions {
		d.functions[f.Name] = f
	}
}

// Is tells whether name means this database: its name or pretty name, in any case.
func (d *Database) Is(name string) bool {
	return d != nil && (strings.EqualFold(d.Name, name) || d.PrettyName != "" && strings.EqualFold(d.PrettyName, name))
}

// memoLimit is the number of values that a snapshot keeps; further ones are made each time.
const memoLimit = 1000

// Memo gives the value kept under key for this snapshot, or makes it. Two goroutines may both make it; one result is kept.
// The binder keeps bound stored functions here, so that a new snapshot drops them.
func (s *Schema) Memo(key any, build func() any) any {
	if s == nil {
		return build()
	}
	if v, ok := s.memo.Load(key); ok {
		return v
	}
	made := build()
	if s.memoed.Add(1) > memoLimit {
		return made
	}
	v, _ := s.memo.LoadOrStore(key, made)
	return v
}
