package exec

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"calypso/engine/plan"
	"calypso/kusto/value"
)

// Dealing gives the order that comparing gives, ties and nulls included.
func TestDealAgreesWithCompare(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	const n = radixRows + 777
	kinds := []value.Kind{value.Long, value.Real, value.String, value.Bool, value.Datetime}
	odd := []float64{math.NaN(), 0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), 1.5, -1.5, 1e300}
	for round := range 40 {
		o := &ordering{}
		for range 1 + r.IntN(3) {
			kind := kinds[r.IntN(len(kinds))]
			b := value.NewBuilder(kind, n)
			for range n {
				switch {
				case kind != value.String && r.IntN(9) == 0:
					b.AppendNull()
				case kind == value.Real:
					b.AppendReal(odd[r.IntN(len(odd))])
				case kind == value.String:
					b.AppendString(fmt.Sprint("prefix-", r.IntN(50)))
				case kind == value.Bool:
					b.AppendBool(r.IntN(2) == 0)
				default:
					b.AppendInt(r.Int64N(1000) - 500)
				}
			}
			o.cols = append(o.cols, b.Vector())
			o.keys = append(o.keys, plan.SortKey{Desc: r.IntN(2) == 0, NullsFirst: r.IntN(2) == 0})
		}
		k := o.cols[0].Kind
		o.exact = isInts(k) || k == value.Bool || k == value.Real
		ctx := context.Background()
		keys, ok := o.numbers(ctx, n)
		if !ok {
			t.Fatal("keys can't be numbered")
		}
		dealt, err := o.deal(ctx, n, keys)
		if err != nil {
			t.Fatal(err)
		}
		compared, err := o.order(ctx, o.rows(ctx, n))
		if err != nil {
			t.Fatal(err)
		}
		for i := range dealt {
			if dealt[i].row != compared[i].row {
				t.Fatalf("round %d: place %d has row %d, comparing gives %d", round, i, dealt[i].row, compared[i].row)
			}
		}
	}
}
