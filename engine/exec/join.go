// join: the right side becomes a table of keys with chains of row numbers; left rows probe it; columns are gathered at the end.

package exec

import (
	"context"
	"slices"

	"calypso/engine/plan"
	"calypso/kusto/value"
)

func (q *Query) join(n *plan.Join, h holes) (*pipe, error) {
	left, err := q.build(n.Left, h)
	if err != nil {
		return nil, err
	}
	right, err := q.build(n.Right, h)
	if err != nil {
		return nil, err
	}
	return &pipe{in: &join{q: q, node: n, left: left.codedStream(q), right: right.stream(q)}}, nil
}

type join struct {
	q           *Query
	node        *plan.Join
	left, right stream
	m           *meter

	table   *keyTable
	rows    *value.Batch // the right side
	first   []uint32     // by group: its first row
	after   []uint32     // by row: the next row of its group
	matched value.Bitmap // right rows that met a left one, where the kind asks
	seen    *keyTable    // left keys met: innerunique

	// The left batch being probed, and where its probe stands.
	batch  *value.Batch
	groups []uint32
	row    int
	chain  uint32
	tail   int // next right row to look at when the left side has ended
	ended  bool
	single bool // no two right rows have the same key: row g is group g's
	coded  bool // the reader takes compact columns
}

func (j *join) next(ctx context.Context) (*value.Batch, error) {
	if j.table == nil {
		if err := j.readRight(ctx); err != nil {
			return nil, err
		}
	}
	for !j.ended {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if j.batch == nil {
			ok, err := j.readLeft(ctx)
			if err != nil {
				return nil, err
			}
			if !ok {
				break
			}
			if j.batch == nil {
				continue // all its keys were met before
			}
		}
		l, r := j.pairs()
		if len(l) > 0 {
			return j.gather(j.batch, l, r), nil
		}
		j.batch = nil
	}
	j.ended = true
	return j.rest(), nil
}

func (j *join) readRight(ctx context.Context) error {
	j.m = j.q.account.meter("join")
	table := newKeyTable(ctx.Err, kindsOf(j.node.RightKeys))
	var parts []*value.Batch
	var groups []uint32
	held := int64(0)
	for {
		b, err := j.right.next(ctx)
		if err != nil {
			return err
		}
		if b == nil {
			break
		}
		keys, err := evalAll(j.q.fn, j.node.RightKeys, b)
		if err != nil {
			return err
		}
		groups = append(groups, table.groups(keys, b.N, true, nil)...)
		parts = append(parts, b)
		// Twice the rows: the parts, and the one batch they become.
		held += 2 * b.Bytes()
		if err := j.m.set(held + table.size() + int64(12*len(groups))); err != nil {
			return err
		}
	}
	var err error
	if j.rows, err = concat(ctx, j.node.Right.Columns(), parts); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	j.first, j.after = make([]uint32, table.n), make([]uint32, len(groups))
	for g := range j.first {
		j.first[g] = none
	}
	for row := len(groups) - 1; row >= 0; row-- {
		if row%SegmentRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		g := groups[row]
		j.after[row] = j.first[g]
		j.first[g] = uint32(row)
	}
	table.ints.seal()
	j.table, j.single = table, table.n == len(groups)
	if j.coded {
		j.rows = &value.Batch{N: j.rows.N, Cols: slices.Clone(j.rows.Cols)}
		for _, c := range j.node.Out {
			if c.Right {
				j.rows.Cols[c.Ordinal] = value.Encoded(j.rows.Cols[c.Ordinal], mostCombinations)
			}
		}
	}
	if j.node.Kind == plan.InnerUnique {
		j.seen = newKeyTable(ctx.Err, kindsOf(j.node.LeftKeys))
	}
	return j.m.set(held/2 + table.size() + int64(8*len(groups)))
}

// readLeft takes the next left batch and looks its keys up.
func (j *join) readLeft(ctx context.Context) (bool, error) {
	b, err := j.left.next(ctx)
	if err != nil || b == nil {
		return false, err
	}
	keys, err := evalAll(j.q.fn, j.node.LeftKeys, b)
	if err != nil {
		return false, err
	}
	if j.seen != nil {
		if b, keys = j.unique(b, keys); b == nil {
			return true, nil
		}
	}
	j.batch, j.row = b, 0
	j.groups = j.table.groups(keys, b.N, false, j.groups)
	j.startRow()
	return true, ctx.Err()
}

// unique keeps the first left row of each key.
func (j *join) unique(b *value.Batch, keys []*value.Vector) (*value.Batch, []*value.Vector) {
	known := uint32(j.seen.n)
	var sel []uint32
	for i, g := range j.seen.groups(keys, b.N, true, nil) {
		if g >= known {
			sel = append(sel, uint32(i))
			known = g + 1
		}
	}
	if len(sel) == 0 {
		return nil, nil
	}
	out := value.GatherBatch(*b, sel)
	kept := value.GatherBatch(value.Batch{N: b.N, Cols: keys}, sel)
	return &out, kept.Cols
}

func (j *join) startRow() {
	j.chain = none
	if j.row < j.batch.N && j.groups[j.row] != none {
		j.chain = j.first[j.groups[j.row]]
	}
}

// pairs gives the next pairs of the current left batch; none at its end.
func (j *join) pairs() (l, r []uint32) {
	if !j.single || j.node.Kind != plan.Inner && j.node.Kind != plan.InnerUnique {
		return j.probe()
	}
	n := min(j.batch.N-j.row, BatchRows)
	l, r = make([]uint32, n), make([]uint32, n)
	for at := 0; j.row < j.batch.N; {
		if n = min(j.batch.N-j.row, BatchRows); n == 0 {
			break
		}
		for i, g := range j.groups[j.row : j.row+n] {
			if g != none {
				l[at], r[at] = uint32(j.row+i), g // rows and groups are numbered alike
				at++
			}
		}
		if j.row += n; at > 0 {
			return l[:at], r[:at]
		}
	}
	return nil, nil
}

// probe gives the next pairs of the current left batch, BatchRows at most; none at its end.
func (j *join) probe() (l, r []uint32) {
	kind := j.node.Kind
	for ; j.row < j.batch.N && len(l) < BatchRows; j.nextRow() {
		met := j.chain != none
		switch kind {
		case plan.LeftSemi, plan.LeftAnti:
			if met == (kind == plan.LeftSemi) {
				l, r = append(l, uint32(j.row)), append(r, none)
			}
			continue
		case plan.RightSemi, plan.RightAnti:
			j.mark()
			continue
		}
		if !met {
			if kind == plan.LeftOuter || kind == plan.FullOuter {
				l, r = append(l, uint32(j.row)), append(r, none)
			}
			continue
		}
		for j.chain != none {
			if len(l) == BatchRows {
				return l, r
			}
			l, r = append(l, uint32(j.row)), append(r, j.chain)
			if kind == plan.RightOuter || kind == plan.FullOuter {
				j.matched = j.matched.Set(int(j.chain), j.rows.N)
			}
			j.chain = j.after[j.chain]
		}
	}
	return l, r
}

func (j *join) nextRow() {
	j.row++
	j.startRow()
}

// mark remembers the right rows of the current left row's key; a key that was met needs no second walk.
func (j *join) mark() {
	if j.chain == none || j.matched.Has(int(j.chain)) {
		return
	}
	for at := j.chain; at != none; at = j.after[at] {
		j.matched = j.matched.Set(int(at), j.rows.N)
	}
}

// rest gives the right rows that the left side left over, or met, by kind.
func (j *join) rest() *value.Batch {
	var want bool
	switch j.node.Kind {
	case plan.RightOuter, plan.FullOuter, plan.RightAnti:
	case plan.RightSemi:
		want = true
	default:
		return nil
	}
	var l, r []uint32
	for ; j.tail < j.rows.N && len(r) < BatchRows; j.tail++ {
		if j.matched.Has(j.tail) == want {
			l, r = append(l, none), append(r, uint32(j.tail))
		}
	}
	if len(r) == 0 {
		return nil
	}
	return j.gather(nil, l, r)
}

// gather makes output rows of pairs of row numbers; none on a side is null there.
func (j *join) gather(left *value.Batch, l, r []uint32) *value.Batch {
	out := &value.Batch{N: len(l), Cols: make([]*value.Vector, len(j.node.Out))}
	for i, c := range j.node.Out {
		switch {
		case c.Right:
			out.Cols[i] = value.Gather(j.rows.Cols[c.Ordinal], r)
		case left == nil:
			out.Cols[i] = value.NewNull(j.node.Shape[i].Kind, len(l))
		default:
			out.Cols[i] = value.Gather(left.Cols[c.Ordinal], l)
		}
		if k := j.node.Shape[i].Kind; out.Cols[i].Kind != k {
			widened := *out.Cols[i]
			widened.Kind = k
			out.Cols[i] = &widened
		}
	}
	if !j.coded {
		return value.FlatBatch(out)
	}
	return out
}

func (j *join) close() {
	j.left.close()
	j.right.close()
	if j.m != nil {
		j.m.release()
	}
}
