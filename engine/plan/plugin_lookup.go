// evaluate ipv4_lookup and its like: rows paired with those of a table by a test that is no equality.

package plan

import (
	"slices"

	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// lookupArgs are the arguments of a lookup: the table, the columns behind it, and the options.
type lookupArgs struct {
	table   *relation
	columns []syntax.Expr
	options map[string]*value.Vector
	extras  map[string]bool // names of columns that both sides have and that must be equal
	away    int             // the table's column that isn't shown; -1 for none
}

// lookupOptions are the options of each lookup, in the order they have without names.
var lookupOptions = map[string][]string{
	"ipv4_lookup":        {"return_unmatched"},
	"ipv6_lookup":        {"return_unmatched"},
	"geo_polygon_lookup": {"radius", "return_unmatched", "lookup_area_radius", "return_lookup_key"},
	"geo_line_lookup":    {"radius", "return_unmatched", "lookup_area_radius", "return_lookup_key"},
}

func (p *builder) lookupArgs(e *env, op *syntax.EvaluateOp) (*lookupArgs, error) {
	name := op.Call.Fun.Text
	if len(op.Call.Args) < 3 {
		return nil, e.invalid(op.Call, "%s takes a table and the keys of both sides", name)
	}
	table, err := p.table(&env{scope: e.scope, src: e.src}, op.Call.Args[0])
	if err != nil {
		return nil, err
	}
	l := &lookupArgs{table: table, options: map[string]*value.Vector{}, extras: map[string]bool{}, away: -1}
	place := 0
	for _, a := range op.Call.Args[1:] {
		x, option := a, ""
		if named, ok := a.(*syntax.Named); ok && len(named.Names) == 1 {
			x, option = named.X, named.Names[0].Text
		} else if _, literal := a.(*syntax.Literal); literal && place < len(lookupOptions[name]) {
			option, place = lookupOptions[name][place], place+1
		}
		if option == "" {
			l.columns = append(l.columns, a)
			continue
		}
		if !slices.Contains(lookupOptions[name], option) {
			return nil, e.notBuilt(a, "argument '%s' of plugin '%s'", option, name)
		}
		if l.options[option], err = p.constant(e, x); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// is tells whether an option is true.
func (l *lookupArgs) is(option string) bool {
	c := l.options[option]
	return c != nil && c.Kind == value.Bool && !c.IsNull(0) && c.Bools[0]
}

// key plans the key of a side; the table's is over the joined row.
func (l *lookupArgs) key(p *builder, e *env, in *relation, a syntax.Expr, right bool) (*Col, error) {
	of := in
	if right {
		of = l.table
	}
	x, err := p.scalar(e.over(of), a)
	if err != nil {
		return nil, err
	}
	c, ok := x.(*Col)
	if !ok {
		return nil, e.invalid(a, "a lookup takes columns as keys")
	}
	if right {
		c = &Col{c.Ordinal + len(in.cols), c.Type}
	}
	return c, nil
}

func (p *builder) ipLookup(e *env, in *relation, op *syntax.EvaluateOp) (*relation, error) {
	l, err := p.lookupArgs(e, op)
	if err != nil {
		return nil, err
	}
	if len(l.columns) < 2 || len(l.columns) > 2 && op.Call.Fun.Text == "ipv6_lookup" {
		return nil, e.invalid(op.Call, "%s takes a table and the keys of both sides", op.Call.Fun.Text)
	}
	source, err := l.key(p, e, in, l.columns[0], false)
	if err != nil {
		return nil, err
	}
	network, err := l.key(p, e, in, l.columns[1], true)
	if err != nil {
		return nil, err
	}
	test := map[string]string{"ipv4_lookup": "ipv4_is_match", "ipv6_lookup": "ipv6_is_match"}[op.Call.Fun.Text]
	on, err := p.call(e, op, test, []Expr{source, network})
	if err != nil {
		return nil, err
	}
	for _, a := range l.columns[2:] {
		if on, err = l.extra(p, e, in, op, a, on); err != nil {
			return nil, err
		}
	}
	return p.lookupNode(e, in, op, l, on, op.Call.Fun.Text == "ipv4_lookup")
}

// extra adds a column that both sides have and that must be equal.
func (l *lookupArgs) extra(p *builder, e *env, in *relation, op *syntax.EvaluateOp, a syntax.Expr, on Expr) (Expr, error) {
	ref, ok := a.(*syntax.NameRef)
	if !ok {
		return nil, e.notBuilt(a, "this argument of plugin '%s'", op.Call.Fun.Text)
	}
	x, y := columnNamed(in, ref.Name.Text), columnNamed(l.table, ref.Name.Text)
	if x == nil || y == nil {
		return nil, e.invalid(a, "column '%s' isn't on both sides of the lookup", ref.Name.Text)
	}
	right := y.(*Col)
	l.extras[ref.Name.Text] = true
	same, err := p.call(e, a, "==", []Expr{x, &Col{right.Ordinal + len(in.cols), right.Type}})
	if err != nil {
		return nil, err
	}
	return p.call(e, a, "and", []Expr{on, same})
}

// lookupNode lays out the columns of both sides as the binder does.
func (p *builder) lookupNode(e *env, in *relation, op *syntax.EvaluateOp, l *lookupArgs, on Expr, sourceFirst bool) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || out.Open {
		return nil, e.notBuilt(op, "a lookup in a table whose columns aren't known")
	}
	shape, err := e.shapeOf(op, out.List)
	if err != nil {
		return nil, err
	}
	both, second := sideColumns(in, false), sideColumns(l.table, true)
	if !sourceFirst {
		both, second = second, both
	}
	for _, from := range second {
		if !l.shared(from) && (!from.Right || from.Ordinal != l.away) {
			both = append(both, from)
		}
	}
	if len(both) != len(shape) {
		return nil, e.notBuilt(op, "a lookup whose sides have columns of one name")
	}
	for i, from := range both {
		if c := l.at(in, from); c.Kind != shape[i].Kind {
			return nil, e.notBuilt(op, "a lookup whose sides have columns of one name")
		}
	}
	node := &Lookup{
		Shape: shape, From: From{in.node}, Table: l.table.node, On: on, Unmatched: l.is("return_unmatched"), One: true,
		Name: op.Call.Fun.Text, Out: both,
	}
	return &relation{node, out.List}, nil
}

// shared tells whether a column of the table is one that both sides have and that stands once.
func (l *lookupArgs) shared(from JoinColumn) bool {
	return from.Right && l.extras[l.table.node.Columns()[from.Ordinal].Name]
}

func (l *lookupArgs) at(in *relation, from JoinColumn) value.Column {
	if from.Right {
		return l.table.node.Columns()[from.Ordinal]
	}
	return in.node.Columns()[from.Ordinal]
}

func sideColumns(r *relation, right bool) []JoinColumn {
	var out []JoinColumn
	for i := range r.node.Columns() {
		out = append(out, JoinColumn{right, i})
	}
	return out
}

// geoLookup pairs points with the shapes that hold them, or that lie within a radius.
func (p *builder) geoLookup(e *env, in *relation, op *syntax.EvaluateOp) (*relation, error) {
	name := op.Call.Fun.Text
	l, err := p.lookupArgs(e, op)
	if err != nil {
		return nil, err
	}
	if len(l.columns) != 3 {
		return nil, e.invalid(op.Call, "%s takes a table, its column of shapes, and the columns of longitude and latitude", name)
	}
	if l.options["lookup_area_radius"] != nil {
		return nil, e.notBuilt(op.Call, "argument 'lookup_area_radius' of plugin '%s'", name)
	}
	shape, err := l.key(p, e, in, l.columns[0], true)
	if err != nil {
		return nil, err
	}
	if !l.is("return_lookup_key") {
		l.away = shape.Ordinal - len(in.cols)
	}
	args := []Expr{nil, nil, shape}
	for i, a := range l.columns[1:] {
		if args[i], err = l.key(p, e, in, a, false); err != nil {
			return nil, err
		}
	}
	on, err := p.geoTest(e, op, l.options["radius"], args)
	if err != nil {
		return nil, err
	}
	return p.lookupNode(e, in, op, l, on, true)
}

// geoTest plans the test of one point against one shape.
func (p *builder) geoTest(e *env, op *syntax.EvaluateOp, radius *value.Vector, args []Expr) (Expr, error) {
	if op.Call.Fun.Text == "geo_polygon_lookup" && radius == nil {
		return p.call(e, op.Call.Fun, "geo_point_in_polygon", args)
	}
	if radius == nil || radius.IsNull(0) {
		return nil, e.invalid(op.Call, "%s takes a radius in metres", op.Call.Fun.Text)
	}
	measure := "geo_distance_point_to_line"
	if op.Call.Fun.Text == "geo_polygon_lookup" {
		measure = "geo_distance_point_to_polygon"
	}
	distance, err := p.call(e, op.Call.Fun, measure, args)
	if err != nil {
		return nil, err
	}
	return p.call(e, op.Call.Fun, "<=", []Expr{distance, &Const{radius}})
}
