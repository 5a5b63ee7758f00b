package binder

// This file binds what leads to other databases: cluster(), database(), table() and the dots between them.

import (
	"strings"

	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// entityCall binds the functions that give clusters, databases and their members; ok is false for other names. at is where they
// are looked up.
func (b *binder) entityCall(x *syntax.Call, at place) (value, bool) {
	switch x.Fun.Text {
	case "cluster":
		return b.clusterCall(x), true
	case "database":
		return b.databaseCall(x, at), true
	case "table":
		return b.tableCall(x, at), true
	case "external_table":
		return b.storedTableCall(x, at, symbol.External, "external table", "KS209"), true
	case "materialized_view":
		return b.storedTableCall(x, at, symbol.MaterializedView, "materialized view", "KS210"), true
	case "entity_group":
		return b.entityGroupCall(x, at), true
	case "stored_query_result":
		b.entityArgs(x)
		return tabular(openTable()), true
	case "graph":
		return b.graphModel(x, at), true
	}
	return value{}, false
}

// entityGroupCall binds entity_group('…'), a stored group.
func (b *binder) entityGroupCall(x *syntax.Call, at place) value {
	name, ok := b.entityArgs(x)
	g := at.database.EntityGroup(name)
	if g == nil {
		if ok {
			b.missingEntity(x, at, func() { b.reportAs(diag.UnknownEntity, "KS261", x.Args[0].Span(), "entity group", name, "") })
		}
		return value{kind: SymGroup, places: []place{{}}}
	}
	return b.storedGroup(g, x)
}

// storedGroup reads a stored group's text: [cluster('c').database('d'), …].
func (b *binder) storedGroup(g *symbol.EntityGroup, x syntax.Expr) value {
	open := value{kind: SymGroup, places: []place{{}}}
	text := strings.TrimSpace(g.Definition)
	if !strings.HasPrefix(text, "entity_group") {
		text = "entity_group " + text
	}
	tree := syntax.Parse("let g = " + text + ";")
	if len(tree.Statements) == 0 {
		return open
	}
	let, ok := tree.Statements[0].(*syntax.LetStatement)
	if !ok {
		return open
	}
	group, ok := let.X.(*syntax.EntityGroup)
	if !ok {
		return open
	}
	saved := *b
	b.quiet++
	b.tree, b.scope, b.vars, b.rows, b.place = tree, newScope(16), nil, nil, placeNormal
	v := b.entityGroup(group)
	b.restore(saved)
	for _, at := range v.places {
		if at.database != nil && (at.database.State == symbol.NotLoaded || at.database.State == symbol.Loading) {
			b.needPlace(at, x)
		}
	}
	return v
}

// graphModel binds graph('…'): the model's tables of edges and nodes, as far as their texts can be bound.
func (b *binder) graphModel(x *syntax.Call, at place) value {
	name, ok := b.entityArgs(x)
	model := at.database.Graph(name)
	if model == nil {
		if ok {
			b.missingEntity(x, at, func() { b.reportAs(diag.UnknownEntity, "KS260", x.Fun.Span(), "graph", name, "") })
		}
		return tabular(openGraph())
	}
	g := &Table{Graph: true, Columns: b.modelColumns(model.Edges)}
	nodes := b.modelColumns(model.Nodes)
	g.Nodes = &nodes
	return tabular(g)
}

// modelColumns gives the columns of all of a graph model's tables of one kind.
func (b *binder) modelColumns(texts []string) symbol.Columns {
	var legs []Leg
	saved := *b
	b.quiet++
	for _, text := range texts {
		tree := syntax.Parse(text)
		b.tree, b.scope, b.vars, b.rows, b.place = tree, newScope(16), nil, nil, placeNormal
		for _, s := range tree.Statements {
			if q, ok := s.(*syntax.QueryStatement); ok {
				legs = append(legs, Leg{Table: b.table(q.X).table})
			}
		}
	}
	b.restore(saved)
	if len(legs) == 0 {
		return symbol.Columns{Open: true}
	}
	return mergeLegs(legs, nil, false).Columns
}

func openGraph() *Table {
	t := openTable()
	t.Graph, t.Nodes = true, &symbol.Columns{Open: true}
	return t
}

// entityArgs binds the arguments of an entity function and gives the name that the first one is, if it is a constant.
func (b *binder) entityArgs(x *syntax.Call) (name string, ok bool) {
	b.scope.Refs[x.Fun] = Symbol{Kind: SymBuiltin, Name: x.Fun.Text, Type: symbol.Table}
	saved := b.rows
	b.rows = nil
	for i, a := range x.Args {
		v := b.value(a)
		if i == 0 && v.typ.Scalar() && v.typ != symbol.String && v.typ != symbol.Dynamic && !v.bad {
			b.reportAs(diag.WrongType, "KS107", a.Span(), "string", v.typ.String())
		}
	}
	b.rows = saved
	b.scope.Calls[x] = &Invocation{Symbol: b.scope.Refs[x.Fun], Type: symbol.Table, Signature: -1}
	return b.stringConst(x, 0)
}

func (b *binder) clusterCall(x *syntax.Call) value {
	name, ok := b.entityArgs(x)
	v := value{kind: SymCluster}
	if !ok {
		if len(x.Args) == 0 {
			b.reportAs(diag.ArgumentCount, "", x.Fun.Span(), "cluster", "1 argument", 0)
		}
		return v
	}
	if v.at.cluster = b.schema.FindCluster(name); v.at.cluster == nil {
		b.need(name, "", x.Span())
		if b.at.database != nil {
			b.report(diag.UnknownCluster, x.Args[0].Span(), name)
		}
		v.at.cluster = &symbol.Cluster{Name: name}
	}
	return v
}

func (b *binder) databaseCall(x *syntax.Call, at place) value {
	name, ok := b.entityArgs(x)
	v := value{kind: SymDatabase, at: place{cluster: at.cluster}}
	switch {
	case len(x.Args) == 0:
		v.at.database = at.database
		return v
	case !ok:
		v.at.database = &symbol.Database{State: symbol.Open}
		return v
	case strings.Contains(name, "*"):
		v.at.database = &symbol.Database{State: symbol.Open}
		v.places = databasesMatching(name, at.cluster)
		return v
	}
	if alias := b.vars.find(name); alias != nil && alias.entity != nil && alias.entity.kind == SymDatabase && at.cluster == b.at.cluster {
		return *alias.entity
	}
	switch {
	case at.database.Is(name) && at.cluster == b.at.cluster:
		v.at.database = at.database
		return v
	}
	if v.at.database = at.cluster.Find(name); v.at.database == nil {
		v.at.database = &symbol.Database{Name: name}
		if at.cluster != nil && at.cluster.State == symbol.Known {
			v.at.database.State = symbol.Open // nothing more is said about what it holds
			b.report(diag.UnknownDatabase, x.Args[0].Span(), name, b.suggestDatabase(name, at.cluster))
		} else {
			b.needPlace(v.at, x)
		}
	} else if s := v.at.database.State; s == symbol.NotLoaded || s == symbol.Loading {
		b.needPlace(v.at, x)
	}
	return v
}

// databasesMatching gives the databases of a known cluster that a pattern means; nil when there are none or not all are known.
func databasesMatching(pattern string, c *symbol.Cluster) []place {
	if c == nil || c.State != symbol.Known {
		return nil
	}
	var list []place
	for _, d := range c.Databases {
		if !matchPattern(strings.ToLower(pattern), strings.ToLower(d.Name)) {
			continue
		}
		if d.State != symbol.Known {
			return nil
		}
		list = append(list, place{cluster: c, database: d})
	}
	return list
}

func (b *binder) needPlace(at place, x syntax.Expr) {
	cluster := ""
	if at.cluster != nil && at.cluster != b.schema.Cluster {
		cluster = at.cluster.Name
	}
	b.need(cluster, at.database.Name, x.Span())
}

func (b *binder) suggestDatabase(name string, c *symbol.Cluster) string {
	return didYouMean(suggestion(name, func(yield func(string) bool) {
		for _, d := range c.Databases {
			if !yield(d.Name) {
				return
			}
		}
	}))
}

func (b *binder) tableCall(x *syntax.Call, at place) value {
	name, ok := b.entityArgs(x)
	if !ok {
		return tabular(openTable())
	}
	if at == b.at {
		if v := b.vars.find(name); v != nil && v.Table != nil {
			v.used = true
			b.scope.Refs[x.Fun] = Symbol{Kind: SymLet, Name: name, Let: v, Type: symbol.Table}
			return tabular(copyTable(v.Table))
		}
	}
	if t := at.database.Table(name); t != nil {
		return b.tableRef(x.Fun, t, at)
	}
	if f := at.database.Function(name); f != nil && takesNothing(f) && !b.calling(f) {
		b.scope.Refs[x.Fun] = b.storedSymbol(f, at)
		return b.callUser(x, userFunction{stored: f, name: name, at: at}, nil, x.Span())
	}
	b.missingEntity(x, at, func() {
		if b.fuzzy {
			b.missing++
			b.report(diag.FuzzyMissing, x.Args[0].Span(), name)
		} else {
			b.report(diag.UnknownTable, x.Args[0].Span(), name, suggestIn(name, at.database))
		}
	})
	return value{typ: symbol.Table, table: openTable(), bad: true}
}

func suggestIn(name string, d *symbol.Database) string {
	return didYouMean(suggestion(name, func(yield func(string) bool) {
		for _, t := range d.Tables {
			if !yield(t.Name) {
				return
			}
		}
	}))
}

// missingEntity reports a missing name under a known database, else asks for the database.
func (b *binder) missingEntity(x syntax.Expr, at place, report func()) {
	if at.database != nil && at.database.State == symbol.Known {
		report()
		return
	}
	b.needDatabase(at, x)
}

func (b *binder) storedTableCall(x *syntax.Call, at place, kind symbol.TableKind, what, official string) value {
	name, ok := b.entityArgs(x)
	if !ok {
		return tabular(openTable())
	}
	if t := at.database.TableOf(kind, name); t != nil {
		return b.tableRef(x.Fun, t, at)
	}
	b.missingEntity(x, at, func() { b.reportAs(diag.UnknownEntity, official, x.Args[0].Span(), what, name, "") })
	return value{typ: symbol.Table, table: openTable(), bad: true}
}

// member binds what stands behind the dot after a cluster, a database, a side of a join, a scan step or a graph's part.
func (b *binder) member(x *syntax.Path, left value) value {
	switch left.kind {
	case SymCluster:
		return b.clusterMember(x, left)
	case SymDatabase:
		return b.databaseMember(x, left)
	case SymSide, SymStep, SymGraphPart:
		ref, ok := x.Selector.(*syntax.NameRef)
		if !ok {
			b.bindSelector(x.Selector)
			return value{}
		}
		return b.sideColumn(left, ref.Name.Text, ref, ref.Name)
	}
	b.bindOpenMember(x.Selector)
	if ref, ok := x.Selector.(*syntax.NameRef); ok && left.match != nil {
		return left.match.with(ref.Name.Text)
	}
	return tabular(openTable())
}

// bindOpenMember binds the arguments of a member of which nothing is known.
func (b *binder) bindOpenMember(x syntax.Expr) {
	if call, ok := x.(*syntax.Call); ok {
		for _, a := range call.Args {
			b.value(a)
		}
	}
}

func (b *binder) clusterMember(x *syntax.Path, left value) value {
	call, ok := x.Selector.(*syntax.Call)
	if ok && call.Fun.Text == "database" {
		v := b.databaseCall(call, place{cluster: left.at.cluster})
		b.scope.Types[call] = v.typ
		return v
	}
	b.bindOpenMember(x.Selector)
	b.reportAs(diag.WrongType, "KS114", x.Selector.Span(), "database('…') behind a cluster", "something else")
	return badValue
}

// isExpandedScope tells whether x is the name that macro-expand has for the member it runs in: such a name knows where it is.
func (b *binder) isExpandedScope(x syntax.Expr) bool {
	ref, ok := x.(*syntax.NameRef)
	if !ok {
		return false
	}
	v := b.scope.Refs[ref.Name].Let
	return v != nil && v.entity != nil
}

func (b *binder) databaseMember(x *syntax.Path, left value) value {
	at := left.at
	if len(left.places) > 0 {
		return b.membersOf(x.Selector, left.places)
	}
	switch sel := x.Selector.(type) {
	case *syntax.Call:
		v := b.databaseCallMember(sel, at)
		b.scope.Types[sel] = v.typ
		if v.table != nil {
			b.scope.Tables[sel] = v.table
		}
		return v
	case *syntax.NameRef:
		if sel.Name.Missing {
			return badValue
		}
		if b.isExpandedScope(x.X) && (sel.Name.Text == "$current_database" || sel.Name.Text == "$current_cluster_endpoint") {
			b.scope.Types[sel] = symbol.String
			return scalar(symbol.String)
		}
		v, ok := b.databaseName(sel, sel.Name, at)
		if !ok {
			v = b.missingMember(sel, at, sel.Name.Text)
		}
		b.scope.Types[sel] = v.typ
		if v.table != nil {
			b.scope.Tables[sel] = v.table
		}
		return v
	case *syntax.Wildcard:
		return b.wildcardTables(sel, at)
	}
	return badValue
}

// membersOf gives the union of the tables that a name or pattern means in several databases.
func (b *binder) membersOf(x syntax.Expr, places []place) value {
	var legs []Leg
	for _, at := range places {
		switch x := x.(type) {
		case *syntax.Wildcard:
			entries := b.tablesMatching(x.Text, at)
			b.scope.TableSets[x] = append(b.scope.TableSets[x], entries...)
			for _, e := range entries {
				legs = append(legs, Leg{Name: e.Symbol.Name, Symbol: e.Symbol, Table: e.Table})
			}
		case *syntax.NameRef:
			if t := at.database.Table(x.Name.Text); t != nil {
				v := b.tableRef(x.Name, t, at)
				legs = append(legs, Leg{Name: t.Name, Symbol: b.scope.Refs[x.Name], Table: v.table})
			}
		}
	}
	if len(legs) == 0 {
		b.bindOpenMember(x)
		return tabular(openTable())
	}
	return value{typ: symbol.Table, table: mergeLegs(legs, nil, false), legs: legs}
}

func (b *binder) databaseCallMember(call *syntax.Call, at place) value {
	switch call.Fun.Text {
	case "table", "external_table", "materialized_view", "entity_group", "stored_query_result", "graph":
		v, _ := b.entityCall(call, at)
		return v
	}
	if f := at.database.Function(call.Fun.Text); f != nil {
		b.scope.Refs[call.Fun] = b.storedSymbol(f, at)
		return b.callUser(call, userFunction{stored: f, name: f.Name, at: at}, call.Args, call.Fun.Span())
	}
	b.bindOpenMember(call)
	b.missingEntity(call, at, func() {
		b.report(diag.UnknownFunction, call.Fun.Span(), call.Fun.Text, "")
	})
	return value{typ: symbol.Table, table: openTable(), bad: true}
}

func (b *binder) missingMember(x syntax.Expr, at place, name string) value {
	b.missingEntity(x, at, func() {
		if b.fuzzy {
			b.missing++
			b.report(diag.FuzzyMissing, x.Span(), name)
			return
		}
		b.report(diag.UnknownTable, x.Span(), name, suggestIn(name, at.database))
	})
	return value{typ: symbol.Table, table: openTable(), bad: true}
}

// sideColumn is $left.a, $right.a, step.a or node.a.
func (b *binder) sideColumn(left value, name string, x syntax.Expr, ref *syntax.Name) value {
	c := left.table.find(name)
	if c == nil {
		if name != "" && left.table.Open && !left.table.Graph && left.kind == SymSide {
			c = left.table.learn(name) // a key that an open side must have
			if ref != nil {
				b.scope.Refs[ref] = Symbol{Kind: SymColumn, Name: name, Column: c}
			}
		}
		if left.table.Open || name == "" {
			b.scope.Types[x] = symbol.Unknown
			return value{column: c}
		}
		b.report(diag.UnknownColumn, x.Span(), name, didYouMean(suggestion(name, func(yield func(string) bool) {
			for _, c := range left.table.List {
				if !yield(c.Name) {
					return
				}
			}
		})))
		return badValue
	}
	if ref != nil {
		b.scope.Refs[ref] = Symbol{Kind: SymColumn, Name: c.Name, Type: c.Type, Column: c}
	}
	b.scope.Types[x] = c.Type
	return value{typ: c.Type, column: c, shape: c.Shape}
}
