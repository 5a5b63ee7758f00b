package binder

// This file finds what a name means: a column, then a variable, then a stored function, then a table of the database.

import (
	"calypso/kql/builtin"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

func (b *binder) nameRef(x *syntax.NameRef) value {
	name := x.Name
	if name.Missing || name.Text == "" {
		return badValue
	}
	if v, ok := b.columnRef(name); ok {
		return v
	}
	if v := b.vars.find(name.Text); v != nil {
		return b.variableRef(x, v)
	}
	if b.splitByType(name.Text) {
		return value{}
	}
	if v, ok := b.entityRef(x, name); ok {
		return v
	}
	return b.unknownName(x)
}

// columnRef looks for a column of the row.
func (b *binder) columnRef(name *syntax.Name) (value, bool) {
	if b.rows == nil {
		return value{}, false
	}
	c := b.rows.left.find(name.Text)
	if c == nil && b.rows.right != nil {
		c = b.rows.right.find(name.Text)
	}
	if c == nil {
		return value{}, false
	}
	b.scope.Refs[name] = Symbol{Kind: SymColumn, Name: c.Name, Type: c.Type, Column: c}
	if b.place == placeAggregate {
		b.report(diag.NotAnAggregate, name.Span(), name.Text)
		return value{typ: c.Type, bad: true}, true
	}
	return value{typ: c.Type, column: c, shape: c.Shape}, true
}

// splitByType tells a name that a union made columns of, one for each type, and that means a table too: it isn't the table
// that is meant.
func (b *binder) splitByType(name string) bool {
	if b.rows == nil || b.at.database.Table(name) == nil {
		return false
	}
	for t := symbol.Bool; t <= symbol.Dynamic; t++ {
		if b.rows.left.find(name+"_"+t.String()) != nil {
			return true
		}
	}
	return false
}

// variableRef is a use of a let, a parameter, an as name or a function without brackets.
func (b *binder) variableRef(x *syntax.NameRef, v *Variable) value {
	v.used = true
	b.scope.Refs[x.Name] = Symbol{Kind: v.kind(), Name: v.Name, Type: v.Type, Let: v}
	switch {
	case v.Func != nil:
		return b.bareFunction(x, v)
	case v.entity != nil:
		return *v.entity
	case v.Table != nil:
		return tabular(copyTable(v.Table))
	}
	if v.Const != nil {
		b.scope.Consts[x] = v.Const
	}
	return value{typ: v.Type, shape: v.Shape}
}

// bareFunction is a let function named without brackets: a call when it needs no argument.
func (b *binder) bareFunction(x *syntax.NameRef, v *Variable) value {
	for _, p := range v.Func.Params {
		if p.Default == nil {
			b.report(diag.NeedsArguments, x.Span(), v.Name)
			return value{bad: true}
		}
	}
	return b.callUser(x, userFunction{variable: v, name: v.Name}, nil, x.Span())
}

// entityRef looks for a stored function or a table of the current database.
func (b *binder) entityRef(x *syntax.NameRef, name *syntax.Name) (value, bool) {
	if v, ok := b.databaseName(x, name, b.at); ok {
		return v, true
	}
	if g := b.at.database.EntityGroup(name.Text); g != nil {
		b.scope.Refs[name] = Symbol{Kind: SymGroup, Name: g.Name}
		return b.storedGroup(g, x), true
	}
	return value{}, false
}

// databaseName looks a name up in a database: a stored function that needs no argument, then a table.
func (b *binder) databaseName(x syntax.Expr, name *syntax.Name, at place) (value, bool) {
	if f := at.database.Function(name.Text); f != nil && !b.calling(f) && takesNothing(f) {
		b.scope.Refs[name] = b.storedSymbol(f, at)
		return b.callUser(x, userFunction{stored: f, name: f.Name, at: at}, nil, name.Span()), true
	}
	if t := at.database.Table(name.Text); t != nil {
		return b.tableRef(name, t, at), true
	}
	if f := at.database.Function(name.Text); f != nil && b.calling(f) {
		b.scope.Refs[name] = b.storedSymbol(f, at)
		return tabular(openTable()), true // a recursion
	}
	return value{}, false
}

// takesNothing tells whether a stored function may be called without arguments.
func takesNothing(f *symbol.Function) bool {
	_, decl := f.Parsed()
	if decl == nil {
		return true
	}
	for _, p := range decl.Params {
		if p.Default == nil {
			return false
		}
	}
	return true
}

func (b *binder) storedSymbol(f *symbol.Function, at place) Symbol {
	s := Symbol{Kind: SymStored, Name: f.Name, Func: f}
	s.Cluster, s.Database = b.placeNames(at)
	return s
}

// placeNames gives the names of a place that isn't the current one.
func (b *binder) placeNames(at place) (cluster, database string) {
	if at.cluster != b.schema.Cluster && at.cluster != nil {
		cluster = at.cluster.Name
	}
	if at.database != b.schema.Database && at.database != nil {
		database = at.database.Name
	}
	return cluster, database
}

// tableRef is a reference to a table: columns of its own.
func (b *binder) tableRef(name *syntax.Name, t *symbol.TableSymbol, at place) value {
	s := Symbol{Kind: SymTable, Name: t.Name, Type: symbol.Table, Table: t}
	s.Cluster, s.Database = b.placeNames(at)
	if name != nil {
		b.scope.Refs[name] = s
	}
	return tabular(copyTable(&Table{Columns: t.Columns}))
}

// unknownName says that a name means nothing, in the words that fit the place.
func (b *binder) unknownName(x *syntax.NameRef) value {
	name := x.Name.Text
	switch {
	case b.rows == nil:
		return b.unknownTable(x)
	case b.rows.left.Open:
		return b.openColumn(x.Name, b.rows.left)
	case b.rows.right != nil && b.rows.right.Open:
		return b.openColumn(x.Name, b.rows.right)
	case name == "$left" || name == "$right":
		b.reportAs(diag.UnknownColumn, "", x.Span(), name, "; it stands in a join's conditions only")
		return badValue
	case builtin.FindFunction(name) != nil || b.place == placeAggregate && builtin.FindAggregate(name) != nil:
		b.report(diag.NeedsArguments, x.Span(), name)
		return badValue
	}
	d := diag.New(diag.UnknownColumn, x.Span(), name, b.suggestColumn(name))
	if b.lenient > 0 || b.rows.left.partial || b.rows.right != nil && b.rows.right.partial {
		d.Severity = diag.Warning
	}
	b.emit(d)
	return badValue
}

// openColumn is a name that an open table may have: it is taken for a column of it from here on.
func (b *binder) openColumn(name *syntax.Name, t *Table) value {
	c := t.learn(name.Text)
	b.scope.Refs[name] = Symbol{Kind: SymColumn, Name: c.Name, Column: c}
	return value{column: c}
}

// unknownTable is a name at a table's place, or in a statement, that means nothing.
func (b *binder) unknownTable(x *syntax.NameRef) value {
	name := x.Name.Text
	open := value{typ: symbol.Table, table: openTable(), bad: true}
	switch {
	case builtin.FindFunction(name) != nil:
		b.report(diag.NeedsArguments, x.Span(), name)
	case b.fuzzy:
		if b.knownDatabase() {
			b.missing++
			b.report(diag.FuzzyMissing, x.Span(), name)
		}
	case b.knownDatabase() && b.wantsTable == syntax.Expr(x):
		official := "KS204"
		if b.alone == x {
			official = "KS142"
		}
		b.reportAs(diag.UnknownTable, official, x.Span(), name, b.suggestTable(name))
	case b.knownDatabase():
		b.report(diag.UnknownName, x.Span(), name, b.suggestTable(name))
	default:
		b.needDatabase(b.at, x)
	}
	return open
}

func (b *binder) needDatabase(at place, x syntax.Expr) {
	if at.database == nil || at.database.State == symbol.NotLoaded || at.database.State == symbol.Loading {
		cluster, database := b.placeNames(at)
		b.need(cluster, database, x.Span())
	}
}
