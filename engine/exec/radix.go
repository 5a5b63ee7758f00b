// Sorting many rows without comparing them: every key becomes a number, and the rows are dealt out byte by byte, last key first.
// Dealing keeps the order of rows that tie, so the result is the one that comparing gives.

package exec

import (
	"context"
	"slices"
	"strings"

	"calypso/kusto/value"
)

const (
	// radixRows is the number of rows from which dealing beats comparing.
	radixRows = 1 << 12
	// maxCodes is the largest number of different strings that are numbered.
	maxCodes = 1 << 16
)

// numbered is a key whose cells are numbers that order as the cells do.
type numbered struct {
	o     *ordering
	key   int
	codes []uint32 // of a string key: by row; nil for others
}

// numbers gives the keys as numbers; ok is false where a key can't be one.
func (o *ordering) numbers(ctx context.Context, n int) (keys []numbered, ok bool) {
	if n < radixRows || len(o.keys) == 0 {
		return nil, false
	}
	for i, v := range o.cols {
		k := numbered{o: o, key: i}
		switch {
		case isInts(v.Kind) || v.Kind == value.Bool || v.Kind == value.Real:
		case v.Kind == value.String:
			if k.codes = codesOf(ctx, v, n); k.codes == nil {
				return nil, false
			}
		default:
			return nil, false
		}
		keys = append(keys, k)
	}
	return keys, true
}

// codesOf numbers a column's strings in their order; nil when there are too many different ones.
func codesOf(ctx context.Context, v *value.Vector, n int) []uint32 {
	index := map[string]uint32{}
	var texts []string
	codes := make([]uint32, n)
	last, lastCode := "", uint32(0)
	for i := range codes {
		if i%runRows == 0 && ctx.Err() != nil {
			return nil
		}
		s := v.Strings[i&v.Mask()]
		if i > 0 && s == last {
			codes[i] = lastCode
			continue
		}
		c, known := index[s]
		if !known {
			if c = uint32(len(texts)); c == maxCodes {
				return nil
			}
			index[s] = c
			texts = append(texts, s)
		}
		codes[i], last, lastCode = c, s, c
	}
	order := make([]uint32, len(texts))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return strings.Compare(texts[a], texts[b]) })
	rank := make([]uint32, len(texts))
	for at, c := range order {
		rank[c] = uint32(at)
	}
	for i, c := range codes {
		codes[i] = rank[c]
	}
	return codes
}

// of gives a row's rank, which puts nulls first or last, and its number.
func (k *numbered) of(row int) (rank uint8, key uint64) {
	desc := k.o.keys[k.key].Desc
	if k.codes != nil {
		key = uint64(k.codes[row])
		if desc {
			key = ^key
		}
		return 1, key
	}
	v := k.o.cols[k.key]
	p := row & v.Mask()
	if v.Nulls != nil && v.Nulls.Has(p) {
		if k.o.keys[k.key].NullsFirst {
			return 0, 0
		}
		return 2, 0
	}
	key = normalised(v, p)
	if desc {
		key = ^key
	}
	if isNaN(v, p) {
		key = nanKey(&k.o.keys[k.key])
	}
	return 1, key
}

// deal sorts all rows.
func (o *ordering) deal(ctx context.Context, n int, keys []numbered) ([]sortRow, error) {
	rows, other := make([]sortRow, n), make([]sortRow, n)
	for i := range rows {
		rows[i].row = uint32(i)
	}
	for i := len(keys) - 1; i >= 0; i-- {
		k := &keys[i]
		var differ uint64
		ranks := uint8(0)
		for j := range rows {
			if j%runRows == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			rows[j].rank, rows[j].key = k.of(int(rows[j].row))
			differ |= rows[j].key ^ rows[0].key
			ranks |= rows[j].rank ^ rows[0].rank
		}
		for shift := 0; shift < 64; shift += 8 {
			if differ>>shift&0xff == 0 {
				continue
			}
			if err := dealByte(ctx, rows, other, func(r *sortRow) uint8 { return uint8(r.key >> shift) }); err != nil {
				return nil, err
			}
			rows, other = other, rows
		}
		if ranks != 0 {
			if err := dealByte(ctx, rows, other, func(r *sortRow) uint8 { return r.rank }); err != nil {
				return nil, err
			}
			rows, other = other, rows
		}
	}
	return rows, nil
}

// dealByte orders rows by one byte into another slice.
func dealByte(ctx context.Context, from, to []sortRow, of func(*sortRow) uint8) error {
	var next [256]int
	for i := range from {
		next[of(&from[i])]++
	}
	at := 0
	for b, n := range next {
		next[b] = at
		at += n
	}
	for i := range from {
		if i%runRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		b := of(&from[i])
		to[next[b]] = from[i]
		next[b]++
	}
	return nil
}
