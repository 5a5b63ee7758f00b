package kusto

import (
	"context"
	"sync"
	"time"
)

// Queries that nobody waits for any more are stopped on the cluster too, which doesn't notice by itself for a while.

// cancelTime is how long the cluster may take to hear of it.
const cancelTime = 1500 * time.Millisecond

// Cancel stops a query on the cluster by its client request id. A query that isn't running is no failure there.
func (c *Client) Cancel(ctx context.Context, database, requestID string) error {
	_, err := c.Mgmt(ctx, Query{Database: database, Text: ".cancel query " + literal(requestID)})
	return err
}

// stopper stops one query at most once.
type stopper struct {
	client       *Client
	database, id string
	once         sync.Once
}

// stop tells the cluster, best effort: some clusters know no such command, some people may not give it.
func (s *stopper) stop(ctx context.Context) {
	s.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelTime)
		defer cancel()
		_ = s.client.Cancel(ctx, s.database, s.id)
	})
}

// over says that there is nothing left to stop.
func (s *stopper) over() { s.once.Do(func() {}) }
