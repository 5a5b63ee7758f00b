// scan: each row is tried against the steps from the last to the first. A step's state holds the rows of its sequence so far.

package exec

import (
	"context"

	"calypso/engine/plan"
	"calypso/kusto/value"
)

type machine struct {
	q      *Query
	node   *plan.Scanner
	in     stream
	states []sequence // by step
	blank  []*value.Vector
	match  int64 // the number of the last sequence begun
	queue  []*value.Batch
	done   bool
}

// sequence is the state of a step: the row of each step up to it. Rows are one-row vectors, Width of them.
type sequence struct {
	active bool
	match  int64
	rows   [][]*value.Vector
}

func newMachine(q *Query, n *plan.Scanner, in stream) *machine {
	m := &machine{q: q, node: n, in: in, states: make([]sequence, len(n.Machine.Steps)), match: -1}
	for i := range n.Machine.Width {
		if i < n.Machine.Source {
			m.blank = append(m.blank, value.NewNull(n.Shape[i].Kind, 1))
		} else {
			m.blank = append(m.blank, n.Machine.Defaults[i-n.Machine.Source])
		}
	}
	for k := range m.states {
		m.states[k] = m.fresh()
	}
	return m
}

func (m *machine) fresh() sequence {
	s := sequence{rows: make([][]*value.Vector, len(m.states))}
	for k := range s.rows {
		s.rows[k] = m.blank
	}
	return s
}

func (m *machine) next(ctx context.Context) (*value.Batch, error) {
	for len(m.queue) == 0 {
		if m.done {
			return nil, nil
		}
		b, err := m.in.next(ctx)
		if err != nil {
			return nil, err
		}
		if b == nil {
			m.done = true
			return nil, nil
		}
		out := make([]*value.Builder, len(m.node.Shape))
		for i, c := range m.node.Shape {
			out[i] = value.NewBuilder(c.Kind, b.N)
		}
		for i := range b.N {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if err := m.row(b, i, out); err != nil {
				return nil, err
			}
		}
		made := &value.Batch{N: out[0].Len()}
		for _, build := range out {
			made.Cols = append(made.Cols, build.Vector())
		}
		if made.N > 0 {
			m.queue = append(m.queue, made)
		}
	}
	b := m.queue[0]
	m.queue = m.queue[1:]
	return b, nil
}

// row tries one row against all steps.
func (m *machine) row(b *value.Batch, i int, out []*value.Builder) error {
	current := make([]*value.Vector, m.node.Machine.Width)
	copy(current, m.blank)
	for c := range m.node.Machine.Source {
		current[c] = value.ConstOf(b.Cols[c], i, 1)
	}
	for k := len(m.states) - 1; k >= 0; k-- {
		promoted, err := m.promote(k, current, out)
		if err != nil {
			return err
		}
		if promoted {
			continue
		}
		if err := m.stay(k, current, out); err != nil {
			return err
		}
	}
	return nil
}

// promote moves the sequence of the step before to step k where the row meets k's condition.
func (m *machine) promote(k int, current []*value.Vector, out []*value.Builder) (bool, error) {
	if k == 0 || !m.states[k-1].active {
		return false, nil
	}
	from := m.states[k-1]
	ok, err := m.meets(k, current, from)
	if err != nil || !ok {
		return false, err
	}
	m.states[k-1] = m.fresh()
	extended, err := m.extend(k, current, from)
	if err != nil {
		return false, err
	}
	from.rows[k] = extended
	m.states[k] = from
	m.emit(k, extended, from.match, out)
	return true, nil
}

// stay lets a row that meets k's condition replace k's row in its state, or begin a sequence at the first step.
func (m *machine) stay(k int, current []*value.Vector, out []*value.Builder) error {
	state := m.states[k]
	if k > 0 && !state.active {
		return nil
	}
	ok, err := m.meets(k, current, state)
	if err != nil || !ok {
		return err
	}
	if !state.active {
		m.match++
		state.active, state.match = true, m.match
	}
	extended, err := m.extend(k, current, state)
	if err != nil {
		return err
	}
	state.rows[k] = extended
	m.states[k] = state
	m.emit(k, extended, state.match, out)
	return nil
}

func (m *machine) batch(current []*value.Vector, s sequence) *value.Batch {
	b := &value.Batch{N: 1, Cols: append([]*value.Vector(nil), current...)}
	for _, row := range s.rows {
		b.Cols = append(b.Cols, row...)
	}
	return b
}

func (m *machine) meets(k int, current []*value.Vector, s sequence) (bool, error) {
	v, err := eval(m.q.fn, m.node.Machine.Steps[k].Cond, m.batch(current, s))
	return err == nil && isTrue(v, 0), err
}

// extend gives the row with the step's assignments.
func (m *machine) extend(k int, current []*value.Vector, s sequence) ([]*value.Vector, error) {
	extended := append([]*value.Vector(nil), current...)
	b := m.batch(current, s)
	for _, a := range m.node.Machine.Steps[k].Assign {
		v, err := eval(m.q.fn, a.X, b)
		if err != nil {
			return nil, err
		}
		extended[a.Column] = value.ConstOf(v, 0, 1)
	}
	return extended, nil
}

func (m *machine) emit(k int, row []*value.Vector, match int64, out []*value.Builder) {
	if m.node.Machine.Steps[k].Silent {
		return
	}
	for i, v := range row {
		out[i].AppendFrom(v, 0)
	}
	if m.node.Machine.MatchID {
		out[len(row)].AppendInt(match)
	}
}

func (m *machine) close() { m.in.close() }
