// Build: from a bound query to a plan, statement by statement.

package plan

import (
	"calypso/engine/fn"
	"calypso/kql/binder"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// Options is what a plan needs from outside. The zero value works for queries without toscalar and parameters.
type Options struct {
	// Context is lent to kernels when constants are folded; it holds the query's instant.
	Context *fn.Context
	// Run gives the rows of a subquery whose value the plan needs (toscalar, in (T | …)); nil refuses them. At most limit rows
	// are wanted, or all when limit is negative.
	Run func(n Node, limit int64) (*value.Batch, error)
	// Learned are the rows of plugins that a run before this one asked for by a *Learn.
	Learned map[*syntax.EvaluateOp]*value.Batch
	// External reads a file that externaldata names; nil refuses all.
	External func(File) (*value.Batch, error)
	// StandIn gives what stands in the place of a table that isn't read as it is, nil for all others. Where it is nil itself, views are
	// refused.
	StandIn func(s binder.Symbol) (*StandIn, error)
	// Parameter gives the value of a query parameter as a constant of its declared type; ok is false when there is none.
	Parameter func(name string, kind value.Kind) (v *value.Vector, ok bool, err error)
}

// Plan is a query ready to run: one result for each tabular statement.
type Plan struct {
	Results []Result
}

// Result is one result table.
type Result struct {
	Root Node
	// Name is what as or fork calls it; "" for most.
	Name string
	// Serialized tells that the order of rows is defined.
	Serialized bool
	// Render is the render operator's kind and properties, in order; nil without one.
	Render *Render
}

// Render is what a render operator says about the picture.
type Render struct {
	Kind       string
	Properties []Property
}

// Property is one name and value of render.
type Property struct {
	Name  string
	Value string
	Names []string // for lists of columns
}

type builder struct {
	opts   Options
	bound  *binder.Bound
	params map[*binder.Variable]argument
	shares map[shareKey]*relation
	named  map[*syntax.AsOp]*relation
	lets   map[*binder.Variable]Expr
	// outputs are the tables that graph-to-table names.
	outputs map[*syntax.Name]*relation
	keys    map[*syntax.Name]Expr // values of the keys of partition, by where they are declared
	// unseen are the calls that make and read values which nobody may see.
	unseen *unseen
	depth  int
	// restricted is what statements may name, nil for all; freed counts the bodies around that may name anything.
	restricted *restriction
	freed      int
	standing   *StandIn // whose query is being planned; nil outside
	render     *Render  // of the statement being planned
}

type shareKey struct {
	x     syntax.Expr
	scope *binder.Scope
}

// argument is what a function's parameter stands for.
type argument struct {
	x Expr
	t *relation
}

// maxDepth bounds the nesting of lets and functions.
const maxDepth = 400

// Build makes the plan of a bound query that has no errors. The error is a *NotBuilt, an *Invalid, a *Learn, or
// what Options.Run gave.
func Build(b *binder.Bound, opts Options) (*Plan, error) {
	if opts.Context == nil {
		opts.Context = &fn.Context{}
	}
	p := &builder{
		opts: opts, bound: b, params: map[*binder.Variable]argument{}, shares: map[shareKey]*relation{},
		named: map[*syntax.AsOp]*relation{}, lets: map[*binder.Variable]Expr{},
		keys: map[*syntax.Name]Expr{}, outputs: map[*syntax.Name]*relation{},
		unseen: newUnseen(),
	}
	if run := opts.Run; run != nil {
		p.opts.Run = func(n Node, limit int64) (*value.Batch, error) {
			if err := p.noneUnseen(n); err != nil {
				return nil, err
			}
			return run(n, limit)
		}
	}
	top := &env{scope: b.Scope, src: source{tree: b.Tree}}
	plan := &Plan{}
	for _, s := range b.Tree.Statements {
		if err := p.statement(top, s, plan); err != nil {
			return nil, err
		}
	}
	for i := range plan.Results {
		var err error
		if plan.Results[i].Root, err = p.hideUnseen(plan.Results[i].Root); err != nil {
			return nil, err
		}
	}
	if len(plan.Results) == 0 {
		return nil, top.invalid(nil, "the query has no tabular statement; end it with a table expression")
	}
	return plan, nil
}

func (p *builder) statement(e *env, s syntax.Statement, plan *Plan) error {
	switch s := s.(type) {
	case *syntax.QueryStatement:
		p.render = nil
		if done, err := p.several(e, s.X, plan); done || err != nil {
			return err
		}
		r, err := p.table(e, s.X)
		if err != nil {
			return err
		}
		if _, graph := r.node.(*Graph); graph {
			return e.invalid(s, "a query can't end in a graph; give its nodes or edges with graph-to-table")
		}
		result := Result{Root: Prune(r.node), Render: p.render}
		if t := e.scope.Tables[s.X]; t != nil {
			result.Serialized = t.Serialized
		}
		plan.Results = append(plan.Results, result)
		return nil
	case *syntax.LetStatement, *syntax.SetStatement, *syntax.DeclareParams, *syntax.AliasStatement, *syntax.DeclarePattern:
		return nil
	case *syntax.RestrictStatement:
		if p.restricted != nil {
			return e.notBuilt(s, "a second 'restrict access to'")
		}
		var err error
		p.restricted, err = p.restrict(e, s)
		return err
	}
	return e.invalid(s, "this is no statement")
}
