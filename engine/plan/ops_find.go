// find: rows of several tables that meet a condition, with chosen columns.

package plan

import (
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

func (p *builder) find(e *env, op *syntax.FindOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || out.Open || len(out.Legs) == 0 || len(out.List) == 0 || op.Cond == nil {
		return nil, e.notBuilt(op, "this find")
	}
	if !op.HasProject || op.ProjectSmart || len(op.ProjectAway) > 0 {
		return nil, e.notBuilt(op, "find without project")
	}
	for _, c := range op.Project {
		if c.Pack {
			return nil, e.notBuilt(c, "pack in find")
		}
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
		for _, c := range shape[1:] {
			x := named(r, c)
			if x == nil {
				return nil, e.notBuilt(op, "column '%s' of find, whose type differs among the tables,", c.Name)
			}
			items = append(items, x)
		}
		union.Ins = append(union.Ins, &Project{Shape: shape, From: From{filterOver(r.node, cond)}, Items: items})
	}
	return &relation{union, out.List}, nil
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
