package server

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"sync"

	"calypso/kql/text"
	"calypso/server/protocol"
)

// The tree of connections: those without a group, then the groups. A node's id is its path: g/GROUP, or c/CONNECTION and then as in
// kusto_schema_children.go, each part escaped; a folder's is DATABASE/in/KIND/FOLDER.

// connectionsView is the tree's name.
const connectionsView = "connections"

var nodeIcons = map[protocol.NodeKind]string{
	protocol.NodeDatabase: "database", protocol.NodeTable: "table", protocol.NodeView: "layers", protocol.NodeExternal: "link-external",
	protocol.NodeFunction: "symbol-function", protocol.NodeColumn: "symbol-field", protocol.NodeFolder: "folder",
}

// searched begins the end of a node's id while the view is searched: what a search opens is open in it, and nowhere else.
const searched = "#"

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
	id, _, _ = strings.Cut(id, searched)
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
	id, _, _ = strings.Cut(id, searched)
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
	nodes, err := c.connectionsLevel(node, strings.ToLower(filter))
	if filter == "" {
		c.unfolded.listed(node, nodes)
		return nodes, err
	}
	c.unfolded.search()
	for i := range nodes {
		nodes[i].ID += searched + url.PathEscape(filter)
	}
	return nodes, err
}

// unfolded remembers which nodes are open, so that they are again after a search: an editor forgets those that it doesn't show. It asks
// for the children of every open node again when the roots are.
type unfolded struct {
	mu       sync.Mutex // guards what follows
	nodes    map[string]bool
	searched bool // since the roots were listed whole
}

func (u *unfolded) listed(node string, children []protocol.UITreeNode) {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case node != "":
		if u.nodes == nil {
			u.nodes = map[string]bool{}
		}
		u.nodes[node] = true
	case u.searched:
		u.searched = false
	default:
		u.nodes = nil
	}
	for i, n := range children {
		children[i].Opened = n.Opened || u.nodes[n.ID]
	}
}

func (u *unfolded) search() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.searched = true
}

func (c *call) connectionsLevel(node, filter string) ([]protocol.UITreeNode, error) {
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
	return c.schemaLevel(at, filter)
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
		if k.Group != group {
			continue
		}
		named, inside := namedSo(k, filter), false
		if filter != "" {
			inside = c.holdsInside(k, filter)
		}
		if named || inside {
			n := connectionNode(k)
			n.Opened = inside
			nodes = append(nodes, n)
		}
	}
	return nodes
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
	tips := []string{k.Name, k.URL, cmp.Or(k.Note, stateText(k.State))}
	if k.Database != "" {
		tips = append(tips, "Database "+k.Database+" when nothing else is said")
	}
	if k.Tenant != "" {
		tips = append(tips, "Tenant "+k.Tenant)
	}
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
	n.Spoken = joined([]string{k.Name, "connection", n.Description}, ", ")
	if k.Favourite {
		n.Spoken += ", favourite"
	}
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

// entityAt finds the table or function that a place stands for; false when it stands for neither, or isn't loaded.
func (c *call) entityAt(p treePlace) (entity, bool) {
	path, err := nodePath(p.path)
	if err != nil || len(path) != 3 {
		return entity{}, false
	}
	t := Target{Connection: p.connection, Database: path[0]}
	for _, e := range entities(c.backend.Schema(t), t, "-", "-") {
		if string(e.kind()) == path[1] && e.name() == path[2] {
			return e, true
		}
	}
	return entity{}, false
}
