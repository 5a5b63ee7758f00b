package command

import (
	"fmt"

	"calypso/engine"
	"calypso/engine/store"
	reader "calypso/kql/command"
	"calypso/kql/symbol"
)

// Making, changing and dropping tables.

// change runs a change of the request's database.
func (c *call) change(edit func(*engine.Edit) error) error {
	return c.engine.Change(c.request.Database, edit)
}

// shown answers with tables as they are after the change, in the form that .show table T schema as json has.
func (c *call) shown(names ...string) (*result, error) {
	d := c.after()
	if d == nil {
		return c.table()
	}
	var list []*symbol.TableSymbol
	for _, name := range names {
		if t := d.Table(name); t != nil {
			list = append(list, t)
		}
	}
	return c.table(cslRows(d, list, schemaJSON)...)
}

// listed answers with tables as .show tables has them; all of them when none is named.
func (c *call) listed(names ...string) (*result, error) {
	d := c.after()
	if d == nil {
		return c.table()
	}
	list := ofKind(d, symbol.Plain)
	if len(names) > 0 {
		list = nil
		for _, name := range names {
			if t := d.Table(name); t != nil {
				list = append(list, t)
			}
		}
	}
	return c.table(tableRows(d, list)...)
}

// after is the database as it is now.
func (c *call) after() *symbol.Database {
	schema := c.engine.Schema(c.request.Database)
	if schema == nil {
		return nil // dropped meanwhile
	}
	return schema.Database
}

// createTable answers .create table, which leaves a table of that name as it is, whatever its columns, and .create-merge table, which
// adds the columns that it lacks.
func createTable(c *call) (*result, error) {
	name, err := c.makeTables()
	if err != nil {
		return nil, err
	}
	return c.shown(name...)
}

func createTables(c *call) (*result, error) {
	names, err := c.makeTables()
	if err != nil {
		return nil, err
	}
	return c.listed(names...)
}

func (c *call) makeTables() (names []string, err error) {
	list, err := c.declared()
	if err != nil {
		return nil, err
	}
	options, err := c.options("folder", "docstring")
	if err != nil {
		return nil, err
	}
	merge := c.Parts[0].Word == "create-merge"
	for _, d := range list {
		names = append(names, d.name.Text)
	}
	return names, c.change(func(x *engine.Edit) error {
		for _, d := range list {
			if !x.Has(d.name.Text) {
				t := store.NewTable(d.name.Text, d.columns).Described(options["folder"], options["docstring"])
				if err := x.Put(t); err != nil {
					return at(c, d.name, err)
				}
				continue
			}
			if !merge {
				continue
			}
			if err := c.extend(x, d, options); err != nil {
				return at(c, d.name, err)
			}
		}
		return nil
	})
}

// extend adds the columns that a table lacks; one of another type is an error.
func (c *call) extend(x *engine.Edit, d declaration, options map[string]string) error {
	t, err := x.Table(d.name.Text)
	if err != nil {
		return err
	}
	all := t.Columns()[:len(t.Columns()):len(t.Columns())]
	for _, column := range d.columns {
		i := t.Find(column.Name)
		if i < 0 {
			all = append(all, column)
		} else if have := t.Columns()[i]; have.Kind != column.Kind {
			return &fault{message: fmt.Sprintf("column '%s' of table '%s' is %s, not %s; .alter column changes a type and empties the column",
				have.Name, t.Name(), have.Kind, column.Kind)}
		}
	}
	if t, err = t.Arranged(all); err != nil {
		return &fault{message: err.Error()}
	}
	return x.Put(described(t, options))
}

// described gives a table the texts that are given, and leaves it those that aren't.
func described(t *store.Table, options map[string]string) *store.Table {
	folder, doc := t.Folder, t.Doc
	if v, ok := options["folder"]; ok {
		folder = v
	}
	if v, ok := options["docstring"]; ok {
		doc = v
	}
	return t.Described(folder, doc)
}

// at gives an error without a place that of a name.
func at(c *call, n reader.Ident, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := err.(*engine.Error); ok && e.Line == 0 && e.Kind == engine.Semantic {
		out := *e
		out.Span = n.Span
		return moved(&out, c.tree.Text, 0)
	}
	if f, ok := err.(*fault); ok && f.offset == 0 {
		out := *f
		out.offset = n.Span.Start
		return &out
	}
	return err
}

// createTableLike makes an empty table with another's columns and folder.
func createTableLike(c *call) (*result, error) {
	name, err := c.only(0, "NewTableName")
	if err != nil {
		return nil, err
	}
	from, err := c.only(0, "TableName")
	if err != nil {
		return nil, err
	}
	options, err := c.options("folder", "docstring")
	if err != nil {
		return nil, err
	}
	err = c.change(func(x *engine.Edit) error {
		if x.Has(name.Text) {
			if c.Has("ifnotexists") {
				return nil
			}
			return &fault{offset: name.Span.Start, message: fmt.Sprintf("table '%s' is there already; add ifnotexists to leave it as it is", name.Text)}
		}
		source, ok := x.Any(from.Text)
		if !ok {
			return notFound("table", from, ".show tables")
		}
		t := store.NewTable(name.Text, source.Columns())
		if kept, ok := source.(*store.Table); ok {
			t = kept.Copied(name.Text)
			t = t.WithSettings(t.Settings.With(engine.PolicyUpdate, "").WithRoles(nil)) // all but these is copied, as in Kusto
		}
		return at(c, name, x.Put(described(t.Described(t.Folder, "Created based on "+from.Text), options)))
	})
	if err != nil {
		return nil, err
	}
	return c.shown(name.Text)
}

// alterTable answers .alter table, after which the table has exactly the columns given, and .alter-merge table, which adds some.
func alterTable(c *call) (*result, error) {
	list, err := c.declared()
	if err != nil {
		return nil, err
	}
	options, err := c.options("folder", "docstring")
	if err != nil {
		return nil, err
	}
	if len(list) != 1 {
		return nil, &fault{message: "the command names no table", syntax: true}
	}
	d := list[0]
	err = c.change(func(x *engine.Edit) error {
		if c.Parts[0].Word == "alter-merge" {
			return at(c, d.name, c.extend(x, d, options))
		}
		t, err := x.Table(d.name.Text)
		if err != nil {
			return at(c, d.name, err)
		}
		if t, err = t.Arranged(d.columns); err != nil {
			return &fault{offset: d.name.Span.Start, message: err.Error()}
		}
		return at(c, d.name, x.Put(described(t, options)))
	})
	if err != nil {
		return nil, err
	}
	return c.shown(d.name.Text)
}

// describeTable sets a table's folder or description.
func describeTable(c *call) (*result, error) {
	name, err := c.only(reader.RuleTable, "")
	if err != nil {
		return nil, err
	}
	options := map[string]string{}
	for option, label := range map[string]string{"folder": "Folder", "docstring": "Documentation"} {
		texts, err := c.values(label)
		if err != nil {
			return nil, err
		}
		for _, s := range texts {
			options[option] = s
		}
	}
	err = c.change(func(x *engine.Edit) error {
		t, err := x.Table(name.Text)
		if err != nil {
			return at(c, name, err)
		}
		return x.Put(described(t, options))
	})
	if err != nil {
		return nil, err
	}
	return c.shown(name.Text)
}

// dropTables answers with the tables that are left.
func dropTables(c *call) (*result, error) {
	err := c.change(func(x *engine.Edit) error {
		for _, p := range c.names(reader.RuleTable, "") {
			n := p.Names[0]
			if !x.Has(n.Text) && c.Has("ifexists") {
				continue
			}
			if err := x.Drop(n.Text); err != nil {
				return at(c, n, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	d := c.after()
	if d == nil {
		return c.table()
	}
	var rows []record
	for _, t := range ofKind(d, symbol.Plain) {
		rows = append(rows, record{"TableName": t.Name, "DatabaseName": d.Name})
	}
	return c.table(rows...)
}

// renaming is one pair of .rename tables A=B.
type renaming struct{ to, from reader.Ident }

// renamings reads the pairs: new=old, or old to new.
func (c *call) renamings(rule reader.Rule, label string) []renaming {
	var out []renaming
	olds, news := c.names(rule, ""), c.names(0, label)
	for i := range min(len(olds), len(news)) {
		out = append(out, renaming{to: news[i].Names[0], from: olds[i].Names[len(olds[i].Names)-1]})
	}
	return out
}

// renameTables renames all tables at once, so that two may change names.
func renameTables(c *call) (*result, error) {
	pairs := c.renamings(reader.RuleTable, "NewTableName")
	var names []string
	err := c.change(func(x *engine.Edit) error {
		names = nil
		var moved []*store.Table
		for _, p := range pairs {
			if !x.Has(p.from.Text) && c.Has("ifexists") {
				continue
			}
			t, err := x.Table(p.from.Text)
			if err != nil {
				return at(c, p.from, err)
			}
			if err := x.Drop(p.from.Text); err != nil {
				return at(c, p.from, err)
			}
			moved = append(moved, t.Renamed(p.to.Text))
			names = append(names, p.to.Text)
		}
		for _, t := range moved {
			if x.Has(t.Name()) {
				return &fault{offset: c.Span.Start, message: fmt.Sprintf("table '%s' is there already; drop it first, or rename it in the same command", t.Name())}
			}
			if err := x.Put(t); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return c.table()
	}
	return c.listed(names...)
}

func clearTable(c *call) (*result, error) {
	name, err := c.only(reader.RuleTable, "")
	if err != nil {
		return nil, err
	}
	if err := c.clear(name); err != nil {
		return nil, err
	}
	return c.table(record{"Status": "Succeeded"})
}
