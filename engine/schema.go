// From loaded tables to the schema that binds queries.

package engine

import (
	"strings"

	"calypso/engine/exec"
	"calypso/engine/store"
	"calypso/kql/symbol"
	"calypso/kusto/value"
)

var symbolTypes = map[value.Kind]symbol.Type{
	value.Bool: symbol.Bool, value.Int: symbol.Int, value.Long: symbol.Long, value.Real: symbol.Real,
	value.Decimal: symbol.Decimal, value.String: symbol.String, value.Datetime: symbol.Datetime,
	value.Timespan: symbol.Timespan, value.Guid: symbol.Guid, value.Dynamic: symbol.Dynamic,
}

func sameName(a, b string) bool { return strings.EqualFold(a, b) }

// describe gives each database its schema: the same cluster, itself as the current database.
func (c *catalog) describe() {
	cluster := &symbol.Cluster{State: symbol.Known}
	for _, d := range c.databases {
		cluster.Databases = append(cluster.Databases, d.describe())
	}
	for i, d := range c.databases {
		copied := *d
		copied.schema = symbol.New(cluster, cluster.Databases[i])
		copied.schema.Version = c.version
		c.databases[i] = &copied
	}
}

func (d *database) describe() *symbol.Database {
	d.byName = make(map[string]exec.Table, len(d.tables))
	out := &symbol.Database{Name: d.name, PrettyName: d.pretty, State: symbol.Known, Functions: d.functions, EntityGroups: d.groups}
	for _, t := range d.tables {
		d.byName[t.Name()] = t
		out.Tables = append(out.Tables, describeTable(t))
	}
	for _, v := range d.views {
		out.Tables = append(out.Tables, describeView(v))
	}
	return out
}

func describeTable(t exec.Table) *symbol.TableSymbol {
	s := &symbol.TableSymbol{Name: t.Name()}
	for _, c := range t.Columns() {
		s.Columns.List = append(s.Columns.List, &symbol.Column{Name: c.Name, Type: symbolTypes[c.Kind]})
	}
	if kept, ok := t.(*store.Table); ok {
		s.Folder, s.Doc = kept.Folder, kept.Doc
		for i, c := range kept.Shape() {
			s.Columns.List[i].Doc = c.Doc
		}
	}
	return s
}

func describeView(v *store.View) *symbol.TableSymbol {
	s := &symbol.TableSymbol{Kind: symbol.MaterializedView, Name: v.Name, Query: v.Query, Folder: v.Folder, Doc: v.Doc}
	for _, c := range v.Columns {
		s.Columns.List = append(s.Columns.List, &symbol.Column{Name: c.Name, Type: symbolTypes[c.Kind], Doc: c.Doc})
	}
	return s
}

// over gives the catalog as one query sees it: with tables of its own that hide stored ones of their name.
func (c *catalog) over(d *database, extra []exec.Table) *database {
	if len(extra) == 0 {
		return d
	}
	next := d.clone()
	for _, t := range extra {
		next.put(t)
	}
	return c.with(next).exact(d.name)
}
