package lint

// Rules for queries that run and answer another question than was asked.

import (
	"fmt"
	"slices"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

func joinWithoutKind(p *pass, n syntax.Node) {
	if op := n.(*syntax.JoinOp); op.Param("kind") == nil {
		p.say(op.Keyword.Span())
	}
}

func isNullOfString(p *pass, n syntax.Node) {
	c := p.call(n, "isnull", "isnotnull", "notnull")
	if c == nil || len(c.Args) != 1 || p.typ(c.Args[0]) != symbol.String {
		return
	}
	if c.Fun.Text == "isnull" {
		p.say(c.Span(), c.Fun.Text, "false", "isempty")
		return
	}
	p.say(c.Span(), c.Fun.Text, "true", "isnotempty").Official = "KS502"
}

func toBoolOfNumber(p *pass, n syntax.Node) {
	if c := p.call(n, "tobool", "toboolean"); c != nil && len(c.Args) == 1 && p.typ(c.Args[0]).Numeric() {
		p.say(c.Span())
	}
}

// nullInSum wants columns on both sides: where one side is a constant there is nothing that could be lost with the null.
func nullInSum(p *pass, n syntax.Node) {
	c := p.call(n, "sum")
	if c == nil || len(c.Args) != 1 {
		return
	}
	x, ok := bare(c.Args[0]).(*syntax.Binary)
	if !ok || x.Op != "+" && x.Op != "-" || len(p.columns(x.X)) == 0 || len(p.columns(x.Y)) == 0 {
		return
	}
	p.say(c.Span(), short(fmt.Sprintf("sum(%s) %s sum(%s)", p.text(x.X), x.Op, p.text(x.Y))))
}

func spreadOfTimespan(p *pass, n syntax.Node) {
	c := p.call(n, "stdev", "stdevp", "stdevif", "stdevpif", "variance", "variancep", "varianceif", "variancepif")
	if c == nil || len(c.Args) == 0 || p.typ(c.Args[0]) != symbol.Timespan {
		return
	}
	if outer := p.call(p.parents[c], "totimespan", "totime"); outer == nil {
		p.say(c.Span(), c.Fun.Text)
	}
}

// hiddenLet looks only at filters: in project and its like the column is what people mean.
func hiddenLet(p *pass, n syntax.Node) {
	ref := n.(*syntax.NameRef)
	if p.bound.Refs[ref.Name].Column == nil || ref.Name.Missing {
		return
	}
	for _, v := range p.bound.Vars {
		if v.Name != ref.Name.Text || v.Decl == nil || v.Table != nil || v.Func != nil || !v.In.Contains(ref.From) {
			continue
		}
		if !p.inFilter(ref) || p.feeds(v) || p.pathBase(ref) || p.hidden[v] {
			return
		}
		p.hidden[v] = true
		p.say(ref.Span(), ref.Name.Text)
		return
	}
}

// feeds tells whether a column of the variable's name is made from the variable, as in extend x = x: then both mean one value.
func (p *pass) feeds(v *binder.Variable) bool {
	for _, use := range p.uses[v] {
		for at := p.parents[use]; at != nil; at = p.parents[at] {
			if named, ok := at.(*syntax.Named); ok && len(named.Names) == 1 && named.Names[0].Text == v.Name {
				return true
			}
			if op, ok := at.(syntax.Operator); ok {
				for _, item := range syntax.Children(op) {
					if item == syntax.Node(use) {
						return true
					}
				}
				break
			}
		}
	}
	return false
}

// pathBase tells whether a name is followed by a member: a variable that is no dynamic can't be meant.
func (p *pass) pathBase(ref *syntax.NameRef) bool {
	path, ok := p.parents[ref].(*syntax.Path)
	return ok && path.X == syntax.Expr(ref)
}

func strlenOfDynamic(p *pass, n syntax.Node) {
	c := p.call(n, "strlen")
	if c == nil || len(c.Args) != 1 || p.typ(c.Args[0]) != symbol.Dynamic {
		return
	}
	if p.collection(c.Args[0]) {
		p.say(c.Span())
	}
}

// arrays are functions and aggregates that make an array or a bag; a member of one usually is a text.
var arrays = []string{
	"split", "extract_all", "extractall", "pack_array", "bag_pack", "pack", "pack_all", "pack_dictionary", "array_concat", "array_slice",
	"bag_merge", "bag_keys", "make_list", "make_set", "makelist", "makeset", "make_bag", "set_union", "set_difference", "set_intersect", "range",
}

// collection tells whether a dynamic value is an array or a bag: a column of a table, or what one of those functions made.
func (p *pass) collection(x syntax.Expr) bool {
	if p.call(x, arrays...) != nil {
		return true
	}
	c := p.column(x)
	if c == nil {
		return false
	}
	for item, list := range p.bound.Made {
		if !slices.Contains(list, c) {
			continue
		}
		if named, ok := item.(*syntax.Named); ok {
			item = named.X
		}
		return p.call(item, arrays...) != nil
	}
	return true
}

// renderColumn checks the chart properties that name columns.
func renderColumn(p *pass, n syntax.Node) {
	op := n.(*syntax.RenderOp)
	in := p.bound.In[op]
	if in == nil || in.Open {
		return
	}
	for _, param := range op.With {
		switch param.Name.Text {
		case "xcolumn", "ycolumns", "anomalycolumns", "series":
		default:
			continue
		}
		items := []syntax.Expr{param.Value}
		if list, ok := param.Value.(*syntax.NameList); ok {
			items = list.Items
		}
		for _, item := range items {
			if ref, ok := item.(*syntax.NameRef); ok && in.Find(ref.Name.Text) == nil {
				p.say(ref.Span(), ref.Name.Text, columnNames(in))
			}
		}
	}
}

func columnNames(t *binder.Table) string {
	var names []string
	for i, c := range t.List {
		if i == 8 {
			return strings.Join(names, ", ") + fmt.Sprintf(" and %d more", len(t.List)-i)
		}
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}

func equalsNull(p *pass, n syntax.Node) {
	x := n.(*syntax.Binary)
	if x.Op != "==" {
		return
	}
	other := x.X
	if !isNull(x.Y) {
		other = x.Y
		if !isNull(x.X) {
			return
		}
	}
	if p.typ(other) == symbol.String {
		p.say(x.Span(), "isempty("+short(p.text(other))+")")
		return
	}
	p.say(x.Span(), "isnull("+short(p.text(other))+")")
}

func isNull(x syntax.Expr) bool {
	switch x := bare(x).(type) {
	case *syntax.Literal:
		return x.Null()
	case *syntax.DynamicLit:
		lit, ok := x.Value.(*syntax.Literal)
		return ok && lit.Null()
	}
	return false
}

// arbitraryRows wants something after take that makes a statement about the rows.
func arbitraryRows(p *pass, n syntax.Node) {
	op := n.(*syntax.TakeOp)
	in := p.bound.In[op]
	parent, at := p.placeOf(op)
	if parent == nil || in == nil || in.Serialized {
		return
	}
	source, _ := pipe(parent)
	if source == nil || p.table(source) == nil {
		return
	}
	for _, before := range parent.Ops[:at] {
		switch before.(type) {
		case *syntax.SortOp, *syntax.TopOp, *syntax.SummarizeOp, *syntax.DistinctOp:
			return // ordered once, or few rows of which any will do
		}
	}
	for _, after := range parent.Ops[at+1:] {
		switch after := after.(type) {
		case *syntax.SummarizeOp, *syntax.SortOp, *syntax.TopOp, *syntax.MakeSeriesOp:
			p.say(op.Span(), keyword(op)+" "+short(p.text(op.Count)))
			return
		case *syntax.ExtendOp, *syntax.ProjectOp, *syntax.WhereOp, *syntax.MvExpandOp, *syntax.ParseOp:
			_ = after
		default:
			return
		}
	}
}
