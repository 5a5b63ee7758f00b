// Variance, standard deviation, covariance, and percentiles.

package fn

import (
	"math"
	"slices"
	"sort"

	"calypso/kusto/value"
)

// moments says which figure of the spread is wanted.
type moments struct {
	sample bool // divide by n-1
	root   bool // the square root: a standard deviation
	pair   bool // of two columns: a covariance
}

func buildSpread(m moments) func(string, []Arg) (*AggOverload, error) {
	return func(name string, args []Arg) (*AggOverload, error) {
		params := make([]value.Kind, len(args))
		for i, a := range args {
			if params[i] = value.Real; !numeric(a.Kind) || a.Kind == value.Decimal {
				return nil, &NotBuilt{Name: name, Detail: "use with " + a.Kind.String()}
			}
		}
		return aggOverload(name, args, params, []value.Kind{value.Real}, func() State { return &spreadState{moments: m} })
	}
}

// spreadState keeps count, means and the co-moment of each group by Welford's and Chan's formulas.
type spreadState struct {
	moments
	acc []spread
}

type spread struct {
	n            int64
	meanX, meanY float64
	co           float64 // sum of (x-meanX)(y-meanY)
}

func (s *spreadState) Grow(groups int) { s.acc = grow(s.acc, groups) }

func (s *spreadState) Add(_ *Context, args []*value.Vector, groups []uint32, n int) error {
	x, y := args[0], args[len(args)-1]
	for i := range n {
		if x.IsNull(i) || y.IsNull(i) {
			continue
		}
		a, b := x.Reals[i&x.Mask()], y.Reals[i&y.Mask()]
		g := &s.acc[groupOf(groups, i)]
		g.n++
		dx := a - g.meanX
		g.meanX += dx / float64(g.n)
		g.meanY += (b - g.meanY) / float64(g.n)
		g.co += dx * (b - g.meanY)
	}
	return nil
}

func (s *spreadState) Merge(_ *Context, other State, into []uint32) error {
	for g, b := range other.(*spreadState).acc[:len(into)] {
		a := &s.acc[into[g]]
		if b.n == 0 {
			continue
		}
		if a.n == 0 {
			*a = b
			continue
		}
		n := float64(a.n + b.n)
		dx, dy := b.meanX-a.meanX, b.meanY-a.meanY
		a.co += b.co + dx*dy*float64(a.n)*float64(b.n)/n
		a.meanX += dx * float64(b.n) / n
		a.meanY += dy * float64(b.n) / n
		a.n += b.n
	}
	return nil
}

// Finish rounds to 10 decimals, as the real engine does before it takes the root. Fewer than two rows give 0.
func (s *spreadState) Finish(*Context) ([]*value.Vector, error) {
	out := make([]float64, len(s.acc))
	for g, a := range s.acc {
		by := float64(a.n)
		if s.sample {
			by--
		}
		if by > 0 {
			out[g] = roundTo(a.co/by, 10)
		} else if a.co != a.co || a.meanX != a.meanX {
			out[g] = math.NaN()
		}
		if s.root {
			out[g] = math.Sqrt(out[g])
		}
	}
	return []*value.Vector{vectorOf(value.Real, out, nil)}, nil
}

func (s *spreadState) Bytes() int64 { return int64(32 * cap(s.acc)) }

// percentileForm says which of the percentile aggregates it is.
type percentileForm struct {
	weighted bool // the second argument is the weight of the first
	array    bool // one array instead of several columns
}

func buildPercentiles(form percentileForm) func(string, []Arg) (*AggOverload, error) {
	return func(name string, args []Arg) (*AggOverload, error) {
		kind := args[0].Kind
		switch kind {
		case value.Int, value.Long, value.Real, value.Datetime, value.Timespan:
		default:
			return nil, &NotBuilt{Name: name, Detail: "use with " + kind.String()}
		}
		first := 1
		if form.weighted {
			if first = 2; args[1].Kind != value.Int && args[1].Kind != value.Long {
				return nil, &NotBuilt{Name: name, Detail: "weights of " + args[1].Kind.String()}
			}
		}
		ranks, err := percentileArgs(name, args, first, form.array)
		if err != nil {
			return nil, err
		}
		if kind == value.Int {
			kind = value.Long
		}
		results := sameParams(kind, len(ranks))
		if form.array {
			results = []value.Kind{value.Dynamic}
		}
		return &AggOverload{results, func() State { return &percentileState{form: form, kind: kind, ranks: ranks} }}, nil
	}
}

// percentileArgs reads the constant percentiles, for the array forms also out of one array.
func percentileArgs(name string, args []Arg, first int, array bool) ([]float64, error) {
	var ranks []float64
	add := func(p float64, ok bool, i int) error {
		if !ok || !(p >= 0 && p <= 100) {
			return &BadArgument{Name: name, Index: i, Why: "must be a percentile from 0 to 100"}
		}
		ranks = append(ranks, p)
		return nil
	}
	for i := first; i < len(args); i++ {
		v := args[i].Const
		if v == nil {
			return nil, &NotBuilt{Name: name, Detail: "a percentile that isn't constant"}
		}
		d := value.DynAt(v, 0)
		if array && d.Kind() == value.DynArray {
			for _, item := range d.Items() {
				p, ok := dynReal(item)
				if err := add(p, ok, i); err != nil {
					return nil, err
				}
			}
			continue
		}
		p, ok := dynReal(d)
		if err := add(p, ok, i); err != nil {
			return nil, err
		}
	}
	return ranks, nil
}

// percentileState keeps all values and gives the nearest rank, exactly.
type percentileState struct {
	form   percentileForm
	kind   value.Kind
	ranks  []float64
	groups []sample
	bytes  int64
}

// sample is the values of one group; reals are kept as bits that sort like the numbers.
type sample struct {
	values  []int64
	weights []int64
	more    [][]int64 // values of parts of the input that came later, where there are no weights
}

func (s *percentileState) Grow(groups int) { s.groups = grow(s.groups, groups) }

func (s *percentileState) Add(c *Context, args []*value.Vector, groups []uint32, n int) error {
	v := args[0]
	before := s.bytes
	if v.Kind == value.Real && v.Nulls == nil && !v.Const && !s.form.weighted {
		for i, f := range v.Reals[:n] {
			if f != f {
				return nanAmong()
			}
			g := &s.groups[groupOf(groups, i)]
			g.values = append(g.values, sortableBits(f))
		}
		s.bytes += int64(8 * n)
		return c.reserve(int64(8 * n))
	}
	for i := range n {
		if v.IsNull(i) {
			continue
		}
		g := &s.groups[groupOf(groups, i)]
		x := int64(0)
		if s.kind == value.Real {
			if isNaN := v.Reals[i&v.Mask()] != v.Reals[i&v.Mask()]; isNaN {
				return nanAmong()
			}
			x = sortableBits(v.Reals[i&v.Mask()])
		} else {
			x = v.Ints[i&v.Mask()]
		}
		if s.form.weighted {
			w := args[1]
			if !w.IsNull(i) && w.Ints[i&w.Mask()] < 0 {
				return &NotBuilt{Name: "percentilew", Detail: "a weight below 0"}
			}
			if w.IsNull(i) || w.Ints[i&w.Mask()] == 0 {
				continue
			}
			g.weights = append(g.weights, w.Ints[i&w.Mask()])
			s.bytes += 8
		}
		g.values = append(g.values, x)
		s.bytes += 8
	}
	return c.reserve(s.bytes - before)
}

// nanAmong refuses: where NaN stands among the values isn't known.
func nanAmong() error { return &NotBuilt{Name: "percentile", Detail: "a NaN among the values"} }

// sortableBits maps a real to an integer of the same order, -0 as 0.
func sortableBits(f float64) int64 {
	b := int64(math.Float64bits(f + 0))
	if b < 0 {
		b ^= math.MaxInt64
	}
	return b
}

func fromSortable(b int64) float64 {
	if b < 0 {
		b ^= math.MaxInt64
	}
	return math.Float64frombits(uint64(b))
}

func (s *percentileState) Merge(_ *Context, other State, into []uint32) error {
	o := other.(*percentileState)
	for g, to := range into {
		t, from := &s.groups[to], &o.groups[g]
		if !s.form.weighted {
			t.more = append(append(t.more, from.values), from.more...)
			continue
		}
		t.values = append(t.values, from.values...)
		t.weights = append(t.weights, from.weights...)
	}
	s.bytes += o.bytes
	return nil
}

func (g *sample) Len() int           { return len(g.values) }
func (g *sample) Less(i, j int) bool { return g.values[i] < g.values[j] }
func (g *sample) Swap(i, j int) {
	g.values[i], g.values[j] = g.values[j], g.values[i]
	if g.weights != nil {
		g.weights[i], g.weights[j] = g.weights[j], g.weights[i]
	}
}

// rankOf is the rank, from 1, that is p percent of a total, rounded up.
func rankOf(p float64, total int64) int64 {
	r := p / 100 * float64(total)
	rank := int64(math.Ceil(r - 1e-9*math.Max(1, r))) // 55 % of 20 is 11, though not in binary
	return min(max(rank, 1), total)
}

// atRanks gives the values at percentiles, in whatever order these are; none without values.
func (g *sample) atRanks(percentiles []float64) []int64 {
	parts, total := append(g.more, g.values), int64(0)
	for _, part := range parts {
		total += int64(len(part))
	}
	if total == 0 {
		return nil
	}
	ranks := make([]int64, len(percentiles))
	for i, p := range percentiles {
		ranks[i] = rankOf(p, total) - 1
	}
	order := slices.Clone(ranks)
	slices.Sort(order)
	order = slices.Compact(order)
	values := nthValues(parts, order)
	out := make([]int64, len(ranks))
	for i, r := range ranks {
		at, _ := slices.BinarySearch(order, r)
		out[i] = values[at]
	}
	return out
}

// at is the value whose rank is p percent of the total weight, counted from 1 and rounded up.
func (g *sample) at(p float64, total int64) int64 {
	rank := rankOf(p, total)
	if g.weights == nil {
		return g.values[rank-1]
	}
	i, sum := 0, int64(0)
	for ; i < len(g.values)-1; i++ {
		if sum += g.weights[i]; sum >= rank {
			break
		}
	}
	return g.values[i]
}

func (s *percentileState) Finish(c *Context) ([]*value.Vector, error) {
	builders := make([]*value.Builder, len(s.ranks))
	for i := range builders {
		builders[i] = value.NewBuilder(s.kind, len(s.groups))
	}
	for i := range s.groups {
		if err := c.done(); err != nil {
			return nil, err
		}
		at := s.percentiles(&s.groups[i])
		for j := range s.ranks {
			switch {
			case at == nil:
				builders[j].AppendNull()
			case s.kind == value.Real:
				builders[j].AppendReal(fromSortable(at[j]))
			default:
				builders[j].AppendInt(at[j])
			}
		}
	}
	out := make([]*value.Vector, len(builders))
	for j, b := range builders {
		out[j] = b.Vector()
	}
	if !s.form.array {
		return out, nil
	}
	return []*value.Vector{arrayOf(out, len(s.groups))}, nil
}

// percentiles gives a group's value for each percentile; nil where it has none.
func (s *percentileState) percentiles(g *sample) []int64 {
	if !s.form.weighted {
		return g.atRanks(s.ranks)
	}
	total := int64(0)
	for _, w := range g.weights {
		total += w
	}
	if total == 0 {
		return nil
	}
	sort.Sort(g)
	out := make([]int64, len(s.ranks))
	for j, p := range s.ranks {
		out[j] = g.at(p, total)
	}
	return out
}

// arrayOf packs row i of all columns into an array; a row of nulls alone is null.
func arrayOf(cols []*value.Vector, n int) *value.Vector {
	out := make([]value.Dyn, n)
	for i := range out {
		items, some := make([]value.Dyn, len(cols)), false
		for j, v := range cols {
			items[j] = value.DynAt(v, i)
			some = some || !items[j].IsNull()
		}
		if some {
			out[i] = value.NewArray(items)
		}
	}
	return vectorOf(value.Dynamic, out, nil)
}

func (s *percentileState) Bytes() int64 { return s.bytes + int64(48*cap(s.groups)) }
