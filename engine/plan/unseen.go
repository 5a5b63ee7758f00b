// Values that nobody may see: sketches, whose inner form isn't Kusto's, results of functions whose rule no answer of the real engine
// proves, and arrays whose order isn't known. A column of them may be handed on from operator to operator, sketches may be read by
// the functions made for them (fn.SketchOf), such arrays be counted and unfolded, and nothing else. A plan is searched for other uses
// once it is whole, and refused where it has one.

package plan

import (
	"slices"

	"calypso/engine/fn"
	"calypso/kql/syntax"
)

// origin is the call that an unseen value is from.
type origin struct {
	e  *env
	at *syntax.Call
	// what is refused where the value is looked at.
	what string
	// orderless is an array whose order isn't known.
	orderless bool
}

// unseen are the calls of a query that make such values or read them, by their kernels.
type unseen struct {
	scalars map[*fn.Overload]origin
	aggs    map[*fn.AggOverload]origin
	// tuples are the calls of several results that read sketches, or that aren't sure of all results.
	tuples map[*fn.TupleOverload]origin
	// held tells for each node, as far as asked, what each of its columns holds: nil for what may be seen.
	held map[Node][]*origin
	// loose tells for each node, as far as asked, the call whose unknown order its rows are in.
	loose map[Node]*origin
}

func newUnseen() *unseen {
	return &unseen{
		scalars: map[*fn.Overload]origin{}, aggs: map[*fn.AggOverload]origin{}, tuples: map[*fn.TupleOverload]origin{},
		held: map[Node][]*origin{}, loose: map[Node]*origin{},
	}
}

func (s *unseen) none() bool { return len(s.aggs)+len(s.scalars)+len(s.tuples) == 0 }

func ofSketch(e *env, at *syntax.Call) origin {
	return origin{e: e, at: at, what: "a use of what '" + at.Fun.Text + "' makes other than by the functions that read it"}
}

// sketchCall plans a scalar function of sketches; done is false for other functions.
func (p *builder) sketchCall(e *env, x *syntax.Call, args []Expr) (out Expr, done bool, err error) {
	if _, ok := fn.SketchOf(x.Fun.Text); !ok {
		return nil, false, nil
	}
	over, err := fn.SketchScalar(x.Fun.Text, describe(args))
	if err != nil {
		return nil, true, e.functionError(x, err)
	}
	p.unseen.scalars[over] = ofSketch(e, x)
	return &Call{Name: x.Fun.Text, Over: over, Args: args}, true, nil
}

// aggregateOver finds an aggregate's kernel, one of sketches too.
func (p *builder) aggregateOver(e *env, x *syntax.Call, args []Expr) (*fn.AggOverload, error) {
	if _, ok := fn.SketchOf(x.Fun.Text); !ok {
		return fn.Aggregate(x.Fun.Text, describe(args))
	}
	over, err := fn.SketchAggregate(x.Fun.Text, describe(args))
	if err == nil {
		p.unseen.aggs[over] = ofSketch(e, x)
	}
	return over, err
}

// hideUnseen gives a result that shows no such value: where a column may hold one the rows are watched, since null is shown.
func (p *builder) hideUnseen(n Node) (Node, error) {
	if p.unseen.none() {
		return n, nil
	}
	held, err := p.unseen.of(n)
	if err != nil {
		return nil, err
	}
	watch := &Project{Shape: n.Columns(), From: From{n}}
	any := false
	for i, c := range n.Columns() {
		var x Expr = &Col{i, c.Kind}
		if held[i] != nil {
			any, x = true, &Call{Name: "unseen", Over: fn.Unseen(held[i].at.Fun.Text, c.Kind, held[i].orderless), Args: []Expr{x}}
		}
		watch.Items = append(watch.Items, x)
	}
	if !any {
		return n, nil
	}
	return watch, nil
}

// noneUnseen refuses rows that hold such values where the plan itself looks at the rows.
func (p *builder) noneUnseen(n Node) error {
	if p.unseen.none() {
		return nil
	}
	held, err := p.unseen.of(n)
	if err != nil {
		return err
	}
	return refuseAny(held)
}

func (s *origin) refuse() error {
	return s.e.notBuilt(s.at, "%s", s.what)
}

func refuseAny(held []*origin) error {
	for _, h := range held {
		if h != nil {
			return h.refuse()
		}
	}
	return nil
}

// of gives what a node's columns hold, or refuses what is done with such values below.
func (s *unseen) of(n Node) ([]*origin, error) {
	if held, ok := s.held[n]; ok {
		return held, nil
	}
	var in [][]*origin
	for _, i := range n.Inputs() {
		held, err := s.of(i)
		if err != nil {
			return nil, err
		}
		in = append(in, held)
	}
	held, err := s.through(n, in)
	if err != nil {
		return nil, err
	}
	if s.loose[n], err = s.loosely(n); err != nil {
		return nil, err
	}
	s.held[n] = held
	return held, nil
}

// through takes such values through one operator.
func (s *unseen) through(n Node, in [][]*origin) ([]*origin, error) {
	switch n := n.(type) {
	case *Filter:
		return in[0], s.absent(in[0], n.Cond)
	case *Project:
		out := make([]*origin, len(n.Items))
		for i, x := range n.Items {
			var err error
			if out[i], err = s.made(in[0], x); err != nil {
				return nil, err
			}
		}
		return out, nil
	case *Summarize:
		return s.grouped(n, in[0])
	case *Sort:
		return in[0], s.absentKeys(in[0], n.Keys)
	case *Top:
		return in[0], s.absentKeys(in[0], n.Keys)
	case *Take, *Sample, *Reverse, *Share:
		return in[0], nil
	case *Count:
		return make([]*origin, 1), nil
	case *Union:
		return stacked(n, in)
	case *Join:
		if err := s.absent(in[0], n.LeftKeys...); err != nil {
			return nil, err
		}
		return gathered(n.Out, in), s.absent(in[1], n.RightKeys...)
	case *Lookup:
		return gathered(n.Out, in), s.absent(append(append([]*origin(nil), in[0]...), in[1]...), n.On)
	case *Partition:
		if err := s.absent(in[0], n.Keys...); err != nil {
			return nil, err
		}
		s.held[n.Hole], s.loose[n.Hole] = in[0], s.loose[n.In]
		return s.of(n.Sub)
	case *MvExpand:
		return s.unfolded(n, in[0])
	case *Apply:
		s.held[n.Expand.In] = make([]*origin, len(n.Expand.In.Columns()))
		s.held[n.Hole] = make([]*origin, len(n.Hole.Columns()))
		for _, item := range n.Expand.Items {
			place, err := s.made(in[0], item.X)
			if err != nil {
				return nil, err
			}
			if place != nil && !place.orderless {
				return nil, place.refuse()
			}
			if place != nil {
				s.loose[n.Hole] = place
			}
		}
		sub, err := s.of(n.Sub)
		if err != nil {
			return nil, err
		}
		if err := refuseAny(sub); err != nil {
			return nil, err
		}
	}
	for _, held := range in {
		if err := refuseAny(held); err != nil {
			return nil, err
		}
	}
	return make([]*origin, len(n.Columns())), nil
}

// unfolded takes them through mv-expand. An array without order makes rows, which have none either; a second one would be paired with
// it by place, and the place could be asked for.
func (s *unseen) unfolded(n *MvExpand, in []*origin) ([]*origin, error) {
	for _, item := range n.Items {
		place, err := s.made(in, item.X)
		if err != nil {
			return nil, err
		}
		if place != nil && (!place.orderless || len(n.Items) > 1 || n.Index || n.Limit >= 0) {
			return nil, place.refuse()
		}
	}
	out := make([]*origin, len(n.Columns()))
	for i, from := range n.Keep {
		if from >= 0 {
			out[i] = in[from]
		}
	}
	return out, nil
}

// grouped takes sketches through an aggregation: they are made, merged, or taken from any row.
func (s *unseen) grouped(n *Summarize, in []*origin) ([]*origin, error) {
	out := make([]*origin, len(n.Keys), len(n.Columns()))
	if err := s.absent(in, n.Keys...); err != nil {
		return nil, err
	}
	for _, a := range n.Aggs {
		if a.If != nil {
			if err := s.absent(in, a.If); err != nil {
				return nil, err
			}
		}
		results := make([]*origin, len(a.Over.Results))
		place, sketch := s.aggs[a.Over]
		for i, x := range a.Args {
			held, err := s.made(in, x)
			if err != nil {
				return nil, err
			}
			use, _ := fn.SketchOf(a.Name)
			switch {
			case sketch && use.Reads && held == nil:
				return nil, place.e.notBuilt(place.at, "'%s' of a sketch that wasn't made in this query", a.Name)
			case held != nil && (a.Name == "take_any" || a.Name == "any") && i < len(results):
				results[i] = held
			case held != nil && !(sketch && use.Reads):
				return nil, held.refuse()
			}
		}
		if sketch {
			results[0] = &place
		}
		out = append(out, results...)
	}
	return out, nil
}

// stacked takes sketches through a union: a column holds them in all legs or in none.
func stacked(n *Union, in [][]*origin) ([]*origin, error) {
	out := make([]*origin, len(n.Shape))
	for i := range out {
		for k, held := range in {
			if held[i] != nil && k > 0 && out[i] == nil {
				return nil, held[i].refuse()
			}
			if held[i] == nil && out[i] != nil {
				return nil, out[i].refuse()
			}
			out[i] = held[i]
		}
	}
	return out, nil
}

func gathered(columns []JoinColumn, in [][]*origin) []*origin {
	out := make([]*origin, len(columns))
	for i, c := range columns {
		side := in[0]
		if c.Right {
			side = in[1]
		}
		out[i] = side[c.Ordinal]
	}
	return out
}

func (s *unseen) absentKeys(held []*origin, keys []SortKey) error {
	for _, k := range keys {
		if err := s.absent(held, k.X); err != nil {
			return err
		}
	}
	return nil
}

// absent refuses expressions that give such a value.
func (s *unseen) absent(held []*origin, list ...Expr) error {
	for _, x := range list {
		place, err := s.made(held, x)
		if err != nil {
			return err
		}
		if place != nil {
			return place.refuse()
		}
	}
	return nil
}

// blindToOrder are the functions that look at an array and not at its order.
var blindToOrder = map[string]bool{"array_length": true, "isnull": true, "isnotnull": true}

// made tells whether an expression gives such a value, and refuses one that looks into it.
func (s *unseen) made(held []*origin, x Expr) (*origin, error) {
	switch x := x.(type) {
	case *Col:
		return held[x.Ordinal], nil
	case *Slot:
		return nil, s.absent(held, x.X)
	case *Part:
		if place, ok := s.tuples[x.Of.Over]; ok {
			if x.Of.Over.Sure == nil || slices.Contains(x.Of.Over.Sure, x.Index) {
				return nil, nil
			}
			return &place, nil
		}
		return nil, s.absent(held, x.Of.Args...)
	case *Call:
		place, known := s.scalars[x.Over]
		switch {
		case !known && blindToOrder[x.Name] && len(x.Args) == 1:
			of, err := s.made(held, x.Args[0])
			if err == nil && of != nil && !of.orderless {
				err = of.refuse()
			}
			return nil, err
		case !known:
			return nil, s.absent(held, x.Args...)
		case place.orderless:
			return &place, s.absent(held, x.Args...)
		}
		use, _ := fn.SketchOf(x.Name)
		for i, a := range x.Args {
			of, err := s.made(held, a)
			switch reads := i == 0 || use.Makes; {
			case err != nil:
				return nil, err
			case reads && of == nil:
				return nil, place.e.notBuilt(place.at, "'%s' of a sketch that wasn't made in this query", x.Name)
			case !reads && of != nil:
				return nil, of.refuse()
			}
		}
		if use.Makes {
			return &place, nil
		}
	}
	return nil, nil
}

// dcountIntersect plans the plugin that counts, in each row, what the first one, two, … of several sketches have in common. The row's
// columns stay, as the official library says.
func (p *builder) dcountIntersect(e *env, in *relation, op *syntax.EvaluateOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || len(out.List) != len(in.cols)+len(op.Call.Args) {
		return nil, e.notBuilt(op.Call, "this use of a plugin")
	}
	args, err := p.arguments(e.over(in), op.Call)
	if err != nil {
		return nil, err
	}
	held, err := p.unseen.of(in.node)
	if err != nil {
		return nil, err
	}
	of := &Tuple{Name: op.Call.Fun.Text, Over: fn.IntersectSketches(len(args)), Args: args}
	p.unseen.tuples[of.Over] = ofSketch(e, op.Call)
	node := &Project{From: From{in.node}}
	if node.Shape, err = e.shapeOf(op, out.List); err != nil {
		return nil, err
	}
	for i, c := range in.node.Columns() {
		node.Items = append(node.Items, &Col{i, c.Kind})
	}
	for i, a := range args {
		if place, err := p.unseen.made(held, a); err != nil || place == nil {
			return nil, e.notBuilt(op.Call.Args[i], "'dcount_intersect' of a sketch that wasn't made in this query")
		}
		node.Items = append(node.Items, &Part{of, i})
	}
	for i, x := range node.Items {
		if node.Shape[i].Kind != x.Kind() {
			return nil, e.notBuilt(op, "a source whose columns are named like what 'dcount_intersect' makes")
		}
	}
	return &relation{node, out.List}, nil
}
