package fn

import "calypso/kusto/value"

// SomeLeft is true for each count of one and more, and refuses the others, and null, in the name of what counted.
func SomeLeft(name, detail string) *Overload {
	return &Overload{Result: value.Bool, Eval: func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		for i := range n {
			if a[0].IsNull(i) || a[0].Ints[i&a[0].Mask()] == 0 {
				return nil, &NotBuilt{Name: name, Detail: detail}
			}
		}
		return value.ConstBool(true, n), nil
	}}
}
