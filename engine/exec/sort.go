// sort and top: row numbers ordered by normalised keys, columns gathered at the end. Both are stable: rows that tie keep their
// order.

package exec

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"

	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

// sortRow is a row with its first key in a form that compares as a number: rank puts nulls first or last, key orders the rest
// as far as 64 bits tell.
type sortRow struct {
	key  uint64
	row  uint32
	rank uint8
}

// ordering compares the rows of one batch.
type ordering struct {
	keys []plan.SortKey
	cols []*value.Vector
	// exact tells that the first key's number says all there is to say about it.
	exact bool
}

func newOrdering(ctx context.Context, c *fn.Context, keys []plan.SortKey, b *value.Batch) (*ordering, error) {
	o := &ordering{keys: keys}
	for _, k := range keys {
		v, err := evalInParts(ctx, c, k.X, b)
		if err != nil {
			return nil, err
		}
		o.cols = append(o.cols, v)
	}
	if len(keys) > 0 {
		k := o.cols[0].Kind
		o.exact = isInts(k) || k == value.Bool || k == value.Real
	}
	return o, nil
}

// rows gives all n rows with their first keys. It stops early when the context has ended, which order then tells.
func (o *ordering) rows(ctx context.Context, n int) []sortRow {
	out := make([]sortRow, n)
	if len(o.keys) == 0 {
		for i := range out {
			out[i].row = uint32(i)
		}
		return out
	}
	for i := range out {
		if i%runRows == 0 && ctx.Err() != nil {
			return out
		}
		out[i].row = uint32(i)
		out[i].rank, out[i].key = o.first(i)
	}
	return out
}

// first gives a row's first key as rank and number.
func (o *ordering) first(i int) (rank uint8, key uint64) {
	k, v := &o.keys[0], o.cols[0]
	p := i & v.Mask()
	if v.Nulls != nil && v.Nulls.Has(p) {
		if k.NullsFirst {
			return 0, 0
		}
		return 2, 0
	}
	key = normalised(v, p)
	if k.Desc {
		key = ^key
	}
	if isNaN(v, p) {
		key = nanKey(k)
	}
	return 1, key
}

// nanKey is the key of NaN, which stands beside the nulls: after them when they are first, before them when they are last, whatever
// the direction.
func nanKey(k *plan.SortKey) uint64 {
	if k.NullsFirst {
		return 0
	}
	return math.MaxUint64
}

func isNaN(v *value.Vector, i int) bool { return v.Kind == value.Real && v.Reals[i] != v.Reals[i] }

// normalised gives a number that orders as the cell does, as far as 64 bits go.
func normalised(v *value.Vector, i int) uint64 {
	switch v.Kind {
	case value.Bool:
		if v.Bools[i] {
			return 1
		}
	case value.Int, value.Long, value.Datetime, value.Timespan:
		return uint64(v.Ints[i]) ^ 1<<63
	case value.Real:
		return normalReal(v.Reals[i])
	case value.String:
		s := v.Strings[i]
		var x uint64
		for j := 0; j < 8 && j < len(s); j++ {
			x |= uint64(s[j]) << (56 - 8*j)
		}
		return x
	}
	return 0
}

func normalReal(f float64) uint64 {
	if f != f {
		return 0 // sorting puts nanKey in its place
	}
	bits := math.Float64bits(f + 0) // -0 ties with 0
	return bits ^ (uint64(int64(bits)>>63) | 1<<63)
}

func (o *ordering) compare(a, b sortRow) int {
	if a.rank != b.rank {
		return int(a.rank) - int(b.rank)
	}
	if a.key != b.key {
		return cmp.Compare(a.key, b.key)
	}
	first := 0
	if o.exact {
		first = 1
	}
	if c := o.compareFrom(first, int(a.row), o, int(b.row)); c != 0 {
		return c
	}
	return cmp.Compare(a.row, b.row)
}

// compareFrom compares a row with one of another ordering by the same keys, starting at a key.
func (o *ordering) compareFrom(first, i int, other *ordering, j int) int {
	for k := first; k < len(o.keys); k++ {
		a, b := o.cols[k], other.cols[k]
		na, nb := a.IsNull(i), b.IsNull(j)
		if na || nb {
			if na == nb {
				continue
			}
			if na == o.keys[k].NullsFirst {
				return -1
			}
			return 1
		}
		c := value.Compare(a, i, b, j)
		if c == 0 {
			continue
		}
		if x, y := isNaN(a, i&a.Mask()), isNaN(b, j&b.Mask()); x || y {
			if x == o.keys[k].NullsFirst {
				return -1
			}
			return 1
		}
		if o.keys[k].Desc {
			return -c
		}
		return c
	}
	return 0
}

// runRows is how many rows are sorted between two looks at the context.
const runRows = 1 << 15

// sorted gives all n rows in order.
func (o *ordering) sorted(ctx context.Context, n int) ([]sortRow, error) {
	if keys, ok := o.numbers(ctx, n); ok {
		return o.deal(ctx, n, keys)
	}
	return o.order(ctx, o.rows(ctx, n))
}

// order sorts rows: runs first, then merges.
func (o *ordering) order(ctx context.Context, rows []sortRow) ([]sortRow, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for from := 0; from < len(rows); from += runRows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		slices.SortFunc(rows[from:min(len(rows), from+runRows)], o.compare)
	}
	other := make([]sortRow, len(rows))
	for width := runRows; width < len(rows); width *= 2 {
		for from := 0; from < len(rows); from += 2 * width {
			middle, to := min(len(rows), from+width), min(len(rows), from+2*width)
			if err := o.merge(ctx, rows[from:middle], rows[middle:to], other[from:to]); err != nil {
				return nil, err
			}
		}
		rows, other = other, rows
	}
	return rows, nil
}

func (o *ordering) merge(ctx context.Context, a, b, out []sortRow) error {
	for i := range out {
		if i%runRows == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		switch {
		case len(b) == 0 || len(a) > 0 && o.compare(a[0], b[0]) <= 0:
			out[i], a = a[0], a[1:]
		default:
			out[i], b = b[0], b[1:]
		}
	}
	return nil
}

// sorted gives all rows in order.
type sorted struct {
	q    *Query
	keys []plan.SortKey
	cols []value.Column
	in   stream
	all  wholeParts
	rows []uint32 // that come next
	more *buckets // those after them, where they aren't sorted yet; else nil
	m    *meter
	made int64 // bytes of rows given since the last sweep
}

func (s *sorted) next(ctx context.Context) (*value.Batch, error) {
	if s.m == nil {
		s.m = s.q.account.meter("sort")
		if err := s.read(ctx); err != nil {
			return nil, err
		}
		if err := s.order(ctx); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(s.rows) == 0 && s.more != nil {
		s.rows = s.more.more()
	}
	if len(s.rows) == 0 {
		s.all, s.more = wholeParts{}, nil
		s.m.release()
		return nil, nil
	}
	n := min(len(s.rows), BatchRows)
	out := s.all.gather(s.rows[:n])
	s.rows = s.rows[n:]
	s.sweep(out.Bytes(), 16)
	return out, nil
}

// sweepLeast is the number of bytes below which nothing is swept.
const sweepLeast = 64 << 20

// sweep has the rows collected that were given out and are in use no more: what a large sort holds would let the collector wait until
// there is as much garbage again. It does so when what was made since is more than that part of what is held. Rows are given out when the
// most is held, so there it is a smaller part.
func (s *sorted) sweep(made, part int64) {
	s.made += made
	if s.m.used > sweepLeast && s.made > s.m.used/part {
		s.made = 0
		runtime.GC()
	}
}

// read takes in all rows.
func (s *sorted) read(ctx context.Context) error {
	s.all.cols = s.cols
	for {
		b, err := s.in.next(ctx)
		if err != nil || b == nil {
			s.all.finish()
			return err
		}
		if err := s.m.grow(b.Bytes()); err != nil {
			return err
		}
		s.all.add(b)
		s.sweep(b.Bytes(), 8)
	}
}

// order finds the order of the rows, or begins to.
func (s *sorted) order(ctx context.Context) error {
	n := int64(0)
	for _, part := range s.all.parts {
		n += int64(part.N)
	}
	if err := s.m.grow(n * 8); err != nil {
		return err
	}
	s.sweep(s.m.used, 8)
	var err error
	if s.more, err = bucketed(ctx, s.q.fn, s.keys, s.all.parts); s.more != nil || err != nil {
		return err
	}
	held := s.m.used
	if err := s.m.grow(held + n*32); err != nil {
		return err
	}
	whole, err := concat(ctx, s.cols, slices.Clone(s.all.parts))
	if err != nil {
		return err
	}
	o, err := newOrdering(ctx, s.q.fn, s.keys, whole)
	if err != nil {
		return err
	}
	rows, err := o.sorted(ctx, whole.N)
	if err != nil {
		return err
	}
	s.rows = make([]uint32, len(rows))
	for i, r := range rows {
		s.rows[i] = r.row
	}
	return s.m.set(held)
}

func (s *sorted) close() {
	s.in.close()
	if s.m != nil {
		s.m.release()
	}
}
