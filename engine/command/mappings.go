package command

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"calypso/engine"
	"calypso/engine/store"
	reader "calypso/kql/command"
	"calypso/kql/symbol"
	"calypso/kusto/value"
)

// Ingestion mappings: which piece of a record becomes which column. Those of csv and json are carried out; those of other kinds are kept
// and shown, and refused where data is to be read by them.

// mapped is one column of a mapping.
type mapped struct {
	column  string
	ordinal int      // csv: the cell, from 0
	path    []string // json: the keys from the record down; an index is written [2]
	whole   bool     // json: the record itself
	literal *string  // the same text in each row
	since   string   // the function that makes a datetime of a number; "" for none
}

// mappingKinds are the kinds of mapping by the words of commands, with what results call them.
var mappingKinds = map[string]string{
	"csv": "Csv", "json": "Json", "avro": "Avro", "apacheavro": "ApacheAvro", "parquet": "Parquet", "orc": "Orc", "w3clogfile": "W3CLogFile",
	"azmonstream": "AzMonStream",
}

// unixTransforms are the transformations of numbers into datetimes, with the functions that do the same.
var unixTransforms = map[string]string{
	"datetimefromunixseconds": "unixtime_seconds_todatetime", "datetimefromunixmilliseconds": "unixtime_milliseconds_todatetime",
	"datetimefromunixmicroseconds": "unixtime_microseconds_todatetime", "datetimefromunixnanoseconds": "unixtime_nanoseconds_todatetime",
}

// columnJSON is a column of a mapping as it is written; the older form has its properties beside the name.
type columnJSON struct {
	Column     string
	Name       string // the oldest name of Column
	Properties map[string]any
	Ordinal    any
	Path       string
	ConstValue any
	Transform  string
}

// parseMapping reads a mapping's JSON.
func parseMapping(kind, text string) ([]mapped, error) {
	var list []columnJSON
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("the mapping is no JSON array of columns; write it as [{\"Column\": \"name\", \"Properties\": {…}}]")
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("the mapping has no column; name one at least")
	}
	var out []mapped
	for _, in := range list {
		m, err := in.mapped(kind)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(out, func(other mapped) bool { return other.column == m.column }) {
			return nil, fmt.Errorf("the mapping names column '%s' twice; leave one out", m.column)
		}
		out = append(out, m)
	}
	return out, nil
}

func (in *columnJSON) mapped(kind string) (mapped, error) {
	m := mapped{column: in.Column, ordinal: -1}
	if m.column == "" {
		m.column = in.Name
	}
	if m.column == "" {
		return m, fmt.Errorf("a column of the mapping has no name; write \"Column\": \"name\"")
	}
	if kind != "csv" && kind != "json" {
		return m, nil // kept as it is
	}
	for name, v := range in.Properties {
		switch strings.ToLower(name) {
		case "ordinal":
			in.Ordinal = v
		case "path":
			in.Path = fmt.Sprint(v)
		case "constvalue", "constantvalue":
			in.ConstValue = v
		case "transform":
			in.Transform = fmt.Sprint(v)
		default:
			return m, fmt.Errorf("property '%s' of a mapping is not built in the embedded engine; leave it out", name)
		}
	}
	m.since = unixTransforms[strings.ToLower(in.Transform)]
	if in.Transform != "" && !strings.EqualFold(in.Transform, "none") && m.since == "" {
		return m, fmt.Errorf("transformation '%s' of a mapping is not built in the embedded engine; ingest the value as it is and convert it in a query", in.Transform)
	}
	var err error
	switch {
	case in.ConstValue != nil && m.since != "":
		return m, fmt.Errorf("column '%s' of the mapping has a constant and a transformation; leave one out", m.column)
	case in.ConstValue != nil:
		text := fmt.Sprint(in.ConstValue)
		m.literal = &text
	case kind == "csv":
		if m.ordinal, err = strconv.Atoi(fmt.Sprint(in.Ordinal)); err != nil || m.ordinal < 0 || m.ordinal >= mostOrdinals {
			return m, fmt.Errorf("column '%s' of the mapping has no ordinal; write \"Properties\": {\"Ordinal\": \"0\"}", m.column)
		}
	case strings.TrimSpace(in.Path) == "$":
		m.whole = true
	default:
		if m.path, err = parsePath(in.Path); err != nil {
			return m, fmt.Errorf("column '%s' of the mapping: %w", m.column, err)
		}
	}
	return m, nil
}

// mostOrdinals bounds how many cells a mapping makes a record have.
const mostOrdinals = 10_000

// parsePath reads $.a.b, $['a b'][2] and their like.
func parsePath(path string) (keys []string, err error) {
	bad := fmt.Errorf("'%s' is no path; write it as $.name or $['a name']", path)
	rest, ok := strings.CutPrefix(path, "$")
	for ok && rest != "" {
		var key string
		switch {
		case strings.HasPrefix(rest, "['"), strings.HasPrefix(rest, "[\""):
			key, rest, ok = strings.Cut(rest[2:], rest[1:2]+"]")
		case rest[0] == '[':
			if key, rest, ok = strings.Cut(rest[1:], "]"); ok {
				_, err := strconv.ParseUint(key, 10, 31)
				key, ok = "["+key+"]", err == nil && len(keys) > 0
			}
		case rest[0] == '.':
			end := strings.IndexAny(rest[1:], ".[")
			if end < 0 {
				end = len(rest) - 1
			}
			key, rest = rest[1:1+end], rest[1+end:]
			ok = key != "" && !strings.ContainsAny(key, "*?()")
		default:
			ok = false
		}
		keys = append(keys, key)
	}
	if !ok || len(keys) == 0 {
		return nil, bad
	}
	return keys, nil
}

// wholeRecord is what the whole of a record is called while it is read.
const wholeRecord = "whole record"

// plan says which columns are read of the data, and the query that makes the table's columns of them.
func planMapping(kind string, list []mapped, t *store.Table) (read []value.Column, query string, err error) {
	width := 0
	for _, m := range list {
		i := t.Find(m.column)
		if i < 0 {
			return nil, "", fmt.Errorf("the mapping names column '%s', which table '%s' doesn't have", m.column, t.Name())
		}
		if m.since != "" && t.Columns()[i].Kind != value.Datetime {
			return nil, "", fmt.Errorf("the mapping makes a datetime of column '%s', which is %s", m.column, t.Columns()[i].Kind)
		}
		if m.whole && t.Columns()[i].Kind != value.Dynamic {
			return nil, "", fmt.Errorf("the mapping puts whole records into column '%s', which is %s; only dynamic is built for that in the embedded engine", m.column, t.Columns()[i].Kind)
		}
		if len(m.path) > 0 && m.path[0] == wholeRecord {
			return nil, "", fmt.Errorf("the mapping reads a key called '%s', which is not built in the embedded engine", wholeRecord)
		}
		width = max(width, m.ordinal+1)
	}
	if kind != "csv" && kind != "json" {
		return nil, "", nil
	}
	if kind == "csv" {
		for i := range width {
			read = append(read, value.Column{Name: "cell " + strconv.Itoa(i), Kind: value.String})
		}
	}
	var project []string
	for _, column := range t.Columns() {
		i := slices.IndexFunc(list, func(m mapped) bool { return m.column == column.Name })
		x := column.Kind.String() + "(null)"
		switch {
		case column.Kind == value.String && i < 0:
			x = "''"
		case i < 0:
		case list[i].literal != nil:
			x = "to" + column.Kind.String() + "(" + quoted(*list[i].literal) + ")"
		case kind == "csv":
			// The first column that takes a cell decides how it is read; another of the same cell is refused below.
			cell := &read[list[i].ordinal]
			if cell.Name != "cell "+strconv.Itoa(list[i].ordinal) {
				return nil, "", fmt.Errorf("the mapping takes cell %d for two columns, which is not built in the embedded engine", list[i].ordinal)
			}
			*cell = value.Column{Name: "column " + column.Name, Kind: list[i].reads(column.Kind)}
			x = symbol.QuoteName(cell.Name)
		case list[i].whole:
			if whole := (value.Column{Name: wholeRecord, Kind: value.Dynamic}); !slices.Contains(read, whole) {
				read = append(read, whole)
			}
			x = symbol.QuoteName(wholeRecord)
		default:
			x = pathExpression(list[i].path, value.Column{Name: column.Name, Kind: list[i].reads(column.Kind)}, list, &read)
		}
		if i >= 0 && list[i].since != "" {
			x = list[i].since + "(" + x + ")"
		}
		project = append(project, symbol.QuoteName(column.Name)+" = "+x)
	}
	return read, symbol.QuoteName(tableName) + " | project " + strings.Join(project, ", "), nil
}

// reads is the type that a column's values are read as: numbers where datetimes are made of them.
func (m *mapped) reads(kind value.Kind) value.Kind {
	if m.since != "" {
		return value.Long
	}
	return kind
}

// pathExpression reads a path: a key of the record itself as the column's own type where nothing else needs it, anything deeper out of
// a dynamic value.
func pathExpression(path []string, column value.Column, list []mapped, read *[]value.Column) string {
	users := 0
	for _, m := range list {
		if len(m.path) > 0 && m.path[0] == path[0] {
			users++
		}
	}
	kind := value.Dynamic
	if users == 1 && len(path) == 1 {
		kind = column.Kind
	}
	if !slices.ContainsFunc(*read, func(c value.Column) bool { return c.Name == path[0] }) {
		*read = append(*read, value.Column{Name: path[0], Kind: kind})
	}
	x := symbol.QuoteName(path[0])
	for _, key := range path[1:] {
		if strings.HasPrefix(key, "[") {
			x += key
		} else {
			x += "[" + quoted(key) + "]"
		}
	}
	if kind == column.Kind && len(path) == 1 {
		return x
	}
	return "to" + column.Kind.String() + "(" + x + ")"
}

// mappingKind is the kind that a command names, "" for none.
func (c *call) mappingKind() string {
	for _, p := range c.Parts {
		if p.Kind == reader.Word && mappingKinds[p.Word] != "" {
			return p.Word
		}
	}
	return ""
}

// mappingTable is the name of the table that a mapping belongs to.
func (c *call) mappingTable() (reader.Ident, error) {
	if len(c.names(0, "TableName")) > 0 {
		return c.only(0, "TableName")
	}
	return c.only(reader.RuleTable, "")
}

// mappingTarget reads which mapping of which table is meant.
func (c *call) mappingTarget() (kind string, table reader.Ident, names []string, err error) {
	kind = c.mappingKind()
	if table, err = c.mappingTable(); err != nil {
		return "", table, nil, err
	}
	names, err = c.values("MappingName")
	return kind, table, names, err
}

func putMapping(c *call) (*result, error) {
	kind, table, names, err := c.mappingTarget()
	if err != nil {
		return nil, err
	}
	texts, err := c.values("MappingFormat")
	if err != nil {
		return nil, err
	}
	m := store.Mapping{Name: strings.Join(names, ""), Kind: kind, Text: strings.Join(texts, ""), Updated: value.UnixEpoch + time.Now().UnixNano()/100}
	list, err := parseMapping(kind, m.Text)
	if err != nil {
		return nil, &fault{offset: table.Span.Start, message: err.Error()}
	}
	err = c.change(func(x *engine.Edit) error {
		t, err := x.Table(table.Text)
		if err != nil {
			return at(c, table, err)
		}
		if _, _, err := planMapping(kind, list, t); err != nil {
			return &fault{offset: table.Span.Start, message: err.Error()}
		}
		i := findMapping(t, kind, m.Name)
		switch {
		case i < 0 && c.Parts[0].Word == "alter":
			return c.noMapping(table, t, kind, m.Name)
		case i >= 0 && c.Parts[0].Word == "create":
			return &fault{offset: table.Span.Start, message: fmt.Sprintf("table '%s' has a %s mapping '%s' already; use .create-or-alter", t.Name(), kind, m.Name)}
		case i >= 0:
			all := slices.Clone(t.Mappings)
			all[i] = m
			return x.Put(t.WithMappings(all))
		}
		return x.Put(t.WithMappings(append(slices.Clone(t.Mappings), m)))
	})
	if err != nil {
		return nil, err
	}
	return c.mappingRows(table.Text, []store.Mapping{m})
}

func findMapping(t *store.Table, kind, name string) int {
	return slices.IndexFunc(t.Mappings, func(m store.Mapping) bool { return m.Name == name && m.Kind == kind })
}

func (c *call) noMapping(at reader.Ident, t *store.Table, kind, name string) error {
	return &fault{offset: at.Span.Start, message: fmt.Sprintf("table '%s' has no %s mapping '%s'; .show table %s ingestion mappings lists them", t.Name(), kind, name, t.Name())}
}

func (c *call) mappingRows(table string, list []store.Mapping) (*result, error) {
	var rows []record
	for _, m := range list {
		rows = append(rows, record{"Name": m.Name, "Kind": mappingKinds[m.Kind], "Mapping": m.Text, "LastUpdatedOn": m.Updated, "Database": c.databaseName(), "Table": table})
	}
	return c.table(rows...)
}

func dropMapping(c *call) (*result, error) {
	kind, table, names, err := c.mappingTarget()
	if err != nil {
		return nil, err
	}
	var left []store.Mapping
	err = c.change(func(x *engine.Edit) error {
		t, err := x.Table(table.Text)
		if err != nil {
			return at(c, table, err)
		}
		i := findMapping(t, kind, strings.Join(names, ""))
		if i < 0 {
			return c.noMapping(table, t, kind, strings.Join(names, ""))
		}
		left = slices.Delete(slices.Clone(t.Mappings), i, i+1)
		return x.Put(t.WithMappings(left))
	})
	if err != nil {
		return nil, err
	}
	return c.mappingRows(table.Text, left)
}

func showMappings(c *call) (*result, error) {
	kind := c.mappingKind()
	names, err := c.values("MappingName")
	if err != nil {
		return nil, err
	}
	d, list, err := c.tables()
	if err != nil {
		return nil, err
	}
	var found []store.Mapping
	if t := c.kept(d, list[0]); t != nil {
		for _, m := range t.Mappings {
			if (kind == "" || m.Kind == kind) && (len(names) == 0 || m.Name == names[0]) {
				found = append(found, m)
			}
		}
	}
	if len(names) > 0 && len(found) == 0 {
		return nil, &fault{offset: c.Span.Start, message: fmt.Sprintf("table '%s' has no such mapping; .show table %s ingestion mappings lists them", list[0].Name, list[0].Name)}
	}
	return c.mappingRows(list[0].Name, found)
}
