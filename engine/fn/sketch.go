// Sketches: what hll() and tdigest() make and their readers take. The real engine shows them as arrays of an inner form that
// isn't rebuilt here, so that a sketch must never be seen: not in a result, not by any function but its readers. Scalar and
// Aggregate therefore don't find these functions. A plan that keeps to the rule of SketchUse asks SketchScalar and
// SketchAggregate for them.
//
// The sketches are exact: sets of keys, and sorted values with weights.

package fn

import (
	"math"
	"slices"
	"sort"

	"calypso/kusto/value"
)

// SketchUse tells what a function has to do with sketches. An expression that makes one may only be: an argument of a function
// that reads them, or a column that is handed on as it is. It may not be a column of the result, a key of grouping, sorting or
// joining, nor an argument of any other function or operator.
type SketchUse struct {
	Makes, Reads bool
}

var sketchUses = map[string]SketchUse{
	"hll": {Makes: true}, "hll_if": {Makes: true}, "hll_merge": {true, true}, "dcount_hll": {Reads: true},
	"tdigest": {Makes: true}, "merge_tdigest": {true, true}, "tdigest_merge": {true, true},
	"percentile_tdigest": {Reads: true}, "percentiles_array_tdigest": {Reads: true},
	"rank_tdigest": {Reads: true}, "percentrank_tdigest": {Reads: true},
}

// SketchOf tells whether a function, aggregate or not, has to do with sketches.
func SketchOf(name string) (SketchUse, bool) {
	use, ok := sketchUses[name]
	return use, ok
}

var sketchScalars = []scalar{
	simple("dcount_hll", value.Long, dcountSketchBody, value.Dynamic),
	variadic("hll_merge", 2, value.Dynamic, mergeSketches("hll"), value.Dynamic),
	variadic("merge_tdigest", 2, value.Dynamic, mergeSketches("tdigest"), value.Dynamic),
	variadic("tdigest_merge", 2, value.Dynamic, mergeSketches("tdigest"), value.Dynamic),
	{"percentile_tdigest", 2, 3, buildPercentileDigest},
	variadic("percentiles_array_tdigest", 2, value.Dynamic, percentilesDigestBody, value.Dynamic, asIs),
	simple("rank_tdigest", value.Real, rankDigestBody(1), value.Dynamic, asIs),
	simple("percentrank_tdigest", value.Real, rankDigestBody(100), value.Dynamic, asIs),
}

var sketchAggregates = []aggregate{
	{"hll", 1, 2, buildSketch("hll")},
	{"hll_if", 2, 3, onlyIf("hll", buildSketch("hll"))},
	{"hll_merge", 1, 1, buildMergeSketch("hll")},
	{"tdigest", 1, 2, buildSketch("tdigest")},
	{"merge_tdigest", 1, 1, buildMergeSketch("tdigest")},
	{"tdigest_merge", 1, 1, buildMergeSketch("tdigest")},
}

// SketchScalar is Scalar for the functions of sketches.
func SketchScalar(name string, args []Arg) (*Overload, error) {
	for _, f := range sketchScalars {
		if f.name == name {
			if err := arity(name, len(args), f.min, f.max); err != nil {
				return nil, err
			}
			return f.build(name, args)
		}
	}
	return nil, &NotBuilt{Name: name}
}

// SketchAggregate is Aggregate for those of sketches.
func SketchAggregate(name string, args []Arg) (*AggOverload, error) {
	for _, f := range sketchAggregates {
		if f.name == name {
			if err := arity(name, len(args), f.min, f.max); err != nil {
				return nil, err
			}
			return f.build(name, args)
		}
	}
	return nil, &NotBuilt{Name: name}
}

// Unseen hands on a column of values that nobody may see: null passes, others are refused in the name of what made them. Of an
// array without order one of a single item passes too.
func Unseen(name string, kind value.Kind, orderless bool) *Overload {
	return &Overload{Result: kind, Eval: func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		for i := range n {
			d := value.DynAt(a[0], i)
			switch {
			case a[0].IsNull(i) || d.IsNull() || orderless && d.Len() < 2:
			case orderless:
				return nil, &NotBuilt{Name: name, Detail: "an array whose order isn't known, shown as it is,"}
			default:
				return nil, &NotBuilt{Name: name, Detail: "a result that shows what it makes"}
			}
		}
		return a[0], nil
	}}
}

// IntersectSketches counts the values that the first one, two, … of n hll sketches have in common.
func IntersectSketches(n int) *TupleOverload {
	results := make([]value.Kind, n)
	for i := range results {
		results[i] = value.Long
	}
	return &TupleOverload{Results: results, Eval: func(_ *Context, a []*value.Vector, rows int) ([]*value.Vector, error) {
		counts := make([][]int64, len(a))
		for k := range counts {
			counts[k] = make([]int64, rows)
		}
		for i := range rows {
			var common map[string]bool
			for k, v := range a {
				s, ok := readSketch(value.DynAt(v, i), "hll")
				if !ok {
					return nil, &NotBuilt{Name: "dcount_intersect", Detail: "a null sketch"}
				}
				both := map[string]bool{}
				for _, key := range s.Lookup("keys").Items() {
					if k == 0 || common[key.Str()] {
						both[key.Str()] = true
					}
				}
				common = both
				counts[k][i] = int64(len(common))
			}
		}
		out := make([]*value.Vector, len(a))
		for k := range out {
			out[k] = vectorOf(value.Long, counts[k], nil)
		}
		return out, nil
	}}
}

// sketchMark is a key that no bag of a user's has by chance.
const sketchMark = "\x00sketch"

// readSketch gives the bag of a sketch of a kind; false for null and for what is none.
func readSketch(d value.Dyn, kind string) (value.Dyn, bool) {
	return d, d.Kind() == value.DynBag && d.Lookup(sketchMark).Str() == kind
}

func newSketch(kind string, keys []string, parts ...value.Dyn) value.Dyn {
	return value.NewBag(append([]string{sketchMark}, keys...), append([]value.Dyn{value.DynOfString(kind)}, parts...))
}

// gathered is one group's sketch in the making.
type gathered struct {
	keys   map[string]bool // hll
	digest map[int64]int64 // tdigest: value → weight
	kind   value.Kind      // of the digest's values
}

// put takes one value with a weight; it gives the memory that it takes.
func (g *gathered) put(sketch string, v *value.Vector, i int, weight int64) int64 {
	if sketch == "hll" {
		key := keyClass(v.Kind) + value.DynAt(v, i).Text()
		if g.keys == nil {
			g.keys = map[string]bool{}
		}
		if g.keys[key] {
			return 0
		}
		g.keys[key] = true
		return int64(48 + len(key))
	}
	if g.digest == nil {
		g.digest, g.kind = map[int64]int64{}, v.Kind
	}
	x := int64(0)
	if v.Kind == value.Real {
		x = sortableBits(v.Reals[i&v.Mask()])
	} else {
		x = v.Ints[i&v.Mask()]
	}
	g.digest[x] += weight
	return 32
}

// keyClass parts values that are never equal; int and long are.
func keyClass(k value.Kind) string {
	if k == value.Int {
		k = value.Long
	}
	return k.String() + " "
}

// take adds a finished sketch; false when it is none or of other values.
func (g *gathered) take(sketch string, d value.Dyn) (int64, bool) {
	s, ok := readSketch(d, sketch)
	if !ok {
		return 0, false
	}
	if sketch == "hll" {
		if g.keys == nil {
			g.keys = map[string]bool{}
		}
		for _, key := range s.Lookup("keys").Items() {
			g.keys[key.Str()] = true
		}
		return int64(64 * s.Lookup("keys").Len()), true
	}
	kind := value.Kind(s.Lookup("kind").Long())
	if g.digest == nil {
		g.digest, g.kind = map[int64]int64{}, kind
	}
	weights := s.Lookup("weights").Items()
	for j, x := range s.Lookup("values").Items() {
		g.digest[x.Long()] += weights[j].Long()
	}
	return int64(32 * len(weights)), g.kind == kind
}

// sketch finishes; without any value it is null.
func (g *gathered) sketch(sketch string) value.Dyn {
	switch {
	case sketch == "hll" && g.keys != nil:
		keys := make([]string, 0, len(g.keys))
		for key := range g.keys {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		return newSketch(sketch, []string{"keys"}, stringArray(keys))
	case sketch != "hll" && g.digest != nil:
		values := make([]int64, 0, len(g.digest))
		for x := range g.digest {
			values = append(values, x)
		}
		slices.Sort(values)
		xs, ws := make([]value.Dyn, len(values)), make([]value.Dyn, len(values))
		for i, x := range values {
			xs[i], ws[i] = value.DynOfLong(x), value.DynOfLong(g.digest[x])
		}
		return newSketch(sketch, []string{"kind", "values", "weights"}, value.DynOfLong(int64(g.kind)), value.NewArray(xs), value.NewArray(ws))
	}
	return value.Dyn{}
}

// mergeSketches joins the sketches of a row; null ones count as empty.
func mergeSketches(sketch string) body {
	return rows(value.Dynamic, func(a []*value.Vector, i int) (value.Dyn, bool) {
		var g gathered
		for _, v := range a {
			d := value.DynAt(v, i)
			if d.IsNull() {
				continue
			}
			if _, ok := g.take(sketch, d); !ok {
				return value.Dyn{}, false
			}
		}
		return g.sketch(sketch), true
	})
}

func dcountSketchBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]int64, n)
	for i := range out {
		s, ok := readSketch(value.DynAt(a[0], i), "hll")
		if !ok {
			return nil, &NotBuilt{Name: "dcount_hll", Detail: "a null sketch, or one that wasn't made in this query"}
		}
		out[i] = int64(s.Lookup("keys").Len())
	}
	return vectorOf(value.Long, out, nil), nil
}

// readDigest gives a sketch's values in order, with its kind.
func readDigest(d value.Dyn) (*sample, value.Kind, int64, bool) {
	s, ok := readSketch(d, "tdigest")
	if !ok {
		return nil, 0, 0, false
	}
	g, total := &sample{}, int64(0)
	for j, x := range s.Lookup("values").Items() {
		w := s.Lookup("weights").Index(j).Long()
		g.values, g.weights = append(g.values, x.Long()), append(g.weights, w)
		total += w
	}
	return g, value.Kind(s.Lookup("kind").Long()), total, total > 0
}

// percentileOf is the value at a percentile as a dynamic.
func percentileOf(d value.Dyn, p float64) (value.Dyn, bool) {
	g, kind, total, ok := readDigest(d)
	if !ok || !(p >= 0 && p <= 100) {
		return value.Dyn{}, false
	}
	switch x := g.at(p, total); kind {
	case value.Real:
		return value.DynOfReal(fromSortable(x)), true
	case value.Datetime:
		return value.DynOfDatetime(x), true
	case value.Timespan:
		return value.DynOfTimespan(x), true
	default:
		return value.DynOfLong(x), true
	}
}

func buildPercentileDigest(name string, args []Arg) (*Overload, error) {
	result := value.Dynamic
	if len(args) == 3 {
		text, _ := constText(args[2])
		kind, ok := value.KindOf(text)
		if !ok {
			return nil, &NotBuilt{Name: name, Detail: "a type that isn't constant"}
		}
		result = kind
	}
	cast := castKind(value.Dynamic, result)
	params := []value.Kind{value.Dynamic, value.Real, asIs}[:len(args)]
	return overload(name, args, params, result, func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out, err := rows(value.Dynamic, func(a []*value.Vector, i int) (value.Dyn, bool) {
			if a[1].IsNull(i) {
				return value.Dyn{}, false
			}
			return percentileOf(value.DynAt(a[0], i), a[1].Reals[i&a[1].Mask()])
		})(c, a, n)
		if err != nil || cast == nil {
			return out, err
		}
		return cast(out, n)
	})
}

func percentilesDigestBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]value.Dyn, n)
	for i := range out {
		var items []value.Dyn
		for _, v := range a[1:] {
			list := []value.Dyn{value.DynAt(v, i)}
			if isArray(list[0]) {
				list = list[0].Items()
			}
			for _, p := range list {
				x, ok := dynReal(p)
				at, okAt := percentileOf(value.DynAt(a[0], i), x)
				if !ok || !okAt {
					return nil, &NotBuilt{Name: "percentiles_array_tdigest", Detail: "a null sketch, or what is no percentile"}
				}
				items = append(items, at)
			}
		}
		out[i] = value.NewArray(items)
	}
	return vectorOf(value.Dynamic, out, nil), nil
}

// rankDigestBody counts the values up to one, as a share of scale where that isn't 1.
func rankDigestBody(scale float64) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]float64, n)
		for i := range out {
			g, kind, total, ok := readDigest(value.DynAt(a[0], i))
			limit, number := dynReal(value.DynAt(a[1], i))
			if !ok || !number || kind == value.Datetime || kind == value.Timespan || math.IsNaN(limit) {
				return nil, &NotBuilt{Name: "rank_tdigest", Detail: "a null sketch, or a value that is no number"}
			}
			end := sort.Search(len(g.values), func(j int) bool {
				if kind == value.Real {
					return fromSortable(g.values[j]) > limit
				}
				return float64(g.values[j]) > limit
			})
			rank := int64(0)
			for _, w := range g.weights[:end] {
				rank += w
			}
			if out[i] = float64(rank); scale != 1 {
				out[i] = out[i] / float64(total) * scale
			}
		}
		return vectorOf(value.Real, out, nil), nil
	}
}
