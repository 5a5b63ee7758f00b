// Query: one run of a plan, with what its operators share.

package exec

import (
	"context"
	"math/rand/v2"
	"runtime"
	"sync"

	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

// Options is what a query runs with. The zero value runs without tables and limits, on all cores.
type Options struct {
	// Table finds a stored table; database "" means the current one.
	Table func(database, name string) (Table, bool)
	// Workers is the number of goroutines for scans; 0 means one a core.
	Workers int
	// Memory is the query's budget in bytes, Operator that of one operator; 0 means no limit.
	Memory, Operator int64
	// Profile, where it isn't nil, gathers what each step did.
	Profile *Profile
	// Context is lent to kernels: the instant, who asks. Rand, Reserve and Done are filled in where they are nil.
	Context fn.Context
}

// Query is one run. Close it when done; it holds no goroutine afterwards.
type Query struct {
	opts    Options
	account *account
	fn      *fn.Context

	mu     sync.Mutex // guards shares
	shares map[*plan.Share]*share
	single map[*plan.Share]bool // read by one operator only, so it needn't be kept
}

// NewQuery prepares a run that ends when ctx does.
func NewQuery(ctx context.Context, opts Options) *Query {
	if opts.Workers <= 0 {
		opts.Workers = runtime.GOMAXPROCS(0)
	}
	q := &Query{
		opts: opts, account: &account{limit: opts.Memory, operator: opts.Operator}, shares: map[*plan.Share]*share{},
		single: map[*plan.Share]bool{},
	}
	c := opts.Context
	if c.Rand == nil {
		c.Rand = rand.Uint64
	}
	if c.Reserve == nil {
		c.Reserve = q.account.fits
	}
	if c.Done == nil {
		c.Done = ctx.Err
	}
	q.fn = &c
	return q
}

// Context is what kernels are lent; the plan folds constants with it.
func (q *Query) Context() *fn.Context { return q.fn }

// Prepare looks at a whole plan before it runs, so that shared rows are kept only where two read them.
func (q *Query) Prepare(p *plan.Plan) {
	readers := map[*plan.Share]int{}
	for _, r := range p.Results {
		countReaders(r.Root, readers)
	}
	for s, n := range readers {
		q.single[s] = n == 1
	}
}

func countReaders(n plan.Node, readers map[*plan.Share]int) {
	if s, ok := n.(*plan.Share); ok {
		readers[s]++
		if readers[s] > 1 {
			return
		}
	}
	// A subquery runs many times; what it shares must be kept.
	switch n := n.(type) {
	case *plan.Apply:
		countReaders(n.Sub, readers)
		countReaders(n.Sub, readers)
	case *plan.Partition:
		countReaders(n.Sub, readers)
		countReaders(n.Sub, readers)
	}
	for _, in := range n.Inputs() {
		countReaders(in, readers)
	}
}

// Rows is a running result.
type Rows struct {
	s stream
}

// Open starts a node. What can't run is refused here, before the first row.
func (q *Query) Open(ctx context.Context, n plan.Node) (*Rows, error) {
	p, err := q.build(n, nil)
	if err != nil {
		return nil, err
	}
	return &Rows{p.stream(q)}, nil
}

// Next gives the next rows, nil at the end. A batch has at least one row and is never changed afterwards.
func (r *Rows) Next(ctx context.Context) (b *value.Batch, err error) {
	for {
		err = Guard(func() (err error) {
			b, err = r.s.next(ctx)
			return err
		})
		if err != nil {
			return nil, err
		}
		if b == nil || b.N > 0 {
			return b, nil
		}
	}
}

// Close stops the run and waits for its goroutines.
func (r *Rows) Close() { r.s.close() }

// Collect runs a node to its end, or to limit rows where limit isn't negative, and gives all rows as one batch.
func (q *Query) Collect(ctx context.Context, n plan.Node, limit int64) (*value.Batch, error) {
	rows, err := q.Open(ctx, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var parts []*value.Batch
	var have int64
	for limit < 0 || have < limit {
		b, err := rows.Next(ctx)
		if err != nil {
			return nil, err
		}
		if b == nil {
			break
		}
		parts = append(parts, b)
		have += int64(b.N)
	}
	return concat(ctx, n.Columns(), parts)
}

// concat joins batches end to end; the list of them is used up.
func concat(ctx context.Context, cols []value.Column, parts []*value.Batch) (*value.Batch, error) {
	out := &value.Batch{Cols: make([]*value.Vector, len(cols))}
	for _, b := range parts {
		out.N += b.N
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	// By column, letting go of each part's as soon as it is copied.
	vectors := make([][]*value.Vector, len(cols))
	for i := range cols {
		for _, part := range parts {
			vectors[i] = append(vectors[i], part.Cols[i])
		}
	}
	clear(parts)
	for i, c := range cols {
		b := value.NewBuilder(c.Kind, out.N)
		for j, v := range vectors[i] {
			if j%concatEvery == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			b.AppendAll(v)
		}
		vectors[i] = nil
		out.Cols[i] = b.Vector()
	}
	return out, nil
}

// concatEvery is the number of batches joined between two looks at the context.
const concatEvery = 64

// ReadTable gives columns of a table that no catalog holds as one batch, in the query's budget.
func (q *Query) ReadTable(ctx context.Context, t Table, columns []int) (*value.Batch, error) {
	all := t.Columns()
	cols := make([]value.Column, len(columns))
	for i, c := range columns {
		cols[i] = all[c]
	}
	p := &pipe{src: &scan{table: t, columns: columns}}
	s := p.stream(q)
	defer s.close()
	return gatherAll(ctx, cols, s, q.account.meter("externaldata"))
}
