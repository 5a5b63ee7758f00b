package server

import (
	"cmp"
	"context"
	"crypto/rand"
	"slices"
	"strconv"
	"sync"
	"time"

	"calypso/server/protocol"
)

// shutdownPatience is how long a shutdown waits for queries to be stopped on their clusters: the client gives it 2 s in all.
const shutdownPatience = 1500 * time.Millisecond

// queries knows what runs. It holds no lock while anything runs.
type queries struct {
	salt string // so that an id of an earlier process never stops a query of this one

	mu      sync.Mutex // guards what follows
	next    int64
	running map[string]*runningQuery
}

type runningQuery struct {
	protocol.RunningQuery
	started time.Time
	cancel  context.CancelCauseFunc
	ended   chan struct{}
	left    bool // its end is told; guarded by the queries' lock
}

func newQueries() *queries {
	return &queries{salt: rand.Text()[:6], running: map[string]*runningQuery{}}
}

// start registers a query and gives it an id and a context that query/cancel ends.
func (q *queries) start(ctx context.Context, about protocol.RunningQuery) (*runningQuery, context.Context) {
	ctx, cancel := context.WithCancelCause(ctx)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.next++
	about.Query = "q" + q.salt + "-" + strconv.FormatInt(q.next, 10)
	r := &runningQuery{RunningQuery: about, started: time.Now(), cancel: cancel, ended: make(chan struct{})}
	r.Started = r.started.UTC().Format(time.RFC3339Nano)
	q.running[r.Query] = r
	return r, ctx
}

// leave takes a query off the list before its end is told: who then asks what runs isn't told of it any more. A shutdown still waits
// for its end.
func (q *queries) leave(r *runningQuery) {
	q.mu.Lock()
	defer q.mu.Unlock()
	r.left = true
}

func (q *queries) end(r *runningQuery) {
	q.mu.Lock()
	delete(q.running, r.Query)
	q.mu.Unlock()
	r.cancel(nil)
	close(r.ended)
}

// stop ends one query; one that isn't there has ended already.
func (q *queries) stop(id string, cause error) {
	q.mu.Lock()
	r := q.running[id]
	q.mu.Unlock()
	if r != nil {
		r.cancel(cause)
	}
}

// stopAll ends all queries and waits for that, but no longer than patience.
func (q *queries) stopAll(cause error, patience time.Duration) {
	late := time.NewTimer(patience)
	defer late.Stop()
	for _, r := range q.list(true) {
		r.cancel(cause)
	}
	for _, r := range q.list(true) {
		select {
		case <-r.ended:
		case <-late.C:
			return
		}
	}
}

// list gives what runs, oldest first; with left also what has only to tidy up.
func (q *queries) list(left bool) []*runningQuery {
	q.mu.Lock()
	defer q.mu.Unlock()
	list := make([]*runningQuery, 0, len(q.running))
	for _, r := range q.running {
		if left || !r.left {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b *runningQuery) int {
		return cmp.Or(a.started.Compare(b.started), cmp.Compare(a.Query, b.Query))
	})
	return list
}

// queryList is kusto/query/list.
func queryList(c *call) (any, error) {
	out := protocol.QueryListResult{Queries: []protocol.RunningQuery{}}
	for _, r := range c.queries.list(false) {
		out.Queries = append(out.Queries, r.RunningQuery)
	}
	return out, nil
}

// queryCancel is kusto/query/cancel: it returns when the query was told to stop; query/finished says when it has.
func queryCancel(c *call, p *protocol.QueryCancelParams) (any, error) {
	c.queries.stop(p.Query, errStopped)
	return nil, nil
}
