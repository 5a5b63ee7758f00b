package fn

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// A small interpreter of expressions and a few operators, so that cases are written in KQL. It knows nothing that the
// functions under test should know: names, conversions and nulls are theirs.

var errBeyond = errors.New("beyond the test interpreter")

// frame is a table: named columns of n rows.
type frame struct {
	names []string
	cols  []*value.Vector
	n     int
	aggs  map[*syntax.Call][]*value.Vector
	ctx   *Context
}

func (f *frame) column(name string) *value.Vector {
	for i, n := range f.names {
		if n == name {
			return f.cols[i]
		}
	}
	return nil
}

func (f *frame) set(name string, v *value.Vector) {
	for i, n := range f.names {
		if n == name {
			f.cols[i] = v
			return
		}
	}
	f.names, f.cols = append(f.names, name), append(f.cols, v)
}

// evalText evaluates an expression without columns.
func evalText(src string) (*value.Vector, error) {
	x, diags := syntax.ParseExpr(src)
	if len(diags) > 0 {
		return nil, fmt.Errorf("parse %s: %v", src, diags[0])
	}
	return (&frame{n: 1, ctx: testContext()}).eval(x)
}

func testContext() *Context {
	seed := uint64(1)
	return &Context{
		Now:  value.UnixEpoch + 1_600_000_000*value.TicksPerSecond,
		Rand: func() uint64 { seed = seed*6364136223846793005 + 1442695040888963407; return seed },
	}
}

func (f *frame) eval(x syntax.Expr) (*value.Vector, error) {
	switch x := x.(type) {
	case *syntax.Paren:
		return f.eval(x.X)
	case *syntax.Literal:
		return f.literal(x)
	case *syntax.DynamicLit:
		d, err := dynLiteral(x.Value)
		return value.ConstDyn(d, f.n), err
	case *syntax.TypeOf:
		if x.Type != nil {
			return value.ConstString(x.Type.Name, f.n), nil
		}
	case *syntax.NameRef:
		if v := f.column(x.Name.Text); v != nil {
			return v, nil
		}
		return nil, fmt.Errorf("no column %s: %w", x.Name.Text, errBeyond)
	case *syntax.Unary:
		return f.call(map[string]string{"-": "neg", "+": "pos"}[x.Op], x.X)
	case *syntax.Binary:
		return f.call(x.Op, x.X, x.Y)
	case *syntax.Between:
		if x.Not {
			return f.call("!between", x.X, x.Low, x.High)
		}
		return f.call("between", x.X, x.Low, x.High)
	case *syntax.In:
		return f.call(x.Op, append([]syntax.Expr{x.X}, x.List...)...)
	case *syntax.Path:
		if sel, ok := x.Selector.(*syntax.NameRef); ok {
			d, err := f.eval(x.X)
			if err != nil {
				return nil, err
			}
			return f.apply(".", d, value.ConstString(sel.Name.Text, f.n))
		}
	case *syntax.Index:
		return f.call("[]", x.X, x.I)
	case *syntax.Call:
		if v := f.aggs[x]; v != nil {
			return v[0], nil
		}
		return f.call(x.Fun.Text, x.Args...)
	}
	return nil, fmt.Errorf("%T: %w", x, errBeyond)
}

func (f *frame) call(name string, operands ...syntax.Expr) (*value.Vector, error) {
	args := make([]*value.Vector, len(operands))
	for i, x := range operands {
		var err error
		if args[i], err = f.eval(x); err != nil {
			return nil, err
		}
	}
	return f.apply(name, args...)
}

func describe(args []*value.Vector) []Arg {
	described := make([]Arg, len(args))
	for i, v := range args {
		if described[i].Kind = v.Kind; v.Const {
			described[i].Const = v
		}
	}
	return described
}

func (f *frame) apply(name string, args ...*value.Vector) (*value.Vector, error) {
	if w, err := Window(name, describe(args)); err == nil {
		return w.Eval(f.ctx, args, f.n)
	}
	over, err := Scalar(name, describe(args))
	if err != nil {
		return nil, err
	}
	out, err := over.Eval(f.ctx, args, f.n)
	if err == nil && out.Kind != over.Result {
		return nil, fmt.Errorf("%s promised %s and gave %s", name, over.Result, out.Kind)
	}
	if err == nil && out.N != f.n {
		return nil, fmt.Errorf("%s gave %d rows of %d", name, out.N, f.n)
	}
	return out, err
}

var literalKinds = map[syntax.LiteralKind]value.Kind{
	syntax.LitBool: value.Bool, syntax.LitInt: value.Int, syntax.LitLong: value.Long, syntax.LitReal: value.Real,
	syntax.LitDecimal: value.Decimal, syntax.LitString: value.String, syntax.LitDatetime: value.Datetime,
	syntax.LitTimespan: value.Timespan, syntax.LitGuid: value.Guid, syntax.LitNull: value.Dynamic,
}

func (f *frame) literal(x *syntax.Literal) (*value.Vector, error) {
	kind := literalKinds[x.Kind]
	v, ok := x.Value()
	if !ok {
		return nil, fmt.Errorf("literal %s: %w", x.Text, errBeyond)
	}
	switch v := v.(type) {
	case bool:
		return value.ConstBool(v, f.n), nil
	case int32:
		return value.ConstInt(kind, int64(v), f.n), nil
	case int64:
		return value.ConstInt(kind, v, f.n), nil
	case float64:
		return value.ConstReal(v, f.n), nil
	case [16]byte:
		return value.ConstGuid(v, f.n), nil
	case string:
		if kind == value.Decimal {
			d, _ := value.ParseDecimal(v)
			return value.ConstDecimal(d, f.n), nil
		}
		return value.ConstString(v, f.n), nil
	}
	n := value.NewNull(kind, 1)
	n.Const, n.N = true, f.n
	return n, nil
}

func dynLiteral(x syntax.Expr) (value.Dyn, error) {
	switch x := x.(type) {
	case nil:
		return value.Dyn{}, nil
	case *syntax.JSONArray:
		items := make([]value.Dyn, len(x.Items))
		for i, item := range x.Items {
			var err error
			if items[i], err = dynLiteral(item); err != nil {
				return value.Dyn{}, err
			}
		}
		return value.NewArray(items), nil
	case *syntax.JSONBag:
		keys, items := make([]string, len(x.Pairs)), make([]value.Dyn, len(x.Pairs))
		for i, p := range x.Pairs {
			var err error
			if items[i], err = dynLiteral(p.Value); err != nil {
				return value.Dyn{}, err
			}
			keys[i] = p.Key.Text
		}
		return value.NewBag(keys, items), nil
	case *syntax.DynamicLit:
		return dynLiteral(x.Value)
	}
	v, err := (&frame{n: 1}).eval(x)
	if err != nil {
		return value.Dyn{}, err
	}
	return value.DynAt(v, 0), nil
}

// run runs a query of the operators that the interpreter knows.
func run(src string) (*frame, error) {
	tree := syntax.Parse(src)
	if len(tree.Diagnostics) > 0 || len(tree.Statements) != 1 {
		return nil, errBeyond
	}
	q, ok := tree.Statements[0].(*syntax.QueryStatement)
	if !ok {
		return nil, errBeyond
	}
	f := &frame{n: 1, ctx: testContext()}
	switch x := q.X.(type) {
	case *syntax.DataTable:
		return f, f.datatable(x)
	case *syntax.Pipe:
		if d, ok := x.Source.(*syntax.DataTable); ok {
			if err := f.datatable(d); err != nil {
				return nil, err
			}
		} else if x.Source != nil {
			return nil, errBeyond
		}
		for _, op := range x.Ops {
			if err := f.step(op); err != nil {
				return nil, err
			}
		}
		return f, nil
	}
	return nil, errBeyond
}

func (f *frame) datatable(d *syntax.DataTable) error {
	width := len(d.Schema.Columns)
	builders := make([]*value.Builder, width)
	for i, c := range d.Schema.Columns {
		kind, _ := value.KindOf(c.Type.Name)
		builders[i] = value.NewBuilder(kind, 0)
		f.names = append(f.names, c.Name.Text)
	}
	for i, x := range d.Values {
		b := builders[i%width]
		v, err := (&frame{n: 1}).eval(x)
		if err != nil {
			return err
		}
		if v.Kind != b.Kind() {
			if cast := castKind(v.Kind, b.Kind()); cast != nil {
				if v, err = cast(v, 1); err != nil {
					return err
				}
			}
		}
		b.AppendFrom(v, 0)
	}
	f.n = len(d.Values) / width
	for _, b := range builders {
		f.cols = append(f.cols, b.Vector())
	}
	return nil
}

func (f *frame) step(op syntax.Operator) error {
	switch op := op.(type) {
	case *syntax.PrintOp:
		return f.extend(op.Items, true)
	case *syntax.ExtendOp:
		return f.extend(op.Items, false)
	case *syntax.SerializeOp:
		return f.extend(op.Items, false)
	case *syntax.ProjectOp:
		return f.extend(op.Items, true)
	case *syntax.WhereOp:
		keep, err := f.eval(op.Cond)
		if err != nil {
			return err
		}
		var sel []uint32
		for i := range f.n {
			if logicAt(keep, i) == isTrue {
				sel = append(sel, uint32(i))
			}
		}
		f.gather(sel)
		return nil
	case *syntax.SortOp:
		return f.sort(op)
	case *syntax.SummarizeOp:
		return f.summarize(op)
	}
	return fmt.Errorf("%T: %w", op, errBeyond)
}

func (f *frame) gather(sel []uint32) {
	for i, v := range f.cols {
		f.cols[i] = value.Gather(v, sel)
	}
	f.n = len(sel)
}

func nameOf(x syntax.Expr, i int) (string, syntax.Expr, error) {
	switch x := x.(type) {
	case *syntax.Named:
		if x.Tuple || len(x.Names) != 1 {
			return "", nil, errBeyond
		}
		return x.Names[0].Text, x.X, nil
	case *syntax.NameRef:
		return x.Name.Text, x, nil
	}
	return fmt.Sprintf("#%d", i), x, nil
}

func (f *frame) extend(items []syntax.Expr, only bool) error {
	out := &frame{n: f.n}
	if !only {
		out.names, out.cols = slices.Clone(f.names), slices.Clone(f.cols)
	}
	for i, item := range items {
		name, x, err := nameOf(item, i)
		if err != nil {
			return err
		}
		if c, ok := x.(*syntax.Call); ok && name[0] == '#' {
			if done, err := out.tuple(f, c, name); done || err != nil {
				if err != nil {
					return err
				}
				continue
			}
		}
		v, err := f.eval(x)
		if err != nil {
			return err
		}
		if v.Const && v.N != f.n {
			return fmt.Errorf("constant of %d rows, want %d", v.N, f.n)
		}
		out.set(name, v)
	}
	f.names, f.cols = out.names, out.cols
	return nil
}

// tuple adds the columns of an unnamed function of several results; false when it is none.
func (f *frame) tuple(in *frame, c *syntax.Call, name string) (bool, error) {
	args := make([]*value.Vector, len(c.Args))
	for i, x := range c.Args {
		var err error
		if args[i], err = in.eval(x); err != nil {
			return false, err
		}
	}
	over, err := Tuple(c.Fun.Text, describe(args))
	if err != nil {
		return false, nil
	}
	cols, err := over.Eval(in.ctx, args, in.n)
	for j, v := range cols {
		f.set(fmt.Sprint(name, "#", j), v)
	}
	return err == nil, err
}

func (f *frame) sort(op *syntax.SortOp) error {
	sel := make([]uint32, f.n)
	for i := range sel {
		sel[i] = uint32(i)
	}
	keys, signs := make([]*value.Vector, len(op.Items)), make([]int, len(op.Items))
	for i, item := range op.Items {
		signs[i] = -1
		if o, ok := item.(*syntax.Ordered); ok {
			if o.NullsFirst || o.NullsLast {
				return errBeyond
			}
			if item = o.X; o.Asc {
				signs[i] = 1
			}
		}
		var err error
		if keys[i], err = f.eval(item); err != nil {
			return err
		}
	}
	slices.SortStableFunc(sel, func(a, b uint32) int {
		for i, k := range keys {
			if c := value.Compare(k, int(a), k, int(b)); c != 0 {
				return c * signs[i]
			}
		}
		return 0
	})
	f.gather(sel)
	return nil
}

func (f *frame) summarize(op *syntax.SummarizeOp) error {
	var names []string
	var keys []*value.Vector
	for i, item := range op.By {
		name, x, err := nameOf(item, i)
		if err != nil {
			return err
		}
		v, err := f.eval(x)
		if err != nil {
			return err
		}
		names, keys = append(names, "key "+name), append(keys, v)
	}
	groups, first := make([]uint32, f.n), []uint32{}
	ids := map[string]uint32{}
	for i := range groups {
		var b strings.Builder
		for _, k := range keys {
			b.WriteString(value.DynAt(k, i).String() + "|")
		}
		id, ok := ids[b.String()]
		if !ok {
			id = uint32(len(first))
			ids[b.String()] = id
			first = append(first, uint32(i))
		}
		groups[i] = id
	}
	if !op.HasBy {
		first = []uint32{0}
	}
	out := &frame{n: len(first), ctx: f.ctx, aggs: map[*syntax.Call][]*value.Vector{}}
	for i, k := range keys {
		out.names, out.cols = append(out.names, names[i]), append(out.cols, value.Gather(k, first))
	}
	for i, item := range op.Aggregates {
		name, x, err := nameOf(item, i+1000)
		if err != nil {
			return err
		}
		if err := f.aggregates(x, groups, len(first), out.aggs); err != nil {
			return err
		}
		if c, ok := x.(*syntax.Call); ok && len(out.aggs[c]) > 1 {
			for j, v := range out.aggs[c] {
				out.names, out.cols = append(out.names, fmt.Sprint(name, "#", j)), append(out.cols, v)
			}
			continue
		}
		v, err := out.eval(x)
		if err != nil {
			return err
		}
		out.names, out.cols = append(out.names, name), append(out.cols, v)
	}
	for i, n := range out.names {
		out.names[i] = strings.TrimPrefix(n, "key ")
	}
	*f = *out
	f.aggs = nil
	return nil
}

// aggregates computes the aggregates inside x, in two halves that are merged, so that Merge is tested all along.
func (f *frame) aggregates(x syntax.Expr, groups []uint32, n int, into map[*syntax.Call][]*value.Vector) error {
	var failed error
	syntax.Walk(x, func(node syntax.Node) bool {
		c, ok := node.(*syntax.Call)
		if !ok || failed != nil || aggregateIndex()[c.Fun.Text] == nil {
			return failed == nil
		}
		into[c], failed = f.aggregate(c, groups, n)
		return false
	})
	return failed
}

func (f *frame) aggregate(c *syntax.Call, groups []uint32, n int) ([]*value.Vector, error) {
	var args []*value.Vector
	for _, a := range c.Args {
		if w, ok := a.(*syntax.Wildcard); ok && w.Text == "*" {
			return nil, errBeyond
		}
		v, err := f.eval(a)
		if err != nil {
			return nil, err
		}
		args = append(args, v)
	}
	over, err := Aggregate(c.Fun.Text, describe(args))
	if err != nil {
		return nil, err
	}
	half := f.n / 2
	states := [2]State{over.New(), over.New()}
	for i, s := range states {
		s.Grow(n)
		from, to := 0, half
		if i == 1 {
			from, to = half, f.n
		}
		part := make([]*value.Vector, len(args))
		for j, v := range args {
			part[j] = value.Slice(v, from, to)
		}
		if err := s.Add(f.ctx, part, groups[from:to], to-from); err != nil {
			return nil, err
		}
	}
	into := make([]uint32, n)
	for i := range into {
		into[i] = uint32(i)
	}
	if err := states[0].Merge(f.ctx, states[1], into); err != nil {
		return nil, err
	}
	out, err := states[0].Finish(f.ctx)
	for i, v := range out {
		if err == nil && (v.N != n || v.Kind != over.Results[i]) {
			return nil, fmt.Errorf("%s: %d rows of %s, want %d of %s", c.Fun.Text, v.N, v.Kind, n, over.Results[i])
		}
	}
	return out, err
}
