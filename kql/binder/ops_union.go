package binder

// This file binds union: the columns of all sources by name, split by type where they clash.

import (
	"strconv"

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
	var left []Leg // what isfuzzy leaves out
	for _, x := range op.Tables {
		missing := b.missing
		got := b.unionLegs(x)
		if b.missing == missing {
			legs = append(legs, got...)
		} else {
			left = append(left, got...) // isfuzzy leaves out what isn't there
		}
	}
	b.fuzzy = saved
	if len(legs) == 0 {
		legs = left // nothing is left: what the sources would have is the best guess
	}
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
	out := mergeLegs(legs, source, inner)
	out.partial = out.partial || len(left) > 0
	return tabular(out)
}

// unionLegs gives the sources that one item of a union's list means.
func (b *binder) unionLegs(x syntax.Expr) []Leg {
	if w, ok := x.(*syntax.Wildcard); ok {
		b.scope.Types[x] = symbol.Table
		if legs := b.wildcardLegs(w, b.at); len(legs) > 0 {
			return legs
		}
		if b.fuzzy && b.at.database != nil && b.at.database.State == symbol.Known {
			return nil // isfuzzy leaves out what isn't there
		}
		return []Leg{{X: x, Table: openTable()}}
	}
	v := b.table(x)
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
		out.partial = out.partial || legs[i].Table.partial
		out.vague = out.vague || legs[i].Table.vague || legs[i].Table.Serialized
	}
	for _, g := range groups.order {
		if inner && g.legs < len(legs) {
			continue
		}
		g.addTo(list, reserved, len(legs) == 1)
	}
	out.List = list.list
	if len(legs)*len(out.List) <= mappingLimit {
		for i := range legs {
			legs[i].Columns = groups.mapping(legs[i].Table, out.List, source)
		}
	}
	out.Legs = legs
	return out
}

// mappingLimit is the number of cells, sources by output columns, up to which legs say where each output column comes from.
// Beyond it, as in union * over hundreds of wide tables, an editor has no use for that and no plan would run.
const mappingLimit = 1 << 20

// columnGroup is the columns of one name.
type columnGroup struct {
	name  string
	legs  int // sources that have it
	types []symbol.Type
	first *symbol.Column
	shape *symbol.Shape    // of its dynamic columns together
	made  []*symbol.Column // for each type
}

// of gives the output column for a type; the first where the type is none of the group's.
func (g *columnGroup) of(t symbol.Type) *symbol.Column {
	for i, have := range g.types {
		if have == t && i < len(g.made) {
			return g.made[i]
		}
	}
	if len(g.made) > 0 {
		return g.made[0]
	}
	return nil
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
				group = &columnGroup{name: c.Name, first: c, shape: c.Shape}
				g.byName[c.Name] = group
				g.order = append(g.order, group)
			}
			group.legs++
			group.shape = symbol.MergeShapes(group.shape, c.Shape)
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
			c = &symbol.Column{Name: g.name, Type: g.types[0], Doc: g.first.Doc, Shape: g.shape}
		}
		g.made = append(g.made, list.add(c, false))
		return
	}
	for _, t := range g.types {
		name := g.name + "_" + t.String()
		for n := 1; reserved[name] || list.has(name); n++ {
			name = g.name + "_" + t.String() + strconv.Itoa(n)
		}
		g.made = append(g.made, list.add(&symbol.Column{Name: name, Type: t}, false))
	}
}

// mapping gives for each output column but the source's the column of a leg, or nil.
func (g *columnGroups) mapping(t *Table, out []*symbol.Column, source *symbol.Column) []*symbol.Column {
	from := make(map[*symbol.Column]*symbol.Column, len(t.List))
	for _, c := range t.List {
		if made := g.byName[c.Name].of(c.Type); made != nil {
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
