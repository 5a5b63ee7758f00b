// summarize: rows to groups, aggregates as states over group numbers. Each segment has states of its own; they are merged in
// segment order, whatever the number of cores, so that sums of reals always round alike.

package exec

import (
	"context"

	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

func (q *Query) summarize(n *plan.Summarize, in *pipe) stream {
	if len(n.Aggs) == 0 && len(n.Keys) > 0 {
		return &distinct{q: q, keys: n.Keys, in: in.stream(q), m: q.account.meter("distinct")}
	}
	return &summarize{q: q, node: n, in: in}
}

// grouped is the state of one part of the input.
type grouped struct {
	node   *plan.Summarize
	keys   *keyTable // nil without keys
	states []fn.State
	groups []uint32 // scratch
	rows   int      // of the first segment

	segments, measureAt int // segments taken in, and at how many the size is looked at next
}

func newGrouped(ctx context.Context, n *plan.Summarize) *grouped {
	g := &grouped{node: n}
	if len(n.Keys) > 0 {
		g.keys = newKeyTable(ctx.Err, kindsOf(n.Keys))
	}
	for _, a := range n.Aggs {
		s := a.Over.New()
		if g.keys == nil {
			s.Grow(1)
		}
		g.states = append(g.states, s)
	}
	return g
}

func kindsOf(list []plan.Expr) []value.Kind {
	kinds := make([]value.Kind, len(list))
	for i, e := range list {
		kinds[i] = e.Kind()
	}
	return kinds
}

func (g *grouped) add(c *fn.Context, b *value.Batch) error {
	var groups []uint32
	if g.keys != nil {
		keys, err := evalAll(c, g.node.Keys, b)
		if err != nil {
			return err
		}
		g.groups = g.keys.groups(keys, b.N, true, g.groups)
		groups = g.groups
	}
	for i, a := range g.node.Aggs {
		args, err := evalAll(c, a.Args, b)
		if err != nil {
			return err
		}
		if g.keys != nil {
			g.states[i].Grow(g.keys.n)
		}
		if err := g.states[i].Add(c, flatAll(args), groups, b.N); err != nil {
			return err
		}
	}
	return nil
}

// merge takes in the state of a later part, which is used up.
func (g *grouped) merge(c *fn.Context, other *grouped) error {
	into := []uint32{0}
	if g.keys != nil {
		n := other.keys.n
		into = g.keys.groups(other.keys.vectors(), n, true, nil)
	}
	for i, s := range g.states {
		if g.keys != nil {
			s.Grow(g.keys.n)
		}
		if err := s.Merge(c, other.states[i], into); err != nil {
			return err
		}
	}
	return nil
}

func (g *grouped) size() int64 {
	var n int64
	if g.keys != nil {
		n = g.keys.size()
	}
	for _, s := range g.states {
		n += s.Bytes()
	}
	return n
}

func (g *grouped) finish(c *fn.Context) (*value.Batch, error) {
	out := &value.Batch{N: 1}
	if g.keys != nil {
		out.N = g.keys.n
		out.Cols = g.keys.vectors()
	}
	for _, s := range g.states {
		results, err := s.Finish(c)
		if err != nil {
			return nil, err
		}
		out.Cols = append(out.Cols, results...)
	}
	return out, nil
}

type summarize struct {
	q    *Query
	node *plan.Summarize
	in   *pipe
	out  *serial
}

func (s *summarize) next(ctx context.Context) (*value.Batch, error) {
	if s.out == nil {
		m := s.q.account.meter("summarize")
		b, err := s.all(ctx, m)
		if err != nil {
			return nil, err
		}
		if s.node.Keyed && s.node.Keys == nil {
			b.N = 0
		}
		s.out = &serial{c: s.q.fn, pipe: &pipe{src: held{b}}}
	}
	return s.out.next(ctx)
}

// all gives all groups, with the columns that aggregates only keep read last where that pays.
func (s *summarize) all(ctx context.Context, m *meter) (*value.Batch, error) {
	narrow, l := s.late()
	if l == nil {
		narrow = s
	}
	total, err := narrow.run(ctx, m)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	b, err := total.finish(s.q.fn)
	if err != nil || l == nil {
		return b, err
	}
	return l.fill(ctx, b)
}

func (s *summarize) run(ctx context.Context, m *meter) (*grouped, error) {
	if s.in.src == nil {
		return s.runStream(ctx, m)
	}
	total, rest, err := s.first(ctx)
	if err != nil || rest == nil {
		return total, err
	}
	if total.crowded() {
		return total, s.addAll(ctx, total, rest.run(s.q), m)
	}
	err = ordered(ctx, s.q.opts.Workers, rest.src.segments(), func(ctx context.Context, segment int64) (*grouped, error) {
		g := newGrouped(ctx, s.node)
		err := rest.readSegment(ctx, s.q.fn, segment, func(b *value.Batch) error { return g.add(s.q.fn, b) })
		return g, err
	}, func(g *grouped) error {
		if err := total.merge(s.q.fn, g); err != nil {
			return err
		}
		return total.measure(m)
	})
	return total, err
}

// first groups the first segment and gives what is left to read; nil when nothing is.
func (s *summarize) first(ctx context.Context) (*grouped, *pipe, error) {
	total := newGrouped(ctx, s.node)
	s.in = s.in.coded()
	n := s.in.src.segments()
	if n == 0 {
		return total, nil, nil
	}
	err := s.in.readSegment(ctx, s.q.fn, 0, func(b *value.Batch) error {
		total.rows += b.N
		return total.add(s.q.fn, b)
	})
	if err != nil || n == 1 {
		return total, nil, err
	}
	return total, &pipe{src: &later{s.in.src}, maps: s.in.maps}, nil
}

// crowded tells that most rows of the first segment are groups of their own: then grouping each segment by itself before merging
// only does the work twice. It looks at the data alone, so the number of cores changes no bit of the answer.
func (g *grouped) crowded() bool { return g.keys != nil && g.keys.n > g.rows/2 && g.rows >= BatchRows }

// later is a source without its first segment.
type later struct{ segmented }

func (l *later) segments() int64 { return l.segmented.segments() - 1 }

func (l *later) read(ctx context.Context, segment int64, emit func(*value.Batch) error) error {
	return l.segmented.read(ctx, segment+1, emit)
}

// sizeEvery is the number of batches between two looks at a state's size: a segment's.
const sizeEvery = SegmentRows / BatchRows

func (s *summarize) runStream(ctx context.Context, m *meter) (*grouped, error) {
	total := newGrouped(ctx, s.node)
	return total, s.addAll(ctx, total, s.in.codedStream(s.q), m)
}

// addAll groups all that a stream gives.
func (s *summarize) addAll(ctx context.Context, total *grouped, in stream, m *meter) error {
	defer in.close()
	for n := 1; ; n++ {
		b, err := in.next(ctx)
		if err != nil || b == nil {
			return err
		}
		if err := total.add(s.q.fn, b); err != nil {
			return err
		}
		if n%sizeEvery == 0 {
			if err := total.measure(m); err != nil {
				return err
			}
		}
	}
}

// measure puts the state's size on the meter, once for each segment while there are few, then each time they have grown by an
// eighth: some states walk all they hold to say how large they are.
func (g *grouped) measure(m *meter) error {
	g.segments++
	if g.segments < g.measureAt {
		return nil
	}
	g.measureAt = g.segments + g.segments/8
	return m.set(g.size())
}

func (s *summarize) close() {
	if s.in.in != nil {
		s.in.in.close()
	}
}

// distinct hands on each row that is new, as soon as it comes.
type distinct struct {
	q      *Query
	keys   []plan.Expr
	in     stream
	table  *keyTable
	groups []uint32
	m      *meter
}

func (d *distinct) next(ctx context.Context) (*value.Batch, error) {
	if d.table == nil {
		d.table = newKeyTable(ctx.Err, kindsOf(d.keys))
	}
	for {
		b, err := d.in.next(ctx)
		if err != nil || b == nil {
			return nil, err
		}
		keys, err := evalAll(d.q.fn, d.keys, b)
		if err != nil {
			return nil, err
		}
		seen := uint32(d.table.n)
		d.groups = d.table.groups(keys, b.N, true, d.groups)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var fresh []uint32
		for i, g := range d.groups {
			if g >= seen {
				fresh = append(fresh, uint32(i))
				seen = g + 1
			}
		}
		if err := d.m.set(d.table.size()); err != nil {
			return nil, err
		}
		if len(fresh) > 0 {
			out := value.GatherBatch(value.Batch{N: b.N, Cols: keys}, fresh)
			return &out, nil
		}
	}
}

func (d *distinct) close() { d.in.close() }
