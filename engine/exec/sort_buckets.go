// Sorting many rows by a first key that is a number: rows are dealt by ranges of the key, in order, and each range is sorted when its
// rows are asked for. Only row numbers are moved, each with the bits of its key that matter within its range, so that most rows are
// ordered by comparing numbers that lie side by side. Rows that tie keep their order.

package exec

import (
	"cmp"
	"context"
	"math/bits"
	"slices"

	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

const (
	// bucketedRows is the number of rows from which this beats sorting all at once.
	bucketedRows = 1 << 16
	// bucketRows is about how many rows a range has. Reals lie unevenly by their bits, so there are more ranges than would do.
	bucketRows = 1 << 11
	// mostBuckets bounds the number of ranges.
	mostBuckets = 1 << 12
	// mostSkewed is the number of rows in one range from which the keys lie too unevenly for this.
	mostSkewed = 1 << 20
)

// buckets is rows by ranges of their first key.
type buckets struct {
	parts   []*ordering // of SegmentRows rows each, but the last: row r is row r % SegmentRows of part r / SegmentRows
	rows    []uint64    // by range: what its key adds to the range's start, cut to 32 bits, and then the row's number
	ends    []int       // of each range's rows
	next    int         // the range to sort next
	spare   []uint64
	out     []uint32
	lo      uint64 // the least key
	shift   int    // from a key less lo to its range
	regular int    // ranges of keys; before and after them stand one of nulls each
}

// bucketed deals the rows of parts; nil where there are too few, or their keys don't suit.
func bucketed(ctx context.Context, c *fn.Context, keys []plan.SortKey, parts []*value.Batch) (*buckets, error) {
	n := 0
	b := &buckets{}
	for _, part := range parts {
		n += part.N
		o, err := newOrdering(ctx, c, keys, part)
		if err != nil {
			return nil, err
		}
		if !o.exact || o.cols[0].Const {
			return nil, nil
		}
		b.parts = append(b.parts, o)
	}
	if n < bucketedRows {
		return nil, nil
	}
	return b.deal(ctx, n)
}

func (b *buckets) deal(ctx context.Context, n int) (*buckets, error) {
	lo, hi := ^uint64(0), uint64(0)
	err := b.eachKey(ctx, func(_ int, keys []uint64, ranks []uint8) {
		for i, key := range keys {
			if ranks[i] == 1 {
				lo, hi = min(lo, key), max(hi, key)
			}
		}
	})
	if err != nil || lo > hi {
		return nil, err
	}
	b.regular = min(mostBuckets, 1<<bits.Len(uint(n/bucketRows)))
	b.lo, b.shift = lo, max(0, bits.Len64(hi-lo)-bits.Len(uint(b.regular))+1)
	counts := make([]int, b.regular+2)
	err = b.eachKey(ctx, func(_ int, keys []uint64, ranks []uint8) {
		for i, key := range keys {
			counts[b.rangeOf(ranks[i], key)]++
		}
	})
	if err != nil {
		return nil, err
	}
	if slices.Max(counts) > mostSkewed {
		return nil, nil
	}
	at := 0
	for i, c := range counts {
		counts[i] = at
		at += c
	}
	b.rows = make([]uint64, n)
	up, down := max(0, 32-b.shift), max(0, b.shift-32)
	within := uint64(1)<<b.shift - 1
	err = b.eachKey(ctx, func(from int, keys []uint64, ranks []uint8) {
		for i, key := range keys {
			r := b.rangeOf(ranks[i], key)
			b.rows[counts[r]] = (key-b.lo)&within>>down<<up<<32 | uint64(from+i)
			counts[r]++
		}
	})
	b.ends = counts // each has moved on to its end
	return b, err
}

func (b *buckets) rangeOf(rank uint8, key uint64) int {
	if rank == 1 {
		return 1 + int((key-b.lo)>>b.shift)
	}
	if rank == 0 {
		return 0
	}
	return b.regular + 1
}

// eachKey gives the first keys of all rows, some at a time.
func (b *buckets) eachKey(ctx context.Context, see func(from int, keys []uint64, ranks []uint8)) error {
	keys, ranks := make([]uint64, BatchRows), make([]uint8, BatchRows)
	for p, o := range b.parts {
		for i := range ranks {
			ranks[i] = 1
		}
		for from := 0; from < o.cols[0].N; from += BatchRows {
			if err := ctx.Err(); err != nil {
				return err
			}
			some := keys[:min(BatchRows, o.cols[0].N-from)]
			o.firstKeys(from, some, ranks)
			see(p*SegmentRows+from, some, ranks)
		}
	}
	return nil
}

// firstKeys gives the first keys of rows from from on; their ranks are set where they aren't 1.
func (o *ordering) firstKeys(from int, keys []uint64, ranks []uint8) {
	v, flip := o.cols[0], uint64(0)
	if o.keys[0].Desc {
		flip = ^flip
	}
	switch {
	case v.Nulls == nil && v.Ints != nil:
		for i, x := range v.Ints[from : from+len(keys)] {
			keys[i] = uint64(x) ^ 1<<63 ^ flip
		}
	case v.Nulls == nil && v.Reals != nil:
		nan := nanKey(&o.keys[0])
		for i, f := range v.Reals[from : from+len(keys)] {
			if keys[i] = normalReal(f) ^ flip; f != f {
				keys[i] = nan
			}
		}
	default:
		for i := range keys {
			ranks[i], keys[i] = o.first(from + i)
		}
	}
}

// more sorts the next range that has rows and gives them; nil at the end. The slice is used again for the next range.
func (b *buckets) more() []uint32 {
	for b.next < len(b.ends) {
		from := 0
		if b.next > 0 {
			from = b.ends[b.next-1]
		}
		rows := b.rows[from:b.ends[b.next]]
		b.next++
		if len(rows) == 0 {
			continue
		}
		b.sort(rows)
		b.settle(rows)
		b.out = b.out[:0]
		for _, row := range rows {
			b.out = append(b.out, uint32(row))
		}
		return b.out
	}
	return nil
}

// sort orders a range by what rows say: dealt once more, until few are left to compare.
func (b *buckets) sort(rows []uint64) {
	lo, hi := slices.Min(rows)>>32, slices.Max(rows)>>32
	if len(rows) < 64 || lo == hi {
		slices.Sort(rows)
		return
	}
	width := bits.Len(uint(len(rows) / 8))
	shift := 32 + max(0, bits.Len64(hi-lo)-width)
	lo <<= 32
	ends := make([]int32, 1<<width)
	for _, row := range rows {
		ends[(row-lo)>>shift]++
	}
	at := int32(0)
	for i, c := range ends {
		ends[i] = at
		at += c
	}
	b.spare = slices.Grow(b.spare[:0], len(rows))[:len(rows)]
	for _, row := range rows {
		to := &ends[(row-lo)>>shift]
		b.spare[*to] = row
		*to++
	}
	copy(rows, b.spare)
	from := int32(0)
	for _, end := range ends {
		slices.Sort(rows[from:end])
		from = end
	}
}

// settle orders the rows of which the numbers say the same, by all they have.
func (b *buckets) settle(rows []uint64) {
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && rows[to]>>32 == rows[from]>>32 {
			to++
		}
		if to-from > 1 {
			slices.SortFunc(rows[from:to], b.compare)
		}
		from = to
	}
}

func (b *buckets) compare(x, y uint64) int {
	i, j := int(uint32(x)), int(uint32(y))
	p, q := b.parts[i/SegmentRows], b.parts[j/SegmentRows]
	r, s := i%SegmentRows, j%SegmentRows
	rankX, keyX := p.first(r)
	rankY, keyY := q.first(s)
	return cmp.Or(cmp.Compare(rankX, rankY), cmp.Compare(keyX, keyY), p.compareFrom(1, r, q, s), cmp.Compare(i, j))
}

// wholeParts makes of batches, as they come, parts of SegmentRows rows, but the last.
type wholeParts struct {
	cols     []value.Column
	parts    []*value.Batch
	building []*value.Builder
	rows     int // in building
}

func (w *wholeParts) add(b *value.Batch) {
	for from := 0; from < b.N; {
		if w.building == nil {
			for _, c := range w.cols {
				w.building = append(w.building, value.NewBuilder(c.Kind, 0))
			}
		}
		to := min(b.N, from+SegmentRows-w.rows)
		for i, v := range b.Cols {
			if w.rows == 0 {
				w.building[i].Grow(w.room(to - from))
			}
			w.building[i].AppendAll(value.Slice(v, from, to))
		}
		if w.rows += to - from; w.rows == SegmentRows {
			w.finish()
		}
		from = to
	}
}

// room is how many rows a part is made for: all that it can have once one was full.
func (w *wholeParts) room(least int) int {
	if len(w.parts) > 0 {
		return SegmentRows
	}
	return least
}

// finish ends the part that is being made.
func (w *wholeParts) finish() {
	if w.rows == 0 {
		return
	}
	part := &value.Batch{N: w.rows}
	for _, b := range w.building {
		part.Cols = append(part.Cols, b.Vector())
	}
	w.parts, w.rows = append(w.parts, part), 0
}

// gather gives rows, by number, of whole parts.
func (w *wholeParts) gather(rows []uint32) *value.Batch {
	out := &value.Batch{N: len(rows)}
	vectors := make([]*value.Vector, len(w.parts))
	for i, c := range w.cols {
		for p, part := range w.parts {
			vectors[p] = part.Cols[i]
		}
		out.Cols = append(out.Cols, value.GatherParts(c.Kind, vectors, rows))
	}
	return out
}
