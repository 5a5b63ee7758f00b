// How rows flow: streams are pulled batch by batch; between them stand pipes, where one goroutine a segment pushes rows through
// operators that look at one batch at a time.

package exec

import (
	"context"

	"calypso/engine/fn"
	"calypso/kusto/value"
)

// stream gives batches until it gives nil. It is used by one goroutine.
type stream interface {
	next(ctx context.Context) (*value.Batch, error)
	close()
}

// segmented is a source that can be read in parts, by several goroutines at once. Part i's rows come before part i+1's.
type segmented interface {
	segments() int64
	read(ctx context.Context, segment int64, emit func(*value.Batch) error) error
}

// mapper is an operator that looks at one batch at a time and keeps nothing: it may be used by several goroutines at once.
type mapper interface {
	apply(c *fn.Context, b *value.Batch, emit func(*value.Batch) error) error
}

// pipe is a source and the mappers that its rows run through.
type pipe struct {
	src  segmented // or
	in   stream
	maps []mapper
}

// through runs a batch through mappers.
func through(c *fn.Context, maps []mapper, b *value.Batch, emit func(*value.Batch) error) error {
	if len(maps) == 0 {
		if b.N == 0 {
			return nil
		}
		return emit(b)
	}
	return maps[0].apply(c, b, func(out *value.Batch) error {
		if out.N == 0 {
			return nil
		}
		return through(c, maps[1:], out, emit)
	})
}

// readSegment runs one segment of a pipe whose source is segmented.
func (p *pipe) readSegment(ctx context.Context, c *fn.Context, segment int64, emit func(*value.Batch) error) error {
	return p.src.read(ctx, segment, func(b *value.Batch) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return through(c, p.maps, b, emit)
	})
}

// stream gives the pipe's rows in order.
func (p *pipe) stream(q *Query) stream {
	if p.src == nil && len(p.maps) == 0 {
		return p.in
	}
	if p.src == nil {
		return &mapped{c: q.fn, in: p.in, maps: p.maps}
	}
	return p.flatEnd().run(q)
}

// run gives the rows of a pipe whose source is segmented.
func (p *pipe) run(q *Query) stream {
	if q.opts.Workers > 1 && p.src.segments() > 1 {
		return newParallel(q, p)
	}
	return &serial{c: q.fn, pipe: p}
}

// codedStream is stream with compact columns, for a reader that takes them.
func (p *pipe) codedStream(q *Query) stream {
	if j, ok := p.in.(*join); ok {
		j.coded = true
	}
	if p.src == nil {
		return p.stream(q)
	}
	return p.coded().run(q)
}

// mapped runs a stream through mappers.
type mapped struct {
	c     *fn.Context
	in    stream
	maps  []mapper
	queue []*value.Batch
}

func (m *mapped) next(ctx context.Context) (*value.Batch, error) {
	for {
		if len(m.queue) > 0 {
			b := m.queue[0]
			m.queue = m.queue[1:]
			return b, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b, err := m.in.next(ctx)
		if err != nil || b == nil {
			return nil, err
		}
		err = through(m.c, m.maps, b, func(out *value.Batch) error {
			m.queue = append(m.queue, out)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
}

func (m *mapped) close() { m.in.close() }

// serial reads a segmented pipe on the caller's goroutine, one segment at a time.
type serial struct {
	c       *fn.Context
	pipe    *pipe
	segment int64
	queue   []*value.Batch
}

func (s *serial) next(ctx context.Context) (*value.Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for len(s.queue) == 0 {
		if s.segment >= s.pipe.src.segments() {
			return nil, nil
		}
		err := s.pipe.readSegment(ctx, s.c, s.segment, func(b *value.Batch) error {
			s.queue = append(s.queue, b)
			return nil
		})
		if err != nil {
			return nil, err
		}
		s.segment++
	}
	b := s.queue[0]
	s.queue = s.queue[1:]
	return b, nil
}

func (s *serial) close() {}

// cut parts a batch into pieces of BatchRows.
func cut(b *value.Batch, emit func(*value.Batch) error) error {
	if b.N <= BatchRows {
		if b.N == 0 {
			return nil
		}
		return emit(b)
	}
	for from := 0; from < b.N; from += BatchRows {
		part := value.SliceBatch(*b, from, min(b.N, from+BatchRows))
		if err := emit(&part); err != nil {
			return err
		}
	}
	return nil
}

// held is a list of batches as a source.
type held []*value.Batch

func (h held) segments() int64 { return int64(len(h)) }

func (h held) read(ctx context.Context, segment int64, emit func(*value.Batch) error) error {
	return cut(h[segment], emit)
}
