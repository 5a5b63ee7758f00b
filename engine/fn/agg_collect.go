// make_list, make_set, make_bag, dcount: aggregates that keep values.

package fn

import (
	"calypso/kusto/value"
)

// maxList is how many elements a list or set takes unless the query says otherwise.
const maxList = 1048576

// sizeArg reads the optional constant size of a collection.
func sizeArg(name string, args []Arg) (int, error) {
	if len(args) < 2 {
		return maxList, nil
	}
	v := args[1].Const
	if v == nil || v.Kind != value.Int && v.Kind != value.Long || v.IsNull(0) || v.Ints[0] < 1 {
		return 0, &BadArgument{Name: name, Index: 1, Why: "must be a constant number of elements above 0"}
	}
	return int(min(v.Ints[0], maxList)), nil
}

// listState keeps the elements of each group in row order; arrays stand for their elements.
type listState struct {
	nulls bool // keep nulls of every kind; else only those inside dynamic
	size  int
	items [][]value.Dyn
	bytes int64
}

func buildMakeList(nulls bool) func(string, []Arg) (*AggOverload, error) {
	return func(name string, args []Arg) (*AggOverload, error) {
		size, err := sizeArg(name, args)
		if err != nil {
			return nil, err
		}
		return &AggOverload{[]value.Kind{value.Dynamic}, func() State { return &listState{nulls: nulls, size: size} }}, nil
	}
}

func (s *listState) Grow(groups int) { s.items = grow(s.items, groups) }

func (s *listState) Add(c *Context, args []*value.Vector, groups []uint32, n int) error {
	v := args[0]
	keepNull := s.nulls || v.Kind == value.Dynamic
	before := s.bytes
	for i := range n {
		if !keepNull && v.IsNull(i) {
			continue
		}
		g := groupOf(groups, i)
		if d := value.DynAt(v, i); v.Kind == value.Dynamic && d.Kind() == value.DynArray {
			s.put(g, d.Items()...)
		} else {
			s.put(g, d)
		}
	}
	return c.reserve(s.bytes - before)
}

func (s *listState) put(g uint32, items ...value.Dyn) {
	if room := s.size - len(s.items[g]); len(items) > room {
		items = items[:room]
	}
	s.items[g] = append(s.items[g], items...)
	s.bytes += 96 * int64(len(items))
}

func (s *listState) Merge(_ *Context, other State, into []uint32) error {
	for g, items := range other.(*listState).items[:len(into)] {
		s.put(into[g], items...)
	}
	return nil
}

func (s *listState) Finish(*Context) ([]*value.Vector, error) {
	out := make([]value.Dyn, len(s.items))
	for g, items := range s.items {
		out[g] = value.NewArray(items)
	}
	return []*value.Vector{vectorOf(value.Dynamic, out, nil)}, nil
}

func (s *listState) Bytes() int64 { return s.bytes + int64(24*cap(s.items)) }

// dynSet is a set of dynamics in the order they came.
type dynSet struct {
	items  []value.Dyn
	byHash map[uint64][]int32
}

func (s *dynSet) has(d value.Dyn) bool {
	for _, i := range s.byHash[value.HashDyn(d)] {
		if value.EqualDyn(s.items[i], d) {
			return true
		}
	}
	return false
}

// add tells whether d is new.
func (s *dynSet) add(d value.Dyn) bool {
	h := value.HashDyn(d)
	for _, i := range s.byHash[h] {
		if value.EqualDyn(s.items[i], d) {
			return false
		}
	}
	if s.byHash == nil {
		s.byHash = map[uint64][]int32{}
	}
	s.byHash[h] = append(s.byHash[h], int32(len(s.items)))
	s.items = append(s.items, d)
	return true
}

// setState keeps the distinct elements of each group, first seen first; typed nulls don't count.
type setState struct {
	size  int
	sets  []dynSet
	bytes int64
}

func buildMakeSet(name string, args []Arg) (*AggOverload, error) {
	size, err := sizeArg(name, args)
	if err != nil {
		return nil, err
	}
	return &AggOverload{[]value.Kind{value.Dynamic}, func() State { return &setState{size: size} }}, nil
}

func (s *setState) Grow(groups int) { s.sets = grow(s.sets, groups) }

func (s *setState) put(g uint32, d value.Dyn) {
	if len(s.sets[g].items) < s.size && s.sets[g].add(d) {
		s.bytes += 160
	}
}

func (s *setState) Add(c *Context, args []*value.Vector, groups []uint32, n int) error {
	v := args[0]
	before := s.bytes
	for i := range n {
		if v.Kind != value.Dynamic && v.IsNull(i) {
			continue
		}
		g := groupOf(groups, i)
		d := value.DynAt(v, i)
		if d.IsNull() {
			return &NotBuilt{Name: "make_set", Detail: "a null inside dynamic"}
		}
		if v.Kind == value.Dynamic && d.Kind() == value.DynArray {
			for _, item := range d.Items() {
				s.put(g, item)
			}
			continue
		}
		s.put(g, d)
	}
	return c.reserve(s.bytes - before)
}

func (s *setState) Merge(_ *Context, other State, into []uint32) error {
	for g, set := range other.(*setState).sets[:len(into)] {
		for _, d := range set.items {
			s.put(into[g], d)
		}
	}
	return nil
}

func (s *setState) Finish(*Context) ([]*value.Vector, error) {
	out := make([]value.Dyn, len(s.sets))
	for g, set := range s.sets {
		out[g] = value.NewArray(set.items)
	}
	return []*value.Vector{vectorOf(value.Dynamic, out, nil)}, nil
}

func (s *setState) Bytes() int64 { return s.bytes + int64(32*cap(s.sets)) }

// bagState merges property bags. Of a key with several values an arbitrary one stays, says the documentation: that is refused. What is no
// bag doesn't count.
type bagState struct {
	size  int
	bags  []bagBuilder
	bytes int64
}

type bagBuilder struct {
	keys   []string
	values []value.Dyn
	index  map[string]int
}

// add keeps the first value of a key and tells whether it was new.
func (b *bagBuilder) add(key string, d value.Dyn) bool {
	if _, ok := b.index[key]; ok {
		return false
	}
	if b.index == nil {
		b.index = map[string]int{}
	}
	b.index[key] = len(b.keys)
	b.keys, b.values = append(b.keys, key), append(b.values, d)
	return true
}

// set puts a value under a key, new or not.
func (b *bagBuilder) set(key string, d value.Dyn) {
	if i, ok := b.index[key]; ok {
		b.values[i] = d
		return
	}
	b.add(key, d)
}

func (b *bagBuilder) bag() value.Dyn { return value.NewBag(b.keys, b.values) }

func buildMakeBag(name string, args []Arg) (*AggOverload, error) {
	size, err := sizeArg(name, args)
	if err != nil {
		return nil, err
	}
	if args[0].Kind != value.Dynamic {
		return nil, wrongKind(name, args, 0, "dynamic")
	}
	return &AggOverload{[]value.Kind{value.Dynamic}, func() State { return &bagState{size: size} }}, nil
}

func (s *bagState) Grow(groups int) { s.bags = grow(s.bags, groups) }

func (s *bagState) put(g uint32, keys []string, values []value.Dyn) error {
	b := &s.bags[g]
	for i, k := range keys {
		if at, ok := b.index[k]; ok {
			if !value.EqualDyn(b.values[at], values[i]) {
				return &NotBuilt{Name: "make_bag", Detail: "a key with several values"}
			}
		} else if len(b.keys) < s.size && b.add(k, values[i]) {
			s.bytes += 160 + int64(len(k))
		}
	}
	return nil
}

func (s *bagState) Add(c *Context, args []*value.Vector, groups []uint32, n int) error {
	before := s.bytes
	for i := range n {
		if d := value.DynAt(args[0], i); d.Kind() == value.DynBag {
			if err := s.put(groupOf(groups, i), d.Keys(), d.Items()); err != nil {
				return err
			}
		}
	}
	return c.reserve(s.bytes - before)
}

func (s *bagState) Merge(_ *Context, other State, into []uint32) error {
	for g, b := range other.(*bagState).bags[:len(into)] {
		if err := s.put(into[g], b.keys, b.values); err != nil {
			return err
		}
	}
	return nil
}

func (s *bagState) Finish(*Context) ([]*value.Vector, error) {
	out := make([]value.Dyn, len(s.bags))
	for g := range s.bags {
		out[g] = s.bags[g].bag()
	}
	return []*value.Vector{vectorOf(value.Dynamic, out, nil)}, nil
}

func (s *bagState) Bytes() int64 { return s.bytes + int64(56*cap(s.bags)) }
