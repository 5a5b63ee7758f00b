// Edit: what commands change, all of it in one step.

package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"calypso/engine/exec"
	"calypso/engine/store"
	"calypso/kql/symbol"
)

// Edit is a database while a change to it is made. Nobody else sees it before Change comes back without an error.
type Edit struct {
	engine *Engine
	old    *catalog
	d      *database
}

// Change changes a database in one step: either all that edit does is there afterwards, and on disk where databases are kept, or
// nothing of it. Other changes wait meanwhile; queries don't.
func (e *Engine) Change(name string, edit func(*Edit) error) error {
	if e.catalog.Load().find(name) == nil {
		return noDatabase(e, name)
	}
	return e.change(name, true, func(d *database) error {
		if d.readOnly != "" {
			return readOnly("database '%s' %s", d.name, d.readOnly)
		}
		x := &Edit{engine: e, old: e.catalog.Load(), d: d}
		if err := edit(x); err != nil {
			return err
		}
		return x.holdViews()
	})
}

func noDatabase(e *Engine, name string) error {
	return &Error{
		Kind: NotFound, Code: badRequest, Inner: "BadRequest_DatabaseNotExist", Permanent: true,
		Message: fmt.Sprintf("database '%s' isn't loaded; this engine has %v", name, e.Databases()),
	}
}

// Database is the database's name.
func (x *Edit) Database() string { return x.d.name }

// Has tells whether there is a table of a name, of whatever origin.
func (x *Edit) Has(name string) bool { return x.d.has(name) }

// Table gives a table that may be changed; the error says what it is instead.
func (x *Edit) Table(name string) (*store.Table, error) { return x.d.stored(name) }

// Any gives a table of whatever origin.
func (x *Edit) Any(name string) (exec.Table, bool) { return x.d.table(name) }

// Put adds a table, or takes the place of the one of its name.
func (x *Edit) Put(t *store.Table) error {
	if err := checkTable(t); err != nil {
		return err
	}
	if err := CheckName("table", t.Name()); err != nil {
		return err
	}
	if len(t.Columns()) == 0 {
		return notFound("table '%s' would have no column; name one at least", t.Name())
	}
	for _, c := range t.Columns() {
		if err := CheckName("column", c.Name); err != nil {
			return err
		}
	}
	if x.View(t.Name()) != nil {
		return notFound("'%s' is a materialized view of database '%s'; choose another name", t.Name(), x.d.name)
	}
	x.d.put(t)
	return nil
}

// Drop removes a table that may be changed.
func (x *Edit) Drop(name string) error {
	if _, err := x.d.stored(name); err != nil {
		return err
	}
	x.d.tables = slices.DeleteFunc(x.d.tables, func(t exec.Table) bool { return t.Name() == name })
	return nil
}

// Append adds rows to a table, which may have got other columns since the rows were gathered: columns that it lost are left out.
func (x *Edit) Append(ctx context.Context, t *store.Table, rows *store.Segment) (*store.Table, error) {
	next, err := x.engine.store.Append(ctx, t, rows)
	if err != nil && ctx.Err() == nil {
		err = &Error{Kind: Internal, Code: "General_InternalServerError", Inner: "E_STORAGE", Message: err.Error(), Cause: err}
	}
	return next, err
}

// Functions lists the stored functions.
func (x *Edit) Functions() []*symbol.Function { return x.d.functions }

// Function gives a stored function, nil for none.
func (x *Edit) Function(name string) *symbol.Function {
	for _, f := range x.d.functions {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Define adds a stored function, or takes the place of the one of its name.
func (x *Edit) Define(f *symbol.Function) error {
	if err := CheckName("function", f.Name); err != nil {
		return err
	}
	if x.View(f.Name) != nil {
		return notFound("'%s' is a materialized view of database '%s'; choose another name", f.Name, x.d.name)
	}
	x.d.define(f)
	return nil
}

// Undefine removes a stored function.
func (x *Edit) Undefine(name string) {
	x.d.functions, x.d.settings = x.d.without(name), x.d.settings.WithoutFunction(name)
}

// SetPrettyName gives the database another name to show.
func (x *Edit) SetPrettyName(name string) { x.d.pretty = name }

// Schema gives the snapshot that queries would be bound with if the change were done now.
func (x *Edit) Schema() *symbol.Schema {
	return x.old.with(x.d.clone()).exact(x.d.name).schema
}

// CreateDatabase makes an empty database; there must be none of its name, in any case.
func (e *Engine) CreateDatabase(name, prettyName string) error {
	if err := CheckName("database", name); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	c := e.catalog.Load()
	if c.exact(name) != nil {
		return &Error{
			Kind: Semantic, Code: badRequest, Inner: "BadRequest_EntityAlreadyExists", Permanent: true,
			Message: fmt.Sprintf("database '%s' is there already; add ifnotexists to leave it as it is", name),
		}
	}
	return e.publish(c.with(&database{name: name, pretty: prettyName}), true)
}

// DropDatabase removes a database with all that is in it. The last one stays: queries need one.
func (e *Engine) DropDatabase(name string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	old := e.catalog.Load()
	d := old.exact(name)
	switch {
	case d == nil:
		return noDatabase(e, name)
	case d.readOnly != "":
		return readOnly("database '%s' %s", d.name, d.readOnly)
	case d == old.databases[0]:
		return readOnly("database '%s' is the first one, which requests without a database mean, and stays; drop its tables instead", d.name)
	}
	next := &catalog{version: old.version + 1}
	for _, other := range old.databases {
		if other != d {
			next.databases = append(next.databases, other)
		}
	}
	next.describe()
	return e.publish(next, true)
}

// longestName is Kusto's limit of a name's length.
const longestName = 1024

// CheckName holds a name against Kusto's rule for names of entities and columns: letters, digits, and _ . - and blanks.
func CheckName(of, name string) error {
	bad := func(c rune) bool {
		return !(c == '_' || c == '.' || c == '-' || c == ' ' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c > 0x7f)
	}
	switch {
	case name == "" || len(name) > longestName || strings.TrimSpace(name) != name || strings.HasPrefix(name, "$"):
	case !strings.ContainsFunc(name, bad):
		return nil
	}
	return &Error{
		Kind: Semantic, Code: badRequest, Inner: "BadRequest_EntityNameIsNotValid", Permanent: true,
		Message: fmt.Sprintf("'%.80s' is no %s name; use letters, digits, '_', '.', '-' and blanks between them", name, of),
	}
}

// NewRows begins to gather rows for a table.
func (e *Engine) NewRows(t *store.Table) *store.Rows {
	return store.NewRows(e.store, t, e.opts.QueryMemory)
}

// Forget removes the file of rows that became no part of a table.
func (e *Engine) Forget(rows *store.Segment) { e.store.Forget(rows) }
