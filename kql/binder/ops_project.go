package binder

// This file binds print, project and its variants, extend, distinct, sort and the small operators beside them.

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	"calypso/kql/builtin"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

func (b *binder) print(op *syntax.PrintOp) value {
	saved := b.rows
	b.rows = &rows{left: &Table{}}
	list := newColumnList(len(op.Items))
	for i, item := range op.Items {
		b.item(list, item, stylePrint, "print_"+strconv.Itoa(i))
	}
	b.rows = saved
	return tabular(&Table{Columns: symbol.Columns{List: list.list}, Serialized: true})
}

func (b *binder) project(op *syntax.ProjectOp, in *Table) value {
	list := newColumnList(len(op.Items))
	b.items(list, op.Items, styleProject)
	out := in.withList(list.list)
	out.Open = false
	return tabular(out)
}

func (b *binder) extend(items []syntax.Expr, in *Table, serialized bool) value {
	if serialized && !in.Serialized {
		b.rows = &rows{left: in.ordered(true)}
	}
	list, known := listOf(in), len(in.List)
	end := len(list.list) // not known, where columns without a name are left out
	b.items(list, items, styleExtend)
	out := in.withList(slices.Insert(list.list, end, unlisted(list, in.List[known:])...))
	out.Serialized = serialized
	return tabular(out)
}

// unlisted gives the columns whose names aren't in a list: those that an open table was found to have meanwhile.
func unlisted(list *columnList, learned []*symbol.Column) []*symbol.Column {
	var more []*symbol.Column
	for _, c := range learned {
		if !list.has(c.Name) {
			more = append(more, c)
		}
	}
	return more
}

// columnItems gives the columns that a list of names and patterns means.
func (b *binder) columnItems(items []syntax.Expr, in *Table) map[string]bool {
	names := map[string]bool{}
	for _, item := range items {
		switch x := item.(type) {
		case *syntax.Wildcard:
			found := b.matching(x, in)
			b.scope.Columns[x] = found
			b.scope.Types[x] = symbol.Unknown
			for _, c := range found {
				names[c.Name] = true
			}
			if len(found) == 0 && !in.Open {
				b.report(diag.MatchesNothing, x.Span(), x.Text)
			}
		default:
			v := b.value(item)
			switch {
			case v.column != nil:
				names[v.column.Name] = true
			case !v.bad && v.typ != symbol.Unknown:
				b.report(diag.ColumnExpected, item.Span())
			}
		}
	}
	return names
}

func (b *binder) projectAway(in *Table, items []syntax.Expr, keep bool) value {
	names := b.columnItems(items, in)
	out := in.withList(remove(in.List, names, keep))
	return tabular(out)
}

func (b *binder) projectRename(op *syntax.ProjectRenameOp, in *Table) value {
	list := append([]*symbol.Column{}, in.List...)
	taken := map[string]*syntax.Name{}
	for _, item := range op.Items {
		n, ok := item.(*syntax.Named)
		if !ok || len(n.Names) == 0 {
			v := b.value(item)
			if !v.bad {
				b.report(diag.RenameExpected, item.Span())
			}
			continue
		}
		v := b.value(n.X)
		b.scope.Types[item] = v.typ
		if v.column == nil {
			if !v.bad && v.typ != symbol.Unknown {
				b.report(diag.ColumnExpected, n.X.Span())
			}
			continue
		}
		b.rename(list, taken, item, n.Names[0], v.column)
	}
	return tabular(in.withList(list))
}

// rename puts a column of a new name in an old one's place.
func (b *binder) rename(list []*symbol.Column, taken map[string]*syntax.Name, item syntax.Expr, name *syntax.Name, old *symbol.Column) {
	if before := taken[name.Text]; before != nil {
		b.reportTwice(diag.DuplicateColumn, name.Span(), before.Span(), name.Text)
		return
	}
	for i, c := range list {
		if c == old {
			taken[name.Text] = name
			list[i] = old.Renamed(name.Text)
			b.made(item, list[i])
			b.nameColumn(name, list[i])
			return
		}
	}
}

func (b *binder) projectReorder(op *syntax.ProjectReorderOp, in *Table) value {
	list := newColumnList(len(in.List))
	add := func(c *symbol.Column) {
		list.add(c, false)
		list.pass(c)
	}
	for _, item := range op.Items {
		x := item
		order, _ := item.(*syntax.Ordered)
		if order != nil {
			x = order.X
		}
		w, ok := x.(*syntax.Wildcard)
		if !ok {
			b.lenient++ // a name that isn't there has no place to be moved from: nothing is lost
			v := b.value(x)
			b.lenient--
			b.scope.Types[item] = v.typ
			if v.column != nil {
				add(v.column)
			} else if !v.bad && v.typ != symbol.Unknown {
				b.report(diag.ColumnExpected, x.Span())
			}
			continue
		}
		found := append([]*symbol.Column{}, b.matching(w, in)...)
		b.scope.Columns[w] = found
		b.scope.Types[w], b.scope.Types[item] = symbol.Unknown, symbol.Unknown
		orderColumns(found, order)
		for _, c := range found {
			add(c)
		}
	}
	for _, c := range in.List {
		add(c)
	}
	return tabular(in.withList(list.list))
}

// orderColumns sorts the columns of a pattern by name, upper and lower case alike, as asc, desc or granny (numbers in names by
// value) ask.
func orderColumns(list []*symbol.Column, order *syntax.Ordered) {
	if order == nil || !order.Asc && !order.Desc {
		return
	}
	sort.SliceStable(list, func(i, j int) bool {
		a, z := strings.ToUpper(list[i].Name), strings.ToUpper(list[j].Name)
		if order.Desc {
			a, z = z, a
		}
		if order.Granny {
			return grannyLess(a, z)
		}
		return a < z
	})
}

// grannyLess compares names part by part, runs of digits by their value.
func grannyLess(a, z string) bool {
	for a != "" && z != "" {
		da, dz := digits(a), digits(z)
		if da > 0 && dz > 0 {
			na, nz := strings.TrimLeft(a[:da], "0"), strings.TrimLeft(z[:dz], "0")
			if len(na) != len(nz) {
				return len(na) < len(nz)
			}
			if na != nz {
				return na < nz
			}
			a, z = a[da:], z[dz:]
			continue
		}
		if a[0] != z[0] {
			return a[0] < z[0]
		}
		a, z = a[1:], z[1:]
	}
	return len(a) < len(z)
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func (b *binder) projectByNames(op *syntax.ProjectByNamesOp, in *Table) value {
	list := newColumnList(len(op.Items))
	open := in.Open
	for _, item := range op.Items {
		switch x := item.(type) {
		case *syntax.Wildcard:
			found := b.matching(x, in)
			b.scope.Columns[x], b.scope.Types[x] = found, symbol.Unknown
			for _, c := range found {
				list.add(c, true)
			}
		case *syntax.NameRef:
			if c := in.find(x.Name.Text); c != nil {
				b.columnRef(x.Name)
				list.add(c, true)
				continue
			}
			b.value(x)
			open = b.addNamed(list, x, in) || open
		default:
			b.value(item)
			open = b.addNamed(list, item, in) || open
		}
	}
	out := in.withList(list.list)
	out.Open = open
	return tabular(out)
}

// addNamed adds the columns whose names or patterns a constant holds; it tells whether the names aren't known.
func (b *binder) addNamed(list *columnList, x syntax.Expr, in *Table) (unknown bool) {
	names := b.namesIn(x)
	for _, name := range names {
		for _, c := range in.List {
			if matchPattern(name, c.Name) {
				list.add(c, true)
			}
		}
	}
	return names == nil
}

// namesIn gives the names that a constant holds: a text, an array of texts, the columns of a table.
func (b *binder) namesIn(x syntax.Expr) []string {
	if s, ok := b.constant(x).(string); ok {
		return []string{s}
	}
	var names []string
	switch x := x.(type) {
	case *syntax.DynamicLit:
		if array, ok := x.Value.(*syntax.JSONArray); ok {
			for _, item := range array.Items {
				names = append(names, b.namesIn(item)...)
			}
		}
	case *syntax.NameRef:
		if v := b.scope.Refs[x.Name].Let; v != nil {
			names = v.names
		}
	case *syntax.Call:
		if t := b.columnNamesOf(x); t != nil && !t.Open {
			for _, c := range t.List {
				names = append(names, c.Name)
			}
		}
	}
	return names
}

// columnNamesOf gives the table of column_names_of(table), nil for other calls.
func (b *binder) columnNamesOf(x *syntax.Call) *Table {
	if x.Fun.Text != "column_names_of" || len(x.Args) == 0 {
		return nil
	}
	return b.scope.Tables[argument(x.Args[0])]
}

func (b *binder) distinct(op *syntax.DistinctOp, in *Table) value {
	list := newColumnList(len(op.Items))
	open := false
	for _, item := range op.Items {
		b.item(list, item, styleProject, "")
		if isStar(item) {
			open = in.Open
			b.starKeys(item, list)
			continue
		}
		b.keyType(item)
	}
	return tabular(&Table{Columns: symbol.Columns{List: list.list, Open: open}})
}

// keyType says that a key can't be dynamic.
func (b *binder) keyType(item syntax.Expr) {
	if x := argument(item); b.scope.Types[x] == symbol.Dynamic {
		b.report(diag.TypeNotAllowed, x.Span(), "a dynamic key")
	}
}

// starKeys says that a dynamic column can't be among the keys that * stands for.
func (b *binder) starKeys(item syntax.Expr, list *columnList) {
	for _, c := range list.list {
		if c.Type == symbol.Dynamic {
			b.report(diag.TypeNotAllowed, item.Span(), "the dynamic column "+strconv.Quote(c.Name))
			return
		}
	}
}

func (b *binder) countOp(op *syntax.CountOp) value {
	c := &symbol.Column{Name: "Count", Type: symbol.Long}
	if op.As != nil && !op.As.Missing {
		c.Name = op.As.Text
		b.nameColumn(op.As, c)
	}
	return tabular(&Table{Columns: symbol.Columns{List: []*symbol.Column{c}}})
}

func (b *binder) sortOp(op *syntax.SortOp, in *Table) value {
	b.orderItems(op.Items)
	for _, item := range op.Items {
		if o, ok := item.(*syntax.Ordered); ok {
			item = o.X
		}
		b.keyType(item)
	}
	return tabular(in.ordered(true))
}

// orderItems binds what rows are ordered by.
func (b *binder) orderItems(items []syntax.Expr) {
	for _, item := range items {
		x := item
		if o, ok := item.(*syntax.Ordered); ok {
			x = o.X
		}
		v := b.operand(argument(x))
		b.scope.Types[item] = v.typ
	}
}

func (b *binder) top(op *syntax.TopOp, in *Table) value {
	b.wantInteger(op.Count)
	b.orderItems(op.By)
	return tabular(in.ordered(true))
}

func (b *binder) sampleDistinct(op *syntax.SampleDistinctOp) value {
	b.wantInteger(op.Count)
	list := newColumnList(1)
	if op.Of != nil {
		b.item(list, op.Of, styleProject, "")
		b.wantColumn(op.Of, list)
		b.keyType(op.Of)
	}
	return tabular(&Table{Columns: symbol.Columns{List: list.list}})
}

// wantColumn says so when the only item of a list is no plain column.
func (b *binder) wantColumn(item syntax.Expr, list *columnList) {
	if len(list.list) == 1 && b.rows.left.find(list.list[0].Name) != list.list[0] && list.list[0].Type != symbol.Unknown {
		b.report(diag.ColumnExpected, item.Span())
	}
}

func (b *binder) rangeOp(op *syntax.RangeOp) value {
	saved := b.rows
	b.rows = nil
	from, to, step := b.bounds(op.From), b.bounds(op.To), b.bounds(op.Step)
	b.rows = saved
	c := &symbol.Column{Type: rangeType(from, to, step)}
	if _, ok := builtin.Binary("+", c.Type, step); !ok {
		b.report(diag.BadOperands, op.Step.Span(), quoteOp("+"), c.Type.String()+" and "+step.String())
	}
	if op.Name != nil {
		c.Name = op.Name.Text
		b.nameColumn(op.Name, c)
	}
	return tabular(&Table{Columns: symbol.Columns{List: []*symbol.Column{c}}, Serialized: true})
}

func (b *binder) bounds(x syntax.Expr) symbol.Type {
	if x == nil {
		return symbol.Unknown
	}
	v := b.operand(x)
	if v.typ != symbol.Unknown && v.typ != symbol.Dynamic && !v.typ.Summable() && !v.bad {
		b.reportAs(diag.WrongType, "KS138", x.Span(), "a number, datetime or timespan", typeName(v))
		return symbol.Unknown
	}
	return v.typ
}

// rangeType is the type of from + step, int only when all are.
func rangeType(from, to, step symbol.Type) symbol.Type {
	if from == symbol.Int && to == symbol.Int && step == symbol.Int {
		return symbol.Int
	}
	t, ok := commonOf(from, to, false)
	if !ok || t == symbol.Unknown {
		t = from
	}
	if t == symbol.Datetime || t == symbol.Timespan || t == symbol.Unknown {
		return t
	}
	if wider, ok := commonOf(t, step, false); ok && wider.Numeric() {
		t = wider
	}
	return promoteInt(t)
}

func (b *binder) asName(op *syntax.AsOp, in *Table) {
	if op.Name == nil || op.Name.Missing {
		return
	}
	b.addVariable(&Variable{Name: op.Name.Text, Type: symbol.Table, Table: in, Decl: op.Name, Op: op, Scope: b.scope, tree: b.tree})
}

func (b *binder) render(op *syntax.RenderOp) {
	for _, p := range op.With {
		b.paramColumns(p.Value)
	}
	if kinds := builtin.Words("ChartTypes"); op.Kind != nil && op.Kind.Text != "" && !slices.Contains(kinds, op.Kind.Text) {
		b.reportAs(diag.WrongValue, "KS005", op.Kind.Span(), strings.Join(builtin.Words("VisibleChartTypes"), ", "))
	}
	b.properties(op.With, "RenderWithProperties")
}

// paramColumns records columns that a parameter's value names; names that are no columns are words.
func (b *binder) paramColumns(x syntax.Expr) {
	switch x := x.(type) {
	case *syntax.NameRef:
		if _, ok := b.columnRef(x.Name); !ok {
			b.scope.Types[x] = symbol.String
		}
	case *syntax.Literal:
		b.value(x)
	case *syntax.JSONArray:
		for _, i := range x.Items {
			b.paramColumns(i)
		}
	}
}

func operatorSpan(op syntax.Operator) text.Span {
	if k := op.Head().Keyword; k != nil {
		return k.Span()
	}
	return op.Span()
}
