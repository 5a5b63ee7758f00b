package binder

// This file binds search and find: conditions over many tables at once.

import (
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

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
	return tabular(&Table{Columns: symbol.Columns{List: list.list, Open: merged.Open}, Legs: legs, vague: merged.vague})
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

// findSmart is find without project: the columns that all sources have in which the condition may hold, then those that the
// condition names, the rest packed.
func (b *binder) findSmart(op *syntax.FindOp, legs []Leg, list *columnList, merged *Table) value {
	named, everywhere := b.conditionColumns(op.Cond)
	legs = legsWith(legs, named, everywhere)
	common := mergeLegs(append([]Leg{}, legs...), nil, true)
	for _, c := range common.List {
		list.add(c, false)
	}
	within := mergeLegs(append([]Leg{}, legs...), nil, false)
	for _, c := range within.List {
		if named[c.Name] && !list.has(c.Name) {
			list.add(c, false)
		}
	}
	open := within.Open
	for _, c := range within.List {
		if !list.has(c.Name) {
			list.add(&symbol.Column{Name: "pack_", Type: symbol.Dynamic}, false)
			break
		}
	}
	away := map[string]bool{}
	for _, x := range op.ProjectAway {
		switch x := x.(type) {
		case *syntax.Wildcard:
			for _, c := range list.list[1:] {
				away[c.Name] = away[c.Name] || matchPattern(x.Text, c.Name)
			}
		case *syntax.NameRef:
			away[x.Name.Text] = true
		}
	}
	return tabular(&Table{Columns: symbol.Columns{List: remove(list.list, away, false), Open: open}, Legs: legs})
}

// conditionColumns gives the names of columns that a condition looks at; everywhere tells that it looks into all columns, as
// * has "x" and a bare text do.
func (b *binder) conditionColumns(cond syntax.Expr) (names map[string]bool, everywhere bool) {
	names = map[string]bool{}
	syntax.Walk(cond, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Wildcard:
			everywhere = true
		case *syntax.NameRef:
			if b.scope.Refs[n.Name].Kind == SymColumn {
				names[n.Name.Text] = true
			}
		}
		return true
	})
	return names, everywhere || len(names) == 0
}

// legsWith gives the sources that have one of the columns named.
func legsWith(legs []Leg, names map[string]bool, all bool) []Leg {
	if all || len(legs) == 1 {
		return legs
	}
	var list []Leg
	for _, leg := range legs {
		for name := range names {
			if leg.Table.Open || leg.Table.find(name) != nil {
				list = append(list, leg)
				break
			}
		}
	}
	return list
}
