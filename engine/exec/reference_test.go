package exec

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"

	"calypso/engine/plan"
	"calypso/kusto/value"
)

// The operators against slow ones that nobody could get wrong, on random rows full of ties, nulls and NaN.

var testKinds = []value.Kind{
	value.Bool, value.Int, value.Long, value.Real, value.String, value.Datetime, value.Timespan, value.Guid,
	value.Decimal,
}

func randomCell(r *rand.Rand, b *value.Builder) {
	if r.IntN(6) == 0 {
		b.AppendNull()
		return
	}
	n := int64(r.IntN(5))
	switch b.Kind() {
	case value.Bool:
		b.AppendBool(n%2 == 0)
	case value.Real:
		b.AppendReal([]float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(-1), 2.5}[n])
	case value.String:
		b.AppendString([]string{"", "a", "abcdefgh1", "abcdefgh2", "é"}[n])
	case value.Guid:
		b.AppendGuid([16]byte{byte(n)})
	case value.Decimal:
		d, _ := value.ParseDecimal([]string{"1", "1.0", "-2", "0.5", "3"}[n])
		b.AppendDecimal(d)
	default:
		b.AppendInt([]int64{-1, 0, 1, math.MaxInt32, 7}[n])
	}
}

// randomTable makes rows, and a node that gives them in batches of random sizes; the last column numbers them.
func randomTable(r *rand.Rand, kinds []value.Kind, rows int) (*plan.Values, *plan.Union) {
	var cols plan.Shape
	build := []*value.Builder{}
	for i, k := range kinds {
		cols = append(cols, value.Column{Name: fmt.Sprintf("c%d", i), Kind: k})
		build = append(build, value.NewBuilder(k, 0))
	}
	cols = append(cols, value.Column{Name: "row", Kind: value.Long})
	build = append(build, value.NewBuilder(value.Long, 0))
	for i := range rows {
		for _, b := range build[:len(kinds)] {
			randomCell(r, b)
		}
		build[len(kinds)].AppendInt(int64(i))
	}
	all := &value.Batch{N: rows}
	for _, b := range build {
		all.Cols = append(all.Cols, b.Vector())
	}
	parts := &plan.Union{Shape: cols}
	for from := 0; from < rows; {
		to := min(rows, from+1+r.IntN(70))
		part := value.SliceBatch(*all, from, to)
		parts.Ins = append(parts.Ins, &plan.Values{Shape: cols, Batch: &part})
		from = to
	}
	return &plan.Values{Shape: cols, Batch: all}, parts
}

func collect(t *testing.T, q *Query, n plan.Node) *value.Batch {
	t.Helper()
	b, err := q.Collect(context.Background(), n, -1)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func keysOf(n plan.Node, count int) []plan.Expr {
	var keys []plan.Expr
	for i := range count {
		keys = append(keys, &plan.Col{Ordinal: i, Type: n.Columns()[i].Kind})
	}
	return keys
}

func TestSortAndTop(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		kinds := []value.Kind{testKinds[r.IntN(len(testKinds))], testKinds[r.IntN(len(testKinds))]}
		in, parts := randomTable(r, kinds, r.IntN(300))
		var keys []plan.SortKey
		for _, x := range keysOf(in, 2) {
			keys = append(keys, plan.SortKey{X: x, Desc: r.IntN(2) == 0, NullsFirst: r.IntN(2) == 0})
		}
		want := make([]int64, in.Batch.N)
		for i := range want {
			want[i] = int64(i)
		}
		sort.SliceStable(want, func(a, b int) bool { return slowCompare(in.Batch, keys, int(want[a]), int(want[b])) < 0 })
		q := NewQuery(context.Background(), Options{})
		got := collect(t, q, &plan.Sort{From: plan.From{In: parts}, Keys: keys})
		if !slices.Equal(rowNumbers(got), want) {
			t.Fatalf("seed %d: %v %v sorted to %v, want %v", seed, kinds, keys, rowNumbers(got), want)
		}
		n := r.IntN(20)
		got = collect(t, q, &plan.Top{From: plan.From{In: parts}, Keys: keys, N: int64(n)})
		if want := want[:min(n, len(want))]; !slices.Equal(rowNumbers(got), want) {
			t.Fatalf("seed %d: top %d gave %v, want %v", seed, n, rowNumbers(got), want)
		}
	}
}

func slowCompare(b *value.Batch, keys []plan.SortKey, i, j int) int {
	for k, key := range keys {
		v := b.Cols[k]
		if v.IsNull(i) != v.IsNull(j) {
			if v.IsNull(i) == key.NullsFirst {
				return -1
			}
			return 1
		}
		c := value.Compare(v, i, v, j)
		if x, y := !v.IsNull(i) && isNaN(v, i), !v.IsNull(j) && isNaN(v, j); x != y { // NaN stands beside the nulls
			if x == key.NullsFirst {
				return -1
			}
			return 1
		}
		if key.Desc {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

func rowNumbers(b *value.Batch) []int64 {
	v := b.Cols[len(b.Cols)-1]
	out := make([]int64, b.N)
	for i := range out {
		out[i] = v.Ints[i&v.Mask()]
	}
	return out
}

// pair is an output row of a join: row numbers, -1 for a missing side.
type pair struct{ l, r int64 }

func TestJoins(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 2))
		kinds := []value.Kind{testKinds[r.IntN(len(testKinds))]}
		if r.IntN(2) == 0 {
			kinds = append(kinds, testKinds[r.IntN(len(testKinds))])
		}
		left, leftParts := randomTable(r, kinds, r.IntN(200))
		right, rightParts := randomTable(r, kinds, r.IntN(200))
		row := len(kinds)
		for kind := plan.InnerUnique; kind <= plan.RightAnti; kind++ {
			n := &plan.Join{
				Left: leftParts, Right: rightParts, Kind: kind, LeftKeys: keysOf(left, row), RightKeys: keysOf(right, row),
				Shape: plan.Shape{{Name: "l", Kind: value.Long}, {Name: "r", Kind: value.Long}},
				Out:   []plan.JoinColumn{{Right: false, Ordinal: row}, {Right: true, Ordinal: row}},
			}
			got := collect(t, NewQuery(context.Background(), Options{}), n)
			var pairs []pair
			for i := range got.N {
				pairs = append(pairs, pair{cellOr(got.Cols[0], i), cellOr(got.Cols[1], i)})
			}
			want := slowJoin(left.Batch, right.Batch, row, kind)
			byRow := func(a, b pair) int {
				if a.l != b.l {
					return int(a.l - b.l)
				}
				return int(a.r - b.r)
			}
			slices.SortFunc(pairs, byRow)
			slices.SortFunc(want, byRow)
			if !slices.Equal(pairs, want) {
				t.Fatalf("seed %d: %v join gave %v, want %v", seed, kind, pairs, want)
			}
		}
	}
}

func cellOr(v *value.Vector, i int) int64 {
	if v.IsNull(i) {
		return -1
	}
	return v.Ints[i&v.Mask()]
}

func slowJoin(l, r *value.Batch, keys int, kind plan.JoinKind) []pair {
	same := func(i, j int, a, b *value.Batch) bool { return value.EqualRows(a.Cols[:keys], i, b.Cols[:keys], j) }
	var out []pair
	metRight := make([]bool, r.N)
	for i := range l.N {
		first := true
		for k := range i {
			first = first && !same(k, i, l, l)
		}
		met := false
		for j := range r.N {
			if !same(i, j, l, r) || kind == plan.InnerUnique && !first {
				continue
			}
			met, metRight[j] = true, true
			switch kind {
			case plan.InnerUnique, plan.Inner, plan.LeftOuter, plan.RightOuter, plan.FullOuter:
				out = append(out, pair{int64(i), int64(j)})
			}
		}
		switch {
		case met && kind == plan.LeftSemi, !met && (kind == plan.LeftAnti || kind == plan.LeftOuter || kind == plan.FullOuter):
			out = append(out, pair{int64(i), -1})
		}
	}
	for j := range r.N {
		switch {
		case metRight[j] && kind == plan.RightSemi, !metRight[j] && (kind == plan.RightAnti || kind == plan.RightOuter || kind == plan.FullOuter):
			out = append(out, pair{-1, int64(j)})
		}
	}
	return out
}

// Distinct keys keep the order in which they come, whatever the kind and the sizes of batches.
func TestKeyTable(t *testing.T) {
	for seed := range uint64(80) {
		r := rand.New(rand.NewPCG(seed, 3))
		kinds := []value.Kind{testKinds[r.IntN(len(testKinds))]}
		if r.IntN(3) == 0 {
			kinds = append(kinds, testKinds[r.IntN(len(testKinds))])
		}
		in, parts := randomTable(r, kinds, r.IntN(200))
		table := newKeyTable(func() error { return nil }, kinds)
		var got []uint32
		for _, p := range parts.Ins {
			b := p.(*plan.Values).Batch
			got = append(got, table.groups(b.Cols[:len(kinds)], b.N, true, nil)...)
		}
		var firsts []int
		for i := range in.Batch.N {
			g := slices.IndexFunc(firsts, func(f int) bool {
				return value.EqualRows(in.Batch.Cols[:len(kinds)], f, in.Batch.Cols[:len(kinds)], i)
			})
			if g < 0 {
				g = len(firsts)
				firsts = append(firsts, i)
			}
			if got[i] != uint32(g) {
				t.Fatalf("seed %d: %v row %d is in group %d, want %d", seed, kinds, i, got[i], g)
			}
		}
		again := table.groups(in.Batch.Cols[:len(kinds)], in.Batch.N, false, nil)
		if !slices.Equal(again, got) {
			t.Fatalf("seed %d: looked up %v, want %v", seed, again, got)
		}
	}
}

func TestMemoryTable(t *testing.T) {
	cols := []value.Column{{Name: "n", Kind: value.Long}, {Name: "f", Kind: value.Real}}
	b := NewMemory("T", cols)
	const rows = 2*SegmentRows + 10
	for from := 0; from < rows; from += 1000 {
		n := min(1000, rows-from)
		ints, reals := value.NewBuilder(value.Long, n), value.NewBuilder(value.Real, n)
		for i := range n {
			ints.AppendInt(int64(from + i))
			if i == 5 {
				reals.AppendNull()
			} else if i == 6 {
				reals.AppendReal(math.NaN())
			} else {
				reals.AppendReal(float64(from + i))
			}
		}
		if err := b.Append(&value.Batch{N: n, Cols: []*value.Vector{ints.Vector(), reals.Vector()}}); err != nil {
			t.Fatal(err)
		}
	}
	m := b.Table()
	if m.Rows() != rows || m.Segments() != 3 {
		t.Fatalf("%d rows in %d segments", m.Rows(), m.Segments())
	}
	s, ok := m.Stats(1, 0)
	if !ok || s.Min.Ints[0] != SegmentRows || s.Max.Ints[0] != 2*SegmentRows-1 {
		t.Errorf("bounds %v %v", s.Min, s.Max)
	}
	if s, _ := m.Stats(0, 1); s.Nulls != 66 || s.NaNs != 66 || s.Min.Reals[0] != 0 {
		t.Errorf("%d nulls, %d NaN, from %v", s.Nulls, s.NaNs, s.Min)
	}
	if err := b.Append(&value.Batch{N: 1}); err == nil {
		t.Error("rows without columns were taken")
	}
}
