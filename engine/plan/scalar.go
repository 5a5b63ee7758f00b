// Scalar expressions: names to ordinals, calls to kernels, constants folded.

package plan

import (
	"calypso/engine/fn"
	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// scalar plans an expression and holds its type against the binder's.
func (p *builder) scalar(e *env, x syntax.Expr) (Expr, error) {
	planned, err := p.scalarOf(e, x)
	if err != nil {
		return nil, err
	}
	want := e.scope.Types[x]
	if want == symbol.TypeType {
		return planned, nil
	}
	if k := kindOf(want); k != value.Invalid && k != planned.Kind() {
		return nil, e.notBuilt(x, "this expression, which is %s in the engine and %s in the binder,", planned.Kind(), want)
	}
	return planned, nil
}

func (p *builder) scalarOf(e *env, x syntax.Expr) (Expr, error) {
	switch x := x.(type) {
	case *syntax.Paren:
		return p.scalar(e, x.X)
	case *syntax.Named:
		return p.scalar(e, x.X)
	case *syntax.Literal:
		return p.literal(e, x)
	case *syntax.DynamicLit:
		return p.dynamicLiteral(e, x)
	case *syntax.TypeOf:
		return p.typeOf(e, x)
	case *syntax.NameRef:
		return p.nameRef(e, x)
	case *syntax.Unary:
		return p.unary(e, x)
	case *syntax.Binary:
		if star, ok := x.X.(*syntax.Wildcard); ok && e.anyColumn {
			return p.starTest(e, x, star)
		}
		return p.operator(e, x, operatorName(x.Op), x.X, x.Y)
	case *syntax.Between:
		name := "between"
		if x.Not {
			name = "!between"
		}
		return p.operator(e, x, name, x.X, x.Low, x.High)
	case *syntax.In:
		return p.in(e, x)
	case *syntax.Path:
		return p.path(e, x)
	case *syntax.Index:
		return p.index(e, x)
	case *syntax.Call:
		return p.callOf(e, x)
	}
	return nil, e.notBuilt(x, "this kind of expression")
}

// operatorName gives the name that package fn knows an operator by.
func operatorName(op string) string {
	if op == "<>" {
		return "!="
	}
	return op
}

func (p *builder) unary(e *env, x *syntax.Unary) (Expr, error) {
	// The smallest long has no positive twin, so a sign before a number is read with it.
	if lit, ok := x.X.(*syntax.Literal); ok && x.Op == "-" && lit.Kind == syntax.LitLong && !lit.Goo {
		if v := parseLiteral(value.Long, "-"+lit.Text); v != nil {
			return &Const{v}, nil
		}
	}
	arg, err := p.scalar(e, x.X)
	if err != nil {
		return nil, err
	}
	switch x.Op {
	case "-":
		return p.call(e, x, "neg", []Expr{arg})
	case "+":
		return p.call(e, x, "pos", []Expr{arg})
	}
	return nil, e.notBuilt(x, "operator '%s'", x.Op)
}

func (p *builder) operator(e *env, at syntax.Node, name string, operands ...syntax.Expr) (Expr, error) {
	args := make([]Expr, len(operands))
	for i, x := range operands {
		var err error
		if args[i], err = p.scalar(e, x); err != nil {
			return nil, err
		}
	}
	return p.call(e, at, name, args)
}

// call resolves a function or operator and folds it when all its arguments are constants.
func (p *builder) call(e *env, at syntax.Node, name string, args []Expr) (Expr, error) {
	over, err := fn.Scalar(name, describe(args))
	if err != nil {
		return nil, e.functionError(at, err)
	}
	if x, ok := at.(*syntax.Call); ok && over.Orderless {
		p.unseen.scalars[over] = origin{e: e, at: x, what: "a look at the order of what '" + name + "' makes", orderless: true}
		return &Call{Name: name, Over: over, Args: args}, nil
	}
	return p.fold(e, at, &Call{Name: name, Over: over, Args: args})
}

func describe(args []Expr) []fn.Arg {
	described := make([]fn.Arg, len(args))
	for i, a := range args {
		described[i].Kind = a.Kind()
		if c, ok := a.(*Const); ok {
			described[i].Const = c.V
		}
	}
	return described
}

func (p *builder) fold(e *env, at syntax.Node, c *Call) (Expr, error) {
	if c.Over.Volatile {
		return c, nil
	}
	args := make([]*value.Vector, len(c.Args))
	for i, a := range c.Args {
		k, ok := a.(*Const)
		if !ok {
			return c, nil
		}
		args[i] = constant(k.V, 1)
	}
	v, err := c.Over.Eval(p.opts.Context, args, 1)
	if err != nil {
		return nil, e.functionError(at, err)
	}
	if v.Kind != c.Over.Result {
		return nil, e.notBuilt(at, "'%s', which promised %s and gave %s,", c.Name, c.Over.Result, v.Kind)
	}
	return &Const{constant(v, 1)}, nil
}

// constant gives the vector's first value as n constant rows.
func constant(v *value.Vector, n int) *value.Vector {
	c := *v
	c.N, c.Const = n, true
	return &c
}

// convert plans the conversion of x to a kind; x itself when it has it.
func (p *builder) convert(e *env, at syntax.Node, x Expr, to value.Kind) (Expr, error) {
	if x.Kind() == to {
		return x, nil
	}
	over, err := fn.Convert(to, describe([]Expr{x})[0])
	if err != nil {
		return nil, e.functionError(at, err)
	}
	return p.fold(e, at, &Call{Name: "to" + to.String(), Over: over, Args: []Expr{x}})
}

func (p *builder) nameRef(e *env, x *syntax.NameRef) (Expr, error) {
	s, ok := e.scope.Refs[x.Name]
	if !ok {
		return nil, e.notBuilt(x, "the name '%s', which the binder left open,", x.Name.Text)
	}
	switch s.Kind {
	case binder.SymColumn:
		return p.column(e, x, s.Column)
	case binder.SymLet, binder.SymParam:
		return p.variable(e, x, s.Let)
	case binder.SymFunction, binder.SymStored:
		if inv := e.scope.Calls[x]; inv != nil {
			return p.invoke(e, x, inv)
		}
	}
	return nil, e.notBuilt(x, "the name '%s' as a scalar", x.Name.Text)
}

func (p *builder) column(e *env, at syntax.Node, c *symbol.Column) (Expr, error) {
	if planned, ok := e.cols[c]; ok {
		return planned, nil
	}
	if e.byName {
		if planned, ok := e.columnByName(c); ok {
			return planned, nil
		}
		return nil, e.notBuilt(at, "column '%s', whose type differs among the tables,", c.Name)
	}
	if e.groups != nil {
		if planned, ok := e.groups.keys[c]; ok {
			return planned, nil
		}
		return nil, e.invalid(at, "column '%s' must stand inside an aggregate or in by", c.Name)
	}
	return nil, e.notBuilt(at, "column '%s' in this place", c.Name)
}

// variable plans a let or a parameter.
func (p *builder) variable(e *env, at syntax.Node, v *binder.Variable) (Expr, error) {
	if v == nil {
		return nil, e.notBuilt(at, "this name")
	}
	if arg, ok := p.params[v]; ok {
		if arg.x == nil {
			return nil, e.notBuilt(at, "the tabular parameter '%s' as a scalar", v.Name)
		}
		return arg.x, nil
	}
	if v.Param {
		return p.queryParameter(e, at, v)
	}
	// Within partition by key { … } the same let may mean another value for each key.
	if planned, ok := p.lets[v]; ok && len(p.keys) == 0 {
		return planned, nil
	}
	if planned, ok := p.keys[v.Decl]; ok && v.Decl != nil {
		return planned, nil
	}
	if v.X == nil || v.Scope == nil {
		return nil, e.notBuilt(at, "the name '%s' as a scalar", v.Name)
	}
	defer p.leave()
	if err := p.enter(e, at); err != nil {
		return nil, err
	}
	defer p.within(binder.Symbol{Let: v})()
	planned, err := p.scalar(e.in(v.Scope, e.src), v.X)
	if err == nil && len(p.keys) == 0 {
		if _, folded := planned.(*Const); folded {
			p.lets[v] = planned
		}
	}
	return planned, err
}

func (p *builder) enter(e *env, at syntax.Node) error {
	p.depth++
	if p.depth > maxDepth {
		return e.invalid(at, "lets and functions are nested more than %d deep", maxDepth)
	}
	return nil
}

func (p *builder) leave() { p.depth-- }

// queryParameter gives the value of a declared query parameter, or its default.
func (p *builder) queryParameter(e *env, at syntax.Node, v *binder.Variable) (Expr, error) {
	kind := kindOf(v.Type)
	if p.opts.Parameter != nil {
		val, ok, err := p.opts.Parameter(v.Name, kind)
		if err != nil {
			return nil, e.invalid(at, "query parameter '%s': %v", v.Name, err)
		}
		if ok {
			return &Const{constant(val, 1)}, nil
		}
	}
	if v.ParamDefault == nil {
		return nil, e.invalid(at, "query parameter '%s' has no value and no default; give it one", v.Name)
	}
	x, err := p.scalar(e, v.ParamDefault)
	if err != nil {
		return nil, err
	}
	return p.convert(e, at, x, kind)
}

// invoke inlines a scalar function: its body over the arguments given.
func (p *builder) invoke(e *env, at syntax.Expr, inv *binder.Invocation) (Expr, error) {
	body, inner, err := p.body(e, at, inv, nil)
	if err != nil {
		return nil, err
	}
	defer p.leave()
	defer p.within(inv.Symbol)()
	return p.scalar(inner, body)
}

// body binds a function's parameters and gives its last expression with its surroundings; piped is what invoke hands to the
// first one. Every call that returns without an error is followed by leave.
func (p *builder) body(e *env, at syntax.Expr, inv *binder.Invocation, piped *relation) (syntax.Expr, *env, error) {
	if inv.Body == nil || inv.Scope == nil {
		return nil, nil, e.notBuilt(at, "function '%s'", inv.Symbol.Name)
	}
	if len(inv.Params) != len(inv.Args) {
		return nil, nil, e.notBuilt(at, "this call of '%s'", inv.Symbol.Name)
	}
	src := e.src
	if inv.BodyTree != nil && inv.BodyTree != e.src.tree {
		src = source{tree: inv.BodyTree, name: inv.Symbol.Name}
	}
	// All arguments are planned before any parameter stands for one: an argument may call the same function.
	args := make([]argument, len(inv.Params))
	for i, v := range inv.Params {
		a := inv.Args[i]
		if i == 0 && piped != nil && a.X == nil {
			r, err := e.adopt(at, piped, v.Table)
			if err != nil {
				return nil, nil, err
			}
			args[i] = argument{t: r}
			continue
		}
		if a.X == nil {
			return nil, nil, e.invalid(at, "'%s': argument '%s' is missing", inv.Symbol.Name, v.Name)
		}
		from := e
		if a.Scope != nil && a.Scope != e.scope {
			from = e.in(a.Scope, src)
		}
		var err error
		if args[i], err = p.argument(from, a.X, v); err != nil {
			return nil, nil, err
		}
	}
	for i, v := range inv.Params {
		p.params[v] = args[i]
	}
	if len(inv.Body.Statements) == 0 {
		return nil, nil, e.invalid(at, "function '%s' has no body", inv.Symbol.Name)
	}
	last, ok := inv.Body.Statements[len(inv.Body.Statements)-1].(*syntax.QueryStatement)
	if !ok {
		return nil, nil, e.invalid(at, "function '%s' ends in no expression", inv.Symbol.Name)
	}
	if err := p.enter(e, at); err != nil {
		p.leave()
		return nil, nil, err
	}
	inner := e.in(inv.Scope, src)
	inner.inFunction = true
	return last.X, inner, nil
}

// argument plans what a parameter is given: a table as a table, a scalar converted to the parameter's type.
func (p *builder) argument(e *env, x syntax.Expr, v *binder.Variable) (argument, error) {
	if v.Table != nil || v.Type.Tabular() {
		t, err := p.table(e, x)
		return argument{t: t}, err
	}
	planned, err := p.scalar(e, x)
	if err != nil {
		return argument{}, err
	}
	if k := kindOf(v.Type); k != value.Invalid {
		planned, err = p.convert(e, x, planned, k)
	}
	return argument{x: planned}, err
}

// path plans x.name on a dynamic.
func (p *builder) path(e *env, x *syntax.Path) (Expr, error) {
	sel, ok := x.Selector.(*syntax.NameRef)
	if !ok {
		return nil, e.notBuilt(x, "this path")
	}
	if inner, ok := x.X.(*syntax.NameRef); ok {
		s := e.scope.Refs[sel.Name]
		if e.match.has(inner.Name.Text) && e.scope.Refs[inner.Name].Kind != binder.SymColumn {
			return e.match.property(x, inner.Name.Text, sel.Name.Text)
		}
		if state, ok := e.steps[inner.Name.Text]; ok && e.scope.Refs[inner.Name].Kind != binder.SymColumn {
			if planned, ok := state[s.Column]; ok {
				return planned, nil
			}
			return nil, e.notBuilt(x, "the state of step '%s'", inner.Name.Text)
		}
		if s.Kind == binder.SymColumn && s.Column != nil && e.scope.Refs[inner.Name].Kind == binder.SymSide {
			return p.column(e, x, s.Column)
		}
	}
	if call, ok := x.X.(*syntax.Call); ok && call.Fun.Text == "series_fit_2lines_dynamic" && sel.Name.Text == "line_fit" {
		return p.lineFit(e, call)
	}
	of, err := p.scalar(e, x.X)
	if err != nil {
		return nil, err
	}
	return p.call(e, x, ".", []Expr{of, stringConst(sel.Name.Text)})
}

// lineFit plans series_fit_2lines_dynamic(…).line_fit, the one property whose rule is sure.
func (p *builder) lineFit(e *env, call *syntax.Call) (Expr, error) {
	args, err := p.arguments(e, call)
	if err != nil {
		return nil, err
	}
	over, err := fn.Tuple("series_fit_2lines", describe(args))
	if err != nil {
		return nil, e.functionError(call, err)
	}
	return &Part{&Tuple{Name: "series_fit_2lines", Over: over, Args: args}, over.Sure[0]}, nil
}

// partOf plans f(…)[i] where f gives several results: the result by number. Done is false for other calls.
func (p *builder) partOf(e *env, x *syntax.Index) (out Expr, done bool, err error) {
	call, ok := x.X.(*syntax.Call)
	if !ok || call.Fun.Text != "array_sort_asc" && call.Fun.Text != "array_sort_desc" {
		return nil, false, nil
	}
	args, err := p.arguments(e, call)
	if err != nil {
		return nil, true, err
	}
	if len(args) < 2 || args[1].Kind() != value.Dynamic {
		return nil, false, nil
	}
	number, err := p.constant(e, x.I)
	if err != nil {
		return nil, true, err
	}
	if number.Kind != value.Long || number.IsNull(0) {
		return nil, true, e.notBuilt(x, "this part of '%s'", call.Fun.Text)
	}
	at := number.Ints[0]
	over, err := fn.Tuple(call.Fun.Text, describe(args))
	if err != nil {
		return nil, true, e.functionError(call, err)
	}
	if at < 0 || at >= int64(len(over.Results)) || over.Results[at] != value.Dynamic {
		return nil, true, e.notBuilt(x, "this part of '%s'", call.Fun.Text)
	}
	return &Part{&Tuple{Name: call.Fun.Text, Over: over, Args: args}, int(at)}, true, nil
}

func (p *builder) index(e *env, x *syntax.Index) (Expr, error) {
	if out, done, err := p.partOf(e, x); done {
		return out, err
	}
	of, err := p.scalar(e, x.X)
	if err != nil {
		return nil, err
	}
	at, err := p.scalar(e, x.I)
	if err != nil {
		return nil, err
	}
	return p.call(e, x, "[]", []Expr{of, at})
}

func stringConst(s string) *Const {
	return &Const{value.ConstString(s, 1)}
}

func longConst(n int64) *Const {
	return &Const{value.ConstInt(value.Long, n, 1)}
}

// in plans x in (…): a list of scalars, or the first column of a subquery.
func (p *builder) in(e *env, x *syntax.In) (Expr, error) {
	of, err := p.scalar(e, x.X)
	if err != nil {
		return nil, err
	}
	args := []Expr{of}
	for _, item := range x.List {
		if len(x.List) == 1 && p.tabular(e, item) {
			values, err := p.firstColumn(e, item)
			if err != nil {
				return nil, err
			}
			args = append(args, values...)
			continue
		}
		arg, err := p.scalar(e, item)
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	if len(args) == 1 {
		// An empty subquery: no value is in it.
		args = append(args, &Const{value.ConstDyn(value.NewArray(nil), 1)})
	}
	return p.call(e, x, x.Op, args)
}

// maxInList is Kusto's limit of values in an in list.
const maxInList = 1_000_000

// firstColumn runs a subquery and gives the distinct values of its first column as constants.
func (p *builder) firstColumn(e *env, x syntax.Expr) ([]Expr, error) {
	r, err := p.table(e, x)
	if err != nil {
		return nil, err
	}
	if p.opts.Run == nil {
		return nil, e.notBuilt(x, "a subquery in an expression")
	}
	if len(r.node.Columns()) == 0 {
		return nil, e.invalid(x, "the subquery has no column")
	}
	first := firstOf(r.node)
	b, err := p.opts.Run(Prune(distinctOf(first)), maxInList+1)
	if err != nil {
		return nil, err
	}
	if b.N > maxInList {
		return nil, e.invalid(x, "the subquery gives more than %d values", maxInList)
	}
	values := make([]Expr, b.N)
	for i := range values {
		values[i] = &Const{value.ConstOf(b.Cols[0], i, 1)}
	}
	return values, nil
}

// firstOf keeps the first column.
func firstOf(n Node) Node {
	c := n.Columns()[0]
	return &Project{Shape: Shape{c}, From: From{n}, Items: []Expr{&Col{0, c.Kind}}}
}

// distinctOf drops repeated rows, except of dynamic values, which have no key.
func distinctOf(n Node) Node {
	cols := n.Columns()
	keys := make([]Expr, len(cols))
	for i, c := range cols {
		if c.Kind == value.Dynamic {
			return n
		}
		keys[i] = &Col{i, c.Kind}
	}
	return &Summarize{Shape: cols, From: From{n}, Keys: keys, Keyed: true}
}

// tabular tells whether an expression gives a table.
func (p *builder) tabular(e *env, x syntax.Expr) bool {
	if e.scope.Tables[x] != nil {
		return true
	}
	return e.scope.Types[x].Tabular()
}
