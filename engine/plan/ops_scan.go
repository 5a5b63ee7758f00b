// scan: a state machine over ordered rows.

package plan

import (
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// Machine is the steps of scan. Its expressions look at a row of (Steps+1) × Width columns: the current row (source columns,
// then declared ones at their defaults), then for each step the row in its state.
type Machine struct {
	// Source is the number of source columns, Width that and the declared ones.
	Source, Width int
	// Defaults are the declared columns' values where nothing was assigned.
	Defaults []*value.Vector
	Steps    []MachineStep
	// MatchID adds a column with the number of the sequence.
	MatchID bool
}

// MachineStep is one step.
type MachineStep struct {
	Name   string
	Cond   Expr
	Assign []MachineAssign
	Silent bool // output=none
}

// MachineAssign sets a declared column, by its number among the Width columns.
type MachineAssign struct {
	Column int
	X      Expr
}

func (p *builder) scan(e *env, in *relation, op *syntax.ScanOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || out.Open || len(op.OrderBy) > 0 || len(op.PartitionBy) > 0 || len(op.Steps) == 0 {
		return nil, e.notBuilt(op, "scan in this form")
	}
	if t := e.scope.In[op]; t == nil || !t.Serialized {
		return nil, e.invalid(op, "scan needs ordered rows; put sort or serialize before it")
	}
	m := &Machine{Source: len(in.cols)}
	_, id := paramWord(op, "with_match_id")
	m.MatchID = id != nil
	shape, err := e.shapeOf(op, out.List)
	if err != nil {
		return nil, err
	}
	m.Width = m.Source + len(op.Declare)
	want := m.Width
	if m.MatchID {
		want++
	}
	if len(shape) != want {
		return nil, e.notBuilt(op, "scan that declares a column of the source")
	}
	for i, d := range op.Declare {
		v := value.NewNull(shape[m.Source+i].Kind, 1)
		if d.Default != nil {
			if v, err = p.constantOf(e, d.Default, v.Kind); err != nil {
				return nil, err
			}
		}
		m.Defaults = append(m.Defaults, v)
	}
	if err := p.scanSteps(e, op, m, out.List[:m.Width], shape); err != nil {
		return nil, err
	}
	return &relation{&Scanner{Shape: shape, From: From{in.node}, Machine: m}, out.List}, nil
}

func (p *builder) scanSteps(e *env, op *syntax.ScanOp, m *Machine, row []*symbol.Column, shape Shape) error {
	inner := &env{scope: e.scope, src: e.src, cols: map[*symbol.Column]Expr{}, steps: map[string]map[*symbol.Column]Expr{}}
	for i, c := range row {
		inner.cols[c] = &Col{i, shape[i].Kind}
	}
	for k, s := range op.Steps {
		state := map[*symbol.Column]Expr{}
		for i, c := range row {
			state[c] = &Col{(k+1)*m.Width + i, shape[i].Kind}
		}
		inner.steps[s.Name.Text] = state
	}
	for _, s := range op.Steps {
		step := MachineStep{Name: s.Name.Text}
		if s.Optional {
			return e.notBuilt(s, "an optional step of scan")
		}
		if s.Output != nil {
			switch s.Output.Text {
			case "all":
			case "none":
				step.Silent = true
			default:
				return e.notBuilt(s, "output=%s in a step of scan", s.Output.Text)
			}
		}
		var err error
		if step.Cond, err = p.condition(inner, s.Cond); err != nil {
			return err
		}
		if err := p.scanAssigns(inner, s, &step, m, row); err != nil {
			return err
		}
		m.Steps = append(m.Steps, step)
	}
	return nil
}

func (p *builder) scanAssigns(e *env, s *syntax.ScanStep, step *MachineStep, m *Machine, row []*symbol.Column) error {
	set := map[int]bool{}
	for _, a := range s.Assign {
		named, ok := a.(*syntax.Named)
		made := e.scope.Made[a]
		if !ok || len(made) != 1 {
			return e.notBuilt(a, "this assignment of scan")
		}
		column := -1
		for i, c := range row {
			if c == made[0] {
				column = i
			}
		}
		if column < m.Source {
			return e.invalid(a, "scan assigns only columns that it declares")
		}
		x, err := p.scalar(e, named.X)
		if err != nil {
			return err
		}
		reads := map[int]bool{}
		columnsOf(x, reads)
		for c := range set {
			if reads[c] {
				return e.notBuilt(a, "an assignment of scan that reads another of the same step")
			}
		}
		if x, err = p.convert(e, a, x, kindOf(row[column].Type)); err != nil {
			return err
		}
		set[column] = true
		step.Assign = append(step.Assign, MachineAssign{column, x})
	}
	return nil
}
