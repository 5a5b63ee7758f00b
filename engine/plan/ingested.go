// ingestion_time(): when a row came into its table. The instant stands beside the columns of a table, where no query sees it, and is
// still known behind operators that give a row's columns on: where, extend, take, sort and top.

package plan

import (
	"calypso/engine/fn"
	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// ingestionColumn is what the instant is called in a plan.
const ingestionColumn = "$IngestionTime"

// timed plans an operator that asks when rows came in: it gets rows with the instant behind their columns, and hands on rows without.
func (p *builder) timed(e *env, in *relation, op syntax.Operator) (*relation, error) {
	switch op.(type) {
	case *syntax.WhereOp, *syntax.ExtendOp, *syntax.ProjectOp, *syntax.SummarizeOp, *syntax.SortOp, *syntax.TopOp:
	default:
		return p.operator1(e, in, op)
	}
	if in == nil || !asksIngestion(op) {
		return p.operator1(e, in, op)
	}
	wide, ok := withInstant(in.node)
	if !ok {
		return p.operator1(e, in, op) // the call says why it can't be answered
	}
	inner := *e
	inner.ingested = &Col{Ordinal: len(in.cols), Type: value.Datetime}
	out, err := p.operator1(&inner, &relation{wide, in.cols}, op)
	if err != nil {
		return nil, err
	}
	if n := len(out.cols); len(out.node.Columns()) == n+1 {
		out = &relation{keepFirst(out.node, n), out.cols}
	}
	return out, nil
}

// asksIngestion tells whether the operator's own expressions call ingestion_time().
func asksIngestion(op syntax.Operator) bool {
	found := false
	syntax.Walk(op, func(n syntax.Node) bool {
		if call, ok := n.(*syntax.Call); ok && call.Fun != nil && call.Fun.Text == "ingestion_time" {
			found = true
		}
		_, inner := n.(*syntax.Pipe)
		return !inner && !found
	})
	return found
}

// withInstant gives a node whose rows have the instant behind their columns.
func withInstant(n Node) (Node, bool) {
	wide := func(in Node) Shape {
		return append(append(Shape{}, in.Columns()...), value.Column{Name: ingestionColumn, Kind: value.Datetime})
	}
	switch n := n.(type) {
	case *Scan:
		if n.Timed {
			return nil, false
		}
		c := *n
		c.Timed, c.Shape = true, wide(n)
		c.Ordinals = append(append([]int{}, n.Ordinals...), n.Width)
		return &c, true
	case *Filter:
		in, ok := withInstant(n.In)
		return &Filter{From{in}, n.Cond}, ok
	case *Take:
		in, ok := withInstant(n.In)
		return &Take{From{in}, n.N}, ok
	case *Sort:
		in, ok := withInstant(n.In)
		return &Sort{From{in}, n.Keys}, ok
	case *Top:
		in, ok := withInstant(n.In)
		return &Top{From{in}, n.Keys, n.N}, ok
	case *Project:
		return projectInstant(n, wide(n))
	case *Values, *Range: // rows of no table came in at no time
		var items []Expr
		for i, c := range n.Columns() {
			items = append(items, &Col{Ordinal: i, Type: c.Kind})
		}
		items = append(items, &Const{value.NewNull(value.Datetime, 1)})
		return &Project{Shape: wide(n), From: From{n}, Items: items}, true
	}
	return nil, false
}

// projectInstant goes through extend: a projection that gives all columns of its input on, whatever it adds. What Kusto answers
// behind one that leaves columns out no case shows.
func projectInstant(n *Project, shape Shape) (Node, bool) {
	given := map[int]bool{}
	for _, x := range n.Items {
		if c, ok := x.(*Col); ok {
			given[c.Ordinal] = true
		}
	}
	width := len(n.In.Columns())
	for i := range width {
		if !given[i] {
			return nil, false
		}
	}
	in, ok := withInstant(n.In)
	items := append(append([]Expr{}, n.Items...), &Col{Ordinal: width, Type: value.Datetime})
	return &Project{Shape: shape, From: From{in}, Items: items}, ok
}

// ingestionTime plans the call.
func (p *builder) ingestionTime(e *env, x *syntax.Call) (Expr, error) {
	if e.ingested == nil {
		return nil, e.notBuilt(x, "'ingestion_time' other than in where, extend, project, summarize, sort and top over the rows of one table")
	}
	return e.ingested, nil
}

// StandIn is a query whose rows stand in a table's place: those that a policy lets be seen, or those of a materialized view.
type StandIn struct {
	Query *binder.Bound
	Name  string // what errors in it are said to be in
	// Source is the table whose own rows the query reads, by name in the database of the place.
	Source string
	// Database is that database; "" for the query's own.
	Database string
	// Since leaves out the rows of Source that came in at this instant or before it; 0 for none.
	Since int64
}

// standIn plans what stands in a table's place.
func (p *builder) standIn(e *env, at syntax.Node, s *StandIn, cols []*symbol.Column) (*relation, error) {
	if p.standing != nil {
		return nil, e.notBuilt(at, "'%s', which is not read as it is, inside the query of '%s'", s.Name, p.standing.Name)
	}
	b := s.Query
	statements := b.Tree.Statements
	last, ok := statements[len(statements)-1].(*syntax.QueryStatement)
	if !ok {
		return nil, e.invalid(at, "the query of '%s' ends in no expression", s.Name)
	}
	defer p.leave()
	if err := p.enter(e, at); err != nil {
		return nil, err
	}
	outer, restricted := p.standing, p.restricted
	p.standing, p.restricted = s, nil
	defer func() { p.standing, p.restricted = outer, restricted }()
	r, err := p.table(&env{scope: b.Scope, src: source{tree: b.Tree, name: s.Name}, inFunction: true}, last.X)
	if err != nil {
		return nil, err
	}
	have := r.node.Columns()
	same := len(have) == len(cols)
	for i := 0; same && i < len(cols); i++ {
		same = have[i].Name == cols[i].Name && have[i].Kind == kindOf(cols[i].Type)
	}
	if !same {
		return nil, e.invalid(at, "the query of '%s' gives other columns than it did when it was made; alter it", s.Name)
	}
	return &relation{r.node, cols}, nil
}

// since leaves out the rows of a stand-in's own table that are too old for it.
func since(scan *Scan, cols []*symbol.Column, instant int64) (*relation, error) {
	if instant == 0 {
		return &relation{scan, cols}, nil
	}
	wide, _ := withInstant(scan)
	args := []Expr{&Col{Ordinal: len(cols), Type: value.Datetime}, &Const{value.ConstInt(value.Datetime, instant, 1)}}
	over, err := fn.Scalar(">", describe(args))
	if err != nil {
		return nil, err
	}
	newer := &Call{Name: ">", Over: over, Args: args}
	return &relation{keepFirst(&Filter{From{wide}, newer}, len(cols)), cols}, nil
}
