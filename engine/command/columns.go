package command

import (
	"fmt"

	"calypso/engine"
	"calypso/engine/store"
	reader "calypso/kql/command"
	"calypso/kql/symbol"
)

// Changing columns.

// columnPath is a column as a command names it: [database.]table.column.
type columnPath struct {
	database, table, column reader.Ident
}

func (c *call) path(p reader.Part) (columnPath, error) {
	n := p.Names
	switch len(n) {
	case 2:
		return columnPath{table: n[0], column: n[1]}, nil
	case 3:
		return columnPath{database: n[0], table: n[1], column: n[2]}, nil
	}
	return columnPath{}, &fault{offset: p.Span.Start, message: "name the column with its table, as Table.Column"}
}

// in gives the name of the database that a path means.
func (c *call) in(p columnPath) string {
	if p.database.Text != "" {
		return p.database.Text
	}
	return c.request.Database
}

// column finds a path's table and the ordinal of its column.
func (c *call) column(x *engine.Edit, p columnPath) (*store.Table, int, error) {
	t, err := x.Table(p.table.Text)
	if err != nil {
		return nil, 0, at(c, p.table, err)
	}
	i := t.Find(p.column.Text)
	if i < 0 {
		return nil, 0, &fault{offset: p.column.Span.Start, message: fmt.Sprintf("table '%s' has no column '%s'; .show table %s lists them", t.Name(), p.column.Text, t.Name())}
	}
	return t, i, nil
}

// alterColumn changes a column's type; older rows are null in it then, as in Kusto.
func alterColumn(c *call) (*result, error) {
	var p columnPath
	var kind reader.Part
	for _, part := range c.Parts {
		switch {
		case part.Kind == reader.Name:
			var err error
			if p, err = c.path(part); err != nil {
				return nil, err
			}
		case part.Kind == reader.Type:
			kind = part
		}
	}
	to, err := c.kind(kind)
	if err != nil {
		return nil, err
	}
	err = c.engine.Change(c.in(p), func(x *engine.Edit) error {
		t, i, err := c.column(x, p)
		if err != nil || t.Columns()[i].Kind == to {
			return err
		}
		return x.Put(t.Retyped(i, to))
	})
	if err != nil {
		return nil, err
	}
	typ, _ := symbol.ParseType(to.String())
	return c.table(record{"EntityName": p.column.Text, "DataType": typ.CLR()})
}

// renameColumns renames all columns at once; they are of one table.
func renameColumns(c *call) (*result, error) {
	olds, news := c.names(reader.RuleDBColumn, ""), c.names(0, "NewColumnName")
	var paths []columnPath
	for _, part := range olds {
		p, err := c.path(part)
		if err != nil {
			return nil, err
		}
		if len(paths) > 0 && (p.table.Text != paths[0].table.Text || c.in(p) != c.in(paths[0])) {
			return nil, &fault{offset: part.Span.Start, message: "the columns are of several tables; rename each table's in a command of its own"}
		}
		paths = append(paths, p)
	}
	if len(paths) == 0 || len(paths) != len(news) {
		return nil, &fault{message: "the command lacks a name", syntax: true}
	}
	var rows []record
	err := c.engine.Change(c.in(paths[0]), func(x *engine.Edit) error {
		rows = nil
		var names []string
		var t *store.Table
		for k, p := range paths {
			have, i, err := c.column(x, p)
			if err != nil {
				return err
			}
			if t == nil {
				t = have
				for _, column := range t.Columns() {
					names = append(names, column.Name)
				}
			}
			names[i] = news[k].Names[0].Text
			typ, _ := symbol.ParseType(t.Columns()[i].Kind.String())
			rows = append(rows, record{"EntityName": names[i], "DataType": typ.CLR()})
		}
		return at(c, news[0].Names[0], x.Put(t.WithNames(names)))
	})
	if err != nil {
		return nil, err
	}
	return c.table(rows...)
}

// dropColumns answers .drop column T.c and .drop table T columns (a, b).
func dropColumns(c *call) (*result, error) {
	var paths []columnPath
	for _, part := range c.names(reader.RuleTableColumn, "") {
		p, err := c.path(part)
		if err != nil {
			return nil, err
		}
		paths = append(paths, p)
	}
	for _, table := range c.names(reader.RuleTable, "") {
		for _, column := range c.names(reader.RuleColumn, "") {
			paths = append(paths, columnPath{table: table.Names[0], column: column.Names[0]})
		}
	}
	if len(paths) == 0 {
		return nil, &fault{message: "the command names no column", syntax: true}
	}
	err := c.change(func(x *engine.Edit) error {
		for _, p := range paths {
			t, i, err := c.column(x, p)
			if err != nil {
				if c.Has("ifexists") {
					continue
				}
				return err
			}
			if err := x.Put(t.WithoutColumn(i)); err != nil {
				return at(c, p.column, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c.shown(paths[0].table.Text)
}

// describeColumns sets descriptions: .alter empties those of the columns that it doesn't name, .alter-merge leaves them.
func describeColumns(c *call) (*result, error) {
	table, err := c.only(reader.RuleTable, "")
	if err != nil {
		return nil, err
	}
	texts, err := c.values("DocString")
	if err != nil {
		return nil, err
	}
	columns := c.names(reader.RuleColumn, "")
	if len(columns) != len(texts) {
		return nil, &fault{message: "a column lacks its description", syntax: true}
	}
	err = c.change(func(x *engine.Edit) error {
		t, err := x.Table(table.Text)
		if err != nil {
			return at(c, table, err)
		}
		docs := make([]string, len(t.Shape()))
		if c.Parts[0].Word == "alter-merge" {
			for i, column := range t.Shape() {
				docs[i] = column.Doc
			}
		}
		for k, p := range columns {
			_, i, err := c.column(x, columnPath{table: table, column: p.Names[0]})
			if err != nil {
				return err
			}
			docs[i] = texts[k]
		}
		return x.Put(t.WithDocs(docs))
	})
	if err != nil {
		return nil, err
	}
	return c.shown(table.Text)
}
