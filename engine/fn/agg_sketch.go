// The aggregates that make and merge sketches.

package fn

import (
	"calypso/kusto/value"
)

func buildSketch(sketch string) func(string, []Arg) (*AggOverload, error) {
	return func(name string, args []Arg) (*AggOverload, error) {
		kind, second := args[0].Kind, value.Long
		switch {
		case sketch == "hll" && kind != value.Real && kind != value.Bool && kind != value.Dynamic && kind != value.Decimal:
		case sketch == "tdigest" && (kind == value.Int || kind == value.Long || kind == value.Real || kind == value.Datetime || kind == value.Timespan):
		default:
			return nil, &NotBuilt{Name: name, Detail: "use with " + kind.String()}
		}
		params := []value.Kind{kind, second}[:len(args)]
		return aggOverload(name, args, params, []value.Kind{value.Dynamic}, func() State {
			return &sketchState{name: name, sketch: sketch, weighted: sketch == "tdigest" && len(args) == 2}
		})
	}
}

func buildMergeSketch(sketch string) func(string, []Arg) (*AggOverload, error) {
	return func(name string, args []Arg) (*AggOverload, error) {
		if args[0].Kind != value.Dynamic {
			return nil, &NotBuilt{Name: name, Detail: "use with " + args[0].Kind.String()}
		}
		return &AggOverload{[]value.Kind{value.Dynamic}, func() State { return &sketchState{name: name, sketch: sketch, merges: true} }}, nil
	}
}

// sketchState gathers values, or sketches where it merges, for each group.
type sketchState struct {
	name, sketch     string
	weighted, merges bool
	groups           []gathered
	bytes            int64
}

func (s *sketchState) Grow(groups int) { s.groups = grow(s.groups, groups) }

func (s *sketchState) Add(c *Context, args []*value.Vector, groups []uint32, n int) error {
	before := s.bytes
	for i := range n {
		if isNull(args[0], i) {
			continue
		}
		g := &s.groups[groupOf(groups, i)]
		if s.merges {
			bytes, ok := g.take(s.sketch, value.DynAt(args[0], i))
			if !ok {
				return &NotBuilt{Name: s.name, Detail: "a sketch that wasn't made in this query, or of other values"}
			}
			s.bytes += bytes
			continue
		}
		weight := int64(1)
		if s.weighted {
			if weight = args[1].Ints[i&args[1].Mask()]; args[1].IsNull(i) || weight < 1 {
				continue
			}
		}
		s.bytes += g.put(s.sketch, args[0], i, weight)
	}
	return c.reserve(s.bytes - before)
}

func (s *sketchState) Merge(_ *Context, other State, into []uint32) error {
	o := other.(*sketchState)
	for g, to := range into {
		if d := o.groups[g].sketch(s.sketch); !d.IsNull() {
			if _, ok := s.groups[to].take(s.sketch, d); !ok {
				return &NotBuilt{Name: s.name, Detail: "sketches of different values"}
			}
		}
	}
	s.bytes += o.bytes
	return nil
}

func (s *sketchState) Finish(*Context) ([]*value.Vector, error) {
	out := make([]value.Dyn, len(s.groups))
	for g := range s.groups {
		out[g] = s.groups[g].sketch(s.sketch)
	}
	return []*value.Vector{vectorOf(value.Dynamic, out, nil)}, nil
}

func (s *sketchState) Bytes() int64 { return s.bytes + int64(48*cap(s.groups)) }
