package binder

// This file binds union: the columns of all sources by name, split by type where they clash.

import (
	"strconv"

	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

func (b *binder) union(op *syntax.UnionOp, in *Table) value {
	var legs []Leg
	if in != nil {
		legs = append(legs, Leg{Table: in})
	}
	saved := b.fuzzy
	if p := param(op, "isfuzzy", "__isFuzzy", "best_effort"); p != nil && paramWord(p) == "true" {
		b.fuzzy = true
	}
	for _, x := range op.Tables {
		missing := b.missing
		got := b.unionLegs(x)
		if b.missing == missing {
			legs = append(legs, got...) // isfuzzy leaves out what isn't there
		}
	}
	b.fuzzy = saved
	if len(legs) == 0 && len(op.Tables) > 0 {
		legs = append(legs, Leg{Table: openTable()})
	}
	inner := false
	if p := op.Param("kind"); p != nil && paramWord(p) == "inner" {
		inner = true
	}
	var source *symbol.Column
	if name, text := paramName(op, "withsource", "with_source"); text != "" {
		source = &symbol.Column{Name: text, Type: symbol.String}
		if name != nil {
			b.nameColumn(name, source)
		}
	}
	return tabular(mergeLegs(legs, source, inner))
}

// unionLegs gives the sources that one item of a union's list means.
func (b *binder) unionLegs(x syntax.Expr) []Leg {
	var v value
	if w, ok := x.(*syntax.Wildcard); ok {
		v = b.wildcardTables(w, b.at)
		b.scope.Types[x], b.scope.Tables[x] = v.typ, v.table
	} else {
		v = b.table(x)
	}
	if v.legs != nil {
		return v.legs
	}
	return []Leg{{X: x, Name: b.legName(x), Table: v.table}}
}

// legName gives the name that withsource shows for a source: a table's name, or what as calls it.
func (b *binder) legName(x syntax.Expr) string {
	switch x := x.(type) {
	case *syntax.Paren:
		return b.legName(x.X)
	case *syntax.NameRef:
		if s := b.scope.Refs[x.Name]; s.Kind == SymTable {
			return s.Name
		}
	case *syntax.Path:
		return b.legName(x.Selector)
	case *syntax.Call:
		if s := b.scope.Refs[x.Fun]; s.Kind == SymTable {
			return s.Name
		}
	case *syntax.Pipe:
		for i := len(x.Ops) - 1; i >= 0; i-- {
			if as, ok := x.Ops[i].(*syntax.AsOp); ok && as.Name != nil {
				return as.Name.Text
			}
		}
		if x.Source != nil && onlyFilters(x.Ops) {
			return b.legName(x.Source)
		}
	}
	return ""
}

func onlyFilters(ops []syntax.Operator) bool { return len(ops) == 0 }

// mergeLegs gives the columns of a union: source first, then each name at its first appearance; a name of several types becomes
// a column for each, named name_type. With inner only names of all sources stay.
func mergeLegs(legs []Leg, source *symbol.Column, inner bool) *Table {
	out := &Table{}
	list := newColumnList(16)
	if source != nil {
		list.add(source, false)
	}
	groups := groupColumns(legs)
	reserved := map[string]bool{}
	for _, g := range groups.order {
		if len(g.types) == 1 {
			reserved[g.name] = true
		}
	}
	for i := range legs {
		out.Open = out.Open || legs[i].Table.Open
	}
	for _, g := range groups.order {
		if inner && g.legs < len(legs) {
			continue
		}
		g.addTo(list, reserved, len(legs) == 1)
	}
	out.List = list.list
	for i := range legs {
		legs[i].Columns = groups.mapping(legs[i].Table, out.List, source)
	}
	out.Legs = legs
	return out
}

// columnGroup is the columns of one name.
type columnGroup struct {
	name  string
	legs  int // sources that have it
	types []symbol.Type
	first *symbol.Column
	made  map[symbol.Type]*symbol.Column
}

type columnGroups struct {
	order  []*columnGroup
	byName map[string]*columnGroup
}

func groupColumns(legs []Leg) *columnGroups {
	g := &columnGroups{byName: map[string]*columnGroup{}}
	for _, leg := range legs {
		for _, c := range leg.Table.List {
			group := g.byName[c.Name]
			if group == nil {
				group = &columnGroup{name: c.Name, first: c, made: map[symbol.Type]*symbol.Column{}}
				g.byName[c.Name] = group
				g.order = append(g.order, group)
			}
			group.legs++
			group.addType(c.Type)
		}
	}
	return g
}

func (g *columnGroup) addType(t symbol.Type) {
	for _, have := range g.types {
		if have == t || t == symbol.Unknown {
			return
		}
		if have == symbol.Unknown {
			g.types[0] = t
			return
		}
	}
	g.types = append(g.types, t)
}

// addTo puts the group's columns into the list: always new ones, since rows of several sources run through them.
func (g *columnGroup) addTo(list *columnList, reserved map[string]bool, single bool) {
	if len(g.types) == 1 {
		c := g.first
		if !single {
			c = &symbol.Column{Name: g.name, Type: g.types[0], Doc: g.first.Doc}
		}
		g.made[g.types[0]] = list.add(c, false)
		return
	}
	for _, t := range g.types {
		name := g.name + "_" + t.String()
		for n := 1; reserved[name] || list.has(name); n++ {
			name = g.name + "_" + t.String() + strconv.Itoa(n)
		}
		g.made[t] = list.add(&symbol.Column{Name: name, Type: t}, false)
	}
}

// mapping gives for each output column but the source's the column of a leg, or nil.
func (g *columnGroups) mapping(t *Table, out []*symbol.Column, source *symbol.Column) []*symbol.Column {
	from := make(map[*symbol.Column]*symbol.Column, len(t.List))
	for _, c := range t.List {
		group := g.byName[c.Name]
		made := group.made[c.Type]
		if made == nil && len(group.types) > 0 {
			made = group.made[group.types[0]]
		}
		if made != nil {
			from[made] = c
		}
	}
	var list []*symbol.Column
	for _, c := range out {
		if c != source {
			list = append(list, from[c])
		}
	}
	return list
}

// searchLegs gives the sources of search and find: those behind in, the piped input, or every table and view.
func (b *binder) searchLegs(op syntax.Operator, list []syntax.Expr, in *Table) []Leg {
	if len(list) > 0 {
		var legs []Leg
		for _, x := range list {
			legs = append(legs, b.unionLegs(x)...)
		}
		return legs
	}
	if in != nil {
		return []Leg{{Table: in}}
	}
	var legs []Leg
	for _, e := range b.tablesMatching("*", b.at) {
		legs = append(legs, Leg{Name: e.Symbol.Name, Symbol: e.Symbol, Table: e.Table})
	}
	if len(legs) == 0 || !b.knownDatabase() {
		legs = append(legs, Leg{Table: openTable()})
	}
	return legs
}

func (b *binder) searchOp(op *syntax.SearchOp, in *Table) value {
	if in != nil && len(op.In) > 0 {
		b.reportAs(diag.OperatorPlace, "KS175", operatorSpan(op), keyword(op), "with in (…) must be the first operator of a query")
	}
	legs := b.searchLegs(op, op.In, in)
	merged := mergeLegs(legs, nil, false)
	b.searchCondition(op.Cond, legs, merged)
	list := newColumnList(len(merged.List) + 1)
	source := &symbol.Column{Name: "$table", Type: symbol.String}
	list.add(source, false)
	for _, c := range merged.List {
		list.add(c, false)
	}
	return tabular(&Table{Columns: symbol.Columns{List: list.list, Open: merged.Open}, Legs: legs})
}

// searchCondition binds a condition over all sources: a name is a column if any source has it.
func (b *binder) searchCondition(cond syntax.Expr, legs []Leg, merged *Table) {
	if cond == nil {
		return
	}
	scope := &Table{Columns: symbol.Columns{Open: merged.Open}, Serialized: true}
	for _, g := range groupColumns(legs).order {
		c := &symbol.Column{Name: g.name, Type: g.types[0]}
		if len(g.types) > 1 {
			c.Type = symbol.Dynamic
		}
		if len(legs) == 1 {
			c = g.first
		}
		scope.List = append(scope.List, c)
	}
	savedRows, savedSearch := b.rows, b.search
	b.rows, b.search = &rows{left: scope}, true
	v := b.condition(cond)
	b.rows, b.search = savedRows, savedSearch
	b.wantBool(cond, v)
}

func (b *binder) find(op *syntax.FindOp, in *Table) value {
	if in != nil {
		b.reportAs(diag.OperatorPlace, "KS175", operatorSpan(op), keyword(op), "must be the first operator of a query")
		in = nil
	}
	legs := b.searchLegs(op, op.In, in)
	merged := mergeLegs(append([]Leg{}, legs...), nil, false)
	b.searchCondition(op.Cond, legs, merged)
	source := &symbol.Column{Name: "source_", Type: symbol.String}
	if name, text := paramName(op, "withsource", "with_source"); text != "" {
		source.Name = text
		if name != nil {
			b.nameColumn(name, source)
		}
	}
	list := newColumnList(len(op.Project) + 1)
	list.add(source, false)
	if !op.HasProject || op.ProjectSmart || len(op.ProjectAway) > 0 {
		return b.findSmart(op, legs, list, merged)
	}
	for _, p := range op.Project {
		b.findColumn(list, p, merged)
	}
	return tabular(&Table{Columns: symbol.Columns{List: list.list}, Legs: legs})
}

func (b *binder) findColumn(list *columnList, p *syntax.FindColumn, merged *Table) {
	switch {
	case p.Pack:
		list.add(&symbol.Column{Name: "pack_", Type: symbol.Dynamic}, false)
	case p.Name != nil && !p.Name.Missing:
		c := &symbol.Column{Name: p.Name.Text, Type: b.typeRef(p.Type)}
		if have := merged.find(p.Name.Text); have != nil {
			if p.Type == nil {
				c.Type = have.Type
			}
		} else if !merged.Open && p.Type == nil && !hasPrefixColumn(merged, p.Name.Text) {
			b.report(diag.UnknownColumn, p.Name.Span(), p.Name.Text, "")
			return
		}
		b.nameColumn(p.Name, list.add(c, false))
	}
}

// hasPrefixColumn tells whether a column of this name was split by type.
func hasPrefixColumn(t *Table, name string) bool {
	for _, c := range t.List {
		if len(c.Name) > len(name) && c.Name[:len(name)] == name && c.Name[len(name)] == '_' {
			return true
		}
	}
	return false
}

// findSmart is find without project: the columns that all sources have, those that the condition names, the rest packed.
func (b *binder) findSmart(op *syntax.FindOp, legs []Leg, list *columnList, merged *Table) value {
	common := mergeLegs(append([]Leg{}, legs...), nil, true)
	for _, c := range common.List {
		list.add(c, false)
	}
	open := merged.Open || len(legs) > 1 || len(op.ProjectAway) > 0
	if len(legs) > 1 {
		list.add(&symbol.Column{Name: "pack_", Type: symbol.Dynamic}, false)
	}
	return tabular(&Table{Columns: symbol.Columns{List: list.list, Open: open}, Legs: legs})
}
