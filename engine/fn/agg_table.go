// Aggregates: the tables, and the parts that all states share.

package fn

import (
	"fmt"

	"calypso/kusto/value"
)

var basicAggregates = []aggregate{
	{"count", 0, 1, buildCount},
	{"cnt", 0, 1, buildCount},
	{"countif", 1, 1, buildCountif},
	{"sum", 1, 1, buildSum},
	{"sumif", 2, 2, onlyIf("sum", buildSum)},
	{"avg", 1, 1, buildAvg},
	{"avgif", 2, 2, onlyIf("avg", buildAvg)},
	{"min", 1, 1, buildMinMax(-1)},
	{"max", 1, 1, buildMinMax(1)},
	{"minif", 2, 2, onlyIf("min", buildMinMax(-1))},
	{"maxif", 2, 2, onlyIf("max", buildMinMax(1))},
	{"binary_all_and", 1, 1, buildBits(func(a, b int64) int64 { return a & b })},
	{"binary_all_or", 1, 1, buildBits(func(a, b int64) int64 { return a | b })},
	{"binary_all_xor", 1, 1, buildBits(func(a, b int64) int64 { return a ^ b })},
}

var rowAggregates = []aggregate{
	{"arg_max", 1, -1, buildArg(1)},
	{"arg_min", 1, -1, buildArg(-1)},
	{"argmax", 1, -1, buildArg(1)},
	{"argmin", 1, -1, buildArg(-1)},
	{"take_any", 1, -1, buildTakeAny},
	{"any", 1, -1, buildTakeAny},
	{"take_anyif", 2, 2, onlyIf("take_any", buildTakeAny)},
	{"anyif", 2, 2, onlyIf("any", buildTakeAny)},
}

var collectAggregates = []aggregate{
	{"make_list", 1, 2, buildMakeList(false)},
	{"makelist", 1, 2, buildMakeList(false)},
	{"make_list_with_nulls", 1, 1, buildMakeList(true)},
	{"make_list_if", 2, 3, onlyIf("make_list", buildMakeList(false))},
	{"make_set", 1, 2, buildMakeSet},
	{"makeset", 1, 2, buildMakeSet},
	{"make_set_if", 2, 3, onlyIf("make_set", buildMakeSet)},
	{"make_bag", 1, 2, buildMakeBag},
	{"make_dictionary", 1, 2, buildMakeBag},
	{"make_bag_if", 2, 3, onlyIf("make_bag", buildMakeBag)},
	{"dcount", 1, 2, buildDistinct},
	{"dcountif", 2, 3, onlyIf("dcount", buildDistinct)},
	{"count_distinct", 1, 1, buildDistinct},
	{"count_distinctif", 2, 2, onlyIf("count_distinct", buildDistinct)},
}

var spreadAggregates = []aggregate{
	{"variance", 1, 1, buildSpread(moments{sample: true})},
	{"variancep", 1, 1, buildSpread(moments{})},
	{"stdev", 1, 1, buildSpread(moments{sample: true, root: true})},
	{"stdevp", 1, 1, buildSpread(moments{root: true})},
	{"covariance", 2, 2, buildSpread(moments{sample: true, pair: true})},
	{"covariancep", 2, 2, buildSpread(moments{pair: true})},
	{"varianceif", 2, 2, onlyIf("variance", buildSpread(moments{sample: true}))},
	{"variancepif", 2, 2, onlyIf("variancep", buildSpread(moments{}))},
	{"stdevif", 2, 2, onlyIf("stdev", buildSpread(moments{sample: true, root: true}))},
	{"covarianceif", 3, 3, onlyIf("covariance", buildSpread(moments{sample: true, pair: true}))},
	{"covariancepif", 3, 3, onlyIf("covariancep", buildSpread(moments{pair: true}))},
	{"percentile", 2, 2, buildPercentiles(percentileForm{})},
	{"percentiles", 2, -1, buildPercentiles(percentileForm{})},
	{"percentiles_array", 2, -1, buildPercentiles(percentileForm{array: true})},
	{"percentilew", 3, 3, buildPercentiles(percentileForm{weighted: true})},
	{"percentilesw", 3, -1, buildPercentiles(percentileForm{weighted: true})},
	{"percentilesw_array", 3, -1, buildPercentiles(percentileForm{weighted: true, array: true})},
}

// groupOf is the group of row i; nil groups mean that all rows are in group 0.
func groupOf(groups []uint32, i int) uint32 {
	if groups == nil {
		return 0
	}
	return groups[i]
}

// grow lengthens a slice to n with zero values.
func grow[T any](s []T, n int) []T {
	if n <= len(s) {
		return s
	}
	if n <= cap(s) {
		return s[:n]
	}
	out := make([]T, n, max(n, 2*cap(s)))
	copy(out, s)
	return out
}

// aggOverload makes an overload whose state sees arguments of the given kinds.
func aggOverload(name string, args []Arg, params []value.Kind, results []value.Kind, state func() State) (*AggOverload, error) {
	casts := make([]caster, len(args))
	needed := false
	for i, a := range args {
		c, err := castArg(name, i, a.Kind, params[i])
		if err != nil {
			return nil, err
		}
		casts[i], needed = c, needed || c != nil
	}
	if !needed {
		return &AggOverload{results, state}, nil
	}
	return &AggOverload{results, func() State { return &castState{state(), casts} }}, nil
}

// castState converts the arguments of another state.
type castState struct {
	State
	casts []caster
}

func (s *castState) Add(c *Context, args []*value.Vector, groups []uint32, n int) error {
	in := make([]*value.Vector, len(args))
	for i, v := range args {
		if in[i] = v; s.casts[i] != nil {
			var err error
			if in[i], err = s.casts[i](v, n); err != nil {
				return err
			}
		}
	}
	return s.State.Add(c, in, groups, n)
}

func (s *castState) Merge(c *Context, other State, into []uint32) error {
	return s.State.Merge(c, other.(*castState).State, into)
}

// onlyIf makes the …if form of an aggregate: the predicate is the second argument, or the third beside two values.
func onlyIf(plain string, build func(string, []Arg) (*AggOverload, error)) func(string, []Arg) (*AggOverload, error) {
	at := 1
	if plain == "covariance" || plain == "covariancep" {
		at = 2
	}
	return func(name string, args []Arg) (*AggOverload, error) {
		if args[at].Kind != value.Bool {
			return nil, wrongKind(name, args, at, "bool")
		}
		rest := append(append([]Arg(nil), args[:at]...), args[at+1:]...)
		o, err := build(name, rest)
		if err != nil {
			return nil, err
		}
		return &AggOverload{o.Results, func() State { return &filterState{o.New(), at} }}, nil
	}
}

// filterState hands another state only the rows where the predicate is true.
type filterState struct {
	State
	at int
}

func (s *filterState) Add(c *Context, args []*value.Vector, groups []uint32, n int) error {
	p := args[s.at]
	rest := append(append([]*value.Vector(nil), args[:s.at]...), args[s.at+1:]...)
	sel := make([]uint32, 0, n)
	for i := range n {
		if logicAt(p, i) == isTrue {
			sel = append(sel, uint32(i))
		}
	}
	if len(sel) == n {
		return s.State.Add(c, rest, groups, n)
	}
	for i, v := range rest {
		rest[i] = value.Gather(v, sel)
	}
	var kept []uint32
	if groups != nil {
		kept = make([]uint32, len(sel))
		for i, row := range sel {
			kept[i] = groups[row]
		}
	}
	return s.State.Add(c, rest, kept, len(sel))
}

func (s *filterState) Merge(c *Context, other State, into []uint32) error {
	return s.State.Merge(c, other.(*filterState).State, into)
}

func wrongKind(name string, args []Arg, i int, want string) error {
	return &NotBuilt{Name: name, Detail: fmt.Sprintf("argument %d of type %s where %s is expected", i+1, args[i].Kind, want)}
}
