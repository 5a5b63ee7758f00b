// Candidates that are tabular: tables, stored functions, tabular lets; databases and clusters after their dots.

package complete

import (
	"strings"

	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// tabular lists what can stand for a table.
func (p *place) tabular() []Item {
	var items []Item
	for _, v := range p.visible() {
		if v.tabular {
			items = append(items, v.item(0))
		}
	}
	if p.bound.Schema == nil || p.bound.Schema.Database == nil {
		return items
	}
	return append(items, p.databaseItems(p.bound.Schema.Database)...)
}

func (p *place) databaseItems(db *symbol.Database) []Item {
	if db == nil {
		return nil
	}
	tables := p.shortlisted(db.Tables, anyKind)
	items := make([]Item, 0, len(tables)+len(db.Functions))
	for _, t := range tables {
		it := Item{Label: t.Name, Kind: Table, Detail: tableDetail(t.Kind), Insert: quoted(t.Name), Rank: 100}
		if t.Kind == symbol.External {
			it.Insert = "external_table('" + strings.ReplaceAll(t.Name, "'", "\\'") + "')"
		}
		items = append(items, it)
	}
	for _, f := range db.Functions {
		items = append(items, storedItem(f, 150))
	}
	return items
}

func storedItem(f *symbol.Function, rank int) Item {
	return Item{Label: f.Name, Kind: Function, Detail: f.Parameters, Insert: callSnippet(quoted(f.Name), f.Parameters), Snippet: true, Rank: rank}
}

// storedScalars lists the stored functions for a place where a value is wanted: first those that look like giving one. Whether one
// does is known when it is bound with arguments only, so a pipe in its body has to do.
func (p *place) storedScalars() []Item {
	if p.bound.Schema == nil || p.bound.Schema.Database == nil {
		return nil
	}
	var items []Item
	for _, f := range p.bound.Schema.Database.Functions {
		rank := 90
		if strings.Contains(f.Body, "|") {
			rank = 350
		}
		items = append(items, storedItem(f, rank))
	}
	return items
}

// invokable lists the functions that invoke can hand rows to.
func (p *place) invokable() []Item {
	var items []Item
	for _, v := range p.visible() {
		if v.function != nil && len(v.function.Params) > 0 && v.function.Params[0].Schema != nil {
			items = append(items, v.item(0))
		}
	}
	if p.bound.Schema == nil || p.bound.Schema.Database == nil {
		return items
	}
	for _, f := range p.bound.Schema.Database.Functions {
		rank := 100
		if params := f.Params(); len(params) == 0 || params[0].Type != symbol.Table {
			rank = 200
		}
		items = append(items, storedItem(f, rank))
	}
	return items
}

func tableDetail(k symbol.TableKind) string {
	switch k {
	case symbol.External:
		return "external table"
	case symbol.MaterializedView:
		return "materialized view"
	}
	return "table"
}

// callSnippet puts the caret inside the brackets, or after them when there is nothing to fill in.
func callSnippet(name, parameters string) string {
	name = strings.ReplaceAll(name, "$", "\\$")
	if strings.Trim(parameters, "() \t\r\n") == "" {
		return name + "()$0"
	}
	return name + "($0)"
}

// quoted writes a name so that it can stand in a query.
func quoted(name string) string {
	plain := name != ""
	for i, r := range name {
		if !(r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || i > 0 && r >= '0' && r <= '9') {
			plain = false
		}
	}
	if plain && !reserved[name] {
		return name
	}
	return "['" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(name) + "']"
}

// reserved words can't be plain names in an expression.
var reserved = map[string]bool{
	"and": true, "or": true, "by": true, "in": true, "has": true, "contains": true, "between": true, "on": true, "to": true,
	"step": true, "with": true, "where": true, "true": true, "false": true, "let": true, "set": true,
}

// databaseOf finds the database that cluster('x').database('y') or database('y') means; it may be nil, for one that isn't known.
func (p *place) databaseOf(x syntax.Expr) (db *symbol.Database, ok bool) {
	var cluster *symbol.Cluster
	if p.bound.Schema != nil {
		cluster = p.bound.Schema.Cluster
	}
	if path, chained := x.(*syntax.Path); chained {
		if _, ok := stringArgument(path.X, "cluster"); !ok {
			return nil, false
		}
		cluster, x = p.clusterOf(path.X), path.Selector
	}
	name, ok := stringArgument(x, "database")
	if !ok {
		return nil, false
	}
	if cluster == nil {
		return nil, true
	}
	return cluster.Find(name), true
}

// databaseFunctions are the functions that follow a database's dot.
func databaseFunctions() []Item {
	var items []Item
	for _, name := range []string{"table", "external_table", "materialized_view", "entity_group", "graph", "stored_query_result"} {
		items = append(items, Item{Label: name, Kind: Function, Detail: "(name)", Insert: name + "('$0')", Snippet: true, Rank: 200, Again: true})
	}
	return items
}

func (p *place) clusterOf(x syntax.Expr) *symbol.Cluster {
	name, ok := stringArgument(x, "cluster")
	if !ok || p.bound.Schema == nil {
		return nil
	}
	return p.bound.Schema.FindCluster(name)
}

// stringArgument gives the text of f('text').
func stringArgument(x syntax.Expr, f string) (string, bool) {
	call, ok := x.(*syntax.Call)
	if !ok || call.Fun == nil || call.Fun.Text != f || len(call.Args) != 1 {
		return "", false
	}
	lit, ok := call.Args[0].(*syntax.Literal)
	if !ok || lit.Kind != syntax.LitString {
		return "", false
	}
	return lit.Text, true
}
