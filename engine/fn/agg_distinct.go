// dcount and count_distinct: exact counts of distinct values, which lie within the error that dcount() documents.

package fn

import (
	"math"

	"calypso/kusto/value"
)

// buildDistinct counts distinct values. Nulls don't count, in dcount() as in count_distinct(): the documentation's page of null values
// names both.
func buildDistinct(name string, args []Arg) (*AggOverload, error) {
	if len(args) == 2 {
		if v := args[1].Const; v == nil || v.Kind != value.Int && v.Kind != value.Long || v.IsNull(0) || v.Ints[0] < 0 || v.Ints[0] > 4 {
			return nil, &BadArgument{Name: name, Index: 1, Why: "must be a constant accuracy from 0 to 4"}
		}
	}
	return &AggOverload{[]value.Kind{value.Long}, distinctOf(args[0].Kind)}, nil
}

func distinctOf(kind value.Kind) func() State {
	switch kind {
	case value.Int, value.Long, value.Datetime, value.Timespan:
		return func() State {
			return &distinctState[int64]{size: 32, key: func(v *value.Vector, i int) int64 { return v.Ints[i] }}
		}
	case value.Real:
		return func() State { return &distinctState[uint64]{size: 32, key: realKey} }
	case value.Guid:
		return func() State {
			return &distinctState[[16]byte]{size: 40, key: func(v *value.Vector, i int) [16]byte { return v.Guids[i] }}
		}
	}
	return func() State { return &distinctState[string]{size: 48, key: textKey} }
}

// realKey is the bits of a real; -0 counts as 0, and all NaN as one.
func realKey(v *value.Vector, i int) uint64 {
	if f := v.Reals[i]; f == f {
		return math.Float64bits(f + 0)
	}
	return math.Float64bits(math.NaN())
}

// textKey is a text that is the same for equal cells of one kind.
func textKey(v *value.Vector, i int) string {
	switch v.Kind {
	case value.String:
		return v.Strings[i]
	case value.Dynamic:
		return canonicalJSON(v.Dynamics[i])
	case value.Decimal:
		return v.Decimals[i].Canonical().String()
	}
	return value.DynAt(v, i).Text()
}

// distinctState keeps a set of keys for each group; size is the memory of one key without its text.
type distinctState[K comparable] struct {
	size  int64
	key   func(v *value.Vector, i int) K
	sets  []map[K]struct{}
	bytes int64
}

func (s *distinctState[K]) Grow(groups int) { s.sets = grow(s.sets, groups) }

func (s *distinctState[K]) put(g uint32, k K) {
	set := s.sets[g]
	if _, ok := set[k]; ok {
		return
	}
	if set == nil {
		set = map[K]struct{}{}
		s.sets[g] = set
	}
	set[k] = struct{}{}
	s.bytes += s.size
	if text, ok := any(k).(string); ok {
		s.bytes += int64(len(text))
	}
}

func (s *distinctState[K]) Add(c *Context, args []*value.Vector, groups []uint32, n int) error {
	v := args[0]
	before, m, nulls := s.bytes, v.Mask(), mayHaveNulls(v)
	for i := range n {
		if nulls && isNull(v, i) {
			continue
		}
		s.put(groupOf(groups, i), s.key(v, i&m))
	}
	return c.reserve(s.bytes - before)
}

func (s *distinctState[K]) Merge(_ *Context, other State, into []uint32) error {
	for g, set := range other.(*distinctState[K]).sets[:len(into)] {
		for k := range set {
			s.put(into[g], k)
		}
	}
	return nil
}

func (s *distinctState[K]) Finish(*Context) ([]*value.Vector, error) {
	out := make([]int64, len(s.sets))
	for g, set := range s.sets {
		out[g] = int64(len(set))
	}
	return []*value.Vector{vectorOf(value.Long, out, nil)}, nil
}

func (s *distinctState[K]) Bytes() int64 { return s.bytes + int64(8*cap(s.sets)) }
