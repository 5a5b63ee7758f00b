// take, sample, count: operators that cut or count.

package exec

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"

	"calypso/engine/fn"
	"calypso/kusto/value"
)

// take gives the first rows and then stops its input.
type take struct {
	in   stream
	left int64
	done bool
}

func (t *take) next(ctx context.Context) (*value.Batch, error) {
	if t.left <= 0 {
		if !t.done {
			t.done = true
			t.in.close()
		}
		return nil, nil
	}
	b, err := t.in.next(ctx)
	if err != nil || b == nil {
		return nil, err
	}
	if int64(b.N) > t.left {
		cut := value.SliceBatch(*b, 0, int(t.left))
		b = &cut
	}
	t.left -= int64(b.N)
	return b, nil
}

func (t *take) close() {
	if !t.done {
		t.done = true
		t.in.close()
	}
}

// first is stream for a reader that takes n rows. Where they are surely at the start, no more is read, by no more than one goroutine.
func (p *pipe) first(q *Query, n int64) stream {
	if p.src == nil || n > SegmentRows {
		return p.stream(q)
	}
	for _, m := range p.maps {
		if _, ok := m.(*project); !ok {
			return p.stream(q)
		}
	}
	return &head{c: q.fn, pipe: p.flatEnd(), left: n}
}

// head reads a pipe until it has enough rows.
type head struct {
	c       *fn.Context
	pipe    *pipe
	segment int64
	left    int64
	queue   []*value.Batch
}

var errEnough = errors.New("enough rows")

func (h *head) next(ctx context.Context) (*value.Batch, error) {
	for len(h.queue) == 0 {
		if h.left <= 0 || h.segment >= h.pipe.src.segments() {
			return nil, nil
		}
		err := h.pipe.readSegment(ctx, h.c, h.segment, func(b *value.Batch) error {
			h.queue = append(h.queue, b)
			if h.left -= int64(b.N); h.left <= 0 {
				return errEnough
			}
			return nil
		})
		if err != nil && err != errEnough {
			return nil, err
		}
		h.segment++
	}
	b := h.queue[0]
	h.queue = h.queue[1:]
	return b, nil
}

func (h *head) close() {}

// countRows gives one row with the number of rows.
type countRows struct {
	q    *Query
	in   *pipe
	done bool
}

func (c *countRows) next(ctx context.Context) (*value.Batch, error) {
	if c.done {
		return nil, nil
	}
	c.done = true
	total, err := c.total(ctx)
	if err != nil {
		return nil, err
	}
	return &value.Batch{N: 1, Cols: []*value.Vector{value.ConstInt(value.Long, total, 1)}}, nil
}

func (c *countRows) total(ctx context.Context) (total int64, err error) {
	if c.in.src == nil {
		s := c.in.stream(c.q)
		defer s.close()
		for {
			b, err := s.next(ctx)
			if err != nil || b == nil {
				return total, err
			}
			total += int64(b.N)
		}
	}
	if len(c.in.maps) == 0 {
		if known := knownRows(c.in.src); known >= 0 {
			return known, nil
		}
	}
	in, last := c.in.coded().countable()
	err = ordered(ctx, c.q.opts.Workers, c.in.src.segments(), func(ctx context.Context, segment int64) (n int64, err error) {
		err = in.readSegment(ctx, c.q.fn, segment, func(b *value.Batch) error {
			kept, err := last.count(c.q.fn, b)
			n += int64(kept)
			return err
		})
		return n, err
	}, func(n int64) error {
		total += n
		return nil
	})
	return total, err
}

// countable parts a pipe from the filter at its end, whose rows needn't be copied to be counted; one without conditions is put there
// where there is none.
func (p *pipe) countable() (*pipe, *filter) {
	if n := len(p.maps); n > 0 {
		if last, ok := p.maps[n-1].(*filter); ok {
			return &pipe{src: p.src, maps: p.maps[:n-1]}, last
		}
	}
	return p, &filter{}
}

// knownRows is the number of rows of a source, or -1 when it must be read.
func knownRows(s segmented) int64 {
	switch s := s.(type) {
	case *scan:
		return s.table.Rows()
	case *numbers:
		return s.rows
	case held:
		var n int64
		for _, b := range s {
			n += int64(b.N)
		}
		return n
	}
	return -1
}

func (c *countRows) close() {
	if c.in.in != nil {
		c.in.in.close()
	}
}

// sample gives n random rows, each as likely as any other, in their order.
type sample struct {
	q    *Query
	n    int64
	cols []value.Column
	in   stream
	done bool
}

func (s *sample) next(ctx context.Context) (*value.Batch, error) {
	if s.done {
		return nil, nil
	}
	s.done = true
	m := s.q.account.meter("sample")
	all, err := gatherAll(ctx, s.cols, s.in, m)
	if err != nil {
		return nil, err
	}
	n := int(min(s.n, int64(all.N)))
	sel := make([]uint32, 0, n)
	for i := range all.N {
		if i < n {
			sel = append(sel, uint32(i))
		} else if j := rand.IntN(i + 1); j < n {
			sel[j] = uint32(i)
		}
	}
	slices.Sort(sel)
	out := value.GatherBatch(*all, sel)
	m.release()
	return &out, nil
}

func (s *sample) close() { s.in.close() }

// reversed gives its input's rows from the last to the first.
type reversed struct {
	q    *Query
	cols []value.Column
	in   stream
	out  *serial
}

func (r *reversed) next(ctx context.Context) (*value.Batch, error) {
	if r.out == nil {
		m := r.q.account.meter("reverse")
		defer m.release()
		all, err := gatherAll(ctx, r.cols, r.in, m)
		if err != nil {
			return nil, err
		}
		sel := make([]uint32, all.N)
		for i := range sel {
			sel[i] = uint32(all.N - 1 - i)
		}
		turned := value.GatherBatch(*all, sel)
		r.out = &serial{c: r.q.fn, pipe: &pipe{src: held{&turned}}}
	}
	return r.out.next(ctx)
}

func (r *reversed) close() { r.in.close() }

// gatherAll reads a stream to its end into one batch and counts it on a meter.
func gatherAll(ctx context.Context, cols []value.Column, in stream, m *meter) (*value.Batch, error) {
	var parts []*value.Batch
	for {
		b, err := in.next(ctx)
		if err != nil {
			return nil, err
		}
		if b == nil {
			break
		}
		// Twice: the parts, and the one batch they become.
		if err := m.grow(2 * b.Bytes()); err != nil {
			return nil, err
		}
		parts = append(parts, b)
	}
	all, err := concat(ctx, cols, parts)
	if err != nil {
		return nil, err
	}
	return all, m.grow(-m.used / 2)
}
