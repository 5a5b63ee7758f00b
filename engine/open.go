// Tables that are loaded when a query first uses them, such as the files of a folder: until then their columns are a guess.

package engine

import (
	"context"
	"errors"

	"calypso/engine/exec"
	"calypso/kql/binder"
)

// unopened is a table that isn't loaded: Open gives the one to use in its place, or tells why there is none.
type unopened interface {
	exec.Table
	Open(context.Context) (exec.Table, error)
}

// bindOpened gives the catalog, the database and the query bound to it in which every table that the query uses is loaded. What
// a query uses is asked of the binder, so that a name that merely occurs in the text loads nothing; and since loading may show other
// columns than were guessed, the query is bound again after it.
func (e *Engine) bindOpened(ctx context.Context, r Request, c *catalog, d *database, bound *binder.Bound) (*catalog, *database, *binder.Bound, error) {
	for {
		if fault := fromDiagnostics(r.Text, bound.Diagnostics); fault != nil && fault.Kind == Syntax {
			return c, d, bound, nil // it won't run, whatever its tables are
		}
		use := tableUse{hidden: map[string]bool{}, closed: map[unopened]string{}, seen: map[*binder.Scope]bool{}}
		for _, t := range r.Tables {
			use.hidden[t.Name()] = true
		}
		use.scope(c, d, bound.Scope)
		if len(use.closed) == 0 {
			return c, d, bound, nil
		}
		for t, database := range use.closed {
			if err := e.open(ctx, database, t); err != nil {
				return nil, nil, nil, err
			}
		}
		c = e.catalog.Load()
		d = c.over(c.exact(d.name), r.Tables)
		bound = binder.Bind(bound.Tree, d.schema)
	}
}

// open loads a table and puts it in its place, unless something else is there by now.
func (e *Engine) open(ctx context.Context, in string, t unopened) error {
	loaded, err := t.Open(ctx)
	if err == nil {
		err = checkTable(loaded)
	}
	if _, again := loaded.(unopened); again && err == nil {
		err = errors.New("opening it gives no loaded table")
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return &Error{
			Kind: NotFound, Code: badRequest, Inner: semanticCode, Permanent: true, Cause: err,
			Message: "table '" + t.Name() + "' can't be used: " + err.Error(),
		}
	}
	return e.change(in, false, func(d *database) error {
		for i, old := range d.tables {
			if old == exec.Table(t) {
				d.tables[i] = loaded
			}
		}
		return nil
	})
}

// tableUse finds the tables that a bound query uses and that aren't loaded.
type tableUse struct {
	hidden map[string]bool     // names of the query's own tables
	closed map[unopened]string // with the name of their database
	seen   map[*binder.Scope]bool
}

// scope looks through the side tables of the text, then those of the functions that it calls.
func (u *tableUse) scope(c *catalog, d *database, s *binder.Scope) {
	if s == nil || u.seen[s] {
		return
	}
	u.seen[s] = true
	eachSymbol(s, func(found binder.Symbol) { u.symbol(c, d, found) })
	for _, call := range s.Calls {
		u.scope(c, d, call.Scope)
	}
}

func (u *tableUse) symbol(c *catalog, d *database, s binder.Symbol) {
	if s.Kind != binder.SymTable {
		return
	}
	from := d
	if s.Database != "" {
		from = c.exact(s.Database)
	}
	if from == nil || from.name == d.name && u.hidden[s.Name] {
		return
	}
	if t, ok := from.byName[s.Name].(unopened); ok {
		u.closed[t] = from.name
	}
}
