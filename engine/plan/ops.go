// Tabular operators: which function plans which, and what they share. Output columns come from the binder by pointer: a
// column of the input passes through, one that an item made is computed.

package plan

import (
	"math"
	"regexp"
	"strings"

	"calypso/engine/fn"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// operate plans one operator over the rows before it; in is nil at the start of a pipeline without a source.
func (p *builder) operate(e *env, in *relation, op syntax.Operator) (*relation, error) {
	if in != nil {
		t := e.scope.In[op]
		if t != nil && t.Open {
			return nil, e.notBuilt(op.Head().Keyword, "an operator over columns that aren't known before the query runs")
		}
		var err error
		if in, err = e.adopt(op, in, t); err != nil {
			return nil, err
		}
	}
	out, err := p.timed(e, in, op)
	if err != nil {
		return nil, err
	}
	t := e.scope.Out[op]
	if t == nil || t.Open {
		return out, nil
	}
	return e.adopt(op, out, t)
}

func (p *builder) operator1(e *env, in *relation, op syntax.Operator) (*relation, error) {
	switch op := op.(type) {
	case *syntax.PrintOp:
		return p.print(e, op)
	case *syntax.RangeOp:
		return p.rangeOf(e, op)
	case *syntax.UnionOp:
		return p.union(e, in, op)
	case *syntax.SearchOp:
		return p.search(e, in, op)
	case *syntax.FindOp:
		return p.find(e, op)
	case *syntax.MacroExpandOp:
		return p.macroExpand(e, op)
	}
	if in == nil {
		if ev, ok := op.(*syntax.EvaluateOp); ok && ev.Call != nil && ev.Call.Fun != nil {
			return nil, e.notBuilt(ev.Call.Fun, "plugin '%s'", ev.Call.Fun.Text)
		}
		return nil, e.notBuilt(op, "operator '%s' without a source", op.Head().Keyword.Text)
	}
	if out, done, err := p.rowOperator(e, in, op); done || err != nil {
		return out, err
	}
	if out, done, err := p.groupOperator(e, in, op); done || err != nil {
		return out, err
	}
	switch op := op.(type) {
	case *syntax.JoinOp:
		return p.join(e, in, op)
	case *syntax.LookupOp:
		return p.lookup(e, in, op)
	case *syntax.MvExpandOp:
		return p.mvExpand(e, in, op)
	case *syntax.MvApplyOp:
		return p.mvApply(e, in, op)
	case *syntax.ParseOp:
		return p.parse(e, in, op)
	case *syntax.ParseKvOp:
		return p.parseKv(e, in, op)
	case *syntax.PartitionOp:
		return p.partition(e, in, op)
	case *syntax.InvokeOp:
		return p.invokeOp(e, in, op)
	case *syntax.MakeSeriesOp:
		return p.makeSeries(e, in, op)
	case *syntax.ScanOp:
		return p.scan(e, in, op)
	case *syntax.EvaluateOp:
		return p.evaluate(e, in, op)
	}
	return p.graphOperator(e, in, op)
}

// graphOperator plans the operators on graphs.
func (p *builder) graphOperator(e *env, in *relation, op syntax.Operator) (*relation, error) {
	switch op := op.(type) {
	case *syntax.MakeGraphOp:
		return p.makeGraph(e, in, op)
	case *syntax.GraphWhereNodesOp:
		return p.graphWhere(e, in, op, op.Cond, true)
	case *syntax.GraphWhereEdgesOp:
		return p.graphWhere(e, in, op, op.Cond, false)
	case *syntax.GraphMarkComponentsOp:
		return p.graphMark(e, in, op)
	case *syntax.GraphToTableOp:
		return p.graphToTable(e, in, op)
	case *syntax.GraphMatchOp:
		return p.graphMatch(e, in, op, op.Patterns, op.Where, op.Project)
	case *syntax.GraphShortestPathsOp:
		r, err := p.graphMatch(e, in, op, op.Patterns, op.Where, op.Project)
		if err == nil {
			r.node.(*GraphMatch).Shortest = true
		}
		return r, err
	}
	return nil, e.notBuilt(op.Head().Keyword, "operator '%s'", op.Head().Keyword.Text)
}

// rowOperator plans the operators that look at one row at a time, and those that only order or cut.
func (p *builder) rowOperator(e *env, in *relation, op syntax.Operator) (out *relation, done bool, err error) {
	switch op := op.(type) {
	case *syntax.WhereOp:
		out, err = p.where(e, in, op)
	case *syntax.ProjectOp:
		out, err = p.compute(e, in, op, op.Items)
	case *syntax.ExtendOp:
		out, err = p.compute(e, in, op, op.Items)
	case *syntax.SerializeOp:
		out, err = p.compute(e, in, op, op.Items)
	case *syntax.ProjectRenameOp:
		out, err = p.compute(e, in, op, op.Items)
	case *syntax.ProjectAwayOp, *syntax.ProjectKeepOp, *syntax.ProjectReorderOp, *syntax.ProjectByNamesOp:
		out, err = p.compute(e, in, op, nil)
	case *syntax.TakeOp:
		var n int64
		if n, err = p.count(e, op.Count); err == nil {
			out = &relation{takeOver(in.node, n), in.cols}
		}
	case *syntax.SampleOp:
		var n int64
		if n, err = p.count(e, op.Count); err == nil {
			out = &relation{&Sample{From{in.node}, n}, in.cols}
		}
	case *syntax.SortOp:
		out, err = p.sort(e, in, op)
	case *syntax.TopOp:
		out, err = p.top(e, in, op)
	case *syntax.AsOp:
		out = &relation{&Share{From{Prune(in.node)}, op.Name.Text, true}, in.cols}
		p.named[op] = out
	case *syntax.RenderOp:
		p.render = renderOf(op)
		out = in
	case *syntax.GetSchemaOp:
		out, err = p.getSchema(e, in, op)
	case *syntax.AssertSchemaOp:
		out, err = p.assertSchema(e, in, op)
	case *syntax.ConsumeOp:
		out = &relation{node: &Project{Shape: Shape{}, From: From{&Filter{From{in.node}, &Const{value.ConstBool(false, 1)}}}}}
	default:
		return nil, false, nil
	}
	return out, true, err
}

// takeOver puts take over a node; over a sort the two are a top.
func takeOver(n Node, count int64) Node {
	if s, ok := n.(*Sort); ok {
		return &Top{From{s.In}, s.Keys, count}
	}
	return &Take{From{n}, count}
}

func (p *builder) where(e *env, in *relation, op *syntax.WhereOp) (*relation, error) {
	inner := e.over(in).withWindows(in)
	inner.anyColumn = true
	cond, err := p.condition(inner, op.Cond)
	if err != nil {
		return nil, err
	}
	if len(inner.windows.calls) == 0 {
		return &relation{filterOver(in.node, cond), in.cols}, nil
	}
	node := inner.windows.wrap(in.node)
	var out Node = &Filter{From{node}, cond}
	if node != in.node {
		out = keepFirst(out, len(in.cols))
	}
	return &relation{out, in.cols}, nil
}

// condition plans a predicate: a bool, or a number that Kusto reads as one.
func (p *builder) condition(e *env, x syntax.Expr) (Expr, error) {
	cond, err := p.scalar(e, x)
	if err != nil {
		return nil, err
	}
	switch cond.Kind() {
	case value.Bool:
		return cond, nil
	case value.Dynamic:
		return p.convert(e, x, cond, value.Bool)
	}
	return nil, e.invalid(x, "a condition must be bool, and this is %s", cond.Kind())
}

// keepFirst drops all but the first n columns.
func keepFirst(n Node, count int) Node {
	cols := n.Columns()[:count]
	items := make([]Expr, count)
	for i, c := range cols {
		items[i] = &Col{i, c.Kind}
	}
	return &Project{Shape: Shape(cols), From: From{n}, Items: items}
}

// compute plans the operators whose output is made of input columns and items.
func (p *builder) compute(e *env, in *relation, op syntax.Operator, items []syntax.Expr) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil {
		return nil, e.notBuilt(op, "operator '%s' here", op.Head().Keyword.Text)
	}
	inner := e.over(in).withWindows(in)
	made, err := p.items(inner, items)
	if err != nil {
		return nil, err
	}
	node, err := p.select1(inner, op, inner.windows.wrap(in.node), out.List, made)
	if err != nil {
		return nil, err
	}
	return &relation{node, out.List}, nil
}

// items plans what each item makes.
func (p *builder) items(e *env, items []syntax.Expr) (map[*symbol.Column]Expr, error) {
	made := map[*symbol.Column]Expr{}
	for _, item := range items {
		if _, ok := item.(*syntax.Wildcard); ok {
			continue // columns that pass through
		}
		cols := e.scope.Made[item]
		if err := e.unnamedFromEnd(item, cols); err != nil {
			return nil, err
		}
		if len(cols) == 0 {
			// Nothing new. It is planned all the same, so that its faults show.
			if _, err := p.scalar(e, item); err != nil {
				return nil, err
			}
			continue
		}
		if len(cols) > 1 {
			if err := p.tuple(e, item, cols, made); err != nil {
				return nil, err
			}
			continue
		}
		x, err := p.scalar(e, item)
		if err != nil {
			return nil, err
		}
		made[cols[0]] = x
	}
	return made, nil
}

// fromEnd is in the name that an index from the end gives: d[-1] → d_-1.
var fromEnd = regexp.MustCompile(`_-\d`)

// unnamedFromEnd refuses an item that gets its name from an index from the end of an array, as d[-1] does: no answer of the real engine
// shows that name, and the official library has another.
func (e *env) unnamedFromEnd(item syntax.Expr, cols []*symbol.Column) error {
	if _, named := item.(*syntax.Named); named {
		return nil
	}
	for _, c := range cols {
		if fromEnd.MatchString(c.Name) {
			return e.notBuilt(item, "naming a column after an index from the end (name it, as in last_item = …)")
		}
	}
	return nil
}

// tuple plans an item that makes several columns: a function of several results.
func (p *builder) tuple(e *env, item syntax.Expr, cols []*symbol.Column, made map[*symbol.Column]Expr) error {
	x := item
	if named, ok := x.(*syntax.Named); ok {
		x = named.X
	}
	call, ok := x.(*syntax.Call)
	if !ok {
		return e.notBuilt(item, "an expression that makes %d columns", len(cols))
	}
	args, err := p.arguments(e, call)
	if err != nil {
		return err
	}
	over, err := fn.Tuple(call.Fun.Text, describe(args))
	if err != nil {
		return e.functionError(item, err)
	}
	if len(over.Results) < len(cols) {
		return e.notBuilt(item, "'%s' with %d columns, where the engine makes %d,", call.Fun.Text, len(cols), len(over.Results))
	}
	of := &Tuple{Name: call.Fun.Text, Over: over, Args: args}
	if over.Sure != nil {
		p.unseen.tuples[over] = origin{e: e, at: call, what: "a result of '" + call.Fun.Text + "' other than line_fit"}
	}
	for i, c := range cols {
		made[c] = &Part{of, i}
	}
	return nil
}

// select1 lays out columns: each is one that was made or one of the surroundings.
func (p *builder) select1(e *env, at syntax.Node, in Node, list []*symbol.Column, made map[*symbol.Column]Expr) (Node, error) {
	shape, err := e.shapeOf(at, list)
	if err != nil {
		return nil, err
	}
	items := make([]Expr, len(list))
	for i, c := range list {
		x, ok := made[c]
		if !ok {
			x, ok = e.cols[c]
		}
		if !ok {
			return nil, e.notBuilt(at, "column '%s', of unknown origin,", c.Name)
		}
		if x.Kind() != shape[i].Kind {
			return nil, e.notBuilt(at, "column '%s', which is %s in the engine and %s in the binder,", c.Name, x.Kind(), c.Type)
		}
		items[i] = x
	}
	return &Project{Shape: shape, From: From{in}, Items: items}, nil
}

// count plans the number of take, top and their like.
func (p *builder) count(e *env, x syntax.Expr) (int64, error) {
	planned, err := p.scalar(&env{scope: e.scope, src: e.src}, x)
	if err != nil {
		return 0, err
	}
	c, ok := planned.(*Const)
	if !ok {
		return 0, e.invalid(x, "the number of rows must be a constant")
	}
	if c.V.IsNull(0) {
		return 0, e.invalid(x, "the number of rows is null")
	}
	n, whole := int64(0), false
	switch c.V.Kind {
	case value.Int, value.Long:
		n, whole = c.V.Ints[0], true
	case value.Real:
		f := c.V.Reals[0]
		n, whole = int64(f), f == math.Trunc(f) && math.Abs(f) < 1<<52
	}
	switch {
	case !whole:
		return 0, e.invalid(x, "the number of rows must be a whole number, not a %s", c.V.Kind)
	case n < 0:
		return 0, e.notBuilt(x, "a number of rows below 0")
	}
	return n, nil
}

func (p *builder) sort(e *env, in *relation, op *syntax.SortOp) (*relation, error) {
	inner := e.over(in)
	keys, err := p.sortKeys(inner, op.Items)
	if err != nil {
		return nil, err
	}
	return &relation{&Sort{From{in.node}, keys}, in.cols}, nil
}

func (p *builder) sortKeys(e *env, items []syntax.Expr) ([]SortKey, error) {
	var keys []SortKey
	for _, item := range items {
		key := SortKey{Desc: true}
		x := item
		if o, ok := item.(*syntax.Ordered); ok {
			x = o.X
			key.Desc = !o.Asc
			key.NullsFirst = !key.Desc
			if o.NullsFirst || o.NullsLast {
				key.NullsFirst = o.NullsFirst
			}
		}
		planned, err := p.scalar(e, x)
		if err != nil {
			return nil, err
		}
		if planned.Kind() == value.Dynamic {
			return nil, e.invalid(x, "rows can't be ordered by a dynamic value; convert it first, as in tolong(…)")
		}
		key.X = planned
		keys = append(keys, key)
	}
	return keys, nil
}

func (p *builder) top(e *env, in *relation, op *syntax.TopOp) (*relation, error) {
	n, err := p.count(e, op.Count)
	if err != nil {
		return nil, err
	}
	keys, err := p.sortKeys(e.over(in), op.By)
	if err != nil {
		return nil, err
	}
	return &relation{&Top{From{in.node}, keys, n}, in.cols}, nil
}

func (p *builder) print(e *env, op *syntax.PrintOp) (*relation, error) {
	one := &relation{node: &Values{Shape: Shape{}, Batch: &value.Batch{N: 1}}}
	return p.compute(e, one, op, op.Items)
}

func (p *builder) getSchema(e *env, in *relation, op *syntax.GetSchemaOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || len(out.List) != 4 {
		return nil, e.notBuilt(op, "this form of getschema")
	}
	n := len(in.cols)
	names, kinds := value.NewBuilder(value.String, n), value.NewBuilder(value.String, n)
	ordinals, clr := value.NewBuilder(kindOf(out.List[1].Type), n), value.NewBuilder(value.String, n)
	for i, c := range in.cols {
		names.AppendString(c.Name)
		ordinals.AppendInt(int64(i))
		clr.AppendString(c.Type.CLR())
		kinds.AppendString(c.Type.String())
	}
	shape, err := e.shapeOf(op, out.List)
	if err != nil {
		return nil, err
	}
	cols := []*value.Vector{names.Vector(), ordinals.Vector(), clr.Vector(), kinds.Vector()}
	return &relation{&Values{Shape: shape, Batch: &value.Batch{N: n, Cols: cols}}, out.List}, nil
}

func (p *builder) assertSchema(e *env, in *relation, op *syntax.AssertSchemaOp) (*relation, error) {
	if op.Schema == nil || op.Schema.Star || len(op.Schema.Columns) != len(in.cols) {
		return nil, e.invalid(op, "the columns aren't those asserted")
	}
	for i, c := range op.Schema.Columns {
		t, _ := symbol.ParseType(c.Type.Name)
		if c.Name.Text != in.cols[i].Name || t != in.cols[i].Type {
			return nil, e.invalid(c, "column %d is %s: %s, not %s: %s", i+1, in.cols[i].Name, in.cols[i].Type, c.Name.Text, t)
		}
	}
	return in, nil
}

func renderOf(op *syntax.RenderOp) *Render {
	r := &Render{}
	if op.Kind != nil {
		r.Kind = op.Kind.Text
	}
	for _, w := range append(append([]*syntax.Param(nil), op.Params...), op.With...) {
		property := Property{Name: w.Name.Text}
		switch v := w.Value.(type) {
		case *syntax.NameRef:
			property.Value = v.Name.Text
		case *syntax.Literal:
			property.Value = v.Text
		case *syntax.Unary:
			if number, ok := v.X.(*syntax.Literal); ok {
				property.Value = v.Op + number.Text
			}
		case *syntax.NameList:
			var names []string
			for _, item := range v.Items {
				if ref, ok := item.(*syntax.NameRef); ok {
					name := ref.Name.Text
					if strings.Contains(name, ",") {
						name = "['" + name + "']" // or it would be two
					}
					names = append(names, name)
				}
			}
			property.Value = strings.Join(names, ",")
		}
		r.Properties = append(r.Properties, property)
	}
	return r
}
