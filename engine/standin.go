// What stands in a table's place when a query names it: the query of a materialized view, or of a row level security policy. Both are
// run as a part of the query that names the table, over rows as they are at that moment.

package engine

import (
	"encoding/json"
	"errors"
	"fmt"

	"calypso/engine/plan"
	"calypso/engine/store"
	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// The policies that decide what a query sees, by the words that name them.
const (
	PolicyRowSecurity    = "row_level_security"
	PolicyRestrictedView = "restricted_view_access"
	PolicyUpdate         = "update"
	PolicyRetention      = "retention"
)

// RowSecurity is the policy that replaces a table by a query.
type RowSecurity struct {
	IsEnabled bool
	Query     string
}

// RowSecurityOf reads a table's policy; ok is false when it has none.
func RowSecurityOf(t *store.Table) (p RowSecurity, ok bool, err error) {
	text := t.Settings.Policies[PolicyRowSecurity]
	if text == "" {
		return p, false, nil
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return p, false, fmt.Errorf("the row level security policy of table '%s' can't be read: %w", t.Name(), err)
	}
	return p, true, nil
}

// Restricted tells whether only those with a role may see a table.
func Restricted(t *store.Table) bool {
	return t.Settings.Policies[PolicyRestrictedView] == `{"IsEnabled":true}`
}

// standIns gives what stands in the places of the tables that a query of a database names; its own tables stand for themselves.
// Where force is true, policies of row level security apply that aren't enabled.
func standIns(c *catalog, d *database, r Request, force bool) func(binder.Symbol) (*plan.StandIn, error) {
	own := map[string]bool{}
	for _, t := range r.Tables {
		own[t.Name()] = true
	}
	return func(s binder.Symbol) (*plan.StandIn, error) {
		in := d
		if s.Database != "" && !sameName(s.Database, d.name) {
			in = c.exact(s.Database)
		}
		if in == nil || s.Table == nil || in == d && own[s.Table.Name] {
			return nil, nil
		}
		if s.Table.Kind == symbol.MaterializedView {
			if v := in.view(s.Table.Name); v != nil && in == d && own[v.Source] {
				return nil, unreadable("materialized view '%s' can't be read where '%s' means new rows only", v.Name, v.Source)
			}
			return in.viewAsTable(s.Table.Name)
		}
		return in.securedTable(s.Table.Name, force)
	}
}

// viewAsTable gives the query that stands for a materialized view, nil when there is no such view.
func (d *database) viewAsTable(name string) (*plan.StandIn, error) {
	v := d.view(name)
	if v == nil {
		return nil, nil
	}
	bound, err := d.boundQuery(v.Query)
	if err != nil {
		return nil, unreadable("the query of materialized view '%s' fits its table no more: %s; alter it", name, messageOf(err))
	}
	return &plan.StandIn{Query: bound, Name: name, Source: v.Source, Database: d.name, Since: v.Since}, nil
}

// securedTable gives the query that stands for a table with row level security, nil for a table that is read as it is.
func (d *database) securedTable(name string, force bool) (*plan.StandIn, error) {
	t, ok := d.byName[name].(*store.Table)
	if !ok || len(t.Settings.Policies) == 0 {
		return nil, nil
	}
	if Restricted(t) && !d.hasRole("unrestrictedviewers") {
		return nil, unreadable("table '%s' has the policy restricted_view_access, and nobody has the role that it asks for; "+
			".add database %s unrestrictedviewers ('…') gives it, or turn the policy off", name, symbol.QuoteName(d.name))
	}
	p, ok, err := RowSecurityOf(t)
	if err != nil {
		return nil, unreadable("%v; set the policy anew", err)
	}
	if !ok || !p.IsEnabled && !force {
		return nil, nil
	}
	bound, err := d.boundQuery(p.Query)
	if err != nil {
		return nil, unreadable("the row level security policy of table '%s' can't be applied: %s; set it anew", name, messageOf(err))
	}
	return &plan.StandIn{Query: bound, Name: name, Source: name, Database: d.name}, nil
}

// Unrestricted tells whether queries may read all tables of a database: that none has restricted view access, or somebody the role for it.
func (e *Engine) Unrestricted(name string) bool {
	d := e.catalog.Load().find(name)
	if d == nil {
		return false
	}
	for _, t := range d.tables {
		if kept, ok := t.(*store.Table); ok && Restricted(kept) {
			return d.hasRole("unrestrictedviewers")
		}
	}
	return true
}

func (d *database) hasRole(name string) bool {
	for _, r := range d.settings.Roles {
		if r.Name == name && r.Function == "" {
			return true
		}
	}
	return false
}

func (d *database) view(name string) *store.View {
	for _, v := range d.views {
		if v.Name == name {
			return v
		}
	}
	return nil
}

// boundQuery binds a query that is kept with the database, once for each state of it.
func (d *database) boundQuery(text string) (*binder.Bound, error) {
	return BindKept(d.schema, text)
}

// BindKept binds a query that is kept with a database, by the database's schema. The error says what is wrong with it.
func BindKept(schema *symbol.Schema, text string) (*binder.Bound, error) {
	type key struct{ text string }
	type made struct {
		bound *binder.Bound
		err   error
	}
	m := schema.Memo(key{text}, func() any {
		tree := syntax.Parse(text)
		if tree.Command != nil || len(tree.Statements) == 0 {
			return made{nil, &Error{Kind: Semantic, Code: badRequest, Inner: semanticCode, Permanent: true, Message: "it is no query"}}
		}
		bound := binder.Bind(tree, schema)
		if fault := fromDiagnostics(text, bound.Diagnostics); fault != nil {
			return made{nil, fault}
		}
		return made{bound, nil}
	}).(made)
	return m.bound, m.err
}

// messageOf words an error as a part of another.
func messageOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

func unreadable(format string, args ...any) error {
	return &Error{Kind: Semantic, Code: badRequest, Inner: semanticCode, Permanent: true, Message: fmt.Sprintf(format, args...)}
}

// Uses tells which tables and views of its own database a bound query names, and which stored functions it calls. Foreign is a name of
// something outside, "" for none.
type Uses struct {
	Tables, Functions map[string]bool
	Foreign           string
}

// UsesOf looks through a bound query and the functions that it calls.
func UsesOf(b *binder.Bound) Uses {
	u := Uses{Tables: map[string]bool{}, Functions: map[string]bool{}}
	seen := map[*binder.Scope]bool{}
	note := func(s binder.Symbol) {
		switch s.Kind {
		case binder.SymTable:
			if s.Database != "" || s.Cluster != "" {
				u.Foreign = s.Name
			}
			u.Tables[s.Name] = true
		case binder.SymStored:
			u.Functions[s.Name] = true
		case binder.SymDatabase, binder.SymCluster:
			u.Foreign = s.Name
		}
	}
	var walk func(*binder.Scope)
	walk = func(s *binder.Scope) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		eachSymbol(s, note)
		for _, call := range s.Calls {
			note(call.Symbol)
			walk(call.Scope)
		}
	}
	walk(b.Scope)
	return u
}

// eachSymbol gives the symbols that a scope's names, operators and patterns stand for.
func eachSymbol(s *binder.Scope, note func(binder.Symbol)) {
	for _, ref := range s.Refs {
		note(ref)
	}
	for _, out := range s.Out {
		if out == nil {
			continue
		}
		for _, leg := range out.Legs {
			note(leg.Symbol)
		}
	}
	for _, entries := range s.TableSets {
		for _, entry := range entries {
			note(entry.Symbol)
		}
	}
}
