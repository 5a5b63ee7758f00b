package exec

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

// TestBucketsAgreeWithCompare holds the order by ranges to the one that comparing gives.
func TestBucketsAgreeWithCompare(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 5))
	const n = bucketedRows + 12_345
	odd := []float64{math.NaN(), 0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), 1.5, -1.5, 1e300, 5e-324}
	for name, add := range map[string]func(b *value.Builder, i int){
		"reals":  func(b *value.Builder, _ int) { b.AppendReal(r.Float64() * 1000) },
		"odd":    func(b *value.Builder, _ int) { b.AppendReal(odd[r.IntN(len(odd))] * float64(1+r.IntN(3))) },
		"signed": func(b *value.Builder, _ int) { b.AppendReal(r.NormFloat64()) },
		"nulls": func(b *value.Builder, _ int) {
			if r.IntN(5) == 0 {
				b.AppendNull()
			} else {
				b.AppendReal(float64(r.IntN(5000)))
			}
		},
		"whole":  func(b *value.Builder, _ int) { b.AppendReal(float64(r.IntN(300))) },
		"sorted": func(b *value.Builder, i int) { b.AppendReal(float64(i)) },
	} {
		first, second := value.NewBuilder(value.Real, n), value.NewBuilder(value.Long, n)
		for i := range n {
			add(first, i)
			second.AppendInt(r.Int64N(50))
		}
		cols := []*value.Vector{first.Vector(), second.Vector()}
		for _, desc := range []bool{false, true} {
			keys := []plan.SortKey{
				{X: &plan.Col{Ordinal: 0, Type: value.Real}, Desc: desc, NullsFirst: !desc}, {X: &plan.Col{Ordinal: 1, Type: value.Long}, Desc: true},
			}
			w := wholeParts{cols: []value.Column{{Kind: value.Real}, {Kind: value.Long}}}
			for from := 0; from < n; from += 7001 {
				part := value.SliceBatch(value.Batch{N: n, Cols: cols}, from, min(n, from+7001))
				w.add(&part)
			}
			w.finish()
			b, err := bucketed(context.Background(), &fn.Context{}, keys, w.parts)
			if err != nil || b == nil {
				t.Fatalf("%s: not by ranges (%v)", name, err)
			}
			var got []uint32
			for rows := b.more(); rows != nil; rows = b.more() {
				got = append(got, rows...)
			}
			o := &ordering{cols: cols, exact: true, keys: keys}
			want, err := o.order(context.Background(), o.rows(context.Background(), n))
			if err != nil || len(got) != n {
				t.Fatalf("%s: %d rows (%v)", name, len(got), err)
			}
			for i, w := range want {
				if got[i] != w.row {
					t.Fatalf("%s, desc %v: place %d has row %d, comparing gives %d", name, desc, i, got[i], w.row)
				}
			}
		}
	}
}
