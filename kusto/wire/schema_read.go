package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"calypso/kql/symbol"
)

// Reading the JSON of ".show databases schema as json". Entities keep their order; properties that aren't needed are passed
// over, as every release adds some.

// ordered is a JSON object whose properties keep their order.
type ordered []property

type property struct {
	name string
	raw  json.RawMessage
}

func (o *ordered) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		if t == nil && err == nil {
			return nil // null
		}
		return fmt.Errorf("an object was expected: %w", errOr(err))
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		var p property
		p.name, _ = key.(string)
		if err := dec.Decode(&p.raw); err != nil {
			return err
		}
		*o = append(*o, p)
	}
	return nil
}

func errOr(err error) error {
	if err == nil {
		return fmt.Errorf("it is something else")
	}
	return err
}

type databaseJSON struct {
	Name, PrettyName                                     string
	Tables, ExternalTables, MaterializedViews, Functions ordered
	EntityGroups                                         ordered
}

type tableJSON struct {
	Name, Folder, DocString, Query string
	OrderedColumns                 []columnJSON
}

type columnJSON struct {
	Name, Type, CslType, DocString string
}

type functionJSON struct {
	Name, Body, Folder, DocString, FunctionKind string
	InputParameters                             []struct {
		Name, Type, CslType string
		CslDefaultValue     *string
		Columns             []columnJSON
	}
}

// ParseSchemaJSON reads the databases of a schema answer. Everything in it is Known.
func ParseSchemaJSON(text string) ([]*symbol.Database, error) {
	var root struct{ Databases ordered }
	if err := json.Unmarshal([]byte(text), &root); err != nil {
		return nil, fmt.Errorf("the schema is no JSON as expected: %w", err)
	}
	var list []*symbol.Database
	for _, p := range root.Databases {
		d, err := parseDatabase(p)
		if err != nil {
			return nil, fmt.Errorf("schema of database %q: %w", p.name, err)
		}
		list = append(list, d)
	}
	return list, nil
}

func parseDatabase(p property) (*symbol.Database, error) {
	var in databaseJSON
	if err := json.Unmarshal(p.raw, &in); err != nil {
		return nil, err
	}
	d := &symbol.Database{Name: p.name, PrettyName: in.PrettyName, State: symbol.Known}
	for _, part := range []struct {
		kind symbol.TableKind
		list ordered
	}{{symbol.Plain, in.Tables}, {symbol.External, in.ExternalTables}, {symbol.MaterializedView, in.MaterializedViews}} {
		for _, p := range part.list {
			t, err := parseTable(p, part.kind)
			if err != nil {
				return nil, fmt.Errorf("table %q: %w", p.name, err)
			}
			d.Tables = append(d.Tables, t)
		}
	}
	for _, p := range in.Functions {
		f, err := parseFunction(p)
		if err != nil {
			return nil, fmt.Errorf("function %q: %w", p.name, err)
		}
		d.Functions = append(d.Functions, f)
	}
	for _, p := range in.EntityGroups {
		d.EntityGroups = append(d.EntityGroups, parseGroup(p))
	}
	return d, nil
}

func parseTable(p property, kind symbol.TableKind) (*symbol.TableSymbol, error) {
	var in tableJSON
	if err := json.Unmarshal(p.raw, &in); err != nil {
		return nil, err
	}
	t := &symbol.TableSymbol{Name: p.name, Kind: kind, Doc: in.DocString, Folder: in.Folder, Query: in.Query}
	t.Columns.List = parseColumnList(in.OrderedColumns)
	return t, nil
}

func parseColumnList(in []columnJSON) []*symbol.Column {
	store := make([]symbol.Column, len(in))
	list := make([]*symbol.Column, len(in))
	for i, c := range in {
		typ, ok := symbol.ParseType(c.CslType)
		if !ok {
			typ, _ = symbol.ParseType(c.Type) // an unknown type stays Unknown, so nothing about it is called wrong
		}
		store[i] = symbol.Column{Name: c.Name, Type: typ, Doc: c.DocString}
		list[i] = &store[i]
	}
	return list
}

func parseFunction(p property) (*symbol.Function, error) {
	var in functionJSON
	if err := json.Unmarshal(p.raw, &in); err != nil {
		return nil, err
	}
	f := &symbol.Function{Name: p.name, Body: in.Body, Doc: in.DocString, Folder: in.Folder, View: in.FunctionKind == "ViewFunction"}
	var params []string
	for _, q := range in.InputParameters {
		typ := q.CslType
		if typ == "" {
			if t, ok := symbol.ParseType(q.Type); ok {
				typ = t.String()
			}
		}
		switch {
		case typ == "" || len(q.Columns) > 0:
			columns := symbol.Columns{List: parseColumnList(q.Columns), Open: len(q.Columns) == 0}
			typ = columns.String()
		case q.CslDefaultValue != nil:
			typ += "=" + *q.CslDefaultValue
		}
		params = append(params, symbol.QuoteName(q.Name)+":"+typ)
	}
	f.Parameters = "(" + strings.Join(params, ", ") + ")"
	return f, nil
}

// parseGroup reads an entity group, which is a list of texts or one text.
func parseGroup(p property) *symbol.EntityGroup {
	var list []string
	if json.Unmarshal(p.raw, &list) == nil {
		return &symbol.EntityGroup{Name: p.name, Definition: "[" + strings.Join(list, ", ") + "]"}
	}
	var in struct {
		Entities []string
	}
	_ = json.Unmarshal(p.raw, &in)
	return &symbol.EntityGroup{Name: p.name, Definition: "[" + strings.Join(in.Entities, ", ") + "]"}
}
