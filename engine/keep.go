// Databases that are kept in a folder: opened with the engine, saved before a change is seen.

package engine

import (
	"errors"
	"fmt"

	"calypso/engine/exec"
	"calypso/engine/store"
)

// openKept opens the folder of databases, and makes the first one in a new folder.
func (e *Engine) openKept() error {
	s, databases, fresh, err := store.Open(e.opts.Dir)
	if err != nil {
		return err
	}
	e.store = s
	cluster := s.Cluster()
	e.cluster.Store(&cluster)
	c := &catalog{}
	if len(databases) == 0 {
		fresh, c.databases = true, []*database{{name: e.opts.Database}}
	}
	for _, d := range databases {
		kept := &database{name: d.Name, pretty: d.PrettyName, functions: d.Functions, views: d.Views, groups: d.Groups, settings: d.Settings}
		for _, t := range d.Tables {
			kept.tables = append(kept.tables, t)
			for _, s := range t.Extents() {
				e.instant = max(e.instant, s.Ingested)
			}
		}
		for _, v := range d.Views {
			e.instant = max(e.instant, v.Since)
		}
		c.databases = append(c.databases, kept)
	}
	c.version = 1
	c.describe()
	if err := e.publish(c, fresh); err != nil {
		s.Close()
		return err
	}
	return nil
}

// publish makes a catalog the current one. Where it is kept on disk it is saved first: what can't be saved isn't seen.
func (e *Engine) publish(c *catalog, keep bool) error {
	if e.store != nil && keep {
		if err := e.store.Save(c.kept()); err != nil {
			return &Error{Kind: Internal, Code: "General_InternalServerError", Inner: "E_STORAGE", Message: err.Error(), Cause: err}
		}
	}
	e.catalog.Store(c)
	return nil
}

// kept gives what of a catalog is kept: the databases that commands may change, and of them the tables that commands made.
func (c *catalog) kept() []store.Database {
	var out []store.Database
	for _, d := range c.databases {
		if d.readOnly != "" {
			continue
		}
		kept := store.Database{Name: d.name, PrettyName: d.pretty, Functions: d.functions, Views: d.views, Groups: d.groups, Settings: d.settings}
		for _, t := range d.tables {
			if table, ok := t.(*store.Table); ok {
				kept.Tables = append(kept.Tables, table)
			}
		}
		out = append(out, kept)
	}
	return out
}

// Kept is the folder in which databases are kept, "" where they end with the process.
func (e *Engine) Kept() string { return e.opts.Dir }

// Protect makes a database, if it isn't there, that commands can't change; why says why not and what to do. Load goes on to work.
func (e *Engine) Protect(name, why string) error {
	return e.change(name, false, func(d *database) error {
		d.readOnly = why
		return nil
	})
}

// ReadOnly tells whether commands can't change a database.
func (e *Engine) ReadOnly(name string) bool {
	d := e.catalog.Load().find(name)
	return d != nil && d.readOnly != ""
}

// Close lets another process open the folder of databases. Nothing may be asked of the engine after it.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.store == nil {
		return nil
	}
	return e.store.Close()
}

// ErrReadOnly is the cause of errors about what commands can't change.
var ErrReadOnly = errors.New("read-only")

func readOnly(format string, args ...any) error {
	return &Error{
		Kind: Semantic, Code: badRequest, Inner: "BadRequest_ReadOnly", Permanent: true, Cause: ErrReadOnly,
		Message: fmt.Errorf(format, args...).Error(),
	}
}

// stored gives a table as one that commands can change, or the error that says why not.
func (d *database) stored(name string) (*store.Table, error) {
	for _, t := range d.tables {
		if t.Name() != name {
			continue
		}
		table, ok := t.(*store.Table)
		if !ok {
			return nil, readOnly("table '%s' comes from a file or is a sample, and is only read; "+
				".set-or-append another table with its rows and change that one", name)
		}
		return table, nil
	}
	return nil, notFound("table '%s' was not found in database '%s'; .show tables lists them", name, d.name)
}

func notFound(format string, args ...any) error {
	return &Error{Kind: Semantic, Code: badRequest, Inner: "BadRequest_EntityNotFound", Permanent: true, Message: fmt.Sprintf(format, args...)}
}

func (d *database) has(name string) bool {
	_, ok := d.table(name)
	return ok
}

func (d *database) table(name string) (exec.Table, bool) {
	for _, t := range d.tables {
		if t.Name() == name {
			return t, true
		}
	}
	return nil, false
}
