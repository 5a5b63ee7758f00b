// Query: text to rows.

package engine

import (
	"context"
	"errors"
	"fmt"
	"sort"

	"calypso/engine/exec"
	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// Answer is a query that runs. Its tables are read in order, each to its end; Close ends it.
type Answer struct {
	Tables []*ResultTable
	// Note is what a person should know beside the rows, as a whole sentence; "" mostly.
	Note     string
	cancel   context.CancelFunc
	activity *activity
}

// ResultTable is one result: a schema, then batches.
type ResultTable struct {
	// Name is PrimaryResult, or what as or fork calls it.
	Name    string
	Columns []value.Column
	// Visualization is the render operator's JSON as clients read it; "" without render.
	Visualization string
	// Serialized tells that the order of rows is defined.
	Serialized bool

	run   *running
	node  plan.Node
	rows  *exec.Rows
	limit settings
	count int64
	bytes int64
	over  error // the limit that ended it
	ended bool
}

// running is what the tables of an answer share.
type running struct {
	ctx   context.Context // ends with the query's time limit or with Close
	query *exec.Query
	// cancel ends ctx.
	cancel context.CancelFunc
	// standIn gives what stands in the place of a table that isn't read as it is.
	standIn func(binder.Symbol) (*plan.StandIn, error)
}

// Query binds and plans a query and begins to run it. Errors here come before any row: the query is wrong, or something isn't
// built. All errors are *Error. The context ends the query early; it is looked at all the time.
func (e *Engine) Query(ctx context.Context, r Request) (a *Answer, err error) {
	var listed *activity
	if !r.Unlisted {
		ctx, listed = e.history.begin(ctx, &r, "")
	}
	err = exec.Guard(func() (err error) {
		a, err = e.query(ctx, r)
		return err
	})
	if err != nil {
		err = explained(ctx, placed(wrap(err), r.Text))
		listed.end(err)
		return nil, err
	}
	a.activity = listed
	return a, nil
}

func (e *Engine) query(ctx context.Context, r Request) (*Answer, error) {
	c := e.catalog.Load()
	d := c.find(r.Database)
	if d == nil {
		return nil, noDatabase(e, r.Database)
	}
	d = c.over(d, r.Tables)
	tree := syntax.Parse(r.Text)
	if tree.Command != nil {
		return nil, &Error{
			Kind: NotBuilt, Code: badRequest, Inner: notBuiltCode, Line: 1, Column: 1, Permanent: true,
			Message: "a management command isn't a query; send it to the management endpoint",
		}
	}
	c, d, bound, err := e.bindOpened(ctx, r, c, d, binder.Bind(tree, d.schema))
	if err != nil {
		return nil, err
	}
	if err := fromDiagnostics(r.Text, bound.Diagnostics); err != nil {
		return nil, err
	}
	limits, err := settingsOf(r, tree)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, limits.timeout)
	options := e.execOptions(c, d, limits)
	options.Profile = r.profile
	run := &running{ctx: ctx, cancel: cancel, query: exec.NewQuery(ctx, options), standIn: standIns(c, d, r, limits.forceRowSecurity)}
	p, err := e.plan(run, r, bound, limits)
	if err != nil {
		cancel()
		return nil, err
	}
	return run.answer(p, limits)
}

// maxLearned is how many plugins with columns that depend on data a query may have.
const maxLearned = 20

// plan plans a bound query. A plugin whose columns only its rows tell is run first; then the query is bound again with them.
func (e *Engine) plan(run *running, r Request, bound *binder.Bound, limits settings) (*plan.Plan, error) {
	columns := map[*syntax.EvaluateOp]symbol.Columns{}
	rows := map[*syntax.EvaluateOp]*value.Batch{}
	for range maxLearned {
		p, err := plan.Build(bound, plan.Options{
			Context:   run.query.Context(),
			Parameter: r.parameter,
			Learned:   rows,
			StandIn:   run.standIn,
			External:  e.external(run.ctx, run, !limits.noExternal),
			Run: func(n plan.Node, limit int64) (*value.Batch, error) {
				return run.query.Collect(run.ctx, n, limit)
			},
		})
		var learn *plan.Learn
		if !errors.As(err, &learn) {
			return p, err
		}
		columns[learn.Op], rows[learn.Op] = learn.Columns, learn.Rows
		bound = binder.BindLearned(bound.Tree, bound.Schema, columns)
		if err := fromDiagnostics(r.Text, bound.Diagnostics); err != nil {
			return nil, err
		}
	}
	return nil, &Error{
		Kind: NotBuilt, Code: badRequest, Inner: notBuiltCode, Permanent: true,
		Message: fmt.Sprintf("a query with more than %d plugins whose columns depend on data is not built in the embedded engine", maxLearned),
	}
}

// answer begins to run a plan.
func (run *running) answer(p *plan.Plan, limits settings) (*Answer, error) {
	run.query.Prepare(p)
	a := &Answer{cancel: run.cancel}
	for _, result := range p.Results {
		t, err := newResult(run, result, limits)
		if err != nil {
			a.Close()
			return nil, err
		}
		a.Tables = append(a.Tables, t)
	}
	return a, nil
}

func (e *Engine) execOptions(c *catalog, d *database, limits settings) exec.Options {
	opts := exec.Options{
		Workers: e.opts.Workers, Memory: e.opts.QueryMemory, Operator: e.opts.OperatorMemory,
		Context: fn.Context{Now: e.opts.Now(), DB: d.name},
	}
	if limits.hasNow {
		opts.Context.Now = limits.now
	}
	if n := limits.queryMemory; n > 0 {
		opts.Memory = min(opts.Memory, n)
	}
	if n := limits.operatorMemory; n > 0 {
		opts.Operator = min(opts.Operator, n)
	}
	opts.Table = func(name, table string) (exec.Table, bool) {
		from := d
		if name != "" && !sameName(name, d.name) {
			from = c.exact(name)
		}
		if from == nil {
			return nil, false
		}
		t, ok := from.byName[table]
		return t, ok
	}
	return opts
}

func newResult(run *running, result plan.Result, limits settings) (*ResultTable, error) {
	t := &ResultTable{
		Name: result.Name, Columns: result.Root.Columns(), Serialized: result.Serialized,
		Visualization: visualization(result.Render), run: run, node: result.Root, limit: limits,
	}
	if t.Name == "" {
		t.Name = "PrimaryResult"
	}
	if n := limits.takeRecords; n >= 0 {
		t.node = &plan.Take{From: plan.From{In: t.node}, N: n}
	}
	var err error
	t.rows, err = run.query.Open(run.ctx, t.node)
	return t, err
}

// Next gives the table's next rows, nil at its end. An error ends the table: rows given before it count. A result that is
// larger than the query's limits gives the rows up to the limit, then the error.
func (t *ResultTable) Next(ctx context.Context) (*value.Batch, error) {
	if t.ended {
		return nil, t.over
	}
	if err := ctx.Err(); err != nil {
		return nil, t.end(err)
	}
	// The caller may hand in another context than Query was given: its end ends the query too.
	stop := context.AfterFunc(ctx, t.run.cancel)
	b, err := t.rows.Next(t.run.ctx)
	stop()
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, t.end(err)
	}
	if b == nil {
		t.ended = true
		t.rows.Close()
		return nil, nil
	}
	return t.truncate(b)
}

// truncate cuts rows at the limits, in the middle of a batch where they fall there.
func (t *ResultTable) truncate(b *value.Batch) (*value.Batch, error) {
	keep, what := b.N, ""
	if most := t.limit.maxRecords; most > 0 && t.count+int64(b.N) > most {
		keep, what = int(most-t.count), fmt.Sprintf("more than %d records", most)
	}
	if most := t.limit.maxBytes; most > 0 {
		size := b.DataBytes()
		if fit := rowsWithin(b, most-t.bytes); t.bytes+size > most && fit < keep {
			keep, what = fit, fmt.Sprintf("more than %d bytes", most)
		}
		t.bytes += size
	}
	t.count += int64(b.N)
	if what == "" {
		return b, nil
	}
	_ = t.end(&Error{
		Kind: Limit, Code: "LimitsExceeded", Inner: "E_QUERY_RESULT_SET_TOO_LARGE", HResult: 0x80DA0003,
		Message: fmt.Sprintf("the result has %s; summarize or take fewer rows, or set notruncation", what),
	})
	if keep == 0 {
		return nil, t.over
	}
	cut := value.SliceBatch(*b, 0, keep)
	return &cut, nil
}

// rowsWithin is how many of a batch's first rows have at most so many bytes together.
func rowsWithin(b *value.Batch, bytes int64) int {
	return sort.Search(b.N, func(n int) bool { return value.SliceBatch(*b, 0, n+1).DataBytes() > bytes })
}

func (t *ResultTable) end(err error) error {
	t.ended, t.over = true, explained(t.run.ctx, wrap(err))
	t.rows.Close()
	return t.over
}

// Close ends the query and waits for its goroutines. It may be called more than once.
func (a *Answer) Close() {
	a.cancel()
	var failed error
	for _, t := range a.Tables {
		if failed == nil {
			failed = t.over
		}
		if !t.ended {
			t.ended = true
			t.rows.Close()
		}
	}
	a.activity.end(failed)
}
