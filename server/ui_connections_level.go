package server

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"calypso/kql/symbol"
	"calypso/kql/text"
	"calypso/server/protocol"
)

// What the tree of connections shows below one: databases, the kinds of what is in a large one, the folders in which a database files its
// tables and functions, then these, and columns.

// levelPath is where in a schema a level lies: of a connection, a database, a folder in it, or a table.
type levelPath struct {
	database string
	folders  bool              // kind and folder say which
	kind     protocol.NodeKind // of what is in the folder; of the table
	folder   string            // "" for what is in none
	name     string            // of the table
}

// folderPart is the part of a node's id that tells a folder from a table.
const folderPart = "in"

func levelPathOf(id string) (levelPath, error) {
	parts, err := nodeParts(id)
	switch {
	case err != nil:
		return levelPath{}, err
	case len(parts) == 0:
		return levelPath{}, nil
	case len(parts) == 1:
		return levelPath{database: parts[0]}, nil
	case len(parts) == 3:
		return levelPath{database: parts[0], kind: protocol.NodeKind(parts[1]), name: parts[2]}, nil
	case len(parts) == 4 && parts[1] == folderPart:
		return levelPath{database: parts[0], folders: true, kind: protocol.NodeKind(parts[2]), folder: parts[3]}, nil
	}
	return levelPath{}, badParams("params.node is no node's id")
}

// treeLevel is a level of the tree that is being listed.
type treeLevel struct {
	call   *call
	target Target
	path   levelPath
	facts  SchemaFacts
	age    string // of the schema of the level's database, in words; "" for the databases
	tables map[tableKey]*symbol.TableSymbol
	funcs  map[string]*symbol.Function
}

// tableKey names a table: external tables may be called as others are.
type tableKey struct {
	kind protocol.NodeKind
	name string
}

// schemaLevel lists a level of a connection's schema, loading what isn't there.
func (c *call) schemaLevel(at treePlace, filter string) ([]protocol.UITreeNode, error) {
	path, err := levelPathOf(at.path)
	if err != nil {
		return nil, err
	}
	k, err := c.connection(at.connection)
	if err != nil {
		return nil, err
	}
	l := treeLevel{call: c, target: Target{Connection: k.ID, Database: cmp.Or(path.database, k.Database)}, path: path}
	if l.facts, err = c.backend.Load(c, l.target, false, func(string) {}); err != nil {
		return nil, err
	}
	l.index()
	nodes, err := l.list(filter)
	if err != nil {
		return nil, err
	}
	few := false
	if filter != "" && !namedSo(k, filter) {
		nodes = l.reached(nodes, filter)
		few = len(nodes) <= openedAtOnce
	}
	if sizes, ok := c.tableSizes(); ok && path.database != "" && filter == "" {
		sizes.AskSizes(l.target)
	}
	out := make([]protocol.UITreeNode, len(nodes))
	for i, n := range nodes {
		out[i] = l.node(n)
		out[i].Opened = few && n.More && l.holdsBelow(n, filter)
	}
	return out, nil
}

// openedAtOnce is how many nodes of a level a search opens: each is asked for by itself.
const openedAtOnce = 20

// index finds tables and functions by name.
func (l *treeLevel) index() {
	d := l.facts.Schema.Cluster.Find(l.path.database)
	if l.path.database == "" || d == nil {
		return
	}
	l.tables = make(map[tableKey]*symbol.TableSymbol, len(d.Tables))
	for _, t := range d.Tables {
		l.tables[tableKey{tableKind(t.Kind), t.Name}] = t
	}
	l.funcs = make(map[string]*symbol.Function, len(d.Functions))
	for _, f := range d.Functions {
		l.funcs[f.Name] = f
	}
	if !l.facts.Loaded.IsZero() {
		l.age = "Schema of " + Ago(time.Since(l.facts.Loaded))
	}
}

func (l treeLevel) list(filter string) ([]protocol.SchemaNode, error) {
	switch p := l.path; {
	case p.database == "":
		nodes, err := children(l.facts.Schema, nil)
		aged(nodes, l.facts.Databases, time.Now())
		return nodes, err
	case p.name != "":
		return children(l.facts.Schema, []string{p.database, string(p.kind), p.name})
	}
	nodes, err := children(l.facts.Schema, []string{l.path.database})
	if err != nil || filter != "" { // what is found is listed without folders, so that it can be seen
		return nodes, err
	}
	if l.path.folders {
		return filed(nodes, l.path.database, l.path.kind, l.path.folder), nil
	}
	byKind := map[protocol.NodeKind]int{}
	for _, n := range nodes {
		byKind[n.Kind]++
	}
	var out []protocol.SchemaNode
	for _, kind := range kindOrder {
		switch {
		case byKind[kind] == 0:
		case len(byKind) > 1 && len(nodes) > listedTogether:
			out = append(out, folderNode(l.path.database, kind, "", kindNames[kind], byKind[kind]))
		default:
			out = append(out, filed(nodes, l.path.database, kind, "")...)
		}
	}
	return out, nil
}

// listedTogether is how many tables and functions a database may have before each kind has a node of its own.
const listedTogether = 40

var kindOrder = []protocol.NodeKind{protocol.NodeTable, protocol.NodeView, protocol.NodeExternal, protocol.NodeFunction}

var kindNames = map[protocol.NodeKind]string{
	protocol.NodeTable: "Tables", protocol.NodeView: "Materialized Views", protocol.NodeExternal: "External Tables", protocol.NodeFunction: "Functions",
}

// kindNouns are how a person calls one of each kind.
var kindNouns = map[protocol.NodeKind]string{
	protocol.NodeDatabase: "database", protocol.NodeTable: "table", protocol.NodeView: "materialized view", protocol.NodeExternal: "external table",
	protocol.NodeFunction: "function", protocol.NodeColumn: "column", protocol.NodeFolder: "folder",
}

// filed lists what is in a folder: folders in it, then tables or functions.
func filed(nodes []protocol.SchemaNode, database string, kind protocol.NodeKind, folder string) []protocol.SchemaNode {
	var own []protocol.SchemaNode
	within := map[string]int{}
	for _, n := range nodes {
		if n.Kind != kind {
			continue
		}
		rest, inside := below(folderPath(n.Folder), folder)
		switch {
		case !inside:
		case rest == "":
			own = append(own, n)
		default:
			name, _, _ := strings.Cut(rest, "\\")
			within[name]++
		}
	}
	var out []protocol.SchemaNode
	for name, n := range within {
		out = append(out, folderNode(database, kind, strings.TrimPrefix(folder+"\\"+name, "\\"), name, n))
	}
	slices.SortFunc(out, func(a, b protocol.SchemaNode) int { return compareNames(a.Label, b.Label) })
	return append(out, own...)
}

// folderPath is a folder's path with one kind of divider: clusters take both, and nothing for none.
func folderPath(folder string) string {
	parts := strings.FieldsFunc(folder, func(r rune) bool { return r == '\\' || r == '/' })
	return strings.Join(parts, "\\")
}

// below gives what is left of a path below a folder.
func below(path, folder string) (rest string, inside bool) {
	if folder == "" || path == folder {
		return strings.TrimPrefix(path, folder), true
	}
	return strings.CutPrefix(path, folder+"\\")
}

func folderNode(database string, kind protocol.NodeKind, folder, label string, n int) protocol.SchemaNode {
	return protocol.SchemaNode{
		ID: nodeID(database, folderPart, string(kind), folder), Kind: protocol.NodeFolder, Label: label, More: true, Folder: folder,
		Detail: text.Count(n, kindNouns[kind]),
	}
}

// node shows a node: what it is and how much beside its name, the rest in the tooltip.
func (l treeLevel) node(n protocol.SchemaNode) protocol.UITreeNode {
	out := protocol.UITreeNode{
		ID: treePlace{l.target.Connection, n.ID}.id(), Label: n.Label, Description: n.Detail, Icon: nodeIcons[n.Kind], Context: string(n.Kind), Expands: n.More,
	}
	facts, docs := []string{n.Label + ": " + kindNouns[n.Kind]}, []string{n.Docs}
	switch n.Kind {
	case protocol.NodeColumn:
		facts[0] = n.Label + ": " + n.Detail
	case protocol.NodeDatabase:
		facts, docs = l.databaseFacts(n), []string{n.Docs}
	case protocol.NodeFolder:
		facts[0] = joined([]string{n.Label, n.Detail}, ": ")
	case protocol.NodeFunction:
		facts[0] = n.Label + n.Detail + ": function"
		if f := l.funcs[n.Label]; f != nil {
			docs = append(docs, opening(f.Body))
		}
	default:
		if t := l.tables[tableKey{n.Kind, n.Label}]; t != nil {
			facts[0] += ", " + text.Count(len(t.Columns.List), "column")
			docs = append(docs, opening(t.Query))
		}
		size := l.size(n)
		out.Description = size.rows
		facts = append(facts, size.all)
		if size.broken {
			out.Icon, facts = "warning", []string{n.Label + " can't be used", size.all}
		}
	}
	if n.Folder != "" && n.Kind != protocol.NodeFolder {
		facts = append(facts, "Folder "+n.Folder)
	}
	if n.Kind != protocol.NodeColumn && n.Kind != protocol.NodeFolder {
		docs = append(docs, l.age)
	}
	out.Tooltip = joined(append([]string{joined(facts, "\n")}, docs...), "\n\n")
	out.Spoken = joined([]string{n.Label, kindNouns[n.Kind], out.Description}, ", ")
	return out
}

func (l treeLevel) databaseFacts(n protocol.SchemaNode) []string {
	d := l.facts.Schema.Cluster.Find(n.Label)
	if d == nil || d.State == symbol.NotLoaded {
		return []string{n.Label + ": database, not opened yet"}
	}
	byKind := map[protocol.NodeKind]int{protocol.NodeFunction: len(d.Functions)}
	for _, t := range d.Tables {
		byKind[tableKind(t.Kind)]++
	}
	what := []string{"database"}
	for _, kind := range kindOrder {
		if byKind[kind] > 0 {
			what = append(what, text.Count(byKind[kind], kindNouns[kind]))
		}
	}
	return []string{n.Label + ": " + strings.Join(what, ", ")}
}

// sizeText is what a person reads about a table's size.
type sizeText struct {
	rows   string // beside the name
	all    string // in the tooltip
	broken bool   // it can't be used, as all says
}

// size says how many rows a table has, and how large it is, or why that isn't known.
func (l treeLevel) size(n protocol.SchemaNode) sizeText {
	sizes, ok := l.call.tableSizes()
	if !ok || n.Kind == protocol.NodeExternal {
		return sizeText{}
	}
	size, known := sizes.TableSize(l.target, "", "", n.Label)
	if !known {
		if why := sizes.SizesUnknown(l.target); why != "" {
			return sizeText{all: "Rows and size aren't known: " + why}
		}
		return sizeText{}
	}
	return sizeTextOf(size)
}

func sizeTextOf(size TableSize) sizeText {
	if size.Problem != "" {
		return sizeText{"can't be read", size.Problem, true}
	}
	text := sizeText{rows: countOf(size.Rows, "row")}
	text.all = text.rows
	if size.Bytes > 0 {
		text.all += ", " + bytesText(size.Bytes)
	}
	if size.Packed > 0 && size.Packed != size.Bytes {
		text.all += fmt.Sprintf(" (%s compressed)", bytesText(size.Packed))
	}
	return text
}

// opening is that of a definition.
func opening(definition string) string {
	const shown = 12
	lines := strings.Split(strings.TrimSpace(definition), "\n")
	if len(lines) > shown {
		lines = append(lines[:shown], "…")
	}
	return strings.Join(lines, "\n")
}
