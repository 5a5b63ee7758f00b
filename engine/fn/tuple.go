// Functions of several results. As a scalar, where one column is asked for, each gives its first result.

package fn

import (
	"slices"

	"calypso/kusto/value"
)

// tuple is a table row of a function of several results.
type tuple struct {
	name     string
	min, max int
	build    func(name string, args []Arg) (*TupleOverload, error)
}

var tupleFamily = []tuple{
	{"series_stats", 1, 1, partsOf(seriesStats, []string{"min", "min_idx", "max", "max_idx", "avg", "stdev", "variance"},
		value.Real, value.Long, value.Real, value.Long, value.Real, value.Real, value.Real)},
	{"series_fit_line", 1, 1, partsOf(seriesFitLine, []string{"rsquare", "slope", "variance", "rvariance", "interception", "line_fit"},
		value.Real, value.Real, value.Real, value.Real, value.Real, value.Dynamic)},
	{"series_fit_2lines", 1, 1, buildFit2Lines},
	{"array_sort_asc", 2, -1, buildSortMany(1)},
	{"array_sort_desc", 2, -1, buildSortMany(-1)},
}

var firstOfTupleFamily = []scalar{
	{"series_stats", 1, 1, buildFirst},
	{"series_fit_line", 1, 1, buildFirst},
}

// Tuple finds the implementation of a function of several results. The error is a *NotBuilt or a *BadArgument.
func Tuple(name string, args []Arg) (*TupleOverload, error) {
	for _, f := range append(tupleFamily[:len(tupleFamily):len(tupleFamily)], decomposeTuples...) {
		if f.name == name {
			if err := arity(name, len(args), f.min, f.max); err != nil {
				return nil, err
			}
			return f.build(name, args)
		}
	}
	return nil, &NotBuilt{Name: name, Detail: "several results"}
}

func buildFirst(name string, args []Arg) (*Overload, error) {
	t, err := Tuple(name, args)
	if err != nil {
		return nil, err
	}
	params := sameParams(asIs, len(args))
	params[0] = value.Dynamic
	return overload(name, args, params, t.Results[0], func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
		all, err := t.Eval(c, a, n)
		if err != nil {
			return nil, err
		}
		return all[0], nil
	})
}

// partsOf spreads the properties of a bag over results.
func partsOf(f func(value.Dyn) (value.Dyn, bool, error), keys []string, kinds ...value.Kind) func(string, []Arg) (*TupleOverload, error) {
	whole := fallible(value.Dynamic, f)
	return func(name string, args []Arg) (*TupleOverload, error) {
		if k := args[0].Kind; k != value.Dynamic {
			return nil, &BadArgument{Name: name, Index: 0, Why: "is " + k.String() + ", must be dynamic"}
		}
		return &TupleOverload{Results: kinds, Eval: func(c *Context, a []*value.Vector, n int) ([]*value.Vector, error) {
			bags, err := whole(c, a, n)
			if err != nil {
				return nil, err
			}
			out := make([]*value.Vector, len(keys))
			for j, key := range keys {
				part, err := map1(value.Dynamic, func(d value.Dyn) value.Dyn { return d.Lookup(key) })(c, []*value.Vector{bags}, n)
				if err != nil {
					return nil, err
				}
				if out[j] = part; kinds[j] != value.Dynamic {
					if out[j], err = castKind(value.Dynamic, kinds[j])(part, n); err != nil {
						return nil, err
					}
				}
			}
			return out, nil
		}}, nil
	}
}

// buildSortMany sorts the first array and the others in step with it.
func buildSortMany(sign int) func(string, []Arg) (*TupleOverload, error) {
	return func(name string, args []Arg) (*TupleOverload, error) {
		for _, a := range args {
			if a.Kind != value.Dynamic {
				return nil, &NotBuilt{Name: name, Detail: "several arrays beside other arguments"}
			}
		}
		return &TupleOverload{Results: sameParams(value.Dynamic, len(args)), Eval: func(_ *Context, a []*value.Vector, n int) ([]*value.Vector, error) {
			columns := make([][]value.Dyn, len(a))
			for j := range columns {
				columns[j] = make([]value.Dyn, n)
			}
			for i := range n {
				list, err := arrays(name, a, i)
				if err != nil {
					return nil, err
				}
				if err := sortInStep(name, list, sign); err != nil {
					return nil, err
				}
				for j, d := range list {
					columns[j][i] = d
				}
			}
			out := make([]*value.Vector, len(a))
			for j, data := range columns {
				out[j] = vectorOf(value.Dynamic, data, nil)
			}
			return out, nil
		}}, nil
	}
}

func sortInStep(name string, list []value.Dyn, sign int) error {
	keys := list[0].Items()
	order := make([]int, len(keys))
	for i, k := range keys {
		order[i] = i
		if sortClass(k) == 0 || sortClass(k) != sortClass(keys[0]) {
			return &NotBuilt{Name: name, Detail: "sorting several arrays by one of mixed types or with nulls"}
		}
	}
	slices.SortStableFunc(order, func(x, y int) int { return sign * value.CompareDyn(keys[x], keys[y]) })
	for j, d := range list {
		if d.Len() != len(keys) {
			return &NotBuilt{Name: name, Detail: "arrays of different lengths"}
		}
		items := make([]value.Dyn, len(order))
		for i, from := range order {
			items[i] = d.Items()[from]
		}
		list[j] = value.NewArray(items)
	}
	return nil
}
