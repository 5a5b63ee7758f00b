package server

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"calypso/kql/symbol"
	"calypso/server/protocol"
)

// The schema tree: databases, then tables, views, external tables and functions, then columns. A node's id is its path:
// database/kind/name, each part escaped.

// schemaChildren is kusto/schema/children: one level, in pages. It loads what isn't there yet.
func schemaChildren(c *call, p *protocol.SchemaChildrenParams) (any, error) {
	path, err := nodePath(p.Node)
	if err != nil {
		return nil, err
	}
	t, err := c.target(p.Connection, "")
	if err != nil {
		return nil, err
	}
	if len(path) > 0 {
		t.Database = path[0]
	}
	facts, err := c.backend.Load(c, t, false, func(string) {})
	if err != nil {
		return nil, err
	}
	nodes, err := children(facts.Schema, path)
	if err != nil {
		return nil, err
	}
	if len(path) == 0 {
		aged(nodes, facts.Databases, time.Now())
	}
	return page(nodes, p.Filter, p.Cursor)
}

// nodePath takes the id of a node that has children apart.
func nodePath(id string) ([]string, error) {
	parts, err := nodeParts(id)
	if err == nil && len(parts) != 0 && len(parts) != 1 && len(parts) != 3 {
		err = badParams("params.node is no node's id")
	}
	return parts, err
}

func nodeParts(id string) ([]string, error) {
	if id == "" {
		return nil, nil
	}
	parts := strings.Split(id, "/")
	for i, part := range parts {
		var err error
		if parts[i], err = url.PathUnescape(part); err != nil {
			return nil, badParams("params.node is no node's id")
		}
	}
	return parts, nil
}

func nodeID(parts ...string) string {
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, "/")
}

func children(s *symbol.Schema, path []string) ([]protocol.SchemaNode, error) {
	if len(path) == 0 {
		return databaseNodes(s.Cluster), nil
	}
	db := s.Cluster.Find(path[0])
	if db == nil {
		return nil, failf(protocol.ErrorNotFound, "refresh the schema", "the database %q isn't there any more", path[0])
	}
	if len(path) == 1 {
		return entityNodes(db), nil
	}
	for _, t := range db.Tables {
		if string(tableKind(t.Kind)) == path[1] && t.Name == path[2] {
			return columnNodes(db, t), nil
		}
	}
	return nil, failf(protocol.ErrorNotFound, "refresh the schema", "the table %q isn't there any more", path[2])
}

func databaseNodes(c *symbol.Cluster) []protocol.SchemaNode {
	if c == nil {
		return nil
	}
	nodes := make([]protocol.SchemaNode, 0, len(c.Databases))
	for _, d := range c.Databases {
		n := protocol.SchemaNode{ID: nodeID(d.Name), Kind: protocol.NodeDatabase, Label: d.Name, More: true}
		if d.PrettyName != "" && d.PrettyName != d.Name {
			n.Detail = d.PrettyName
		}
		n.Insert = "database(" + quoted1(d.Name) + ")"
		nodes = append(nodes, n)
	}
	slices.SortStableFunc(nodes, func(a, b protocol.SchemaNode) int { return compareNames(a.Label, b.Label) })
	return nodes
}

// aged says of each database that is loaded how old its schema is, and beside its name when that is more than it should be.
func aged(nodes []protocol.SchemaNode, ages map[string]SchemaAge, now time.Time) {
	for i := range nodes {
		n := &nodes[i]
		a, loaded := ages[n.Label]
		if !loaded {
			continue
		}
		n.Docs = "schema of " + Ago(now.Sub(a.Loaded))
		if note := a.Note(now); note != "" {
			n.Docs = note
			n.Detail = strings.Trim(n.Detail+"; "+note, "; ")
		}
	}
}

// entityNodes lists tables, then views, external tables and functions, each by name.
func entityNodes(d *symbol.Database) []protocol.SchemaNode {
	var nodes []protocol.SchemaNode
	for _, t := range d.Tables {
		kind := tableKind(t.Kind)
		nodes = append(nodes, protocol.SchemaNode{
			ID: nodeID(d.Name, string(kind), t.Name), Kind: kind, Label: t.Name, Docs: t.Doc, Folder: t.Folder, More: len(t.Columns.List) > 0,
			Insert: tableInsert(t),
		})
	}
	for _, f := range d.Functions {
		nodes = append(nodes, protocol.SchemaNode{
			ID: nodeID(d.Name, string(protocol.NodeFunction), f.Name), Kind: protocol.NodeFunction, Label: f.Name,
			Detail: f.Parameters, Docs: f.Doc, Folder: f.Folder, Insert: symbol.QuoteName(f.Name),
		})
	}
	order := []protocol.NodeKind{protocol.NodeTable, protocol.NodeView, protocol.NodeExternal, protocol.NodeFunction}
	slices.SortStableFunc(nodes, func(a, b protocol.SchemaNode) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)), compareNames(a.Label, b.Label))
	})
	return nodes
}

func columnNodes(d *symbol.Database, t *symbol.TableSymbol) []protocol.SchemaNode {
	nodes := make([]protocol.SchemaNode, 0, len(t.Columns.List))
	for _, c := range t.Columns.List {
		nodes = append(nodes, protocol.SchemaNode{
			ID:   nodeID(d.Name, string(tableKind(t.Kind)), t.Name, c.Name),
			Kind: protocol.NodeColumn, Label: c.Name, Detail: c.Type.String(), Docs: c.Doc, Insert: symbol.QuoteName(c.Name),
		})
	}
	return nodes
}

func tableKind(k symbol.TableKind) protocol.NodeKind {
	switch k {
	case symbol.MaterializedView:
		return protocol.NodeView
	case symbol.External:
		return protocol.NodeExternal
	}
	return protocol.NodeTable
}

func tableInsert(t *symbol.TableSymbol) string {
	if t.Kind == symbol.External {
		return "external_table(" + quoted1(t.Name) + ")"
	}
	return symbol.QuoteName(t.Name)
}

func quoted1(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

func compareNames(a, b string) int {
	return cmp.Or(cmp.Compare(strings.ToLower(a), strings.ToLower(b)), cmp.Compare(a, b))
}

// page cuts a level to what one answer may hold; the cursor is how many were given before.
func page(nodes []protocol.SchemaNode, filter, cursor string) (any, error) {
	if filter != "" {
		want := strings.ToLower(filter)
		nodes = slices.DeleteFunc(nodes, func(n protocol.SchemaNode) bool { return !strings.Contains(strings.ToLower(n.Label), want) })
	}
	start := 0
	if cursor != "" {
		n, err := strconv.Atoi(cursor)
		if err != nil || n < 0 {
			return nil, badParams("params.cursor is no cursor")
		}
		start = min(n, len(nodes))
	}
	out := protocol.SchemaChildrenResult{Nodes: nodes[start:]}
	if len(out.Nodes) > protocol.TreeNodes {
		out.Nodes = out.Nodes[:protocol.TreeNodes]
		out.Next = strconv.Itoa(start + protocol.TreeNodes)
	}
	if out.Nodes == nil {
		out.Nodes = []protocol.SchemaNode{}
	}
	return out, nil
}
