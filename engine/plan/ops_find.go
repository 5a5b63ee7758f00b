// find: rows of several tables that meet a condition, with chosen columns.

package plan

import (
	"slices"

	"calypso/kql/syntax"
	"calypso/kusto/value"
)

func (p *builder) find(e *env, op *syntax.FindOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || out.Open || len(out.Legs) == 0 || len(out.List) == 0 || op.Cond == nil {
		return nil, e.notBuilt(op, "this find")
	}
	packs := -1
	for i, c := range out.List {
		if c.Name == "pack_" {
			packs = i
		}
	}
	if len(op.ProjectAway) > 0 && packs >= 0 {
		return nil, e.notBuilt(op, "find with project-away beside pack_")
	}
	shape, err := e.shapeOf(op, out.List)
	if err != nil {
		return nil, err
	}
	union := &Union{Shape: shape}
	for i := range out.Legs {
		l := &out.Legs[i]
		r, err := p.leg(e, op, nil, l)
		if err != nil {
			return nil, err
		}
		name := legName(e, l, r)
		if name == "" {
			return nil, e.notBuilt(op, "find in what is no table")
		}
		s := searching{p: p, e: e.over(r)}
		s.e.byName = true
		cond, err := s.condition(op.Cond)
		if err != nil {
			return nil, err
		}
		items := []Expr{stringConst(name)}
		for i, c := range shape[1:] {
			x := named(r, c)
			if i+1 == packs {
				if x, err = p.packOthers(e, op, r, shape); err != nil {
					return nil, err
				}
			}
			if x == nil {
				return nil, e.notBuilt(op, "column '%s' of find, whose type differs among the tables,", c.Name)
			}
			items = append(items, x)
		}
		union.Ins = append(union.Ins, &Project{Shape: shape, From: From{filterOver(r.node, cond)}, Items: items})
	}
	return &relation{union, out.List}, nil
}

// packOthers makes a bag of a table's columns that aren't shown.
func (p *builder) packOthers(e *env, op *syntax.FindOp, r *relation, shown Shape) (Expr, error) {
	var args []Expr
	for i, c := range r.node.Columns() {
		if !slices.ContainsFunc(shown[1:], func(s value.Column) bool { return s.Name == c.Name }) {
			args = append(args, stringConst(c.Name), &Col{i, c.Kind})
		}
	}
	return p.call(e, op, "bag_pack", args)
}

// named finds a column by name; null where there is none, nil where it has another type.
func named(r *relation, c value.Column) Expr {
	for i, have := range r.node.Columns() {
		if have.Name != c.Name {
			continue
		}
		if have.Kind != c.Kind {
			return nil
		}
		return &Col{i, have.Kind}
	}
	return &Const{value.NewNull(c.Kind, 1)}
}
