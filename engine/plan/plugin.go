// evaluate: which plugin is planned where, and what plugins share. Some make columns that only their rows tell: they are run
// while the query is planned, and the query is bound again with their columns known (Learn).

package plan

import (
	"fmt"

	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// Learn asks the caller to bind the query again with the columns that Op has turned out to make, and to plan it with its rows in
// Options.Learned.
type Learn struct {
	Op      *syntax.EvaluateOp
	Columns symbol.Columns
	Rows    *value.Batch
}

// Error says what a caller forgot.
func (l *Learn) Error() string { return "internal error: a query with a plugin wasn't bound again" }

// learn makes the request for a plugin's columns and rows.
func learn(op *syntax.EvaluateOp, columns []value.Column, rows *value.Batch) error {
	list := make([]*symbol.Column, len(columns))
	for i, c := range columns {
		t, _ := symbol.ParseType(c.Kind.String())
		list[i] = &symbol.Column{Name: c.Name, Type: t}
	}
	return &Learn{op, symbol.Columns{List: list}, rows}
}

// given hands on rows that the plugin has made: where the binder knew their columns all along, at once.
func (p *builder) given(e *env, op *syntax.EvaluateOp, columns []value.Column, rows *value.Batch) (*relation, error) {
	if op.Schema != nil {
		r, err := p.learned(e, op, rows)
		if err != nil {
			return nil, err
		}
		for i, c := range r.node.Columns() {
			if c != columns[i] {
				return nil, e.notBuilt(op, "a plugin whose schema differs from what it makes")
			}
		}
		return r, nil
	}
	return nil, learn(op, columns, rows)
}

func (p *builder) evaluate(e *env, in *relation, op *syntax.EvaluateOp) (*relation, error) {
	if op.Call == nil || op.Call.Fun == nil {
		return nil, e.invalid(op, "evaluate needs a plugin's name")
	}
	if rows := p.opts.Learned[op]; rows != nil && !e.inFunction && len(p.keys) == 0 {
		return p.learned(e, op, rows)
	}
	name := op.Call.Fun.Text
	switch name {
	case "bag_unpack":
		return p.bagUnpack(e, in, op)
	case "pivot":
		return p.pivot(e, in, op)
	}
	r, err := p.plugin(e, in, op)
	if err != nil {
		return nil, err
	}
	out := e.scope.Out[op]
	if out == nil || op.Schema != nil {
		return nil, e.notBuilt(op, "plugin '%s' with a schema", name)
	}
	if out.Open {
		rows, err := p.runWhole(e, r, op)
		if err != nil {
			return nil, err
		}
		return nil, learn(op, r.node.Columns(), rows)
	}
	return &relation{r.node, out.List}, nil
}

// learned gives the rows that a run before this one found.
func (p *builder) learned(e *env, op *syntax.EvaluateOp, rows *value.Batch) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || out.Open {
		return nil, e.notBuilt(op, "this use of a plugin")
	}
	shape, err := e.shapeOf(op, out.List)
	if err != nil {
		return nil, err
	}
	if len(shape) != len(rows.Cols) {
		return nil, e.notBuilt(op, "a plugin whose schema differs from what it makes")
	}
	return &relation{&Values{Shape: shape, Batch: rows}, out.List}, nil
}

// runWhole runs what a plugin reads to its end, while the query is planned. Rows that differ from run to run, as those that a
// subquery or a function is given, can't be asked for so early.
func (p *builder) runWhole(e *env, in *relation, op *syntax.EvaluateOp) (*value.Batch, error) {
	if e.inFunction || len(p.keys) > 0 || e.src.name != "" || p.opts.Run == nil || readsHole(in.node) {
		return nil, e.notBuilt(op.Call.Fun, "plugin '%s' in a function or subquery", op.Call.Fun.Text)
	}
	return p.opts.Run(Prune(in.node), -1)
}

// readsHole tells whether a node reads rows that are handed in.
func readsHole(n Node) bool {
	if _, ok := n.(*Hole); ok {
		return true
	}
	for _, in := range n.Inputs() {
		if readsHole(in) {
			return true
		}
	}
	return false
}

// plugin plans the plugins whose columns are known before they run.
func (p *builder) plugin(e *env, in *relation, op *syntax.EvaluateOp) (*relation, error) {
	name := op.Call.Fun.Text
	switch name {
	case "identity":
		return in, nil
	case "dcount_intersect":
		return p.dcountIntersect(e, in, op)
	case "narrow":
		return p.narrow(e, in, op)
	case "rows_near":
		return p.rowsNear(e, in, op)
	case "schema_merge":
		return p.schemaMerge(e, in, op)
	case "ipv4_lookup", "ipv6_lookup":
		return p.ipLookup(e, in, op)
	case "geo_polygon_lookup", "geo_line_lookup":
		return p.geoLookup(e, in, op)
	}
	if params, ok := timelines[name]; ok {
		return p.timeline(e, in, op, params)
	}
	return nil, e.notBuilt(op.Call.Fun, "plugin '%s'", name)
}

// timelines are the plugins over a timeline, with their parameters: c is a column, k a constant, o a constant that may be left
// out, t a table that may; dimensions follow where + says so.
var timelines = map[string]string{
	"active_users_count":      "cckkkkkk+",
	"activity_counts_metrics": "cckkk+",
	"activity_engagement":     "cckkkk+",
	"activity_metrics":        "cckkk+",
	"new_activity_metrics":    "cckkkot",
	"rolling_percentile":      "ckckk+",
	"session_count":           "cckkkk+",
	"sliding_window_counts":   "cckkkk+",
}

// timeline plans a plugin by its list of parameters.
func (p *builder) timeline(e *env, in *relation, op *syntax.EvaluateOp, params string) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil {
		return nil, e.notBuilt(op, "this use of a plugin")
	}
	t := &timelineArgs{p: p, e: e, inner: e.over(in), node: &Plugin{Name: op.Call.Fun.Text}}
	for i, a := range op.Call.Args {
		if _, named := a.(*syntax.Named); named {
			return nil, e.notBuilt(a, "a named argument of plugin '%s'", t.node.Name)
		}
		kind := byte('+')
		if i < len(params) {
			kind = params[i]
		} else if params[len(params)-1] != '+' {
			return nil, e.notBuilt(a, "this argument of plugin '%s'", t.node.Name)
		}
		if err := t.add(kind, a); err != nil {
			return nil, err
		}
	}
	for i := len(op.Call.Args); i < len(params); i++ {
		switch params[i] {
		case 'c', 'k':
			return nil, e.notBuilt(op.Call, "plugin '%s' with so few arguments", t.node.Name)
		case 'o':
			t.node.Consts = append(t.node.Consts, nil)
		}
	}
	shape, err := e.shapeOf(op, out.List)
	if err != nil {
		return nil, err
	}
	t.node.Shape = shape
	t.node.In = &Project{Shape: t.shape, From: From{in.node}, Items: t.items}
	return &relation{t.node, out.List}, nil
}

type timelineArgs struct {
	p     *builder
	e     *env
	inner *env
	node  *Plugin
	shape Shape
	items []Expr
}

func (t *timelineArgs) add(kind byte, a syntax.Expr) error {
	switch kind {
	case 'c', '+':
		x, err := t.p.scalar(t.inner, a)
		if err != nil {
			return err
		}
		if x.Kind() == value.Dynamic {
			return t.e.invalid(a, "plugin '%s' can't group by a dynamic value; convert it first", t.node.Name)
		}
		t.shape, t.items = append(t.shape, value.Column{Name: fmt.Sprint("c", len(t.items)), Kind: x.Kind()}), append(t.items, x)
	case 't':
		return t.addTable(a)
	default:
		if t.p.tabular(t.e, a) {
			return t.e.notBuilt(a, "a table as this argument of plugin '%s'", t.node.Name)
		}
		c, err := t.p.constant(t.e, a)
		if err != nil {
			return err
		}
		t.node.Consts = append(t.node.Consts, c)
	}
	return nil
}

// addTable takes a table of ids: its column of the id's name and type.
func (t *timelineArgs) addTable(a syntax.Expr) error {
	id, ok := t.items[0].(*Col)
	if !ok || !t.p.tabular(t.e, a) {
		return t.e.notBuilt(a, "this argument of plugin '%s'", t.node.Name)
	}
	r, err := t.p.table(&env{scope: t.e.scope, src: t.e.src}, a)
	if err != nil {
		return err
	}
	x := columnNamed(r, t.inner.list[id.Ordinal].Name)
	if x == nil || x.Kind() != id.Type {
		return t.e.notBuilt(a, "a table without the column of ids as this argument of plugin '%s'", t.node.Name)
	}
	t.node.Other = &Project{Shape: Shape{{Name: "id", Kind: id.Type}}, From: From{r.node}, Items: []Expr{x}}
	return nil
}

// constant plans an argument that must be known before any row.
func (p *builder) constant(e *env, a syntax.Expr) (*value.Vector, error) {
	x, err := p.scalar(&env{scope: e.scope, src: e.src}, a)
	if err != nil {
		return nil, err
	}
	c, ok := x.(*Const)
	if !ok {
		return nil, e.invalid(a, "this argument must be a constant")
	}
	return c.V, nil
}

// narrow plans one row for each cell: the row's number, the column's name, the value as text.
func (p *builder) narrow(e *env, in *relation, op *syntax.EvaluateOp) (*relation, error) {
	shape := Shape{{Name: "Row", Kind: value.Long}, {Name: "Column", Kind: value.String}, {Name: "Value", Kind: value.String}}
	texts := &Project{From: From{in.node}}
	for i, c := range in.node.Columns() {
		x, err := p.convert(e, op, &Col{i, c.Kind}, value.String)
		if err != nil {
			return nil, err
		}
		texts.Shape, texts.Items = append(texts.Shape, value.Column{Name: c.Name, Kind: value.String}), append(texts.Items, x)
	}
	return &relation{node: &Plugin{Shape: shape, From: From{texts}, Name: "narrow"}}, nil
}

// rowsNear plans the rows that lie within some rows of one that meets a condition.
func (p *builder) rowsNear(e *env, in *relation, op *syntax.EvaluateOp) (*relation, error) {
	args := op.Call.Args
	if len(args) < 2 || len(args) > 3 {
		return nil, e.invalid(op.Call, "rows_near takes a condition, a number of rows before and one of rows after")
	}
	cond, err := p.condition(e.over(in), args[0])
	if err != nil {
		return nil, err
	}
	node := &Plugin{Shape: Shape(in.node.Columns()), Name: "rows_near"}
	for _, a := range args[1:] {
		n, err := p.count(e, a)
		if err != nil {
			return nil, err
		}
		node.Consts = append(node.Consts, value.ConstInt(value.Long, n, 1))
	}
	marked := &Project{From: From{in.node}}
	for i, c := range in.node.Columns() {
		marked.Shape, marked.Items = append(marked.Shape, c), append(marked.Items, &Col{i, c.Kind})
	}
	marked.Shape, marked.Items = append(marked.Shape, value.Column{Kind: value.Bool}), append(marked.Items, cond)
	node.In = marked
	return &relation{node, in.cols}, nil
}

// schemaMerge plans the union of schemas that getschema gave.
func (p *builder) schemaMerge(e *env, in *relation, op *syntax.EvaluateOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || len(out.List) != 4 {
		return nil, e.notBuilt(op, "this schema_merge")
	}
	shape, err := e.shapeOf(op, out.List)
	if err != nil {
		return nil, err
	}
	keep := value.ConstBool(true, 1)
	for _, a := range op.Call.Args {
		if named, ok := a.(*syntax.Named); ok {
			a = named.X
		}
		if keep, err = p.constant(e, a); err != nil {
			return nil, err
		}
	}
	read := &Project{Shape: shape, From: From{in.node}}
	for _, c := range shape {
		x := columnNamed(in, c.Name)
		if x == nil {
			return nil, e.invalid(op, "schema_merge takes what getschema gives; column '%s' is missing", c.Name)
		}
		if x, err = p.convert(e, op, x, c.Kind); err != nil {
			return nil, err
		}
		read.Items = append(read.Items, x)
	}
	return &relation{&Plugin{Shape: shape, From: From{read}, Name: "schema_merge", Consts: []*value.Vector{keep}}, out.List}, nil
}
