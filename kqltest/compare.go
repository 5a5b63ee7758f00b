// When two tables are the same: columns by name, type and order; rows as a multiset, and in order where the query sorts, with rows
// that the last sort leaves equal in any order; cells by type, null apart from "". Reals are exact unless the case has a tolerance.
// Dynamic values are compared deeply, as the JSON that a client sees.

package kqltest

import (
	"context"
	"math"
	"slices"

	"calypso/kusto/value"
)

// result is one table that a query gave.
type result struct {
	columns    []value.Column
	rows       *value.Batch
	serialized bool  // the order of rows is defined
	sorted     []int // columns of the last sort; nil where a defined order has another source
}

// comparer holds one result against the rows wanted.
type comparer struct {
	ctx       context.Context
	got       *value.Batch // dynamic columns parsed anew from their JSON
	want      *value.Batch // of got's types
	bad       map[[2]int]bool
	tolerance float64
	// A number for each row of got and want that equal rows share.
	gotHash, wantHash []uint64
}

// newComparer reads the wanted cells in the types of the result. A cell that is no value of its type, by row and column, is bad:
// nothing equals it.
func newComparer(ctx context.Context, got *result, want *records, places []int, tolerance float64) *comparer {
	c := &comparer{
		ctx: ctx, got: &value.Batch{N: got.rows.N}, want: &value.Batch{N: len(want.rows)}, bad: map[[2]int]bool{},
		tolerance: tolerance,
	}
	for i, col := range got.columns {
		b := value.NewBuilder(col.Kind, len(want.rows))
		for j, row := range want.rows {
			if !row[places[i]].add(b) {
				c.bad[[2]int{j, i}] = true
			}
		}
		c.got.Cols = append(c.got.Cols, asJSON(got.rows.Cols[i]))
		c.want.Cols = append(c.want.Cols, asJSON(b.Vector()))
	}
	c.gotHash, c.wantHash = c.hashes(c.got), c.hashes(c.want)
	return c
}

// asJSON makes the values of a dynamic column what their JSON reads as: a datetime inside is a string for clients.
func asJSON(v *value.Vector) *value.Vector {
	if v.Kind != value.Dynamic {
		return v
	}
	b := value.NewBuilder(value.Dynamic, v.N)
	for i := range v.N {
		if v.IsNull(i) {
			b.AppendNull()
		} else {
			b.AppendDyn(value.ParseDyn(v.Dynamics[i&v.Mask()].String()))
		}
	}
	return b.Vector()
}

// sameRow tells whether row i of the result is the wanted row j.
func (c *comparer) sameRow(i, j int) bool {
	for k := range c.got.Cols {
		if !c.sameCell(k, i, j) {
			return false
		}
	}
	return true
}

func (c *comparer) sameCell(column, i, j int) bool {
	if c.bad[[2]int{j, column}] {
		return false
	}
	g, w := c.got.Cols[column], c.want.Cols[column]
	if value.Equal(g, i, w, j) {
		return true
	}
	if c.tolerance == 0 || g.IsNull(i) || w.IsNull(j) {
		return false
	}
	switch g.Kind {
	case value.Real:
		return c.sameReal(g.Reals[i&g.Mask()], w.Reals[j&w.Mask()])
	case value.Decimal:
		return c.sameReal(g.Decimals[i&g.Mask()].Float64(), w.Decimals[j&w.Mask()].Float64())
	case value.Dynamic:
		return c.sameDynamic(g.Dynamics[i&g.Mask()], w.Dynamics[j&w.Mask()])
	}
	return false
}

// sameReal allows a difference of the tolerance's share of the larger number, and of the tolerance itself near zero.
func (c *comparer) sameReal(x, y float64) bool {
	return math.Abs(x-y) <= c.tolerance*max(1, math.Abs(x), math.Abs(y))
}

func (c *comparer) sameDynamic(x, y value.Dyn) bool {
	if value.EqualDyn(x, y) {
		return true
	}
	switch {
	case x.Kind() == value.DynReal && isNumber64(y), y.Kind() == value.DynReal && isNumber64(x):
		return c.sameReal(x.Real(), y.Real())
	case x.Kind() != y.Kind() || x.Len() != y.Len():
		return false
	case x.Kind() == value.DynArray:
		return slices.EqualFunc(x.Items(), y.Items(), c.sameDynamic)
	case x.Kind() == value.DynBag:
		for i, key := range x.Keys() {
			other, ok := y.Find(key)
			if !ok || !c.sameDynamic(x.Items()[i], other) {
				return false
			}
		}
		return true
	}
	return false
}

func isNumber64(d value.Dyn) bool { return d.Kind() == value.DynReal || d.Kind() == value.DynLong }

// match pairs equal rows among the given ones and gives those that are left, in their order.
func (c *comparer) match(got, want []int) (extra, missing []int) {
	g, w := c.gotHash, c.wantHash
	buckets := map[uint64][]int{}
	for _, i := range got {
		buckets[g[i]] = append(buckets[g[i]], i)
	}
	wanted := map[uint64][]int{}
	var order []uint64
	for _, j := range want {
		if wanted[w[j]] == nil {
			order = append(order, w[j])
		}
		wanted[w[j]] = append(wanted[w[j]], j)
	}
	for _, sum := range order {
		rest, lost := c.pair(buckets[sum], wanted[sum])
		buckets[sum] = rest
		missing = append(missing, lost...)
	}
	for _, rest := range buckets {
		extra = append(extra, rest...)
	}
	slices.Sort(extra)
	slices.Sort(missing)
	return extra, missing
}

// hashes hashes each row over the columns in which equal is exact.
func (c *comparer) hashes(b *value.Batch) []uint64 {
	sums := make([]uint64, b.N)
	for _, v := range b.Cols {
		if c.tolerance > 0 && (v.Kind == value.Real || v.Kind == value.Decimal || v.Kind == value.Dynamic) {
			continue
		}
		value.HashInto(v, sums)
	}
	return sums
}

// most is the number of rows up to which a pairing with a tolerance is looked for that leaves the fewest rows over.
const most = 500

// pair pairs rows that look alike. Without a tolerance equality is transitive, so the first equal row does; with one, a row may be
// near to two, and an earlier choice is changed where that helps.
func (c *comparer) pair(got, want []int) (extra, missing []int) {
	if c.tolerance > 0 && len(got) <= most && len(want) <= most {
		return c.pairBest(got, want)
	}
	got = slices.Clone(got)
	for _, j := range want {
		at := -1
		if c.ctx.Err() == nil {
			at = slices.IndexFunc(got, func(i int) bool { return c.sameRow(i, j) })
		}
		if at < 0 {
			missing = append(missing, j)
			continue
		}
		got[at] = got[len(got)-1]
		got = got[:len(got)-1]
	}
	return got, missing
}

// pairBest finds a largest matching by augmenting paths.
func (c *comparer) pairBest(got, want []int) (extra, missing []int) {
	taken := make([]int, len(got)) // by place in got: place in want, -1 for none
	for i := range taken {
		taken[i] = -1
	}
	var seen []bool
	var find func(j int) bool
	find = func(j int) bool {
		for i := range got {
			if seen[i] || c.ctx.Err() != nil || !c.sameRow(got[i], want[j]) {
				continue
			}
			seen[i] = true
			if taken[i] < 0 || find(taken[i]) {
				taken[i] = j
				return true
			}
		}
		return false
	}
	for j := range want {
		seen = make([]bool, len(got))
		if !find(j) {
			missing = append(missing, want[j])
		}
	}
	for i, j := range taken {
		if j < 0 {
			extra = append(extra, got[i])
		}
	}
	return extra, missing
}

// misplaced gives the first row of the result that stands where another is wanted, -1 when the order is right. It is asked when both
// have the same rows.
func (c *comparer) misplaced(r *result) int {
	if !r.serialized {
		return -1
	}
	for from := 0; from < c.got.N; {
		to := from + 1
		for r.sorted != nil && to < c.got.N && c.tied(r.sorted, from, to) {
			to++
		}
		if to-from == 1 {
			if !c.sameRow(from, from) {
				return from
			}
		} else if extra, _ := c.match(span(from, to), span(from, to)); len(extra) > 0 {
			return extra[0]
		}
		from = to
	}
	return -1
}

func (c *comparer) tied(columns []int, i, j int) bool {
	for _, k := range columns {
		if !value.Equal(c.got.Cols[k], i, c.got.Cols[k], j) {
			return false
		}
	}
	return true
}

func span(from, to int) []int {
	out := make([]int, 0, to-from)
	for i := from; i < to; i++ {
		out = append(out, i)
	}
	return out
}
