package kusto

import (
	"context"
	"fmt"
	"time"
)

// Time limits: what the cluster is told, and how long its first word is waited for.

const (
	queryTime   = 4 * time.Minute  // a cluster's own limit for queries
	commandTime = 10 * time.Minute // and for commands
	maxTime     = time.Hour        // more than this clusters refuse
	// patienceTime is how much longer than its limit a cluster may take to say that the limit was reached.
	patienceTime = 30 * time.Second
)

// timeLimit is the limit of one request: asked for, else the client's, else what the context leaves of the standard.
func (c *Client) timeLimit(ctx context.Context, asked, standard time.Duration) time.Duration {
	limit := asked
	if limit <= 0 {
		limit = c.opts.Timeout
	}
	if limit <= 0 {
		limit = standard
		if deadline, ok := ctx.Deadline(); ok {
			limit = min(limit, time.Until(deadline))
		}
	}
	return min(max(limit, time.Second), maxTime)
}

// clock writes a limit as Kusto's timespan.
func clock(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)
}

// firstWord gives a context that ends when a cluster says nothing at all for longer than its limit, until heard is called.
func firstWord(ctx context.Context, limit time.Duration) (_ context.Context, heard func(), cancel func()) {
	ctx, end := context.WithCancelCause(ctx)
	t := time.AfterFunc(limit+patienceTime, func() { end(context.DeadlineExceeded) })
	return ctx, func() { t.Stop() }, func() { t.Stop(); end(nil) }
}
