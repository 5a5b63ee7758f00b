package command

import (
	"crypto/sha256"
	"slices"
	"strings"

	reader "calypso/kql/command"
	"calypso/kql/symbol"
	"calypso/kusto/value"
	"calypso/kusto/wire"
)

// The commands about the cluster and its databases.

// id makes a stable guid of names, so that clients which keep ids find the same ones again.
func id(parts ...string) [16]byte {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	var g [16]byte
	copy(g[:], sum[:])
	g[6], g[8] = g[6]&0x0f|0x80, g[8]&0x3f|0x80 // version 8: made by a rule of one's own
	return g
}

func (c *call) databaseRow(d *symbol.Database) record {
	mode := "ReadWrite"
	if c.engine != nil && c.engine.ReadOnly(d.Name) {
		mode = "ReadOnly"
	}
	return record{
		"DatabaseName": d.Name, "Version": "v1.0", "IsCurrent": c.schema.Database == d, "DatabaseAccessMode": mode,
		"PrettyName": d.PrettyName, "DatabaseId": id(d.Name),
	}
}

func (c *call) allDatabases() bool {
	return c.Has("databases") || c.Has("cluster")
}

// tellNothing adds nothing to what a database's row has.
func tellNothing(*call, *symbol.Database, record) {}

// tellIdentity adds whether queries may read the tables of restricted view access: see engine/standin.go.
func tellIdentity(c *call, d *symbol.Database, row record) {
	row["CurrentUserIsUnrestrictedViewer"] = c.engine.Unrestricted(d.Name)
}

func showSchema(c *call) (*result, error) {
	list, err := c.named(c.allDatabases())
	if err != nil {
		return nil, err
	}
	return c.table(schemaRows(list)...)
}

func schemaRows(list []*symbol.Database) []record {
	var rows []record
	add := func(d *symbol.Database, row record) {
		row["DatabaseName"], row["IsDefaultTable"], row["IsDefaultColumn"] = d.Name, false, false
		rows = append(rows, row)
	}
	for _, d := range list {
		add(d, record{"PrettyName": d.PrettyName, "Version": "v1.0"})
		for _, t := range d.Tables {
			add(d, record{"TableName": t.Name, "Folder": t.Folder, "DocString": t.Doc})
			for _, column := range t.Columns.List {
				add(d, record{"TableName": t.Name, "ColumnName": column.Name, "ColumnType": column.Type.CLR(), "DocString": column.Doc})
			}
		}
	}
	return rows
}

// entities reads which kinds of entity with (Tables=true, …) asks for; nothing named means all.
func (c *call) entities() wire.Entities {
	asked := func(name string) bool {
		for i, p := range c.Parts {
			if p.Kind == reader.Property && strings.EqualFold(p.Word, name) && i+2 < len(c.Parts) {
				return strings.EqualFold(c.Parts[i+2].Span.Of(c.tree.Text), "true")
			}
		}
		return false
	}
	return wire.Entities{
		Tables: asked("Tables"), ExternalTables: asked("ExternalTables"),
		MaterializedViews: asked("MaterializedViews"), Functions: asked("Functions"),
	}
}

func showSchemaJSON(c *call) (*result, error) {
	list, err := c.named(c.allDatabases())
	if err != nil {
		return nil, err
	}
	return c.table(record{"DatabaseSchema": wire.SchemaJSON(list, c.entities())})
}

// showClusterSchema answers .show schema, of whose columns the library says nothing: they are those of .show database schema.
func showClusterSchema(c *call) (*result, error) {
	if c.Has("json") {
		return tableOf(columnsOf(c.row, "(DatabaseSchema: string)"), []record{{"DatabaseSchema": wire.SchemaJSON(c.databases(), wire.Entities{})}})
	}
	return tableOf(columnsOf(c.row, "(DatabaseName: string, TableName: string, ColumnName: string, ColumnType: string, IsDefaultTable: bool, "+
		"IsDefaultColumn: bool, PrettyName: string, Version: string, Folder: string, DocString: string)"), schemaRows(c.databases()))
}

// texts writes with (folder='…', docstring='…').
func texts(folder, doc string, more ...string) string {
	if folder != "" {
		more = append(more, "folder="+quoted(folder))
	}
	if doc != "" {
		more = append(more, "docstring="+quoted(doc))
	}
	if len(more) == 0 {
		return ""
	}
	return " with (" + strings.Join(more, ", ") + ")"
}

// quoted writes a text as a KQL literal, whose escapes are JSON's.
func quoted(s string) string { return string(value.AppendQuoted(nil, s)) }

// showCSL answers .show database cslschema and .show table T cslschema.
func showCSL(c *call) (*result, error) {
	if len(c.names(reader.RuleTable, "")) > 0 {
		d, list, err := c.tables()
		if err != nil {
			return nil, err
		}
		return c.table(cslRows(d, list, cslText)...)
	}
	list, err := c.named(false)
	if err != nil {
		return nil, err
	}
	var rows []record
	for _, d := range list {
		rows = append(rows, cslRows(d, d.Tables, cslText)...)
	}
	return c.table(rows...)
}

func showTableJSON(c *call) (*result, error) {
	d, list, err := c.tables()
	if err != nil {
		return nil, err
	}
	return c.table(cslRows(d, list, schemaJSON)...)
}

func schemaJSON(t *symbol.TableSymbol) string { return string(wire.AppendTableSchema(nil, t)) }

func cslRows(d *symbol.Database, list []*symbol.TableSymbol, text func(*symbol.TableSymbol) string) []record {
	var rows []record
	for _, t := range list {
		rows = append(rows, record{"TableName": t.Name, "Schema": text(t), "DatabaseName": d.Name, "Folder": t.Folder, "DocString": t.Doc})
	}
	return rows
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

func showVersion(c *call) (*result, error) {
	return c.table(record{"BuildVersion": c.version, "ServiceType": "Engine", "ProductVersion": "Calypso " + c.version})
}

func ofKind(d *symbol.Database, kind symbol.TableKind) []*symbol.TableSymbol {
	return slices.DeleteFunc(slices.Clone(d.Tables), func(t *symbol.TableSymbol) bool { return t.Kind != kind })
}
