package server

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"calypso/kql/symbol"
	"calypso/kql/text"
	"calypso/server/protocol"
)

// The tree of connections: those without a group, then the groups. A node's id is its path: g/GROUP, or c/CONNECTION and then as in
// kusto_schema_children.go, each part escaped.

// connectionsView is the tree's name.
const connectionsView = "connections"

var nodeIcons = map[protocol.NodeKind]string{
	protocol.NodeDatabase: "database", protocol.NodeTable: "table", protocol.NodeView: "layers", protocol.NodeExternal: "link-external",
	protocol.NodeFunction: "symbol-function", protocol.NodeColumn: "symbol-field",
}

// treePlace is what a node of the tree stands for: a connection, and a path in its schema.
type treePlace struct {
	connection string
	path       string // as a node's id of kusto/schema/children; "" for the connection
}

func (p treePlace) id() string {
	id := "c/" + url.PathEscape(p.connection)
	if p.path != "" {
		id += "/" + p.path
	}
	return id
}

// placeOf reads a node's id; false when it stands for no connection.
func placeOf(id string) (treePlace, bool) {
	rest, ok := strings.CutPrefix(id, "c/")
	if !ok {
		return treePlace{}, false
	}
	head, path, _ := strings.Cut(rest, "/")
	connection, err := url.PathUnescape(head)
	return treePlace{connection: connection, path: path}, err == nil
}

// target is the connection and database that a place lies in.
func (p treePlace) target() Target {
	database, _, _ := strings.Cut(p.path, "/")
	database, _ = url.PathUnescape(database) // what can't be read was checked by placeOf's callers, or isn't there
	return Target{Connection: p.connection, Database: database}
}

func groupID(name string) string { return "g/" + url.PathEscape(name) }

// groupOf reads the id of a group's node; false when it is none.
func groupOf(id string) (string, bool) {
	rest, ok := strings.CutPrefix(id, "g/")
	if !ok {
		return "", false
	}
	name, err := url.PathUnescape(rest)
	return name, err == nil
}

// known lists the connections in the order in which they are shown: favourites first.
func (s *Server) known() []protocol.Connection {
	list := s.backend.List()
	slices.SortStableFunc(list, func(a, b protocol.Connection) int { return rank(a) - rank(b) })
	return list
}

func rank(c protocol.Connection) int {
	if c.Favourite {
		return 0
	}
	return 1
}

func connectionsTree(c *call, node, filter string) ([]protocol.UITreeNode, error) {
	if node == "" {
		return c.connectionRoots(filter), nil
	}
	if group, ok := groupOf(node); ok {
		return c.connectionsIn(group, filter), nil
	}
	at, ok := placeOf(node)
	if !ok {
		return nil, badParams("params.node is no node's id")
	}
	return c.schemaNodes(at, filter)
}

func (c *call) connectionRoots(filter string) []protocol.UITreeNode {
	nodes := c.connectionsIn("", filter)
	for _, name := range c.backend.Groups() {
		inside := c.connectionsIn(name, filter)
		if filter != "" && len(inside) == 0 && !holds(name, filter) {
			continue
		}
		nodes = append(nodes, protocol.UITreeNode{
			ID: groupID(name), Label: name, Icon: "folder", Context: "group", Expands: true, Opened: true, Description: countOf(len(inside), "connection"),
		})
	}
	return nodes
}

func countOf[N ~int | ~int64](n N, what string) string {
	if n == 0 {
		return "empty"
	}
	return text.Count(n, what)
}

// connectionsIn lists those of a group; "" for those of none.
func (c *call) connectionsIn(group, filter string) []protocol.UITreeNode {
	var nodes []protocol.UITreeNode
	for _, k := range c.known() {
		if k.Group == group && (holds(group, filter) || c.reaches(k, filter)) {
			nodes = append(nodes, connectionNode(k))
		}
	}
	return nodes
}

// holds tells whether a name contains what is searched for, letter case ignored.
func holds(name, filter string) bool {
	return strings.Contains(strings.ToLower(name), strings.ToLower(filter))
}

// reaches tells whether a connection, or what is known of its schema, contains what is searched for.
func (c *call) reaches(k protocol.Connection, filter string) bool {
	if holds(k.Name, filter) || holds(k.URL, filter) || holds(k.Database, filter) {
		return true
	}
	if k.State != protocol.StateKnown {
		return false // a search contacts nobody
	}
	schema := c.backend.Schema(Target{Connection: k.ID, Database: k.Database})
	if schema == nil || schema.Cluster == nil {
		return false
	}
	return slices.ContainsFunc(schema.Cluster.Databases, func(d *symbol.Database) bool { return holds(d.Name, filter) || databaseHolds(d, filter) })
}

func databaseHolds(d *symbol.Database, filter string) bool {
	return slices.ContainsFunc(d.Tables, func(t *symbol.TableSymbol) bool { return tableHolds(t, filter) }) ||
		slices.ContainsFunc(d.Functions, func(f *symbol.Function) bool { return holds(f.Name, filter) })
}

func tableHolds(t *symbol.TableSymbol, filter string) bool {
	return holds(t.Name, filter) || slices.ContainsFunc(t.Columns.List, func(c *symbol.Column) bool { return holds(c.Name, filter) })
}

func connectionNode(k protocol.Connection) protocol.UITreeNode {
	n := protocol.UITreeNode{
		ID: treePlace{connection: k.ID}.id(), Label: k.Name, Icon: "server", Context: "connection.added", Expands: true, Drag: true,
	}
	switch {
	case k.Favourite:
		n.Icon = "star-full"
	case strings.HasPrefix(k.URL, "file:"):
		n.Icon = "folder-library"
	}
	if k.Fixed {
		n.Context = "connection.fixed"
	}
	notes := []string{cmp.Or(k.Note, stateText(k.State), k.Database)}
	tips := []string{k.Name, k.URL, k.Note}
	for _, mark := range []struct {
		on                 bool
		context, note, tip string
	}{
		{k.Favourite, " favourite", "", ""},
		{k.ReadOnly, " readOnly", "read only", "For reading only: nothing that could change anything is sent."},
		{k.Private, " private", "nothing kept", "Nothing of it is kept on disk: no schema, no query, no row."},
	} {
		if mark.on {
			n.Context += mark.context
			notes, tips = append(notes, mark.note), append(tips, mark.tip)
		}
	}
	n.Description, n.Tooltip = joined(notes, ", "), joined(tips, "\n")
	return n
}

// joined joins what isn't empty.
func joined(parts []string, with string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), with)
}

func stateText(s protocol.State) string {
	switch s {
	case protocol.StateLoading:
		return "loading…"
	case protocol.StateDenied:
		return "no access"
	case protocol.StateFailed:
		return "can't be reached"
	}
	return ""
}

// schemaNodes lists a level of a connection's schema, loading what isn't there.
func (c *call) schemaNodes(at treePlace, filter string) ([]protocol.UITreeNode, error) {
	path, err := nodePath(at.path)
	if err != nil {
		return nil, err
	}
	k, err := c.connection(at.connection)
	if err != nil {
		return nil, err
	}
	t := Target{Connection: k.ID, Database: k.Database}
	if len(path) > 0 {
		t.Database = path[0]
	}
	facts, err := c.backend.Load(c, t, false, func(string) {})
	if err != nil {
		return nil, err
	}
	level, err := children(facts.Schema, path)
	if err != nil {
		return nil, err
	}
	if len(path) == 0 {
		aged(level, facts.Databases, time.Now())
	}
	if filter != "" && !holds(k.Name, filter) && !holds(k.Group, filter) && !holds(k.URL, filter) {
		level = reached(level, facts.Schema, path, filter)
	}
	nodes := make([]protocol.UITreeNode, len(level))
	for i, n := range level {
		nodes[i] = c.schemaNode(t, n)
	}
	return nodes, nil
}

// reached leaves of a level what contains what is searched for, or has a child that does. Below what does itself all is shown.
func reached(level []protocol.SchemaNode, schema *symbol.Schema, path []string, filter string) []protocol.SchemaNode {
	if len(path) > 0 && holds(path[0], filter) || len(path) > 2 {
		return level
	}
	db := schema.Cluster.Find(strings.Join(path, ""))
	return slices.DeleteFunc(level, func(n protocol.SchemaNode) bool {
		if holds(n.Label, filter) {
			return false
		}
		if len(path) == 0 {
			d := schema.Cluster.Find(n.Label)
			return d == nil || !databaseHolds(d, filter)
		}
		return n.Kind == protocol.NodeFunction || !slices.ContainsFunc(db.Tables, func(t *symbol.TableSymbol) bool {
			return t.Name == n.Label && tableKind(t.Kind) == n.Kind && tableHolds(t, filter)
		})
	})
}

func (c *call) schemaNode(t Target, n protocol.SchemaNode) protocol.UITreeNode {
	out := protocol.UITreeNode{
		ID: treePlace{t.Connection, n.ID}.id(), Label: n.Label, Description: n.Detail, Icon: nodeIcons[n.Kind], Context: string(n.Kind), Expands: n.More,
		Tooltip: n.Label,
	}
	if n.Detail != "" {
		out.Tooltip += ": " + n.Detail
	}
	if n.Docs != "" {
		out.Tooltip += "\n\n" + n.Docs
	}
	sizes, ok := c.tableSizes()
	if !ok || n.Kind != protocol.NodeTable {
		return out
	}
	if size, known := sizes.TableSize(t, "", "", n.Label); known {
		out.Description = countOf(size.Rows, "row")
		if out.Tooltip += "\n\n" + out.Description; size.Bytes > 0 {
			out.Tooltip += fmt.Sprintf(", %.1f MB", float64(size.Bytes)/(1<<20))
		}
	}
	return out
}

// entityAt finds the table or function that a place stands for; false when it stands for neither, or isn't loaded.
func (c *call) entityAt(p treePlace) (entity, bool) {
	path, err := nodePath(p.path)
	if err != nil || len(path) != 3 {
		return entity{}, false
	}
	t := Target{Connection: p.connection, Database: path[0]}
	for _, e := range entities(c.backend.Schema(t), t, "-", "-") {
		kind := protocol.NodeFunction
		if e.table != nil {
			kind = tableKind(e.table.Kind)
		}
		if string(kind) == path[1] && e.name() == path[2] {
			return e, true
		}
	}
	return entity{}, false
}
