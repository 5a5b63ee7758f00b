package binder

// This file binds management commands: the columns of their result, the entities they name, and the queries in them.

import (
	"slices"
	"strings"

	"calypso/kql/command"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// CommandFacts is what is known of a block that is a management command.
type CommandFacts struct {
	// Command is the command's inside; nil for a query.
	Command *command.Command
	// Embedded has the queries, bodies and commands inside it, each bound on its own.
	Embedded []Embedded
	// Entities has what the names in the command refer to, by position.
	Entities []NamedEntity
}

// Embedded is a text inside a command. An offset in Bound is the block's minus Start.
type Embedded struct {
	Span  text.Span
	Start int
	Bound *Bound
}

// NamedEntity is a name in a command and what it refers to.
type NamedEntity struct {
	Span   text.Span
	Symbol Symbol
}

// Inside gives the text inside a command that holds an offset, nil for none.
func (b *Bound) Inside(offset int) *Embedded {
	for i := range b.Embedded {
		if e := &b.Embedded[i]; e.Span.Start <= offset && offset <= e.Span.End {
			return e
		}
	}
	return nil
}

// nestedCommands is how many commands may stand in one another, each in place of the other's query.
const nestedCommands = 8

// commandResults is the name that statements behind a command's semicolon know its rows by.
const commandResults = "$command_results"

// command binds a command and the statements of its block: a query behind "<|" before the command's result, others after it.
func (b *binder) command(tree *syntax.Tree) {
	c := tree.Command
	read := command.Parse(tree)
	b.bound.Command = read
	for _, d := range read.Diagnostics {
		b.emit(d)
	}
	purge := len(c.Words) > 0 && c.Words[0].Text == "purge"
	table := b.namesOf(read, purge)
	if purge {
		b.predicate(c, table)
	} else {
		before := len(b.diagnostics)
		b.statements(c.Query)
		if slices.ContainsFunc(read.Diagnostics, func(d diag.Diagnostic) bool { return d.Code == diag.UnknownCommand }) {
			b.soften(before)
		}
	}
	b.useNames(read)
	b.inside(tree, read)
	b.commandResult(c, read)
	if behind := tree.Statements[len(c.Query):]; len(behind) > 0 {
		v := &Variable{Name: commandResults, Type: symbol.Table, Table: b.bound.Results[len(b.bound.Results)-1], tree: b.tree, used: true}
		b.vars = &varList{v: v, next: b.vars}
		b.statements(behind)
	}
}

// soften makes warnings of the errors from one on: what a command that nobody knows takes behind "<|", and where that runs, isn't
// known either.
func (b *binder) soften(from int) {
	for i := from; i < len(b.diagnostics); i++ {
		if d := &b.diagnostics[i]; d.Severity == diag.Error {
			d.Severity = diag.Warning
		}
	}
}

// namesOf looks up the names of a command and gives the table named first. What isn't found by a purge is a warning: it is sent
// to the ingestion endpoint, which may have other databases. A command that the library doesn't get to the end of has its code for
// a name of any kind.
func (b *binder) namesOf(read *command.Command, purge bool) *symbol.TableSymbol {
	before := len(b.diagnostics)
	table := b.entities(read)
	if purge {
		b.soften(before)
	}
	for i := before; i < len(b.diagnostics); i++ {
		d := &b.diagnostics[i]
		if read.Row == nil || read.Row.Beyond {
			d.Official = "KS142"
		}
	}
	return table
}

// predicate binds what a purge takes: operators that take the rows of the table.
func (b *binder) predicate(c *syntax.Command, table *symbol.TableSymbol) {
	rows := openTable()
	if table != nil {
		rows = copyTable(&Table{Columns: table.Columns})
	}
	for _, s := range c.Query {
		if q, ok := s.(*syntax.QueryStatement); ok {
			if pipe, ok := q.X.(*syntax.Pipe); ok && pipe.Source == nil {
				b.runThrough(tabular(rows), pipe.Ops)
				continue
			}
		}
		b.statement(s)
	}
}

// useNames marks the lets that a command refers to by name: update … delete D append A.
func (b *binder) useNames(c *command.Command) {
	for i := range c.Parts {
		if p := &c.Parts[i]; p.Rule == command.RuleName && len(p.Names) == 1 {
			if v := b.vars.find(p.Names[0].Text); v != nil {
				v.used = true
			}
		}
	}
}

// inside binds the texts inside a command.
func (b *binder) inside(tree *syntax.Tree, read *command.Command) {
	depth := 0
	for inner := tree.Command.Inner; inner != nil; inner = inner.Inner {
		depth++
	}
	if depth <= nestedCommands {
		for _, e := range read.Embedded(tree) {
			b.embedded(read, e)
		}
	}
}

// commandResult binds the operators behind a command with the columns that it gives.
func (b *binder) commandResult(c *syntax.Command, read *command.Command) {
	result := openTable()
	if read.Row != nil {
		result = &Table{Columns: read.Row.Columns()}
	}
	b.addResult(b.runThrough(tabular(result), c.Ops))
}

// embedded binds a text inside the command and takes over what it says. A function that asks for no validation may name what
// isn't there yet.
func (b *binder) embedded(c *command.Command, e command.Embedded) {
	bound := Bind(syntax.Parse(e.Text), b.schema)
	b.bound.Embedded = append(b.bound.Embedded, Embedded{Span: e.Span, Start: e.Start, Bound: bound})
	lax := b.skipsValidation(c)
	for _, d := range bound.Diagnostics {
		if d.Code >= "CAL2" && d.Code < "CAL4" && d.Severity <= diag.Warning {
			if lax {
				continue
			}
			if e.Policy {
				d.Severity = diag.Warning
			}
		}
		d.Span = shifted(d.Span, e.Start)
		related := make([]diag.Related, len(d.Related))
		for i, r := range d.Related {
			related[i] = diag.Related{Span: shifted(r.Span, e.Start), Message: r.Message}
		}
		d.Related = related
		b.emit(d)
	}
	for _, n := range bound.Needs {
		b.need(n.Cluster, n.Database, shifted(n.At, e.Start))
	}
}

func shifted(s text.Span, by int) text.Span { return text.Span{Start: s.Start + by, End: s.End + by} }

func (b *binder) skipsValidation(c *command.Command) bool {
	v, ok := c.Property("skipvalidation", b.tree.Text)
	return ok && strings.EqualFold(strings.Trim(v, `"'`), "true")
}

// entities looks up the names of a command and gives the table named first. Columns are those of the table named before them.
func (b *binder) entities(c *command.Command) (first *symbol.TableSymbol) {
	var table *symbol.TableSymbol
	quiet := c.Has("ifexists")
	here := b.commandPlace(c)
	for i := range c.Parts {
		p := &c.Parts[i]
		if p.Kind != command.Name || p.Rule <= command.RulePathPattern || filled(p.Names) {
			continue
		}
		names := p.Names
		at := here
		if len(names) > 1 {
			// database.table, table.column or model.snapshot: the first name decides by what the rule allows.
			switch {
			case p.Rule == command.RuleSnapshot:
				b.snapshot(names, quiet)
				continue
			case len(names) == 2 && (p.Rule == command.RuleTableColumn || p.Rule == command.RuleDBColumn):
				if table = b.commandTable(names[0], at, command.RuleTableColumn, quiet); table != nil {
					b.commandColumn(names[1], table, quiet)
				}
				continue
			}
			if at = b.commandDatabase(names[0], quiet); at.database == nil {
				continue
			}
			names = names[1:]
		}
		table = b.commandName(p.Rule, names, at, table, quiet)
		if first == nil {
			first = table
		}
	}
	return first
}

// commandPlace is where a command's names without a database are looked up: the database that the command names by itself, as
// purge table T records in database D, else the current one.
func (b *binder) commandPlace(c *command.Command) place {
	for i := range c.Parts {
		if p := &c.Parts[i]; p.Rule == command.RuleDatabase && !filled(p.Names) {
			if n := p.Names[0].Text; !b.at.database.Is(n) {
				return place{cluster: b.at.cluster, database: b.at.cluster.Find(n)}
			}
		}
	}
	return b.at
}

func filled(names []command.Ident) bool {
	for _, n := range names {
		if n.Filled || n.Text == "" {
			return true
		}
	}
	return len(names) == 0
}

// commandName looks up a name in a database and gives the table that columns after it belong to.
func (b *binder) commandName(r command.Rule, names []command.Ident, at place, table *symbol.TableSymbol, quiet bool) *symbol.TableSymbol {
	n := names[0]
	switch r {
	case command.RuleTable, command.RuleDBTable, command.RuleExternal, command.RuleDBExternal, command.RuleView, command.RuleDBView:
		return b.commandTable(n, at, r, quiet)
	case command.RuleTableColumn, command.RuleDBColumn:
		if len(names) == 1 {
			b.notFound(n, true, at, "column", "KS142", quiet, nil) // a column is named with its table
		} else if t := b.commandTable(n, at, command.RuleTable, quiet); t != nil {
			b.commandColumn(names[1], t, quiet)
		}
	case command.RuleColumn:
		if table != nil {
			b.commandColumn(n, table, quiet)
		}
		return table
	case command.RuleFunction, command.RuleDBFunction:
		f := at.database.Function(n.Text)
		b.found(n, f != nil, Symbol{Kind: SymStored, Name: n.Text, Func: f})
		b.notFound(n, f == nil, at, "function", "KS142", quiet, functionNames(at.database))
	case command.RuleGroup, command.RuleDBGroup:
		g := at.database.EntityGroup(n.Text)
		b.found(n, g != nil, Symbol{Kind: SymGroup, Name: n.Text})
		b.notFound(n, g == nil, at, "entity group", "KS142", quiet, nil)
	case command.RuleGraph:
		b.graph(n, at, quiet)
	case command.RuleDatabase:
		b.commandDatabase(n, quiet)
		return table
	}
	return table
}

// graph looks up a graph model. A schema without any may not have listed them, so nothing is missing there.
func (b *binder) graph(n command.Ident, at place, quiet bool) *symbol.GraphModel {
	g := at.database.Graph(n.Text)
	if at.database != nil && len(at.database.Graphs) > 0 {
		b.notFound(n, g == nil, at, "graph model", "KS142", quiet, nil)
	}
	return g
}

// snapshot looks up model.snapshot.
func (b *binder) snapshot(names []command.Ident, quiet bool) {
	if g := b.graph(names[0], b.at, quiet); g != nil && len(g.Snapshots) > 0 {
		b.notFound(names[1], !slices.Contains(g.Snapshots, names[1].Text), b.at, "graph snapshot", "KS142", quiet, nil)
	}
}

// found notes what a name refers to.
func (b *binder) found(n command.Ident, ok bool, s Symbol) {
	if ok {
		b.bound.Entities = append(b.bound.Entities, NamedEntity{Span: n.Span, Symbol: s})
	}
}

// notFound says that a name isn't there, where everything that is there is known. What another command of the same document
// makes is there for it: see script.
func (b *binder) notFound(n command.Ident, missing bool, at place, kind, official string, quiet bool, near func(func(string) bool)) {
	if !missing || quiet || at.database == nil || at.database.State != symbol.Known {
		return
	}
	hint := ""
	if near != nil {
		hint = didYouMean(suggestion(n.Text, near))
	}
	b.reportAs(diag.CommandEntity, official, n.Span, kind, n.Text, hint)
}

func (b *binder) commandTable(n command.Ident, at place, r command.Rule, quiet bool) *symbol.TableSymbol {
	t := at.database.Table(n.Text)
	kind, official, of := "table", "KS204", symbol.Plain
	switch r {
	case command.RuleExternal, command.RuleDBExternal:
		kind, of = "external table", symbol.External
	case command.RuleView, command.RuleDBView:
		kind, of = "materialized view", symbol.MaterializedView
	case command.RuleTableColumn: // as the library names it there
		official = "KS142"
	}
	if of != symbol.Plain {
		t = at.database.TableOf(of, n.Text)
	}
	b.found(n, t != nil, Symbol{Kind: SymTable, Name: n.Text, Type: symbol.Table, Table: t})
	b.notFound(n, t == nil, at, kind, official, quiet, tableNames(at.database, of))
	return t
}

func (b *binder) commandColumn(n command.Ident, t *symbol.TableSymbol, quiet bool) {
	column := t.Column(n.Text)
	if column == nil && t.Columns.Open {
		return
	}
	if column != nil {
		b.found(n, true, Symbol{Kind: SymColumn, Name: n.Text, Type: column.Type, Column: column})
		return
	}
	b.notFound(n, true, b.at, "column", "KS142", quiet, func(yield func(string) bool) {
		for _, c := range t.Columns.List {
			if !yield(c.Name) {
				return
			}
		}
	})
}

// commandDatabase looks up a database of the current cluster; the place's database is nil when nothing is known of it.
func (b *binder) commandDatabase(n command.Ident, quiet bool) place {
	at := place{cluster: b.at.cluster}
	if b.at.database.Is(n.Text) {
		at.database = b.at.database
	} else {
		at.database = b.at.cluster.Find(n.Text)
	}
	b.found(n, at.database != nil, Symbol{Kind: SymDatabase, Name: n.Text})
	if at.database == nil && !quiet && b.at.cluster != nil && b.at.cluster.State == symbol.Known {
		b.reportAs(diag.CommandEntity, "KS142", n.Span, "database", n.Text, b.suggestDatabase(n.Text, b.at.cluster))
	}
	return at
}

func tableNames(d *symbol.Database, kind symbol.TableKind) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, t := range d.Tables {
			if t.Kind == kind && !yield(t.Name) {
				return
			}
		}
	}
}

func functionNames(d *symbol.Database) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, f := range d.Functions {
			if !yield(f.Name) {
				return
			}
		}
	}
}
