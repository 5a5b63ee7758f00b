package lint

// Rules for what a query reads and moves, save time filters (timefilter.go).

import (
	"slices"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

func searchEverywhere(p *pass, n syntax.Node) {
	op := n.(syntax.Operator)
	parent, at := p.placeOf(op)
	if parent == nil || at > 0 || parent.Source != nil {
		return
	}
	switch x := n.(type) {
	case *syntax.SearchOp:
		if len(x.In) > 0 || p.names(x.Cond) {
			return
		}
	case *syntax.FindOp:
		if len(x.In) > 0 {
			return
		}
	}
	p.say(op.Head().Keyword.Span(), keyword(op))
}

// names tells whether a search condition demands a table by $table.
func (p *pass) names(cond syntax.Expr) bool {
	found := false
	syntax.Walk(cond, func(n syntax.Node) bool {
		if ref, ok := n.(*syntax.NameRef); ok && ref.Name.Text == "$table" {
			found = true
		}
		return !found
	})
	return found
}

func unionByPattern(p *pass, n syntax.Node) {
	for _, x := range n.(*syntax.UnionOp).Tables {
		if w, ok := bare(x).(*syntax.Wildcard); ok && !p.ownViews(w) {
			p.say(w.Span(), w.Text)
		}
	}
}

// ownViews tells whether a pattern stands for views of the query only.
func (p *pass) ownViews(w *syntax.Wildcard) bool {
	list := p.bound.TableSets[w]
	return len(list) > 0 && !slices.ContainsFunc(list, func(e binder.TableEntry) bool { return e.Symbol.Let == nil })
}

// joinUnfiltered looks for a table alone, or with operators that neither filter nor reduce.
func joinUnfiltered(p *pass, n syntax.Node) {
	op := n.(*syntax.JoinOp)
	source, ops := pipe(op.Right)
	t := p.table(source)
	if t == nil {
		return
	}
	for _, o := range ops {
		switch o.(type) {
		case *syntax.ProjectOp, *syntax.ExtendOp, *syntax.ProjectAwayOp, *syntax.ProjectRenameOp, *syntax.ProjectReorderOp, *syntax.ProjectKeepOp:
		default:
			return
		}
	}
	if rows, known := p.options.Rows[t.Name]; known && rows < 100_000 {
		return
	}
	p.say(source.Span(), t.Name)
}

// joinLarger compares whole tables: a side that is filtered or summarized may be of any size.
func joinLarger(p *pass, n syntax.Node) {
	op := n.(*syntax.JoinOp)
	parent, at := p.placeOf(op)
	if parent == nil || parent.Source == nil {
		return
	}
	for _, before := range parent.Ops[:at] {
		switch before.(type) {
		case *syntax.ProjectOp, *syntax.ExtendOp, *syntax.ProjectAwayOp, *syntax.ProjectRenameOp, *syntax.ProjectKeepOp:
		default:
			return
		}
	}
	if kind := op.Param("kind"); kind != nil {
		if ref, ok := kind.Value.(*syntax.NameRef); !ok || ref.Name.Text != "inner" {
			return
		}
	}
	right, _ := pipe(op.Right)
	l, r := p.table(parent.Source), p.table(right)
	if l == nil || r == nil {
		return
	}
	left, knownLeft := p.options.Rows[l.Name]
	other, knownRight := p.options.Rows[r.Name]
	if knownLeft && knownRight && left > 2*other {
		p.say(op.Keyword.Span(), l.Name, left, r.Name, other)
	}
}

// regexFirst wants a table that is read through a regular expression and no other condition at all before rows are reduced: the
// engine puts cheap conditions first by itself.
func regexFirst(p *pass) {
	for _, ref := range p.tables {
		parent, ok := p.parents[ref].(*syntax.Pipe)
		if !ok || bare(parent.Source) != syntax.Expr(ref) {
			continue
		}
		if at, what := p.regexBeforeFilter(parent.Ops); at != nil {
			p.say(at.Span(), what, ref.Name.Text)
		}
	}
}

func (p *pass) regexBeforeFilter(ops []syntax.Operator) (at syntax.Node, what string) {
	for _, op := range ops {
		switch op := op.(type) {
		case *syntax.WhereOp:
			for _, cond := range parts(op.Cond, "and") {
				n, w := p.regexIn(cond)
				if n == nil {
					return nil, ""
				}
				if at == nil {
					at, what = n, w
				}
			}
		case *syntax.ExtendOp:
			if n, w := p.regexIn(op); n != nil && at == nil {
				at, what = n, w
			}
		case *syntax.ParseOp:
			if kind := op.Param("kind"); kind != nil && p.text(kind.Value) == "regex" && at == nil {
				at, what = op.Keyword, "parse kind=regex"
			}
		case *syntax.ProjectOp, *syntax.ProjectAwayOp, *syntax.ProjectRenameOp, *syntax.ProjectKeepOp, *syntax.ProjectReorderOp:
		case *syntax.TakeOp, *syntax.SampleOp:
			return nil, ""
		default:
			return at, what
		}
	}
	return at, what
}

// regexIn finds the first use of a regular expression.
func (p *pass) regexIn(n syntax.Node) (at syntax.Node, what string) {
	syntax.Walk(n, func(n syntax.Node) bool {
		if at != nil {
			return false
		}
		switch x := n.(type) {
		case *syntax.Binary:
			if x.Op == "matches regex" || strings.HasPrefix(x.Op, "matches") {
				at, what = x, "matches regex"
			}
		case *syntax.Call:
			if p.call(x, "extract", "extract_all", "extractall", "replace_regex", "replace") != nil {
				at, what = x, x.Fun.Text
			}
		}
		return at == nil
	})
	return at, what
}

// nothingReduced looks at the last query only, over a table: what a let makes is used by others. A filter is enough: whoever looks
// for single events wants all that is known of them.
func nothingReduced(p *pass) {
	source, ops, ok := p.lastQuery()
	if !ok {
		return
	}
	t := p.table(source)
	if t == nil {
		return
	}
	for _, op := range ops {
		switch op.(type) {
		case *syntax.ExtendOp, *syntax.SerializeOp, *syntax.AsOp:
		default: // sort has a rule of its own
			return
		}
	}
	if p.limited() {
		return
	}
	p.say(source.Span(), len(t.Columns.List), t.Name)
}

// limited tells whether a set statement bounds the number of rows.
func (p *pass) limited() bool {
	for _, st := range p.statements {
		if set, ok := st.(*syntax.SetStatement); ok && (set.Option.Text == "query_take_max_records" || set.Option.Text == "truncationmaxrecords") {
			return true
		}
	}
	return false
}

// lastQuery gives the query whose rows go to the reader.
func (p *pass) lastQuery() (source syntax.Expr, ops []syntax.Operator, ok bool) {
	list := p.statements
	if len(list) == 0 {
		return nil, nil, false
	}
	st, ok := list[len(list)-1].(*syntax.QueryStatement)
	if !ok {
		return nil, nil, false
	}
	source, ops = pipe(st.X)
	return source, ops, source != nil
}

func expandWithoutLimit(p *pass, n syntax.Node) {
	if op := n.(*syntax.MvExpandOp); op.Limit == nil {
		p.say(op.Keyword.Span(), keyword(op))
	}
}

// sortWithoutTake looks at the last query over a table that nothing filters.
func sortWithoutTake(p *pass) {
	source, ops, ok := p.lastQuery()
	if !ok || p.table(source) == nil {
		return
	}
	var sort *syntax.SortOp
	for _, op := range ops {
		switch op := op.(type) {
		case *syntax.SortOp:
			sort = op
		case *syntax.ProjectOp, *syntax.ProjectAwayOp, *syntax.ProjectRenameOp, *syntax.ProjectKeepOp, *syntax.ProjectReorderOp:
		case *syntax.ExtendOp:
			if sort != nil {
				return // row_number and its like need the order
			}
		default:
			return
		}
	}
	if sort != nil && !p.windowed(ops) && !p.limited() {
		p.say(sort.Keyword.Span(), p.table(source).Name)
	}
}

func (p *pass) windowed(ops []syntax.Operator) bool {
	found := false
	for _, op := range ops {
		syntax.Walk(op, func(n syntax.Node) bool {
			if p.call(n, "prev", "next", "row_number", "row_cumsum", "row_rank_dense", "row_rank_min", "row_window_session") != nil {
				found = true
			}
			return !found
		})
	}
	return found
}

// otherCluster says each cluster once.
func otherCluster(p *pass, n syntax.Node) {
	c := p.call(n, "cluster")
	if c == nil || len(c.Args) != 1 {
		return
	}
	for at := p.parents[c]; at != nil; at = p.parents[at] {
		switch at.(type) {
		case *syntax.RestrictStatement, *syntax.AliasStatement, *syntax.EntityGroup:
			return // a declaration reads nothing
		}
	}
	name, ok := p.constant(c.Args[0])
	if !ok || symbol.SameCluster(p.bound.Schema.Cluster, name) {
		return
	}
	for _, d := range p.found {
		if d.Code == p.now && strings.Contains(d.Message, `"`+name+`"`) {
			return
		}
	}
	p.say(c.Span(), name)
}

// computedTwice looks for let tables that aren't cheap and are used more than once, then for queries written twice.
func computedTwice(p *pass) {
	for _, v := range p.bound.Vars {
		if v.Table == nil || v.Func != nil || v.Param || v.Op != nil || v.X == nil || v.Decl == nil || len(p.uses[v]) < 2 {
			continue
		}
		source, ops := pipe(v.X)
		if !p.reads(source) || !heavy(ops) {
			continue
		}
		p.say(v.Decl.Span(), v.Name, len(p.uses[v]))
	}
	p.sameTwice()
}

// sameTwice looks for queries that stand in the text more than once, word for word, white space aside. The largest counts: what is
// in it is the same too.
func (p *pass) sameTwice() {
	groups := map[string][]*syntax.Pipe{}
	var order []string
	for _, ref := range p.tables {
		x, ok := p.parents[ref].(*syntax.Pipe)
		if !ok || bare(x.Source) != syntax.Expr(ref) || !heavy(x.Ops) {
			continue
		}
		key := strings.Join(strings.Fields(p.text(x)), " ")
		if len(groups[key]) == 0 {
			order = append(order, key)
		}
		groups[key] = append(groups[key], x)
	}
	for _, key := range order {
		if list := groups[key]; len(list) > 1 {
			p.say(list[0].Span(), short(key), len(list))
		}
	}
}

// reads tells whether a source is a table or a variable that stands for one: values written in the query cost nothing.
func (p *pass) reads(source syntax.Expr) bool {
	ref, ok := source.(*syntax.NameRef)
	if !ok {
		return false
	}
	sym := p.bound.Refs[ref.Name]
	return sym.Table != nil || sym.Let != nil && sym.Let.Table != nil
}

// heavy tells whether operators do more than to filter and pass on.
func heavy(ops []syntax.Operator) bool {
	for _, op := range ops {
		switch op.(type) {
		case *syntax.SummarizeOp, *syntax.JoinOp, *syntax.DistinctOp, *syntax.MvExpandOp, *syntax.MvApplyOp, *syntax.TopOp, *syntax.SortOp,
			*syntax.MakeSeriesOp, *syntax.PartitionOp, *syntax.TopNestedOp, *syntax.ReduceOp, *syntax.ScanOp:
			return true
		}
	}
	return false
}

// lateFilter looks at a filter right after an operator that works on every row.
func lateFilter(p *pass, n syntax.Node) {
	op := n.(*syntax.WhereOp)
	parent, at := p.placeOf(op)
	if parent == nil || at == 0 || p.late[op] || p.windowed([]syntax.Operator{op}) {
		return
	}
	before := parent.Ops[at-1]
	in := p.bound.In[before]
	if in == nil || in.Open {
		return
	}
	switch b := before.(type) {
	case *syntax.MvExpandOp, *syntax.SortOp:
	case *syntax.JoinOp:
		if kind := b.Param("kind"); kind == nil || !leftKinds[p.text(kind.Value)] {
			return
		}
	default:
		return
	}
	columns := p.columns(op.Cond)
	if len(columns) == 0 {
		return
	}
	for _, c := range columns {
		if !passed(p.bound.Out[before], in, c) {
			return
		}
	}
	p.say(op.Keyword.Span(), keyword(before))
}

// leftKinds are the joins whose left rows may be filtered before as well as after.
var leftKinds = map[string]bool{"inner": true, "leftouter": true, "leftsemi": true, "leftanti": true, "anti": true, "leftantisemi": true}

// passed tells whether a column after an operator is one of those before it.
func passed(out, in *binder.Table, c *symbol.Column) bool {
	if out != nil && out.Origin != nil {
		for i, column := range out.List {
			if column == c && i < len(out.Origin) {
				c = out.Origin[i]
				break
			}
		}
	}
	for _, column := range in.List {
		if column == c {
			return true
		}
	}
	return false
}
