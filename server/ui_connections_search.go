package server

import (
	"slices"
	"strings"

	"calypso/kql/symbol"
	"calypso/kql/text"
	"calypso/server/protocol"
)

// Searching the tree of connections: names of connections, databases, tables, columns and functions, of all whose schema is loaded. A
// search contacts nobody, and says what it didn't look into.

// holds tells whether a name contains what is searched for, letter case ignored.
func holds(name, filter string) bool {
	return strings.Contains(strings.ToLower(name), strings.ToLower(filter))
}

// namedSo tells whether what a connection is called contains it, or the group that it is in.
func namedSo(k protocol.Connection, filter string) bool {
	return holds(k.Name, filter) || holds(k.URL, filter) || holds(k.Database, filter) || holds(k.Group, filter)
}

// loadedOf gives what is known of a connection's schema; nil when it was never opened. One that is being contacted may be known from before.
func (c *call) loadedOf(k protocol.Connection) *symbol.Schema {
	local := k.URL == "embedded" || strings.HasPrefix(k.URL, "file:")
	loading := k.State == protocol.StateLoading
	if k.State != protocol.StateKnown && !loading && k.Note == "" && !local {
		return nil
	}
	schema := c.backend.Schema(Target{Connection: k.ID, Database: k.Database})
	if schema == nil || schema.Cluster == nil || loading && !slices.ContainsFunc(schema.Cluster.Databases, isLoaded) {
		return nil
	}
	return schema
}

func isLoaded(d *symbol.Database) bool { return d.State != symbol.NotLoaded }

func (c *call) holdsInside(k protocol.Connection, filter string) bool {
	schema := c.loadedOf(k)
	return schema != nil &&
		slices.ContainsFunc(schema.Cluster.Databases, func(d *symbol.Database) bool { return holds(d.Name, filter) || databaseHolds(d, filter) })
}

func databaseHolds(d *symbol.Database, filter string) bool {
	return slices.ContainsFunc(d.Tables, func(t *symbol.TableSymbol) bool { return holds(t.Name, filter) || columnHolds(t, filter) }) ||
		slices.ContainsFunc(d.Functions, func(f *symbol.Function) bool { return holds(f.Name, filter) })
}

func columnHolds(t *symbol.TableSymbol, filter string) bool {
	return slices.ContainsFunc(t.Columns.List, func(c *symbol.Column) bool { return holds(c.Name, filter) })
}

// found counts what contains what is searched for, and what wasn't looked into, for the person.
func (c *call) found(filter string) string {
	if filter == "" {
		return ""
	}
	shown, filter := filter, strings.ToLower(filter)
	var connections, databases, tables, columns, functions, unopened, unloaded int
	for _, k := range c.known() {
		if namedSo(k, filter) {
			connections++
		}
		schema := c.loadedOf(k)
		if schema == nil {
			unopened++
			continue
		}
		for _, d := range schema.Cluster.Databases {
			if holds(d.Name, filter) {
				databases++
			}
			if d.State == symbol.NotLoaded {
				unloaded++
			}
			for _, t := range d.Tables {
				if holds(t.Name, filter) {
					tables++
				}
				for _, column := range t.Columns.List {
					if holds(column.Name, filter) {
						columns++
					}
				}
			}
			for _, f := range d.Functions {
				if holds(f.Name, filter) {
					functions++
				}
			}
		}
	}
	said := countedAll([]int{connections, databases, tables, columns, functions}, "connection", "database", "table", "column", "function")
	if said == "" {
		said = "nothing is called so"
	}
	said = "“" + shown + "”: " + said + "."
	if missing := countedAll([]int{unopened, unloaded}, "connection", "database"); missing != "" {
		said += " Not searched, as not opened yet: " + missing + "."
	}
	return said
}

// countedAll joins the numbers that aren't 0.
func countedAll(numbers []int, nouns ...string) string {
	var parts []string
	for i, n := range numbers {
		if n > 0 {
			parts = append(parts, text.Count(n, nouns[i]))
		}
	}
	return strings.Join(parts, ", ")
}

// reached leaves of a level what contains what is searched for, or has a child that does. Below what does itself all is shown.
func (l treeLevel) reached(nodes []protocol.SchemaNode, filter string) []protocol.SchemaNode {
	if l.path.database != "" && holds(l.path.database, filter) || l.path.name != "" && holds(l.path.name, filter) {
		return nodes
	}
	return slices.DeleteFunc(nodes, func(n protocol.SchemaNode) bool {
		if holds(n.Label, filter) {
			return false
		}
		return !l.holdsBelow(n, filter)
	})
}

// holdsBelow tells whether something below a node contains what is searched for.
func (l treeLevel) holdsBelow(n protocol.SchemaNode, filter string) bool {
	if n.Kind == protocol.NodeDatabase {
		d := l.facts.Schema.Cluster.Find(n.Label)
		return d != nil && databaseHolds(d, filter)
	}
	t := l.tables[tableKey{n.Kind, n.Label}]
	return t != nil && columnHolds(t, filter)
}

// searchConnections shows in the tree what contains a text, while it is typed.
func searchConnections(c *call, _ *protocol.UICommandParams) error {
	before := c.filters.read(connectionsView)
	show := func(filter string) {
		c.filters.set(connectionsView, filter)
		c.treeChanged(connectionsView, "")
	}
	entered, err := c.inputLive(c, protocol.UIInputParams{
		Title: "Search connections, tables, columns and functions", Prompt: "Only what contains this is shown; nothing shows all", Value: before,
	}, func(asking *call, value string) protocol.UITypedResult {
		value = strings.TrimSpace(value)
		if value != c.filters.read(connectionsView) {
			show(value)
		}
		return protocol.UITypedResult{Note: asking.found(value)}
	}, nil)
	if err != nil {
		entered = before // the person left
	}
	if entered = strings.TrimSpace(entered); entered != c.filters.read(connectionsView) {
		show(entered)
	}
	return err
}

func showAllConnections(c *call, _ *protocol.UICommandParams) error {
	c.filters.set(connectionsView, "")
	c.treeChanged(connectionsView, "")
	return nil
}
