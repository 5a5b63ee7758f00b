package command

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"calypso/kql/symbol"
	"calypso/kusto/wire"
)

// The commands. Their columns are those that the official library lists for each (facts/signatures.json, "commands").

var commands = []struct {
	words string
	run   func(*state) (*result, error)
}{
	{"show databases", showDatabases},
	{"show cluster databases", showDatabases},
	{"show database", showDatabase},
	{"show schema", showClusterSchema},
	{"show cluster schema", showClusterSchema},
	{"show tables", showTables},
	{"show table", showTable},
	{"show functions", showFunctions},
	{"show function", showFunction},
	{"show external tables", showExternalTables},
	{"show materialized-views", showMaterializedViews},
	{"show graph_models", showGraphModels},
	{"show graph_snapshots", showGraphSnapshots},
	{"show entity_groups", showEntityGroups},
	{"show version", showVersion},
}

const (
	databaseColumns = "(DatabaseName: string, PersistentStorage: string, Version: string, IsCurrent: bool, DatabaseAccessMode: string, PrettyName: string, ReservedSlot1: bool, DatabaseId: guid, InTransitionTo: string)"
	identityColumns = "(DatabaseName: string, PersistentStorage: string, Version: string, IsCurrent: bool, DatabaseAccessMode: string, PrettyName: string, CurrentUserIsUnrestrictedViewer: bool, DatabaseId: guid, InTransitionTo: string)"
	schemaColumns   = "(DatabaseName: string, TableName: string, ColumnName: string, ColumnType: string, IsDefaultTable: bool, IsDefaultColumn: bool, PrettyName: string, Version: string, Folder: string, DocString: string)"
	cslColumns      = "(TableName: string, Schema: string, DatabaseName: string, Folder: string, DocString: string)"
)

func (s *state) isCurrent(d *symbol.Database) bool { return s.env.schema.Database == d }

func (s *state) databaseRows(list []*symbol.Database, slot any) [][]any {
	var rows [][]any
	for _, d := range list {
		rows = append(rows, []any{d.Name, "", "v1.0", s.isCurrent(d), "ReadWrite", d.PrettyName, slot, id(d.Name), ""})
	}
	return rows
}

// id makes a stable guid of names, so that clients which keep ids find the same ones again.
func id(parts ...string) [16]byte {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	var g [16]byte
	copy(g[:], sum[:])
	g[6], g[8] = g[6]&0x0f|0x80, g[8]&0x3f|0x80 // version 8: made by a rule of one's own
	return g
}

func showDatabases(s *state) (*result, error) {
	list := s.databases()
	if names, ok := s.names(); ok && len(names) > 0 {
		list = nil
		for _, t := range names {
			d, err := s.database(t)
			if err != nil {
				return nil, err
			}
			list = append(list, d)
		}
	}
	return s.databaseList(list)
}

func showDatabase(s *state) (*result, error) {
	at := s.at
	if t, ok := s.name(); ok && !(t.kind == word && isFlavour(t.text)) {
		d, err := s.database(t)
		if err != nil {
			return nil, err
		}
		return s.databaseList([]*symbol.Database{d})
	}
	s.at = at
	d, err := s.current()
	if err != nil {
		return nil, err
	}
	return s.databaseList([]*symbol.Database{d})
}

func isFlavour(w string) bool {
	switch strings.ToLower(w) {
	case "schema", "identity", "cslschema", "details", "policies", "with", "entities", "metadata", "datastats":
		return true
	}
	return false
}

// databaseList answers what may follow .show databases and .show database.
func (s *state) databaseList(list []*symbol.Database) (*result, error) {
	switch {
	case s.words("schema"):
		return s.schema(list)
	case s.words("cslschema") && s.done():
		return cslSchema(list), nil
	case s.words("identity") && s.done():
		return table(identityColumns, s.databaseRows(list, true)), nil
	case s.done():
		return table(databaseColumns, s.databaseRows(list, nil)), nil
	}
	return nil, errNext
}

func showClusterSchema(s *state) (*result, error) {
	return s.schema(s.databases())
}

// schema answers … schema [if_later_than "v"] [as json | details] [with (Tables=true, …)].
func (s *state) schema(list []*symbol.Database) (*result, error) {
	if s.words("if_later_than") {
		s.name()
	}
	if s.words("as json") {
		props := s.properties()
		if !s.done() {
			return nil, errNext
		}
		keep := wire.Entities{
			Tables: props["tables"] == "true", ExternalTables: props["externaltables"] == "true",
			MaterializedViews: props["materializedviews"] == "true", Functions: props["functions"] == "true",
		}
		return table("(DatabaseSchema: string)", [][]any{{wire.SchemaJSON(list, keep)}}), nil
	}
	s.words("details")
	if !s.done() {
		return nil, errNext
	}
	return table(schemaColumns, schemaRows(list)), nil
}

func schemaRows(list []*symbol.Database) [][]any {
	var rows [][]any
	for _, d := range list {
		rows = append(rows, []any{d.Name, "", "", "", false, false, d.PrettyName, "v1.0", "", ""})
		for _, t := range d.Tables {
			rows = append(rows, []any{d.Name, t.Name, "", "", false, false, "", "", t.Folder, t.Doc})
			for _, c := range t.Columns.List {
				rows = append(rows, []any{d.Name, t.Name, c.Name, c.Type.CLR(), false, false, "", "", "", c.Doc})
			}
		}
	}
	return rows
}

func cslSchema(list []*symbol.Database) *result {
	var rows [][]any
	for _, d := range list {
		for _, t := range d.Tables {
			rows = append(rows, cslRow(d, t))
		}
	}
	return table(cslColumns, rows)
}

func cslRow(d *symbol.Database, t *symbol.TableSymbol) []any {
	return []any{t.Name, cslText(t), d.Name, t.Folder, t.Doc}
}

// cslText is a table's columns as Kusto prints them: a:long,['odd name']:string.
func cslText(t *symbol.TableSymbol) string {
	var b strings.Builder
	for i, c := range t.Columns.List {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(symbol.QuoteName(c.Name) + ":" + c.Type.String())
	}
	return b.String()
}

func showVersion(s *state) (*result, error) {
	if !s.done() {
		return nil, errNext
	}
	return table("(BuildVersion: string, BuildTime: datetime, ServiceType: string, ProductVersion: string)",
		[][]any{{s.env.version, nil, "Engine", "Calypso " + s.env.version}}), nil
}

func notFound(what string, t token, list string) error {
	return &fault{offset: t.at, message: fmt.Sprintf("%s '%s' was not found; %s lists them", what, t.text, list)}
}
