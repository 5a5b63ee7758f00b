// Late columns: where an operator keeps few rows of a file, columns that don't decide which are read at its end, for those rows alone.
// Until then the scan gives nulls in their place, and the number of each row in a column of its own at the end.

package exec

import (
	"cmp"
	"context"
	"slices"

	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

// late is where the columns that were left out are read.
type late struct {
	q    *Query
	scan *scan
	row  int    // the place of the column of row numbers
	name string // of the operator, for the memory account
}

// columnSet is the columns of an input that expressions look at.
type columnSet map[int]bool

// add notes an expression's columns; false where it can't tell them.
func (s columnSet) add(list ...plan.Expr) bool {
	for _, e := range list {
		ok := true
		switch e := e.(type) {
		case *plan.Col:
			s[e.Ordinal] = true
		case *plan.Const:
		case *plan.Slot:
			ok = s.add(e.X)
		case *plan.Part:
			ok = s.add(e.Of.Args...)
		case *plan.Call:
			ok = s.add(e.Args...)
		default:
			ok = false
		}
		if !ok {
			return false
		}
	}
	return true
}

// late gives the pipe without the columns that neither its filters nor used look at; nil where there are none, or they cost nothing.
func (p *pipe) late(q *Query, name string, used columnSet) (*pipe, *late) {
	var from *scan
	var bounds []bound
	switch s := p.src.(type) {
	case *scan:
		from = s
	case *skipping:
		from, bounds = s.scan, s.bounds
	default:
		return nil, nil
	}
	if _, ok := from.table.(CodedTable); !ok {
		return nil, nil
	}
	for _, m := range p.maps {
		if f, ok := m.(*filter); !ok || !used.add(f.parts...) {
			return nil, nil
		}
	}
	if len(used) >= len(from.columns) {
		return nil, nil
	}
	narrow := from.asCoded()
	narrow.hollow = make([]bool, len(from.columns))
	for i := range narrow.hollow {
		narrow.hollow[i] = !used[i]
	}
	out := &pipe{src: narrow, maps: p.maps}
	if bounds != nil {
		out.src = &skipping{narrow, bounds}
	}
	return out, &late{q, from.asCoded(), len(from.columns), name}
}

// scan is the scan of a pipe that has one.
func (p *pipe) scan() *scan {
	if s, ok := p.src.(*skipping); ok {
		return s.scan
	}
	return p.src.(*scan)
}

// readHollow reads a segment without the columns left out, and numbers its rows.
func (s *scan) readHollow(ctx context.Context, segment int64) (*value.Batch, error) {
	var columns []int
	for i, c := range s.columns {
		if !s.hollow[i] {
			columns = append(columns, c)
		}
	}
	read, err := s.table.(CodedTable).CodedSegment(ctx, int(segment), columns)
	if err != nil {
		return nil, err
	}
	b, at := &value.Batch{N: read.N}, 0
	for i, c := range s.columns {
		if s.hollow[i] {
			b.Cols = append(b.Cols, value.NewNull(s.table.Columns()[c].Kind, read.N))
			continue
		}
		b.Cols = append(b.Cols, read.Cols[at])
		at++
	}
	numbers := make([]int64, read.N)
	for i := range numbers {
		numbers[i] = segment*SegmentRows + int64(i)
	}
	b.Cols = append(b.Cols, &value.Vector{Kind: value.Long, N: read.N, Ints: numbers})
	return b, nil
}

// placed is rows of a table by their segments, so that each segment is read once.
type placed struct {
	segments []int64
	within   [][]uint32 // by segment: places of rows in it
	back     []uint32   // by row as asked for: where it is among all that are read; value.NoRow for a null
}

func placeRows(rows *value.Vector) placed {
	order := make([]uint32, 0, rows.N)
	p := placed{back: make([]uint32, rows.N)}
	for i := range rows.N {
		if p.back[i] = value.NoRow; !rows.IsNull(i) {
			order = append(order, uint32(i))
		}
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(rows.Ints[a], rows.Ints[b]) })
	for at, i := range order {
		segment := rows.Ints[i] / SegmentRows
		if n := len(p.segments); n == 0 || p.segments[n-1] != segment {
			p.segments, p.within = append(p.segments, segment), append(p.within, nil)
		}
		last := len(p.within) - 1
		p.within[last] = append(p.within[last], uint32(rows.Ints[i]%SegmentRows))
		p.back[i] = uint32(at)
	}
	return p
}

// read gives columns, by their place in the scan, for rows by their numbers; a row whose number is null has nulls.
func (l *late) read(ctx context.Context, rows *value.Vector, places []int) ([]*value.Vector, error) {
	at := placeRows(value.Flat(rows))
	columns := make([]int, len(places))
	parts := make([][]*value.Vector, len(places))
	for i, p := range places {
		columns[i] = l.scan.columns[p]
	}
	m := l.q.account.meter(l.name)
	defer m.release()
	err := ordered(ctx, l.q.opts.Workers, int64(len(at.segments)), func(ctx context.Context, i int64) (*value.Batch, error) {
		b, err := l.scan.table.(CodedTable).CodedSegment(ctx, int(at.segments[i]), columns)
		if err != nil {
			return nil, err
		}
		kept := value.GatherBatch(*b, at.within[i])
		for c, v := range kept.Cols {
			kept.Cols[c] = value.Detached(v)
		}
		return &kept, nil
	}, func(b *value.Batch) error {
		if err := m.grow(b.Bytes()); err != nil {
			return err
		}
		for c, v := range b.Cols {
			parts[c] = append(parts[c], v)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]*value.Vector, len(places))
	for i := range out {
		kind := l.scan.table.Columns()[columns[i]].Kind
		out[i] = value.Flat(value.Gather(value.Concat(kind, parts[i]...), at.back))
	}
	return out, nil
}

// late gives top over a narrow pipe, and the columns left out read for its rows; nil where top is to read all.
func (t *top) late() (*top, *late) {
	used := columnSet{}
	for _, k := range t.keys {
		if !used.add(k.X) {
			return nil, nil
		}
	}
	in, l := t.in.late(t.q, "top", used)
	if l == nil {
		return nil, nil
	}
	narrow := &top{q: t.q, n: t.n, keys: t.keys, in: in}
	narrow.cols = append(append(narrow.cols, t.cols...), value.Column{Name: "row", Kind: value.Long})
	return narrow, l
}

// fill puts the columns left out into rows that have their numbers.
func (l *late) fill(ctx context.Context, narrow *scan, b *value.Batch) (*value.Batch, error) {
	var places []int
	for i, hollow := range narrow.hollow {
		if hollow {
			places = append(places, i)
		}
	}
	read, err := l.read(ctx, b.Cols[l.row], places)
	if err != nil {
		return nil, err
	}
	out := &value.Batch{N: b.N, Cols: append([]*value.Vector(nil), b.Cols[:l.row]...)}
	for i, p := range places {
		out.Cols[p] = read[i]
	}
	return out, nil
}

// lateRows is a summarize whose arg_max and arg_min keep the number of a group's row in place of its columns.
type lateRows struct {
	*late
	full *plan.Summarize
}

// late gives the summarize over the narrow pipe; nil where it is to read all.
func (s *summarize) late() (*summarize, *lateRows) {
	used := columnSet{}
	if !used.add(s.node.Keys...) {
		return nil, nil
	}
	some := false
	for _, a := range s.node.Aggs {
		args := a.Args
		if keepsRow(a) {
			args, some = args[:1], true
		}
		if a.If != nil || !used.add(args...) {
			return nil, nil
		}
	}
	if !some {
		return nil, nil
	}
	in, l := s.in.late(s.q, "summarize", used)
	if l == nil {
		return nil, nil
	}
	node := *s.node
	node.Aggs = slices.Clone(node.Aggs)
	for i, a := range node.Aggs {
		if !keepsRow(a) {
			continue
		}
		over, err := fn.Aggregate(a.Name, []fn.Arg{{Kind: a.Args[0].Kind()}, {Kind: value.Long}})
		if err != nil {
			return nil, nil
		}
		node.Aggs[i].Over, node.Aggs[i].Args = over, []plan.Expr{a.Args[0], &plan.Col{Ordinal: l.row, Type: value.Long}}
	}
	return &summarize{q: s.q, node: &node, in: in}, &lateRows{l, s.node}
}

// keepsRow tells whether an aggregate keeps columns of one row as they are.
func keepsRow(a plan.Aggregate) bool {
	if a.Name != "arg_max" && a.Name != "arg_min" || len(a.Args) < 2 {
		return false
	}
	return !slices.ContainsFunc(a.Args[1:], func(e plan.Expr) bool { _, ok := e.(*plan.Col); return !ok })
}

// fill puts the columns that the aggregates keep in the place of their rows' numbers.
func (l *lateRows) fill(ctx context.Context, b *value.Batch) (*value.Batch, error) {
	out, at := &value.Batch{N: b.N}, len(l.full.Keys)
	out.Cols = append(out.Cols, b.Cols[:at]...)
	for _, a := range l.full.Aggs {
		if !keepsRow(a) {
			n := len(a.Over.Results)
			out.Cols = append(out.Cols, b.Cols[at:at+n]...)
			at += n
			continue
		}
		var places []int
		for _, e := range a.Args[1:] {
			places = append(places, e.(*plan.Col).Ordinal)
		}
		read, err := l.read(ctx, b.Cols[at+1], places)
		if err != nil {
			return nil, err
		}
		out.Cols = append(append(out.Cols, b.Cols[at]), read...)
		at += 2
	}
	return out, nil
}
