// Segments on several goroutines, their results taken in segment order: so one core and sixteen give the same bits.

package exec

import (
	"context"
	"sync"

	"calypso/kusto/value"
)

// ordered runs work for each segment on several goroutines and hands the results to merge in order, on the caller's
// goroutine. It returns when all goroutines have ended.
func ordered[T any](ctx context.Context, workers int, segments int64, work func(context.Context, int64) (T, error), merge func(T) error) error {
	if workers <= 1 || segments <= 1 {
		for i := range segments {
			if err := ctx.Err(); err != nil {
				return err
			}
			t, err := work(ctx, i)
			if err != nil {
				return err
			}
			if err := merge(t); err != nil {
				return err
			}
		}
		return nil
	}
	type result struct {
		t   T
		err error
	}
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	defer group.Wait()
	defer cancel()
	queue := dispatch[result](ctx, &group, int64(workers), segments, 1, func(i int64, out chan<- result) {
		var r result
		r.err = Guard(func() (err error) {
			r.t, err = work(ctx, i)
			return err
		})
		out <- r
	})
	for range segments {
		var r result
		select {
		case out, ok := <-queue:
			if !ok {
				return ctx.Err()
			}
			select {
			case r, ok = <-out:
				if !ok {
					return ctx.Err()
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		case <-ctx.Done():
			return ctx.Err()
		}
		if r.err != nil {
			return r.err
		}
		if err := merge(r.t); err != nil {
			return err
		}
	}
	return nil
}

// dispatch starts workers that do each segment and gives the channels of their results in segment order. Work may send to its
// channel without looking at ctx as long as it stays within room.
func dispatch[R any](ctx context.Context, group *sync.WaitGroup, workers, segments int64, room int, work func(int64, chan<- R)) <-chan chan R {
	type task struct {
		segment int64
		out     chan R
	}
	workers = min(workers, segments)
	queue := make(chan chan R, 2*workers)
	tasks := make(chan task)
	group.Add(int(workers) + 1)
	go func() {
		defer group.Done()
		defer close(tasks)
		defer close(queue)
		for i := range segments {
			out := make(chan R, room)
			select {
			case queue <- out:
			case <-ctx.Done():
				return
			}
			select {
			case tasks <- task{i, out}:
			case <-ctx.Done():
				return
			}
		}
	}()
	for range workers {
		go func() {
			defer group.Done()
			for t := range tasks {
				if ctx.Err() == nil {
					work(t.segment, t.out)
				}
				close(t.out)
			}
		}()
	}
	return queue
}

// parallel reads a segmented pipe on several goroutines.
type parallel struct {
	q       *Query
	pipe    *pipe
	cancel  context.CancelFunc
	group   sync.WaitGroup
	queue   <-chan chan part
	current <-chan part
}

type part struct {
	b   *value.Batch
	err error
}

// partRoom is how many batches of a segment wait for the reader: a whole segment where no operator makes more of it.
const partRoom = SegmentRows/BatchRows + 1

func newParallel(q *Query, p *pipe) *parallel { return &parallel{q: q, pipe: p} }

func (p *parallel) start(ctx context.Context) {
	ctx, p.cancel = context.WithCancel(ctx)
	p.queue = dispatch(ctx, &p.group, int64(p.q.opts.Workers), p.pipe.src.segments(), partRoom, func(i int64, out chan<- part) {
		err := Guard(func() error {
			return p.pipe.readSegment(ctx, p.q.fn, i, func(b *value.Batch) error {
				select {
				case out <- part{b: b}:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			})
		})
		if err != nil {
			select {
			case out <- part{err: err}:
			case <-ctx.Done():
			}
		}
	})
}

func (p *parallel) next(ctx context.Context) (*value.Batch, error) {
	if p.queue == nil {
		p.start(ctx)
	}
	for {
		if p.current == nil {
			select {
			case out, ok := <-p.queue:
				if !ok {
					return nil, ctx.Err()
				}
				p.current = out
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		select {
		case got, ok := <-p.current:
			if ok {
				return got.b, got.err
			}
			p.current = nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (p *parallel) close() {
	if p.cancel != nil {
		p.cancel()
		p.group.Wait()
	}
}
