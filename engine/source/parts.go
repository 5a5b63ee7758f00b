// Several files as one table: columns by name in first-seen order, missing ones null. Types must agree, but for whole numbers beside
// reals, and for columns without any value, which fit every type.

package source

import (
	"context"
	"errors"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

// part is one file of a joined table.
type part struct {
	table exec.Table
	file  string
	from  []int // for each joined column the part's, -1 where it has none
}

// joined is a table of several files, one after the other.
type joined struct {
	name     string
	columns  []value.Column
	parts    []part
	segments []joinedSegment
	rows     int64
}

type joinedSegment struct{ part, segment int }

var _ exec.CodedTable = (*joined)(nil)

// joinParts makes one table of the parts.
func joinParts(name string, parts []part) (exec.Table, error) {
	if len(parts) == 1 {
		return parts[0].table, nil
	}
	t := &joined{name: name, parts: parts}
	if err := t.joinColumns(); err != nil {
		return nil, err
	}
	for i := range parts {
		p := &parts[i]
		for s := range p.table.Segments() {
			t.segments = append(t.segments, joinedSegment{i, s})
		}
		t.rows += p.table.Rows()
	}
	return t, nil
}

// joinColumns finds the columns and where each part has them.
func (t *joined) joinColumns() error {
	places := map[string]int{}
	var origin []string // the file that settled a column's type
	for _, p := range t.parts {
		for i, c := range p.table.Columns() {
			at, ok := places[c.Name]
			if !ok {
				at = len(t.columns)
				places[c.Name] = at
				t.columns, origin = append(t.columns, value.Column{Name: c.Name}), append(origin, p.file)
			}
			if empty(p.table, i) {
				continue
			}
			kind, ok := joinKinds(t.columns[at].Kind, c.Kind)
			if !ok {
				return problemf(p.file, 0, "column %q is %s here, but %s in %s; give the files one type, or put them in folders of their own",
					c.Name, c.Kind, t.columns[at].Kind, origin[at])
			}
			if kind != t.columns[at].Kind {
				t.columns[at].Kind, origin[at] = kind, p.file
			}
		}
	}
	if len(t.columns) > maxColumns {
		return problemf(t.name, 0, "the files have more than %d columns together; put them in folders of their own", maxColumns)
	}
	for i := range t.columns {
		if t.columns[i].Kind == value.Invalid {
			t.columns[i].Kind = value.String
		}
	}
	for i := range t.parts {
		p := &t.parts[i]
		p.from = make([]int, len(t.columns))
		for c := range p.from {
			p.from[c] = -1
		}
		for c, column := range p.table.Columns() {
			p.from[places[column.Name]] = c
		}
	}
	return nil
}

// empty tells whether a column was loaded without a single value.
func empty(t exec.Table, column int) bool {
	s, ok := t.(*stored)
	return ok && !s.some[column]
}

// joinKinds gives the kind that holds both without loss.
func joinKinds(a, b value.Kind) (value.Kind, bool) {
	if a == value.Invalid || a == b {
		return b, true
	}
	if numberRank(a) > 0 && numberRank(b) > 0 {
		if numberRank(a) > numberRank(b) {
			return a, true
		}
		return b, true
	}
	return a, false
}

func numberRank(k value.Kind) int {
	switch k {
	case value.Int:
		return 1
	case value.Long:
		return 2
	case value.Real:
		return 3
	}
	return 0
}

func (t *joined) Name() string            { return t.name }
func (t *joined) Columns() []value.Column { return t.columns }
func (t *joined) Rows() int64             { return t.rows }
func (t *joined) Segments() int           { return len(t.segments) }

func (t *joined) Segment(ctx context.Context, segment int, columns []int) (*value.Batch, error) {
	return t.read(ctx, segment, columns, exec.Table.Segment)
}

// CodedSegment is Segment with compact columns, of the parts that have some.
func (t *joined) CodedSegment(ctx context.Context, segment int, columns []int) (*value.Batch, error) {
	return t.read(ctx, segment, columns, func(part exec.Table, ctx context.Context, segment int, columns []int) (*value.Batch, error) {
		if compact, ok := part.(exec.CodedTable); ok {
			return compact.CodedSegment(ctx, segment, columns)
		}
		return part.Segment(ctx, segment, columns)
	})
}

func (t *joined) read(ctx context.Context, segment int, columns []int,
	segmentOf func(exec.Table, context.Context, int, []int) (*value.Batch, error),
) (*value.Batch, error) {
	s := t.segments[segment]
	p := &t.parts[s.part]
	wanted := make([]int, 0, len(columns))
	for _, c := range columns {
		if p.from[c] >= 0 {
			wanted = append(wanted, p.from[c])
		}
	}
	read, err := segmentOf(p.table, ctx, s.segment, wanted)
	if err != nil {
		return nil, err
	}
	b := &value.Batch{N: read.N, Cols: make([]*value.Vector, len(columns))}
	next := 0
	for i, c := range columns {
		kind := t.columns[c].Kind
		if p.from[c] < 0 {
			b.Cols[i] = value.Flat(value.NewNull(kind, read.N))
			continue
		}
		if b.Cols[i], err = widen(read.Cols[next], kind); err != nil {
			return nil, problemf(p.file, 0, "column %q: %w", t.columns[c].Name, err)
		}
		next++
	}
	return b, nil
}

var errBigLong = errors.New("a whole number too big for the reals of the other files; give the files one type")

// widen gives a part's column the joined kind.
func widen(v *value.Vector, kind value.Kind) (*value.Vector, error) {
	switch {
	case v.Kind == kind:
		return v, nil
	case kind == value.Long && v.Kind == value.Int:
		wide := *v
		wide.Kind = kind
		return &wide, nil
	case kind == value.Real && v.Ints != nil:
		wide := &value.Vector{Kind: kind, N: v.N, Nulls: v.Nulls, Reals: make([]float64, len(v.Ints))}
		for i, x := range v.Ints {
			if x > 1<<53 || x < -1<<53 {
				return nil, errBigLong
			}
			wide.Reals[i] = float64(x)
		}
		return wide, nil
	}
	return value.Flat(value.NewNull(kind, v.N)), nil // a column without values
}

func (t *joined) Stats(segment, column int) (exec.Stats, bool) {
	s := t.segments[segment]
	p := &t.parts[s.part]
	from := p.from[column]
	if from < 0 || p.table.Columns()[from].Kind != t.columns[column].Kind {
		return exec.Stats{}, false
	}
	return p.table.Stats(s.segment, from)
}
