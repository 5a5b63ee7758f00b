// Engine: the catalog, an immutable snapshot that Load replaces.

package engine

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"calypso/engine/exec"
	"calypso/engine/store"
	"calypso/kql/symbol"
	"calypso/kusto/value"
)

// Options is how an engine runs. The zero value works.
type Options struct {
	// Database is the name of the first, default database; "" means Samples.
	Database string
	// Workers is the number of goroutines a query may use; 0 means one a core.
	Workers int
	// QueryMemory is a query's memory budget in bytes, OperatorMemory that of one operator in it; 0 means the defaults.
	QueryMemory, OperatorMemory int64
	// ExternalFolders are the folders whose files externaldata may read; none means that it may read nothing.
	ExternalFolders []string
	// Dir is the folder in which databases are kept; "" means that they are in memory only and end with the process.
	Dir string
	// Now gives the instant that a query's now() answers, in ticks; nil means the system's clock.
	Now func() int64
}

// The budgets of a query: what Kusto grants one operator, and a share of a developer's machine.
const (
	DefaultQueryMemory    = 4 << 30
	DefaultOperatorMemory = 2 << 30
	// DefaultDatabase is the database of an engine that wasn't told another name.
	DefaultDatabase = "Samples"
	// KeptDatabase is the first database of a new folder: what clients ask for that weren't told a name, as Microsoft's emulator has it.
	KeptDatabase = anyDatabase
	// anyDatabase is what clients ask for that weren't told a database.
	anyDatabase = "NetDefaultDB"
)

// Engine holds databases. All its methods may be called from many goroutines.
type Engine struct {
	opts    Options
	catalog atomic.Pointer[catalog]
	cluster atomic.Pointer[store.Settings] // of no database; nil for none
	mu      sync.Mutex                     // held while the next catalog is made
	store   *store.Store                   // nil for memory only; saved to with mu held
	instant int64                          // the last one given, in ticks; guarded by mu
	started int64                          // ticks
	history history
}

// catalog is one immutable state of all databases.
type catalog struct {
	databases []*database
	version   int64
}

type database struct {
	name      string
	pretty    string
	readOnly  string // why commands can't change it, and what to do; "" when they can
	tables    []exec.Table
	byName    map[string]exec.Table
	functions []*symbol.Function
	views     []*store.View
	groups    []*symbol.EntityGroup
	settings  store.Settings
	schema    *symbol.Schema // with this database as the current one
}

// Open makes an engine with one empty database, or with those of Options.Dir.
func Open(opts Options) (*Engine, error) {
	if opts.Database == "" {
		opts.Database = DefaultDatabase
		if opts.Dir != "" {
			opts.Database = KeptDatabase
		}
	}
	if opts.QueryMemory == 0 {
		opts.QueryMemory = DefaultQueryMemory
	}
	if opts.OperatorMemory == 0 {
		opts.OperatorMemory = DefaultOperatorMemory
	}
	if opts.QueryMemory < 0 || opts.OperatorMemory < 0 || opts.Workers < 0 {
		return nil, fmt.Errorf("memory budgets and workers can't be negative; leave them 0 for the defaults")
	}
	if opts.Now == nil {
		opts.Now = systemTicks
	}
	e := &Engine{opts: opts, started: systemTicks()}
	if opts.Dir != "" {
		return e, e.openKept()
	}
	e.catalog.Store((&catalog{}).with(&database{name: opts.Database}))
	return e, nil
}

// ticksToUnix is the Unix epoch in ticks.
const ticksToUnix = 621355968000000000

func systemTicks() int64 {
	t := time.Now()
	return ticksToUnix + t.Unix()*1e7 + int64(t.Nanosecond())/100
}

// Load adds tables to a database, all of them or none; a table of a known name replaces it. Queries that run go on with the
// tables they began with. Database "" is the default one; an unknown one is made.
func (e *Engine) Load(name string, tables ...exec.Table) error {
	for _, t := range tables {
		if err := checkTable(t); err != nil {
			return err
		}
	}
	return e.change(name, false, func(d *database) error {
		for _, t := range tables {
			d.put(t)
		}
		return nil
	})
}

// checkTable holds what queries rely on: names that are there and differ, types that are types.
func checkTable(t exec.Table) error {
	if t.Name() == "" {
		return fmt.Errorf("a table has no name")
	}
	seen := map[string]bool{}
	for _, c := range t.Columns() {
		if c.Name == "" || c.Kind == value.Invalid {
			return fmt.Errorf("table '%s' has a column without a name or type", t.Name())
		}
		if seen[c.Name] {
			return fmt.Errorf("table '%s' has two columns named '%s'", t.Name(), c.Name)
		}
		seen[c.Name] = true
	}
	return nil
}

// Define adds stored functions to a database; one of a known name replaces it.
func (e *Engine) Define(name string, functions ...*symbol.Function) error {
	return e.change(name, true, func(d *database) error {
		for _, f := range functions {
			d.define(f)
		}
		return nil
	})
}

// define adds a function, in the place of one of its name.
func (d *database) define(f *symbol.Function) {
	d.functions = append(d.without(f.Name), f)
}

// without gives the functions but for one.
func (d *database) without(name string) []*symbol.Function {
	kept := d.functions[:0:0]
	for _, old := range d.functions {
		if old.Name != name {
			kept = append(kept, old)
		}
	}
	return kept
}

// change makes the next catalog with a database edited or made. What is kept on disk is there before anybody sees it; keep is false
// for what isn't, such as the tables of files.
func (e *Engine) change(name string, keep bool, edit func(*database) error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	old := e.catalog.Load()
	next := &database{name: name}
	if d := old.find(name); d != nil {
		next = d.clone()
	}
	if err := edit(next); err != nil {
		e.store.Discard()
		return err
	}
	return e.publish(old.with(next), keep)
}

func (d *database) clone() *database {
	c := &database{
		name: d.name, pretty: d.pretty, readOnly: d.readOnly,
		tables: append([]exec.Table(nil), d.tables...), functions: d.functions, views: d.views, groups: d.groups, settings: d.settings,
	}
	return c
}

func (d *database) put(t exec.Table) {
	for i, old := range d.tables {
		if old.Name() == t.Name() {
			d.tables[i] = t
			return
		}
	}
	d.tables = append(d.tables, t)
}

// with gives the catalog with a database added or replaced.
func (c *catalog) with(d *database) *catalog {
	next := &catalog{version: c.version + 1}
	placed := false
	for _, old := range c.databases {
		if old.name == d.name {
			old, placed = d, true
		}
		next.databases = append(next.databases, old)
	}
	if !placed {
		next.databases = append(next.databases, d)
	}
	next.describe()
	return next
}

// find gives a database by name, in any case; "" and what clients ask for by default mean the first one.
func (c *catalog) find(name string) *database {
	if d := c.exact(name); d != nil {
		return d
	}
	if len(c.databases) > 0 && (name == "" || sameName(name, anyDatabase)) {
		return c.databases[0]
	}
	return nil
}

func (c *catalog) exact(name string) *database {
	for _, d := range c.databases {
		if sameName(d.name, name) {
			return d
		}
	}
	return nil
}

// Tables lists a database's tables in the order they were loaded; ok is false when there is no such database.
func (e *Engine) Tables(name string) (tables []exec.Table, ok bool) {
	d := e.catalog.Load().find(name)
	if d == nil {
		return nil, false
	}
	return d.tables, true
}

// Table gives a table of a database; ok is false when there is none.
func (e *Engine) Table(database, name string) (t exec.Table, ok bool) {
	d := e.catalog.Load().find(database)
	if d == nil {
		return nil, false
	}
	t, ok = d.byName[name]
	return t, ok
}

// Started is when the engine was opened, in ticks.
func (e *Engine) Started() int64 { return e.started }

// Now is the instant by the engine's clock, in ticks.
func (e *Engine) Now() int64 { return e.opts.Now() }

// Databases lists the databases' names; the first is the default one.
func (e *Engine) Databases() []string {
	var names []string
	for _, d := range e.catalog.Load().databases {
		names = append(names, d.name)
	}
	return names
}

// Schema gives the snapshot that queries of a database are bound with; nil when there is no such database.
func (e *Engine) Schema(name string) *symbol.Schema {
	d := e.catalog.Load().find(name)
	if d == nil {
		return nil
	}
	return d.schema
}
