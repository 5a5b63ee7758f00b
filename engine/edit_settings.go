// Edit: policies, roles and views.

package engine

import (
	"context"
	"fmt"
	"slices"

	"calypso/engine/store"
	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kusto/value"
)

// Settings are the database's policies and roles.
func (x *Edit) Settings() store.Settings { return x.d.settings }

// SetSettings changes them.
func (x *Edit) SetSettings(s store.Settings) { x.d.settings = s }

// Instant is now, later than all instants that were given before, so that what one change brings can be told from what another does.
func (x *Edit) Instant() int64 {
	x.engine.instant = max(systemTicks(), x.engine.instant+1)
	return x.engine.instant
}

// Tables lists the tables that may be changed.
func (x *Edit) Tables() []*store.Table {
	var out []*store.Table
	for _, t := range x.d.tables {
		if kept, ok := t.(*store.Table); ok {
			out = append(out, kept)
		}
	}
	return out
}

// Views lists the materialized views.
func (x *Edit) Views() []*store.View { return x.d.views }

// View gives a materialized view, nil for none.
func (x *Edit) View(name string) *store.View { return x.d.view(name) }

// PutView adds a materialized view, or takes the place of the one of its name.
func (x *Edit) PutView(v *store.View) error {
	if err := CheckName("materialized view", v.Name); err != nil {
		return err
	}
	if x.d.has(v.Name) || x.Function(v.Name) != nil {
		return notFound("'%s' is a table or function of database '%s'; choose another name", v.Name, x.d.name)
	}
	list := slices.Clone(x.d.views)
	i := slices.IndexFunc(list, func(old *store.View) bool { return old.Name == v.Name })
	if i < 0 {
		x.d.views = append(list, v)
		return nil
	}
	list[i] = v
	x.d.views = list
	return nil
}

// DropView removes a materialized view.
func (x *Edit) DropView(name string) {
	x.d.views = slices.DeleteFunc(slices.Clone(x.d.views), func(v *store.View) bool { return v.Name == name })
}

// Remove takes rows out of a table: those that gone lists for each of its segments, in ascending order.
func (x *Edit) Remove(ctx context.Context, t *store.Table, gone [][]uint32) (*store.Table, []store.Replaced, error) {
	next, replaced, err := x.engine.store.Remove(ctx, t, gone, x.engine.opts.QueryMemory)
	if err != nil && ctx.Err() == nil {
		err = &Error{Kind: Internal, Code: "General_InternalServerError", Inner: "E_STORAGE", Message: err.Error(), Cause: err}
	}
	return next, replaced, err
}

// Group gives a stored entity group, nil for none.
func (x *Edit) Group(name string) *symbol.EntityGroup {
	for _, g := range x.d.groups {
		if g.Name == name {
			return g
		}
	}
	return nil
}

// PutGroup adds an entity group, or takes the place of the one of its name.
func (x *Edit) PutGroup(g *symbol.EntityGroup) error {
	if err := CheckName("entity group", g.Name); err != nil {
		return err
	}
	x.DropGroup(g.Name)
	x.d.groups = append(x.d.groups, g)
	return nil
}

// DropGroup removes an entity group.
func (x *Edit) DropGroup(name string) {
	x.d.groups = slices.DeleteFunc(slices.Clone(x.d.groups), func(g *symbol.EntityGroup) bool { return g.Name == name })
}

// holdViews refuses a change that would take from a materialized view what it has: here a view is what its query makes of the rows of
// its table, so that these must stay; a cluster's view keeps what was once materialized.
func (x *Edit) holdViews() error {
	if len(x.d.views) == 0 {
		return nil
	}
	before := x.old.exact(x.d.name)
	var schema *symbol.Schema
	for i, v := range x.d.views {
		t, err := x.d.stored(v.Source)
		if err != nil {
			return x.viewsNeed(v)
		}
		old := before.kept(v.Source)
		if old == nil || old == t || before.view(v.Name) == nil {
			continue
		}
		if !t.KeepsRows(old) || !t.Remembers() || Restricted(t) || x.viewReads(v, t.Lost(old)) {
			return x.viewsNeed(v)
		}
		if slices.Equal(t.Shape(), old.Shape()) {
			continue
		}
		if schema == nil {
			schema = x.Schema()
		}
		next, err := refitted(v, schema)
		if err != nil {
			return err
		}
		x.d.views = slices.Clone(x.d.views)
		x.d.views[i] = next
	}
	return nil
}

// viewReads tells whether a view's query names one of these columns, or gives it on.
func (x *Edit) viewReads(v *store.View, lost []string) bool {
	if len(lost) == 0 {
		return false
	}
	bound, err := BindKept(x.old.exact(x.d.name).schema, v.Query)
	if err != nil {
		return true
	}
	for _, ref := range bound.Refs {
		if ref.Kind == binder.SymColumn && slices.Contains(lost, ref.Name) {
			return true
		}
	}
	return slices.ContainsFunc(v.Columns, func(c store.Column) bool { return slices.Contains(lost, c.Name) })
}

func (d *database) kept(name string) *store.Table {
	t, _ := d.byName[name].(*store.Table)
	return t
}

func (x *Edit) viewsNeed(v *store.View) error {
	return readOnly("materialized view '%s' needs table '%s' with all its rows, columns and times of ingestion, as the embedded engine sums them up "+
		"when the view is read; drop the view first", v.Name, v.Source)
}

// refitted gives a view whose table has got columns.
func refitted(v *store.View, schema *symbol.Schema) (*store.View, error) {
	columns, err := ViewColumns(schema, v.Query)
	if err != nil {
		return nil, unreadable("materialized view '%s' doesn't fit the table then: %s", v.Name, messageOf(err))
	}
	if slices.Equal(columns, v.Columns) {
		return v, nil
	}
	if !v.AutoUpdate {
		return nil, unreadable("materialized view '%s' would get other columns; .alter materialized-view %s autoUpdateSchema true lets it, or drop it first",
			v.Name, symbol.QuoteName(v.Name))
	}
	next := *v
	next.Columns = columns
	return &next, nil
}

// ViewColumns gives the columns that a view's query makes.
func ViewColumns(schema *symbol.Schema, query string) ([]store.Column, error) {
	bound, err := BindKept(schema, query)
	if err != nil {
		return nil, err
	}
	t := bound.Result
	if t == nil || t.Open {
		return nil, fmt.Errorf("its columns aren't known before it runs")
	}
	var out []store.Column
	for i, c := range t.List {
		kind, ok := value.KindOf(c.Type.String())
		if !ok {
			return nil, fmt.Errorf("column '%s' has no type", c.Name)
		}
		out = append(out, store.Column{ID: i + 1, Name: c.Name, Kind: kind})
	}
	return out, nil
}

// Cluster gives the policies and roles of the whole engine.
func (e *Engine) Cluster() store.Settings {
	if s := e.cluster.Load(); s != nil {
		return *s
	}
	return store.Settings{}
}

// ChangeCluster changes them in one step.
func (e *Engine) ChangeCluster(edit func(store.Settings) store.Settings) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	old := e.Cluster()
	next := edit(old)
	if e.store != nil {
		e.store.SetCluster(next)
		if err := e.publish(e.catalog.Load(), true); err != nil {
			e.store.SetCluster(old)
			return err
		}
	}
	e.cluster.Store(&next)
	return nil
}

// Settings gives a database's policies and roles, and its views; ok is false when there is no such database.
func (e *Engine) Settings(database string) (s store.Settings, views []*store.View, ok bool) {
	d := e.catalog.Load().find(database)
	if d == nil {
		return s, nil, false
	}
	return d.settings, d.views, true
}
