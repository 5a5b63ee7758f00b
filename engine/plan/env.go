// Where an expression stands: which side tables name it, which columns it can see, which window functions and aggregates it
// may gather.

package plan

import (
	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// env is the surroundings of an expression or of a pipeline.
type env struct {
	scope *binder.Scope
	src   source
	// cols is what a column means here; nil where no row is at hand.
	cols map[*symbol.Column]Expr
	// row are the columns by name and order, for column_ifexists and pack_all; in step with list.
	row  []*symbol.Column
	list []value.Column
	// byName lets columns be found by name: in search, where the binder's columns stand for those of several tables.
	byName bool
	// anyColumn lets * stand for any column: in the condition of where.
	anyColumn bool
	// steps are the states that scan's expressions can see, by step name.
	steps map[string]map[*symbol.Column]Expr
	// windows collects window functions; nil where they can't stand.
	windows *windows
	// groups collects aggregates; nil where they can't stand.
	groups *groups
	// keyed are the columns that rows are grouped by, where that is so.
	keyed map[*symbol.Column]bool
	// pipe is the pipeline whose operators are being planned; inFunction tells that it stands in a function's body.
	pipe       *syntax.Pipe
	inFunction bool
	// match is the graph-match whose parts are seen, element tells that one node or edge is; nil elsewhere.
	match   *matching
	element *element
	// hole is the input of a pipeline that has no source of its own.
	hole *relation
	// ingested is when the row at hand came into its table; nil where that isn't at hand.
	ingested Expr
}

// relation is a node with the binder's columns of it.
type relation struct {
	node Node
	cols []*symbol.Column
}

// over gives the surroundings of expressions over a relation's rows.
func (e *env) over(r *relation) *env {
	inner := &env{scope: e.scope, src: e.src, cols: make(map[*symbol.Column]Expr, len(r.cols)), row: r.cols, list: r.node.Columns()}
	if inner.ingested = e.ingested; e.ingested != nil {
		inner.list = inner.list[:len(r.cols)]
	}
	for i, c := range r.cols {
		inner.cols[c] = &Col{Ordinal: i, Type: inner.list[i].Kind}
	}
	return inner
}

// in gives the surroundings with other side tables: a let's or a function's body.
func (e *env) in(scope *binder.Scope, src source) *env {
	return &env{scope: scope, src: src, inFunction: e.inFunction}
}

// withWindows lets expressions use window functions over r.
func (e *env) withWindows(r *relation) *env {
	e.windows = &windows{base: len(r.node.Columns())}
	return e
}

// windows are the window functions of one operator, in the order they are needed; each adds a column to the input.
type windows struct {
	base  int
	calls []WindowCall
}

// wrap puts the window functions between an operator and its input.
func (w *windows) wrap(in Node) Node {
	if w == nil || len(w.calls) == 0 {
		return in
	}
	shape := append(Shape(nil), in.Columns()...)
	for _, c := range w.calls {
		shape = append(shape, value.Column{Name: "", Kind: c.Over.Result})
	}
	return &Window{Shape: shape, From: From{in}, Calls: w.calls}
}

// groups are the aggregates of one operator.
type groups struct {
	input *env // surroundings of their arguments
	first int  // ordinal of the first aggregate's column
	kinds []value.Kind
	aggs  []Aggregate
	keys  map[*symbol.Column]Expr
}

// kindOf gives the value type of a column or expression type; Invalid for what no cell can hold.
func kindOf(t symbol.Type) value.Kind {
	switch t {
	case symbol.Bool:
		return value.Bool
	case symbol.Int:
		return value.Int
	case symbol.Long:
		return value.Long
	case symbol.Real:
		return value.Real
	case symbol.Decimal:
		return value.Decimal
	case symbol.String:
		return value.String
	case symbol.Datetime:
		return value.Datetime
	case symbol.Timespan:
		return value.Timespan
	case symbol.Guid:
		return value.Guid
	case symbol.Dynamic, symbol.Null:
		return value.Dynamic
	}
	return value.Invalid
}

// shapeOf gives the columns of a binder's list; an unknown type is refused.
func (e *env) shapeOf(n syntax.Node, list []*symbol.Column) (Shape, error) {
	shape := make(Shape, len(list))
	for i, c := range list {
		shape[i] = value.Column{Name: c.Name, Kind: kindOf(c.Type)}
		if shape[i].Kind == value.Invalid {
			return nil, e.notBuilt(n, "column '%s' of type %s", c.Name, c.Type)
		}
	}
	return shape, nil
}

// adopt takes the binder's view of an operator's input: the same columns, perhaps by other pointers. A difference is ours
// to refuse: going on could answer wrongly.
func (e *env) adopt(n syntax.Node, r *relation, want *binder.Table) (*relation, error) {
	if want == nil {
		return r, nil
	}
	have := r.node.Columns()
	if len(have) != len(want.List) {
		return nil, e.notBuilt(n, "this place, where the plan has %d columns and the binder %d,", len(have), len(want.List))
	}
	for i, c := range want.List {
		if have[i].Kind != kindOf(c.Type) {
			return nil, e.notBuilt(n, "column '%s', which is %s in the plan and %s in the binder,", c.Name, have[i].Kind, c.Type)
		}
		if have[i].Name != c.Name {
			return nil, e.notBuilt(n, "column '%s', which the binder calls '%s',", have[i].Name, c.Name)
		}
	}
	return &relation{r.node, want.List}, nil
}
