// evaluate plugins: operators that see their whole input and give a table of their own. What a plugin does with input that the
// documentation doesn't speak of is refused.

package exec

import (
	"context"
	"fmt"

	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

// pluginCall is one run of a plugin.
type pluginCall struct {
	ctx       context.Context
	node      *plan.Plugin
	in, other *value.Batch
}

// plugins run the plugins by name.
var plugins = map[string]func(*pluginCall) (*value.Batch, error){
	"narrow":                  narrow,
	"rows_near":               rowsNear,
	"schema_merge":            schemaMerge,
	"rolling_percentile":      rollingPercentile,
	"session_count":           sessionCount,
	"active_users_count":      activeUsers,
	"sliding_window_counts":   slidingCounts,
	"activity_counts_metrics": activityCounts,
	"activity_metrics":        activityMetrics,
	"activity_engagement":     activityEngagement,
	"new_activity_metrics":    newActivity,
}

func (q *Query) plugin(n *plan.Plugin, h holes) (*pipe, error) {
	run := plugins[n.Name]
	if run == nil {
		return nil, fmt.Errorf("internal error: no operator runs plugin '%s'", n.Name)
	}
	in, err := q.build(n.In, h)
	if err != nil {
		return nil, err
	}
	p := &plugin{q: q, node: n, run: run, in: in.stream(q)}
	if n.Other != nil {
		other, err := q.build(n.Other, h)
		if err != nil {
			return nil, err
		}
		p.other = other.stream(q)
	}
	return &pipe{in: p}, nil
}

type plugin struct {
	q         *Query
	node      *plan.Plugin
	run       func(*pluginCall) (*value.Batch, error)
	in, other stream
	out       *serial
}

func (p *plugin) next(ctx context.Context) (*value.Batch, error) {
	if p.out == nil {
		m := p.q.account.meter(p.node.Name)
		defer m.release()
		call := &pluginCall{ctx: ctx, node: p.node}
		var err error
		if call.in, err = gatherAll(ctx, p.node.In.Columns(), p.in, m); err != nil {
			return nil, err
		}
		if p.other != nil {
			if call.other, err = gatherAll(ctx, p.node.Other.Columns(), p.other, m); err != nil {
				return nil, err
			}
		}
		b, err := p.run(call)
		if err != nil {
			return nil, err
		}
		p.out = &serial{c: p.q.fn, pipe: &pipe{src: held{b}}}
	}
	return p.out.next(ctx)
}

func (p *plugin) close() {
	p.in.close()
	if p.other != nil {
		p.other.close()
	}
}

// unsure refuses input whose answer isn't known.
func (c *pluginCall) unsure(what string) error { return &fn.NotBuilt{Name: c.node.Name, Detail: what} }

func (c *pluginCall) bad(why string) error {
	return &fn.BadArgument{Name: c.node.Name, Index: -1, Why: why}
}

// number gives constant i, a whole number, datetime or timespan.
func (c *pluginCall) number(i int) (int64, error) {
	v := c.node.Consts[i]
	if v == nil || !isInts(v.Kind) || v.IsNull(0) {
		return 0, c.unsure("a constant that is null or no whole number, datetime or timespan")
	}
	return v.Ints[0], nil
}

// numbers gives the constants from the first on.
func (c *pluginCall) numbers(to ...*int64) error {
	for i, p := range to {
		n, err := c.number(i)
		if err != nil {
			return err
		}
		*p = n
	}
	return nil
}

// stopped tells now and then whether the query has ended.
func (c *pluginCall) stopped(i int) error {
	if i%BatchRows == 0 {
		return c.ctx.Err()
	}
	return nil
}

func narrow(c *pluginCall) (*value.Batch, error) {
	cols := c.node.In.Columns()
	n := c.in.N * len(cols)
	rows, names, values := value.NewBuilder(value.Long, n), value.NewBuilder(value.String, n), value.NewBuilder(value.String, n)
	for i := range c.in.N {
		if err := c.stopped(i); err != nil {
			return nil, err
		}
		for j, col := range cols {
			rows.AppendInt(int64(i))
			names.AppendString(col.Name)
			values.AppendFrom(c.in.Cols[j], i)
		}
	}
	return &value.Batch{N: n, Cols: []*value.Vector{rows.Vector(), names.Vector(), values.Vector()}}, nil
}

// rowsNear keeps the rows that lie so many before and after one whose last column is true.
func rowsNear(c *pluginCall) (*value.Batch, error) {
	before, err := c.number(0)
	if err != nil {
		return nil, err
	}
	after := before
	if len(c.node.Consts) > 1 {
		if after, err = c.number(1); err != nil {
			return nil, err
		}
	}
	marks := c.in.Cols[len(c.in.Cols)-1]
	var sel []uint32
	next := 0 // first row not decided
	for i := range c.in.N {
		if err := c.stopped(i); err != nil {
			return nil, err
		}
		if !isTrue(marks, i) {
			continue
		}
		next = max(next, int(max(0, int64(i)-before)))
		for last := min(int64(c.in.N)-1, int64(i)+after); int64(next) <= last; next++ {
			sel = append(sel, uint32(next))
		}
	}
	out := value.GatherBatch(value.Batch{N: c.in.N, Cols: c.in.Cols[:len(c.in.Cols)-1]}, sel)
	return &out, nil
}

// schemaMerge joins schemas: name, ordinal, type of each column.
func schemaMerge(c *pluginCall) (*value.Batch, error) {
	keepOrder := c.node.Consts[0].Kind != value.Bool || c.node.Consts[0].Bools[0]
	names, ordinals, types := c.in.Cols[0], c.in.Cols[1], c.in.Cols[3]
	first := map[string]int{}
	var rows []int
	at := map[int]int64{} // by row: its ordinal, -1 when it differs from schema to schema
	for i := range c.in.N {
		name, ordinal := names.Strings[i&names.Mask()], ordinals.Ints[i&ordinals.Mask()]
		row, known := first[name]
		if !known {
			first[name], row = i, i
			rows, at[i] = append(rows, i), ordinal
			continue
		}
		if types.Strings[row&types.Mask()] != types.Strings[i&types.Mask()] {
			return nil, c.unsure("a column of two types")
		}
		switch {
		case at[row] == ordinal || at[row] < 0:
		case keepOrder:
			at[row] = -1
		default:
			at[row] = max(at[row], ordinal)
		}
	}
	return c.mergedSchema(rows, at)
}

// mergedSchema lays the columns out by ordinal, those that are out of order last.
func (c *pluginCall) mergedSchema(rows []int, at map[int]int64) (*value.Batch, error) {
	out := make([]*value.Builder, 4)
	for i, col := range c.node.Columns() {
		out[i] = value.NewBuilder(col.Kind, len(rows))
	}
	byOrdinal, broken := map[int64]int{}, []int{}
	for _, row := range rows {
		if at[row] < 0 {
			broken = append(broken, row)
			continue
		}
		if _, taken := byOrdinal[at[row]]; taken {
			return nil, c.unsure("two columns at one place")
		}
		byOrdinal[at[row]] = row
	}
	for n := int64(0); len(byOrdinal) > 0; n++ {
		if row, ok := byOrdinal[n]; ok {
			delete(byOrdinal, n)
			for i, b := range out {
				if i == 1 {
					b.AppendInt(n)
				} else {
					b.AppendFrom(c.in.Cols[i], row)
				}
			}
		}
		if n > int64(len(rows))+maxUnknownOrdinals {
			return nil, c.unsure("ordinals with gaps")
		}
	}
	if len(broken) > 1 {
		return nil, c.unsure("several columns out of order")
	}
	for _, row := range broken {
		out[0].AppendFrom(c.in.Cols[0], row)
		out[1].AppendInt(-1)
		out[2].AppendString("ERROR(unknown CSL type:ERROR(columns are out of order))")
		out[3].AppendString("ERROR(columns are out of order)")
	}
	b := &value.Batch{N: len(rows)}
	for _, col := range out {
		b.Cols = append(b.Cols, col.Vector())
	}
	return b, nil
}

// maxUnknownOrdinals is how far ordinals may lie beyond the number of columns.
const maxUnknownOrdinals = 10_000
