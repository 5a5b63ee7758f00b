// Tabular expressions: where rows come from, and pipelines.

package plan

import (
	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// table plans a tabular expression.
func (p *builder) table(e *env, x syntax.Expr) (*relation, error) {
	r, err := p.tableOf(e, x)
	if err != nil {
		return nil, err
	}
	if t := e.scope.Tables[x]; t != nil && !t.Open {
		return e.adopt(x, r, t)
	}
	return r, nil
}

func (p *builder) tableOf(e *env, x syntax.Expr) (*relation, error) {
	switch x := x.(type) {
	case *syntax.Paren:
		return p.table(e, x.X)
	case *syntax.Named:
		return p.table(e, x.X)
	case *syntax.NameRef:
		return p.tableName(e, x, x.Name)
	case *syntax.Path:
		return p.tablePath(e, x)
	case *syntax.Call:
		return p.tableCall(e, x)
	case *syntax.DataTable:
		return p.dataTable(e, x)
	case *syntax.Pipe:
		return p.pipe(e, x)
	case *syntax.ExternalData:
		return p.externalData(e, x)
	case *syntax.MaterializedViewCombine:
		return nil, e.notBuilt(x, "'materialized-view-combine'")
	}
	return nil, e.notBuilt(x, "this kind of table expression")
}

func (p *builder) pipe(e *env, x *syntax.Pipe) (*relation, error) {
	r := e.hole
	if x.Source != nil {
		var err error
		if r, err = p.table(e, x.Source); err != nil {
			return nil, err
		}
	}
	inner := *e
	inner.hole, inner.pipe = nil, x
	for _, op := range x.Ops {
		var err error
		if r, err = p.operate(&inner, r, op); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// tableName plans a name that stands for a table.
func (p *builder) tableName(e *env, at syntax.Expr, name *syntax.Name) (*relation, error) {
	s, ok := e.scope.Refs[name]
	if !ok {
		return nil, e.notBuilt(at, "table '%s' of another cluster or database", name.Text)
	}
	if err := p.permitted(e, at, s); err != nil {
		return nil, err
	}
	switch s.Kind {
	case binder.SymTable:
		return p.scanOf(e, at, s)
	case binder.SymLet, binder.SymParam, binder.SymFunction:
		if inv := e.scope.Calls[at]; inv != nil && inv.Body != nil {
			return p.invokeTable(e, at, inv)
		}
		return p.tableVariable(e, at, s.Let)
	case binder.SymAs:
		if s.Let != nil && s.Let.Op != nil {
			if r := p.named[s.Let.Op]; r != nil {
				return r, nil
			}
		}
	case binder.SymStored:
		if inv := e.scope.Calls[at]; inv != nil {
			return p.invokeTable(e, at, inv)
		}
	}
	return nil, e.notBuilt(at, "the name '%s' as a table", name.Text)
}

func (p *builder) scanOf(e *env, at syntax.Node, s binder.Symbol) (*relation, error) {
	t := s.Table
	if t == nil || s.Cluster != "" {
		return nil, e.notBuilt(at, "table '%s' of another cluster", s.Name)
	}
	own := p.standing != nil && p.standing.Source == t.Name && t.Kind == symbol.Plain && s.Database == ""
	if p.opts.StandIn != nil && !own {
		if in, err := p.opts.StandIn(s); in != nil || err != nil {
			if err != nil {
				return nil, err
			}
			return p.standIn(e, at, in, t.Columns.List)
		}
	}
	if t.Kind != symbol.Plain {
		return nil, e.notBuilt(at, "'%s', which is no plain table,", t.Name)
	}
	if t.Columns.Open {
		return nil, e.notBuilt(at, "table '%s', whose columns aren't known,", t.Name)
	}
	shape, err := e.shapeOf(at, t.Columns.List)
	if err != nil {
		return nil, err
	}
	ordinals := make([]int, len(shape))
	for i := range ordinals {
		ordinals[i] = i
	}
	database := s.Database
	if database == "" && p.standing != nil {
		database = p.standing.Database
	}
	scan := &Scan{Shape: shape, Database: database, Table: t.Name, Ordinals: ordinals, Width: len(ordinals)}
	if own {
		return since(scan, t.Columns.List, p.standing.Since)
	}
	return &relation{scan, t.Columns.List}, nil
}

// tableVariable plans a tabular let or parameter. A let is planned anew at each use; what materialize made is shared.
func (p *builder) tableVariable(e *env, at syntax.Node, v *binder.Variable) (*relation, error) {
	if v == nil {
		return nil, e.notBuilt(at, "this name as a table")
	}
	if arg, ok := p.params[v]; ok {
		if arg.t == nil {
			return nil, e.invalid(at, "'%s' is no table", v.Name)
		}
		return arg.t, nil
	}
	if v.Op != nil {
		if r := p.named[v.Op]; r != nil {
			return r, nil
		}
	}
	if r := p.outputs[v.Decl]; r != nil {
		return r, nil
	}
	if v.X == nil || v.Scope == nil {
		return nil, e.notBuilt(at, "'%s' as a table", v.Name)
	}
	defer p.leave()
	if err := p.enter(e, at); err != nil {
		return nil, err
	}
	defer p.within(binder.Symbol{Let: v})()
	return p.table(e.in(v.Scope, e.src), v.X)
}

func (p *builder) tablePath(e *env, x *syntax.Path) (*relation, error) {
	if call, ok := x.X.(*syntax.Call); ok {
		if inv := e.scope.Calls[call]; inv != nil && inv.Symbol.Kind == binder.SymPattern {
			return p.patternCase(e, x, inv)
		}
	}
	switch sel := x.Selector.(type) {
	case *syntax.NameRef:
		return p.tableName(e, sel, sel.Name)
	case *syntax.Call:
		return p.tableCall(e, sel)
	}
	return nil, e.notBuilt(x, "this path as a table")
}

func (p *builder) tableCall(e *env, x *syntax.Call) (*relation, error) {
	inv := e.scope.Calls[x]
	if inv == nil {
		return nil, e.notBuilt(x, "a call of '%s'", x.Fun.Text)
	}
	if err := p.permitted(e, x, inv.Symbol); err != nil {
		return nil, err
	}
	switch inv.Symbol.Kind {
	case binder.SymTable:
		return p.scanOf(e, x, inv.Symbol)
	case binder.SymFunction, binder.SymStored, binder.SymLet, binder.SymParam:
		return p.invokeTable(e, x, inv)
	case binder.SymPattern:
		return p.patternCase(e, x, inv)
	}
	switch x.Fun.Text {
	case "materialize":
		return p.materialize(e, x)
	case "view":
		if len(x.Args) == 1 {
			return p.table(e, x.Args[0])
		}
	case "table", "materialized_view":
		if s, ok := e.scope.Refs[x.Fun]; ok && s.Kind == binder.SymTable {
			return p.scanOf(e, x, s)
		}
	}
	return nil, e.notBuilt(x, "'%s' as a table", x.Fun.Text)
}

// patternCase plans the body of the case of a declared pattern that a call fits.
func (p *builder) patternCase(e *env, at syntax.Expr, inv *binder.Invocation) (*relation, error) {
	if inv.Body == nil {
		return nil, e.invalid(at, "no case of pattern '%s' fits these values", inv.Symbol.Name)
	}
	return p.invokeTable(e, at, inv)
}

func (p *builder) invokeTable(e *env, at syntax.Expr, inv *binder.Invocation) (*relation, error) {
	body, inner, err := p.body(e, at, inv, nil)
	if err != nil {
		return nil, err
	}
	defer p.leave()
	defer p.within(inv.Symbol)()
	return p.table(inner, body)
}

// materialize shares one run of a subquery among all who read it in these side tables.
func (p *builder) materialize(e *env, x *syntax.Call) (*relation, error) {
	if len(x.Args) != 1 {
		return nil, e.invalid(x, "materialize() takes one table")
	}
	key := shareKey{x, e.scope}
	if r := p.shares[key]; r != nil && len(p.keys) == 0 {
		return r, nil
	}
	r, err := p.table(e, x.Args[0])
	if err != nil {
		return nil, err
	}
	r = &relation{&Share{From{Prune(r.node)}, "materialize", false}, r.cols}
	p.shares[key] = r
	return r, nil
}

// dataTable plans a table of constants.
func (p *builder) dataTable(e *env, x *syntax.DataTable) (*relation, error) {
	t := e.scope.Tables[x]
	if t == nil {
		return nil, e.notBuilt(x, "this datatable")
	}
	shape, err := e.shapeOf(x, t.List)
	if err != nil {
		return nil, err
	}
	if len(shape) == 0 {
		return nil, e.invalid(x, "the datatable has no columns")
	}
	if len(x.Values)%len(shape) != 0 {
		return nil, e.invalid(x, "the datatable has %d values, which isn't a multiple of its %d columns", len(x.Values), len(shape))
	}
	builders := make([]*value.Builder, len(shape))
	for i, c := range shape {
		builders[i] = value.NewBuilder(c.Kind, len(x.Values)/len(shape))
	}
	for i, v := range x.Values {
		cell, err := p.cell(e, v, shape[i%len(shape)].Kind)
		if err != nil {
			return nil, err
		}
		builders[i%len(shape)].AppendFrom(cell, 0)
	}
	b := &value.Batch{N: len(x.Values) / len(shape)}
	for _, build := range builders {
		b.Cols = append(b.Cols, build.Vector())
	}
	return &relation{&Values{Shape: shape, Batch: b}, t.List}, nil
}

// cell gives a datatable's value as a constant of the column's type. A value that the conversion would lose or read anew is
// refused: what a cluster makes of it isn't known.
func (p *builder) cell(e *env, x syntax.Expr, kind value.Kind) (*value.Vector, error) {
	planned, err := p.scalar(e, x)
	if err != nil {
		return nil, err
	}
	given, ok := planned.(*Const)
	if !ok {
		return nil, e.invalid(x, "a datatable holds constants only")
	}
	if planned, err = p.convert(e, x, planned, kind); err != nil {
		return nil, err
	}
	c, ok := planned.(*Const)
	if !ok {
		return nil, e.invalid(x, "a datatable holds constants only")
	}
	lost := c.V.IsNull(0) && !given.V.IsNull(0)
	if kind == value.Dynamic && given.V.Kind == value.String {
		lost = c.V.IsNull(0) || value.DynAt(c.V, 0).Kind() != value.DynString
	}
	if lost {
		return nil, e.notBuilt(x, "a %s in a datatable's column of %s", given.V.Kind, kind)
	}
	return c.V, nil
}
