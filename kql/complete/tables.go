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
	return append(items, databaseItems(p.bound.Schema.Database)...)
}

func databaseItems(db *symbol.Database) []Item {
	items := make([]Item, 0, len(db.Tables)+len(db.Functions))
	for _, t := range db.Tables {
		it := Item{Label: t.Name, Kind: Table, Detail: tableDetail(t.Kind), Insert: quoted(t.Name), Rank: 100}
		if t.Kind == symbol.External {
			it.Insert = "external_table('" + strings.ReplaceAll(t.Name, "'", "\\'") + "')"
		}
		items = append(items, it)
	}
	for _, f := range db.Functions {
		items = append(items, Item{Label: f.Name, Kind: Function, Detail: f.Parameters, Insert: callSnippet(quoted(f.Name), f.Parameters), Snippet: true, Rank: 150})
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
	if strings.Trim(parameters, "() \t") == "" {
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

// databaseOf finds the database that cluster('x').database('y') or database('y') means.
func (p *place) databaseOf(x syntax.Expr) *symbol.Database {
	schema := p.bound.Schema
	if schema == nil {
		return nil
	}
	cluster := schema.Cluster
	if path, ok := x.(*syntax.Path); ok {
		if cluster = p.clusterOf(path.X); cluster == nil {
			return nil
		}
		x = path.Selector
	}
	name, ok := stringArgument(x, "database")
	if !ok || cluster == nil {
		return nil
	}
	return cluster.Find(name)
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
