// The one lookup: every family's table, joined by name.

package fn

import (
	"slices"
	"sync"

	"calypso/kusto/value"
)

// Inventory lists the names of what is built, sorted.
type Inventory struct {
	Scalars, Aggregates, Windows []string
}

// scalar is a table row: a scalar function or operator. Build chooses an overload; arity is checked before.
type scalar struct {
	name     string
	min, max int // number of arguments, max -1 means any
	build    func(name string, args []Arg) (*Overload, error)
}

// aggregate is a table row of an aggregate function.
type aggregate struct {
	name     string
	min, max int
	build    func(name string, args []Arg) (*AggOverload, error)
}

// window is a table row of a window function.
type window struct {
	name     string
	min, max int
	build    func(name string, args []Arg) (*WindowOverload, error)
}

var scalarIndex = sync.OnceValue(func() map[string]*scalar {
	index := map[string]*scalar{}
	for _, family := range scalarFamilies() {
		for i := range family {
			index[family[i].name] = &family[i]
		}
	}
	return index
})

var aggregateIndex = sync.OnceValue(func() map[string]*aggregate {
	index := map[string]*aggregate{}
	for _, family := range aggregateFamilies() {
		for i := range family {
			index[family[i].name] = &family[i]
		}
	}
	return index
})

var windowIndex = sync.OnceValue(func() map[string]*window {
	index := map[string]*window{}
	for i := range windowFamily {
		index[windowFamily[i].name] = &windowFamily[i]
	}
	return index
})

// Scalar finds the implementation of a function or operator for argument kinds. Names are as in KQL, lower case;
// operators go by their text ("+", "!has", "matches regex", "between", "[]", "."), signs by "neg" and "pos".
// The error is a *NotBuilt or a *BadArgument.
func Scalar(name string, args []Arg) (*Overload, error) {
	f := scalarIndex()[name]
	if f == nil {
		return nil, &NotBuilt{Name: name}
	}
	if err := arity(name, len(args), f.min, f.max); err != nil {
		return nil, err
	}
	return f.build(name, args)
}

// Aggregate finds the implementation of an aggregate function. The error is a *NotBuilt or a *BadArgument.
func Aggregate(name string, args []Arg) (*AggOverload, error) {
	f := aggregateIndex()[name]
	if f == nil {
		return nil, &NotBuilt{Name: name}
	}
	if err := arity(name, len(args), f.min, f.max); err != nil {
		return nil, err
	}
	return f.build(name, args)
}

// Window finds the implementation of a function that looks at neighbouring rows. The error is a *NotBuilt or a
// *BadArgument.
func Window(name string, args []Arg) (*WindowOverload, error) {
	f := windowIndex()[name]
	if f == nil {
		return nil, &NotBuilt{Name: name}
	}
	if err := arity(name, len(args), f.min, f.max); err != nil {
		return nil, err
	}
	return f.build(name, args)
}

func arity(name string, n, lo, hi int) error {
	if n >= lo && (hi < 0 || n <= hi) {
		return nil
	}
	return &NotBuilt{Name: name, Detail: "a call with " + plural(n)}
}

// Names lists all functions that are built, for the support matrix.
func Names() Inventory {
	var names Inventory
	for name := range scalarIndex() {
		names.Scalars = append(names.Scalars, name)
	}
	for name := range aggregateIndex() {
		names.Aggregates = append(names.Aggregates, name)
	}
	for name := range windowIndex() {
		names.Windows = append(names.Windows, name)
	}
	slices.Sort(names.Scalars)
	slices.Sort(names.Aggregates)
	slices.Sort(names.Windows)
	return names
}

// Convert finds the conversion to a kind: what todatetime() and its likes do.
func Convert(to value.Kind, from Arg) (*Overload, error) {
	return Scalar("to"+to.String(), []Arg{from})
}
