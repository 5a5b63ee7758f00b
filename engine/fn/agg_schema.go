// buildschema: the smallest schema that all values of a dynamic column fit.

package fn

import (
	"calypso/kusto/value"
)

var schemaAggregates = []aggregate{
	{"buildschema", 1, 1, buildSchema},
}

func buildSchema(name string, args []Arg) (*AggOverload, error) {
	if args[0].Kind != value.Dynamic {
		return nil, &NotBuilt{Name: name, Detail: "use with " + args[0].Kind.String()}
	}
	return &AggOverload{[]value.Kind{value.Dynamic}, func() State { return &schemaState{name: name} }}, nil
}

// schema is what one place of the values may hold: a bag, an array, or plain values of some types.
type schema struct {
	bag   map[string]*schema
	keys  []string // of the bag, in the order they were met
	items *schema  // of arrays
	plain map[string]bool
}

type schemaState struct {
	name   string
	groups []*schema
	bytes  int64
}

func (s *schemaState) Grow(groups int) { s.groups = grow(s.groups, groups) }

func (s *schemaState) Add(c *Context, args []*value.Vector, groups []uint32, n int) error {
	before := s.bytes
	for i := range n {
		if isNull(args[0], i) {
			continue
		}
		g := groupOf(groups, i)
		if s.groups[g] == nil {
			s.groups[g] = &schema{}
		}
		if err := s.take(s.groups[g], value.DynAt(args[0], i), 0); err != nil {
			return err
		}
	}
	return c.reserve(s.bytes - before)
}

// take widens a schema so that the value fits.
func (s *schemaState) take(to *schema, d value.Dyn, depth int) error {
	const deepest = 64
	if depth > deepest {
		return &NotBuilt{Name: s.name, Detail: "so deep a value"}
	}
	switch d.Kind() {
	case value.DynBag:
		if to.bag == nil {
			to.bag = map[string]*schema{}
		}
		for j, key := range d.Keys() {
			if to.bag[key] == nil {
				to.bag[key] = &schema{}
				to.keys = append(to.keys, key)
				s.bytes += int64(128 + len(key))
			}
			if err := s.take(to.bag[key], d.Items()[j], depth+1); err != nil {
				return err
			}
		}
		return nil
	case value.DynArray:
		if to.items == nil {
			to.items = &schema{}
		}
		for _, item := range d.Items() {
			if err := s.take(to.items, item, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	name, ok := map[value.DynKind]string{value.DynLong: "long", value.DynReal: "double", value.DynString: "string"}[d.Kind()]
	if !ok {
		return &NotBuilt{Name: s.name, Detail: "a value of this type, or null"}
	}
	if to.plain == nil {
		to.plain = map[string]bool{}
	}
	to.plain[name] = true
	return nil
}

func (s *schemaState) Merge(_ *Context, other State, into []uint32) error {
	o := other.(*schemaState)
	for g, to := range into {
		switch from := o.groups[g]; {
		case s.groups[to] == nil:
			s.groups[to] = from
		case from != nil:
			s.groups[to].merge(from)
		}
	}
	s.bytes += o.bytes
	return nil
}

func (x *schema) merge(y *schema) {
	for _, key := range y.keys {
		if x.bag == nil {
			x.bag = map[string]*schema{}
		}
		if x.bag[key] == nil {
			x.bag[key] = y.bag[key]
			x.keys = append(x.keys, key)
			continue
		}
		x.bag[key].merge(y.bag[key])
	}
	if y.bag != nil && x.bag == nil {
		x.bag = y.bag
	}
	switch {
	case x.items == nil:
		x.items = y.items
	case y.items != nil:
		x.items.merge(y.items)
	}
	for name := range y.plain {
		if x.plain == nil {
			x.plain = map[string]bool{}
		}
		x.plain[name] = true
	}
}

// dyn writes a schema. Where a place holds several types, the order of the real engine is known for few of them.
func (s *schemaState) dyn(x *schema) (value.Dyn, error) {
	var choices []value.Dyn
	if x.bag != nil {
		parts := make([]value.Dyn, len(x.keys))
		for i, key := range x.keys {
			var err error
			if parts[i], err = s.dyn(x.bag[key]); err != nil {
				return value.Dyn{}, err
			}
		}
		choices = append(choices, value.NewBag(x.keys, parts))
	}
	if x.items != nil {
		item, err := s.dyn(x.items)
		if err != nil {
			return value.Dyn{}, err
		}
		choices = append(choices, value.NewBag([]string{"`indexer`"}, []value.Dyn{item}))
	}
	containers := len(choices)
	for _, name := range []string{"double", "long", "string"} {
		if x.plain[name] {
			choices = append(choices, value.DynOfString(name))
		}
	}
	switch {
	case len(choices) == 1:
		return choices[0], nil
	case len(choices) == 2 && (containers == 1 || x.plain["long"] && x.plain["string"]):
		return value.NewArray(choices), nil
	}
	return value.Dyn{}, &NotBuilt{Name: s.name, Detail: "so many types in one place, or an empty array"}
}

func (s *schemaState) Finish(*Context) ([]*value.Vector, error) {
	out := make([]value.Dyn, len(s.groups))
	for g, x := range s.groups {
		if x == nil {
			continue
		}
		var err error
		if out[g], err = s.dyn(x); err != nil {
			return nil, err
		}
	}
	return []*value.Vector{vectorOf(value.Dynamic, out, nil)}, nil
}

func (s *schemaState) Bytes() int64 { return s.bytes + int64(8*cap(s.groups)) }
