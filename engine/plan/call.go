// Calls: functions that the plan itself answers, window functions, aggregates, and everything else by way of package fn.

package plan

import (
	"calypso/engine/fn"
	"calypso/kql/binder"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// windowNames are the functions that look at neighbouring rows.
var windowNames = map[string]bool{
	"prev": true, "next": true, "row_number": true, "row_cumsum": true, "row_rank": true,
	"row_rank_dense": true, "row_rank_min": true, "row_window_session": true,
}

func (p *builder) callOf(e *env, x *syntax.Call) (Expr, error) {
	inv := e.scope.Calls[x]
	if inv == nil {
		return nil, e.notBuilt(x, "function '%s', which the binder doesn't know,", x.Fun.Text)
	}
	switch inv.Symbol.Kind {
	case binder.SymFunction, binder.SymStored:
		return p.invoke(e, x, inv)
	case binder.SymAggregate:
		results, err := p.aggregate(e, x)
		if err != nil {
			return nil, err
		}
		return results[0], nil
	case binder.SymLet, binder.SymParam:
		if inv.Body != nil {
			return p.invoke(e, x, inv)
		}
	case binder.SymBuiltin:
		return p.builtin(e, x)
	}
	return nil, e.notBuilt(x, "a call of '%s'", x.Fun.Text)
}

// builtin plans a call of a built-in function.
func (p *builder) builtin(e *env, x *syntax.Call) (Expr, error) {
	name := x.Fun.Text
	if e.match != nil || e.element != nil {
		if out, done, err := p.graphFunction(e, x); done {
			return out, err
		}
	}
	switch name {
	case "toscalar":
		return p.toScalar(e, x)
	case "column_ifexists", "columnifexists":
		return p.columnIfExists(e, x)
	case "column_names_of":
		return p.columnNames(e, x)
	case "bin_auto":
		return p.binAuto(e, x)
	case "pack_all":
		return p.packAll(e, x)
	case "bag_pack_columns":
		return p.packColumns(e, x)
	case "ingestion_time":
		return p.ingestionTime(e, x)
	case "materialize":
		return nil, e.notBuilt(x, "materialize of a scalar")
	}
	args, err := p.arguments(e, x)
	if err != nil {
		return nil, err
	}
	if windowNames[name] {
		return p.window(e, x, args)
	}
	if out, done, err := p.sketchCall(e, x, args); done {
		return out, err
	}
	return p.call(e, x, name, args)
}

func (p *builder) arguments(e *env, x *syntax.Call) ([]Expr, error) {
	var args []Expr
	for _, a := range x.Args {
		switch a := a.(type) {
		case *syntax.Wildcard:
			cols, ok := e.scope.Columns[a]
			if !ok {
				return nil, e.notBuilt(a, "this argument of '%s'", x.Fun.Text)
			}
			for _, c := range cols {
				arg, err := p.column(e, a, c)
				if err != nil {
					return nil, err
				}
				args = append(args, arg)
			}
			continue
		case *syntax.Pipe:
			return nil, e.notBuilt(a, "this argument of '%s'", x.Fun.Text)
		case *syntax.Named:
			return nil, e.notBuilt(a, "a named argument of '%s'", x.Fun.Text)
		}
		arg, err := p.scalar(e, a)
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	return args, nil
}

// window plans a window function: it becomes a column of the operator's input.
func (p *builder) window(e *env, x *syntax.Call, args []Expr) (Expr, error) {
	if e.windows == nil {
		return nil, e.invalid(x, "'%s' can't stand here; use it in extend, project or serialize on serialized rows", x.Fun.Text)
	}
	over, err := fn.Window(x.Fun.Text, describe(args))
	if err != nil {
		return nil, e.functionError(x, err)
	}
	e.windows.calls = append(e.windows.calls, WindowCall{Name: x.Fun.Text, Over: over, Args: args})
	return &Col{Ordinal: e.windows.base + len(e.windows.calls) - 1, Type: over.Result}, nil
}

// aggregate plans an aggregate: it becomes one or more columns of the grouped rows.
func (p *builder) aggregate(e *env, x *syntax.Call) ([]Expr, error) {
	g := e.groups
	if g == nil {
		return nil, e.invalid(x, "aggregate '%s' can't stand here; use it in summarize", x.Fun.Text)
	}
	args, err := p.aggregateArguments(g.input, x)
	if err != nil {
		return nil, err
	}
	over, err := p.aggregateOver(e, x, args)
	if err != nil {
		return nil, e.functionError(x, err)
	}
	if len(over.Results) == 0 {
		return nil, e.notBuilt(x, "aggregate '%s'", x.Fun.Text)
	}
	results := make([]Expr, len(over.Results))
	for i, k := range over.Results {
		results[i] = &Col{Ordinal: g.first + len(g.kinds), Type: k}
		g.kinds = append(g.kinds, k)
	}
	g.aggs = append(g.aggs, Aggregate{Name: x.Fun.Text, Over: over, Args: args})
	return results, nil
}

// aggregateArguments plans the arguments of an aggregate; a lone * stands for the columns that aren't named yet.
func (p *builder) aggregateArguments(e *env, x *syntax.Call) ([]Expr, error) {
	var args []Expr
	for _, a := range x.Args {
		if w, ok := a.(*syntax.Wildcard); ok {
			if w.Text != "*" {
				return nil, e.notBuilt(a, "the wildcard '%s' in '%s'", w.Text, x.Fun.Text)
			}
			if x.Fun.Text == "count" {
				continue
			}
			args = append(args, p.otherColumns(e, args)...)
			continue
		}
		arg, err := p.scalar(e, a)
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	return args, nil
}

// otherColumns are the input's columns that are neither grouping keys nor among those already named.
func (p *builder) otherColumns(e *env, named []Expr) []Expr {
	skip := map[int]bool{}
	for _, a := range named {
		if c, ok := a.(*Col); ok {
			skip[c.Ordinal] = true
		}
	}
	var others []Expr
	for i, c := range e.row {
		if !skip[i] && !e.keyed[c] {
			others = append(others, &Col{i, e.list[i].Kind})
		}
	}
	return others
}

// toScalar runs a subquery now and gives the first cell of its first row; null when there is no row.
func (p *builder) toScalar(e *env, x *syntax.Call) (Expr, error) {
	if len(x.Args) != 1 {
		return nil, e.invalid(x, "toscalar() takes one table")
	}
	if !p.tabular(e, x.Args[0]) {
		return p.scalar(e, x.Args[0])
	}
	if p.opts.Run == nil {
		return nil, e.notBuilt(x, "toscalar in this place")
	}
	r, err := p.table(&env{scope: e.scope, src: e.src}, x.Args[0])
	if err != nil {
		return nil, err
	}
	if len(r.node.Columns()) == 0 {
		return nil, e.invalid(x, "the table in toscalar() has no column")
	}
	b, err := p.opts.Run(Prune(&Take{From{firstOf(r.node)}, 1}), 1)
	if err != nil {
		return nil, err
	}
	if b.N == 0 {
		return &Const{value.NewNull(r.node.Columns()[0].Kind, 1)}, nil
	}
	return &Const{value.ConstOf(b.Cols[0], 0, 1)}, nil
}

// columnIfExists gives a column by name where the input has it, else the default.
func (p *builder) columnIfExists(e *env, x *syntax.Call) (Expr, error) {
	if len(x.Args) != 2 {
		return nil, e.invalid(x, "'%s' takes a column's name and a default", x.Fun.Text)
	}
	name, err := p.scalar(e, x.Args[0])
	if err != nil {
		return nil, err
	}
	c, ok := name.(*Const)
	if !ok || c.V.Kind != value.String {
		return nil, e.invalid(x.Args[0], "'%s' takes the column's name as a constant string", x.Fun.Text)
	}
	for i, col := range e.list {
		if col.Name == c.V.Strings[0] {
			return &Col{i, col.Kind}, nil
		}
	}
	return p.scalar(e, x.Args[1])
}

// packColumns makes a bag of the columns named.
func (p *builder) packColumns(e *env, x *syntax.Call) (Expr, error) {
	var args []Expr
	for _, a := range x.Args {
		ref, ok := a.(*syntax.NameRef)
		if !ok {
			return nil, e.notBuilt(a, "this argument of 'bag_pack_columns'")
		}
		col, err := p.scalar(e, a)
		if err != nil {
			return nil, err
		}
		args = append(args, stringConst(ref.Name.Text), col)
	}
	return p.call(e, x, "bag_pack", args)
}

// binAuto plans bin_auto: bin_at with the size and the fixed point that set statements give.
func (p *builder) binAuto(e *env, x *syntax.Call) (Expr, error) {
	if len(x.Args) != 1 {
		return nil, e.invalid(x, "bin_auto() takes one value")
	}
	of, err := p.scalar(e, x.Args[0])
	if err != nil {
		return nil, err
	}
	args := []Expr{of, nil, nil}
	for i, option := range []string{"query_bin_auto_size", "query_bin_auto_at"} {
		if args[i+1], err = p.option(e, option); err != nil {
			return nil, err
		}
		if args[i+1] == nil {
			return nil, e.notBuilt(x, "bin_auto() without 'set %s = …'", option)
		}
	}
	return p.call(e, x, "bin_at", args)
}

// option gives the value of the last set statement of a name; nil when there is none.
func (p *builder) option(e *env, name string) (out Expr, err error) {
	for _, s := range p.bound.Tree.Statements {
		set, ok := s.(*syntax.SetStatement)
		if !ok || set.Option == nil || set.Option.Text != name || set.Value == nil {
			continue
		}
		if out, err = p.scalar(&env{scope: p.bound.Scope, src: source{tree: p.bound.Tree}}, set.Value); err != nil {
			return nil, err
		}
	}
	return out, nil
}
