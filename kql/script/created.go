package script

// This file reads what a document's own commands create. A table that ".create table" makes, or a function, is known to the blocks
// below, though the database doesn't have it yet: each such command puts a schema of its own over the one before.

import (
	"fmt"
	"slices"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/command"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Created is an entity that a command of the document makes. Table or Function is set: what the blocks below refer to.
type Created struct {
	Span     text.Span // of its name in the command, in the document
	Table    *symbol.TableSymbol
	Function *symbol.Function
}

// Creation finds the command's name that makes a table or function; false for one of the database.
func (s *Script) Creation(t *symbol.TableSymbol, f *symbol.Function) (text.Span, bool) {
	for _, c := range s.Created {
		if t != nil && c.Table == t || f != nil && c.Function == f {
			return c.Span, true
		}
	}
	return text.Span{}, false
}

// overlay is a schema over another, by what was added: equal keys give the same snapshot over edits, so that blocks stay bound.
type overlay struct {
	under *symbol.Schema
	made  string
}

// chain is the schemas of a document from its top to where the analysis is.
type chain struct {
	now  map[*symbol.Schema]*symbol.Schema // over the schema of each connection, what is known here
	old  map[overlay]*symbol.Schema
	kept map[overlay]*symbol.Schema
	size int // of the lists of all that are kept

	offers []Offer
}

// maxOverlays is how long the lists of all schemas over others may be together: each holds all names of its database. Beyond it more
// may exist than is known, and no missing name is an error.
const maxOverlays = 2_000_000

func newChain(prev *Script) *chain {
	c := &chain{now: map[*symbol.Schema]*symbol.Schema{}, kept: map[overlay]*symbol.Schema{}}
	if prev != nil {
		c.old = prev.overlays
	}
	return c
}

func (c *chain) schema(base *symbol.Schema) *symbol.Schema {
	if over := c.now[base]; over != nil {
		return over
	}
	return base
}

// take puts what a block's command creates over the schema that it was bound with, and lists it.
func (c *chain) take(b *Block, base *symbol.Schema) []Created {
	if isScript(b.Bound) {
		var list []Created
		for i := range b.Bound.Embedded {
			list = append(list, c.take(b.within(&b.Bound.Embedded[i]), base)...)
		}
		return list
	}
	var list []Created
	for _, m := range creations(b) {
		c.offers = append(c.offers, offerOf(b, m))
		next := c.over(c.schema(base), m)
		c.now[base] = next
		if m.other != 0 {
			continue
		}
		made := Created{Span: b.Shift(m.at)}
		if m.function != nil {
			made.Function = next.Function(m.name)
		} else {
			made.Table = next.Database.TableOf(m.kind, m.name)
		}
		if made.Function == nil && made.Table == nil {
			continue // there were too many
		}
		list = append(list, made)
	}
	return list
}

// over gives the schema with an entity over another one: that of before, if it was made before.
func (c *chain) over(under *symbol.Schema, m creation) *symbol.Schema {
	key, build := overlay{under, m.key()}, m.over
	if c.size > maxOverlays {
		if under != nil && under.Database != nil && under.Database.State == symbol.Open {
			return under
		}
		key.made, build = "more", openEnded
	}
	next := c.kept[key]
	if next == nil {
		if next = c.old[key]; next == nil {
			next = build(under)
		}
		c.kept[key] = next
		if db := next.Database; db != nil {
			c.size += len(db.Tables) + len(db.Functions)
		}
	}
	return next
}

// openEnded says of a schema's database that more may exist.
func openEnded(under *symbol.Schema) *symbol.Schema {
	db := &symbol.Database{State: symbol.Open}
	if was := under.Database; was != nil {
		db.Name, db.PrettyName, db.Tables, db.Functions = was.Name, was.PrettyName, was.Tables, was.Functions
		db.Graphs, db.EntityGroups = was.Graphs, was.EntityGroups
	}
	return over(under, db)
}

// isScript tells whether a block is a command that runs others: .execute database script <| …
func isScript(b *binder.Bound) bool {
	return b.Command != nil && slices.ContainsFunc(b.Command.Parts, func(p command.Part) bool { return p.Rule == command.RuleScript })
}

// inOrder binds the commands of a script anew, each with what those before it create, and gives the block's binding with them.
func (c *chain) inOrder(b *Block) *binder.Bound {
	was := b.Bound
	bound := &binder.Bound{
		Tree: was.Tree, Schema: was.Schema, Needs: was.Needs, Result: was.Result, Results: was.Results, Vars: was.Vars,
		CommandFacts: was.CommandFacts, Scope: was.Scope, StoredErrors: was.StoredErrors,
	}
	bound.Embedded = slices.Clone(was.Embedded)
	inside := func(d diag.Diagnostic) bool {
		return slices.ContainsFunc(bound.Embedded, func(e binder.Embedded) bool {
			return e.Span.Start <= d.Span.Start && d.Span.End <= e.Span.End
		})
	}
	bound.Diagnostics = slices.DeleteFunc(slices.Clone(was.Diagnostics), inside)
	schema := b.schema
	for i := range bound.Embedded {
		e := &bound.Embedded[i]
		if schema != b.schema {
			e.Bound = binder.Bind(syntax.Parse(e.Bound.Tree.Text), schema)
		}
		in := Block{Start: e.Start, Bound: e.Bound}
		for _, d := range e.Bound.Diagnostics {
			bound.Diagnostics = append(bound.Diagnostics, in.shifted(d))
		}
		for _, m := range creations(&in) {
			schema = c.over(schema, m)
		}
	}
	slices.SortStableFunc(bound.Diagnostics, func(x, y diag.Diagnostic) int { return x.Span.Start - y.Span.Start })
	return bound
}

// creation is one entity that a command makes.
type creation struct {
	name     string
	at       text.Span
	kind     symbol.TableKind
	columns  symbol.Columns // Open: there may be more
	keep     bool           // a table of that name keeps the columns it has
	derived  bool           // the columns follow from other entities
	function *symbol.Function
	text     string // an entity group's definition
	id       *byte  // of an offer: tells it from others that make the same
	other    other  // neither a table nor a function
}

// other is what is made besides tables and functions: it is known below, and no more.
type other uint8

const (
	entityGroup other = iota + 1
	graphModel
	database
	column // of a table: name is the table's
)

func (m creation) key() string {
	if f := m.function; f != nil {
		return fmt.Sprintf("f %q %q %q %q %v", m.name, f.Parameters, f.Body, f.Doc, f.View)
	}
	return fmt.Sprintf("t %q %d %d %v %v %s", m.name, m.other, m.kind, m.keep, m.columns.Open, m.columns.String()+m.text)
}

// over puts the entity over a schema.
func (m creation) over(under *symbol.Schema) *symbol.Schema {
	if under == nil {
		under = &symbol.Schema{}
	}
	db := under.Database
	if db == nil {
		db = &symbol.Database{State: symbol.Open}
	}
	switch {
	case m.other == database:
		if under.Cluster == nil || under.Cluster.Find(m.name) != nil {
			return under
		}
		return under.WithDatabase("", &symbol.Database{Name: m.name, State: symbol.Open})
	case m.other == entityGroup:
		db = db.WithEntityGroup(&symbol.EntityGroup{Name: m.name, Definition: m.text})
	case m.other == graphModel:
		db = db.WithGraph(&symbol.GraphModel{Name: m.name})
	case m.function != nil:
		db = db.WithFunction(m.function)
	default:
		db = db.WithTable(m.join(db.TableOf(m.kind, m.name), db.State == symbol.Known))
	}
	return over(under, db)
}

// over puts a database in place of the current one.
func over(under *symbol.Schema, db *symbol.Database) *symbol.Schema {
	if under.Cluster == nil || db.Name == "" {
		return &symbol.Schema{Clusters: under.Clusters, Cluster: under.Cluster, Database: db, Version: under.Version + 1}
	}
	return under.WithDatabase("", db)
}

// join joins the columns that the command gives with those that the table has, if there is one. Where the database isn't known, the
// table may be there already with more.
func (m creation) join(was *symbol.TableSymbol, known bool) *symbol.TableSymbol {
	t := &symbol.TableSymbol{Name: m.name, Kind: m.kind, Columns: symbol.Columns{Open: m.columns.Open}}
	if was == nil {
		t.Columns.List = m.columns.List
		t.Columns.Open = t.Columns.Open || !known
		return t
	}
	t.Doc, t.Folder, t.Query = was.Doc, was.Folder, was.Query
	t.Columns = symbol.Columns{List: was.Columns.List, Open: was.Columns.Open || m.columns.Open && !m.keep}
	if m.keep {
		return t
	}
	for _, c := range m.columns.List {
		if was.Column(c.Name) == nil {
			t.Columns.List = append(t.Columns.List[:len(t.Columns.List):len(t.Columns.List)], c)
		}
	}
	return t
}

// creations reads a block's command, in the order of its text.
func creations(b *Block) []creation {
	c := b.Bound.Command
	if c == nil || c.Row == nil {
		return nil
	}
	switch c.Row.Name {
	case "CreateTable", "CreateMergeTable", "CreateTables", "CreateMergeTables", "AlterTable", "AlterMergeTable":
		return declared(b, symbol.Plain)
	case "CreateStorageExternalTable", "CreateOrAlterStorageExternalTable", "CreateSqlExternalTable", "CreateOrAlterSqlExternalTable":
		return declared(b, symbol.External)
	case "CreateTableBasedOnAnother", "RenameTable", "RenameTables":
		return likeAnother(b)
	case "SetTable", "SetOrAppendTable", "SetOrReplaceTable":
		return fromQuery(b)
	case "CreateMaterializedView", "CreateMaterializedViewOverMaterializedView",
		"CreateOrAlterMaterializedView", "CreateOrAlterMaterializedViewOverMaterializedView":
		return fromBody(b)
	case "CreateFunction", "CreateOrAlterFunction", "AlterFunction":
		return function(b)
	case "CreateEntityGroupCommand", "CreateOrAlterEntityGroupCommand":
		return otherEntity(b, entityGroup)
	case "GraphModelCreateOrAlter":
		return otherEntity(b, graphModel)
	case "CreateDatabase":
		return otherEntity(b, database)
	case "RenameColumn":
		return renamedColumn(b)
	}
	return nil
}

// otherEntity reads the first name of a command.
func otherEntity(b *Block, of other) []creation {
	c := b.Bound.Command
	for i := range c.Parts {
		p := &c.Parts[i]
		if p.Kind != command.Name {
			continue
		}
		m, ok := named(p, symbol.Plain)
		if !ok {
			return nil
		}
		m.other = of
		if of == entityGroup {
			rest := text.Span{Start: p.Span.End, End: c.Span.End}.Of(b.Bound.Tree.Text)
			if open := strings.IndexByte(rest, '('); open >= 0 {
				inside := strings.TrimSpace(rest[open+1:])
				m.text = "[" + strings.TrimSuffix(inside, ")") + "]"
			}
		}
		return []creation{m}
	}
	return nil
}

// renamedColumn reads a column that gets another name. The old one stays known: who reads the document sees it above.
func renamedColumn(b *Block) []creation {
	m := creation{other: column}
	var was *symbol.Column
	c := b.Bound.Command
	for i := range c.Parts {
		p := &c.Parts[i]
		switch {
		case p.Rule == command.RuleDBColumn && len(p.Names) == 2 && !p.Names[0].Filled:
			m.name = p.Names[0].Text
			was = b.Bound.Schema.Table(m.name).Column(p.Names[1].Text)
		case p.Label == "NewColumnName" && was != nil && len(p.Names) == 1:
			m.columns.List, m.derived = []*symbol.Column{was.Renamed(p.Names[0].Text)}, true
		}
	}
	if was == nil {
		return nil
	}
	return []creation{m}
}

// named begins a creation with a command's name; false for one that isn't written out.
func named(p *command.Part, kind symbol.TableKind) (creation, bool) {
	if len(p.Names) != 1 || p.Names[0].Filled || p.Names[0].Text == "" {
		return creation{}, false
	}
	return creation{name: p.Names[0].Text, at: p.Names[0].Span, kind: kind}, true
}

// declared reads tables with their columns: T (a:long, b:string), U (…).
func declared(b *Block, kind symbol.TableKind) []creation {
	var list []creation
	parts := b.Bound.Command.Parts
	for i := range parts {
		p := &parts[i]
		switch {
		case p.Kind != command.Name:
		case p.Label == "TableName", p.Label == "ExternalTableName", p.Rule == command.RuleTable:
			if m, ok := named(p, kind); ok {
				list = append(list, m)
			}
		case p.Label == "ColumnName" && len(list) > 0 && len(p.Names) == 1:
			m := &list[len(list)-1]
			column := &symbol.Column{Name: p.Names[0].Text}
			if i+2 < len(parts) && parts[i+2].Kind == command.Type {
				column.Type, _ = symbol.ParseType(parts[i+2].Span.Of(b.Bound.Tree.Text))
			}
			m.columns.List = append(m.columns.List, column)
		}
	}
	for i := range list {
		// A delta table reads its columns from its storage when none are given.
		list[i].columns.Open = len(list[i].columns.List) == 0
	}
	return list
}

// likeAnother reads tables that get the columns of one that is there.
func likeAnother(b *Block) []creation {
	var list []creation
	var from *symbol.TableSymbol
	known := false
	for i := range b.Bound.Command.Parts {
		p := &b.Bound.Command.Parts[i]
		if p.Kind != command.Name {
			continue
		}
		if p.Label == "NewTableName" {
			if m, ok := named(p, symbol.Plain); ok {
				list = append(list, m)
			}
		} else if len(p.Names) == 1 {
			from, known = b.Bound.Schema.Table(p.Names[0].Text), true
		}
		if n := len(list); n > 0 && known {
			list[n-1].derived = true
			if list[n-1].columns.Open = from == nil; from != nil {
				list[n-1].columns = from.Columns
			}
			// "rename tables" has the new name first, each of the others the old one.
			known = b.Bound.Command.Row.Name == "RenameTable"
		}
	}
	return list
}

// fromQuery reads a table that a query fills: .set T <| query. One that is there keeps its columns.
func fromQuery(b *Block) []creation {
	for i := range b.Bound.Command.Parts {
		p := &b.Bound.Command.Parts[i]
		if p.Label != "TableName" {
			continue
		}
		m, ok := named(p, symbol.Plain)
		if !ok {
			return nil
		}
		m.keep, m.derived, m.columns.Open = true, true, true
		if c := b.Bound.Tree.Command; len(c.Query) > 0 && len(b.Bound.Results) > 1 && b.Bound.Results[0] != nil {
			m.columns = b.Bound.Results[0].Columns
		}
		return []creation{m}
	}
	return nil
}

// fromBody reads a materialized view.
func fromBody(b *Block) []creation {
	for i := range b.Bound.Command.Parts {
		p := &b.Bound.Command.Parts[i]
		if p.Label != "MaterializedViewName" {
			continue
		}
		m, ok := named(p, symbol.MaterializedView)
		if !ok {
			return nil
		}
		m.derived, m.columns.Open = true, true
		if e := b.Bound.Embedded; len(e) == 1 && e[0].Bound.Result != nil {
			m.columns = e[0].Bound.Result.Columns
		}
		return []creation{m}
	}
	return nil
}

// function reads a stored function.
func function(b *Block) []creation {
	c, src := b.Bound.Command, b.Bound.Tree.Text
	for i := range c.Parts {
		p := &c.Parts[i]
		if p.Kind != command.Name {
			continue
		}
		m, ok := named(p, symbol.Plain)
		if !ok || len(b.Bound.Embedded) != 1 {
			return nil
		}
		tree := b.Bound.Embedded[0].Bound.Tree
		if len(tree.Statements) != 1 {
			return nil
		}
		let, ok := tree.Statements[0].(*syntax.LetStatement)
		if !ok {
			return nil
		}
		f, ok := let.X.(*syntax.Function)
		if !ok || f.Body == nil || f.Body.Span().Len() == 0 {
			return nil
		}
		whole := f.Body.Span().Of(tree.Text)
		if !strings.HasSuffix(whole, "}") {
			whole += "\n}" // it is being typed
		}
		m.function = &symbol.Function{
			Name: m.name, Body: whole,
			Parameters: strings.TrimSpace(text.Span{Start: f.Span().Start, End: f.Body.Span().Start}.Of(tree.Text)),
		}
		if doc, ok := c.Property("docstring", src); ok {
			m.function.Doc = strings.Trim(strings.TrimLeft(doc, "@hH"), `"'`)
		}
		if view, ok := c.Property("view", src); ok {
			m.function.View = strings.EqualFold(strings.Trim(view, `"'`), "true")
		}
		return []creation{m}
	}
	return nil
}
