package wire

import (
	"encoding/json"
	"fmt"
	"strings"

	"calypso/kql/symbol"
)

// Reading the JSON of ".show databases schema as json" in one pass: the largest have hundreds of thousands of columns. Entities
// keep their order; properties that aren't needed are passed over, as every release adds some.

// ParseSchemaJSON reads the databases of a schema answer. Everything in it is Known.
func ParseSchemaJSON(text string) ([]*symbol.Database, error) {
	c := newCursor(text)
	var list []*symbol.Database
	c.object(func(key string) {
		if is(key, "Databases") {
			c.object(func(name string) { list = append(list, c.database(strings.Clone(name))) })
		}
	})
	c.end()
	if c.err != nil {
		return nil, fmt.Errorf("the schema is no JSON as expected: %w", c.err)
	}
	return list, nil
}

func (c *cursor) database(name string) *symbol.Database {
	d := &symbol.Database{Name: name, State: symbol.Known}
	var byKind [3][]*symbol.TableSymbol
	tables := func(kind symbol.TableKind) {
		c.object(func(name string) { byKind[kind] = append(byKind[kind], c.table(strings.Clone(name), kind)) })
	}
	c.object(func(key string) {
		switch {
		case is(key, "PrettyName"):
			d.PrettyName = c.text()
		case is(key, "Tables"):
			tables(symbol.Plain)
		case is(key, "ExternalTables"):
			tables(symbol.External)
		case is(key, "MaterializedViews"):
			tables(symbol.MaterializedView)
		case is(key, "Functions"):
			c.object(func(name string) { d.Functions = append(d.Functions, c.function(strings.Clone(name))) })
		case is(key, "EntityGroups"):
			c.object(func(name string) { d.EntityGroups = append(d.EntityGroups, parseGroup(strings.Clone(name), c.raw())) })
		}
	})
	for _, kind := range []symbol.TableKind{symbol.Plain, symbol.External, symbol.MaterializedView} {
		d.Tables = append(d.Tables, byKind[kind]...)
	}
	return d
}

func (c *cursor) table(name string, kind symbol.TableKind) *symbol.TableSymbol {
	t := &symbol.TableSymbol{Name: name, Kind: kind}
	c.object(func(key string) {
		switch {
		case is(key, "OrderedColumns"):
			t.Columns.List, _ = c.columns()
		case is(key, "DocString"):
			t.Doc = c.text()
		case is(key, "Folder"):
			t.Folder = c.name()
		case is(key, "Query"):
			t.Query = c.text()
		}
	})
	return t
}

// columns reads a list of columns; false: there is none.
func (c *cursor) columns() (list []*symbol.Column, ok bool) {
	var store []symbol.Column
	c.array(func() { store = append(store, c.column()) })
	if len(store) == 0 {
		return nil, false
	}
	store = append(make([]symbol.Column, 0, len(store)), store...) // without room behind it: there are many such lists
	list = make([]*symbol.Column, len(store))
	for i := range store {
		list[i] = &store[i]
	}
	return list, true
}

func (c *cursor) column() symbol.Column {
	var col symbol.Column
	var system, csl string
	c.object(func(key string) {
		switch {
		case is(key, "Name"):
			col.Name = c.name()
		case is(key, "Type"):
			system = c.name()
		case is(key, "CslType"):
			csl = c.name()
		case is(key, "DocString"):
			col.Doc = c.name()
		}
	})
	var known bool
	if col.Type, known = symbol.ParseType(csl); !known {
		col.Type, _ = symbol.ParseType(system) // an unknown type stays Unknown, so nothing about it is called wrong
	}
	return col
}

func (c *cursor) function(name string) *symbol.Function {
	f := &symbol.Function{Name: name}
	var params []string
	c.object(func(key string) {
		switch {
		case is(key, "Body"):
			f.Body = c.text()
		case is(key, "DocString"):
			f.Doc = c.text()
		case is(key, "Folder"):
			f.Folder = c.name()
		case is(key, "FunctionKind"):
			f.View = c.name() == "ViewFunction"
		case is(key, "InputParameters"):
			c.array(func() { params = append(params, c.parameter()) })
		}
	})
	f.Parameters = "(" + strings.Join(params, ", ") + ")"
	return f
}

// parameter reads one parameter and gives it as KQL declares it.
func (c *cursor) parameter() string {
	var name, system, typ, value string
	var list []*symbol.Column
	var tabular, preset bool
	c.object(func(key string) {
		switch {
		case is(key, "Name"):
			name = c.name()
		case is(key, "Type"):
			system = c.name()
		case is(key, "CslType"):
			typ = c.name()
		case is(key, "CslDefaultValue"):
			preset = c.peek() == '"'
			value = c.text()
		case is(key, "Columns"):
			list, tabular = c.columns()
		}
	})
	if typ == "" {
		if t, ok := symbol.ParseType(system); ok {
			typ = t.String()
		}
	}
	switch {
	case typ == "" || tabular:
		columns := symbol.Columns{List: list, Open: !tabular}
		typ = columns.String()
	case preset:
		typ += "=" + value
	}
	return symbol.QuoteName(name) + ":" + typ
}

// parseGroup reads an entity group, which is a list of texts or an object that has one.
func parseGroup(name string, raw []byte) *symbol.EntityGroup {
	var list []string
	if json.Unmarshal(raw, &list) != nil {
		var in struct{ Entities []string }
		_ = json.Unmarshal(raw, &in)
		list = in.Entities
	}
	return &symbol.EntityGroup{Name: name, Definition: "[" + strings.Join(list, ", ") + "]"}
}
