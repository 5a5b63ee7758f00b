// in, !in, in~, !in~: membership of a list, given as scalars or dynamic arrays.

package fn

import (
	"calypso/kusto/value"
)

// buildIn makes x in (list…). Members are brought to the kind of x; arrays stand for their elements.
func buildIn(name string, args []Arg) (*Overload, error) {
	x := args[0].Kind
	caseless := name == "in~" || name == "!in~"
	if caseless && x == value.Dynamic {
		x = value.String
	}
	if caseless && x != value.String {
		return nil, &BadArgument{Name: name, Index: 0, Why: "is " + x.String() + ", must be string"}
	}
	kind := x
	for _, a := range args[1:] {
		if a.Kind == value.Dynamic {
			continue
		}
		var err error
		if kind, err = comparable2(name, kind, a.Kind); err != nil {
			return nil, err
		}
	}
	if kind == value.Dynamic {
		return nil, &NotBuilt{Name: name, Detail: "a dynamic value and a dynamic list"}
	}
	params := make([]value.Kind, len(args))
	params[0] = kind
	for i := 1; i < len(params); i++ {
		if params[i] = kind; args[i].Kind == value.Dynamic {
			params[i] = asIs
		}
	}
	m := membership{name: name, kind: kind, caseless: caseless, negate: name[0] == '!'}
	if constantList(args[1:]) {
		set, err := m.setOf(args[1:])
		if err != nil {
			return nil, err
		}
		return operator(name, args, params, value.Bool, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
			return m.test(a[0], n, func(int) *memberSet { return set }), nil
		})
	}
	return operator(name, args, params, value.Bool, func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
		sets := make([]*memberSet, n)
		for i := range sets {
			set, err := m.setAt(a[1:], i)
			if err != nil {
				return nil, err
			}
			sets[i] = set
		}
		return m.test(a[0], n, func(i int) *memberSet { return sets[i] }), nil
	})
}

func constantList(args []Arg) bool {
	for _, a := range args {
		if a.Const == nil {
			return false
		}
	}
	return true
}

type membership struct {
	name     string
	kind     value.Kind
	caseless bool
	negate   bool
}

// memberSet holds a list's members by hash; null is kept apart.
type memberSet struct {
	members *value.Vector
	byHash  map[uint64][]int32
	strings map[string]struct{}
	hasNull bool
}

func (m membership) setOf(args []Arg) (*memberSet, error) {
	list := make([]*value.Vector, len(args))
	for i, a := range args {
		list[i] = a.Const
		if a.Kind != value.Dynamic {
			if cast := castKind(a.Kind, m.kind); cast != nil {
				v, err := cast(a.Const, 1)
				if err != nil {
					return nil, err
				}
				list[i] = v
			}
		}
	}
	return m.setAt(list, 0)
}

// setAt collects the members of row i.
func (m membership) setAt(list []*value.Vector, i int) (*memberSet, error) {
	all := value.NewBuilder(m.kind, len(list))
	for _, v := range list {
		if v.Kind != value.Dynamic {
			all.AppendFrom(v, i)
			continue
		}
		items := []value.Dyn{v.Dynamics[i&v.Mask()]}
		if items[0].Kind() == value.DynArray {
			items = items[0].Items()
		}
		in := vectorOf(value.Dynamic, append([]value.Dyn(nil), items...), nil)
		cast, err := castKind(value.Dynamic, m.kind)(in, len(items))
		if err != nil {
			return nil, err
		}
		all.AppendAll(cast)
	}
	return m.index(all.Vector()), nil
}

func (m membership) index(members *value.Vector) *memberSet {
	s := &memberSet{members: members}
	if m.kind == value.String {
		s.strings = make(map[string]struct{}, members.N)
		for _, x := range members.Strings {
			s.strings[m.key(x)] = struct{}{}
		}
		return s
	}
	s.byHash = make(map[uint64][]int32, members.N)
	for i := range members.N {
		if members.IsNull(i) {
			s.hasNull = true
			continue
		}
		h := value.HashAt(members, i)
		s.byHash[h] = append(s.byHash[h], int32(i))
	}
	return s
}

func (m membership) key(x string) string {
	if m.caseless {
		return fold(x)
	}
	return x
}

func (m membership) test(x *value.Vector, n int, setOf func(int) *memberSet) *value.Vector {
	out := make([]bool, n)
	var nulls value.Bitmap
	for i := range out {
		s := setOf(i)
		switch {
		case m.kind == value.String:
			_, found := s.strings[m.key(x.Strings[i&x.Mask()])]
			out[i] = found != m.negate
		case x.IsNull(i) && s.hasNull:
			nulls = nulls.Set(i, n)
		case x.IsNull(i):
			out[i] = m.negate
		default:
			out[i] = s.has(x, i) != m.negate
		}
	}
	return vectorOf(value.Bool, out, nulls)
}

func (s *memberSet) has(x *value.Vector, i int) bool {
	if x.Kind == value.Real && x.Reals[i&x.Mask()] != x.Reals[i&x.Mask()] {
		return false // NaN equals nothing
	}
	for _, j := range s.byHash[value.HashAt(x, i)] {
		if value.Equal(x, i, s.members, int(j)) {
			return true
		}
	}
	return false
}
