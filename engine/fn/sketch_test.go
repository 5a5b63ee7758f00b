package fn

import (
	"testing"

	"calypso/kusto/value"
)

// sketchOf makes a sketch of the numbers from 1 to n, plus an offset, in two parts that are merged.
func sketchOf(t *testing.T, name string, offset, n int64) value.Dyn {
	t.Helper()
	over, err := SketchAggregate(name, []Arg{{Kind: value.Long}})
	if err != nil {
		t.Fatal(err)
	}
	states := []State{over.New(), over.New()}
	for part, s := range states {
		b := value.NewBuilder(value.Long, int(n))
		for x := int64(1 + part); x <= n; x += 2 {
			b.AppendInt(x + offset)
		}
		b.AppendNull()
		v := b.Vector()
		s.Grow(1)
		if err := s.Add(testContext(), []*value.Vector{v}, nil, v.N); err != nil {
			t.Fatal(err)
		}
	}
	if err := states[0].Merge(testContext(), states[1], []uint32{0}); err != nil {
		t.Fatal(err)
	}
	out, err := states[0].Finish(testContext())
	if err != nil {
		t.Fatal(err)
	}
	return value.DynAt(out[0], 0)
}

func readOf(t *testing.T, name string, args ...*value.Vector) value.Dyn {
	t.Helper()
	over, err := SketchScalar(name, describe(args))
	if err != nil {
		t.Fatal(err)
	}
	out, err := over.Eval(testContext(), args, 1)
	if err != nil {
		t.Fatal(err)
	}
	return value.DynAt(out, 0)
}

func TestSketches(t *testing.T) {
	dyn := func(d value.Dyn) *value.Vector { return value.ConstDyn(d, 1) }
	number := func(x float64) *value.Vector { return value.ConstReal(x, 1) }
	a, b := sketchOf(t, "hll", 0, 30), sketchOf(t, "hll", 20, 30)
	both := readOf(t, "hll_merge", dyn(a), dyn(b))
	c, d := sketchOf(t, "tdigest", 0, 30), sketchOf(t, "tdigest", 20, 30)
	joined := readOf(t, "merge_tdigest", dyn(c), dyn(d))
	for _, test := range []struct {
		got  value.Dyn
		want string
	}{
		{readOf(t, "dcount_hll", dyn(a)), "30"},
		{readOf(t, "dcount_hll", dyn(both)), "50"},
		{readOf(t, "percentile_tdigest", dyn(c), number(50)), "15"},
		{readOf(t, "percentile_tdigest", dyn(joined), number(100), value.ConstString("real", 1)), "50.0"},
		{readOf(t, "percentiles_array_tdigest", dyn(joined), number(0), number(100)), "[1,50]"},
		{readOf(t, "rank_tdigest", dyn(joined), number(25)), "30.0"},
		{readOf(t, "percentrank_tdigest", dyn(c), number(15)), "50.0"},
		{readOf(t, "percentrank_tdigest", dyn(c), number(-3)), "0.0"},
	} {
		if test.got.String() != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
	}
}

// TestSketchesAreHidden: the plain look-ups find no function that makes or reads a sketch, since a plan that doesn't know of
// them would show them.
func TestSketchesAreHidden(t *testing.T) {
	for name := range sketchUses {
		if scalarIndex()[name] != nil || aggregateIndex()[name] != nil {
			t.Errorf("%s is found as a plain function", name)
		}
	}
	over, err := SketchScalar("dcount_hll", []Arg{{Kind: value.Dynamic}})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{`[[1024,14],["5"],[]]`, `{"a":1}`, `null`, `1`} {
		_, err := over.Eval(testContext(), []*value.Vector{value.ConstDyn(value.ParseDyn(text), 1)}, 1)
		if err == nil {
			t.Errorf("%s is read as a sketch", text)
		}
	}
}
