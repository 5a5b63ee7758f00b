package server

import (
	"os"
	"path/filepath"
	"strings"

	"calypso/kql/navigate"
	"calypso/kql/symbol"
	"calypso/kql/text"
	"calypso/server/protocol"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// Entities of a database as read-only texts: a table's schema, a stored function's body. A client that can show texts of our scheme
// asks for them by workspace/textDocumentContent; for others they are files in the cache folder.

// scheme is that of texts that the server gives.
const scheme = "calypso"

// entity is a table or a stored function, and where it lies.
type entity struct {
	target            Target // whose snapshot has it
	cluster, database string // within the snapshot; "" for the current ones
	table             *symbol.TableSymbol
	function          *symbol.Function
}

func (e entity) name() string {
	if e.table != nil {
		return e.table.Name
	}
	return e.function.Name
}

func (e entity) kind() protocol.NodeKind {
	if e.table != nil {
		return tableKind(e.table.Kind)
	}
	return protocol.NodeFunction
}

func (e entity) source() navigate.Source {
	if e.table != nil {
		return navigate.TableSource(e.table)
	}
	return navigate.FunctionSource(e.function)
}

// path is the entity's address within our scheme: connection, its database, cluster, database, kind, name.
func (e entity) path() string {
	kind := "functions"
	if e.table != nil {
		kind = tableFolder(e.table.Kind)
	}
	parts := []string{e.target.Connection, e.target.Database, e.cluster, e.database, kind, e.name()}
	for i, p := range parts {
		parts[i] = segment(p)
	}
	return "/" + strings.Join(parts, "/") + ".kql"
}

func tableFolder(k symbol.TableKind) string {
	switch k {
	case symbol.External:
		return "external-tables"
	case symbol.MaterializedView:
		return "materialized-views"
	}
	return "tables"
}

// segment makes a name a part of a path: clients decode and encode paths in their own ways, so what divides them can't be in it.
func segment(name string) string {
	if name == "" {
		return "-"
	}
	return strings.NewReplacer("/", "_", "\\", "_", ":", "_").Replace(name)
}

// entityURI gives the entity's text a name that the client can open.
func (s *Server) entityURI(e entity) (uri.URI, error) {
	if s.can.TextContent {
		return uri.From(uri.Components{Scheme: scheme, Path: e.path()})
	}
	path, err := s.entityFile(e)
	return uri.File(path), err
}

// entityFile writes the entity's text to a file in the cache folder and gives its path. A file that says the same stays untouched,
// so that an editor that has it open isn't disturbed.
func (s *Server) entityFile(e entity) (string, error) {
	if s.private(e.target.Connection) {
		return "", failf(protocol.ErrorUnsupported, "look at it with calypso query", "nothing of this cluster may be stored, and this editor shows definitions by a file")
	}
	dir, err := s.written.folder(s.opt.CacheDir)
	if err != nil {
		return "", &Failure{Kind: protocol.ErrorFile, Message: err.Error(), Hint: "make the folder writable", Err: err}
	}
	path := filepath.Join(dir, "schema", filepath.FromSlash(safePath(e.path())))
	body := []byte(s.shown(e).shown)
	if old, err := os.ReadFile(path); err == nil && string(old) == string(body) {
		return path, nil
	}
	err = os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		_ = os.Remove(path) // it is read-only; that it isn't there is fine
		err = os.WriteFile(path, body, 0o400)
	}
	if err != nil {
		return "", &Failure{Kind: protocol.ErrorFile, Message: err.Error(), Hint: "make the folder writable", Err: err}
	}
	return path, nil
}

// safePath keeps names from leading out of the folder, and out of what file systems take.
func safePath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		p = strings.Map(func(r rune) rune {
			if r < ' ' || strings.ContainsRune(`<>"|?*`, r) {
				return '_'
			}
			return r
		}, p)
		if strings.Trim(p, ".") == "" && p != "" {
			p = "_"
		}
		if len(p) > 120 {
			p = strings.ToValidUTF8(p[:120], "")
		}
		parts[i] = p
	}
	return strings.Join(parts, "/")
}

// entityLocation gives the entity's text as a location: its name's, or a column's.
func (s *Server) entityLocation(e entity, column string) (lsp.Location, error) {
	u, err := s.entityURI(e)
	if err != nil {
		return lsp.Location{}, err
	}
	src := s.shown(e)
	span, ok := src.At[column]
	if !ok {
		span = src.At[""]
	}
	return lsp.Location{URI: u, Range: s.can.Encoding.Range(text.NewFile(src.shown), src.place(span))}, nil
}

// entityOf finds the entity that a definition leads to.
func (c *call) entityOf(d *session.Document, to navigate.Target) entity {
	t, _ := c.snapshot.Target(d.Key)
	if to.Connect != "" {
		t, _ = c.backend.Resolve(to.Connect)
	}
	return entity{target: t, cluster: to.Cluster, database: to.Database, table: to.Table, function: to.Function}
}

// targetOfEntity gives the connection that a text of our scheme comes from, so that the names in it mean what they mean there.
func (s *Server) targetOfEntity(name string) (Target, bool) {
	if !strings.HasPrefix(name, scheme+":") {
		return Target{}, false
	}
	u, err := uri.Parse(name)
	if err != nil {
		return Target{}, false
	}
	e, ok := s.findEntity(u)
	if ok && e.cluster == "" && e.database != "" {
		e.target.Database = e.database
	}
	return e.target, ok
}

// findEntity finds the entity that a URI of our scheme names.
func (s *Server) findEntity(u uri.URI) (entity, bool) {
	parts := strings.Split(strings.TrimPrefix(u.Path(), "/"), "/")
	if u.Scheme() != scheme || len(parts) != 6 {
		return entity{}, false
	}
	for _, known := range s.backend.List() {
		if segment(known.ID) != parts[0] {
			continue
		}
		t := Target{Connection: known.ID}
		if parts[1] != "-" {
			t.Database = parts[1]
		}
		for _, e := range entities(s.backend.Schema(t), t, parts[2], parts[3]) {
			if e.path() == u.Path() {
				return e, true
			}
		}
	}
	return entity{}, false
}

// entities lists what a database has. Cluster and database are given as segments of a path.
func entities(schema *symbol.Schema, t Target, cluster, database string) []entity {
	if schema == nil {
		return nil
	}
	where := entity{target: t}
	c, db := schema.Cluster, schema.Database
	if cluster != "-" {
		where.cluster = cluster
		c = schema.FindCluster(cluster)
	}
	if database != "-" {
		where.database, db = database, nil
		if c != nil {
			for _, known := range c.Databases {
				if segment(known.Name) == database {
					where.database, db = known.Name, known
				}
			}
		}
	}
	if db == nil {
		return nil
	}
	var list []entity
	for _, table := range db.Tables {
		e := where
		e.table = table
		list = append(list, e)
	}
	for _, function := range db.Functions {
		e := where
		e.function = function
		list = append(list, e)
	}
	return list
}
